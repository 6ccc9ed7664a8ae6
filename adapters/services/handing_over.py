"""Handing over everything that a person holds: when they are away, and before they leave."""

from dataclasses import dataclass
from typing import Any

from adapters.bootstrap import Installation
from adapters.services.envelope import OF_ITS_OWN, Envelope
from domain.application.beside.assignment import HandOverTask
from domain.command import Command
from domain.errors import OfficeError, RuleBroken
from domain.identifier import ON_RECORD
from domain.number_of import number_of
from domain.people.joining import LeaveStaff
from domain.record import Actor
from projections.lists.queue import Filter, Show, queue
from projections.views.open_work import OpenWork
from projections.views.work import WaitsFor

WAIT_SECONDS = 10.0
"""How long to wait until the views have seen all that is recorded."""


@dataclass(frozen=True, slots=True)
class HeldTask:
    """A task in somebody's hands."""

    case_id: str
    task_id: str
    department: str


def held_by(installation: Installation, person: str) -> list[HeldTask]:
    """Every task that somebody holds, once the views have seen all that is recorded. Raises ``ViewsBehind``."""
    installation.caught_up(OpenWork(), WAIT_SECONDS)
    wanted, now = Filter(show=Show.MINE, waits_for=WaitsFor.APPROVE, holder=person), installation.now()
    with installation.reading() as connection:
        return [
            HeldTask(task.case_id, task.work, department)
            for department in sorted(installation.office.city().departments)
            for task in queue(connection, department, now, None, wanted).lines
        ]


def hand_over(
    installation: Installation,
    by: Actor,
    person: str,
    to: str,
    reason: str,
    *,
    together: bool,
    envelope: Envelope = OF_ITS_OWN,
) -> dict[HeldTask, str]:
    """Give all tasks of a person to somebody: all or none, or each by itself; what became of each.

    Raises the first refusal where they go together.
    """
    tasks = held_by(installation, person)
    commands = _commands(by, tasks, person, to, reason, envelope)
    if together:
        installation.office.execute_together(commands)
        return dict.fromkeys(tasks, "handed over")
    answers = installation.office.execute_all(commands)
    return {
        task: str(answer) if isinstance(answer, OfficeError) else "handed over"
        for task, answer in zip(tasks, answers, strict=True)
    }


def leave(
    installation: Installation,
    by: Actor,
    person: str,
    to: str | None,
    reason: str,
    envelope: Envelope = OF_ITS_OWN,
) -> tuple[int, int]:
    """Let somebody leave, and give what they hold to ``to``: all of it, or nothing. Returns how many tasks, and the position.

    Raises ``RuleBroken`` where they hold tasks and nobody is named who gets them.
    """
    tasks = held_by(installation, person)
    if tasks and to is None:
        listed = ", ".join(f"{task.task_id} of {task.case_id}" for task in tasks[:12])
        raise RuleBroken(
            "staff",
            f"{person} holds {number_of(len(tasks), 'task')} ({listed}); name the person who gets them with --to, or hand them over first",
        )
    leaving = LeaveStaff.model_validate({"actor": by, "person": person, "reason": reason, **envelope.fields()})
    commands = [*(_commands(by, tasks, person, to, reason, envelope) if to is not None else []), leaving]
    return len(tasks), installation.office.execute_together(commands)[-1].position


def _commands(by: Actor, tasks: list[HeldTask], person: str, to: str, reason: str, envelope: Envelope) -> list[Command]:
    """A command for each task, whose id ends with the case and the task."""
    common: dict[str, Any] = {"actor": by, "holder": person, "to": to, "reason": reason}
    return [
        HandOverTask.model_validate(
            {
                **common,
                **envelope.fields(f"{task.case_id}/{task.task_id}"),
                "case_id": task.case_id,
                "task_id": task.task_id,
            },
            context=ON_RECORD,
        )
        for task in tasks
    ]
