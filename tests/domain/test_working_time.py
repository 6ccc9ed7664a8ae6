"""Working time: against a slow reference, its laws, and dates worked out by hand over the holidays of 2025."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.calendars import seeded
from domain.calendar import MIDNIGHT, CalendarData, CalendarYear, CalendarYearMissing, DayOverride, Session
from domain.working_time import Limit, Span, Unit, WorkingCalendar, stopped_us, union
from tests.domain import slow_working_time as slow

TYPHOON = DayOverride(day=date(2025, 9, 24), sessions=(), reason="台风 typhoon")
SHORT_DAY = DayOverride(
    day=date(2025, 1, 27), sessions=(Session(opens=time(9), closes=time(11, 15)),), reason="除夕前一天 eve"
)
SHANGHAI = seeded(years=range(2023, 2027)).with_override(TYPHOON).with_override(SHORT_DAY)
AMSTERDAM = CalendarData(
    time_zone="Europe/Amsterdam",
    sessions=(Session(opens=time(1, 30), closes=time(4)), Session(opens=time(22), closes=MIDNIGHT)),
    weekdays=(0, 1, 2, 3, 4, 5, 6),
    years=tuple(CalendarYear(year=y, holidays=(date(y, 12, 25),), makeup_days=()) for y in range(2023, 2027)),
)
"""A night office: its sessions run across both changes of the clock, and to midnight."""
CALENDARS = {"Shanghai": SHANGHAI, "Amsterdam": AMSTERDAM}

moments = st.datetimes(datetime(2023, 1, 2), datetime(2026, 12, 30), timezones=st.just(UTC))
lengths = st.one_of(
    st.timedeltas(timedelta(0), timedelta(hours=6)),
    st.timedeltas(timedelta(0), timedelta(days=40)),
    st.timedeltas(timedelta(0), timedelta(days=500)),
)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    start = draw(moments)
    return start, min(start + draw(lengths), datetime(2026, 12, 30, tzinfo=UTC))


@pytest.mark.parametrize("city", CALENDARS)
@settings(max_examples=1000)
@given(span=spans(), stopped=st.lists(spans(), max_size=4))
@example(span=(datetime(2025, 3, 29, 20, tzinfo=UTC), datetime(2025, 3, 30, 4, tzinfo=UTC)), stopped=[])
@example(span=(datetime(2025, 10, 25, 20, tzinfo=UTC), datetime(2025, 10, 26, 5, tzinfo=UTC)), stopped=[])
def test_working_time_equals_the_slow_reference(city: str, span: Span, stopped: list[Span]) -> None:
    calendar = WorkingCalendar(CALENDARS[city])
    assert calendar.working_us_outside(*span, stopped) == slow.working_us(CALENDARS[city], *span, stopped)


@given(st.lists(moments, min_size=3, max_size=3).map(sorted), st.sampled_from(sorted(CALENDARS)))
def test_rule_7_working_time_adds_up_and_never_runs_backwards(times: list[datetime], city: str) -> None:
    start, middle, end = times
    calendar = WorkingCalendar(CALENDARS[city])
    whole = calendar.working_us(start, end)
    assert whole == calendar.working_us(start, middle) + calendar.working_us(middle, end)
    assert calendar.working_us(start, middle) <= whole
    assert calendar.working_us(end, start) == 0


@given(moments.filter(lambda m: m.year < 2026), st.integers(0, 400 * 3_600_000_000), st.sampled_from(sorted(CALENDARS)))
def test_adding_working_time_is_undone_by_counting_it(start: datetime, amount: int, city: str) -> None:
    calendar = WorkingCalendar(CALENDARS[city])
    end = calendar.add_working_us(start, amount)
    assert calendar.working_us(start, end) == amount
    if amount:
        assert calendar.working_us(start, end - timedelta(microseconds=1)) == amount - 1


@given(st.lists(spans(), max_size=6), spans())
def test_overlapping_stops_count_once(stopped: list[Span], span: Span) -> None:
    joined = union(stopped)
    assert all(a[1] < b[0] for a, b in pairwise(joined))
    for moment in [m for s in stopped for m in s]:
        inside = any(a <= moment < b for a, b in stopped)
        assert inside == any(a <= moment < b for a, b in joined)
    assert stopped_us(*span, stopped) == stopped_us(*span, [*joined, *stopped])
    assert stopped_us(*span, stopped) <= max(timedelta(0), span[1] - span[0]) // timedelta(microseconds=1)


def local(month: int, day: int, hour: int = 10, minute: int = 0, year: int = 2025) -> datetime:
    """A time in Shanghai (UTC+8)."""
    return datetime(year, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def days(amount: int) -> Limit:
    return Limit(amount=amount, unit=Unit.WORKING_DAYS)


PLAIN = WorkingCalendar(seeded(years=range(2024, 2027)))


@pytest.mark.parametrize(
    ("received", "limit", "due"),
    [
        # Mon 3 March, 5 days: Tue 4, Wed 5, Thu 6, Fri 7, Mon 10.
        (local(3, 3), days(5), local(3, 10, 17, 30)),
        # Fri 24 January, 5 days over the Spring Festival (28 Jan to 4 Feb off; Sun 26 Jan and Sat 8 Feb worked):
        # Sun 26, Mon 27, Wed 5, Thu 6, Fri 7.
        (local(1, 24), days(5), local(2, 7, 17, 30)),
        # The sixth is the made-up Saturday.
        (local(1, 24), days(6), local(2, 8, 17, 30)),
        # Received on the last working day before the festival, Mon 27 January: Wed 5, Thu 6, Fri 7, Sat 8, Mon 10.
        (local(1, 27, 17, 29), days(5), local(2, 10, 17, 30)),
        # Received on a made-up Sunday, 26 January: Mon 27, Wed 5 Feb.
        (local(1, 26), days(2), local(2, 5, 17, 30)),
        # Received on a holiday, 1 October: the day of the start is not counted; Thu 9, Fri 10, Sat 11 (made up).
        (local(10, 1), days(3), local(10, 11, 17, 30)),
        # Tue 30 September, 20 days: 9 10 11 | 13 14 15 16 17 | 20 21 22 23 24 | 27 28 29 30 31 | 3 4 November.
        (local(9, 30), days(20), local(11, 4, 17, 30)),
        # Sunday 28 September is worked: Fri 26 + 1.
        (local(9, 26), days(1), local(9, 28, 17, 30)),
        # Ten days over the turn of the year 2025: 27 30 31 | 2 3 (Jan 1 off) 6 7 8 9 10.
        (local(12, 26, year=2024), days(10), local(1, 10, 17, 30)),
        # No day at all: on the spot, the day itself.
        (local(3, 3), days(0), local(3, 3, 17, 30)),
        # Calendar days end at midnight, holiday or not: 24 Jan + 5 = 29 Jan.
        (local(1, 24), Limit(amount=5, unit=Unit.CALENDAR_DAYS), local(1, 30, 0)),
        # The first day counts where the item says so: 3 4 5 March.
        (local(3, 3), Limit(amount=3, unit=Unit.WORKING_DAYS, first_day_counts=True), local(3, 5, 17, 30)),
        # ... but a day of rest is never the first: Sat 1 March, then 3 4 5.
        (local(3, 1), Limit(amount=3, unit=Unit.WORKING_DAYS, first_day_counts=True), local(3, 5, 17, 30)),
        (local(3, 3), Limit(amount=3, unit=Unit.CALENDAR_DAYS, first_day_counts=True), local(3, 6, 0)),
        # Four working hours from Mon 16:30: one until 17:30, Tue 9:00 to 12:00 three more.
        (local(3, 3, 16, 30), Limit(amount=4, unit=Unit.WORKING_HOURS), local(3, 4, 12)),
        # A working day is not 24 working hours: 24 hours are 3 days of 7 hours and 3 hours more.
        (local(3, 3, 9), Limit(amount=24, unit=Unit.WORKING_HOURS), local(3, 6, 12)),
    ],
)
def test_a_limit_ends_on_the_day_worked_out_by_hand(received: datetime, limit: Limit, due: datetime) -> None:
    assert PLAIN.due(received, limit) == due


@pytest.mark.parametrize(
    ("due", "stop", "restart", "unit", "moved"),
    [
        # Stopped Mon 3 March, resumed Wed 5: Tue and Wed do not count, the due day moves by two.
        (local(3, 10, 17, 30), local(3, 3, 15), local(3, 5, 9), Unit.WORKING_DAYS, local(3, 12, 17, 30)),
        # Stopped and resumed on one day: nothing moves.
        (local(3, 10, 17, 30), local(3, 3, 9), local(3, 3, 16), Unit.WORKING_DAYS, local(3, 10, 17, 30)),
        # Over the weekend: only Monday does not count.
        (local(3, 10, 17, 30), local(3, 7, 9), local(3, 10, 9), Unit.WORKING_DAYS, local(3, 11, 17, 30)),
        # Over National Day: stopped Tue 30 Sept, resumed Fri 10 Oct: 9 and 10 do not count; 14 October becomes 16.
        (local(10, 14, 17, 30), local(9, 30), local(10, 10), Unit.WORKING_DAYS, local(10, 16, 17, 30)),
        # What is overdue at the stop stays overdue.
        (local(3, 3, 17, 30), local(3, 4), local(3, 20), Unit.WORKING_DAYS, local(3, 3, 17, 30)),
        (local(3, 11, 0), local(3, 3, 15), local(3, 5, 9), Unit.CALENDAR_DAYS, local(3, 13, 0)),
        # Two working hours were left at the stop; two are left at the restart.
        (local(3, 3, 17, 30), local(3, 3, 15, 30), local(3, 5, 11), Unit.WORKING_HOURS, local(3, 5, 14, 30)),
    ],
)
def test_a_stopped_clock_moves_the_due_moment(
    due: datetime, stop: datetime, restart: datetime, unit: Unit, moved: datetime
) -> None:
    assert PLAIN.shifted(due, stop, restart, unit) == moved


def test_a_year_without_data_is_an_error_that_says_what_to_load() -> None:
    calendar = WorkingCalendar(seeded(years=[2025, 2026]), name="H01")
    with pytest.raises(CalendarYearMissing) as missing:
        calendar.due(local(12, 21, year=2026), days(20))
    assert str(missing.value) == (
        "the calendar of hall H01 has no data for 2027 (it has 2025, 2026); "
        "load its holidays and make-up days with `onewindow calendar load --hall H01 FILE`"
    )
    with pytest.raises(CalendarYearMissing):
        calendar.working_us(local(12, 1, year=2024), local(1, 5))
    with pytest.raises(CalendarYearMissing):
        calendar.add_working_us(local(12, 31, year=2026), 8 * 3_600_000_000)
    assert calendar.working_us(local(12, 31, 9, year=2026), local(1, 1, 0, year=2027)) == 7 * 3_600_000_000


def test_the_halls_own_word_for_a_day_counts() -> None:
    calendar = WorkingCalendar(SHANGHAI)
    assert not calendar.is_working_day(TYPHOON.day)
    assert calendar.working_us(local(9, 24, 0), local(9, 25, 0)) == 0
    assert calendar.working_us(local(1, 27, 0), local(1, 28, 0)) == 2.25 * 3_600_000_000
    assert calendar.end_of_working_day(TYPHOON.day) == local(9, 25, 0)
    assert calendar.day_bounds(TYPHOON.day) == (local(9, 24, 0), local(9, 25, 0))


def test_a_moment_without_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="has no offset"):
        PLAIN.local_day(datetime(2025, 3, 3))


def test_entering_a_year_or_a_day_replaces_what_was_said_of_it() -> None:
    worked = CalendarYear(year=2025, holidays=(), makeup_days=())
    assert SHANGHAI.with_year(worked).years[2] == worked
    assert len(SHANGHAI.with_year(worked).years) == 4
    open_day = DayOverride(day=TYPHOON.day, sessions=SHANGHAI.sessions, reason="风停了")
    assert [o.day for o in SHANGHAI.with_override(open_day).overrides] == [SHORT_DAY.day, TYPHOON.day]


def session(opens: int, closes: int) -> Session:
    return Session(opens=time(opens), closes=time(closes))


@pytest.mark.parametrize(
    ("calendar", "says"),
    [
        (CalendarData(time_zone="Moon/Sea", sessions=(session(9, 17),)), "is no time zone"),
        (CalendarData(time_zone="UTC", sessions=()), "there are none"),
        (CalendarData(time_zone="UTC", sessions=(session(9, 17),), weekdays=(7,)), "are not days"),
        (CalendarData(time_zone="UTC", sessions=(session(17, 9),)), "ends before it begins"),
        (CalendarData(time_zone="UTC", sessions=(session(9, 12), session(11, 17))), "begins before"),
        (CalendarData(time_zone="UTC", sessions=(session(9, 12),), years=(CalendarYear(year=2025, holidays=(), makeup_days=()),) * 2), "stands twice"),
        (CalendarData(time_zone="UTC", sessions=(session(9, 12),), overrides=(TYPHOON, TYPHOON)), "stands twice"),
        (CalendarData(time_zone="UTC", sessions=(session(9, 12),), years=(CalendarYear(year=2025, holidays=(date(2024, 1, 1),), makeup_days=()),)), "is no day of it"),
        (CalendarData(time_zone="UTC", sessions=(session(9, 12),), years=(CalendarYear(year=2025, holidays=(date(2025, 1, 1),), makeup_days=(date(2025, 1, 1),)),)), "both a holiday and"),
        (CalendarData(time_zone="UTC", sessions=(session(9, 12),), overrides=(DayOverride(day=date(2025, 1, 1), sessions=(session(5, 4),), reason="x"),)), "override 2025-01-01"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_calendar_is_said(calendar: CalendarData, says: str) -> None:
    assert any(says in problem for problem in calendar.problems())
    assert SHANGHAI.problems() == []
