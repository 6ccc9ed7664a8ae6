"""Periods in calendar days whose clock stands still more than once: the day on which each ends by itself is found again (203).

In 2025 nobody works from 1 to 8 October; Sunday 28 September and Saturday 11 October are worked. What ends from the 1st to the 8th
ends with the 9th, a Thursday. Accepted on Monday 22 September at 10:00.
"""

from datetime import UTC, date, datetime, timedelta

from msgspec.structs import replace

from domain.application.limits.suspension import ResumeClock, StopClock
from domain.application.limits.unmoved import Unmoved, last_days
from domain.application.path.approvals import ApproveTask, ClaimTask
from domain.application.terms import Ground
from domain.catalogue.publishing import PublishItem
from domain.time.working_time import Limit, Unit
from tests.office import OPERATOR, ApprovalStep, ItemVersion, Office, accepted, item, material, reviewer

MARKET = reviewer("market")


def calendar_days(amount: int, *, first_day_counts: bool = False) -> Limit:
    """So many days of the calendar."""
    return Limit(amount=amount, unit=Unit.CALENDAR_DAYS, first_day_counts=first_day_counts)


def at(month: int, day: int, hour: int = 10) -> datetime:
    """A moment by the hall's clock, as UTC."""
    return datetime(2025, month, day, hour, tzinfo=UTC) - timedelta(hours=8)


def end_of(month: int, day: int) -> datetime:
    """24:00 of a day, as UTC."""
    return at(month, day, 0) + timedelta(days=1)


def offered(*steps: ApprovalStep | str, decision: Limit | None = None) -> ItemVersion:
    """An item that is decided within so many days, sixty where nothing is said."""
    limit = decision or calendar_days(60)
    return item(*(steps or ("market",)), materials=[material("id")], decision=limit, statutory=calendar_days(90))


def accepted_at_ten(**versions: ItemVersion) -> Office:
    """Given an application for these items, accepted on 22 September at 10:00."""
    office = Office()
    for name, version in versions.items():
        office.when(PublishItem, OPERATOR, item_id=name, item=version)
    office.now = at(9, 22) - timedelta(minutes=4)
    return accepted(*versions, office=office)


def stood_still(office: Office, since: datetime, until: datetime) -> Office:
    """Given that the clock stood still meanwhile."""
    number = f"s{len(office.case().suspensions)}"
    office.now = since
    office.when(StopClock, MARKET, minutes=0, suspension_id=number, ground=Ground.TEST, notice="检测告知书")
    office.now = until
    office.when(ResumeClock, MARKET, minutes=0, suspension_id=number)
    return office


def test_each_step_is_found_again_by_its_own_days() -> None:
    """Ten days end on 2 October, eleven on the 3rd: both with the 9th. Seven days later: the 9th and the 10th, a Friday."""
    steps = [ApprovalStep(step=d, department=d, limit=calendar_days(n)) for d, n in (("market", 10), ("fire", 11))]
    office = accepted_at_ten(law=offered(*steps))
    assert {task.due_at for task in office.case().tasks.values()} == {end_of(10, 9)}
    stood_still(office, at(9, 24), at(10, 1))
    tasks = office.case().tasks
    assert (tasks["law:market"].due_at, tasks["law:fire"].due_at) == (end_of(10, 9), end_of(10, 10))


def test_a_step_in_calendar_days_gives_way_once() -> None:
    """Two days later than 2 October is the 4th, which ends with the 9th; not two days after the 9th."""
    office = accepted_at_ten(law=offered(ApprovalStep(step="m", department="market", limit=calendar_days(10))))
    stood_still(office, at(9, 24), at(9, 26))
    assert office.case().tasks["law:m"].due_at == end_of(10, 9)


def test_of_several_items_the_later_day_counts_where_both_end_with_the_same() -> None:
    """Ten days and eleven end with the 9th; seven days later than the 3rd is the 10th."""
    for names in (("ten", "eleven"), ("eleven", "ten")):
        limits = {"ten": offered(decision=calendar_days(10)), "eleven": offered(decision=calendar_days(11))}
        office = accepted_at_ten(**{name: limits[name] for name in names})
        assert office.case().due_at == end_of(10, 9)
        stood_still(office, at(9, 24), at(10, 1))
        assert office.case().due_at == end_of(10, 10)


