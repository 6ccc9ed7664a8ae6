"""Working time: against a slow reference, its laws, and dates worked out by hand over the holidays of 2025."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.files.calendar_file import seeded
from domain.time.calendar import MIDNIGHT, CalendarData, CalendarYear, CalendarYearMissing, DayOverride, Session
from domain.time.working_time import MICROSECOND, Limit, Span, Unit, WorkingCalendar, stopped_us, union
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


@pytest.mark.no_cover
@pytest.mark.parametrize("city", CALENDARS)
@settings(max_examples=150)
@given(span=spans(), stopped=st.lists(spans(), max_size=4))
@example(span=(datetime(2025, 3, 29, 20, tzinfo=UTC), datetime(2025, 3, 30, 4, tzinfo=UTC)), stopped=[])
@example(span=(datetime(2025, 10, 25, 20, tzinfo=UTC), datetime(2025, 10, 26, 5, tzinfo=UTC)), stopped=[])
def test_working_time_equals_the_slow_reference(city: str, span: Span, stopped: list[Span]) -> None:
    calendar = WorkingCalendar(CALENDARS[city])
    assert calendar.working_us_outside(*span, stopped) == slow.working_us(CALENDARS[city], *span, stopped)


CHANGES = {
    "Europe/Amsterdam": (date(2025, 3, 30), date(2025, 10, 26)),  # an hour, at two and three in the night
    "America/Santiago": (date(2025, 4, 5), date(2025, 9, 7)),  # at midnight: one day has no 00:30, another two 23:30
    "Australia/Lord_Howe": (date(2025, 4, 6), date(2025, 10, 5)),  # half an hour
    "Asia/Shanghai": (date(2025, 5, 1), date(2025, 12, 31)),  # none
}
"""Days of 2025 on which the clock changes."""


def at_quarter(quarter: int) -> time:
    return MIDNIGHT if quarter == 96 else time(quarter // 4, quarter % 4 * 15)


@st.composite
def any_sessions(draw: st.DrawFn, least: int) -> tuple[Session, ...]:
    hours = sorted(draw(st.sets(st.integers(0, 14) | st.integers(92, 96), min_size=2 * least, max_size=8)))
    return tuple(
        Session(opens=at_quarter(a), closes=at_quarter(b)) for a, b in zip(hours[::2], hours[1::2], strict=False)
    )


@st.composite
def calendars_at_a_change(draw: st.DrawFn) -> tuple[CalendarData, datetime]:
    """A calendar that works at night, and a moment (UTC, a whole minute) within a day of a change of its clock."""
    zone = draw(st.sampled_from(sorted(CHANGES)))
    change = draw(st.sampled_from(CHANGES[zone]))
    near = [change + timedelta(days=n) for n in range(-2, 3)]
    some_days = st.sets(st.sampled_from([day for day in near if day.year == 2025]), max_size=2)
    calendar = CalendarData(
        time_zone=zone,
        sessions=draw(any_sessions(2)),
        weekdays=tuple(sorted(draw(st.sets(st.integers(0, 6), min_size=5)))),
        years=(
            CalendarYear(year=2024, holidays=(), makeup_days=()),
            CalendarYear(year=2025, holidays=tuple(draw(some_days)), makeup_days=tuple(draw(some_days))),
            CalendarYear(year=2026, holidays=(), makeup_days=()),
        ),
        overrides=tuple(DayOverride(day=d, sessions=draw(any_sessions(0)), reason="夜班") for d in draw(some_days)),
    )
    midnight = datetime(change.year, change.month, change.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return calendar, midnight + timedelta(minutes=draw(st.integers(-1440, 240)))


@pytest.mark.no_cover
@settings(max_examples=150)
@given(calendars_at_a_change(), st.integers(0, 2880), st.tuples(st.integers(-500, 2000), st.integers(0, 600)))
def test_whatever_the_clock_on_the_wall_does_a_minute_counts_once(
    drawn: tuple[CalendarData, datetime], length: int, stopped: tuple[int, int]
) -> None:
    data, start = drawn
    end = start + timedelta(minutes=length)
    stop = start + timedelta(minutes=stopped[0])
    restart = stop + timedelta(minutes=stopped[1])
    calendar = WorkingCalendar(data)
    worked = slow.worked_minutes(data, start, end)
    assert calendar.working_us(start, end) == worked * 60_000_000
    assert slow.working_us(data, start, end, []) == worked * 60_000_000
    without = slow.worked_minutes(data, max(start, stop), min(end, restart)) if stop < restart else 0
    assert calendar.working_us_outside(start, end, [(stop, restart)]) == (worked - without) * 60_000_000


def test_a_session_in_the_hour_that_the_clock_leaves_out_takes_no_time_from_others() -> None:
    """In Amsterdam 30 March 2025 goes from 02:00 straight to 03:00."""
    night = (Session(opens=time(2, 15), closes=time(2, 45)), Session(opens=time(3), closes=time(4)))
    every_day = CalendarData(
        time_zone="Europe/Amsterdam", sessions=night, weekdays=tuple(range(7)), years=AMSTERDAM.years
    )
    day = WorkingCalendar(every_day).day_bounds(date(2025, 3, 30))
    assert WorkingCalendar(every_day).working_us(*day) == 60 * 60_000_000
    lost = CalendarData(
        time_zone="Europe/Amsterdam",
        sessions=(Session(opens=time(2, 30), closes=time(3)),),
        weekdays=tuple(range(7)),
        years=AMSTERDAM.years,
    )
    assert WorkingCalendar(lost).working_us(*day) == 0


def test_moments_told_in_the_halls_own_time_count_as_in_utc() -> None:
    """On 26 October 2025 Amsterdam has 02:30 twice, an hour apart, and the day has 25 hours."""
    zone = ZoneInfo("Europe/Amsterdam")
    first, second = (datetime(2025, 10, 26, 2, 30, tzinfo=zone, fold=fold) for fold in (0, 1))
    calendar = WorkingCalendar(AMSTERDAM)
    assert calendar.working_us(first, second) == 60 * 60_000_000
    assert calendar.working_us(second, first) == 0
    assert calendar.add_working_us(first, 60 * 60_000_000) == second.astimezone(UTC)
    day = (datetime(2025, 10, 26, tzinfo=zone), datetime(2025, 10, 27, tzinfo=zone))
    assert stopped_us(*day, [day]) == 25 * 3_600_000_000
    assert union([(first, second)]) == ((first.astimezone(UTC), second.astimezone(UTC)),)


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
        (local(1, 24), Limit(amount=5, unit=Unit.UNMOVED_DAYS), local(1, 30, 0)),
        # The 29th is a holiday: the period ends with 5 February, which is worked (Civil Code, article 203).
        (local(1, 24), Limit(amount=5, unit=Unit.CALENDAR_DAYS), local(2, 6, 0)),
        # The first day counts where the item says so: 3 4 5 March.
        (local(3, 3), Limit(amount=3, unit=Unit.WORKING_DAYS, first_day_counts=True), local(3, 5, 17, 30)),
        # ... but a day of rest is never the first: Sat 1 March, then 3 4 5.
        (local(3, 1), Limit(amount=3, unit=Unit.WORKING_DAYS, first_day_counts=True), local(3, 5, 17, 30)),
        (local(3, 3), Limit(amount=3, unit=Unit.CALENDAR_DAYS, first_day_counts=True), local(3, 6, 0)),
        # No day at all, the first counted: still the day itself.
        (local(3, 3), Limit(amount=0, unit=Unit.CALENDAR_DAYS, first_day_counts=True), local(3, 4, 0)),
        (local(3, 3), Limit(amount=0, unit=Unit.WORKING_DAYS, first_day_counts=True), local(3, 3, 17, 30)),
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
        # Over a weekend and in calendar days all of them count: stopped Fri 7, resumed Mon 10, three days.
        (local(3, 11, 0), local(3, 7, 15), local(3, 10, 9), Unit.CALENDAR_DAYS, local(3, 14, 0)),
        # A clock that is said to start again before it stopped never stood still.
        (local(3, 11, 0), local(3, 7), local(3, 5), Unit.CALENDAR_DAYS, local(3, 11, 0)),
        # Two working hours were left at the stop; two are left at the restart.
        (local(3, 3, 17, 30), local(3, 3, 15, 30), local(3, 5, 11), Unit.WORKING_HOURS, local(3, 5, 14, 30)),
    ],
)
def test_a_stopped_clock_moves_the_due_moment(
    due: datetime, stop: datetime, restart: datetime, unit: Unit, moved: datetime
) -> None:
    assert PLAIN.shifted(due, stop, restart, unit) == moved


@pytest.mark.parametrize("city", CALENDARS)
@given(
    start=moments.filter(lambda m: m.year < 2026),
    stopped=st.tuples(st.timedeltas(timedelta(0), timedelta(days=20)), st.timedeltas(timedelta(0), timedelta(days=20))),
    amount=st.integers(1, 30),
    unit=st.sampled_from(Unit),
)
def test_a_stop_lengthens_the_limit_by_what_it_took(
    city: str, start: datetime, stopped: tuple[timedelta, timedelta], amount: int, unit: Unit
) -> None:
    calendar = WorkingCalendar(CALENDARS[city])
    stop = start + stopped[0]
    restart = stop + stopped[1]
    due = calendar.due(start, Limit(amount=amount, unit=unit))
    moved = calendar.shifted(due, stop, restart, unit)
    if due <= stop or restart <= stop:
        assert moved == due
        return
    days_off = [
        calendar.local_day(stop) + timedelta(days=n + 1)
        for n in range((calendar.local_day(restart) - calendar.local_day(stop)).days)
    ]
    if unit is Unit.WORKING_HOURS:
        took = calendar.working_us(stop, restart)
        assert moved == calendar.add_working_us(start, amount * 3_600_000_000 + took)
        return
    took = sum(map(calendar.is_working_day, days_off)) if unit is Unit.WORKING_DAYS else len(days_off)
    longer = calendar.due(start, Limit(amount=amount + took, unit=unit))
    unmoved = calendar.due(start, Limit(amount=amount, unit=Unit.UNMOVED_DAYS))
    if unit is Unit.CALENDAR_DAYS and due != unmoved:
        # the days that stood still count from the day to which the end had been moved
        assert moved >= longer
    elif longer <= restart:
        # it did not pass while the clock stood still: the next working day after the restart is its last
        assert restart < moved
        assert calendar.working_days_after(calendar.local_day(restart), calendar.local_day(moved - MICROSECOND)) <= 1
    else:
        assert moved == longer


def test_a_hall_that_closes_at_midnight_loses_no_day_to_a_stop() -> None:
    calendar = WorkingCalendar(
        CalendarData(
            time_zone="Asia/Shanghai",
            sessions=(Session(opens=time(9), closes=MIDNIGHT),),
            years=(CalendarYear(year=2025, holidays=(), makeup_days=()),),
        )
    )
    due = calendar.due(local(3, 3), days(2))
    assert due == local(3, 6, 0)  # Wed 5 March, 24:00
    # Stopped on Monday, resumed on Tuesday: Tuesday does not count, Thu 6 March, 24:00.
    assert calendar.shifted(due, local(3, 3, 11), local(3, 4, 11), Unit.WORKING_DAYS) == local(3, 7, 0)


def test_a_year_without_data_is_an_error_that_says_what_to_load() -> None:
    calendar = WorkingCalendar(seeded(years=[2025, 2026]), name="H01")
    with pytest.raises(CalendarYearMissing) as missing:
        calendar.due(local(12, 21, year=2026), days(20))
    assert str(missing.value) == (
        "the calendar of hall H01 has no data for 2027 (it has 2025, 2026); "
        "load its holidays and make-up days with `onewindow calendar load --hall H01 FILE`"
    )
    assert (missing.value.year, missing.value.known, missing.value.time_zone) == (2027, (2025, 2026), "Asia/Shanghai")
    with pytest.raises(CalendarYearMissing):
        calendar.working_us(local(12, 1, year=2024), local(1, 5))
    with pytest.raises(CalendarYearMissing):
        calendar.add_working_us(local(12, 31, year=2026), 8 * 3_600_000_000)
    assert calendar.working_us(local(12, 31, 9, year=2026), local(1, 1, 0, year=2027)) == 7 * 3_600_000_000


def test_a_day_of_its_own_does_not_stand_in_for_its_year() -> None:
    open_day = DayOverride(day=date(2027, 1, 4), sessions=SHANGHAI.sessions, reason="加班")
    calendar = WorkingCalendar(SHANGHAI.with_override(open_day))
    with pytest.raises(CalendarYearMissing, match=r"^the calendar \(Asia/Shanghai\) has no data for 2027"):
        calendar.is_working_day(open_day.day)


def test_a_calendar_is_stored_in_events_and_read_back_as_it_was() -> None:
    assert msgspec.json.decode(msgspec.json.encode(SHANGHAI), type=CalendarData) == SHANGHAI
    assert msgspec.json.decode(msgspec.json.encode(AMSTERDAM), type=CalendarData) == AMSTERDAM
    assert msgspec.json.decode(msgspec.json.encode(days(20)), type=Limit) == days(20)


def test_the_halls_own_word_for_a_day_counts() -> None:
    calendar = WorkingCalendar(SHANGHAI)
    assert not calendar.is_working_day(TYPHOON.day)
    assert calendar.working_us(local(9, 24, 0), local(9, 25, 0)) == 0
    assert calendar.working_us(local(1, 27, 0), local(1, 28, 0)) == 2.25 * 3_600_000_000
    assert calendar.end_of_working_day(TYPHOON.day) == local(9, 25, 0)
    assert calendar.day_bounds(TYPHOON.day) == (local(9, 24, 0), local(9, 25, 0))


def test_a_moment_without_offset_is_refused() -> None:
    naive, aware = datetime(2025, 3, 3), local(3, 4)
    for counted in (
        lambda: PLAIN.local_day(naive),
        lambda: PLAIN.working_us(naive, aware),
        lambda: PLAIN.working_us(aware, naive),
        lambda: PLAIN.working_us_outside(local(3, 3), aware, [(naive, aware)]),
        lambda: PLAIN.add_working_us(naive, 0),
        lambda: PLAIN.due(naive, days(5)),
        lambda: PLAIN.shifted(aware, naive, aware, Unit.WORKING_DAYS),
        lambda: union([(naive, aware)]),
    ):
        with pytest.raises(ValueError, match="has no offset"):
            counted()


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
        (CalendarData(time_zone="Moon/Sea", sessions=(session(9, 17),)), "is not a time zone"),
        (CalendarData(time_zone="Moon" + "/Sea" * 2000, sessions=(session(9, 17),)), "is not a time zone"),
        (CalendarData(time_zone="UTC", sessions=()), "there are none"),
        (CalendarData(time_zone="UTC", sessions=(session(9, 17),), weekdays=(7,)), "are not days"),
        (CalendarData(time_zone="UTC", sessions=(session(17, 9),)), "ends before it begins"),
        (CalendarData(time_zone="UTC", sessions=(session(9, 12), session(11, 17))), "begins before"),
        (CalendarData(time_zone="UTC", sessions=(Session(opens=time(9, tzinfo=UTC), closes=time(17)),)), "carries an offset"),
        (CalendarData(time_zone="UTC", sessions=(session(9, 12),), years=(CalendarYear(year=2025, holidays=(), makeup_days=()),) * 2), "appears twice"),
        (CalendarData(time_zone="UTC", sessions=(session(9, 12),), overrides=(TYPHOON, TYPHOON)), "appears twice"),
        (CalendarData(time_zone="UTC", sessions=(session(9, 12),), years=(CalendarYear(year=2025, holidays=(date(2024, 1, 1),), makeup_days=()),)), "is not a day of it"),
        (CalendarData(time_zone="UTC", sessions=(session(9, 12),), years=(CalendarYear(year=2025, holidays=(date(2025, 1, 1),), makeup_days=(date(2025, 1, 1),)),)), "both a holiday and"),
        (CalendarData(time_zone="UTC", sessions=(session(9, 12),), overrides=(DayOverride(day=date(2025, 1, 1), sessions=(session(5, 4),), reason="x"),)), "override 2025-01-01"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_calendar_is_said(calendar: CalendarData, says: str) -> None:
    assert any(says in problem for problem in calendar.problems())
    assert SHANGHAI.problems() == []
