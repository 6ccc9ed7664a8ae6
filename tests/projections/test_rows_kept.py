"""What was measured is kept from batch to batch, and is always what a fold from the start would say."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from domain.application.beside.corrections import Correctable, CorrectClericalError
from domain.application.beside.reopening import Reopen
from domain.application.beside.withdrawal import Withdraw
from domain.application.consequences.deadlines import Tick
from domain.application.limits.suspension import ResumeClock, StopClock
from domain.application.path.approvals import ApproveTask, ClaimTask
from domain.application.state import Application
from domain.application.terms import AppealResult, Ground, Status, Verdict
from domain.record import CLOCK
from projections.engine.projection import Row, transitions
from projections.views.processing_time import ProcessingTime
from tests.domain.test_clerical_errors import WHY, number_of
from tests.office import CITIZEN, CLERK, Office, accepted, head, issued, noticed, reviewer
from tests.projections.test_views import HOUR, rows_of, times


def corrected_window() -> Office:
    office = issued("food")
    office.when(CorrectClericalError, CLERK, **WHY, field=Correctable.WINDOW, value="W2")
    return office


def corrected_decision() -> Office:
    office = issued("food")
    assert office.case().decided is not None
    earlier = office.case().decided.at - timedelta(seconds=30)  # type: ignore[union-attr]
    why = {**WHY, "corrects": number_of(office, "application.decided")}
    office.when(CorrectClericalError, CLERK, **why, field=Correctable.OCCURRED_AT, value=earlier.isoformat())
    return office


def withdrawn() -> Office:
    office = accepted("restaurant")
    office.when(ClaimTask, reviewer("market"), task_id="restaurant:market")
    office.when(ApproveTask, reviewer("market"), task_id="restaurant:market")
    office.when(Withdraw, CITIZEN)
    return office


def lapsed() -> Office:
    office = noticed("food", lease=Verdict.MISSING)
    office.now += timedelta(days=60)
    office.when(Tick, CLOCK)
    return office


def reopened() -> Office:
    office = issued("restaurant")
    office.now += timedelta(days=20)
    office.when(Reopen, head("market", "B9"), order="复议〔2025〕12号", reason="事实不清", result=AppealResult.ANNULLED)
    return office


def stops_that_overlap() -> Office:
    """A hearing from 0 to 2 hours, an expert review from 1 to 3 hours; approved after 4."""
    office = accepted("food")
    by, task = reviewer("market"), {"task_id": "food:market"}
    office.when(ClaimTask, by, **task)
    review = {"suspension_id": "e", "ground": Ground.EXPERT_REVIEW, "notice": "专家评审"}
    appraisal = {"suspension_id": "a", "ground": Ground.APPRAISAL, "notice": "鉴定"}
    office.when(StopClock, by, **review)
    office.when(StopClock, by, minutes=60, **appraisal)
    office.when(ResumeClock, by, minutes=60, suspension_id="e")
    office.when(ResumeClock, by, minutes=60, suspension_id="a")
    office.when(ApproveTask, by, minutes=60, **task)
    return office


@pytest.mark.parametrize(
    "history", [corrected_window, corrected_decision, withdrawn, lapsed, reopened, stops_that_overlap]
)
def test_rows_kept_event_by_event_are_those_of_a_fold_from_the_start(history: Callable[[], Office]) -> None:
    office, view = history(), ProcessingTime()
    rows: list[Row] = []
    for transition in transitions(Application(case_id="C1"), office.cases["application/C1"]):
        rows = view.after([transition], rows, office.city)
        assert sorted(rows) == sorted(view.of_case(transition.after, office.city)), transition.record.event


def test_stopped_clocks_are_left_out_of_a_row_and_overlapping_ones_count_once() -> None:
    """Four hours and two minutes from the opening to the approval, three of them stopped; two hours of them are in both stops."""
    row = rows_of(stops_that_overlap())["approval", "food:market"]
    _, working, suspended = times(row)
    assert suspended == 3 * HOUR
    assert working <= HOUR + HOUR // 2


def test_an_intake_that_ended_without_acceptance_has_its_row() -> None:
    office = lapsed()
    assert office.case().status is Status.NOT_ACCEPTED
    rows: dict[tuple[str, str], Any] = rows_of(office)
    assert set(rows) == {("intake", ""), ("total", "")}
