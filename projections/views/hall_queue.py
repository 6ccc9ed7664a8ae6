"""The queue of a hall: who waits for which windows, in the order of being called, and how long it will take. A row a ticket."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Column, ColumnElement, Connection, Index, Integer, Select, Table, Text, and_, func, select

from domain.city import City
from domain.hall.hall import Duty, Hall, Window
from domain.history import TICKETS
from domain.record import stamp
from domain.ticket.ticket import Purpose, Ticket, TicketState
from projections.engine.generations import live
from projections.engine.parking import is_parked
from projections.engine.projection import Row, View
from projections.engine.tables import Name, metadata
from projections.views.processing_time import ProcessingTime

RECENT_DAYS = 30
"""Serving times of so many days tell how long the next ones will take."""

table = Table(
    "hall_queue",
    metadata,
    Column("ticket", Name, primary_key=True),
    Column("hall", Name, nullable=False),
    Column("zone", Name, nullable=False),
    Column("department", Name),
    Column("purpose", Name, nullable=False),
    Column("items", Text, nullable=False),
    Column("stand", Name, nullable=False),
    Column("day", Name, nullable=False),
    Column("number", Name),
    Column("serial", Integer),
    Column("turn", Integer, nullable=False),
    Column("place_at", Name, nullable=False),
    Column("since", Name, nullable=False),
    Column("window", Name),
    Column("favour", Name),
    Column("estimated_s", Integer),
    Index("hall_queue_line", "hall", "stand", "zone", "turn", "place_at", "ticket"),
    Index("hall_queue_day", "hall", "day", "zone", "serial"),
)
"""Called are the lowest ``turn`` first (0 whom the law or the hall favours, 1 all others), then the earliest ``place_at``.
``day`` is the hall's local day of the visit; ``since`` when the visitor began to wait, or a window to serve them."""


class HallQueue(View):
    """Where each ticket stands."""

    name = "hall_queue"
    table = table
    follows = (TICKETS,)

    def of_ticket(self, ticket: Ticket, city: City) -> Iterable[Row]:
        if ticket.hall is None or ticket.clock is None or ticket.clock.calendar is None or ticket.purpose is None:
            return
        begun = ticket.waits[0].since.at if ticket.waits else ticket.slot or ticket.clock.at
        since = ticket.attended or (ticket.waits[-1].since if ticket.waits else ticket.clock)
        yield (
            TICKETS + ticket.ticket_id,
            ticket.hall,
            ticket.zone,
            ticket.department,
            ticket.purpose.value,
            ", ".join(ticket.matters),
            ticket.stand.value,
            city.calendar(ticket.hall, ticket.clock.calendar).local_day(begun).isoformat(),
            ticket.number,
            ticket.serial,
            0 if ticket.favour else 1,
            stamp(ticket.place_at or begun),
            stamp(since.at),
            ticket.window,
            ticket.favour and ticket.favour.value,
            ticket.estimated_s,
        )


@dataclass(frozen=True, slots=True)
class Visitor:
    """One ticket in a queue; times are UTC stamps, ``estimated_s`` the wait in seconds that the ticket told.

    ``booked_for`` is the time of a visit that is booked and whose visitor is not here yet.
    """

    ticket: str
    number: str | None
    stand: str
    zone: str
    department: str | None
    purpose: str
    items: str
    favour: str | None
    since: str
    window: str | None
    estimated_s: int | None
    parked: bool
    booked_for: str | None


@dataclass(frozen=True, slots=True)
class Estimate:
    """How many come first, how many windows call, and the wait in seconds; None where nobody was served yet to go by."""

    ahead: int
    windows: int
    wait_s: int | None


def visitors(
    connection: Connection,
    city: City,
    hall: str,
    stands: Sequence[TicketState],
    at: datetime,
    limit: int | None = None,
) -> list[Visitor]:
    """The tickets of a hall for the day of ``at`` or a later one that stand so, in the order in which they are called.

    What is left of a former day is called by nobody, though the clock has not ended it yet. Raises ``UnknownReference``.
    """
    city.hall(hall)
    rows = live(connection, HallQueue)
    today = city.newest_calendar(hall).local_day(at).isoformat()
    wanted = (rows.c.hall == hall, rows.c.stand.in_(stands), rows.c.day >= today)
    return _found(connection, _in_turn(rows, *wanted).limit(limit))


def line_for(
    connection: Connection, city: City, hall_id: str, window_id: str, at: datetime, limit: int
) -> list[Visitor]:
    """Those who wait for a window on the day of ``at``, the next one to be called first. Raises ``UnknownReference`` for an unknown one."""
    hall = city.hall(hall_id)
    window = hall.window(window_id)
    rows = live(connection, HallQueue)
    today = city.newest_calendar(hall_id).local_day(at).isoformat()
    waiting, place = rows.c.stand == TicketState.WAITING, rows.c.zone == window.zone
    wanted = [rows.c.hall == hall_id, waiting, place, rows.c.day == today]
    if window.department is not None:
        wanted.append(rows.c.department == window.department)
    if not window.issues:
        wanted.append(rows.c.purpose != Purpose.COLLECT)
    if not window.receives:
        wanted.append(rows.c.purpose == Purpose.COLLECT)
    return _found(connection, _in_turn(rows, *wanted).limit(limit))


