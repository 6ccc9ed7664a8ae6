"""Which parts in one case are never the same person's (回避, 岗位分离). Values only."""

from dataclasses import dataclass
from enum import StrEnum

from domain.record import Text


class Station(StrEnum):
    """A part that somebody has in a case (岗位)."""

    RECEIVING = "receiving"
    REVIEWING = "reviewing"
    DECIDING = "deciding"
    ISSUING = "issuing"
    VERIFYING = "verifying"
    PRESIDING = "presiding"
    REFUSING = "refusing"


class Separation(StrEnum):
    """Two stations that are two persons: receiver, reviewer, decider and issuer; who verifies a complaint, who presides a hearing.

    Administrative Licensing Law, article 48 (whoever presides a hearing did not review); that they do not decide on what was heard
    follows from the same purpose. After an appeal somebody else reviews than who refused before (Administrative Reconsideration Law,
    article 64: not the same act on the same facts). The others are the halls' practice of separate intake, approval and issue (收件、审批、出件相分离).
    """

    RECEIVING_REVIEWING = "receiving-reviewing"
    RECEIVING_DECIDING = "receiving-deciding"
    RECEIVING_ISSUING = "receiving-issuing"
    REVIEWING_DECIDING = "reviewing-deciding"
    REVIEWING_ISSUING = "reviewing-issuing"
    DECIDING_ISSUING = "deciding-issuing"
    DECIDING_VERIFYING = "deciding-verifying"
    REVIEWING_PRESIDING = "reviewing-presiding"
    DECIDING_PRESIDING = "deciding-presiding"
    REVIEWING_REFUSING = "reviewing-refusing"

    @property
    def stations(self) -> tuple[Station, Station]:
        """The two."""
        one, other = self.value.split("-")
        return Station(one), Station(other)

    def other(self, station: Station) -> Station | None:
        """What somebody at a station may not have been; None where it is not about that station."""
        one, other = self.stations
        return other if station is one else one if station is other else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """Two stations that one person may have in cases of an item, as in a small hall; ``source`` is what allows it."""

    separation: Separation
    source: Text
