"""What is asked for after the acceptance stops no clock, unless a law says so. Scenarios S29 to S31."""

import pytest

from domain.application.consequences.lapses import TaskSupplementLapsed
from domain.application.limits.suspension import StopClock
from domain.application.path.acceptance import RefuseAcceptance
from domain.application.path.approvals import ClaimTask, RefuseTask, ReturnTask
from domain.application.path.materials import CheckMaterial
from domain.application.terms import Ground, NotAccepted, Outcome, Status, Verdict
from tests.domain.law.common_ground import R1, HallN, end_of, version_of_a
from tests.office import PAPER

CLEARER_PLAN = {"task_id": "A:review", "materials": ("A3",), "reason": "请提供更清晰的平面图"}
FORGED = {"task_id": "A:review", "reasons": "营业执照系伪造", "legal_basis": "行政许可法 第三十八条、第七十八条"}


def asked_on_10_march(office: HallN) -> HallN:
    """Given item A accepted on Monday 3 March, and R1 who asks for a clearer plan on Monday 10 March."""
    office.on(3, 3).accepted().on(3, 10, 8, 59).when(ClaimTask, R1, task_id="A:review")
    office.when(ReturnTask, R1, **CLEARER_PLAN)
    return office


def test_s29_found_after_acceptance_substance_and_not_form() -> None:
    """Given item A accepted 3 Mar.
    When R1 finds on 12 Mar that the accepted A2 is forged.
    Then rule 4 does not protect: refusal of the licence on 78/38 with reasons, remedies; warning; where public safety
    is concerned no new application for one year (78) - a fact for the intake of the next one. Not a refusal to accept
    (accepted is accepted).
    Source: ALL 31, 34, 38, 78.

    The law says more: under ALL 78 false papers are also a reason not to accept (不予受理), which the list of article 32
    does not have. Not recorded yet: the warning, and the year without a new application.
    """
    office = HallN().on(3, 3).accepted()
    office.on(3, 12).when(ClaimTask, R1, task_id="A:review")
    found = {"material_id": "A2", "verdict": Verdict.DEFECTIVE, "reason": "伪造"}
    assert "is accepted" in office.refused(CheckMaterial, **found)
    not_accepted = {"ground": NotAccepted.NOT_REQUIRED, "reasons": "伪造", "legal_basis": "行政许可法 78", **PAPER}
    assert "is in_review" in office.refused(RefuseAcceptance, **not_accepted)
    office.when(RefuseTask, R1, **FORGED)
    office.decide(Outcome.REFUSED)
    assert office.case().outcome is Outcome.REFUSED


def test_s30_a_supplement_after_acceptance_stops_no_clock() -> None:
    """Given item A accepted Mon 3 Mar, statutory due Mon 31 Mar.
    When R1 asks P1 on Mon 10 Mar for a clearer plan by 24 Mar; P1 brings it Thu 20 Mar.
    Then the clock runs through: due stays 31 Mar (promised 17 Mar, red from 18 Mar). A stop with ground "supplement"
    is refused: no ground of the closed list. If nothing comes: no lapse, R1 decides on what is there.
    Source: ALL 45.
    """
    office = asked_on_10_march(HallN()).on(3, 20).hand_in("A3")
    assert office.limits() == (end_of(3, 17), end_of(3, 31))
    stop = {"suspension_id": "s", "ground": Ground.SUPPLEMENT, "notice": "补正"}
    assert "article 45" in office.refused(StopClock, R1, **stop)


def test_s30_nothing_comes_and_the_department_decides_on_what_there_is() -> None:
    """Ten working days after Monday 10 March are over on Monday the 24th; the task goes on, the case stays."""
    office = asked_on_10_march(HallN())
    office.on(3, 25, 9).look()
    assert office.act_of(TaskSupplementLapsed).occurred_at == end_of(3, 24)
    assert office.case().status is Status.IN_REVIEW
    office.when(RefuseTask, R1, task_id="A:review", reasons="平面图不清", legal_basis="行政许可法 第三十八条")


@pytest.mark.parametrize("names_a_law", [True, False])
def test_s31_a_supplement_after_acceptance_where_another_law_names_the_ground(*, names_a_law: bool) -> None:
    """Given item A', whose version names ground "supplement, <law and article>" as stopping.
    When P1 is told in writing Mon 10 Mar 09:00, hands in Thu 20 Mar 17:00 (9 wd: 10-14, 17-20 Mar).
    Then due = 31 Mar + 9 wd = Mon 14 Apr. Without the written telling nothing stops (45 last sentence).

    Read by T38: the day on which the clock stops is used, as it is in law_examples.json (L092), so 11 to 14 and 17 to
    20 March stand still, eight days: 1 .. 3 April, [4 to 6], 7 .. 11 April.
    """
    law = "某某条例 第十五条" if names_a_law else None
    office = asked_on_10_march(HallN(a=version_of_a(supplement_law=law)))
    office.on(3, 20, 17).hand_in("A3")
    assert office.limits()[1] == (end_of(4, 11) if names_a_law else end_of(3, 31))
