"""A limit counted anew: the days that were given under the calendars of their time, found again in the newest one."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from domain.time.working_time import DAY, MICROSECOND, Span, Unit, WorkingCalendar


class Counting(NamedTuple):
    """A span of a limit (UTC), and the calendar by which it was counted. The spans of a limit follow one another."""

    since: datetime
    until: datetime
    calendar: WorkingCalendar


def counted_anew(spans: Sequence[Counting], stops: Sequence[Span], unit: Unit, newest: WorkingCalendar) -> datetime:
    """When a limit ends (UTC) that has as many days or hours by the newest calendar as it had by those of its spans.

    ``stops`` are the ended ones, joined (``union``): their days do not count, as in ``WorkingCalendar.shifted``.
    """
    match unit:
        case Unit.WORKING_DAYS:
            return _days(spans, stops, newest)
        case Unit.CALENDAR_DAYS:
            return _calendar_days(spans[-1], newest)
        case Unit.UNMOVED_DAYS:
            return spans[-1].until
        case Unit.WORKING_HOURS:
            return _hours(spans, stops, newest)


def _days(spans: Sequence[Counting], stops: Sequence[Span], newest: WorkingCalendar) -> datetime:
    stopped = [(newest.local_day(stop), newest.local_day(restart)) for stop, restart in stops]
    first = newest.local_day(spans[0].since)
    amount, old = 0, first
    for span in spans:
        last = span.calendar.local_day(span.until - MICROSECOND)
        while old < last:
            old += DAY
            amount += span.calendar.is_working_day(old) and not any(at < old <= to for at, to in stopped)
    if len({span.calendar for span in spans}) == 1 and _end(first, amount, stops, spans[0].calendar) > spans[-1].until:
        amount -= 1  # a restart after the close of the last day gave it the next one
    return _end(first, amount, stops, newest)


def _end(first: date, amount: int, stops: Sequence[Span], calendar: WorkingCalendar) -> datetime:
    """When so many working days after a day end, moved by each stop."""
    due = calendar.end_of_working_day(calendar.add_working_days(first, amount))
    for stop, restart in stops:
        due = calendar.shifted(due, stop, restart, Unit.WORKING_DAYS)
    return due


def _calendar_days(span: Counting, newest: WorkingCalendar) -> datetime:
    """Days that were closed are days; only a last day that does not count any more gives way to the next that does."""
    last = newest.local_day(span.until - MICROSECOND)
    if newest.is_working_day(last) or not span.calendar.is_working_day(last):
        return span.until
    return newest.end_of_period(last)


def _hours(spans: Sequence[Counting], stops: Sequence[Span], newest: WorkingCalendar) -> datetime:
    left = sum(span.calendar.working_us_outside(span.since, span.until, stops) for span in spans)
    at = spans[0].since
    for stop, restart in stops:
        before = newest.working_us(at, stop)
        if before >= left:
            break
        if restart > at:
            left, at = left - before, restart
    return newest.add_working_us(at, left)
