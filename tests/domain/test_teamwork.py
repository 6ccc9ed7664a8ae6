"""A department's daily work: tasks handed on, reassigned, put aside; questions asked and answered. Rule 5 throughout."""

from datetime import timedelta
from typing import Any

import pytest

from domain.application.beside.assignment import DelegateTask, ReassignTask, SnoozeTask
from domain.application.beside.questions import AnswerQuestion, AskQuestion
from domain.application.path.approvals import ApproveTask, ClaimTask
from domain.application.terms import TaskStatus
from domain.record import Actor, Role
from tests.office import CLERK, Office, accepted, reviewer

MARKET, FIRE = reviewer("market"), reviewer("fire")
HEAD = Actor(person="B1", role=Role.HEAD, department="market", hall="H1")
TASK = {"task_id": "restaurant:market"}
QUESTION: dict[str, Any] = {**TASK, "question_id": "q1", "question": "疏散通道是否合格"}


def claimed() -> Office:
    """Given a department with three on its staff, one of whom holds a task."""
    office = accepted("restaurant")
    for colleague in (MARKET, reviewer("market", "R2"), HEAD):
        office.on_the_staff(colleague)
    office.when(ClaimTask, MARKET, **TASK)
    return office


def holder(office: Office) -> str | None:
    return office.case().tasks["restaurant:market"].holder


def test_rule_5_who_holds_a_task_hands_it_on_and_holds_it_no_more() -> None:
    office = claimed()
    office.when(DelegateTask, MARKET, **TASK, to="R2", reason="休假")
    assert holder(office) == "R2"
    assert "is held by R2, not by R1" in office.refused(ApproveTask, MARKET, **TASK)
    assert "is held by R2, not by R1" in office.refused(DelegateTask, MARKET, **TASK, to="R2")
    office.when(ApproveTask, reviewer("market", "R2"), **TASK)


@pytest.mark.parametrize(
    ("to", "says"), [("R1", "holds task"), ("R9", "R9 holds no post as head or reviewer of market in hall H1")]
)
def test_a_task_goes_to_a_colleague_who_does_not_hold_it_yet(to: str, says: str) -> None:
    assert says in claimed().refused(DelegateTask, MARKET, **TASK, to=to)
    assert says in claimed().refused(ReassignTask, HEAD, **TASK, to=to, reason="休假")


def test_rule_5_a_head_gives_a_task_of_the_own_department_to_somebody_whoever_holds_it() -> None:
    office = claimed()
    away = {**TASK, "to": "R2", "reason": "休假"}
    assert "[missing right: head]" in office.refused(ReassignTask, MARKET, **away)
    other = Actor(person="B9", role=Role.HEAD, department="fire", hall="H1")
    assert "belongs to department market" in office.refused(ReassignTask, other, **away)
    office.when(ReassignTask, HEAD, **away)
    assert holder(office) == "R2"


def test_a_head_gives_out_a_task_that_nobody_has_taken() -> None:
    office = claimed()
    office.on_the_staff(reviewer("fire", "R7"))
    fire = Actor(person="B9", role=Role.HEAD, department="fire", hall="H1")
    office.when(ReassignTask, fire, task_id="restaurant:fire", to="R7", reason="分派")
    task = office.case().tasks["restaurant:fire"]
    assert (task.holder, task.status) == ("R7", TaskStatus.CLAIMED)
    assert "is claimed by R7" in office.refused(ClaimTask, FIRE, task_id="restaurant:fire")


def test_a_task_is_put_aside_until_a_time_before_it_is_due() -> None:
    office = claimed()
    due_at = office.case().tasks["restaurant:market"].due_at
    office.when(SnoozeTask, MARKET, **TASK, until=due_at - timedelta(hours=1))
    task = office.case().tasks["restaurant:market"]
    assert (task.snoozed_until, task.due_at) == (due_at - timedelta(hours=1), due_at)
    for wrong in (due_at, office.now - timedelta(hours=1)):
        assert "name a time after now and before it is due" in office.refused(SnoozeTask, MARKET, **TASK, until=wrong)


def test_another_department_is_asked_and_answers_and_the_task_goes_on_either_way() -> None:
    office = claimed()
    office.when(AskQuestion, MARKET, **QUESTION, department="fire")
    assert "was asked of fire" in office.refused(AnswerQuestion, MARKET, question_id="q1", answer="x")
    assert "question q1 of case C1 exists" in office.refused(AskQuestion, MARKET, **QUESTION, department="fire")
    office.when(AnswerQuestion, FIRE, question_id="q1", answer="合格")
    assert office.case().questions["q1"].answered is not None
    assert "was answered already" in office.refused(AnswerQuestion, FIRE, question_id="q1", answer="x")
    office.when(AskQuestion, MARKET, **{**QUESTION, "question_id": "q2"}, department="housing")
    office.when(ApproveTask, MARKET, **TASK)


def test_the_front_desk_is_asked_and_answers() -> None:
    office = claimed()
    office.when(AskQuestion, MARKET, **QUESTION)
    assert "was asked of the front desk" in office.refused(AnswerQuestion, FIRE, question_id="q1", answer="x")
    office.when(AnswerQuestion, CLERK, question_id="q1", answer="已补齐")


def test_a_question_is_asked_by_who_holds_the_task_and_of_another_department() -> None:
    office = claimed()
    assert "is held by R1, not by R2" in office.refused(AskQuestion, reviewer("market", "R2"), **QUESTION)
    assert "cannot ask itself; name another department" in office.refused(
        AskQuestion, MARKET, **QUESTION, department="market"
    )
    assert "department moon is not known" in office.refused(AskQuestion, MARKET, **QUESTION, department="moon")
    assert "has no question q9; it has none" in office.refused(AnswerQuestion, FIRE, question_id="q9", answer="x")
