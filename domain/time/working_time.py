"""Working time: what a hall's calendar makes of a span, and when a limit ends. Exact, in whole microseconds.

Limits count in working days of the hall, in its time zone (Administrative Licensing Law of the PRC, article 82), and the
day of the start is not counted (Civil Code, article 201); both are data of the limit. A period in calendar days whose last
day is a day of rest ends with the next working day (Civil Code, article 203).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field

from domain.time.calendar import MIDNIGHT, CalendarData, CalendarYear, CalendarYearMissing, DayOverride, Session

__all__ = [
    "MIDNIGHT",
    "CalendarData",
    "CalendarYear",
    "CalendarYearMissing",
    "DayOverride",
    "Limit",
    "Session",
    "Span",
    "Unit",
    "WorkingCalendar",
    "stopped_us",
    "union",
]

Span = tuple[datetime, datetime]
"""From a moment to another, the second not included."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
DAY = timedelta(days=1)


MOST_UNITS = 10_000
"""More units than any law knows; with more than a calendar has days nothing can be counted."""


class Unit(StrEnum):
    """What a limit counts. A working day is never 24 working hours.

    ``CALENDAR_DAYS`` end with a working day (Civil Code, article 203); ``UNMOVED_DAYS`` are calendar days of a law that says
    otherwise, and end where they end.
    """

    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    UNMOVED_DAYS = "unmoved_days"
    WORKING_HOURS = "working_hours"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """So many units; ``first_day_counts`` says whether the day of the start is the first of them."""

    amount: Annotated[int, Field(le=MOST_UNITS)]
    unit: Unit
    first_day_counts: bool = False

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}"


