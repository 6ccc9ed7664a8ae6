"""Limits are data of each item: two items with different limits, and cases about both (articles 32, 42).

Every expectation is reckoned by hand. 3 March 2025 is a Monday; no holiday lies before Friday 4 April (Qingming). The hall works
09:00 to 12:00 and 13:30 to 17:30, seven hours a day, and closes at 09:30 UTC. The day of the start is not counted.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest

from domain.application.path.approvals import ApproveTask, ClaimTask, ReturnTask, TaskReturned
from domain.catalogue.publishing import PublishItem
from tests.office import OPERATOR, ApprovalStep, Office, accepted, days, item, material, reviewer

QUICK, SLOW = "quick", "slow"


def closing(month: int, day: int) -> datetime:
    """When the hall closes on a day of 2025 (UTC)."""
    return datetime(2025, month, day, 9, 30, tzinfo=UTC)


@pytest.fixture
def office() -> Office:
    """An office with a quick item and a slow one, alike in nothing that is counted."""
    office = Office()
    papers = [material("id")]
    quick = item("market", materials=papers, decision=days(4), statutory=days(9), supplement=2, warning=90)
    after = ApprovalStep(step="fire", department="fire", after=("housing",), limit=days(3))
    slow = item("housing", after, materials=papers, decision=days(15), statutory=days(23), supplement=6, warning=50)
    for name, version in ((QUICK, quick), (SLOW, slow)):
        office.when(PublishItem, OPERATOR, item_id=name, item=version)
    return office


ORDERS = pytest.mark.parametrize("items", [(QUICK, SLOW), (SLOW, QUICK)], ids=["quick first", "slow first"])


def test_each_item_has_its_limits(office: Office) -> None:
    accepted(QUICK, case_id="Q", office=office)
    accepted(SLOW, case_id="S", office=office)
    quick, slow = office.case("Q"), office.case("S")
    assert (quick.due_at, quick.statutory_due_at) == (
        closing(3, 7),
        closing(3, 14),
    )  # Mon + 4; Mon + 9: two weeks, less one
    assert (slow.due_at, slow.statutory_due_at) == (
        closing(3, 24),
        closing(4, 3),
    )  # Mon + 15: three weeks; + 23: + 3 days


@ORDERS
def test_of_several_items_the_longest_limit_counts(office: Office, items: Iterable[str]) -> None:
    case = accepted(*items, office=office).case()
    assert (case.due_at, case.statutory_due_at) == (closing(3, 24), closing(4, 3))


def hours_of_work_left(office: Office, warn_at: datetime | None, due_at: datetime | None) -> float:
    assert warn_at is not None
    assert due_at is not None
    return office.city.calendar("H1", 1).working_us(warn_at, due_at) / 3_600_000_000


def test_a_light_turns_yellow_at_the_share_that_the_item_says(office: Office) -> None:
    """Of four days and what is left of Monday, 28 to 35 hours, a tenth is left: 2.8 to 3.5; of 15 days, 105 to 112, half."""
    accepted(QUICK, case_id="Q", office=office)
    accepted(SLOW, case_id="S", office=office)
    quick, slow = office.case("Q"), office.case("S")
    assert 2.8 <= hours_of_work_left(office, quick.warn_at, quick.due_at) <= 3.5
    assert 52.5 <= hours_of_work_left(office, slow.warn_at, slow.due_at) <= 56
    (task,) = quick.tasks.values()
    assert (task.due_at, task.warn_at) == (quick.due_at, quick.warn_at)


@ORDERS
def test_of_several_items_the_earliest_warning_counts(office: Office, items: Iterable[str]) -> None:
    case = accepted(*items, office=office).case()
    assert 52.5 <= hours_of_work_left(office, case.warn_at, case.due_at) <= 56  # half of 105 to 112, not a tenth


def test_a_step_with_a_limit_of_its_own_is_due_by_it(office: Office) -> None:
    """The second step has three working days from Monday; the first has the fifteen of its item."""
    accepted(SLOW, office=office)
    assert office.case().tasks["slow:housing"].due_at == closing(3, 24)
    for command in (ClaimTask, ApproveTask):
        office.when(command, reviewer("housing"), task_id="slow:housing")
    assert office.case().tasks["slow:fire"].due_at == closing(3, 6)


@ORDERS
def test_who_is_asked_about_several_items_has_the_longest_time_to_answer(office: Office, items: Iterable[str]) -> None:
    accepted(*items, office=office)
    task = {"task_id": "quick:market"}
    office.when(ClaimTask, reviewer("market"), **task)
    events = office.when(ReturnTask, reviewer("market"), **task, materials=("id",), reason="缺页")
    (returned,) = (event for event in events if isinstance(event, TaskReturned))
    assert returned.answer_by == closing(3, 11)  # Mon + 6: a week and a day, not Wednesday the 5th
