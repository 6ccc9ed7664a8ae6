"""What seldom happens in a city, at the rates at which it does: to a case, to a window, to a person, to a day.

``often`` times as often where a short time is to see as much.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from random import Random
from typing import Any

from domain.application.beside.assignment import DelegateTask, ReassignTask, SnoozeTask
from domain.application.beside.corrections import CorrectClericalError
from domain.application.beside.questions import AskQuestion
from domain.application.beside.reopening import FileLateDocument, Reopen
from domain.application.beside.revocation import RevocationGround, Revoke
from domain.application.beside.termination import Terminate, TerminationGround
from domain.application.beside.transfer import Transfer
from domain.application.beside.withdrawal import Withdraw, WithdrawPart
from domain.application.limits.extension import ExtendLimit, RefuseExtension
from domain.application.limits.suspension import StopClock
from domain.application.path.feedback import Delivery, Failure, RecordFailure
from domain.application.terms import AppealResult, Ground, TaskStatus
from domain.command import Command
from domain.hall.calendars import LoadCalendar
from domain.hall.hall import Hall, Window
from domain.hall.windows import CloseWindow, OpenWindow
from domain.people.joining import LeaveStaff
from domain.record import Role
from domain.time.calendar import DayOverride
from tests.anybody.world import TEXT, WHY, World
from tests.office import HASH

Asked = tuple[type[Command], dict[str, Any]]
OF_A_RUNNING_CASE: dict[type[Command], float] = {
    Transfer: 0.004,
    Withdraw: 0.002,
    WithdrawPart: 0.002,
    Terminate: 0.0005,
    AskQuestion: 0.02,
    DelegateTask: 0.01,
    ReassignTask: 0.01,
    SnoozeTask: 0.02,
    StopClock: 0.002,
    ExtendLimit: 0.005,
    RefuseExtension: 0.001,
    CorrectClericalError: 0.002,
    RecordFailure: 0.01,
}
"""The chance of each on a working day of a case under way."""
OF_AN_ENDED_CASE: dict[type[Command], float] = {Reopen: 0.002, Revoke: 0.0005, FileLateDocument: 0.005}
"""The chance of each in the whole life of a case that has ended."""
WINDOW_CLOSED, LEFT, TYPHOON = 0.002, 0.002, 0.01
"""The chance on a working day that a window of a hall closes for a day, that one of its reviewers leaves, that a hall stays shut."""


def to_running(world: World, random: Random, often: float) -> Iterator[Asked]:
    """What happens today to a case that is under way."""
    yield from (
        _asked(kind, world, random) for kind, chance in OF_A_RUNNING_CASE.items() if random.random() < chance * often
    )


def to_ended(world: World, random: Random, often: float) -> Iterator[Asked]:
    """What happens to a case once it has ended."""
    yield from (
        _asked(kind, world, random) for kind, chance in OF_AN_ENDED_CASE.items() if random.random() < chance * often
    )


def _asked(kind: type[Command], world: World, random: Random) -> Asked:
    return kind, FIELDS[kind](world, random)


def _task(world: World, random: Random) -> dict[str, Any]:
    tasks = [task for task in world.case.tasks.values() if task.status is TaskStatus.CLAIMED]
    if not tasks:
        return {"task_id": "none", "to": "NOBODY", "reason": TEXT}
    task = random.choice(tasks)
    to = [name for name, post in world.staff_of(world.hall) if post.department == task.department]
    return {"task_id": task.task_id, "to": random.choice(to or ["NOBODY"]), "reason": TEXT}


def _of_task(*names: str, **more: object) -> Callable[[World, Random], dict[str, Any]]:
    return lambda world, random: {
        **{name: value for name, value in _task(world, random).items() if name in names},
        **more,
    }


def _question(world: World, random: Random) -> dict[str, Any]:
    department = random.choice([None, *world.city.departments])
    number = f"q{len(world.case.questions) + 1}"
    return {**_of_task("task_id")(world, random), "question_id": number, "department": department, "question": TEXT}


def _of(**fields: object) -> Callable[[World, Random], dict[str, Any]]:
    return lambda world, random: dict(fields)


def _part(world: World, random: Random) -> dict[str, Any]:
    return {"item_id": random.choice(world.case.items).item_id}


FIELDS: dict[type[Command], Callable[[World, Random], dict[str, Any]]] = {
    Transfer: lambda world, random: {"hall": random.choice(list(world.city.halls)), "reason": TEXT},
    Withdraw: _of(),
    WithdrawPart: _part,
    Terminate: _of(ground=TerminationGround.FORCE_MAJEURE, **WHY),
    AskQuestion: _question,
    DelegateTask: _of_task("task_id", "to"),
    ReassignTask: _of_task("task_id", "to", "reason"),
    SnoozeTask: lambda world, random: {**_of_task("task_id")(world, random), "until": world.now + timedelta(days=1)},
    StopClock: lambda world, random: {"suspension_id": f"x{world.case.version}", "ground": Ground.TEST, "notice": TEXT},
    ExtendLimit: _of(notice=TEXT),
    RefuseExtension: lambda world, random: {"asked_by": f"{world.hall}-head", "reason": TEXT},
    CorrectClericalError: lambda world, random: {
        "corrects": 1, "correction": TEXT, "reason": TEXT, "confirmed_by": f"{world.hall}-head"
    },
    RecordFailure: _of(delivery=Delivery.POST, failure=Failure.NOT_FOUND),
    Reopen: _of(order="复议 7", reason=TEXT, result=AppealResult.ANNULLED),
    Revoke: _of(ground=RevocationGround.OTHER_LAW, **WHY, order="2025-7", remedies=TEXT),
    FileLateDocument: _of(content_hash=HASH, what=TEXT),
}  # fmt: skip


def to_a_hall(hall: Hall, shut: Sequence[Window], world: World, random: Random, often: float) -> Iterator[Asked]:
    """What happens today to a hall: a window closes for a day; a day was shut, which is entered after the fact; somebody leaves."""
    here = {"hall_id": hall.hall_id}
    for window in shut:
        yield OpenWindow, {**here, "window": window, "reason": TEXT}
    if random.random() < WINDOW_CLOSED * len(hall.windows) * often:
        yield CloseWindow, {**here, "window_id": random.choice(sorted(hall.windows)), "reason": TEXT}
    if random.random() < TYPHOON * often:
        day = DayOverride(day=world.now.date() - timedelta(days=1), sessions=(), reason="台风", counts=False)
        yield LoadCalendar, {**here, "overrides": (day,)}
    reviewers = sorted({person for person, post in world.staff_of(hall.hall_id) if post.role is Role.REVIEWER})
    if random.random() < LEFT * often:
        yield LeaveStaff, {"person": random.choice(reviewers), "reason": TEXT}
