"""(interim) working time."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.errors import OfficeError

Span = tuple[datetime, datetime]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICRO = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    opens: time
    closes: time


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarYear:
    year: int
    holidays: tuple[date, ...]
    makeup_days: tuple[date, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOverride:
    day: date
    sessions: tuple[Session, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarData:
    time_zone: str
    sessions: tuple[Session, ...]
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    years: tuple[CalendarYear, ...] = ()
    overrides: tuple[DayOverride, ...] = ()

    def with_year(self, year: CalendarYear) -> "CalendarData":
        return replace(self, years=tuple(sorted([y for y in self.years if y.year != year.year] + [year], key=lambda y: y.year)))

    def with_override(self, override: DayOverride) -> "CalendarData":
        return replace(self, overrides=tuple([o for o in self.overrides if o.day != override.day] + [override]))

    def problems(self) -> list[str]:
        return []


class Unit(StrEnum):
    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    WORKING_HOURS = "working_hours"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    amount: int
    unit: Unit
    first_day_counts: bool = False


class CalendarYearMissing(OfficeError):
    pass


def union(spans: Iterable[Span]) -> tuple[Span, ...]:
    out: list[Span] = []
    for s, e in sorted(spans):
        if e <= s:
            continue
        if out and s <= out[-1][1]:
            out[-1] = (out[-1][0], max(e, out[-1][1]))
        else:
            out.append((s, e))
    return tuple(out)


def stopped_us(start: datetime, end: datetime, stopped: Iterable[Span]) -> int:
    return sum(max(0, (min(e, end) - max(s, start)) // MICRO) for s, e in union(stopped))


class WorkingCalendar:
    def __init__(self, data: CalendarData, name: str = "") -> None:
        self.data, self.name = data, name
        self.zone = ZoneInfo(data.time_zone)
        self.years = {y.year: (set(y.holidays), set(y.makeup_days)) for y in data.years}
        self.over = {o.day: o.sessions for o in data.overrides}

    def sessions_of(self, day: date) -> tuple[Session, ...]:
        if day in self.over:
            return self.over[day]
        if day.year not in self.years:
            raise CalendarYearMissing(f"calendar {self.name} lacks {day.year}; load it with `onewindow calendar load --hall H FILE`")
        hol, mk = self.years[day.year]
        return self.data.sessions if day in mk or (day.weekday() in self.data.weekdays and day not in hol) else ()

    def is_working_day(self, day: date) -> bool:
        return bool(self.sessions_of(day))

    def local_day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def day_bounds(self, day: date) -> Span:
        a = datetime.combine(day, time(), self.zone)
        b = datetime.combine(day + timedelta(1), time(), self.zone)
        return a.astimezone(UTC), b.astimezone(UTC)

    def _spans(self, day: date) -> list[Span]:
        return [
            (datetime.combine(day, s.opens, self.zone).astimezone(UTC), datetime.combine(day, s.closes, self.zone).astimezone(UTC))
            for s in self.sessions_of(day)
        ]

    def working_us(self, start: datetime, end: datetime) -> int:
        total, day = 0, self.local_day(start)
        while end > start and day <= self.local_day(end):
            for s, e in self._spans(day):
                total += max(0, (min(e, end) - max(s, start)) // MICRO)
            day += timedelta(1)
        return total

    def working_us_outside(self, start: datetime, end: datetime, stopped: Iterable[Span]) -> int:
        return self.working_us(start, end) - sum(
            self.working_us(max(s, start), min(e, end)) for s, e in union(stopped) if min(e, end) > max(s, start)
        )

    def add_working_days(self, day: date, n: int) -> date:
        while n:
            day += timedelta(1)
            n -= self.is_working_day(day)
        return day

    def working_days_after(self, a: date, b: date) -> int:
        n = 0
        while a < b:
            a += timedelta(1)
            n += self.is_working_day(a)
        return n

    def end_of_working_day(self, day: date) -> datetime:
        return self._spans(day)[-1][1]

    def add_working_us(self, start: datetime, us: int) -> datetime:
        day = self.local_day(start)
        while True:
            for s, e in self._spans(day):
                s = max(s, start)
                if e > s:
                    room = (e - s) // MICRO
                    if us <= room:
                        return s + timedelta(microseconds=us)
                    us -= room
            day += timedelta(1)

    def due(self, start: datetime, limit: Limit) -> datetime:
        return self.end_of_working_day(self.add_working_days(self.local_day(start), limit.amount))

    def shifted(self, due: datetime, stop: datetime, restart: datetime, unit: Unit) -> datetime:
        if due <= stop:
            return due
        n = self.working_days_after(self.local_day(stop), self.local_day(restart))
        return self.end_of_working_day(self.add_working_days(self.local_day(due), n)) if n else due
