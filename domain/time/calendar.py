"""When a hall works: the data of a calendar, as versions of it stand in the events. Values only."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from itertools import pairwise
from typing import Annotated, TypeVar

from pydantic import Field

from domain.errors import OfficeError
from domain.record import ADDED
from domain.time.written import Day
from domain.time.zone import zone_named

Value = TypeVar("Value", int, date)

MIDNIGHT = time.max
"""As the end of a session: 24:00."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A span of a working day in the hall's local time; ``closes`` is ``MIDNIGHT`` for 24:00."""

    opens: time
    closes: time


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarYear:
    """A year's ``holidays`` (not worked though the weekday is) and ``makeup_days`` (worked though it is not)."""

    year: Annotated[int, Field(ge=1900, le=2999)]
    holidays: tuple[Day, ...]
    makeup_days: tuple[Day, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOverride:
    """The hall's own word for one day: when it is open to the public, and whether it counts as a working day.

    Without sessions it is closed. Saturday service opens a day that does not ``count``: the law's days are those of the
    public calendar. None is of before there were two columns: then a day counts when it is open.
    """

    day: Day
    sessions: tuple[Session, ...]
    reason: str
    counts: Annotated[bool | None, ADDED] = None

    @property
    def is_working_day(self) -> bool:
        """Whether limits and working time count on it."""
        return bool(self.sessions) if self.counts is None else self.counts


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarData:
    """A calendar: time zone, sessions of an ordinary working day, weekdays (0 is Monday), years, the hall's own days."""

    time_zone: str
    sessions: tuple[Session, ...]
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    years: tuple[CalendarYear, ...] = ()
    overrides: tuple[DayOverride, ...] = ()

    def worked_by_rule(self, day: date) -> bool:
        """Whether a day is worked by weekday, holidays and make-up days, whatever the hall's own word for it."""
        of_year = [year for year in self.years if year.year == day.year]
        if any(day in year.makeup_days for year in of_year):
            return True
        return day.weekday() in self.weekdays and not any(day in year.holidays for year in of_year)

    def unclear(self, overrides: Iterable[DayOverride]) -> list[str]:
        """The days that are opened although they are days of rest, and do not say whether they count; a sentence each."""
        return [
            f"override {o.day}: it opens a day of rest; say whether it counts as a working day "
            "(`counts = false` for a service day, `counts = true` for a day that is made up)"
            for o in overrides
            if o.sessions and o.counts is None and not self.worked_by_rule(o.day)
        ]

    def with_year(self, year: CalendarYear) -> "CalendarData":
        """The calendar with this year entered, in the place of one that it had."""
        others = [y for y in self.years if y.year != year.year]
        return replace(self, years=tuple(sorted([*others, year], key=lambda y: y.year)))

    def with_override(self, override: DayOverride) -> "CalendarData":
        """The calendar with this day entered, in the place of what it said of it."""
        others = [o for o in self.overrides if o.day != override.day]
        return replace(self, overrides=tuple(sorted([*others, override], key=lambda o: o.day)))

    def problems(self) -> list[str]:
        """What is wrong with it, a sentence each; none when one can count with it."""
        found: list[str] = []
        try:
            zone_named(self.time_zone)
        except ValueError:
            found.append(f"time_zone: {self.time_zone[:80]!r} is not a time zone; use a name like Asia/Shanghai")
        if not self.sessions:
            found.append("sessions: there are none; name at least one")
        if not self.weekdays or not set(self.weekdays) <= set(range(7)):
            found.append(f"weekdays: {self.weekdays} are not days from 0 (Monday) to 6; correct them")
        found += [f"sessions: {what}" for what in _wrong_sessions(self.sessions)]
        found += [f"year {year} appears twice; keep one" for year in _repeated(y.year for y in self.years)]
        for year in self.years:
            found += [
                f"year {year.year}: {day} is not a day of it; put it under its own year"
                for day in (*year.holidays, *year.makeup_days)
                if day.year != year.year
            ]
            both = set(year.holidays) & set(year.makeup_days)
            found += [f"year {year.year}: {day} is both a holiday and a make-up day; keep one" for day in sorted(both)]
        found += [f"override {day} appears twice; keep one" for day in _repeated(o.day for o in self.overrides)]
        for override in self.overrides:
            found += [f"override {override.day}: {what}" for what in _wrong_sessions(override.sessions)]
        return found


class CalendarYearMissing(OfficeError):
    """A question about a year of which the calendar knows nothing. It is never guessed."""

    def __init__(self, name: str, year: int, known: Iterable[int], time_zone: str) -> None:
        self.year = year
        self.time_zone = time_zone
        self.known = tuple(sorted(known))
        years = ", ".join(map(str, self.known)) or "no year"
        whose = f"calendar of hall {name}" if name else f"calendar ({time_zone})"
        super().__init__(
            f"the {whose} has no data for {year} (it has {years}); "
            f"load its holidays and make-up days with `onewindow calendar load --hall {name or 'H'} FILE`"
        )


def _wrong_sessions(sessions: Sequence[Session]) -> Iterator[str]:
    if any(at.tzinfo is not None for session in sessions for at in (session.opens, session.closes)):
        yield "an hour carries an offset; write the hall's local hours without one"
        return  # hours with and without an offset cannot be compared
    for session in sessions:
        if session.opens >= session.closes:
            yield f"{session.opens:%H:%M}-{session.closes:%H:%M} ends before it begins; correct it"
    for before, after in pairwise(sessions):
        if after.opens < before.closes:
            yield f"the session at {after.opens:%H:%M} begins before the one before it ends; put them in order"


def _repeated(values: Iterable[Value]) -> list[Value]:
    return [value for value, times in Counter(values).items() if times > 1]
