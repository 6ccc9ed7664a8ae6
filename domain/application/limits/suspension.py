"""The clock of a case: what stops it, what starts it again, and the due times after that."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec.structs import replace
from pydantic import Field

from domain.application.command import CaseCommand, calendar, in_status, versions
from domain.application.components import Suspension, Task
from domain.application.limits.both_limits import moved, within
from domain.application.limits.inspection import InspectionBegun, InspectionEnded
from domain.application.limits.unmoved import last_day_of, last_days
from domain.application.separation import keep_apart
from domain.application.state import Application
from domain.application.terms import Ground, Status, TaskStatus
from domain.catalogue.separation import Station
from domain.errors import RuleBroken, Taken, UnknownReference
from domain.record import ADDED, Act, Event, Identifier, Role, Text, event
from domain.time.working_time import MICROSECOND, Limit, Unit
from domain.time.written import Day

if TYPE_CHECKING:
    from domain.city import City
    from domain.time.working_time import WorkingCalendar


@event("application.clock_stopped", "停止计时 clock stopped", schema=4)
class ClockStopped(Event):
    """The clock stands still, on a ground of the closed list; ``notice`` is what the applicant was told (45).

    Schema 2 says who presides a hearing, and which two inspect on site; schema 3 by which other law, where article 45 names it not;
    schema 4 for when a hearing is summoned.
    """

    suspension_id: str
    ground: Ground
    notice: str
    task_id: str | None = None
    expected_working_days: int | None = None
    presided_by: str | None = None
    inspected_by: tuple[str, ...] = ()
    law: str | None = None
    held_on: date | None = None

    def evolve(self, state: Application, act: Act) -> Application:
        stopped = Suspension(
            suspension_id=self.suspension_id,
            ground=self.ground,
            task_id=self.task_id,
            started_at=act.occurred_at,
            presided_by=self.presided_by,
            department=act.actor.department,
        )
        since = state.stopped_since or act.occurred_at
        return replace(state, suspensions=(*state.suspensions, stopped), stopped_since=since)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDue:
    """A task's new due time, and when its light turns yellow."""

    task_id: str
    due_at: datetime
    warn_at: datetime


@event("application.clock_resumed", "恢复计时 clock resumed", schema=2)
class ClockResumed(Event):
    """A suspension ends. With the last open one the clock runs again and the due times move. Schema 2 says the law's, too."""

    suspension_id: str
    due_at: datetime | None = None
    tasks: tuple[TaskDue, ...] = ()
    warn_at: datetime | None = None
    statutory_due_at: datetime | None = None
    statutory_warn_at: datetime | None = None

    def evolve(self, state: Application, act: Act) -> Application:
        suspensions = tuple(
            replace(s, ended_at=act.occurred_at) if s.suspension_id == self.suspension_id and s.ended_at is None else s
            for s in state.suspensions
        )
        since = state.stopped_since if any(s.stops and s.ended_at is None for s in suspensions) else None
        moves = self.due_at is not None
        return replace(
            state,
            suspensions=suspensions,
            stopped_since=since,
            tasks=with_due_times(state, self.tasks),
            due_at=self.due_at or state.due_at,
            warn_at=self.warn_at or state.warn_at,
            statutory_due_at=self.statutory_due_at if moves else state.statutory_due_at,
            statutory_warn_at=self.statutory_warn_at if moves else state.statutory_warn_at,
        )


def with_due_times(case: Application, times: Sequence[TaskDue]) -> dict[str, Task]:
    """The tasks of a case, some with new due times."""
    new = {each.task_id: replace(case.tasks[each.task_id], due_at=each.due_at, warn_at=each.warn_at) for each in times}
    return {**case.tasks, **new}


def resume(case: Application, ending: Sequence[Suspension], at: datetime, city: City) -> list[Event]:
    """The events that end these suspensions at ``at``; the last one moves the due times if no other is open.

    Overlapping suspensions count once: the clock stood still from the start of their union.
    """
    beside = [InspectionEnded(suspension_id=s.suspension_id) for s in ending if not s.stops]
    return [*beside, *_resumed(case, [s for s in ending if s.stops], at, city)]


