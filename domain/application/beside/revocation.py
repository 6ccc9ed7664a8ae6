"""Revocation of a grant (撤销 / 撤回): the only way in which a licence that was granted is undone, with its ground and its order."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace

from domain.application.command import CaseCommand, known
from domain.application.state import Application, Outcome, Status
from domain.errors import RuleBroken
from domain.record import Act, Event, Role, Text, event

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


@event("application.revoked")
class Revoked(Event):
    """The grant is undone, by an order (文号) and on a ground of the closed list; the case ends with it."""

    ground: RevocationGround
    reasons: str
    legal_basis: str
    order: str
    remedies: str

    def evolve(self, state: Application, act: Act) -> Application:
        return replace(state, status=Status.REVOKED, ended=state.ended or state.mark(act))


class Revoke(CaseCommand):
    """Undo a grant, handed over or not, as a head of the lead department."""

    roles: ClassVar = frozenset({Role.HEAD})
    of_department: ClassVar = "the case"

    ground: RevocationGround
    reasons: Text
    legal_basis: Text
    order: Text
    remedies: Text

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        if known(case).status is Status.REVOKED:
            raise RuleBroken("article 69", f"the grant of case {self.case_id} is revoked already")
        if case.decided is None or case.outcome not in (Outcome.GRANTED, Outcome.PARTLY_GRANTED):
            raise RuleBroken(
                "article 69", f"case {self.case_id} is {case.status}: nothing was granted, nothing to revoke"
            )
        if self.actor.department != case.department:
            raise RuleBroken(
                "rule 5",
                f"a grant of case {self.case_id} is revoked by its lead department {case.department}, "
                f"not by {self.actor.department}",
            )
        return [
            Revoked(
                ground=self.ground,
                reasons=self.reasons,
                legal_basis=self.legal_basis,
                order=self.order,
                remedies=self.remedies,
            )
        ]
