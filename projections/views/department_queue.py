"""The queue of a department: its open tasks, those to come, questions asked of it; by holder, light, hall. A row each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Boolean, Column, ColumnElement, Connection, Index, Table, Text, and_, case, func, select

from domain.application.parts import parts, task_id
from domain.application.state import Application, Task, TaskStatus
from domain.city import City
from domain.record import stamp
from domain.sealing import Sealed
from domain.time.light import Light
from projections.engine.generations import live
from projections.engine.parking import is_parked
from projections.engine.projection import Row, View
from projections.engine.tables import Name, metadata

QUESTION, UPCOMING = "question", "upcoming"
"""The status of what is in a queue beside open tasks: another department asks; another department comes first."""

table = Table(
    "department_queue",
    metadata,
    Column("case_id", Name, primary_key=True),
    Column("task_id", Name, primary_key=True),
    Column("department", Name, nullable=False),
    Column("hall", Name),
    Column("zone", Name),
    Column("item", Name, nullable=False),
    Column("status", Name, nullable=False),
    Column("holder", Name),
    Column("asks_for", Text),
    Column("clock_stopped", Boolean, nullable=False),
    Column("opened_at", Name, nullable=False),
    Column("warn_at", Name, nullable=False),
    Column("due_at", Name, nullable=False),
    Column("snoozed_until", Name),
    Column("applicant_key", Name),
    Column("applicant_box", Text),
    Index("department_queue_due", "department", "due_at", "case_id"),
    Index("department_queue_holder", "department", "holder", "due_at", "case_id"),
    Index("department_queue_status", "department", "status", "due_at", "case_id"),
)


class Show(StrEnum):
    """The four queues of a department."""

    MINE = "mine"
    UNASSIGNED = "unassigned"
    UPCOMING = "upcoming"
    ALL = "all"


class Sort(StrEnum):
    """What a queue is ordered by."""

    DUE = "due"
    OPENED = "opened"
    ITEM = "item"
    HALL = "hall"
    HOLDER = "holder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which tasks of a department are asked for; ``holder`` is who asks where ``show`` is ``mine``.

    What was put aside is left out until its time has come, unless ``snoozed``.
    """

    show: Show = Show.ALL
    holder: str | None = None
    hall: str | None = None
    zone: str | None = None
    item: str | None = None
    light: Light | None = None
    snoozed: bool = True
    sort: Sort = Sort.DUE


EVERYTHING = Filter()


class DepartmentQueue(View):
    """The open tasks of a case, those whose turn is still to come, and the questions asked of other departments.

    Version 2 knows the last two, and tasks that were put aside.
    """

    name = "department_queue"
    version = 2
    table = table

    def of_case(self, case: Application, city: City) -> Iterable[Row]:
        if case.ended is not None or case.decided is not None:
            return
        for task in case.tasks.values():
            if task.unsettled:
                yield _row(case, task, task.task_id, task.department, task.status, task.holder, task.opened.at)
        for question in case.questions.values():
            task = case.tasks[question.task_id]
            if question.answered is None and question.department is not None and task.unsettled:
                name = f"{question.task_id}?{question.question_id}"
                yield _row(case, task, name, question.department, QUESTION, None, question.asked.at)
        if case.tasks:
            yield from _upcoming(case, city)


def _row(
    case: Application, task: Task, name: str, department: str, status: str, holder: str | None, opened: datetime
) -> Row:
    applicant = case.applicant and case.applicant.name
    snoozed = task.snoozed_until if name == task.task_id else None
    return (
        case.case_id,
        name,
        department,
        case.hall,
        case.zone,
        task.item_id,
        str(status),
        holder,
        ", ".join(task.asks_for) or None,
        case.clock_stopped,
        stamp(opened),
        stamp(task.warn_at),
        stamp(task.due_at),
        snoozed and stamp(snoozed),
        applicant and applicant.key,
        applicant and applicant.box,
    )


def _upcoming(case: Application, city: City) -> Iterable[Row]:
    """Steps that wait for other departments. They are due with the decision until their own limit begins."""
    assert case.accepted is not None
    assert case.due_at is not None
    for part in parts(case, city):
        for step in part.version.approvals:
            name = task_id(part.item_id, step)
            if name not in case.tasks:
                task = Task(
                    task_id=name,
                    item_id=part.item_id,
                    department=step.department,
                    status=TaskStatus.OPEN,
                    opened=case.accepted,
                    due_at=case.due_at,
                    warn_at=case.due_at,
                    unit=case.unit,
                )
                yield _row(case, task, name, step.department, UPCOMING, None, case.accepted.at)


@dataclass(frozen=True, slots=True)
class QueuedTask:
    """One task in the queue; ``age_s`` is calendar seconds since it was opened.

    ``parked`` says that the view could not take the case's latest events (``projections.engine.parking``).
    """

    case_id: str
    task_id: str
    item: str
    hall: str | None
    zone: str | None
    status: str
    holder: str | None
    asks_for: str | None
    light: Light
    due_at: str
    snoozed_until: str | None
    age_s: int
    applicant: Sealed | None
    parked: bool


