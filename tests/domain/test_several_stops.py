"""Several procedures of one case at a time, and what several items say of them (articles 34, 42, 45, 48). Worked by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.application.beside.withdrawal import PartWithdrawn, WithdrawPart
from domain.application.limits.extension import ExtendLimit, LimitExtended, RefuseExtension
from domain.application.limits.suspension import ClockResumed, ResumeClock, StopClock
from domain.application.path.approvals import ApproveTask, ClaimTask, ReturnTask, TaskOpened
from domain.application.terms import Ground
from domain.catalogue.publishing import PublishItem
from domain.catalogue.sourced_limit import SourcedLimit
from domain.time.working_time import Limit, Unit
from tests.office import (
    CITIZEN,
    OPERATOR,
    ApprovalStep,
    ItemVersion,
    Office,
    accepted,
    days,
    head,
    item,
    material,
    received,
    reviewer,
)

MARKET, FIRE = reviewer("market"), reviewer("fire")
TEST: dict[str, Any] = {"suspension_id": "t", "ground": Ground.TEST, "notice": "检测告知书"}
EXPERTS: dict[str, Any] = {"suspension_id": "e", "ground": Ground.EXPERT_REVIEW, "notice": "专家评审"}
VISIT: dict[str, Any] = {"suspension_id": "v", "ground": Ground.INSPECTION, "notice": "现场核查"}
HEARING: dict[str, Any] = {"suspension_id": "h", "ground": Ground.HEARING, "notice": "听证", "presided_by": "B2"}
PAPERS = (material("id"),)


def closing(day: int, month: int = 3) -> datetime:
    """When the hall closes on a day of 2025 (UTC)."""
    return datetime(2025, month, day, 9, 30, tzinfo=UTC)


def offering(**versions: ItemVersion) -> Office:
    """Given an office with these items beside its own."""
    office = Office()
    for name, version in versions.items():
        office.when(PublishItem, OPERATOR, item_id=name, item=version)
    return office


def test_a_visit_that_stops_nothing_holds_no_clock() -> None:
    """While two people inspect, a test begins and ends: the clock runs again, two days later, with the inspection still under way."""
    office = accepted("food")
    office.when(StopClock, MARKET, **VISIT, inspected_by=("R1", "R2"))
    office.when(StopClock, MARKET, **TEST)
    office.now += timedelta(days=2)
    (resumed,) = office.when(ResumeClock, MARKET, suspension_id="t")
    assert resumed.due_at == closing(19)
    case = office.case()
    assert (case.clock_stopped, case.due_at) == (False, closing(19))
    assert [each.suspension_id for each in case.suspensions if each.ended_at is None] == ["v"]


def test_of_two_visits_each_ends_by_itself() -> None:
    office = accepted("food")
    for number in ("v", "w"):
        office.when(StopClock, MARKET, **{**VISIT, "suspension_id": number}, inspected_by=("R1", "R2"))
    office.when(ResumeClock, MARKET, minutes=10, suspension_id="v")
    first = office.now
    assert [each.ended_at for each in office.case().suspensions] == [first, None]
    office.when(ResumeClock, MARKET, minutes=10, suspension_id="w")
    assert [each.ended_at for each in office.case().suspensions] == [first, office.now]


def test_the_first_of_two_stops_that_ends_changes_nothing() -> None:
    office = accepted("food")
    for stop in (TEST, EXPERTS):
        office.when(StopClock, MARKET, **stop)
    before = office.case()
    office.now += timedelta(days=2)
    assert office.when(ResumeClock, MARKET, suspension_id="t") == [ClockResumed(suspension_id="t")]
    after = office.case()
    assert after.clock_stopped
    for name in ("due_at", "warn_at", "statutory_due_at", "statutory_warn_at"):
        assert getattr(after, name) == getattr(before, name) is not None


def test_of_several_that_end_together_the_last_one_says_when_everything_is_due() -> None:
    """Market and fire ask for a supplement to the restaurant, which is then withdrawn: both stops end, two days after they began."""
    office = accepted("food", "restaurant")
    for by, task, asked in ((MARKET, "restaurant:market", "id"), (FIRE, "restaurant:fire", "plan")):
        office.when(ClaimTask, by, task_id=task)
        office.when(ReturnTask, by, task_id=task, materials=(asked,), reason="缺页")
    assert office.case().due_at == closing(17)
    office.now += timedelta(days=2)
    first, *rest = office.when(WithdrawPart, CITIZEN, item_id="restaurant")
    assert isinstance(first, PartWithdrawn)
    assert [(each.suspension_id, each.due_at) for each in rest] == [
        ("supplement-1", None),
        ("supplement-2", closing(19)),
    ]
    assert not office.case().clock_stopped


def test_a_part_that_is_withdrawn_calls_off_what_its_departments_alone_began() -> None:
    """Food is market's, the restaurant market's and fire's. Of the restaurant's procedures only fire's is called off with it."""
    office = accepted("food", "restaurant")
    office.when(StopClock, MARKET, **TEST)
    office.when(StopClock, FIRE, **EXPERTS)
    office.when(WithdrawPart, CITIZEN, item_id="restaurant")
    assert [each.suspension_id for each in office.case().suspensions if each.ended_at is None] == ["t"]


