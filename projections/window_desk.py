"""The desk of a window: received today, waiting for its applicant, results to hand out. A row a case."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Index, Table, Text, and_, select

from domain.application.state import Application, Status, TaskStatus
from domain.city import City
from domain.errors import UnknownReference
from domain.hall import Window, WindowKind
from domain.record import stamp
from domain.sealing import Sealed
from projections.generations import live
from projections.parking import is_parked
from projections.projection import Row, View
from projections.tables import Name, metadata

WAITS, RESULT, WORK, ENDED = "waits for applicant", "result to hand out", "in work", "ended"

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
    Index("window_desk_received", "hall", "window", "received_at"),
    Index("window_desk_waiting", "hall", "window", "stand", "since"),
    Index("window_desk_zone", "hall", "stand", "zone", "since"),
    Index("window_desk_department", "hall", "stand", "department", "since"),
)
"""The applicant stands here sealed; a screen opens it, and forgets it when its key is gone."""


class WindowDesk(View):
    """What a window has to do with a case."""

    name = "window_desk"
    table = table

    def of_case(self, case: Application, city: City) -> Iterable[Row]:
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


def _still_noticed(case: Application) -> list[str]:
    return [m for m in case.noticed or () if m not in case.materials or case.materials[m].content_hash is None] or list(
        case.noticed or ()
    )


@dataclass(frozen=True, slots=True)
class Entry:
    """One case on the desk; times are UTC stamps, ``applicant`` is sealed.

    ``parked`` says that the view could not take the case's latest events (``projections.parking``).
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
    """The three lists of a window, each in the order of its waiting, up to some length; ``more`` names those that go on."""

    received: list[Entry]
    waiting: list[Entry]
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
    window = hall.windows.get(window_id)
    if window is None:
        raise UnknownReference(f"hall {hall_id} has no window {window_id}; it has {', '.join(sorted(hall.windows))}")
    days = city.calendar(hall_id, len(hall.calendars))
    start, end = days.day_bounds(days.local_day(at))
    cases = live(connection, WindowDesk)
    here = and_(cases.c.hall == hall_id, cases.c.window == window_id)
    today = and_(cases.c.received_at >= stamp(start), cases.c.received_at < stamp(end))
    beyond = None if limit is None else limit + 1  # one more shows that there are more
    lists = {
        "received": _entries(connection, cases, and_(here, today), cases.c.received_at, beyond),
        "waiting": _entries(connection, cases, and_(here, cases.c.stand == WAITS), cases.c.since, beyond),
        "results": _to_hand_out(connection, cases, hall_id, window, beyond) if window.issues else [],
    }
    return Desk(
        **{name: entries[:limit] for name, entries in lists.items()},
        more=[name for name, entries in lists.items() if limit is not None and len(entries) > limit],
    )


def _to_hand_out(connection: Connection, cases: Table, hall_id: str, window: Window, limit: int | None) -> list[Entry]:
    ready = and_(cases.c.hall == hall_id, cases.c.stand == RESULT)
    if window.kind is WindowKind.DEPARTMENT:
        return _entries(connection, cases, and_(ready, cases.c.department == window.department), cases.c.since, limit)
    of_zone = _entries(connection, cases, and_(ready, cases.c.zone == window.zone), cases.c.since, limit)
    of_none = _entries(connection, cases, and_(ready, cases.c.zone.is_(None)), cases.c.since, limit)
    return sorted([*of_zone, *of_none], key=lambda entry: (entry.since, entry.case_id))


def _entries(connection: Connection, cases: Table, condition: Any, order: Any, limit: int | None) -> list[Entry]:
    query = select(cases, is_parked(cases).label("parked")).where(condition).order_by(order, cases.c.case_id)
    return [
        Entry(
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
        for row in connection.execute(query.limit(limit))
    ]
