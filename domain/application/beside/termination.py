"""Termination (终止办理): an application that cannot go on ends, though nobody decided on it or took the result."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace

from domain.application.command import CaseCommand, known
from domain.application.path.closing import closed_with_the_case
from domain.application.state import Application
from domain.application.terms import Status
from domain.errors import RuleBroken
from domain.record import Act, Event, Role, Text, event

if TYPE_CHECKING:
    from domain.city import City


class TerminationGround(StrEnum):
    """Why an application cannot go on; another law is named by ``legal_basis`` (compare article 70 of the Licensing Law)."""

    APPLICANT_DIED = "applicant_died"
    APPLICANT_INCAPABLE = "applicant_incapable"
    ORGANISATION_DISSOLVED = "organisation_dissolved"
    FORCE_MAJEURE = "force_majeure"
    NOT_LICENSED_ANY_MORE = "not_licensed_any_more"
    OTHER_LAW = "other_law"


@event("application.terminated", "终止办理 terminated")
class Terminated(Event):
    """The application cannot go on and ends, on a ground of the closed list."""

    ground: TerminationGround
    reasons: str
    legal_basis: str

    def evolve(self, state: Application, act: Act) -> Application:
        return replace(state, status=Status.TERMINATED, ended=state.mark(act))


class Terminate(CaseCommand):
    """End an application that cannot go on, as a head of its lead department. What was decided on it stays as it was decided."""

    roles: ClassVar = frozenset({Role.HEAD})
    of_department: ClassVar = "the case"

    ground: TerminationGround
    reasons: Text
    legal_basis: Text

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        if not known(case).under_way:
            raise RuleBroken("termination", f"case {self.case_id} is {case.status}; it is not under way any more")
        if self.actor.department != case.department:
            raise RuleBroken(
                "rule 5",
                f"only the lead department {case.department} can terminate case {self.case_id}, not {self.actor.department}; ask its head",
            )
        waiting = [item for item, result in case.item_results.items() if result.issued is None]
        if waiting:
            raise RuleBroken(
                "termination",
                f"case {self.case_id}: {', '.join(waiting)} is decided and not handed over; hand it over first",
            )
        terminated = Terminated(ground=self.ground, reasons=self.reasons, legal_basis=self.legal_basis)
        return [terminated, *closed_with_the_case(case)]
