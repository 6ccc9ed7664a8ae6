"""The events that a figure is made of, worked by hand: which they are, what each part is worth, what it says of itself."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from domain.application.limits.suspension import ResumeClock, StopClock
from domain.application.path.approvals import ApproveTask, ClaimTask
from domain.application.path.decision import Decide, MakeResultReady
from domain.application.path.feedback import IssueResult
from domain.application.terms import Ground, Outcome
from domain.catalogue.publishing import ReviseItem
from domain.hall.windows import CloseWindow
from projections.reports.evidence import _about, _value, evidence
from projections.reports.reform import Figure, Period
from tests.office import AT_A_WINDOW, HASH, ISSUER, ITEMS, OPERATOR, Office, accepted, decider, reviewer
from tests.projections.test_views import recorded

MARKET = reviewer("market")
SHANGHAI = ZoneInfo("Asia/Shanghai")


def day(number: int) -> Period:
    """The period of one day of March 2025."""
    return Period(date(2025, 3, number), date(2025, 3, number))


def at(number: int, hour: int, minute: int = 0) -> datetime:
    """A moment of March by the hall's clock, as UTC."""
    return datetime(2025, 3, number, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def test_the_windows_of_a_hall_are_the_events_that_changed_their_number(database: str, tmp_path: Path) -> None:
    """Five when it opened, one less on the 10th in the last minute of the day."""
    office = Office()
    office.now = at(10, 23, 58)
    office.when(CloseWindow, OPERATOR, hall_id="H1", window_id="L1", reason="改革")
    with recorded(database, tmp_path, office) as found, found.reading() as connection:

        def parts(period: Period, *halls: str) -> list[tuple[float, str, list[str]]]:
            city = found.office.city()
            made = evidence(connection, found.log, city, Figure.WINDOWS, period, halls=halls)
            return [(each.value, each.about, [event.type for event in each.events]) for each in made]

        opened = (5, "hall H1", ["hall.opened"])
        assert parts(day(9)) == [opened]
        assert parts(day(10)) == parts(day(10), "H1") == [opened, (-1, "hall H1", ["hall.window_closed"])]
        assert parts(day(10), "H9") == []


def test_the_materials_of_an_item_are_the_event_of_its_version_in_force(database: str, tmp_path: Path) -> None:
    """From the 10th on food asks for one paper, and the other one is abolished."""
    office = Office()
    first, second = ITEMS["food"].materials
    version = replace(
        ITEMS["food"],
        version=2,
        effective_from=date(2025, 3, 10),
        materials=(first, replace(second, abolished="市府令 3")),
    )
    office.when(ReviseItem, OPERATOR, item_id="food", item=version, reason="改革")
    with recorded(database, tmp_path, office) as found, found.reading() as connection:

        def food(figure: Figure, period: Period) -> tuple[float, str, str]:
            made = list(evidence(connection, found.log, found.office.city(), figure, period))
            assert [each.about.split()[1] for each in made] == sorted(ITEMS)
            (part,) = (each for each in made if each.about.startswith("item food "))
            (event,) = part.events
            assert (event.history, event.event) == ("item/food", int(part.about[-1]))
            return part.value, part.about, event.type

        assert food(Figure.MATERIALS, day(9)) == (2, "item food version 1", "catalogue.item_published")
        assert food(Figure.MATERIALS, day(10)) == (1, "item food version 2", "catalogue.item_revised")
        assert food(Figure.ABOLISHED, day(9))[0] == 0
        assert food(Figure.ABOLISHED, day(10))[0] == 1


def stopped_and_issued() -> Office:
    """Given an application accepted on Monday 3 March at 10:00, whose clock stood from 14:00 to 15:00, decided at 16:00, and whose result
    is handed over on Tuesday at 10:00."""
    office = Office()
    office.now = at(3, 9, 55)  # received, two papers handed in and checked, accepted
    accepted("food", office=office)
    test = {"suspension_id": "t", "ground": Ground.TEST, "notice": "检测告知书"}
    for moment, command, by, fields in (
        (at(3, 14), StopClock, MARKET, test),
        (at(3, 15), ResumeClock, MARKET, {"suspension_id": "t"}),
        (at(3, 15, 30), ClaimTask, MARKET, {"task_id": "food:market"}),
        (at(3, 15, 31), ApproveTask, MARKET, {"task_id": "food:market"}),
        (at(3, 16), Decide, decider("market"), {"outcome": Outcome.GRANTED}),
        (at(3, 16, 1), MakeResultReady, MARKET, {"content_hash": HASH}),
        (at(4, 10), IssueResult, ISSUER, AT_A_WINDOW),
    ):
        office.now = moment
        office.when(command, by, minutes=0, **fields)
    return office


def test_a_span_is_its_two_events_and_what_moved_the_clock_between_them(database: str, tmp_path: Path) -> None:
    """From the receipt at 9:56 to Tuesday at 10:00 it is 7 h 4 min of work less one in which the clock stood, 6 h 4 min on Monday and one on
    Tuesday. The decision is due ten days after Monday, in time."""
    with recorded(database, tmp_path, stopped_and_issued()) as found, found.reading() as connection:

        def only(figure: Figure, period: Period) -> tuple[float, str, list[str]]:
            (part,) = evidence(connection, found.log, found.office.city(), figure, period)
            assert {event.history for event in part.events} == {"application/0-C1"}
            assert [event.event for event in part.events] == sorted(event.event for event in part.events)
            return part.value, part.about, [event.type.removeprefix("application.") for event in part.events]

        value, about, types = only(Figure.TOTAL, day(4))
        assert value == pytest.approx(6 + 4 / 60)
        assert about.startswith("total of 0-C1")
        assert types == ["intake_registered", "clock_stopped", "clock_resumed", "result_issued"]

        value, about, types = only(Figure.ON_TIME, day(3))
        assert (value, about) == (100, "decision of 0-C1, due 2025-03-17T17:30+08:00")
        assert types == ["accepted", "clock_stopped", "clock_resumed", "decided"]
        assert list(evidence(connection, found.log, found.office.city(), Figure.TOTAL, day(3))) == []


def test_what_a_part_is_worth() -> None:
    late = SimpleNamespace(ended_at="2025-03-10T09:30:00.000001Z", due_at="2025-03-10T09:30:00.000000Z")
    assert _value(Figure.ON_TIME, late, set()) == 0
    assert _value(Figure.ON_TIME, SimpleNamespace(ended_at=late.due_at, due_at=late.due_at), set()) == 100
    assert _value(Figure.WAITING, SimpleNamespace(calendar_us=150_000_000), set()) == 2.5
    assert _value(Figure.TOTAL, SimpleNamespace(working_us=5_400_000_000), set()) == 1.5


def served(ticket: str, matter: str, ended_on: str, stage: str = "serving") -> SimpleNamespace:
    """A row of somebody who was served."""
    return SimpleNamespace(case_id=ticket, matter=matter, ended_on=ended_on, stage=stage)


def test_a_ticket_or_a_day_counts_once_a_case() -> None:
    rows = [
        served("ticket/T1", "C1", "2025-03-03"),
        served("ticket/T1", "C1", "2025-03-04"),
        served("ticket/T1", "C2", "2025-03-04"),
        served("ticket/T2", "C1", "2025-03-04"),
        served("C1", "C1", "2025-03-04", stage="total"),
    ]
    for figure, worth in ((Figure.TICKETS, [1, 0, 1, 1, 0]), (Figure.VISITS, [1, 1, 1, 0, 0])):
        counted: set[tuple[str, str]] = set()
        assert [_value(figure, row, counted) for row in rows] == worth


def test_what_a_part_says_of_itself() -> None:
    plain = {"stage": "serving", "case_id": "ticket/T1", "matter": None, "due_at": None, "corrected_by": None}
    assert _about(SimpleNamespace(**plain), SHANGHAI) == "serving of ticket/T1"
    said = {"matter": "C1", "due_at": "2025-03-10T16:00:00.000000Z", "corrected_by": 7}
    assert _about(SimpleNamespace(**{**plain, **said}), SHANGHAI) == (
        "serving of ticket/T1 for case C1, due 2025-03-10T23:59+08:00, corrected by event 7"
    )
