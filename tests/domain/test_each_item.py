"""A decision for each item (article 38), and what becomes of the others' tasks when one department refuses."""

from datetime import timedelta

from domain.application.beside.reopening import Reopen
from domain.application.path.approvals import ApproveTask, ClaimTask, RefuseTask, ReturnTask
from domain.application.path.closing import Closing, TaskClosed
from domain.application.path.decision import Decide, Decided, PartDecided
from domain.application.terms import Outcome, TaskStatus
from domain.catalogue.package import Refusal
from tests.domain.test_packages import accepted as package_accepted
from tests.domain.test_packages import settle
from tests.office import accepted, decider, head, reviewer

WHY = {"reasons": "不符合条件", "legal_basis": "行政许可法 38", "remedies": "行政复议"}


def test_two_items_without_a_package_are_decided_each_by_itself() -> None:
    office = accepted("food", "park")
    settle(office, "park:market")
    settle(office, "food:market", RefuseTask)
    refusal = office.refused(Decide, decider("market"), outcome=Outcome.REFUSED, **WHY)
    assert "food:market refused; decide it partly_granted" in refusal
    (decision,) = office.when(Decide, decider("market"), outcome=Outcome.PARTLY_GRANTED, **WHY)
    assert isinstance(decision, Decided)
    assert decision.parts == (PartDecided(item_id="food", granted=False), PartDecided(item_id="park", granted=True))
    assert office.case().item_outcomes == {"food": Outcome.REFUSED, "park": Outcome.GRANTED}


def test_without_a_package_no_item_falls_with_another() -> None:
    office = accepted("food", "park")
    settle(office, "food:market", RefuseTask)
    assert office.case().tasks["park:market"].status is TaskStatus.OPEN
    assert "waits for the approval of park:market" in office.refused(
        Decide, decider("market"), outcome=Outcome.REFUSED, **WHY
    )


def test_a_refusal_closes_the_tasks_of_the_others_and_says_why() -> None:
    office = accepted("restaurant")
    office.when(ClaimTask, reviewer("fire"), task_id="restaurant:fire")
    _, closed = settle(office, "restaurant:market", RefuseTask)
    assert closed == TaskClosed(
        task_id="restaurant:fire",
        department="fire",
        reason=Closing.REFUSED_ELSEWHERE,
        because_of="restaurant:market",
    )
    task = office.case().tasks["restaurant:fire"]
    assert (task.status, task.holder, task.unsettled) == (TaskStatus.CLOSED, None, False)
    assert "is closed" in office.refused(ApproveTask, reviewer("fire"), task_id="restaurant:fire")
    office.when(Decide, decider("market"), outcome=Outcome.REFUSED, **WHY)


def test_a_package_that_falls_as_a_whole_closes_the_tasks_of_all_its_items() -> None:
    office = package_accepted("builds")
    closed = settle(office, "food:market", RefuseTask)[1:]
    assert [event.task_id for event in closed if isinstance(event, TaskClosed)] == ["building:housing"]
    office = package_accepted("builds", refusal=Refusal.EACH_BY_ITSELF)
    assert len(settle(office, "food:market", RefuseTask)) == 1


def test_the_clock_that_stood_still_for_a_closed_task_runs_again() -> None:
    office = accepted("restaurant")
    office.when(ClaimTask, reviewer("fire"), task_id="restaurant:fire")
    office.when(ReturnTask, reviewer("fire"), task_id="restaurant:fire", materials=("id",), reason="补正")
    assert office.case().clock_stopped
    due_at = office.case().due_at
    office.now += timedelta(days=1)
    settle(office, "restaurant:market", RefuseTask)
    case = office.case()
    assert (case.clock_stopped, case.tasks["restaurant:fire"].asks_for) == (False, ())
    assert case.due_at is not None
    assert due_at is not None
    assert case.due_at > due_at


def test_an_appeal_opens_the_closed_tasks_as_well() -> None:
    office = accepted("restaurant")
    settle(office, "restaurant:market", RefuseTask)
    office.when(Decide, decider("market"), outcome=Outcome.REFUSED, **WHY)
    office.when(Reopen, head("market"), order="复议决定 7", reason="事实不清")
    assert {task.status for task in office.case().tasks.values()} == {TaskStatus.OPEN}