def test_every_stop_that_is_over_counts_one_that_ended_as_the_next_began_as_well() -> None:
    """Ten days, stopped for seven until 1 October: 2 + 7 = the 9th, as it was. At that very moment stopped for three more: the 12th is a
    Sunday, so Monday the 13th."""
    office = accepted_at_ten(law=offered(decision=calendar_days(10)))
    stood_still(office, at(9, 24), at(10, 1))
    assert office.case().due_at == end_of(10, 9)
    stood_still(office, at(10, 1), at(10, 4))
    assert office.case().due_at == end_of(10, 13)


def test_a_limit_that_moved_already_is_found_again_from_its_beginning() -> None:
    """Thirty days end on 22 October; three more on the 25th, a Saturday: Monday the 27th. One more: the 26th, so the 27th again."""
    office = accepted_at_ten(law=offered(decision=calendar_days(30)))
    stood_still(office, at(9, 24), at(9, 27))
    assert office.case().due_at == end_of(10, 27)
    stood_still(office, at(9, 28), at(9, 29))
    assert office.case().due_at == end_of(10, 27)


def test_a_history_that_does_not_say_how_it_was_counted_is_moved_from_its_end() -> None:
    """As in cases of before: two days more than the 9th."""
    office = accepted_at_ten(law=offered(decision=calendar_days(10)))
    days = office.city.newest_calendar("H1")
    assert last_days(office.case(), office.city, days) == Unmoved(date(2025, 10, 2), date(2025, 12, 21))
    assert last_days(replace(office.case(), counted=()), office.city, days) == Unmoved()


def test_the_first_day_is_one_of_them_where_the_item_says_so() -> None:
    """Ten days with the 22nd end on 1 October, which ends with the 9th; seven days later is the 8th, the 9th again."""
    office = accepted_at_ten(law=offered(decision=calendar_days(10, first_day_counts=True)))
    assert office.case().due_at == end_of(10, 9)
    stood_still(office, at(9, 24), at(10, 1))
    assert office.case().due_at == end_of(10, 9)


def test_a_step_that_opened_while_the_clock_stood_still_has_back_what_stood_still_since_then() -> None:
    """Housing approves on 25 September, in a stop from the 23rd to the 26th: market's seven days end on 2 October, and one more on the
    3rd. Stopped again from the 27th for six days: 9 October; from the 23rd on it would be the 11th."""
    after = ApprovalStep(step="market", department="market", after=("housing",), limit=calendar_days(7))
    office = accepted_at_ten(law=offered("housing", after))
    office.when(ClaimTask, reviewer("housing"), task_id="law:housing")
    office.now = at(9, 23)
    office.when(StopClock, MARKET, minutes=0, suspension_id="first", ground=Ground.TEST, notice="检测告知书")
    office.now = at(9, 25)
    office.when(ApproveTask, reviewer("housing"), minutes=0, task_id="law:housing")
    assert office.case().tasks["law:market"].due_at == end_of(10, 9)
    office.now = at(9, 26)
    office.when(ResumeClock, MARKET, minutes=0, suspension_id="first")
    stood_still(office, at(9, 27), at(10, 3))
    assert office.case().tasks["law:market"].due_at == end_of(10, 9)


def test_a_stop_that_was_over_before_a_step_opened_is_none_of_its_days() -> None:
    """Stopped from 22 to 23 September; market's seven days begin on the 25th and end on 2 October. Seven more: the 9th; with the day of
    the stop before it would be the 10th."""
    after = ApprovalStep(step="market", department="market", after=("housing",), limit=calendar_days(7))
    office = accepted_at_ten(law=offered("housing", after))
    office.when(ClaimTask, reviewer("housing"), task_id="law:housing")
    stood_still(office, at(9, 22, 11), at(9, 23))
    office.now = at(9, 25)
    office.when(ApproveTask, reviewer("housing"), minutes=0, task_id="law:housing")
    stood_still(office, at(9, 26), at(10, 3))
    assert office.case().tasks["law:market"].due_at == end_of(10, 9)
