"""Figures of the reports, each worked by hand from a few rows: groups, percentiles, the edges of a period, what does not count."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from adapters.bootstrap import Installation, installation
from adapters.settings import Settings
from domain.catalogue.item import ServiceItem
from domain.city import City
from projections.engine.generations import live
from projections.reports.processing_report import CalendarTooShort, Clock, Grouping, Stage, processing_time_report
from projections.reports.reform import (
    Figure,
    Measured,
    Period,
    PeriodsOverlap,
    abolished,
    asked,
    measured,
    reform_report,
    version_in_force,
)
from projections.reports.selection import Result, Selection
from projections.views.processing_time import ProcessingTime
from tests.office import ITEMS, Office

SECOND, HOUR = 1_000_000, 3_600_000_000
MARCH = Period(date(2025, 3, 1), date(2025, 3, 31))
Keep = Callable[..., None]


@pytest.fixture
def found(database: str, tmp_path: Path) -> Iterator[Installation]:
    """A database without a case; its views are made."""
    with installation(Settings(database_url=database, master_key_file=tmp_path / "key")) as opened:
        opened.runner().catch_up()
        yield opened


@pytest.fixture
def keep(found: Installation) -> Keep:
    """Keeps one row of the view: of a case of its own, an hour long, unless something else is said."""
    number = 0

    def kept(stage: str = "total", seconds: int = 3600, **said: Any) -> None:
        nonlocal number
        number += 1
        plain: dict[str, Any] = {
            "case_id": f"C{number}",
            "stage": stage,
            "part": str(number),
            "hall": "H1",
            "ended_on": "2025-03-10",
            "started_at": "2025-03-10T01:00:00.000000Z",
            "ended_at": "2025-03-10T02:00:00.000000Z",
            "from_event": 1,
            "to_event": 2,
            "calendar_us": seconds * SECOND,
            "working_us": seconds * SECOND,
            "suspended_us": 0,
        }
        with found.runner().writing() as connection:
            connection.execute(insert(live(connection, ProcessingTime)).values({**plain, **said}))

    return kept


def report(
    found: Installation, *by: Grouping, stage: Stage = Stage.TOTAL, clock: Clock = Clock.CALENDAR, **more: Any
) -> Any:
    with found.reading() as connection:
        return processing_time_report(connection, by=by or [Grouping.HALL], stage=stage, clock=clock, **more)


def figure(found: Installation, asked_for: Figure, period: Period = MARCH) -> Measured:
    with found.reading() as connection:
        return measured(connection, found.office.city(), asked_for, period)


def test_the_figures_of_a_group(found: Installation, keep: Keep) -> None:
    """Of 10, 20, 40 and 110 seconds the mean is 45. The median lies between 20 and 40: 30. Nine tenths of the way over three steps are
    2.7: 40 and seven tenths of 70 more, 89; 99 hundredths are 2.97: 40 and 67.9 more."""
    for seconds in (110, 10, 40, 20):
        keep(seconds=seconds, corrected_by=7 if seconds == 40 else None)
    keep(seconds=5, hall="H2")
    first, second = report(found)
    assert first == {
        "group": "H1",
        Grouping.HALL: "H1",
        "cases": 4,
        "corrected": 1,
        "mean_s": pytest.approx(45),
        "p50_s": pytest.approx(30),
        "p90_s": pytest.approx(89),
        "p99_s": pytest.approx(107.9),
    }
    assert (second["group"], second["cases"], second["corrected"], second["p99_s"]) == ("H2", 1, 0, pytest.approx(5))


def test_each_clock_has_its_own_times(found: Installation, keep: Keep) -> None:
    keep(calendar_us=90 * SECOND, working_us=30 * SECOND)
    assert [report(found, clock=clock)[0]["mean_s"] for clock in (Clock.CALENDAR, Clock.WORKING)] == [90, 30]


def test_what_was_withdrawn_or_merged_is_no_completed_case_unless_one_asks_for_results(
    found: Installation, keep: Keep
) -> None:
    for result in ("granted", "refused", "withdrawn", "merged", None):
        keep(result=result)
        keep("decision", result=result)
    assert report(found)[0]["cases"] == 3
    assert report(found, stage=Stage.DECISION)[0]["cases"] == 5
    assert report(found, only=Selection(results=(Result.WITHDRAWN,)))[0]["cases"] == 1
    by_result = {row["group"]: row["cases"] for row in report(found, Grouping.RESULT)}
    assert by_result == {"-": 1, "granted": 1, "merged": 1, "refused": 1, "withdrawn": 1}


def test_groups_stand_in_the_order_of_what_is_shown_whatever_the_database_puts_first(
    found: Installation, keep: Keep
) -> None:
    for item in ("food", None, "(old)"):
        keep(item=item)
        keep(item=item, hall="H0")
    assert [row["group"] for row in report(found, Grouping.ITEM)] == ["(old)", "-", "food"]
    assert [row["group"] for row in report(found, Grouping.ITEM, Grouping.HALL)] == [
        "(old), H0",
        "(old), H1",
        "-, H0",
        "-, H1",
        "food, H0",
        "food, H1",
    ]


def test_both_days_of_a_period_count_and_a_month_is_a_group(found: Installation, keep: Keep) -> None:
    for day in ("2025-02-28", "2025-03-01", "2025-03-31", "2025-04-01"):
        keep(ended_on=day)
    assert report(found, since=MARCH.first, until=MARCH.last)[0]["cases"] == 2
    assert [(row["group"], row["cases"]) for row in report(found, Grouping.MONTH)] == [
        ("2025-02", 1),
        ("2025-03", 2),
        ("2025-04", 1),
    ]
    assert figure(found, Figure.TOTAL) == Measured(1.0, 2)


def test_working_time_that_nobody_can_tell_is_refused_not_left_out(found: Installation, keep: Keep) -> None:
    keep()
    keep(working_us=None)
    assert report(found)[0]["cases"] == 2
    with pytest.raises(CalendarTooShort, match="calendar of hall H1 lacks a year that cases of group 'H1' run through"):
        report(found, clock=Clock.WORKING)
    with pytest.raises(CalendarTooShort, match="lacks a year through which 1 case ran"):
        figure(found, Figure.TOTAL)


def test_the_wait_for_a_window_is_a_mean_in_minutes(found: Installation, keep: Keep) -> None:
    for seconds in (120, 240, 300):
        keep("waiting", seconds=seconds)
    keep("waiting", seconds=9999, ended_on="2025-04-01")
    keep("serving", seconds=9999)
    assert figure(found, Figure.WAITING) == Measured(pytest.approx(11 / 3), 3)


def test_the_whole_of_a_case_is_a_mean_in_working_hours(found: Installation, keep: Keep) -> None:
    keep(working_us=3 * HOUR, calendar_us=100 * HOUR)
    keep(working_us=HOUR // 2, calendar_us=100 * HOUR)
    keep(working_us=HOUR, result="withdrawn")
    assert figure(found, Figure.TOTAL) == Measured(pytest.approx(1.75), 2)


def test_a_decision_at_the_last_moment_is_in_time_and_one_without_a_limit_is_neither(
    found: Installation, keep: Keep
) -> None:
    for due in ("2025-03-10T02:00:00.000000Z", "2025-03-10T01:59:59.999999Z", "2025-03-11T00:00:00.000000Z", None):
        keep("decision", due_at=due)
    assert figure(found, Figure.ON_TIME) == Measured(pytest.approx(200 / 3), 3)


def test_tickets_and_visits_are_those_of_the_cases_that_ended(found: Installation, keep: Keep) -> None:
    """C1 was served on two tickets of one day, twice on one of them; C2 on one ticket on three days. C3 was withdrawn; C9 has not ended."""
    for case, result in (("C1", "granted"), ("C2", "refused"), ("C3", "withdrawn")):
        keep(case_id=case, result=result)
    for ticket, matter, day in (
        ("T1", "C1", "2025-03-03"),
        ("T1", "C1", "2025-03-03"),
        ("T2", "C1", "2025-03-03"),
        ("T3", "C2", "2025-02-27"),
        ("T3", "C2", "2025-03-04"),
        ("T3", "C2", "2025-03-05"),
        ("T4", "C3", "2025-03-04"),
        ("T5", "C9", "2025-03-04"),
        ("T6", None, "2025-03-04"),
    ):
        keep("serving", case_id=f"ticket/{ticket}", matter=matter, ended_on=day)
    assert figure(found, Figure.TICKETS) == Measured(1.5, 2)
    assert figure(found, Figure.VISITS) == Measured(2.0, 2)


def test_of_nothing_there_is_no_figure(found: Installation) -> None:
    for each in (Figure.WAITING, Figure.TOTAL, Figure.ON_TIME, Figure.TICKETS, Figure.VISITS):
        assert figure(found, each) == Measured(None, 0)
    assert report(found) == []


def test_periods_that_are_compared_have_no_day_in_common(found: Installation) -> None:
    with found.reading() as connection:
        city = found.office.city()
        with pytest.raises(PeriodsOverlap, match="ends on 2025-03-31, the one after it begins on 2025-03-31"):
            reform_report(connection, city, MARCH, Period(MARCH.last, date(2025, 4, 30)))
        report = reform_report(connection, city, MARCH, Period(date(2025, 4, 1), date(2025, 4, 30)))
        assert list(report) == list(Figure)


def test_the_version_in_force_on_a_day_and_what_it_asks_for() -> None:
    first = ITEMS["restaurant"]
    second = replace(first, version=2, effective_from=date(2025, 3, 10), materials=first.materials[:1])
    item = ServiceItem(item_id="restaurant", versions=(first, second), withdrawn_from=date(2025, 4, 1))
    in_force = {day: version_in_force(item, day) for day in map(date.fromisoformat, DAYS)}
    assert {day.isoformat(): version and version.version for day, version in in_force.items()} == DAYS
    assert (asked(first), abolished(first), asked(second), abolished(second)) == (2, 1, 1, 0)


DAYS: dict[str, int | None] = {
    "2024-12-31": None,
    "2025-01-01": 1,
    "2025-03-09": 1,
    "2025-03-10": 2,
    "2025-03-31": 2,
    "2025-04-01": None,
}
"""The day before the first version, its first day, the last one before the second, its first, its last, the day of the withdrawal."""


def test_what_the_city_itself_tells_of_a_day(found: Installation) -> None:
    """Of six items food and building ask for two papers each, restaurant for two and one that is abolished, three for one each; five
    windows stand in one hall. All of it was entered sixty days before 3 March 2025, items from 1 January on."""
    city: City = Office().city
    with found.reading() as connection:

        def told(asked_for: Figure, day: date) -> Measured:
            return measured(connection, city, asked_for, Period(day, day))

        day = date(2025, 3, 3)
        assert told(Figure.MATERIALS, day) == Measured(9, 6)
        assert told(Figure.ABOLISHED, day) == Measured(1, 6)
        assert told(Figure.WINDOWS, day) == Measured(5, 1)
        entered = day - timedelta(days=60)
        assert told(Figure.WINDOWS, entered) == Measured(5, 1)
        assert told(Figure.WINDOWS, entered - timedelta(days=1)) == Measured(0, 0)
        assert told(Figure.MATERIALS, date(2024, 12, 31)) == Measured(0, 0)