def test_a_procedure_that_is_over_is_not_called_off_again() -> None:
    office = accepted("food", "restaurant")
    office.when(StopClock, FIRE, **EXPERTS)
    office.when(ResumeClock, FIRE, suspension_id="e")
    assert [type(event) for event in office.when(WithdrawPart, CITIZEN, item_id="restaurant")] == [PartWithdrawn]


def test_only_a_visit_says_who_inspects() -> None:
    office = offering(lift=replace(item("market", materials=PAPERS), inspection_law="特种设备安全法 第二十条"))
    accepted("lift", office=office)
    (visit,) = office.when(StopClock, MARKET, **VISIT, inspected_by=("R1", "R2"))
    (test,) = office.when(StopClock, MARKET, **TEST)
    assert (visit.inspected_by, test.inspected_by) == (("R1", "R2"), ())
    assert "name the two people" in office.refused(
        StopClock, MARKET, **{**VISIT, "suspension_id": "w"}, inspected_by=("R1", "R1", "R2")
    )


def summoned(amount: Limit) -> ItemVersion:
    """An item with a rule of its own on the summons."""
    return replace(
        item("market", materials=PAPERS), hearing_summons=SourcedLimit(limit=amount, source="听证规则 第九条")
    )


@pytest.mark.parametrize(
    ("items", "last"),
    [
        (("food",), date(2025, 3, 12)),  # seven working days of Monday the 3rd, by the law
        (("three",), date(2025, 3, 6)),  # the item's own three days
        (("twelve",), date(2025, 3, 19)),
        (("three", "twelve"), date(2025, 3, 19)),  # of several the longest
        (("twelve", "three"), date(2025, 3, 19)),
        (("week",), date(2025, 3, 10)),  # seven calendar days, until Monday the 10th at 24:00
    ],
)
def test_a_hearing_is_held_after_the_last_day_of_its_summons(items: tuple[str, ...], last: date) -> None:
    week = Limit(amount=7, unit=Unit.CALENDAR_DAYS)
    office = offering(three=summoned(days(3)), twelve=summoned(days(12)), week=summoned(week))
    accepted(*items, office=office)
    assert f"must be held after {last}, not on {last}" in office.refused(StopClock, MARKET, **HEARING, held_on=last)
    office.when(StopClock, MARKET, **HEARING, held_on=last + timedelta(days=1))


def test_of_several_extensions_the_longest_counts_on_both_sides() -> None:
    """Promised ten days until the 17th, and two or six more: the 25th. By law twenty until the 31st, and three or ten more: 1 .. 3 April,
    [4 to 6], 7 .. 11 = 8, 14, 15 April."""
    limits = {"materials": PAPERS, "decision": days(10), "statutory": days(20)}
    short = item("market", **limits, extension=days(2), by_law=days(3))
    long = item("market", **limits, extension=days(6), by_law=days(10))
    for items in (("short", "long"), ("long", "short")):
        office = accepted(*items, office=offering(short=short, long=long))
        office.when(ExtendLimit, head("market"), notice="延长的书面告知")
        assert (office.case().due_at, office.case().statutory_due_at) == (closing(25), closing(15, month=4))


def test_an_extension_moves_the_tasks_that_run_as_long_as_the_decision_and_no_others() -> None:
    """Decided within ten days, until the 17th, and two more, until the 19th. Fire has three days of its own; housing has settled its part."""
    steps = (ApprovalStep(step="fire", department="fire", limit=days(3)), "housing", "market")
    office = accepted("three", office=offering(three=item(*steps, materials=PAPERS, extension=days(2))))
    for command in (ClaimTask, ApproveTask):
        office.when(command, reviewer("housing"), task_id="three:housing")
    (extended,) = office.when(ExtendLimit, head("fire", "B4"), notice="延长的书面告知")
    assert [(each.task_id, each.due_at) for each in extended.tasks] == [("three:market", closing(19))]
    dates = {name: task.due_at for name, task in office.case().tasks.items()}
    assert dates == {"three:fire": closing(6), "three:housing": closing(17), "three:market": closing(19)}


def test_an_extension_by_the_law_alone_names_no_task() -> None:
    office = accepted("lawful", office=offering(lawful=item("market", materials=PAPERS, by_law=days(5))))
    (extended,) = office.when(ExtendLimit, head("market"), notice="延长的书面告知")
    assert isinstance(extended, LimitExtended)
    assert extended.tasks == ()


def test_an_extension_is_refused_only_while_the_case_is_under_review() -> None:
    office = received("food")
    refusal = office.refused(RefuseExtension, head("market"), asked_by="R1", reason="工作量大不是理由")
    assert "refusing an extension is possible only while it is in_review" in refusal


def test_a_stop_moves_a_step_that_waits_to_the_day_after_it_opened_not_after_the_stop_began() -> None:
    """The clock stops on the 4th; fire's task opens on the 11th, with three days until the 14th; it runs again on the 13th: two days of
    fire's are given back, until the 18th; not the seven since the 4th."""
    office = accepted("building")
    office.when(ClaimTask, reviewer("housing"), task_id="building:housing")
    office.now += timedelta(days=1)
    office.when(StopClock, reviewer("housing"), **TEST)
    office.now += timedelta(days=7)
    opened = office.when(ApproveTask, reviewer("housing"), task_id="building:housing")[-1]
    assert isinstance(opened, TaskOpened)
    assert opened.due_at == closing(14)
    office.now += timedelta(days=2)
    office.when(ResumeClock, reviewer("housing"), suspension_id="t")
    assert office.case().tasks["building:fire"].due_at == closing(18)