def called_off(case: Application, items: Collection[str]) -> list[Suspension]:
    """The procedures under way that are about these items alone: their department has no task of any other item."""
    others = {task.department for task in case.tasks.values() if task.item_id not in items}
    own = {task.department for task in case.tasks.values() if task.item_id in items}
    return [s for s in case.suspensions if s.holds_the_decision and s.department in own - others]


def _resumed(case: Application, ending: Sequence[Suspension], at: datetime, city: City) -> list[ClockResumed]:
    events = [ClockResumed(suspension_id=s.suspension_id) for s in ending]
    ids = {s.suspension_id for s in ending}
    if not ending or any(s.stops and s.ended_at is None and s.suspension_id not in ids for s in case.suspensions):
        return events
    days = calendar(case, city)
    since = case.stopped_since or at
    by_itself = last_days(case, city, days)
    both = moved(
        case,
        days,
        lambda due_at, unit: days.shifted(due_at, since, at, unit, by_itself.promised),
        lambda due_at, unit: days.shifted(due_at, since, at, unit, by_itself.by_law),
    )
    tasks = tuple(
        later(task, within(due_if_resumed(case, task, at, city), both.due_at), days)
        for task in case.tasks.values()
        if task.unsettled
    )
    last = ClockResumed(
        suspension_id=ending[-1].suspension_id,
        due_at=both.due_at,
        tasks=tasks,
        warn_at=both.warn_at,
        statutory_due_at=both.statutory_due_at,
        statutory_warn_at=both.statutory_warn_at,
    )
    return [*events[:-1], last]


def due_if_resumed(case: Application, task: Task, at: datetime, city: City) -> datetime:
    """When a task is due (UTC) if the clock runs again at a moment; as it is where the clock runs.

    A task that opened while the clock stood still is later by what it stood still since then.
    """
    if case.stopped_since is None:
        return task.due_at
    days = calendar(case, city)
    last = last_day_of(task, case, city, days)
    return days.shifted(task.due_at, max(case.stopped_since, task.opened.at), at, task.unit, last)


def later(task: Task, due_at: datetime, days: WorkingCalendar) -> TaskDue:
    """A task with a later due time; its warning moves by as much working time."""
    warn_at = days.add_working_us(task.warn_at, days.working_us(task.due_at, due_at))
    return TaskDue(task_id=task.task_id, due_at=due_at, warn_at=warn_at)


SUMMONS = Limit(amount=7, unit=Unit.WORKING_DAYS)
"""How long before a hearing its summons is served where an item says nothing else: Licensing Law, article 48 (1) (1), 82."""


