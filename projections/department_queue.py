"""The queue of a department: its open tasks by due time, with holder, age and light. A row a task."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import Boolean, Column, Connection, Index, Table, Text, func, select

from domain.application.state import Application, TaskStatus
from domain.city import City
from domain.record import stamp
from domain.sealing import Sealed
from projections.generations import live
from projections.parking import is_parked
from projections.projection import Row, View
from projections.tables import Name, metadata

OPEN = (TaskStatus.OPEN, TaskStatus.CLAIMED, TaskStatus.RETURNED)

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
    Column("applicant_key", Name),
    Column("applicant_box", Text),
    Index("department_queue_due", "department", "due_at", "case_id"),
)


class Light(StrEnum):
    """The supervision light (红黄灯); ``paused`` while the clock stands still."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    PAUSED = "paused"


class DepartmentQueue(View):
    """The open tasks of a case."""

    name = "department_queue"
    table = table

    def of_case(self, case: Application, city: City) -> Iterable[Row]:
        if case.ended is not None or case.decided is not None:
            return
        name = case.applicant and case.applicant.name
        for task in case.tasks.values():
            if task.status not in OPEN:
                continue
            yield (
                case.case_id,
                task.task_id,
                task.department,
                case.hall,
                case.zone,
                task.item_id,
                task.status.value,
                task.holder,
                ", ".join(task.asks_for) or None,
                case.clock_stopped,
                stamp(task.opened.at),
                stamp(task.warn_at),
                stamp(task.due_at),
                name and name.key,
                name and name.box,
            )


@dataclass(frozen=True, slots=True)
class QueuedTask:
    """One task in the queue; ``age_s`` is calendar seconds since it was opened.

    ``parked`` says that the view could not take the case's latest events (``projections.parking``).
    """

    case_id: str
    task_id: str
    item: str
    hall: str | None
    status: str
    holder: str | None
    asks_for: str | None
    light: Light
    due_at: str
    age_s: int
    applicant: Sealed | None
    parked: bool


def queue(connection: Connection, department: str, at: datetime, limit: int | None = None) -> list[QueuedTask]:
    """The open tasks of a department by due time, as they look at ``at``; the first ``limit`` of them."""
    tasks = live(connection, DepartmentQueue)
    query = (
        select(tasks, is_parked(tasks).label("parked"))
        .where(tasks.c.department == department)
        .order_by(tasks.c.due_at, tasks.c.case_id, tasks.c.task_id)
        .limit(limit)
    )
    moment = at.astimezone(UTC)
    now = stamp(moment)
    return [
        QueuedTask(
            row.case_id,
            row.task_id,
            row.item,
            row.hall,
            row.status,
            row.holder,
            row.asks_for,
            _light(now, row.warn_at, row.due_at, row.clock_stopped),
            row.due_at,
            max(0, int((moment - datetime.fromisoformat(row.opened_at)).total_seconds())),
            Sealed(key=row.applicant_key, box=row.applicant_box) if row.applicant_key else None,
            row.parked,
        )
        for row in connection.execute(query)
    ]


def length(connection: Connection, department: str) -> int:
    """How many open tasks a department has."""
    tasks = live(connection, DepartmentQueue)
    count = select(func.count()).select_from(tasks).where(tasks.c.department == department)
    return int(connection.execute(count).scalar_one())


def _light(now: str, warn_at: str, due_at: str, clock_stopped: bool) -> Light:
    if clock_stopped:
        return Light.PAUSED
    if now > due_at:
        return Light.RED
    return Light.YELLOW if now > warn_at else Light.GREEN
