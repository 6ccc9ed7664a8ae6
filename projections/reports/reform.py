"""The reform in figures: what changed between two periods, each figure with how many cases it is made of.

``rows_of`` says which measured spans make a figure; what is computed from them and what an auditor is shown is the same.
"""

from collections.abc import Callable, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, Table, and_, func, select
from sqlalchemy import case as choice

from domain.catalogue.item import ItemVersion, ServiceItem
from domain.city import City
from domain.errors import OfficeError
from domain.number_of import number_of
from projections.engine.generations import live
from projections.reports.processing_report import CalendarTooShort, completed
from projections.reports.selection import Selection
from projections.views.processing_time import ProcessingTime


class Figure(StrEnum):
    """What is compared."""

    WINDOWS = "windows"
    MATERIALS = "materials"
    ABOLISHED = "abolished"
    WAITING = "waiting"
    TICKETS = "tickets"
    VISITS = "visits"
    TOTAL = "total"
    ON_TIME = "on-time"


MEANING = {
    Figure.WINDOWS: ("windows at the end of the period", "halls"),
    Figure.MATERIALS: ("materials asked for, item by item, at the end of the period", "items"),
    Figure.ABOLISHED: ("materials abolished, item by item, at the end of the period", "items"),
    Figure.WAITING: ("mean minutes of waiting for a window", "waits"),
    Figure.TICKETS: ("tickets per case, of cases that ended", "cases"),
    Figure.VISITS: ("days with a visit per case, of cases that ended", "cases"),
    Figure.TOTAL: ("mean working hours per case, without stopped clocks", "cases"),
    Figure.ON_TIME: ("per cent of decisions made in time", "decisions"),
}
"""What each figure says, and what it is made of."""


class Period(NamedTuple):
    """Days, the first and the last counted; what ended on one of them (the hall's day) is of it."""

    first: date
    last: date


class Measured(NamedTuple):
    """A figure of a period, and how many spans, halls or items it is made of; None of none."""

    value: float | None
    of: int


class PeriodsOverlap(OfficeError):
    """Two periods that are compared have days in common."""


def reform_report(
    connection: Connection, city: City, before: Period, after: Period, halls: Sequence[str] = ()
) -> dict[Figure, tuple[Measured, Measured]]:
    """Each figure before and after, of some halls or of all. Raises ``PeriodsOverlap``, ``CalendarTooShort``."""
    if before.last >= after.first:
        raise PeriodsOverlap(
            f"the period before the reform ends on {before.last}, the one after it begins on {after.first}; let the second begin later"
        )
    return {
        figure: (measured(connection, city, figure, before, halls), measured(connection, city, figure, after, halls))
        for figure in Figure
    }


def measured(connection: Connection, city: City, figure: Figure, period: Period, halls: Sequence[str] = ()) -> Measured:
    """One figure of a period. What items ask for is the same in every hall. Raises ``CalendarTooShort``."""
    if figure in OF_THE_CITY:
        found = OF_THE_CITY[figure](city, period.last)
        if halls and figure is Figure.WINDOWS:
            found = {hall: windows for hall, windows in found.items() if hall in halls}
        return Measured(sum(found.values()), len(found))
    times = live(connection, ProcessingTime)
    spans = rows_of(times, figure, period, halls).subquery()
    match figure:
        case Figure.WAITING:
            total, count = _sum(connection, spans.c.calendar_us)
            return _mean(total / 60e6, count)
        case Figure.TOTAL:
            total, count = _sum(connection, spans.c.working_us)
            counted = connection.execute(select(func.count()).select_from(spans)).scalar_one()
            if count != counted:
                raise CalendarTooShort(
                    f"the calendar of a hall lacks a year through which {number_of(counted - count, 'case')} ran, so their working time cannot be computed; load it with `onewindow calendar load` and `onewindow project rebuild processing_time`"
                )
            return _mean(total / 3600e6, count)
        case Figure.ON_TIME:
            in_time = func.sum(choice((spans.c.ended_at <= spans.c.due_at, 1), else_=0))
            held, count = connection.execute(select(in_time, func.count()).select_from(spans)).one()
            return _mean(100 * int(held or 0), count)
        case _:
            cases = select(func.count()).select_from(ended(times, period, halls).subquery())
            key = spans.c.case_id if figure is Figure.TICKETS else spans.c.ended_on
            visits = select(spans.c.matter, key).distinct().subquery()
            made = connection.execute(select(func.count()).select_from(visits)).scalar_one()
            return _mean(made, connection.execute(cases).scalar_one())


def rows_of(times: Table, figure: Figure, period: Period, halls: Sequence[str] = ()) -> Select[Any]:
    """The rows of ``processing_time`` that a figure is made of."""
    stage = {Figure.WAITING: "waiting", Figure.TOTAL: "total", Figure.ON_TIME: "decision"}.get(figure)
    if stage is None:
        cases = ended(times, period, halls).with_only_columns(times.c.case_id)
        return select(times).where(times.c.stage == "serving", times.c.matter.in_(cases))
    if figure is Figure.TOTAL:
        return ended(times, period, halls)
    found = select(times).where(times.c.stage == stage, _within(times, period, halls))
    return found.where(times.c.due_at.is_not(None)) if figure is Figure.ON_TIME else found


def ended(times: Table, period: Period, halls: Sequence[str] = ()) -> Select[Any]:
    """The rows of the cases that were completed in a period."""
    return select(times).where(times.c.stage == "total", _within(times, period, halls), completed(times))


def windows_standing(city: City, day: date) -> dict[str, int]:
    """How many windows each hall had when a day ended."""
    return {hall.hall_id: len(stood) for hall in city.halls.values() if (stood := hall.windows_on(day))}


def version_in_force(item: ServiceItem, day: date) -> ItemVersion | None:
    """The version of an item on a day, None where it could not be applied for."""
    if item.withdrawn_from is not None and day >= item.withdrawn_from:
        return None
    return next((v for v in reversed(item.versions) if v.effective_from <= day), None)


def asked(version: ItemVersion) -> int:
    """How many materials a version asks for."""
    return len(version.asked_for())


def abolished(version: ItemVersion) -> int:
    """How many materials stand abolished in a version."""
    return len(version.materials) - len(version.asked_for())


def _by_item(count: Callable[[ItemVersion], int]) -> Callable[[City, date], dict[str, int]]:
    def counted(city: City, day: date) -> dict[str, int]:
        versions = {item.item_id: version_in_force(item, day) for item in city.items.values()}
        return {item_id: count(version) for item_id, version in versions.items() if version is not None}

    return counted


OF_THE_CITY: dict[Figure, Callable[[City, date], dict[str, int]]] = {
    Figure.WINDOWS: windows_standing,
    Figure.MATERIALS: _by_item(asked),
    Figure.ABOLISHED: _by_item(abolished),
}
"""Figures that the histories of halls and items tell, as of a day."""


def _within(times: Table, period: Period, halls: Sequence[str]) -> Any:
    of_them = Selection(halls=tuple(halls)).conditions(times)
    return and_(times.c.ended_on >= period.first.isoformat(), times.c.ended_on <= period.last.isoformat(), *of_them)


def _sum(connection: Connection, column: Any) -> tuple[int, int]:
    total, count = connection.execute(select(func.sum(column), func.count(column))).one()
    return int(total or 0), int(count)


def _mean(total: float, count: int) -> Measured:
    return Measured(total / count if count else None, count)
