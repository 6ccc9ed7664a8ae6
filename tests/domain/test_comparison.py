"""Which days and calendars two limits are compared on. Worked by hand."""

from datetime import date, time

from domain.time.calendar import CalendarData, CalendarYear, Session
from domain.time.comparison import PLAIN_WEEK, days_of, lies_after, outlasts
from domain.time.working_time import Limit, Unit, WorkingCalendar


def limit(amount: int, unit: Unit) -> Limit:
    """So many units."""
    return Limit(amount=amount, unit=unit)


def calendar(*years: int, holidays: tuple[date, ...] = (), closes: int = 17) -> CalendarData:
    """Weeks of five days from nine on, with these years, in the order in which they are given."""
    return CalendarData(
        time_zone="UTC",
        sessions=(Session(opens=time(9), closes=time(closes)),),
        years=tuple(
            CalendarYear(year=year, holidays=tuple(day for day in holidays if day.year == year), makeup_days=())
            for year in years
        ),
    )


def test_every_day_of_the_five_newest_years_is_looked_at_and_no_other() -> None:
    days = list(days_of(calendar(2026, 2021, 2025, 2024, 2023, 2022)))
    assert (days[0], days[-1]) == (date(2022, 1, 1), date(2026, 12, 31))
    assert len(days) == 365 + 365 + 366 + 365 + 365  # 2024 is a leap year
    assert list(days_of(calendar(2024)))[59] == date(2024, 2, 29)


def test_without_a_hall_five_plain_years_are_counted() -> None:
    assert [year.year for year in PLAIN_WEEK.years] == [2024, 2025, 2026, 2027, 2028]
    days = list(days_of(PLAIN_WEEK))
    assert (days[0], days[-1]) == (date(2024, 1, 1), date(2028, 12, 31))


def test_where_no_hall_has_a_calendar_a_day_has_eight_hours() -> None:
    """Eight hours from the last moment of a day on end with the next working day, nine after it."""
    law = limit(1, Unit.WORKING_DAYS)
    assert outlasts(limit(8, Unit.WORKING_HOURS), law, []) is None
    assert outlasts(limit(9, Unit.WORKING_HOURS), law, []) is not None


def test_one_calendar_of_several_in_which_the_promise_ends_later_is_enough() -> None:
    """Seven calendar days are five working days in plain weeks; over a holiday on Monday 6 January 2025 the fifth working day after
    Friday the 3rd is Monday the 13th, later than the 10th. Five working days outlast seven calendar days there and not elsewhere."""
    plain, festive = calendar(2025), calendar(2025, holidays=(date(2025, 1, 6),))
    promise, law = limit(5, Unit.WORKING_DAYS), limit(7, Unit.CALENDAR_DAYS)
    assert outlasts(promise, law, [plain]) is None
    for calendars in ([plain, festive], [festive, plain]):
        assert outlasts(promise, law, calendars) == date(
            2025, 1, 1
        )  # from the first day on that has the Monday in its five


def test_hours_are_compared_from_the_last_moment_of_a_day_as_well() -> None:
    """Seven hours of a day of eight end within the next day when they begin at its end; a day of six does not hold them, from the
    very first day on, a Wednesday: begun at its first moment they end on Thursday as the working day does, at its last on Friday."""
    promise, law = limit(7, Unit.WORKING_HOURS), limit(1, Unit.WORKING_DAYS)
    assert outlasts(promise, law, [calendar(2025)]) is None
    assert outlasts(promise, law, [calendar(2025, closes=15)]) == date(2025, 1, 1)


def test_an_end_at_midnight_is_of_the_day_before() -> None:
    days = WorkingCalendar(calendar(2025))
    wednesday, midnight = days.end_of_working_day(date(2025, 3, 5)), days.end_of_period(date(2025, 3, 5))
    for first, second in ((wednesday, midnight), (midnight, wednesday)):
        assert not lies_after(first, second, days, in_hours=False)
    assert lies_after(midnight, wednesday, days, in_hours=True)
    thursday = days.end_of_working_day(date(2025, 3, 6))
    assert lies_after(thursday, midnight, days, in_hours=False)
    assert not lies_after(midnight, thursday, days, in_hours=False)