def queue(
    connection: Connection, department: str, at: datetime, limit: int | None = None, wanted: Filter = EVERYTHING
) -> list[QueuedTask]:
    """The tasks of a department in their order, as they look at ``at``; the first ``limit`` of them."""
    tasks = live(connection, DepartmentQueue)
    moment = at.astimezone(UTC)
    now = stamp(moment)
    query = (
        select(tasks, is_parked(tasks).label("parked"))
        .where(tasks.c.department == department, *_conditions(tasks, wanted, now))
        .order_by(*_order(tasks, wanted.sort))
        .limit(limit)
    )
    return [
        QueuedTask(
            row.case_id,
            row.task_id,
            row.item,
            row.hall,
            row.zone,
            row.status,
            row.holder,
            row.asks_for,
            _light(now, row.warn_at, row.due_at, row.clock_stopped),
            row.due_at,
            row.snoozed_until,
            max(0, int((moment - datetime.fromisoformat(row.opened_at)).total_seconds())),
            Sealed(key=row.applicant_key, box=row.applicant_box) if row.applicant_key else None,
            row.parked,
        )
        for row in connection.execute(query)
    ]


def _conditions(tasks: Table, wanted: Filter, now: str) -> Iterator[ColumnElement[bool]]:
    match wanted.show:
        case Show.MINE:
            yield tasks.c.holder == wanted.holder
        case Show.UNASSIGNED:
            yield tasks.c.status == TaskStatus.OPEN.value
        case Show.UPCOMING:
            yield tasks.c.status == UPCOMING
        case Show.ALL:
            yield tasks.c.status != UPCOMING
            if wanted.holder is not None:
                yield tasks.c.holder == wanted.holder
    for column, value in ((tasks.c.hall, wanted.hall), (tasks.c.zone, wanted.zone), (tasks.c.item, wanted.item)):
        if value is not None:
            yield column == value
    if not wanted.snoozed:
        yield tasks.c.snoozed_until.is_(None) | (tasks.c.snoozed_until <= now)
    if wanted.light is not None:
        yield _lit(tasks, wanted.light, now)


def _lit(tasks: Table, light: Light, now: str) -> ColumnElement[bool]:
    """Which tasks have a light; the same as ``_light`` tells of one."""
    match light:
        case Light.PAUSED:
            return and_(tasks.c.clock_stopped)
        case Light.RED:
            return and_(~tasks.c.clock_stopped, tasks.c.due_at < now)
        case Light.YELLOW:
            return and_(~tasks.c.clock_stopped, tasks.c.due_at >= now, tasks.c.warn_at < now)
        case Light.GREEN:
            return and_(~tasks.c.clock_stopped, tasks.c.due_at >= now, tasks.c.warn_at >= now)


def _order(tasks: Table, sort: Sort) -> tuple[ColumnElement[Any], ...]:
    first = {
        Sort.DUE: (),
        Sort.OPENED: (tasks.c.opened_at,),
        Sort.ITEM: (tasks.c.item,),
        Sort.HALL: (tasks.c.hall,),
        Sort.HOLDER: (tasks.c.holder,),
    }[sort]
    return (*first, tasks.c.due_at, tasks.c.case_id, tasks.c.task_id)


@dataclass(frozen=True, slots=True)
class Load:
    """What one person of a department has to do, or with ``holder`` None what nobody has taken yet."""

    holder: str | None
    tasks: int
    yellow: int
    red: int
    paused: int


def load(connection: Connection, department: str, at: datetime) -> list[Load]:
    """The open tasks of a department by holder, as they look at ``at``."""
    tasks = live(connection, DepartmentQueue)
    now = stamp(at.astimezone(UTC))

    def having(light: Light) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((_lit(tasks, light, now), 1), else_=0)), 0)

    query = (
        select(tasks.c.holder, func.count(), having(Light.YELLOW), having(Light.RED), having(Light.PAUSED))
        .where(tasks.c.department == department, tasks.c.status != UPCOMING)
        .group_by(tasks.c.holder)
        .order_by(tasks.c.holder)
    )
    return [Load(holder, *map(int, counts)) for holder, *counts in connection.execute(query)]


def length(connection: Connection, department: str) -> int:
    """How many open tasks a department has, and questions asked of it."""
    tasks = live(connection, DepartmentQueue)
    here = (tasks.c.department == department) & (tasks.c.status != UPCOMING)
    count = select(func.count()).select_from(tasks).where(here)
    return int(connection.execute(count).scalar_one())


def _light(now: str, warn_at: str, due_at: str, clock_stopped: bool) -> Light:
    if clock_stopped:
        return Light.PAUSED
    if now > due_at:
        return Light.RED
    return Light.YELLOW if now > warn_at else Light.GREEN
