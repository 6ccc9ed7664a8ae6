"""Everything that is open in the whole city, the longest waiting first, and how much of it there is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, func, select

from domain.record import stamp
from domain.time.light import Light
from projections.engine.generations import live
from projections.lists.list_page import Page, lit_by_law, missing_first, page
from projections.views.open_work import OpenWork
from projections.views.work import WaitsFor


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which open work is asked for: what waits since ``since`` or later, and since before ``before``.

    With ``late_by_law`` only what is of cases whose statutory limit has passed at that moment.
    """

    waits_for: WaitsFor | None = None
    hall: str | None = None
    department: str | None = None
    since: datetime | None = None
    before: datetime | None = None
    late_by_law: datetime | None = None


def open_work(
    connection: Connection, wanted: Wanted, at: datetime, limit: int | None, after: str | None = None
) -> Page:
    """The open work that is asked for, as it looks at a moment: the first ``limit`` lines behind ``after``. Raises ``WrongCursor``."""
    work = live(connection, OpenWork)
    of = list(_conditions(work, wanted))
    kinds = [wanted.waits_for] if wanted.waits_for is not None else list(WaitsFor)
    branches = [[work.c.waits_for == kind.value, *of] for kind in kinds]  # an index has each kind in its order
    return page(connection, work, branches, (work.c.since, work.c.case_id, work.c.work), at, limit, after)


@dataclass(frozen=True, slots=True)
class Count:
    """How much waits for one thing in a hall, in how many cases, and since when the longest of it (UTC stamp)."""

    waits_for: str
    hall: str | None
    work: int
    cases: int
    since: str


def counts(connection: Connection, wanted: Wanted) -> list[Count]:
    """The open work that is asked for, by what it waits for and by hall."""
    work = live(connection, OpenWork)
    of = list(_conditions(work, wanted))
    if wanted.waits_for is not None:
        of.append(work.c.waits_for == wanted.waits_for.value)
    query = (
        select(
            work.c.waits_for, work.c.hall, func.count(), func.count(work.c.case_id.distinct()), func.min(work.c.since)
        )
        .where(*of)
        .group_by(work.c.waits_for, work.c.hall)
        .order_by(work.c.waits_for, missing_first(work.c.hall))
    )
    return [Count(row[0], row[1], int(row[2]), int(row[3]), row[4]) for row in connection.execute(query)]


def cases_open(connection: Connection, wanted: Wanted) -> int:
    """In how many cases something of it is open."""
    work = live(connection, OpenWork)
    of = list(_conditions(work, wanted))
    if wanted.waits_for is not None:
        of.append(work.c.waits_for == wanted.waits_for.value)
    return int(connection.execute(select(func.count(work.c.case_id.distinct())).where(*of)).scalar_one())


def _conditions(work: Table, wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.hall is not None:
        yield work.c.hall == wanted.hall
    if wanted.department is not None:
        yield work.c.department == wanted.department
    if wanted.since is not None:
        yield work.c.since >= stamp(wanted.since)
    if wanted.before is not None:
        yield work.c.since < stamp(wanted.before)
    if wanted.late_by_law is not None:
        yield lit_by_law(work, Light.RED, stamp(wanted.late_by_law))
