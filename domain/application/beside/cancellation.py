"""Cancellation (注销) of a licence that was handed over: it is struck off, and what was decided and rated stays."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace

from domain.application.command import CaseCommand, known
from domain.application.path.materials import ContentHash
from domain.application.state import Application
from domain.application.terms import Outcome
from domain.errors import AlreadyDone, RuleBroken
from domain.record import Act, Event, Role, Text, event

if TYPE_CHECKING:
    from domain.city import City


class CancellationGround(StrEnum):
    """Why a licence is cancelled: the closed list of the Administrative Licensing Law, article 70 (1) to (6)."""

    EXPIRED = "expired"
    HOLDER_DIED_OR_INCAPABLE = "holder_died_or_incapable"
    ORGANISATION_ENDED = "organisation_ended"
    UNDONE = "undone"
    """Revoked, withdrawn, or taken away (撤销、撤回、吊销)."""
    FORCE_MAJEURE = "force_majeure"
    OTHER_LAW = "other_law"


@event("application.licence_cancelled", "注销许可 licence cancelled")
class LicenceCancelled(Event):
    """The licence is struck off on a ground of the closed list, by an order (文号); ``content_hash`` is of the paper about it."""

    ground: CancellationGround
    reasons: str
    legal_basis: str
    order: str
    content_hash: str

    def evolve(self, state: Application, act: Act) -> Application:
        return replace(state, cancelled=state.mark(act))


class Cancel(CaseCommand):
    """Cancel a licence that was handed over, as a head of the lead department. It changes no decision and takes no rating away."""

    roles: ClassVar = frozenset({Role.HEAD})
    of_department: ClassVar = "the case"

    ground: CancellationGround
    reasons: Text
    legal_basis: Text
    order: Text
    content_hash: ContentHash

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        granted = known(case).outcome in (Outcome.GRANTED, Outcome.PARTLY_GRANTED)
        if case.issued is None or not granted:
            raise RuleBroken(
                "article 70",
                f"case {self.case_id} is {case.status}: no licence was handed over, so there is nothing to cancel",
            )
        if case.cancelled is not None:
            raise AlreadyDone("article 70", f"the licence of case {self.case_id} is cancelled already")
        if self.actor.department != case.department:
            raise RuleBroken(
                "rule 5",
                f"only the lead department {case.department} can cancel a licence of case {self.case_id}, not {self.actor.department}; ask its head",
            )
        return [
            LicenceCancelled(
                ground=self.ground,
                reasons=self.reasons,
                legal_basis=self.legal_basis,
                order=self.order,
                content_hash=self.content_hash,
            )
        ]