class StopClock(CaseCommand):
    """Begin a special procedure (特别程序): the clock stands still and the applicant is told in writing.

    It is one of article 45, or one for which an item of the case names another law. A hearing names who presides, who had no part in the
    review, and the day for which it is summoned in time (article 48). An inspection on site names two people (34), and stops the clock
    only where an item names the law for it (``inspection_law``).
    """

    roles: ClassVar = frozenset({Role.REVIEWER, Role.HEAD})

    suspension_id: Identifier
    ground: Ground
    notice: Text
    expected_working_days: Annotated[int, Field(ge=1, le=3660)] | None = None
    presided_by: Annotated[Identifier | None, ADDED] = None
    inspected_by: Annotated[tuple[Identifier, ...] | None, ADDED] = None
    held_on: Annotated[Day | None, ADDED] = None

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        in_status(case, "stopping the clock", "article 45", Status.IN_REVIEW)
        if self.ground is Ground.SUPPLEMENT:
            raise RuleBroken(
                "article 45",
                "a supplement does not need this command; return the task with `onewindow task return`, which stops the clock",
            )
        if any(s.suspension_id == self.suspension_id for s in case.suspensions):
            raise Taken("article 45", f"suspension {self.suspension_id} of case {self.case_id} exists; use another id")
        self._presided(case, city)
        self._summoned(case, city)
        self._inspected(case, city)
        law = self._law(case, city)
        if self.ground is Ground.INSPECTION and law is None:
            people = self.inspected_by or ()
            return [InspectionBegun(suspension_id=self.suspension_id, notice=self.notice, inspected_by=people)]
        return [
            ClockStopped(
                suspension_id=self.suspension_id,
                ground=self.ground,
                notice=self.notice,
                expected_working_days=self.expected_working_days,
                presided_by=self.presided_by,
                inspected_by=self.inspected_by or (),
                law=law,
                held_on=self.held_on,
            )
        ]

    def _law(self, case: Application, city: City) -> str | None:
        """The law that the items name for a procedure which article 45 does not. Raises ``RuleBroken`` where none has to."""
        if self.ground is Ground.INSPECTION:
            laws = [version.inspection_law for version in versions(case, city) if version.inspection_law is not None]
            return "; ".join(dict.fromkeys(laws)) or None
        if self.ground is not Ground.ANOTHER_LAW:
            return None
        named = [version.procedure_law for version in versions(case, city) if version.procedure_law is not None]
        if not named:
            raise RuleBroken(
                "article 45",
                f"ground: no item of case {self.case_id} names a law (`procedure_law`) under which another procedure stops the "
                "clock; only the grounds of article 45 stop it",
            )
        return "; ".join(dict.fromkeys(named))

    def _presided(self, case: Application, city: City) -> None:
        if (self.presided_by is None) is (self.ground is Ground.HEARING):
            raise RuleBroken(
                "article 48",
                f"presided_by: name the person who presides over a hearing, and name nobody for another procedure; this one is {self.ground}",
            )
        if self.presided_by is not None:
            city.colleague(self.presided_by, self.occurred_at, self.roles)
            keep_apart(case, city, Station.PRESIDING, self.presided_by)

    def _summoned(self, case: Application, city: City) -> None:
        """Raise ``RuleBroken`` unless a hearing, and only a hearing, says for when it is summoned, with seven full days between."""
        if (self.held_on is None) is (self.ground is Ground.HEARING):
            raise RuleBroken(
                "article 48",
                f"held_on: name the day of a hearing, and no day for another procedure; this one is {self.ground}",
            )
        if self.held_on is None:
            return
        days = calendar(case, city)
        named = [v.hearing_summons.limit for v in versions(case, city) if v.hearing_summons is not None]
        last = max(days.local_day(days.due(self.occurred_at, limit) - MICROSECOND) for limit in named or [SUMMONS])
        if self.held_on <= last:
            raise RuleBroken(
                "article 48",
                f"held_on: a hearing of case {self.case_id} that is summoned now must be held after {last}, not on {self.held_on}; name a later day",
            )

    def _inspected(self, case: Application, city: City) -> None:
        people = self.inspected_by or ()
        wanted = 2 if self.ground is Ground.INSPECTION else 0
        if len(people) != wanted or len(set(people)) != wanted:
            raise RuleBroken(
                "article 34",
                f"inspected_by: name the two people of an inspection on site, and nobody for another procedure; this one is {self.ground} with {', '.join(people) or 'nobody'}",
            )
        for person in people:
            city.colleague(person, self.occurred_at, self.roles)


class ResumeClock(CaseCommand):
    """End a special procedure."""

    roles: ClassVar = frozenset({Role.REVIEWER, Role.HEAD})

    suspension_id: Identifier

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        in_status(case, "resuming the clock", "article 45", Status.IN_REVIEW)
        ending = [s for s in case.suspensions if s.suspension_id == self.suspension_id and s.ended_at is None]
        if not ending:
            raise UnknownReference(f"case {self.case_id} has no open suspension {self.suspension_id}")
        if ending[0].ground is Ground.SUPPLEMENT and _answered_by_applicant(case, ending[0]):
            raise RuleBroken("article 45", "this clock starts again when the applicant hands in what was asked for")
        return resume(case, ending, self.occurred_at, city)


def _answered_by_applicant(case: Application, stop: Suspension) -> bool:
    """Whether the task still waits for what a supplement is to bring; a clock that stands for nothing can be started by hand."""
    task = case.tasks.get(stop.task_id or "")
    return task is not None and task.status is TaskStatus.RETURNED