def union(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same time as spans (UTC) that do not touch, in order: what overlaps counts once, what is empty is left out.

    Raises ``ValueError`` for a moment without offset.
    """
    joined: list[Span] = []
    in_utc = ((_utc(start), _utc(end)) for start, end in spans)
    for start, end in sorted(span for span in in_utc if span[0] < span[1]):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return tuple(joined)


def stopped_us(start: datetime, end: datetime, stopped: Iterable[Span]) -> int:
    """How much of the span from ``start`` to ``end`` lies in the stopped spans, in calendar microseconds."""
    return sum((to - at) // MICROSECOND for at, to in _within(start, end, stopped))


def _within(start: datetime, end: datetime, spans: Iterable[Span]) -> tuple[Span, ...]:
    start, end = _utc(start), _utc(end)
    return union((max(_utc(at), start), min(_utc(to), end)) for at, to in spans)


def _utc(moment: datetime) -> datetime:
    # Python compares and subtracts two moments of one zone by the clock on the wall, across a change of it wrongly.
    if moment.tzinfo is UTC:
        return moment
    if moment.utcoffset() is None:
        raise ValueError(f"{moment} has no offset; write one, as +08:00")
    return moment.astimezone(UTC)


class _Year:
    """The sessions of a year in order, as microseconds since 1970 (UTC), with the working time before each."""

    def __init__(self, sessions: Iterable[Span]) -> None:
        self.opens: list[int] = []
        self.closes: list[int] = []
        self.before: list[int] = []
        self.whole = 0
        # A change of the clock can empty a session or push it into the next one: what is searched must be in order.
        for opens, closes in union(sessions):
            self.opens.append((opens - EPOCH) // MICROSECOND)
            self.closes.append((closes - EPOCH) // MICROSECOND)
            self.before.append(self.whole)
            self.whole += self.closes[-1] - self.opens[-1]

    def until(self, moment: int) -> int:
        """The working microseconds of the year before the moment."""
        last = bisect_right(self.opens, moment) - 1
        if last < 0:
            return 0
        return self.before[last] + min(moment, self.closes[last]) - self.opens[last]

    def reached(self, worked: int) -> int:
        """The first moment at which so many working microseconds of the year are over; 0 < worked <= whole."""
        last = bisect_left(self.before, worked) - 1
        return self.opens[last] + worked - self.before[last]


class WorkingCalendar:
    """A calendar to count with. Moments are aware; days are the hall's local days. ``name`` is the hall, for errors.

    Raises ``CalendarYearMissing`` for a year without data and ``ValueError`` for a moment without offset.
    """

    def __init__(self, data: CalendarData, name: str = "") -> None:
        self.name = name
        self.zone = ZoneInfo(data.time_zone)
        self._data = data
        self._holidays = {y.year: frozenset(y.holidays) for y in data.years}
        self._makeup = {y.year: frozenset(y.makeup_days) for y in data.years}
        self._overrides = {o.day: o for o in data.overrides}
        self._years: dict[int, _Year] = {}
        self._due: dict[tuple[date, Limit], datetime] = {}

    def local_day(self, moment: datetime) -> date:
        """The hall's day of a moment."""
        return _utc(moment).astimezone(self.zone).date()

    def day_bounds(self, day: date) -> Span:
        """The first moment of a local day, and the first one after it."""
        return self._moment(day, time.min), self._moment(day, MIDNIGHT)

    def sessions_of(self, day: date) -> tuple[Session, ...]:
        """When the hall is open to the public on a day: its own word for it, else what the year says."""
        if day.year not in self._holidays:
            raise self._missing(day.year)
        if day in self._overrides:
            return self._overrides[day].sessions
        by_rule = day.weekday() in self._data.weekdays and day not in self._holidays[day.year]
        return self._data.sessions if by_rule or day in self._makeup[day.year] else ()

    def is_open(self, day: date) -> bool:
        """Whether the hall is open to the public on a day, which need not count as a working day."""
        return bool(self.sessions_of(day))

    def is_working_day(self, day: date) -> bool:
        """Whether a day counts as a working day: its limits and working time are counted on such days alone."""
        is_open = self.is_open(day)
        return self._overrides[day].is_working_day if day in self._overrides else is_open

    def working_us(self, start: datetime, end: datetime) -> int:
        """The working microseconds from ``start`` to ``end``; 0 when ``end`` does not lie after it."""
        start, end = _utc(start), _utc(end)
        if end <= start:
            return 0
        first, last = self.local_day(start).year, self.local_day(end - MICROSECOND).year
        begun, ended = (start - EPOCH) // MICROSECOND, (end - EPOCH) // MICROSECOND
        if first == last:
            year = self._year(first)
            return year.until(ended) - year.until(begun)
        between = sum(self._year(number).whole for number in range(first, last))
        return between - self._year(first).until(begun) + self._year(last).until(ended)

    def working_us_outside(self, start: datetime, end: datetime, stopped: Iterable[Span]) -> int:
        """The working microseconds from ``start`` to ``end`` that no stopped span covers."""
        without = sum(self.working_us(at, to) for at, to in _within(start, end, stopped))
        return self.working_us(start, end) - without

    def add_working_us(self, start: datetime, microseconds: int) -> datetime:
        """The first moment (UTC) at which so many working microseconds have passed since ``start``."""
        start = _utc(start)
        if microseconds <= 0:
            return start
        number = self.local_day(start).year
        left = microseconds + self._year(number).until((start - EPOCH) // MICROSECOND)
        while left > self._year(number).whole:
            left -= self._year(number).whole
            number += 1
        return EPOCH + timedelta(microseconds=self._year(number).reached(left))

    def add_working_days(self, day: date, amount: int) -> date:
        """The ``amount``-th working day after a day; the day itself for 0."""
        while amount > 0:
            day += DAY
            amount -= self.is_working_day(day)
        return day

    def working_days_after(self, start: date, end: date) -> int:
        """How many working days lie after ``start``, up to and with ``end``."""
        return sum(self.is_working_day(start + n * DAY) for n in range(1, (end - start).days + 1))

    def end_of_working_day(self, day: date) -> datetime:
        """The moment (UTC) at which the hall closes on a day; the end of the day itself where it does not work."""
        sessions = self.sessions_of(day)
        return self._moment(day, sessions[-1].closes if sessions else MIDNIGHT)

    def end_of_period(self, day: date) -> datetime:
        """The end (24:00, UTC) of a period whose last day this is: a day of rest is followed by the next working day.

        Source: Civil Code, article 203. It holds for periods in calendar days and for a day that was named, as by a promise.
        """
        while not self.is_working_day(day):
            day += DAY
        return self._moment(day, MIDNIGHT)

    def due(self, start: datetime, limit: Limit) -> datetime:
        """The last moment (UTC) of a limit that starts at ``start``.

        Working days end when the hall closes on the last of them, calendar days at the midnight after the last of them
        (``end_of_period``), working hours to the microsecond.
        """
        if limit.unit is Unit.WORKING_HOURS:
            return self.add_working_us(start, limit.amount * 3_600_000_000)
        key = self.local_day(start), limit
        if key not in self._due:
            self._due[key] = self._due_after(*key)
        return self._due[key]

    def _due_after(self, day: date, limit: Limit) -> datetime:
        """The last moment of a limit in days that starts on a day."""
        if limit.unit in (Unit.CALENDAR_DAYS, Unit.UNMOVED_DAYS):
            return self._end_of_days(day + max(0, limit.amount - limit.first_day_counts) * DAY, limit.unit)
        counts = limit.first_day_counts and self.is_working_day(day)
        return self.end_of_working_day(self.add_working_days(day, limit.amount - counts))

    def shifted(
        self, due: datetime, stop: datetime, restart: datetime, unit: Unit, last: date | None = None
    ) -> datetime:
        """A due moment after the clock stood still from ``stop`` to ``restart`` (article 45).

        In days, the days after the stop up to and with the day of the restart do not count, as the day of a start
        does not; in working hours, what was left at the stop is left at the restart. What was overdue stays so. What was
        not does not pass while the clock stands still: it ends with a working day after the restart at the earliest. ``last`` is
        the last of its calendar days, where the end has given way to a later working day.
        """
        due, stop, restart = _utc(due), _utc(stop), _utc(restart)
        if due <= stop or restart <= stop:
            return due
        if unit is Unit.WORKING_HOURS:
            return self.add_working_us(restart, self.working_us(stop, due))
        last = last or self.local_day(due - MICROSECOND)  # a day that ends at 24:00 ends at the next one's first moment
        moved = self._moved(due, last, self.local_day(stop), self.local_day(restart), unit)
        return moved if moved > restart else self._next_end(restart, unit)

    def _moved(self, due: datetime, last: date, stopped_on: date, restarted_on: date, unit: Unit) -> datetime:
        """The end of a limit in days after the days of a stop."""
        if unit is Unit.WORKING_DAYS:
            days = self.working_days_after(stopped_on, restarted_on)
            return self.end_of_working_day(self.add_working_days(last, days)) if days else due
        return self._end_of_days(last + (restarted_on - stopped_on), unit)

    def _next_end(self, moment: datetime, unit: Unit) -> datetime:
        """The first end of a limit in days after a moment."""
        day = self.local_day(moment)
        if unit is not Unit.WORKING_DAYS:
            return self._end_of_days(day, unit)
        while not self.is_working_day(day) or self.end_of_working_day(day) <= moment:
            day += DAY
        return self.end_of_working_day(day)

    def _end_of_days(self, last: date, unit: Unit) -> datetime:
        """The end of a limit in calendar days whose last day this is."""
        return self._moment(last, MIDNIGHT) if unit is Unit.UNMOVED_DAYS else self.end_of_period(last)

    def _moment(self, day: date, local: time) -> datetime:
        if local == MIDNIGHT:
            day, local = day + DAY, time.min
        return datetime.combine(day, local, self.zone).astimezone(UTC)

    def _missing(self, year: int) -> CalendarYearMissing:
        return CalendarYearMissing(self.name, year, self._holidays, self.zone.key)

    def _year(self, number: int) -> _Year:
        if number not in self._years:
            if number not in self._holidays:
                raise self._missing(number)
            first = date(number, 1, 1)
            days = (first + n * DAY for n in range((date(number + 1, 1, 1) - first).days))
            self._years[number] = _Year(
                (self._moment(day, s.opens), self._moment(day, s.closes))
                for day in days
                if self.is_working_day(day)
                for s in self.sessions_of(day)
            )
        return self._years[number]
