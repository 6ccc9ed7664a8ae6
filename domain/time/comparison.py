"""Two limits side by side: whether one can end after the other, counted over real calendars and not by their numbers.

28 calendar days are 20 working days in most weeks and more than 20 after a holiday that is made up on Saturdays; so two
limits of different units are counted from every day of the years that a calendar knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time
from functools import lru_cache

from domain.time.calendar import CalendarData, CalendarYear, CalendarYearMissing, Session
from domain.time.working_time import DAY, MICROSECOND, Limit, Unit, WorkingCalendar

YEARS = 5
"""So many of the newest years of a calendar are looked at."""

PLAIN_WEEK = CalendarData(
    time_zone="UTC",
    sessions=(Session(opens=time(9), closes=time(17)),),
    years=tuple(CalendarYear(year=year, holidays=(), makeup_days=()) for year in range(2024, 2029)),
)
"""Five days of eight hours, no holidays: what is counted with where no hall has a calendar yet."""


def outlasts(promise: Limit, law: Limit, calendars: Iterable[CalendarData]) -> date | None:
    """A day on which both begin and the promise ends later, in one of the calendars; None when it never does.

    Limits that differ by their amount alone are compared by it: then every day is such a day, and ``date.min`` is answered.
    """
    if replace(promise, amount=law.amount) == law:
        return date.min if promise.amount > law.amount else None
    known = dict.fromkeys(calendars) or (PLAIN_WEEK,)
    later = (_first_day(promise, law, data) for data in known)
    return next((day for day in later if day is not None), None)


@lru_cache(maxsize=4096)
def _first_day(promise: Limit, law: Limit, data: CalendarData) -> date | None:
    calendar = WorkingCalendar(data)
    return next((day for day in days_of(data) if _ends_later(promise, law, calendar, day)), None)


def days_of(data: CalendarData) -> Iterator[date]:
    """Every day of the years of a calendar that are looked at."""
    for year in sorted(entry.year for entry in data.years)[-YEARS:]:
        first = date(year, 1, 1)
        yield from (first + n * DAY for n in range((date(year + 1, 1, 1) - first).days))


def _ends_later(promise: Limit, law: Limit, calendar: WorkingCalendar, day: date) -> bool:
    """Limits in hours depend on the hour of the start: the first and the last moment of a day are the two extremes."""
    opens, closes = calendar.day_bounds(day)
    try:
        return any(ends_later(promise, law, calendar, start) for start in (opens, closes - MICROSECOND))
    except CalendarYearMissing:
        return False  # it ends in a year of which nothing is known


def ends_later(promise: Limit, law: Limit, calendar: WorkingCalendar, start: datetime) -> bool:
    """Whether a promise ends after the law's limit that begins with it.

    Two limits in days that end on one day end together: one at 24:00, the other when the hall closes.
    """
    promised, lawful = calendar.due(start, promise), calendar.due(start, law)
    return lies_after(promised, lawful, calendar, in_hours=Unit.WORKING_HOURS in (promise.unit, law.unit))


def lies_after(promised: datetime, lawful: datetime, calendar: WorkingCalendar, *, in_hours: bool) -> bool:
    """Whether an end lies after another; in days only where its day does."""
    if in_hours:
        return promised > lawful
    return calendar.local_day(promised - MICROSECOND) > calendar.local_day(lawful - MICROSECOND)
