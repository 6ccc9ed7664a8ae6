"""Open to the public and counting as a working day are two columns of a hall's calendar: Saturday service shortens nothing."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.files.calendar_file import seeded
from domain.hall.calendars import LoadCalendar
from domain.hall.windows import OpenHall
from domain.label import Label
from domain.ticket.taking import BookTicket
from domain.ticket.ticket import Purpose
from domain.time.calendar import DayOverride, Session
from domain.time.working_time import Limit, Unit, WorkingCalendar
from tests.office import CITIZEN, NATURAL, OPERATOR, WINDOWS, Office, days

PLAIN = seeded(years=range(2024, 2027))
MORNING = (Session(opens=time(9), closes=time(12)),)
SATURDAY = date(2025, 9, 20)
SERVICE = DayOverride(day=SATURDAY, sessions=MORNING, reason="周六延时服务", counts=False)
MADE_UP = DayOverride(day=SATURDAY, sessions=MORNING, reason="调休上班", counts=True)


def local(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), WorkingCalendar(PLAIN).zone).astimezone(UTC)


def test_a_service_saturday_is_open_and_shortens_no_limit() -> None:
    """From Monday 15 September 2025: Tue 16 .. Fri 19 = 4; [Sat 20 service]; Mon 22 .. Fri 26 = 5 (9); Sun 28 = 10."""
    begun = local(date(2025, 9, 15), 10)
    service = WorkingCalendar(PLAIN.with_override(SERVICE))
    assert (service.is_open(SATURDAY), service.is_working_day(SATURDAY)) == (True, False)
    assert service.due(begun, days(10)) == local(date(2025, 9, 28), 17, 30)
    made_up = WorkingCalendar(PLAIN.with_override(MADE_UP))
    assert made_up.due(begun, days(10)) == local(date(2025, 9, 26), 17, 30)


def test_hours_of_a_service_saturday_are_neither_in_limits_nor_in_figures() -> None:
    """One hour of Friday afternoon and three of Saturday morning: one working hour; with a made-up Saturday four."""
    friday, noon = local(date(2025, 9, 19), 16, 30), local(SATURDAY, 12)
    hours = {SERVICE: 1, MADE_UP: 4}
    for override, amount in hours.items():
        calendar = WorkingCalendar(PLAIN.with_override(override))
        assert calendar.working_us(friday, noon) == amount * 3_600_000_000
    two_hours = Limit(amount=2, unit=Unit.WORKING_HOURS)
    service = WorkingCalendar(PLAIN.with_override(SERVICE))
    assert service.due(friday, two_hours) == local(date(2025, 9, 22), 10)


def test_a_stop_over_a_service_saturday_gives_no_day_for_it() -> None:
    """Stopped from Friday 19 to Monday 22: only Monday is a day of the stop, so 26 September becomes 28, made up."""
    service = WorkingCalendar(PLAIN.with_override(SERVICE))
    due = local(date(2025, 9, 26), 17, 30)
    shifted = service.shifted(due, local(date(2025, 9, 19), 10), local(date(2025, 9, 22), 10), Unit.WORKING_DAYS)
    assert shifted == local(date(2025, 9, 28), 17, 30)


def test_a_day_closed_to_the_public_may_count() -> None:
    training = DayOverride(day=date(2025, 9, 17), sessions=(), reason="业务培训", counts=True)
    calendar = WorkingCalendar(PLAIN.with_override(training))
    assert (calendar.is_open(training.day), calendar.is_working_day(training.day)) == (False, True)
    assert calendar.due(local(date(2025, 9, 16), 10), days(1)) == local(date(2025, 9, 18), 0)


def test_an_override_of_before_the_two_columns_counts_when_it_is_open() -> None:
    old = DayOverride(day=SATURDAY, sessions=MORNING, reason="加班")
    assert WorkingCalendar(PLAIN.with_override(old)).is_working_day(SATURDAY)
    storm = DayOverride(day=date(2025, 9, 24), sessions=(), reason="台风")
    assert not WorkingCalendar(PLAIN.with_override(storm)).is_working_day(storm.day)


@pytest.mark.parametrize("day", [SATURDAY, date(2025, 10, 1)])
def test_a_day_of_rest_that_is_opened_must_say_whether_it_counts(day: date) -> None:
    office = Office()
    unsaid = DayOverride(day=day, sessions=MORNING, reason="服务")
    assert "say whether it counts" in office.refused(LoadCalendar, OPERATOR, hall_id="H1", overrides=(unsaid,))
    opening = {
        "label": Label(zh="大厅", en="Hall"),
        "layout": "after",
        "windows": WINDOWS,
        "calendar": PLAIN.with_override(unsaid),
    }
    assert "say whether it counts" in office.refused(OpenHall, OPERATOR, hall_id="H2", **opening)
    spoken = DayOverride(day=day, sessions=MORNING, reason="服务", counts=False)
    assert len(office.when(LoadCalendar, OPERATOR, hall_id="H1", overrides=(spoken,))) == 1


def test_a_working_day_and_a_make_up_day_need_not_say_so() -> None:
    office = Office()
    for day in (date(2025, 9, 24), date(2025, 9, 28)):
        short = DayOverride(day=day, sessions=MORNING, reason="半天")
        assert len(office.when(LoadCalendar, OPERATOR, hall_id="H1", overrides=(short,))) == 1


def test_a_visit_is_booked_for_a_service_saturday() -> None:
    office = Office()
    office.when(LoadCalendar, OPERATOR, hall_id="H1", overrides=(SERVICE,))
    visit = {"ticket_id": "T1", "hall": "H1", "zone": NATURAL, "purpose": Purpose.APPLY, "matters": ("food",)}
    assert office.when(BookTicket, CITIZEN, **visit, slot=local(SATURDAY, 10))


@given(
    start=st.dates(date(2024, 1, 1), date(2026, 9, 30)),
    amount=st.integers(1, 40),
    service=st.lists(st.dates(date(2024, 1, 1), date(2026, 12, 31)), max_size=30, unique=True),
)
def test_service_on_days_of_rest_never_moves_a_limit_and_no_limit_ends_on_one(
    start: date, amount: int, service: list[date]
) -> None:
    plain, opened = WorkingCalendar(PLAIN), PLAIN
    for day in service:
        if not plain.is_working_day(day):
            opened = opened.with_override(DayOverride(day=day, sessions=MORNING, reason="服务", counts=False))
    calendar = WorkingCalendar(opened)
    due = calendar.due(local(start, 10), days(amount))
    assert due == plain.due(local(start, 10), days(amount))
    assert calendar.is_working_day(calendar.local_day(due - timedelta(microseconds=1)))
