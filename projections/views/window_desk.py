"""The desk of a window: received today, waiting for its applicant, asked by a department, results to hand out. A row a case."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    CompoundSelect,
    Connection,
    Index,
    Row,
    Select,
    Table,
    Text,
    and_,
    bindparam,
    literal,
    select,
    union_all,
)

from domain.application.state import Application, Question, Status, TaskStatus
from domain.city import City
from domain.hall.hall import WindowKind
from domain.record import stamp
from domain.sealing import Sealed
from projections.engine.generations import live
from projections.engine.parking import is_parked
from projections.engine.projection import Row as ViewRow
from projections.engine.projection import View
from projections.engine.tables import Name, metadata

EVERY = 2**31 - 1
"""More cases than any list has."""
WAITS, ASKED = "waits for applicant", "a department asks"
RESULT, WORK, ENDED = "result to hand out", "in work", "ended"

table = Table(
    "window_desk",
    metadata,
    Column("case_id", Name, primary_key=True),
    Column("hall", Name),
    Column("zone", Name),
    Column("window", Name),
    Column("department", Name),
    Column("stand", Name, nullable=False),
    Column("status", Name, nullable=False),
    Column("items", Text, nullable=False),
    Column("waits_for", Text),
    Column("since", Name, nullable=False),
    Column("received_at", Name, nullable=False),
    Column("applicant_key", Name),
    Column("applicant_box", Text),
    Index("window_desk_received", "hall", "window", "received_at", "case_id"),
    Index("window_desk_waiting", "hall", "window", "stand", "since", "case_id"),
    Index("window_desk_zone", "hall", "stand", "zone", "since", "case_id"),
    Index("window_desk_department", "hall", "stand", "department", "since", "case_id"),
)
"""The applicant stands here sealed; a screen opens it, and forgets it when its key is gone."""


class WindowDesk(View):
    """What a window has to do with a case."""

    name = "window_desk"
    table = table

    def of_case(self, case: Application, city: City) -> Iterable[ViewRow]:
        if case.started is None or not case.items:
            return
        returned = sorted({m for t in case.tasks.values() if t.status is TaskStatus.RETURNED for m in t.asks_for})
        since = case.started
        waits_for: str | None = None
        if case.status is Status.RESULT_READY and case.ready is not None:
            stand, since = RESULT, case.ready
        elif case.ended is not None:
            stand, since = ENDED, case.ended
        elif case.status is Status.SUPPLEMENTING or returned:
            stand = WAITS
            waits_for = ", ".join(returned or _still_noticed(case))
        elif asked := _asked(case):
            stand, since = ASKED, min((question.asked for question in asked), key=lambda mark: mark.at)
            waits_for = "; ".join(question.text for question in asked)
        else:
            stand = WORK
        name = case.applicant and case.applicant.name
        yield (
            case.case_id,
            case.hall,
            case.zone,
            case.window,
            case.department,
            stand,
            case.status.value,
            ", ".join(f"{ref.item_id}@{ref.version}" for ref in case.items),
            waits_for,
            stamp(since.at),
            stamp(case.started.at),
            name and name.key,
            name and name.box,
        )


def _asked(case: Application) -> list[Question]:
    """What departments wait to hear from the front desk."""
    return [
        question
        for question in case.questions.values()
        if question.department is None and question.answered is None and case.tasks[question.task_id].unsettled
    ]


def _still_noticed(case: Application) -> list[str]:
    return [m for m in case.noticed or () if m not in case.materials or case.materials[m].content_hash is None] or list(
        case.noticed or ()
    )


@dataclass(frozen=True, slots=True)
class Entry:
    """One case on the desk; times are UTC stamps, ``applicant`` is sealed.

    ``parked`` says that the view could not take the case's latest events (``projections.engine.parking``).
    """

    case_id: str
    status: str
    items: str
    department: str | None
    waits_for: str | None
    since: str
    received_at: str
    applicant: Sealed | None
    parked: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """The lists of a window, each in the order of its waiting, up to some length; ``more`` names those that go on."""

    received: list[Entry]
    waiting: list[Entry]
    asked: list[Entry]
    results: list[Entry]
    more: list[str]


def desk(
    connection: Connection, city: City, hall_id: str, window_id: str, at: datetime, limit: int | None = None
) -> Desk:
    """The desk of a window as of now, with what it received on the hall's local day of ``at``; ``limit`` cases a list.

    Results are handed out where the window's kind allows it: at a comprehensive window those of its zone, at a
    department window those of its department. Raises ``UnknownReference`` for an unknown hall or window.
    """
    hall = city.hall(hall_id)
    window = hall.window(window_id)
    days = city.calendar(hall_id, len(hall.calendars))
    start, end = days.day_bounds(days.local_day(at))
    lists: dict[str, list[Entry]] = {"received": [], "waiting": [], "asked": [], "results": []}
    values = {
        "hall": hall_id,
        "window": window_id,
        "start": stamp(start),
        "end": stamp(end),
        "zone": window.zone,
        "department": window.department,
        "first": EVERY if limit is None else limit + 1,  # one more shows that there are more
    }
    query = _query(live(connection, WindowDesk), window.kind if window.issues else None)
    for row in connection.execute(query, values):
        lists[row.list].append(_entry(row))
    return Desk(
        **{name: entries[:limit] for name, entries in lists.items()},
        more=[name for name, entries in lists.items() if limit is not None and len(entries) > limit],
    )


def under_way_with(connection: Connection, item: str) -> list[str]:
    """The cases about a service item that are not ended and have no result to hand out yet."""
    cases = live(connection, WindowDesk)
    named = (", " + cases.c["items"]).contains(f", {item}@", autoescape=True)
    query = select(cases.c.case_id).where(cases.c.stand.in_((WAITS, ASKED, WORK)), named)
    return list(connection.execute(query.order_by(cases.c.case_id)).scalars())


@cache
def _query(cases: Table, issues: WindowKind | None) -> CompoundSelect[Any]:
    """The lists of a window that hands out results as its kind does, or not at all, one after the other."""

    def of(name: str, order: Column[str], *conditions: ColumnElement[bool]) -> Select[Any]:
        columns = (literal(name).label("list"), order.label("at"), *cases.columns, is_parked(cases).label("parked"))
        found = select(*columns).where(cases.c.hall == bindparam("hall"), *conditions)
        return select(found.order_by(order, cases.c.case_id).limit(bindparam("first")).subquery())

    here = cases.c.window == bindparam("window")
    today = and_(cases.c.received_at >= bindparam("start"), cases.c.received_at < bindparam("end"))
    parts = [
        of("received", cases.c.received_at, here, today),
        of("waiting", cases.c.since, here, cases.c.stand == WAITS),
        of("asked", cases.c.since, here, cases.c.stand == ASKED),
    ]
    ready = cases.c.stand == RESULT
    if issues is WindowKind.DEPARTMENT:
        parts.append(of("results", cases.c.since, ready, cases.c.department == bindparam("department")))
    elif issues is not None:
        parts.append(of("results", cases.c.since, ready, cases.c.zone == bindparam("zone")))
        parts.append(of("results", cases.c.since, ready, cases.c.zone.is_(None)))
    return union_all(*parts).order_by("at", "case_id")


def _entry(row: Row[Any]) -> Entry:
    return Entry(
        row.case_id,
        row.status,
        row.items,
        row.department,
        row.waits_for,
        row.since,
        row.received_at,
        Sealed(key=row.applicant_key, box=row.applicant_box) if row.applicant_key else None,
        row.parked,
    )
