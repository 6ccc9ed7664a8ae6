"""Tasks that nobody has to settle any more (任务终结): a refusal settled what they were about, no version asks for them, or the case
ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec.structs import replace

from domain.application.components import Task
from domain.application.limits.suspension import resume
from domain.application.parts import apart
from domain.application.state import Application
from domain.application.terms import TaskStatus
from domain.record import Act, Event, event

if TYPE_CHECKING:
    from domain.city import City


class Closing(StrEnum):
    """Why a task is closed that its department has not settled."""

    REFUSED_ELSEWHERE = "refused_elsewhere"
    NOT_ASKED_ANY_MORE = "not_asked_any_more"
    CASE_ENDED = "case_ended"


SETTLED = (Closing.REFUSED_ELSEWHERE, Closing.NOT_ASKED_ANY_MORE)
"""The reasons by which a task is settled; an end leaves it as far as it was."""


@event("application.task_closed", "任务终结 task closed", schema=2)
class TaskClosed(Event):
    """A department's part needs no answer any more, and why. ``because_of`` is the task whose refusal settled the matter.

    Schema 2 knows that the case ended.
    """

    task_id: str
    department: str
    reason: Closing
    because_of: str | None = None

    def evolve(self, state: Application, act: Act) -> Application:
        gone = self.reason is Closing.NOT_ASKED_ANY_MORE
        closed = replace(
            state.tasks[self.task_id],
            status=TaskStatus.WITHDRAWN if gone else TaskStatus.CLOSED,
            holder=None,
            snoozed_until=None,
            asks_for=(),
            answer_by=None,
            settled=state.mark(act) if self.reason in SETTLED else None,
        )
        return replace(state, tasks={**state.tasks, self.task_id: closed})


def settled_by_refusal(case: Application, city: City, refused: Task, at: datetime) -> Sequence[Event]:
    """What closes when a department refuses: the other tasks of its item, and of the case where one refusal settles it."""
    by_itself = apart(case, city)
    others = [
        task
        for task in case.tasks.values()
        if task.unsettled and task.task_id != refused.task_id and (not by_itself or task.item_id == refused.item_id)
    ]
    return closed(case, city, others, at, Closing.REFUSED_ELSEWHERE, refused.task_id)


def closed(
    case: Application,
    city: City,
    tasks: Iterable[Task],
    at: datetime,
    reason: Closing,
    because_of: str | None = None,
) -> Sequence[Event]:
    """The events that close tasks, and start the clock again that stood still for a supplement to one of them."""
    events = [
        TaskClosed(task_id=task.task_id, department=task.department, reason=reason, because_of=because_of)
        for task in tasks
    ]
    names = {event.task_id for event in events}
    ending = case.open_stops_of(names)
    left = replace(case, tasks={name: task for name, task in case.tasks.items() if name not in names})
    return [*events, *resume(left, ending, at, city)]


def closed_with_the_case(case: Application) -> list[TaskClosed]:
    """The events by which the tasks close that nobody settled before their case ended: no department works on what is over."""
    return [
        TaskClosed(task_id=task.task_id, department=task.department, reason=Closing.CASE_ENDED)
        for task in case.tasks.values()
        if task.unsettled
    ]
