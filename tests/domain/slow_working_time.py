"""Working time the slow, obvious way: day by day, session by session, cut with the span, stopped spans taken out."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.time.calendar import CalendarData

Span = tuple[datetime, datetime]


def works(calendar: CalendarData, day: date) -> bool:
    """Whether the day is worked, from the data as it is written."""
    for override in calendar.overrides:
        if override.day == day:
            return bool(override.sessions)
    (year,) = [y for y in calendar.years if y.year == day.year]
    if day in year.makeup_days:
        return True
    return day.weekday() in calendar.weekdays and day not in year.holidays


def sessions(calendar: CalendarData, day: date) -> list[Span]:
    """The sessions of a day, in UTC."""
    own = [o.sessions for o in calendar.overrides if o.day == day]
    hours = own[0] if own else calendar.sessions if works(calendar, day) else ()
    zone = ZoneInfo(calendar.time_zone)
    return [(utc(day, s.opens, zone), utc(day, s.closes, zone)) for s in hours]


def utc(day: date, local: time, zone: ZoneInfo) -> datetime:
    if local == time.max:  # 24:00
        day, local = day + timedelta(days=1), time(0)
    return datetime.combine(day, local).replace(tzinfo=zone).astimezone(UTC)


def working_us(calendar: CalendarData, start: datetime, end: datetime, stopped: list[Span]) -> int:
    """Working microseconds from start to end outside the stopped spans."""
    zone = ZoneInfo(calendar.time_zone)
    day, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    total = timedelta()
    while day <= last:
        taken = list(stopped)
        for opens, closes in sessions(calendar, day):
            pieces = [(max(opens, start), min(closes, end))]
            for at, to in taken:
                pieces = [
                    piece for a, b in pieces for piece in ((a, min(b, at)), (max(a, to), b)) if piece[0] < piece[1]
                ]
            total += sum((b - a for a, b in pieces if a < b), timedelta())
            if opens < closes:  # a change of the clock can turn a session round, or lay two over each other
                taken.append((opens, closes))
        day += timedelta(days=1)
    return total // timedelta(microseconds=1)


def worked_minutes(calendar: CalendarData, start: datetime, end: datetime) -> int:
    """Working minutes from start to end, each minute put into a set: for short spans and sessions of whole minutes."""
    worked: set[int] = set()
    day = start.date() - timedelta(days=1)  # the hall's day may lie beside the one in UTC
    while day <= end.date() + timedelta(days=1):
        for opens, closes in sessions(calendar, day):
            worked.update(range(minute(opens), minute(closes)))
        day += timedelta(days=1)
    return len(worked.intersection(range(minute(start), minute(end))))


def minute(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(minutes=1)
