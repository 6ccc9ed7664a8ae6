"""The queue of a department: what it approves, answers, decides and makes ready, and what waits for another one first.

Totals and loads go by the same filter as the lines.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, case, false, func, select

from domain.record import stamp
from domain.time.light import Light
from projections.engine.generations import live
from projections.lists.list_page import Page, lit, lit_by_law, missing_first, page
from projections.views.open_work import OpenWork
from projections.views.work import DEPARTMENT, LATER, WaitsFor


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
    """Which work of a department is asked for; ``holder`` is who asks where ``show`` is ``mine``.

    What was put aside is left out until its time has come, unless ``snoozed``.
    """

    show: Show = Show.ALL
    waits_for: WaitsFor | None = None
    holder: str | None = None
    hall: str | None = None
    zone: str | None = None
    item: str | None = None
    light: Light | None = None
    statutory_light: Light | None = None
    snoozed: bool = True
    sort: Sort = Sort.DUE


EVERYTHING = Filter()


def queue(
    connection: Connection,
    department: str,
    at: datetime,
    limit: int | None = None,
    wanted: Filter = EVERYTHING,
    after: str | None = None,
) -> Page:
    """The work of a department in its order, as it looks at ``at``: the first ``limit`` behind ``after``. Raises ``WrongCursor``."""
    work = live(connection, OpenWork)
    conditions = list(_conditions(work, department, wanted, stamp(at.astimezone(UTC))))
    return page(connection, work, [conditions], _order(work, wanted.sort), at, limit, after)


def length(connection: Connection, department: str, at: datetime, wanted: Filter = EVERYTHING) -> int:
    """How much work of a department passes the filter."""
    work = live(connection, OpenWork)
    conditions = _conditions(work, department, wanted, stamp(at.astimezone(UTC)))
    return int(connection.execute(select(func.count()).select_from(work).where(*conditions)).scalar_one())


@dataclass(frozen=True, slots=True)
class Load:
    """What one person of a department has to do, or with ``holder`` None what nobody has taken yet."""

    holder: str | None
    tasks: int
    yellow: int
    red: int
    paused: int


def load(connection: Connection, department: str, at: datetime, wanted: Filter = EVERYTHING) -> list[Load]:
    """The work of a department that passes the filter by holder, as it looks at ``at``; what nobody has taken comes first."""
    work = live(connection, OpenWork)
    now = stamp(at.astimezone(UTC))

    def having(light: Light) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((lit(work, light, now), 1), else_=0)), 0)

    query = (
        select(work.c.holder, func.count(), having(Light.YELLOW), having(Light.RED), having(Light.PAUSED))
        .where(*_conditions(work, department, wanted, now))
        .group_by(work.c.holder)
        .order_by(missing_first(work.c.holder))
    )
    return [Load(holder, *map(int, counts)) for holder, *counts in connection.execute(query)]


def _conditions(work: Table, department: str, wanted: Filter, now: str) -> Iterator[ColumnElement[bool]]:
    yield work.c.side == (LATER if wanted.show is Show.UPCOMING else DEPARTMENT)
    yield work.c.department == department
    if wanted.show is Show.UNASSIGNED:
        yield work.c.holder.is_(None)
    elif wanted.holder is not None:
        yield work.c.holder == wanted.holder
    elif wanted.show is Show.MINE:
        yield false()  # nobody asks, so nothing is theirs
    exactly = (
        (work.c.waits_for, None if wanted.waits_for is None else wanted.waits_for.value),
        (work.c.hall, wanted.hall),
        (work.c.zone, wanted.zone),
        (work.c.item, wanted.item),
    )
    for column, value in exactly:
        if value is not None:
            yield column == value
    if not wanted.snoozed:
        yield work.c.snoozed_until.is_(None) | (work.c.snoozed_until <= now)
    if wanted.light is not None:
        yield lit(work, wanted.light, now)
    if wanted.statutory_light is not None:
        yield lit_by_law(work, wanted.statutory_light, now)


def _order(work: Table, sort: Sort) -> tuple[ColumnElement[Any], ...]:
    first = {
        Sort.DUE: (),
        Sort.OPENED: (work.c.since,),
        Sort.ITEM: (missing_first(work.c["item"]),),
        Sort.HALL: (missing_first(work.c.hall),),
        Sort.HOLDER: (missing_first(work.c.holder),),
    }[sort]
    return (*first, work.c.red_at, work.c.case_id, work.c.work)
