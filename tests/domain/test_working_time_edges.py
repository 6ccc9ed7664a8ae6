"""Working time at its edges: the first session of a year, no time at all, the moment of a close, a service day. Worked by hand.

The hall works 9:00 to 12:00 and 13:30 to 17:30 from Monday to Friday; in 2025 no day is a holiday, 1 January is a Wednesday. On
Saturday 8 March 2025 it serves from 9:00 to 12:00, which is no working day.
"""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from domain.time.calendar import CalendarData, CalendarYear, CalendarYearMissing, DayOverride, Session
from domain.time.working_time import Limit, Unit, WorkingCalendar, stopped_us, union

HOUR, MICROSECOND = 3_600_000_000, timedelta(microseconds=1)
SERVICE = DayOverride(
    day=date(2025, 3, 8), sessions=(Session(opens=time(9), closes=time(12)),), reason="周六服务", counts=False
)
DAYS = WorkingCalendar(
    CalendarData(
        time_zone="Asia/Shanghai",
        sessions=(Session(opens=time(9), closes=time(12)), Session(opens=time(13, 30), closes=time(17, 30))),
        years=tuple(CalendarYear(year=year, holidays=(), makeup_days=()) for year in (2024, 2025)),
        overrides=(SERVICE,),
    )
)


def at(month: int, day: int, hour: int = 0, minute: int = 0, year: int = 2025) -> datetime:
    """A moment by the hall's clock, as UTC."""
    return datetime(year, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def march(day: int, hour: int = 17, minute: int = 30) -> datetime:
    """A moment of March; without an hour the close of the day."""
    return at(3, day, hour, minute)


def test_spans_that_touch_are_one_and_what_is_empty_is_none() -> None:
    one, two, three, four = (march(3, hour) for hour in (1, 2, 3, 4))
    assert union([(two, three), (one, two)]) == ((one, three),)
    assert union([(one, two), (three, four)]) == ((one, two), (three, four))
    assert union([(one, four), (two, three)]) == ((one, four),)
    assert union([(two, two), (four, three)]) == ()
    assert union([(one, one), (three, four)]) == ((three, four),)
    assert stopped_us(two, three, [(one, four)]) == HOUR
    assert stopped_us(two, three, [(three, four)]) == 0


def test_the_first_session_of_a_year_counts_from_its_beginning() -> None:
    assert DAYS.working_us(at(1, 1, 0), at(1, 1, 10)) == HOUR
    assert DAYS.working_us(at(1, 1, 9), at(1, 1, 10)) == HOUR
    assert DAYS.working_us(at(1, 1, 9, 30), at(1, 1, 9, 45)) == HOUR // 4
    assert DAYS.working_us(at(1, 1, 0), at(1, 1, 9)) == 0
    assert DAYS.working_us(at(12, 31, 17, year=2024), at(1, 1, 10)) == HOUR + HOUR // 2
    assert DAYS.working_us(at(1, 1, 10, year=2024), at(1, 1, 10)) == DAYS.working_us(
        at(1, 1, 10, year=2024), at(7, 1, 10, year=2024)
    ) + DAYS.working_us(at(7, 1, 10, year=2024), at(1, 1, 10))


def test_from_a_moment_to_itself_no_time_passes_at_the_turn_of_the_year_neither() -> None:
    for moment in (march(3, 10, 0), march(3, 3, 0), at(1, 1)):
        assert DAYS.working_us(moment, moment) == 0
        assert DAYS.working_us(moment, moment - timedelta(days=3)) == 0


def test_no_time_more_is_the_moment_itself_and_one_microsecond_is_the_next_that_is_worked() -> None:
    for moment in (march(3, 10, 0), march(3, 3, 0), march(3, 12, 30), march(8, 10, 0)):
        assert DAYS.add_working_us(moment, 0) == DAYS.add_working_us(moment, -5) == moment
    assert DAYS.add_working_us(march(3, 10, 0), 1) == march(3, 10, 0) + MICROSECOND
    assert DAYS.add_working_us(march(3), 1) == march(4, 9, 0) + MICROSECOND
    assert DAYS.add_working_us(march(3, 11, 0), HOUR) == march(3, 12, 0)  # the close, not the next opening


def test_a_service_day_is_open_and_no_time_is_worked_on_it() -> None:
    assert DAYS.is_open(SERVICE.day)
    assert DAYS.working_us(march(8, 0, 0), march(9, 0, 0)) == 0
    assert DAYS.add_working_us(march(7), HOUR) == march(10, 10, 0)


def test_a_limit_of_no_day_ends_with_the_day_of_its_start() -> None:
    start = march(4, 10, 0)
    for counts in (False, True):
        none = Limit(amount=0, unit=Unit.CALENDAR_DAYS, first_day_counts=counts)
        assert DAYS.due(start, none) == march(5, 0, 0)
        assert DAYS.due(start, Limit(amount=0, unit=Unit.WORKING_DAYS)) == march(4)
    one = Limit(amount=1, unit=Unit.CALENDAR_DAYS, first_day_counts=True)
    assert DAYS.due(start, one) == march(5, 0, 0)


def moved(due: datetime, stop: datetime, restart: datetime) -> datetime:
    """The end of a limit in working days after a stop."""
    return DAYS.shifted(due, stop, restart, Unit.WORKING_DAYS)


def test_a_limit_that_was_over_when_the_clock_stopped_stays_over() -> None:
    assert moved(march(4), march(4), march(6, 10, 0)) == march(4)
    assert moved(march(4), march(4) - MICROSECOND, march(6, 10, 0)) == march(6)


def test_a_stop_of_no_length_moves_nothing() -> None:
    assert moved(march(4), march(4, 10, 0), march(4, 10, 0)) == march(4)


@pytest.mark.parametrize(
    ("restart", "end"),
    [
        (march(4) - MICROSECOND, march(4)),  # a moment is left of the day
        (march(4), march(5)),  # the day closes as the clock runs again: the next one
        (march(4, 18, 0), march(5)),
        (march(5), march(6)),
        (march(7, 18, 0), march(10)),  # over the weekend
        (march(8, 10, 0), march(10)),
    ],
)
def test_a_limit_ends_with_a_working_day_after_the_restart_at_the_earliest(restart: datetime, end: datetime) -> None:
    """One day of Monday the 3rd, stopped on Tuesday at 10:00."""
    assert moved(march(4), march(4, 10, 0), restart) == end


def test_an_end_that_was_counted_by_other_hours_stays_where_no_day_stood_still() -> None:
    assert moved(march(4, 17, 0), march(4, 10, 0), march(4, 11, 0)) == march(4, 17, 0)


def test_a_year_that_is_not_known_is_never_guessed() -> None:
    for ask in (
        lambda: DAYS.working_us(at(12, 31, 10), at(1, 2, 10, year=2026)),
        lambda: DAYS.add_working_us(at(12, 31, 17), 10 * HOUR),
        lambda: DAYS.due(at(12, 31, 10), Limit(amount=2, unit=Unit.WORKING_DAYS)),
    ):
        with pytest.raises(CalendarYearMissing, match="2026"):
            ask()
