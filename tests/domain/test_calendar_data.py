"""A calendar as it is entered: which days are worked by rule, what is wrong with it, what is unclear."""

from dataclasses import replace
from datetime import date, time

import pytest

from domain.time.calendar import CalendarData, CalendarYear, CalendarYearMissing, DayOverride, Session
from domain.time.working_time import WorkingCalendar

MORNING, AFTERNOON = Session(opens=time(9), closes=time(12)), Session(opens=time(13, 30), closes=time(17, 30))
PLAIN = CalendarData(
    time_zone="Asia/Shanghai",
    sessions=(MORNING, AFTERNOON),
    years=(CalendarYear(year=2025, holidays=(date(2025, 3, 4),), makeup_days=(date(2025, 3, 8),)),),
)
MONDAY, TUESDAY, SATURDAY, SUNDAY = (date(2025, 3, day) for day in (3, 4, 8, 9))


def test_a_day_is_worked_by_its_weekday_its_year_and_nothing_else() -> None:
    worked = {day: PLAIN.worked_by_rule(day) for day in (MONDAY, TUESDAY, SATURDAY, SUNDAY)}
    assert worked == {MONDAY: True, TUESDAY: False, SATURDAY: True, SUNDAY: False}


def test_a_day_of_a_year_that_is_not_known_is_worked_by_its_weekday() -> None:
    assert [PLAIN.worked_by_rule(date(2026, 3, day)) for day in (6, 7, 8, 9)] == [True, False, False, True]


def test_only_a_day_of_rest_that_is_opened_has_to_say_whether_it_counts() -> None:
    def words(day: date, *sessions: Session, counts: bool | None = None) -> list[str]:
        return PLAIN.unclear([DayOverride(day=day, sessions=sessions, reason="x", counts=counts)])

    assert words(SUNDAY, MORNING)[0].startswith("override 2025-03-09: it opens a day of rest")
    assert words(TUESDAY, MORNING)[0].startswith("override 2025-03-04: it opens a day of rest")
    assert words(SUNDAY) == words(SUNDAY, MORNING, counts=False) == words(SUNDAY, MORNING, counts=True) == []
    assert words(MONDAY, MORNING) == words(SATURDAY, MORNING) == []


@pytest.mark.parametrize(
    ("weekdays", "wrong"),
    [((0, 1, 2, 3, 4, 5, 6), False), ((6,), False), ((0,), False), ((), True), ((7,), True), ((-1, 0), True)],
)
def test_weekdays_are_some_of_seven(weekdays: tuple[int, ...], wrong: bool) -> None:
    problems = replace(PLAIN, weekdays=weekdays).problems()
    assert [problem.partition(":")[0] for problem in problems] == (["weekdays"] if wrong else [])


@pytest.mark.parametrize(
    ("sessions", "wrong"),
    [
        ((MORNING, AFTERNOON), None),
        ((MORNING, Session(opens=time(12), closes=time(13))), None),  # one begins when the other ends
        ((MORNING, Session(opens=time(11, 59), closes=time(13))), "the session at 11:59 begins before the one before"),
        ((Session(opens=time(9), closes=time(9)),), "09:00-09:00 ends before it begins"),
        ((Session(opens=time(9), closes=time(8)),), "09:00-08:00 ends before it begins"),
        ((), "there are none"),
    ],
)
def test_sessions_follow_one_another(sessions: tuple[Session, ...], wrong: str | None) -> None:
    problems = replace(PLAIN, sessions=sessions).problems()
    assert [problem for problem in problems if wrong is None or wrong not in problem] == []
    assert bool(problems) is (wrong is not None)


def test_what_is_asked_of_a_calendar_without_a_year_names_none() -> None:
    with pytest.raises(CalendarYearMissing, match=r"calendar of hall H1 has no data for 2025 \(it has no year\)"):
        WorkingCalendar(replace(PLAIN, years=()), name="H1").is_open(MONDAY)