def visitor_at(connection: Connection, city: City, hall_id: str, window_id: str, at: datetime) -> Visitor | None:
    """Who was called to a window on the day of ``at`` and has not left it."""
    rows = live(connection, HallQueue)
    today = city.newest_calendar(hall_id).local_day(at).isoformat()
    here = (rows.c.hall == hall_id, rows.c.day == today, rows.c.stand == TicketState.CALLED, rows.c.window == window_id)
    return next(iter(_found(connection, _in_turn(rows, *here).limit(1))), None)


def calls_to(connection: Connection, hall_id: str, window_id: str, day: date) -> int:
    """How many visitors were called to a window on a day."""
    waits = live(connection, ProcessingTime)
    called = (waits.c.stage == "waiting", waits.c.ended_on == day.isoformat())
    query = select(func.count()).where(*called, waits.c.hall == hall_id, waits.c.window == window_id)
    return int(connection.execute(query).scalar_one())


def next_serial(connection: Connection, hall: str, zone: str, day: date) -> int:
    """The serial number that the next ticket of a zone has on a day."""
    rows = live(connection, HallQueue)
    here = and_(rows.c.hall == hall, rows.c.day == day.isoformat(), rows.c.zone == zone)
    return int(connection.execute(select(func.max(rows.c.serial)).where(here)).scalar_one() or 0) + 1


def estimate(
    connection: Connection,
    city: City,
    hall_id: str,
    zone: str,
    department: str | None,
    purpose: Purpose,
    at: datetime,
    *,
    favoured: bool = False,
) -> Estimate:
    """How long who takes a ticket now will wait: those ahead on that day, by the mean serving time of late, over the windows that call."""
    hall = city.hall(hall_id)
    windows = [w for w in hall.windows.values() if _serves(w, zone, department, purpose)]
    apart = any(w.department for w in windows)
    rows = live(connection, HallQueue)
    ahead = select(func.count()).where(
        rows.c.hall == hall_id,
        rows.c.stand == TicketState.WAITING,
        rows.c.zone == zone,
        rows.c.day == city.newest_calendar(hall_id).local_day(at).isoformat(),
        rows.c.turn <= (0 if favoured else 1),
    )
    if apart:
        ahead = ahead.where(rows.c.department == department)
    before = int(connection.execute(ahead).scalar_one())
    calling = max(1, len(_attended(hall, windows, at)))
    mean_s = _serving_s(connection, city, hall_id, zone, department if apart else None, at)
    return Estimate(before, calling, None if mean_s is None else round(before * mean_s / calling))


def _serves(window: Window, zone: str, department: str | None, purpose: Purpose) -> bool:
    return purpose.served_at(window) and window.zone == zone and window.department in (None, department)


def _attended(hall: Hall, windows: Sequence[Window], at: datetime) -> list[Window]:
    """Those of the windows that somebody sits at; all of them in a hall without a rota at that moment."""
    sitting = {
        shift.window_id for shift in hall.shifts if shift.since <= at < shift.until and Duty.QUEUE in shift.duties
    }
    return [w for w in windows if w.window_id in sitting] if sitting else list(windows)


def _serving_s(
    connection: Connection, city: City, hall: str, zone: str, department: str | None, at: datetime
) -> float | None:
    """The mean serving time of the last days in seconds."""
    times = live(connection, ProcessingTime)
    day = city.newest_calendar(hall).local_day(at)
    query = select(func.avg(times.c.calendar_us)).where(
        times.c.stage == "serving",
        times.c.ended_on >= (day - timedelta(days=RECENT_DAYS)).isoformat(),
        times.c.hall == hall,
        times.c.zone == zone,
    )
    if department is not None:
        query = query.where(times.c.department == department)
    mean = connection.execute(query).scalar_one()
    return None if mean is None else float(mean) / 1e6


def _in_turn(rows: Table, *conditions: ColumnElement[bool]) -> Select[tuple[object, ...]]:
    query = select(rows, is_parked(rows, prefix="").label("parked")).where(*conditions)
    return query.order_by(rows.c.turn, rows.c.place_at, rows.c.ticket)


def _found(connection: Connection, query: Select[tuple[object, ...]]) -> list[Visitor]:
    return [
        Visitor(
            row.ticket.removeprefix(TICKETS),
            row.number,
            row.stand,
            row.zone,
            row.department,
            row.purpose,
            row.items,
            row.favour,
            row.since,
            row.window,
            row.estimated_s,
            row.parked,
            row.place_at if row.stand == TicketState.BOOKED else None,
        )
        for row in connection.execute(query)
    ]
