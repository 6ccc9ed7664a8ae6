"""Extension (延长): a decision that cannot be made in time gets more of it, once (rule 9, article 42)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace

from domain.application.command import CaseCommand, calendar, in_status, versions
from domain.application.limits.suspension import TaskDue, later, with_due_times
from domain.application.parts import package_of
from domain.application.state import Application, Status
from domain.errors import RuleBroken
from domain.record import Act, Event, Identifier, Role, Text, event
from domain.time.working_time import MICROSECOND, Limit, Unit, WorkingCalendar

if TYPE_CHECKING:
    from domain.city import City


@event("application.limit_extended")
class LimitExtended(Event):
    """The decision is due later now (UTC), and so are the tasks that ran as long; ``notice`` is what the applicant was told."""

    due_at: datetime
    notice: str
    tasks: tuple[TaskDue, ...] = ()

    def evolve(self, state: Application, act: Act) -> Application:
        return replace(state, due_at=self.due_at, extended=True, tasks=with_due_times(state, self.tasks))


@event("application.extension_refused")
class ExtensionRefused(Event):
    """Who asked for an extension is told that there is none, and why. The limit stays."""

    asked_by: str
    reason: str

    def evolve(self, state: Application, act: Act) -> Application:
        return state


class RefuseExtension(CaseCommand):
    """Refuse an extension that somebody of a department asked for, as a head of the lead department."""

    roles: ClassVar = frozenset({Role.HEAD})
    of_department: ClassVar = "the case"

    asked_by: Identifier
    reason: Text

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        in_status(case, "refusing an extension", "rule 9", Status.IN_REVIEW)
        if self.actor.department != case.department:
            raise RuleBroken(
                "rule 9",
                f"an extension of case {self.case_id} is for its lead department {case.department} to refuse, "
                f"not for {self.actor.department}",
            )
        city.colleague(self.asked_by, self.occurred_at, (Role.REVIEWER, Role.HEAD))
        if self.asked_by == self.actor.person:
            raise RuleBroken("rule 9", f"{self.asked_by} asked for it; somebody else says no")
        return [ExtensionRefused(asked_by=self.asked_by, reason=self.reason)]


class ExtendLimit(CaseCommand):
    """Extend the limit of the decision, before it has passed, by the head of the lead department, who does not handle the case."""

    roles: ClassVar = frozenset({Role.HEAD})
    of_department: ClassVar = "the case"

    notice: Text

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        in_status(case, "an extension", "rule 9", Status.IN_REVIEW)
        self._not_by_its_handler(case)
        if case.extended:
            raise RuleBroken("rule 9", f"case {self.case_id} has had its one extension; decide it now")
        assert case.due_at is not None
        if case.passed(case.due_at, self.occurred_at):
            raise RuleBroken(
                "rule 9",
                f"the limit of case {self.case_id} passed at {case.due_at.isoformat()}; it can only be extended before",
            )
        package = package_of(case, city)
        allowed = [v.limits.extension for v in versions(case, city)] if package is None else [package.extension]
        limits = [limit for limit in allowed if limit is not None]
        if not limits:
            raise RuleBroken("article 42", f"the catalogue allows no extension for the items of case {self.case_id}")
        days = calendar(case, city)
        due_at = max(extended(case.due_at, limit, days) for limit in limits)
        tasks = tuple(
            later(task, due_at, days) for task in case.tasks.values() if task.unsettled and task.due_at == case.due_at
        )
        return [LimitExtended(due_at=due_at, notice=self.notice, tasks=tasks)]

    def _not_by_its_handler(self, case: Application) -> None:
        if self.actor.department != case.department:
            raise RuleBroken(
                "rule 9",
                f"case {self.case_id} is extended by a head of its lead department {case.department}, "
                f"not of {self.actor.department}",
            )
        own = case.touched_tasks(self.actor.person)
        if own:
            raise RuleBroken(
                "rule 9",
                f"{self.actor.person} handles or handled {', '.join(own)} of case {self.case_id}; "
                "a head who had no part in it extends it",
            )


def extended(due_at: datetime, limit: Limit, days: WorkingCalendar) -> datetime:
    """So much later: days count from the one on which the limit ended, which may end at 24:00."""
    return days.due(due_at if limit.unit is Unit.WORKING_HOURS else due_at - MICROSECOND, limit)
