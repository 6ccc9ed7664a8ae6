"""Where calendars come from: the package, and the files of operators."""

from datetime import date, time, timedelta
from pathlib import Path

import chinese_calendar
import pytest

from adapters.files.calendar_file import CalendarFileError, load, seeded
from domain.time.calendar import MIDNIGHT, CalendarYearMissing, Session
from domain.time.working_time import WorkingCalendar


def test_the_package_knows_holidays_and_makeup_days() -> None:
    calendar = WorkingCalendar(seeded(years=[2025]))
    assert not calendar.is_working_day(date(2025, 10, 1))
    assert not calendar.is_working_day(date(2025, 10, 8))
    assert calendar.is_working_day(date(2025, 10, 11))  # a Saturday, made up
    assert not calendar.is_working_day(date(2025, 10, 12))
    assert seeded().problems() == []


def test_every_day_of_every_year_is_as_the_package_says() -> None:
    calendar = WorkingCalendar(seeded())
    day = date(2004, 1, 1)
    while day < date(2027, 1, 1):
        assert calendar.is_working_day(day) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


def test_a_year_the_package_does_not_know_is_not_guessed() -> None:
    with pytest.raises(CalendarYearMissing, match="has no data for 2099"):
        seeded(years=[2099])


def test_a_file_enters_years_and_days(tmp_path: Path) -> None:
    file = tmp_path / "2027.toml"
    file.write_text(
        """
        [[year]]
        year = 2027
        holidays = [2027-01-01, "2027-02-05..2027-02-08"]
        makeup_days = ["2027-02-20"]
        [[override]]
        day = 2027-03-03
        closed = true
        reason = "台风"
        [[override]]
        day = 2027-03-04
        sessions = ["09:00-12:00", "13:00-24:00"]
        reason = "加班"
        [[override]]
        day = 2027-03-06
        sessions = ["09:00-12:00"]
        counts = false
        reason = "周六延时服务"
        """,
        encoding="utf-8",
    )
    entered = load(file)
    assert entered.years[0].holidays == (date(2027, 1, 1), *(date(2027, 2, day) for day in range(5, 9)))
    assert entered.years[0].makeup_days == (date(2027, 2, 20),)
    assert entered.overrides[0].sessions == ()
    assert entered.overrides[1].sessions[1] == Session(opens=time(13), closes=MIDNIGHT)
    assert [override.counts for override in entered.overrides] == [None, None, False]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "has no entry"),
        ("[[year]]\nyear = 'x'", "year.0.year"),
        ("[[year]]\nyear = 2027\nholidays = ['yesterday']", "not a day and no span"),
        ("[[year]]\nyear = 2027\ncolour = 'red'", "colour"),
        ("[[override]]\nday = 2027-01-01\nreason = 'x'", "closed = true"),
        ("[[override]]\nday = 2027-01-01\nreason = 'x'\nsessions = ['morning']", "not a span of hours"),
        ("year = ", "not valid TOML"),
        ("[[year]]\nyear = = 2027", "line 2"),
        ("[[year]]\nyear = 2027\nholidays = 5", "year.0.holidays: 5 is not a list"),
        ("[[year]]\nyear = 2027\nholidays = '2027-01-01'", "is not a list"),
        ("[[year]]\nyear = 2027\nholidays = [5]", "'5' is not a day"),
        ("[[year]]\nyear = 2027\nholidays = [2027-01-01T10:00:00, 2027-01-02]", "is not a day"),
        ("[[year]]\nyear = 2027\nholidays = ['2027-02-11..2027-02-05']", "write the earlier day first"),
        ("[[year]]\nyear = 2027\nholidays = ['2027-02-05..9999-12-31']", "no span of days"),
        ("[[year]]\nyear = 2027\nholidays = [2026-01-01]", "is not a day of it"),
        ("[[year]]\nyear = 2027\n[[year]]\nyear = 2027", "year 2027 appears twice"),
        ("[[override]]\nday = 2027-01-01\nreason = 'x'\nsessions = [9]", "not a span of hours"),
        ("[[override]]\nday = 2027-01-01\nreason = 'x'\nsessions = '09:00-12:00'", "is not a list"),
        ("[[override]]\nday = 2027-01-01\nreason = 'x'\nsessions = ['12:00-09:00']", "ends before it begins"),
        ("[[override]]\nday = 2027-01-01\nreason = 'x'\nsessions = ['09:00+08:00-12:00']", "carries an offset"),
        (
            "time_zone = 'UTC'\n[[year]]\nyear = 2027",
            "time_zone: a calendar file has no such entry; correct its spelling or remove it",
        ),
    ],
)
def test_a_wrong_file_says_where_and_what(tmp_path: Path, content: str, says: str) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(CalendarFileError, match=r"wrong\.toml") as refused:
        load(file)
    assert says in str(refused.value)


def test_a_file_that_is_not_there_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(CalendarFileError, match="cannot be read"):
        load(tmp_path / "nowhere.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(CalendarFileError, match="not UTF-8"):
        load(tmp_path / "bytes.toml")
