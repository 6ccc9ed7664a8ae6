"""The very events that a figure of the reform is made of (rule 12)."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from domain.catalogue.item import ServiceItem
from domain.city import City
from domain.evolving import evolve
from domain.hall.hall import Hall
from domain.history import stream_of
from domain.record import Record
from domain.time.last_minute import last_minute
from projections.engine.generations import live
from projections.engine.log import Log
from projections.engine.runner import Progress, no_progress
from projections.reports.reform import Figure, Period, abolished, asked, ended, rows_of, version_in_force
from projections.views.processing_time import ProcessingTime

AT_ONCE = 500
OF_THE_CLOCK = frozenset(
    {
        "application.clock_stopped",
        "application.clock_resumed",
        "application.limit_extended",
    }
)
"""What moves a clock between the two ends of a span."""


class EvidenceEvent(NamedTuple):
    """One event: its place in the log and in its history, what happened, when by the clock of its hall."""

    position: int
    history: str
    event: int
    type: str
    occurred_at: datetime


class Evidence(NamedTuple):
    """One part of a figure: its value, in the figure's unit, the events it is made of, and what it is about."""

    value: float
    about: str
    events: tuple[EvidenceEvent, ...]


def evidence(
    connection: Connection,
    log: Log,
    city: City,
    figure: Figure,
    period: Period,
    progress: Progress = no_progress,
    halls: Sequence[str] = (),
) -> Iterator[Evidence]:
    """Everything a figure of a period is made of, in some halls or in all; times by the clock of the hall, else by the one that all halls have.

    The values of ``windows``, ``materials`` and ``abolished`` add up to the figure; ``waiting``, ``total`` and ``on-time``
    are the mean of theirs. Of ``tickets`` and ``visits`` a matter that was served has 1 where it is the first of its case on
    its ticket or its day, else 0, as each case that ended has; their sum is shared among those cases.
    """
    match figure:
        case Figure.WINDOWS:
            yield from _windows(log, city, period, halls)
        case Figure.MATERIALS | Figure.ABOLISHED:
            yield from _items(log, city, figure, period)
        case _:
            yield from _spans(connection, log, city, figure, period, progress, halls)


def _windows(log: Log, city: City, period: Period, only: Sequence[str]) -> Iterator[Evidence]:
    """Each event that changed the number of a hall's windows, by how many."""
    halls: dict[str, Hall] = {}
    for record in _city(log, "hall/"):
        name = record.originator_id.partition("/")[2]
        before = halls.get(name) or Hall(hall_id=name)
        halls[name] = after = evolve(before, record)
        day_ends = city.newest_calendar(name).day_bounds(period.last)[1]
        change = len(after.windows) - len(before.windows)
        counts = not only or name in only
        if counts and record.act.occurred_at < day_ends and change:
            yield Evidence(change, f"hall {name}", (_told(record, zone_of(city, name)),))


def _items(log: Log, city: City, figure: Figure, period: Period) -> Iterator[Evidence]:
    """The event that made each item's version in force at the end of the period, and its materials."""
    items: dict[str, ServiceItem] = {}
    made: dict[tuple[str, int], Record] = {}
    for record in _city(log, "item/"):
        name = record.originator_id.partition("/")[2]
        before = items.get(name) or ServiceItem(item_id=name)
        items[name] = after = evolve(before, record)
        if len(after.versions) > len(before.versions):
            made[name, len(after.versions)] = record
    zone = zone_of(city, None)
    for name, item in sorted(city.items.items()):
        version = version_in_force(item, period.last)
        if version is not None:
            value = asked(version) if figure is Figure.MATERIALS else abolished(version)
            yield Evidence(value, f"item {name} version {version.version}", (_told(made[name, version.version], zone),))


def _spans(
    connection: Connection,
    log: Log,
    city: City,
    figure: Figure,
    period: Period,
    progress: Progress,
    halls: Sequence[str],
) -> Iterator[Evidence]:
    """Each measured span with the two events between which it lies, what moved the clock in between, and what corrected it."""
    times = live(connection, ProcessingTime)
    rows = list(connection.execute(rows_of(times, figure, period, halls).order_by(times.c.case_id, times.c.part)))
    if figure in (Figure.TICKETS, Figure.VISITS):
        rows += connection.execute(ended(times, period, halls).order_by(times.c.case_id))
    head = log.head()
    counted: set[tuple[str, str]] = set()
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        histories: dict[str, list[Record]] = {}
        for each in log.histories(sorted({stream_of(row.case_id) for row in some}), head):
            histories.setdefault(each.originator_id, []).append(each.record())
        for row in some:
            zone = zone_of(city, row.hall)
            named = (row.from_event, row.to_event, row.corrected_by)
            within = range(row.from_event, row.to_event)
            events = (
                _told(record, zone)
                for record in histories[stream_of(row.case_id)]
                if (number := record.originator_version) in named
                or (record.event.type_name in OF_THE_CLOCK and number in within)
            )
            yield Evidence(_value(figure, row, counted), _about(row, zone), tuple(events))
        progress(start + len(some), len(rows))


def _about(row: Any, zone: ZoneInfo) -> str:
    matter = f" for case {row.matter}" if row.matter else ""
    due = f", due {_last_minute(row.due_at, zone)}" if row.due_at else ""
    corrected = f", corrected by event {row.corrected_by}" if row.corrected_by else ""
    return f"{row.stage} of {row.case_id}{matter}{due}{corrected}"


def _value(figure: Figure, row: Any, counted: set[tuple[str, str]]) -> float:
    match figure:
        case Figure.WAITING:
            return float(row.calendar_us / 60e6)
        case Figure.TOTAL:
            return float(row.working_us / 3600e6)
        case Figure.ON_TIME:
            return 100.0 if row.ended_at <= row.due_at else 0.0
        case _:
            if row.stage != "serving":
                return 0.0
            visit = (row.matter, row.case_id if figure is Figure.TICKETS else row.ended_on)
            first = visit not in counted
            counted.add(visit)
            return float(first)


def _city(log: Log, kind: str) -> Iterator[Record]:
    return (row.record() for row in log.city(0, log.head()) if row.originator_id.startswith(kind))


def zone_of(city: City, hall: str | None) -> ZoneInfo:
    """The time zone of a hall; of none, the one that all halls have in common, else UTC."""
    halls = [city.hall(hall)] if hall is not None else city.halls.values()
    zones = {each.calendars[-1].time_zone for each in halls if each.calendars}
    return ZoneInfo(zones.pop() if len(zones) == 1 else "UTC")


def _last_minute(due: str, zone: ZoneInfo) -> str:
    return last_minute(datetime.fromisoformat(due), zone).isoformat(timespec="minutes")


def _told(record: Record, zone: ZoneInfo) -> EvidenceEvent:
    return EvidenceEvent(
        record.position,
        record.originator_id,
        record.originator_version,
        record.event.type_name,
        record.act.occurred_at.astimezone(zone),
    )
