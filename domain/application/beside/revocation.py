"""Revocation of a grant (撤销 / 撤回): the only way in which a licence that was granted is undone, with its ground and its order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec.structs import replace

from domain.application.command import CaseCommand, calendar, known, versions
from domain.application.path.materials import ContentHash
from domain.application.state import Application
from domain.application.terms import Outcome, Status
from domain.errors import AlreadyDone, RuleBroken
from domain.record import ADDED, Act, Event, Role, Text, event
from domain.time.written import Day

if TYPE_CHECKING:
    from domain.city import City


class RevocationGround(StrEnum):
    """Why a grant is undone: the closed list of the Administrative Licensing Law, article 69 (撤销) and article 8 (撤回)."""

    ABUSE_OF_POWER = "abuse_of_power"
    BEYOND_POWERS = "beyond_powers"
    AGAINST_PROCEDURE = "against_procedure"
    NOT_QUALIFIED = "not_qualified"
    OBTAINED_BY_FRAUD = "obtained_by_fraud"
    OTHER_LAW = "other_law"
    LAW_CHANGED = "law_changed"
    CIRCUMSTANCES_CHANGED = "circumstances_changed"


@event("application.revoked", "撤销许可 grant revoked", schema=2)
class Revoked(Event):
    """The grant is undone, by an order (文号) and on a ground of the closed list; the case ends with it.

    Schema 2 says on which day the holder was told before, and has the content hash of what they said.
    """

    ground: RevocationGround
    reasons: str
    legal_basis: str
    order: str
    remedies: str
    told_on: date | None = None
    statement: str | None = None

    def evolve(self, state: Application, act: Act) -> Application:
        return replace(state, status=Status.REVOKED, ended=state.ended or state.mark(act))


class Revoke(CaseCommand):
    """Undo a grant, handed over or not, as a head of the lead department.

    Where an item says that its holder is heard before (``revocation_hearing``; the Licensing Law names no procedure), the day on which
    they were told is named, and either what they said, or the time for it is over.
    """

    roles: ClassVar = frozenset({Role.HEAD})
    of_department: ClassVar = "the case"

    ground: RevocationGround
    reasons: Text
    legal_basis: Text
    order: Text
    remedies: Text
    told_on: Annotated[Day | None, ADDED] = None
    statement: Annotated[ContentHash | None, ADDED] = None

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        if known(case).status is Status.REVOKED:
            raise AlreadyDone("article 69", f"the grant of case {self.case_id} is revoked already")
        if case.decided is None or case.outcome not in (Outcome.GRANTED, Outcome.PARTLY_GRANTED):
            raise RuleBroken(
                "article 69",
                f"case {self.case_id} is {case.status}: nothing was granted, so there is nothing to revoke",
            )
        if self.actor.department != case.department:
            raise RuleBroken(
                "rule 5",
                f"only the lead department {case.department} can revoke a grant of case {self.case_id}, not {self.actor.department}; ask its head",
            )
        self._heard(case, city)
        return [
            Revoked(
                ground=self.ground,
                reasons=self.reasons,
                legal_basis=self.legal_basis,
                order=self.order,
                remedies=self.remedies,
                told_on=self.told_on,
                statement=self.statement,
            )
        ]

    def _heard(self, case: Application, city: City) -> None:
        """Raise ``RuleBroken`` unless the holder was heard, or could have been, where an item says how long that takes."""
        hearings = [v.revocation_hearing for v in versions(case, city) if v.revocation_hearing is not None]
        if not hearings:
            return
        days, sources = calendar(case, city), "; ".join(dict.fromkeys(each.source for each in hearings))
        if self.told_on is None or self.told_on > days.local_day(self.occurred_at):
            raise RuleBroken(
                "article 69",
                f"told_on: the holder must be told in writing and heard before the grant of case {self.case_id} is revoked ({sources}); name the day on which they were told",
            )
        until = max(days.due(days.day_bounds(self.told_on)[0], each.limit) for each in hearings)
        if self.statement is None and self.occurred_at < until:
            raise RuleBroken(
                "article 69",
                f"statement: the holder of the grant of case {self.case_id} may be heard until {until.isoformat()} ({sources}); wait until then, or give the SHA-256 of their statement",
            )
