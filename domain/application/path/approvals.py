"""Departmental approval (部门审批): tasks opened, claimed, released, returned for a supplement, approved, refused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace

from domain.application.command import (
    CaseCommand,
    calendar,
    held_task,
    in_status,
    own_task,
    versions,
)
from domain.application.components import Task
from domain.application.limits.both_limits import within
from domain.application.limits.suspension import ClockStopped
from domain.application.parts import Part, parts, task_id
from domain.application.path.closing import settled_by_refusal
from domain.application.state import Application
from domain.application.terms import Ground, Status, TaskStatus
from domain.catalogue.item import ItemVersion
from domain.catalogue.separation import Station
from domain.city import checklist
from domain.errors import RuleBroken
from domain.record import Act, Event, Identifier, Role, Text, event
from domain.time.working_time import MICROSECOND, Unit, WorkingCalendar

if TYPE_CHECKING:
    from domain.city import City


def task_changed(state: Application, task_id: str, **changes: object) -> Application:
    """The case with something changed in one of its tasks."""
    return replace(state, tasks={**state.tasks, task_id: replace(state.tasks[task_id], **changes)})


def task_held(state: Application, task_id: str, person: str, **changes: object) -> Application:
    """The case with a task in somebody's hands; that they held it is kept for good."""
    before = state.tasks[task_id].handled_by
    handled_by = before if person in before else (*before, person)
    return task_changed(state, task_id, holder=person, handled_by=handled_by, **changes)


@event("application.task_opened", "转部门审批 approval task opened")
class TaskOpened(Event):
    """A department's turn has come; due times are UTC, counted in the limit's own unit."""

    task_id: str
    item_id: str
    department: str
    due_at: datetime
    warn_at: datetime
    unit: Unit

    def evolve(self, state: Application, act: Act) -> Application:
        former = state.tasks.get(self.task_id)
        task = Task(
            task_id=self.task_id,
            item_id=self.item_id,
            department=self.department,
            status=TaskStatus.OPEN,
            opened=state.mark(act),
            due_at=self.due_at,
            warn_at=self.warn_at,
            unit=self.unit,
            handled_by=() if former is None else former.handled_by,
        )
        return replace(state, tasks={**state.tasks, self.task_id: task})


@event("application.task_claimed", "认领 task claimed")
class TaskClaimed(Event):
    """Somebody of the department holds the task."""

    task_id: str

    def evolve(self, state: Application, act: Act) -> Application:
        return task_held(state, self.task_id, act.actor.person, status=TaskStatus.CLAIMED)


@event("application.task_released", "退回待办 task released")
class TaskReleased(Event):
    """The holder gave the task back to the department's queue."""

    task_id: str
    reason: str | None = None

    def evolve(self, state: Application, act: Act) -> Application:
        returned = state.tasks[self.task_id].status is TaskStatus.RETURNED
        status = TaskStatus.RETURNED if returned else TaskStatus.OPEN
        return task_changed(state, self.task_id, status=status, holder=None)


@event("application.snooze_ended", "恢复待办 back in the queue")
class SnoozeEnded(Event):
    """A task that stood aside is in the queue again, before its time: somebody else has it, or another hall."""

    task_id: str

    def evolve(self, state: Application, act: Act) -> Application:
        return task_changed(state, self.task_id, snoozed_until=None)


def laid_down(tasks: Iterable[Task], reason: str | None) -> list[Event]:
    """The events by which tasks are out of the hands of whoever holds them."""
    return [event for task in tasks for event in (*awake(task), TaskReleased(task_id=task.task_id, reason=reason))]


def awake(task: Task) -> list[Event]:
    """The event that ends a snooze, where there is one."""
    return [] if task.snoozed_until is None else [SnoozeEnded(task_id=task.task_id)]


