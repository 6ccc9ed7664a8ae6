"""Halls as history: how many windows stood on any day, and who sat at them."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from domain.errors import RuleBroken
from domain.hall.hall import Duty, Hall, Window, WindowKind
from domain.hall.hours import ChangeOpeningHours
from domain.hall.staffing import AssignStaff, RelieveStaff
from domain.hall.windows import CloseWindow, JoinWindows, MoveWindow, OpenHall, OpenWindow
from domain.time.calendar import Session
from tests.office import LEGAL, NATURAL, OPERATOR, Office

H1: dict[str, Any] = {"hall_id": "H1"}
EXTRA = Window(window_id="M2", kind=WindowKind.DEPARTMENT, zone=NATURAL, department="fire")
JOINED = Window(window_id="C1", kind=WindowKind.COMPREHENSIVE, zone=NATURAL)
NINE, NOON = (datetime(2025, 3, 4, hour, tzinfo=UTC) for hour in (1, 4))


def on(office: Office, day: date) -> list[str]:
    return sorted(window.window_id for window in office.city.hall("H1").windows_on(day))


def reformed() -> Office:
    """Given one more department window on 4 March, two merged on the 5th, one closed on the 6th."""
    office = Office()
    for command, fields in (
        (OpenWindow, {"window": EXTRA, "reason": "人多"}),
        (JoinWindows, {"window_ids": ("M1", "M2"), "into": JOINED, "order": "改革令 12"}),
        (CloseWindow, {"window_id": "W3", "reason": "合并"}),
    ):
        office.now += timedelta(days=1)
        office.when(command, OPERATOR, **H1, **fields)
    return office


def test_how_many_windows_stood_on_any_day() -> None:
    office = reformed()
    assert on(office, date(2025, 1, 1)) == []
    assert on(office, date(2025, 3, 3)) == ["L1", "M1", "W1", "W2", "W3"]
    assert on(office, date(2025, 3, 4)) == ["L1", "M1", "M2", "W1", "W2", "W3"]
    assert on(office, date(2025, 3, 5)) == ["C1", "L1", "W1", "W2", "W3"]
    assert on(office, date(2025, 3, 6)) == on(office, date(2030, 1, 1)) == ["C1", "L1", "W1", "W2"]
    kinds = Counter(window.kind for window in office.city.hall("H1").windows_on(date(2025, 3, 6)))
    assert kinds == {WindowKind.COMPREHENSIVE: 3, WindowKind.COMPREHENSIVE_INTAKE: 1}


def test_a_window_moves_and_keeps_its_name() -> None:
    office = Office()
    there: dict[str, Any] = {**H1, "window_id": "W1", "zone": LEGAL, "floor": 2, "reason": "分区"}
    office.when(MoveWindow, OPERATOR, **there)
    moved = office.city.hall("H1").windows["W1"]
    assert (moved.zone, moved.floor) == (LEGAL, 2)
    assert on(office, date(2025, 3, 3)) == ["L1", "M1", "W1", "W2", "W3"]
    assert "exists already" in office.refused(MoveWindow, OPERATOR, **there)


def test_what_cannot_be_laid_out_is_refused() -> None:
    office = Office()
    more: dict[str, Any] = {**H1, "reason": "x"}
    assert "window W1 appears twice; name it once" in office.refused(
        OpenWindow, OPERATOR, **more, window=Window(window_id="W1", kind=WindowKind.COMPREHENSIVE, zone=NATURAL)
    )
    assert "a department window must name its department" in office.refused(
        OpenWindow, OPERATOR, **more, window=Window(window_id="X", kind=WindowKind.DEPARTMENT, zone=NATURAL)
    )
    assert "department nobody is not known" in office.refused(
        OpenWindow,
        OPERATOR,
        **more,
        window=Window(window_id="X", kind=WindowKind.DEPARTMENT, zone=NATURAL, department="nobody"),
    )
    assert "has no window W9; it has L1, M1, W1, W2, W3" in office.refused(
        CloseWindow, OPERATOR, **more, window_id="W9"
    )
    order: dict[str, Any] = {**H1, "order": "改革令 12", "into": JOINED}
    assert "name at least two windows" in office.refused(JoinWindows, OPERATOR, **order, window_ids=("W1", "W1"))
    legal = Window(window_id="C1", kind=WindowKind.COMPREHENSIVE, zone=LEGAL)
    assert "windows of one zone" in office.refused(
        JoinWindows, OPERATOR, **{**order, "into": legal}, window_ids=("W1", "W2")
    )
    assert "is not known; open it first" in office.refused(
        CloseWindow, OPERATOR, hall_id="H9", window_id="W1", reason="x"
    )


def test_windows_are_changed_in_the_order_of_time() -> None:
    office = reformed()
    office.now -= timedelta(days=2)
    assert "enter changes in their order" in office.refused(OpenWindow, OPERATOR, **H1, window=EXTRA, reason="x")


def test_somebody_is_assigned_to_a_window_for_a_shift_and_relieved() -> None:
    office = Office()
    shift: dict[str, Any] = {
        **H1,
        "person": "F7",
        "window_id": "W1",
        "since": NINE,
        "until": NOON,
        "duties": (Duty.INTAKE,),
    }
    office.when(AssignStaff, OPERATOR, **shift)

    def there(moment: datetime) -> list[str]:
        return [each.person for each in _hall(office).at_window("W1", moment)]

    assert [there(NINE - timedelta(minutes=1)), there(NINE), there(NOON)] == [[], ["F7"], []]
    office.now = NINE + timedelta(minutes=59)
    assert "is not at window W2" in office.refused(RelieveStaff, OPERATOR, **H1, person="F7", window_id="W2")
    office.when(RelieveStaff, OPERATOR, **H1, person="F7", window_id="W1")
    assert there(office.now) == []
    assert there(office.now - timedelta(minutes=5)) == ["F7"]


def test_nobody_is_at_two_windows_at_once_nor_does_what_a_window_cannot() -> None:
    office = Office()
    shift: dict[str, Any] = {**H1, "person": "F7", "since": NINE, "until": NOON}
    office.when(AssignStaff, OPERATOR, **shift, window_id="W1", duties=(Duty.INTAKE, Duty.FEEDBACK))
    for refusal, fields in (
        ("relieve them there first", {"window_id": "W2", "duties": (Duty.INTAKE,)}),
        ("is a comprehensive_feedback window and cannot do intake", {"window_id": "W3", "duties": (Duty.INTAKE,)}),
        ("name what F7 may do", {"window_id": "W2", "duties": ()}),
        ("has no window W9", {"window_id": "W9", "duties": (Duty.QUEUE,)}),
    ):
        assert refusal in office.refused(AssignStaff, OPERATOR, **shift, **fields)
    back = {**shift, "since": NOON, "until": NINE}
    assert "ends before it begins" in office.refused(
        AssignStaff, OPERATOR, **back, window_id="W2", duties=(Duty.QUEUE,)
    )


def test_a_hall_is_opened_once() -> None:
    office = Office()
    hall = office.city.hall("H1")
    given = {"label": hall.name, "layout": hall.layout, "windows": (), "calendar": hall.calendars[-1]}
    assert "is already open" in office.refused(OpenHall, OPERATOR, **H1, **given)


def _hall(office: Office) -> Hall:
    return office.city.hall("H1")


def test_a_hall_changes_its_hours_from_then_on() -> None:
    office = Office()
    calendar = office.city.calendar_version("H1")
    afternoon = (Session(opens=time(13), closes=time(18)),)
    with pytest.raises(RuleBroken, match="has these hours already"):
        office.when(
            ChangeOpeningHours, OPERATOR, **H1, reason="便民", sessions=office.city.hall("H1").calendars[-1].sessions
        )
    with pytest.raises(RuleBroken, match="sessions: there are none"):
        office.when(ChangeOpeningHours, OPERATOR, **H1, reason="便民", sessions=())
    office.when(ChangeOpeningHours, OPERATOR, **H1, reason="便民", sessions=afternoon, weekdays=(0, 5))
    before, after = (office.city.calendar("H1", version) for version in (calendar, calendar + 1))
    saturday = date(2025, 3, 8)
    assert (before.is_working_day(saturday), after.is_working_day(saturday)) == (False, True)
    assert office.city.hall("H1").calendars[-1].sessions == afternoon
