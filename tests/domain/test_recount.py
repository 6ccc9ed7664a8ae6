"""A day closed after the fact: no limit moves silently; an order counts them anew, once, and the applicant is told.

The city's Monday is 3 March 2025, the hall closes at 17:30, and Thursday 6 March is closed by a storm that is entered later.
"""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from adapters.files.calendar_file import seeded
from domain.application.consequences.deadlines import Kind, Tick, deadlines
from domain.application.consequences.lapses import LightTurned
from domain.application.consequences.recount import LimitsRecounted, RecountLimits, recounted
from domain.application.limits.extension import ExtendLimit
from domain.application.limits.suspension import ResumeClock, StopClock
from domain.application.path.approvals import ClaimTask
from domain.application.terms import Ground, Verdict
from domain.hall.calendars import LoadCalendar
from domain.record import CLOCK
from domain.time.calendar import DayOverride
from domain.time.light import Light
from domain.time.recounting import Counting, counted_anew
from domain.time.working_time import Limit, Unit, WorkingCalendar, union
from tests.office import OPERATOR, Office, accepted, decided, head, noticed, ready, received, reviewer

STORM = DayOverride(day=date(2025, 3, 6), sessions=(), reason="台风停工", counts=False)
BY_ORDER = {"order": "市政府公告 2025-3", "notice": "期限顺延一个工作日"}
MARKET = reviewer("market")
DAY = 24 * 60
PLAIN = seeded(years=range(2024, 2027))