@event("application.task_returned", "补正 returned for a supplement", schema=2)
class TaskReturned(Event):
    """The department asks the applicant for a supplement; the holder keeps the task.

    Schema 2 says until when to answer (UTC); schema 1 did not.
    """

    task_id: str
    materials: tuple[str, ...]
    reason: str
    answer_by: datetime | None

    def evolve(self, state: Application, act: Act) -> Application:
        changes = {"status": TaskStatus.RETURNED, "asks_for": self.materials, "answer_by": self.answer_by}
        asked_again = (*state.asked_again, *(m for m in self.materials if m not in state.asked_again))
        return replace(task_changed(state, self.task_id, **changes), asked_again=asked_again)


@event("application.task_resubmitted", "补正完成 supplement complete")
class TaskResubmitted(Event):
    """Everything the department asked for is in; the holder goes on."""

    task_id: str

    def evolve(self, state: Application, act: Act) -> Application:
        status = TaskStatus.OPEN if state.tasks[self.task_id].holder is None else TaskStatus.CLAIMED
        return task_changed(state, self.task_id, status=status, asks_for=(), answer_by=None)


@event("application.task_approved", "部门同意 task approved")
class TaskApproved(Event):
    """The department approves its part."""

    task_id: str
    opinion: str | None = None

    def evolve(self, state: Application, act: Act) -> Application:
        settled = state.mark(act)
        by = act.actor.person
        return task_changed(state, self.task_id, status=TaskStatus.APPROVED, settled=settled, settled_by=by)


@event("application.task_refused", "部门不同意 task refused")
class TaskRefused(Event):
    """The department refuses its part, with reasons and the legal basis."""

    task_id: str
    reasons: str
    legal_basis: str

    def evolve(self, state: Application, act: Act) -> Application:
        settled = state.mark(act)
        by = act.actor.person
        return task_changed(state, self.task_id, status=TaskStatus.REFUSED, settled=settled, settled_by=by)


def due_tasks(
    case: Application,
    of: Iterable[Part],
    approved: frozenset[str],
    at: datetime,
    days: WorkingCalendar,
    decision: datetime | None,
) -> list[TaskOpened]:
    """The tasks whose turn it is once ``approved`` are: not opened yet, and everything before them approved.

    None is due after the ``decision``, while the clock runs; one that opens while it stands still is, once it runs again.
    """
    opened: list[TaskOpened] = []
    done: set[str] = set()
    for part in of:
        if approved.issuperset(part.tasks()):
            done.add(part.item_id)
        if not done.issuperset(part.after):
            continue
        for step in part.version.approvals:
            name = task_id(part.item_id, step)
            before = {f"{part.item_id}:{earlier}" for earlier in step.after}
            if name in case.tasks or not before <= approved:
                continue
            limit = step.limit or part.version.limits.decision
            due_at = within(days.due(at, limit), None if case.clock_stopped else decision)
            share = days.working_us(at, due_at) * part.version.limits.warning // 100
            opened.append(
                TaskOpened(
                    task_id=name,
                    item_id=part.item_id,
                    department=step.department,
                    due_at=due_at,
                    warn_at=days.add_working_us(at, share),
                    unit=limit.unit,
                )
            )
    return opened


def answer_by(pinned: Iterable[ItemVersion], at: datetime, days: WorkingCalendar) -> datetime:
    """Until when an applicant has to answer who is asked at ``at``: the longest of the items' limits."""
    pinned = tuple(pinned)
    return to_its_end(pinned, max(days.due(at, version.limits.supplement) for version in pinned), days)


def to_its_end(pinned: Iterable[ItemVersion], until: datetime, days: WorkingCalendar) -> datetime:
    """When a period of the applicant is over: at 24:00 of its last day where an item says so, since what comes online needs no window."""
    if any(version.online_until_midnight is not None for version in pinned):
        return days.day_bounds(days.local_day(until - MICROSECOND))[1]
    return until


class TaskCommand(CaseCommand):
    """About one approval task."""

    roles: ClassVar = frozenset({Role.REVIEWER, Role.HEAD})
    of_department: ClassVar = "the task"
    station: ClassVar = Station.REVIEWING

    task_id: Identifier

    def reviewing(self, case: Application, action: str) -> None:
        """Raise ``RuleBroken`` unless the case is under review."""
        in_status(case, action, "rule 1", Status.IN_REVIEW)


