"""Special procedures (特别程序): who presides a hearing (article 48), and which two inspect on site (article 34)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.application.limits.inspection import InspectionBegun, InspectionEnded
from domain.application.limits.suspension import ClockStopped, ResumeClock, StopClock
from domain.application.path.approvals import ClaimTask, ReleaseTask
from domain.application.terms import Ground
from domain.catalogue.publishing import ReviseItem
from tests.office import ITEMS, OPERATOR, Office, accepted, head, reviewer

MARKET = reviewer("market")
HEARING: dict[str, Any] = {"suspension_id": "hearing", "ground": Ground.HEARING, "notice": "听证通知"}
VISIT: dict[str, Any] = {"suspension_id": "visit", "ground": Ground.INSPECTION, "notice": "现场核查"}


def reviewed() -> Office:
    """Given a task that R1 took, and gave back."""
    office = accepted("food")
    office.when(ClaimTask, MARKET, task_id="food:market")
    office.when(ReleaseTask, MARKET, task_id="food:market")
    return office


def test_a_hearing_names_who_presides_and_that_person_did_not_review() -> None:
    office = reviewed()
    assert "name the person who presides over a hearing" in office.refused(StopClock, MARKET, **HEARING)
    assert "R1 reviewed case C1" in office.refused(StopClock, MARKET, **HEARING, presided_by="R1")
    assert "NOBODY holds no post" in office.refused(StopClock, MARKET, **HEARING, presided_by="NOBODY")
    (stopped,) = office.when(StopClock, MARKET, **HEARING, presided_by="B2")
    assert isinstance(stopped, ClockStopped)
    assert stopped.presided_by == "B2"


def test_whoever_presided_takes_no_task_of_the_case() -> None:
    office = accepted("food")
    office.when(StopClock, MARKET, **HEARING, presided_by="B2")
    assert "B2 presided the hearing of case C1" in office.refused(
        ClaimTask, head("market", "B2"), task_id="food:market"
    )


@pytest.mark.parametrize("people", [None, ("R1",), ("R1", "R1"), ("R1", "R2", "B2")])
def test_an_inspection_on_site_names_two_people(people: tuple[str, ...] | None) -> None:
    office = accepted("food")
    assert "name the two people of an inspection" in office.refused(StopClock, MARKET, **VISIT, inspected_by=people)


def test_those_who_inspect_are_of_the_staff() -> None:
    office = accepted("food")
    assert "NOBODY holds no post" in office.refused(StopClock, MARKET, **VISIT, inspected_by=("R1", "NOBODY"))
    office.when(StopClock, MARKET, **VISIT, inspected_by=("R1", "R2"))


def test_nobody_presides_what_is_no_hearing() -> None:
    office = accepted("food")
    expert = {"suspension_id": "x", "ground": Ground.EXPERT_REVIEW, "notice": "专家评审"}
    assert "name nobody for another procedure" in office.refused(StopClock, MARKET, **expert, presided_by="B2")
    assert "nobody for another procedure" in office.refused(StopClock, MARKET, **expert, inspected_by=("R1", "R2"))


def test_a_procedure_that_article_45_does_not_name_stops_the_clock_by_the_law_that_the_item_names() -> None:
    procedure = {"suspension_id": "x", "ground": Ground.ANOTHER_LAW, "notice": "安全条件审查告知书"}
    refusal = accepted("food").refused(StopClock, MARKET, **procedure)
    assert "no item of case C1 names a law (`procedure_law`)" in refusal
    assert "[article 45]" in refusal
    office = Office()
    version = replace(
        ITEMS["food"], version=2, effective_from=date(2025, 2, 1), procedure_law="安全生产许可证条例 第七条"
    )
    office.when(ReviseItem, OPERATOR, item_id="food", item=version, reason="新规")
    accepted("food", office=office)
    (stopped,) = office.when(StopClock, MARKET, **procedure)
    assert isinstance(stopped, ClockStopped)
    assert (stopped.law, office.case().clock_stopped) == ("安全生产许可证条例 第七条", True)
    due_at = office.case().due_at
    office.now += timedelta(days=3)
    office.when(ResumeClock, MARKET, suspension_id="x")
    case = office.case()
    assert case.due_at is not None
    assert due_at is not None
    assert case.due_at > due_at


def test_a_procedure_of_article_45_needs_no_other_law() -> None:
    test = {"suspension_id": "t", "ground": Ground.TEST, "notice": "检测告知书"}
    (stopped,) = accepted("food").when(StopClock, MARKET, **test)
    assert isinstance(stopped, ClockStopped)
    assert stopped.law is None


def test_a_visit_of_article_34_stops_no_clock_unless_the_item_names_the_law_for_it() -> None:
    office = accepted("food")
    due_at = office.case().due_at
    (begun,) = office.when(StopClock, MARKET, **VISIT, inspected_by=("R1", "R2"))
    assert begun == InspectionBegun(suspension_id="visit", notice="现场核查", inspected_by=("R1", "R2"))
    office.now += timedelta(days=3)
    assert office.when(ResumeClock, MARKET, suspension_id="visit") == [InspectionEnded(suspension_id="visit")]
    assert (office.case().due_at, office.case().ended_stops) == (due_at, ())

    office = Office()
    law = {"version": 2, "effective_from": date(2025, 2, 1), "inspection_law": "特种设备安全法 第二十条"}
    office.when(ReviseItem, OPERATOR, item_id="food", item=replace(ITEMS["food"], **law), reason="新规")
    accepted("food", office=office)
    (stopped,) = office.when(StopClock, MARKET, **VISIT, inspected_by=("R1", "R2"))
    assert isinstance(stopped, ClockStopped)
    assert (stopped.law, office.case().clock_stopped) == ("特种设备安全法 第二十条", True)
