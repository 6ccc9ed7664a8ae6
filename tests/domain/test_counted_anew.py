"""A limit counted anew by the newest calendar of the hall: days, hours, days of the calendar. Worked by hand.

The hall works 9:00 to 12:00 and 13:30 to 17:30, seven hours a day, from Monday 3 March 2025 on; in the newest calendar one day is shut.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from domain.time.calendar import MIDNIGHT, CalendarData, CalendarYear, DayOverride, Session
from domain.time.recounting import Counting, counted_anew
from domain.time.working_time import Span, Unit, WorkingCalendar

PLAIN = CalendarData(
    time_zone="Asia/Shanghai",
    sessions=(Session(opens=time(9), closes=time(12)), Session(opens=time(13, 30), closes=time(17, 30))),
    years=(CalendarYear(year=2025, holidays=(), makeup_days=()),),
)
FORMER = WorkingCalendar(PLAIN)


def at(day: int, hour: int = 17, minute: int = 30) -> datetime:
    """A moment of March 2025 by the hall's clock, as UTC; without an hour the close of the day."""
    return datetime(2025, 3, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def shut(day: int) -> WorkingCalendar:
    """The calendar in which a day of March is shut."""
    return WorkingCalendar(
        PLAIN.with_override(DayOverride(day=date(2025, 3, day), sessions=(), reason="停工", counts=False))
    )


def anew(
    unit: Unit, newest: WorkingCalendar, *ends: datetime, since: datetime | None = None, stops: Sequence[Span] = ()
) -> datetime:
    """The end of a limit that began on the 3rd at 10:00 and ended at each of these moments in turn, as it moved."""
    starts = [since or at(3, 10, 0), *ends]
    spans = [Counting(start, end, FORMER) for start, end in zip(starts, ends, strict=False)]
    return counted_anew(spans, tuple(stops), unit, newest)


def test_working_days_have_the_day_back_that_was_shut() -> None:
    """Ten days are over on the 17th, or on the 18th where the 6th is none."""
    assert anew(Unit.WORKING_DAYS, FORMER, at(17)) == at(17)
    assert anew(Unit.WORKING_DAYS, shut(6), at(17)) == at(18)
    assert anew(Unit.WORKING_DAYS, shut(18), at(17)) == at(17)


def test_days_that_stood_still_are_none_whatever_was_shut() -> None:
    """Stopped from the 4th to the 6th: the 5th and the 6th do not count, so ten days are over on the 19th; with the 7th shut on the 20th.

    With the 5th shut, on which the clock stood still anyway, it stays the 19th.
    """
    stop = [(at(4, 10, 0), at(6, 10, 0))]
    assert anew(Unit.WORKING_DAYS, FORMER, at(19), stops=stop) == at(19)
    assert anew(Unit.WORKING_DAYS, shut(7), at(19), stops=stop) == at(20)
    assert anew(Unit.WORKING_DAYS, shut(5), at(19), stops=stop) == at(19)


def test_each_part_of_a_limit_is_counted_by_the_calendar_of_its_time() -> None:
    """Three days until the 6th, while the 11th was to be shut; three more until the 11th, when it was not: six days either way."""
    spans = [Counting(at(3, 10, 0), at(6), shut(11)), Counting(at(6), at(11), FORMER)]
    assert counted_anew(spans, (), Unit.WORKING_DAYS, FORMER) == at(11)
    assert counted_anew(spans, (), Unit.WORKING_DAYS, shut(11)) == at(12)


def test_a_stop_in_a_limit_of_two_calendars_takes_its_days_once() -> None:
    """Stopped from the 4th to the 6th: five days until the 12th, five more until the 19th, by a calendar in which the 25th is shut."""
    spans = [Counting(at(3, 10, 0), at(12), FORMER), Counting(at(12), at(19), shut(25))]
    assert counted_anew(spans, ((at(4, 10, 0), at(6, 10, 0)),), Unit.WORKING_DAYS, FORMER) == at(19)


def test_days_that_close_at_midnight_are_counted_once_by_each_calendar() -> None:
    """Two days until 24:00 of the 5th, one more until 24:00 of the 6th."""
    data = replace(PLAIN, sessions=(Session(opens=time(9), closes=MIDNIGHT),))
    late = WorkingCalendar(data)
    later = WorkingCalendar(data.with_override(DayOverride(day=date(2025, 3, 25), sessions=(), reason="停工")))
    spans = [Counting(at(3, 10, 0), at(6, 0, 0), late), Counting(at(6, 0, 0), at(7, 0, 0), later)]
    assert counted_anew(spans, (), Unit.WORKING_DAYS, later) == at(7, 0, 0)


def test_a_day_that_closes_at_midnight_is_counted_once() -> None:
    """Two days of the 3rd are over at 24:00 of the 5th."""
    late = WorkingCalendar(replace(PLAIN, sessions=(Session(opens=time(9), closes=MIDNIGHT),)))
    midnight = at(6, 0, 0)
    assert counted_anew([Counting(at(3, 10, 0), midnight, late)], (), Unit.WORKING_DAYS, late) == midnight


def test_days_of_the_calendar_give_way_only_where_the_last_one_is_shut_now() -> None:
    """A week ends on Monday the 10th at 24:00; where that is shut, on Tuesday. A day shut before is a day."""
    end = at(11, 0, 0)
    assert anew(Unit.CALENDAR_DAYS, FORMER, end) == end
    assert anew(Unit.CALENDAR_DAYS, shut(6), end) == end
    assert anew(Unit.CALENDAR_DAYS, shut(10), end) == at(12, 0, 0)
    assert anew(Unit.CALENDAR_DAYS, shut(11), end) == end


def test_an_end_on_a_day_that_never_was_worked_stays() -> None:
    """Sunday the 9th at 24:00, by a count in which nothing gave way: nobody closed it."""
    assert anew(Unit.CALENDAR_DAYS, shut(10), at(10, 0, 0)) == at(10, 0, 0)


def test_the_last_of_several_ends_is_the_end() -> None:
    """Moved from the 10th to Wednesday the 12th."""
    first, second = at(11, 0, 0), at(13, 0, 0)
    assert anew(Unit.CALENDAR_DAYS, shut(10), first, second) == second
    assert anew(Unit.CALENDAR_DAYS, shut(12), first, second) == at(14, 0, 0)
    assert anew(Unit.UNMOVED_DAYS, shut(12), first, second) == second


def test_hours_are_those_that_were_worked() -> None:
    """Ten hours: six of Monday, four of Tuesday, until 14:30; with Tuesday shut until 14:30 of Wednesday. Moved on by three: 17:30."""
    end = at(4, 14, 30)
    assert anew(Unit.WORKING_HOURS, FORMER, end) == end
    assert anew(Unit.WORKING_HOURS, shut(4), end) == at(5, 14, 30)
    assert anew(Unit.WORKING_HOURS, shut(4), end, at(4)) == at(5)


def test_hours_that_stood_still_are_none() -> None:
    """Stopped over Tuesday, until Wednesday at 9:00: the four hours left are over on Wednesday at 14:30, with it shut on Thursday."""
    stop = [(at(4, 9, 0), at(5, 9, 0))]
    assert anew(Unit.WORKING_HOURS, FORMER, at(5, 14, 30), stops=stop) == at(5, 14, 30)
    assert anew(Unit.WORKING_HOURS, shut(5), at(5, 14, 30), stops=stop) == at(6, 14, 30)


def test_a_stop_that_begins_as_the_hours_are_over_changes_nothing() -> None:
    """Six hours are over on Monday at 17:30, when the clock stops until Tuesday at noon."""
    assert anew(Unit.WORKING_HOURS, FORMER, at(3), stops=[(at(3), at(4, 12, 0))]) == at(3)