class ClaimTask(TaskCommand):
    """Take an open task of one's own department (rule 5: one holder at a time).

    Whoever has left holds nothing: a task that is still in their name can be claimed as an open one.
    """

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        self.reviewing(case, "claiming a task")
        if not self._deserted(case, city):
            own_task(case, self.task_id, self, TaskStatus.OPEN)
        return [TaskClaimed(task_id=self.task_id)]

    def _deserted(self, case: Application, city: City) -> bool:
        """Whether the task is held by somebody who has no post in its department any more."""
        task = own_task(case, self.task_id, self, *TaskStatus)
        if task.status is not TaskStatus.CLAIMED or task.holder is None:
            return False
        where = {"department": task.department, "hall": case.hall}
        return not city.holds_post(task.holder, self.occurred_at, self.roles, **where)


class ReleaseTask(TaskCommand):
    """Give a task one holds back to the department's queue."""

    reason: Text | None = None

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        self.reviewing(case, "releasing a task")
        task = held_task(case, self.task_id, self, TaskStatus.CLAIMED)
        return laid_down([task], self.reason)


class ReturnTask(TaskCommand):
    """Ask the applicant for materials of the checklist again, each once.

    The clock goes on meanwhile: a supplement is none of the grounds of article 45. It stops where the item names the law for it.
    """

    materials: tuple[Identifier, ...]
    reason: Text

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        self.reviewing(case, "returning a task")
        task = held_task(case, self.task_id, self, TaskStatus.CLAIMED)
        pinned = versions(case, city)
        asked = checklist(pinned)
        if not self.materials:
            raise RuleBroken("article 32", "a return must name at least one material; name it")
        for material in self.materials:
            if material not in asked:
                raise RuleBroken("rule 3", f"material {material} is not asked for in case {self.case_id}")
            if case.noticed is not None and material not in case.noticed:
                raise RuleBroken(
                    "rule 4",
                    f"the one-time notice of case {self.case_id} did not name {material}; it cannot be asked for now",
                )
            if material in case.asked_again:
                raise RuleBroken(
                    "rule 4",
                    f"material {material} of case {self.case_id} was returned once already; that return names everything wrong with it, so decide on what there is",
                )
        returned = TaskReturned(
            task_id=self.task_id,
            materials=tuple(dict.fromkeys(self.materials)),
            reason=self.reason,
            answer_by=answer_by(pinned, self.occurred_at, calendar(case, city)),
        )
        return [returned, *self._stop(case, city, task)]

    def _stop(self, case: Application, city: City, task: Task) -> list[Event]:
        """What stops the clock, where the item of the task names the law under which a supplement does."""
        version = next(part.version for part in parts(case, city) if part.item_id == task.item_id)
        if version.supplement_law is None:
            return []
        suspension = f"supplement-{len(case.suspensions) + 1}"
        return [
            ClockStopped(suspension_id=suspension, ground=Ground.SUPPLEMENT, notice=self.reason, task_id=self.task_id)
        ]


class ApproveTask(TaskCommand):
    """Approve one's part; the tasks that waited for it open."""

    opinion: Text | None = None

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        self.reviewing(case, "approving a task")
        held_task(case, self.task_id, self, TaskStatus.CLAIMED)
        approved = case.approved_tasks | {self.task_id}
        following = due_tasks(
            case, parts(case, city), frozenset(approved), self.occurred_at, calendar(case, city), case.due_at
        )
        return [TaskApproved(task_id=self.task_id, opinion=self.opinion), *following]


class RefuseTask(TaskCommand):
    """Refuse one's part, with reasons and legal basis; what is settled by it needs nobody else's answer."""

    reasons: Text
    legal_basis: Text

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        self.reviewing(case, "refusing a task")
        task = held_task(case, self.task_id, self, TaskStatus.CLAIMED)
        refused = TaskRefused(task_id=self.task_id, reasons=self.reasons, legal_basis=self.legal_basis)
        return [refused, *settled_by_refusal(case, city, task, self.occurred_at)]
