"""An application registered twice (重复登记): one goes on, the other ends and names it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec.structs import replace

from domain.application.command import CaseCommand, known
from domain.application.path.approvals import laid_down
from domain.application.path.closing import closed_with_the_case
from domain.application.state import Application
from domain.application.terms import Status
from domain.errors import RuleBroken
from domain.record import ADDED, Act, Event, Identifier, Role, Text, event

if TYPE_CHECKING:
    from domain.city import City


@event("application.merged_into", "并案 merged into another case")
class MergedInto(Event):
    """This application is the same as another one, which goes on; this one ends."""

    case_id: str
    reason: str

    def evolve(self, state: Application, act: Act) -> Application:
        return replace(state, status=Status.MERGED, ended=state.mark(act))


@event("application.duplicate_found", "重复登记 duplicate found")
class DuplicateFound(Event):
    """Another application was the same as this one, and ended."""

    case_id: str
    reason: str

    def evolve(self, state: Application, act: Act) -> Application:
        return state


class MergeCommand(CaseCommand):
    """About two applications that are one. Both commands are given together, so that both histories say it."""

    roles: ClassVar = frozenset({Role.FRONT_DESK, Role.HEAD})
    other: Identifier
    reason: Text
    other_applicant: Annotated[Identifier | None, ADDED] = None
    other_items: Annotated[tuple[Identifier, ...] | None, ADDED] = None
    """Whose the other application is and what it asks for, as its history says."""

    def _going_on(self, case: Application) -> None:
        self._still_open(case)
        applicant = None if case.applicant is None else case.applicant.applicant_id
        if self.other_applicant is None or self.other_applicant != applicant:
            raise RuleBroken(
                "merging",
                f"case {self.case_id} is of applicant {applicant}, case {self.other} of {self.other_applicant or 'nobody named'}; only applications of the same applicant can be merged",
            )
        items = {ref.item_id for ref in case.items} - set(case.withdrawn_parts)
        if set(self.other_items or ()) != items:
            raise RuleBroken(
                "merging",
                f"case {self.case_id} is about {', '.join(sorted(items))}, case {self.other} about {', '.join(sorted(self.other_items or ())) or 'nothing named'}; only applications for the same items can be merged",
            )

    def _still_open(self, case: Application) -> None:
        if self.other == self.case_id:
            raise RuleBroken("merging", f"case {self.case_id} cannot be merged with itself; name another case")
        if not known(case).under_way or case.concluded is not None or case.item_results:
            raise RuleBroken(
                "merging", f"case {self.case_id} is {case.status}; only undecided applications can be merged"
            )


class MergeInto(MergeCommand):
    """End this application in favour of ``other``. One with a hearing or the like under way is the one that goes on (article 48)."""

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        self._going_on(case)
        self._no_procedure(case)
        held = [t for t in case.tasks.values() if t.holder is not None and t.unsettled]
        merged = MergedInto(case_id=self.other, reason=self.reason)
        return [*laid_down(held, self.reason), merged, *closed_with_the_case(case)]

    def _no_procedure(self, case: Application) -> None:
        """Raise ``RuleBroken`` while a hearing, an inspection or the like is under way: the other one would be decided without it."""
        under_way = [f"{s.suspension_id} ({s.ground})" for s in case.suspensions if s.holds_the_decision]
        if under_way:
            raise RuleBroken(
                "article 48",
                f"case {self.case_id} has {', '.join(under_way)} under way; merge {self.other} into it, or resume its clock first",
            )


class KeepDuplicate(MergeCommand):
    """Go on with this application, of which ``other`` was a duplicate."""

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        self._going_on(case)
        return [DuplicateFound(case_id=self.other, reason=self.reason)]
