"""Who holds a task: handed on to a colleague, given to somebody by a head, put aside until a date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from domain.application.command import held_task, own_task, task_of
from domain.application.limits.suspension import due_if_resumed
from domain.application.path.approvals import TaskCommand, awake, task_changed, task_held
from domain.application.state import Application
from domain.application.terms import UNSETTLED, TaskStatus
from domain.errors import AlreadyDone, RuleBroken
from domain.record import Act, Event, Identifier, Role, Text, event
from domain.time.written import Moment

if TYPE_CHECKING:
    from domain.city import City


BACK_ROOM = (Role.REVIEWER, Role.HEAD)
"""The posts with which somebody holds a task."""


@event("application.task_delegated", "转办 task delegated")
class TaskDelegated(Event):
    """The holder handed the task on to a colleague."""

    task_id: str
    to: str
    reason: str | None = None

    def evolve(self, state: Application, act: Act) -> Application:
        return task_held(state, self.task_id, self.to)


@event("application.task_reassigned", "改派 task reassigned")
class TaskReassigned(Event):
    """A head gave the task to somebody; whoever held it holds it no more."""

    task_id: str
    to: str
    reason: str

    def evolve(self, state: Application, act: Act) -> Application:
        task = state.tasks[self.task_id]
        status = TaskStatus.CLAIMED if task.status is TaskStatus.OPEN else task.status
        return task_held(state, self.task_id, self.to, status=status)


@event("application.task_snoozed", "暂缓 task put aside")
class TaskSnoozed(Event):
    """The task stands aside in the queue until a moment (UTC). Its clock goes on."""

    task_id: str
    until: datetime

    def evolve(self, state: Application, act: Act) -> Application:
        return task_changed(state, self.task_id, snoozed_until=self.until)


class DelegateTask(TaskCommand):
    """Hand a task one holds on to a colleague of the same department."""

    to: Identifier
    reason: Text | None = None

    def takes_part(self) -> tuple[str, ...]:
        return (self.actor.person, self.to)

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        self.reviewing(case, "delegating a task")
        task = held_task(case, self.task_id, self, TaskStatus.CLAIMED, TaskStatus.RETURNED)
        city.colleague(self.to, self.occurred_at, BACK_ROOM, department=task.department, hall=case.hall)
        if self.to == task.holder:
            raise AlreadyDone("rule 5", f"{self.to} holds task {self.task_id} of case {self.case_id} already")
        return [*awake(task), TaskDelegated(task_id=self.task_id, to=self.to, reason=self.reason)]


class ReassignTask(TaskCommand):
    """Give a task of one's department to somebody, whoever holds it: when its holder is away."""

    roles: ClassVar = frozenset({Role.HEAD})
    to: Identifier
    reason: Text

    def takes_part(self) -> tuple[str, ...]:
        return (self.to,)

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        self.reviewing(case, "reassigning a task")
        task = own_task(case, self.task_id, self, *UNSETTLED)
        city.colleague(self.to, self.occurred_at, BACK_ROOM, department=task.department, hall=case.hall)
        if self.to == task.holder:
            raise AlreadyDone("rule 5", f"{self.to} holds task {self.task_id} of case {self.case_id} already")
        return [*awake(task), TaskReassigned(task_id=self.task_id, to=self.to, reason=self.reason)]


class HandOverTask(TaskCommand):
    """Give a task that somebody holds to another of its department, because they are away or leave.

    A head does so in their own department, an operator in all of them.
    """

    roles: ClassVar = frozenset({Role.HEAD, Role.OPERATOR})
    holder: Identifier
    to: Identifier
    reason: Text

    def takes_part(self) -> tuple[str, ...]:
        return (self.to,)

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        self.reviewing(case, "handing a task over")
        task = task_of(case, self.task_id)
        if self.actor.role is Role.HEAD:
            own_task(case, self.task_id, self, *UNSETTLED)
        if not task.unsettled or task.holder != self.holder:
            now = f"is held by {task.holder}" if task.unsettled and task.holder else f"is {task.status}"
            raise RuleBroken("rule 5", f"task {self.task_id} of case {self.case_id} {now}, not held by {self.holder}")
        if self.to == self.holder:
            raise AlreadyDone("rule 5", f"{self.to} holds task {self.task_id} of case {self.case_id} already")
        city.colleague(self.to, self.occurred_at, BACK_ROOM, department=task.department, hall=case.hall)
        return [TaskReassigned(task_id=self.task_id, to=self.to, reason=self.reason)]


class SnoozeTask(TaskCommand):
    """Put a task one holds aside until a moment before it is due; while the clock stands still, as if it ran again then."""

    until: Moment

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        self.reviewing(case, "snoozing a task")
        task = held_task(case, self.task_id, self, TaskStatus.CLAIMED, TaskStatus.RETURNED)
        due_at = due_if_resumed(case, task, self.until, city)
        if not self.occurred_at < self.until < due_at:
            raise RuleBroken(
                "snooze",
                f"task {self.task_id} of case {self.case_id} cannot be put aside until {self.until.isoformat()}; name a time after now and before it is due at {due_at.isoformat()}",
            )
        return [TaskSnoozed(task_id=self.task_id, until=self.until.astimezone(UTC))]
