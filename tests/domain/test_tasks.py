"""Tasks of departments: who held one, who may take it, what is refused once the case is over, and until when it is due."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.application.beside.newer_version import MoveToVersion
from domain.application.beside.reopening import Reopen
from domain.application.beside.termination import Terminate, TerminationGround
from domain.application.limits.suspension import ClockStopped, ResumeClock, StopClock
from domain.application.path.approvals import (
    ApproveTask,
    ClaimTask,
    RefuseTask,
    ReleaseTask,
    ReturnTask,
    TaskReleased,
    TaskReturned,
)
from domain.application.terms import Ground
from domain.catalogue.publishing import PublishItem, ReviseItem
from domain.command import Command
from domain.people.joining import LeaveStaff
from domain.time.working_time import Limit, Unit
from tests.office import (
    OPERATOR,
    ApprovalStep,
    ItemVersion,
    Office,
    accepted,
    days,
    head,
    item,
    material,
    returned,
    reviewer,
)

MARKET = reviewer("market")
FOOD: dict[str, Any] = {"task_id": "food:market"}
WHY = {"reasons": "不符合条件", "legal_basis": "行政许可法 38"}


def closing(day: int, month: int = 3) -> datetime:
    """When the hall closes on a day of 2025 (UTC)."""
    return datetime(2025, month, day, 9, 30, tzinfo=UTC)


def offering(**versions: ItemVersion) -> Office:
    """Given an office with these items beside its own."""
    office = Office()
    for name, version in versions.items():
        office.when(PublishItem, OPERATOR, item_id=name, item=version)
    return office


def test_whoever_held_a_task_twice_is_named_once() -> None:
    office = accepted("food")
    for command in (ClaimTask, ReleaseTask, ClaimTask, ReleaseTask):
        office.when(command, MARKET, **FOOD)
    office.when(ClaimTask, reviewer("market", "R2"), **FOOD)
    assert office.case().tasks["food:market"].handled_by == ("R1", "R2")


def test_a_task_given_back_that_stood_aside_for_nothing_is_given_back_and_no_more() -> None:
    office = accepted("food")
    office.when(ClaimTask, MARKET, **FOOD)
    assert office.when(ReleaseTask, MARKET, **FOOD) == [TaskReleased(task_id="food:market")]


def test_what_is_settled_is_not_taken_again() -> None:
    office = accepted("food", "park")
    for command in (ClaimTask, ApproveTask):
        office.when(command, MARKET, **FOOD)
    assert "is approved, not open" in office.refused(ClaimTask, MARKET, **FOOD)


def test_a_task_that_waits_for_the_applicant_is_nobodys_to_take_though_its_holder_left() -> None:
    """What is claimed by somebody who has left is there to be claimed; what is returned waits for the applicant."""
    for office, refused in ((accepted("food"), None), (returned("food"), "is returned, not open")):
        if refused is None:
            office.when(ClaimTask, MARKET, **FOOD)
        office.when(LeaveStaff, OPERATOR, person="R1", reason="调离")
        if refused is None:
            office.when(ClaimTask, reviewer("market", "R2"), **FOOD)
        else:
            assert refused in office.refused(ClaimTask, reviewer("market", "R2"), **FOOD)


@pytest.mark.parametrize(
    ("command", "fields", "action"),
    [
        (ReleaseTask, {}, "releasing a task"),
        (ReturnTask, {"materials": ("id",), "reason": "缺页"}, "returning a task"),
        (ApproveTask, {}, "approving a task"),
        (RefuseTask, WHY, "refusing a task"),
    ],
)
def test_who_holds_a_task_of_a_case_that_is_over_does_nothing_with_it(
    command: type[Command], fields: dict[str, Any], action: str
) -> None:
    office = accepted("food")
    office.when(ClaimTask, MARKET, **FOOD)
    over = {"ground": TerminationGround.FORCE_MAJEURE, "reasons": "不可抗力", "legal_basis": "行政许可法 70"}
    office.when(Terminate, head("market"), **over)
    assert f"{action} is possible only while it is in_review" in office.refused(command, MARKET, **FOOD, **fields)


def test_no_clock_of_a_case_that_is_not_under_review_is_stopped_or_started() -> None:
    test = {"suspension_id": "t", "ground": Ground.TEST, "notice": "检测告知书"}
    office = accepted("food")
    office.when(StopClock, MARKET, **test)
    over = {"ground": TerminationGround.FORCE_MAJEURE, "reasons": "不可抗力", "legal_basis": "行政许可法 70"}
    office.when(Terminate, head("market"), **over)
    assert "stopping the clock is possible only" in office.refused(StopClock, MARKET, **{**test, "suspension_id": "u"})
    assert "resuming the clock is possible only" in office.refused(ResumeClock, MARKET, suspension_id="t")


def test_whoever_reviewed_is_still_known_where_a_newer_version_gives_the_task_to_another_department() -> None:
    office = accepted("food")
    office.when(ClaimTask, MARKET, **FOOD)
    version = item(
        ApprovalStep(step="market", department="fire"),
        materials=[material("id"), material("lease")],
        version=2,
        effective_from=date(2025, 2, 1),
    )
    office.when(ReviseItem, OPERATOR, item_id="food", item=version, reason="机构改革")
    office.when(MoveToVersion, head("market"), item_id="food", version=2, reason="机构改革")
    task = office.case().tasks["food:market"]
    assert (task.department, task.holder, task.handled_by) == ("fire", None, ("R1",))


def test_whoever_reviewed_before_a_reopening_is_still_known_afterwards() -> None:
    office = accepted("food")
    for command in (ClaimTask, ApproveTask):
        office.when(command, MARKET, **FOOD)
    over = {"ground": TerminationGround.FORCE_MAJEURE, "reasons": "不可抗力", "legal_basis": "行政许可法 70"}
    office.when(Terminate, head("market"), **over)
    office.when(Reopen, head("market", "B2"), order="复议〔2025〕12号", reason="事实不清")
    task = office.case().tasks["food:market"]
    assert (task.settled, task.handled_by) == (None, ("R1",))


def test_a_task_that_opens_while_the_clock_stands_still_is_bounded_by_the_decision_once_it_runs_again() -> None:
    """A building is due on Wednesday 19 March, twelve days after the 3rd. The clock stops on the 4th at 9:09; on Tuesday the 18th housing
    approves, and fire has three days: until Friday the 21st, while it stands still. It runs again on Wednesday the 19th: eleven working
    days, so the decision is due on 3 April, and fire's three days lost one: Monday the 24th.
    """
    office = accepted("building")
    office.when(ClaimTask, reviewer("housing"), task_id="building:housing")
    office.now += timedelta(days=1)
    office.when(StopClock, reviewer("housing"), suspension_id="t", ground=Ground.TEST, notice="检测告知书")
    office.now += timedelta(days=14)
    office.when(ApproveTask, reviewer("housing"), task_id="building:housing")
    assert office.case().due_at == closing(19)
    assert office.case().tasks["building:fire"].due_at == closing(21)
    office.now += timedelta(days=1)
    (resumed,) = office.when(ResumeClock, reviewer("housing"), suspension_id="t")
    case = office.case()
    assert case.due_at == closing(3, month=4)
    assert case.tasks["building:fire"].due_at == closing(24)
    assert [each.task_id for each in resumed.tasks] == ["building:fire"]  # what is settled has no time to be given
    assert case.tasks["building:housing"].due_at == closing(19)


def test_the_law_of_the_item_whose_task_is_returned_stops_the_clock_no_others() -> None:
    """Plain names no law for a supplement; food beside it does."""
    office = accepted(
        "food", "plain", office=offering(plain=item("market", materials=[material("id")], supplement_law=None))
    )
    made = {}
    for name, asked in (("plain", "id"), ("food", "lease")):
        office.when(ClaimTask, MARKET, task_id=f"{name}:market")
        events = office.when(ReturnTask, MARKET, task_id=f"{name}:market", materials=(asked,), reason="缺页")
        made[name] = [type(event) for event in events]
    assert made == {"plain": [TaskReturned], "food": [TaskReturned, ClockStopped]}


CIVIL = "网上办事规定 第十条"


def test_of_several_items_one_that_counts_until_midnight_gives_until_midnight() -> None:
    """Food has five days, until Monday the 10th at 17:30; beside an item that counts what comes online until 24:00 it is 24:00."""
    online = replace(item("market", materials=[material("id")], supplement=2), online_until_midnight=CIVIL)
    for office, until in (
        (accepted("food"), closing(10)),
        (accepted("food", "online", office=offering(online=online)), datetime(2025, 3, 10, 16, 0, tzinfo=UTC)),
    ):
        office.when(ClaimTask, MARKET, **FOOD)
        returned, _ = office.when(ReturnTask, MARKET, **FOOD, materials=("id",), reason="缺页")
        assert returned.answer_by == until


def test_what_ends_at_midnight_by_itself_is_not_a_day_longer() -> None:
    """Seven calendar days after Monday the 3rd end on Monday the 10th at 24:00, whether an item says so or not."""
    week = item("market", materials=[material("id")])
    week = replace(week, limits=replace(week.limits, supplement=Limit(amount=7, unit=Unit.CALENDAR_DAYS)))
    for law in (None, CIVIL):
        office = accepted("week", office=offering(week=replace(week, online_until_midnight=law)))
        office.when(ClaimTask, MARKET, task_id="week:market")
        returned, _ = office.when(ReturnTask, MARKET, task_id="week:market", materials=("id",), reason="缺页")
        assert returned.answer_by == datetime(2025, 3, 10, 16, 0, tzinfo=UTC)


def test_a_step_s_own_limit_counts_and_its_light_is_of_the_item_s_share() -> None:
    """Three days are over on Thursday the 6th, not after the nine of its item, on Friday the 14th. Accepted at 9:05, of Monday 6 h 55 min
    are left, 27 h 55 min in all; 40 hundredths are 11 h 10 min: Monday, and 4 h 15 min of Tuesday, at 14:45."""
    step = ApprovalStep(step="fire", department="fire", limit=days(3))
    office = accepted("own", office=offering(own=item(step, materials=[material("id")], decision=days(9), warning=40)))
    (task,) = office.case().tasks.values()
    assert task.opened.at == datetime(2025, 3, 3, 1, 5, tzinfo=UTC)
    assert (task.due_at, task.warn_at) == (closing(6), datetime(2025, 3, 4, 6, 45, tzinfo=UTC))
    assert office.case().due_at == closing(14)