def march(day: int, hour: int = 17, minute: int = 30) -> datetime:
    """A moment in Shanghai, as UTC; without an hour the close of the day."""
    return datetime(2025, 3, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def closed(office: Office, day: int = 7) -> Office:
    """Given that the storm is entered in the morning of a day."""
    office.now = march(day, 10)
    office.when(LoadCalendar, OPERATOR, hall_id="H1", overrides=(STORM,))
    return office


def recount(office: Office) -> LimitsRecounted | None:
    events = office.when(RecountLimits, OPERATOR, **BY_ORDER)
    assert len(events) <= 1
    assert all(isinstance(event, LimitsRecounted) for event in events)
    return events[0] if events else None  # type: ignore[return-value]


def test_entering_a_closed_day_moves_no_limit_that_runs() -> None:
    for office in (accepted("food"), received("food"), decided("food")):
        before = deadlines(office.case(), office.city)
        closed(office)
        assert deadlines(office.case(), office.city) == before


def test_a_recount_moves_the_decision_and_the_tasks_by_the_day_and_says_old_and_new() -> None:
    """Ten working days from 3 March: 4, 5, [6 closed], 7, 10 .. 14, 17, 18: the 18th, not the 17th.

    By law twenty: 19 .. 21 = 13, 24 .. 28 = 18, 31 March, 1 April = 20: 1 April, not 31 March.
    """
    office = closed(accepted("food"))
    (task,) = office.case().tasks.values()
    assert (office.case().due_at, task.due_at) == (march(17), march(17))
    event = recount(office)
    assert event is not None
    assert {(each.part, each.former, each.due_at) for each in event.limits} == {
        ("decision", march(17), march(18)),
        ("statutory", march(31), march(31) + timedelta(days=1)),
        ("food:market", march(17), march(18)),
    }
    case = office.case()
    assert case.statutory_due_at == march(31) + timedelta(days=1)
    assert (case.due_at, case.tasks["food:market"].due_at) == (march(18), march(18))
    assert case.tasks["food:market"].warn_at > task.warn_at
    assert recount(office) is None


def test_the_list_of_a_dry_run_is_what_the_order_then_does() -> None:
    office = closed(accepted("building"))
    listed = recounted(office.case(), office.city)
    event = recount(office)
    assert event is not None
    assert tuple(listed) == event.limits


def test_a_case_accepted_after_the_day_was_entered_is_not_moved() -> None:
    office = Office()
    closed(office, day=3)
    accepted("food", office=office)
    assert recount(office) is None


def test_what_counts_from_the_file_is_counted_anew_by_the_order_alone() -> None:
    """The notice: 4, 5, [6], 7, 10, 11: the 11th, not the 10th."""
    office = closed(received("food"))

    def notice() -> datetime:
        return next(each.at for each in deadlines(office.case(), office.city) if each.kind is Kind.NOTICE)

    assert notice() == march(10)
    event = recount(office)
    assert event is not None
    assert [(each.part, each.former, each.due_at) for each in event.limits] == [("notice", march(10), march(11))]
    assert notice() == march(11)
    assert recount(office) is None


def delivery_and_collection(office: Office) -> dict[str, datetime]:
    kinds = {Kind.RED: "delivery", Kind.COLLECTION: "collection"}
    return {kinds[each.kind]: each.at for each in deadlines(office.case(), office.city)}


def test_the_delivery_and_the_keeping_of_a_result_have_the_day_back_and_stand_in_the_list() -> None:
    """Decided and ready on the 3rd. Seven days for the delivery: 4, 5, [6], 7, 10 .. 13: the 13th, not the 12th. Ten to keep it: 14, 17,
    18: the 18th, not the 17th."""
    office = closed(ready("park"))
    assert delivery_and_collection(office) == {"delivery": march(12), "collection": march(17)}
    listed = {(each.part, each.former, each.due_at) for each in recounted(office.case(), office.city)}
    assert listed == {("delivery", march(12), march(13)), ("collection", march(17), march(18))}
    assert recount(office) is not None
    assert delivery_and_collection(office) == {"delivery": march(13), "collection": march(18)}
    assert recount(office) is None


def test_a_delivery_that_was_late_by_the_former_count_alone_is_late_no_more() -> None:
    office = closed(decided("food"), day=7)
    office.now = march(17, 18)
    office.when(Tick, CLOCK)
    assert office.case().lights["delivery"] is Light.RED
    assert recount(office) is not None
    assert "delivery" not in office.case().lights
    office.now = march(18, 18)
    (red,) = office.when(Tick, CLOCK)
    assert red == LightTurned(part="delivery", light=Light.RED, limit=march(18))


def test_a_case_whose_dates_stay_as_they_are_gets_no_event() -> None:
    """Received on the 7th, counted before and after: the storm of the 6th was no day of its notice."""
    office = Office()
    office.now = march(7, 9)
    received("food", office=office)
    closed(office, day=10)
    assert recounted(office.case(), office.city) == []
    assert recount(office) is None


def test_the_applicant_has_the_day_back_too() -> None:
    """Five working days for what the notice named, given on the 3rd: 4, 5, [6], 7, 10, 11."""
    office = closed(noticed("food", lease=Verdict.MISSING))
    assert office.case().answer_by == march(10)
    assert recount(office) is not None
    assert office.case().answer_by == march(11)
    assert recount(office) is None


def test_a_closed_day_within_a_stop_was_no_day_of_the_limit() -> None:
    """Stopped from the 5th to the 7th: 4, 5, [6, 7], 10 .. 14, 17, 18, 19 = 10, with the storm as without it."""
    office = accepted("food")
    stop = {"suspension_id": "s", "ground": Ground.HEARING, "presided_by": "B2", "notice": "听证"}
    office.now = march(5, 10)
    office.when(StopClock, MARKET, **stop)
    office.now = march(7, 10)
    office.when(ResumeClock, MARKET, suspension_id="s")
    assert office.case().due_at == march(19)
    closed(office, day=10)
    assert recount(office) is None


def test_a_recount_while_the_clock_stands_still_is_kept_by_its_restart() -> None:
    """Stopped on the 5th, the storm entered on the 7th, resumed on the 10th: 4, 5 = 2; 11 .. 14 = 4 (6); 17 .. 20 = 4 (10)."""
    office = accepted("food")
    office.now = march(5, 10)
    office.when(StopClock, MARKET, suspension_id="s", ground=Ground.HEARING, presided_by="B2", notice="听证")
    closed(office)
    assert recount(office) is not None
    office.now = march(10, 10)
    office.when(ResumeClock, MARKET, suspension_id="s")
    assert office.case().due_at == march(20)
    assert office.case().statutory_due_at == march(31) + timedelta(
        days=3
    )  # 4, 5 = 2; 11 .. 14 = 6, 17 .. 21 = 11, 24 .. 28 = 16, 31 March .. 3 April = 20
    assert recount(office) is None


def test_what_was_added_after_the_day_was_entered_is_not_moved_twice() -> None:
    """Due on the 18th and extended by five days to the 25th, counted with the storm known: the storm costs one day of the first eleven."""
    office = closed(accepted("homestead"))
    office.when(ClaimTask, reviewer("housing"), task_id="homestead:housing")
    office.when(ExtendLimit, head("housing"), notice="延长五个工作日")
    assert office.case().due_at == march(25)
    event = recount(office)
    assert event is not None
    assert office.case().due_at == march(26)
    assert recount(office) is None


def test_after_the_end_and_by_the_wrong_hand_nothing_is_counted_anew() -> None:
    office = closed(accepted("food"))
    assert "operator" in office.refused(RecountLimits, MARKET, **BY_ORDER)
    assert "operator" in office.refused(RecountLimits, CLOCK, **BY_ORDER)


@given(
    start=st.dates(date(2024, 1, 1), date(2026, 8, 31)),
    amount=st.integers(1, 30),
    closed_days=st.lists(st.integers(1, 60), max_size=6),
    unit=st.sampled_from(list(Unit)),
)
def test_counting_anew_is_counting_with_the_newest_calendar_from_the_start(
    start: date, amount: int, closed_days: list[int], unit: Unit
) -> None:
    former, data = WorkingCalendar(PLAIN), PLAIN
    for number in closed_days:
        shut = DayOverride(day=start + timedelta(days=number), sessions=(), reason="停工", counts=False)
        data = data.with_override(shut)
    newest, limit = WorkingCalendar(data), Limit(amount=amount, unit=unit)
    begun = former.day_bounds(start)[0] + timedelta(hours=10)
    anew = counted_anew([Counting(begun, former.due(begun, limit), former)], (), unit, newest)
    if unit not in (Unit.CALENDAR_DAYS, Unit.UNMOVED_DAYS):
        assert anew == newest.due(begun, limit)
    assert anew >= former.due(begun, limit)
    assert counted_anew([Counting(begun, anew, newest)], (), unit, newest) == anew


@given(
    start=st.dates(date(2024, 1, 1), date(2026, 8, 31)),
    amount=st.integers(1, 30),
    stops=st.lists(st.tuples(st.integers(0, 30), st.integers(1, 10)), max_size=3),
    unit=st.sampled_from([Unit.WORKING_DAYS, Unit.WORKING_HOURS]),
)
def test_without_a_new_day_nothing_moves_whatever_stopped_the_clock(
    start: date, amount: int, stops: list[tuple[int, int]], unit: Unit
) -> None:
    calendar = WorkingCalendar(PLAIN)
    begun = calendar.day_bounds(start)[0] + timedelta(hours=10)
    due = calendar.due(begun, Limit(amount=amount, unit=unit))
    ended = union((begun + timedelta(days=at), begun + timedelta(days=at + length)) for at, length in stops)
    passed = []
    for stop, restart in ended:
        if due > stop:
            due = calendar.shifted(due, stop, restart, unit)
            passed.append((stop, restart))
    assert counted_anew([Counting(begun, due, calendar)], tuple(passed), unit, calendar) == due
