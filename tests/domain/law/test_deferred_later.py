"""Deferred acceptance (容缺受理), what comes of a paper that is wrong, or never comes. Scenarios S12 to S19."""

from datetime import date

import pytest

from domain.application.beside.reopening import FileLateDocument
from domain.application.beside.revocation import RevocationGround, Revoke
from domain.application.consequences.lapses import DeferralLapsed
from domain.application.limits.suspension import StopClock
from domain.application.path.approvals import ClaimTask
from domain.application.path.decision import Decide
from domain.application.path.materials import CheckMaterial
from domain.application.terms import Ground, Outcome, Status, TaskStatus, Verdict
from domain.hall.exclusions import ExcludeApplicant
from tests.domain.law.common_ground import H1, L1, R1, R2, WHY, HallN, at, end_of
from tests.domain.law.test_deferred import BY_14_MARCH, granted, lapsed, promised
from tests.office import OPERATOR

REVOKED = {
    "ground": RevocationGround.NOT_QUALIFIED,
    "reasons": "从业人员不具备法定条件",
    "legal_basis": "行政许可法 第六十九条第一款第四项",
    "order": "市监撤〔2025〕3号",
    "remedies": "六十日内申请行政复议",
}


@pytest.mark.parametrize("found_on", [13, 17])
def test_s12_deferred_paper_in_time_before_the_decision_but_wrong(found_on: int) -> None:
    """Given item A, promise until Fri 14 Mar.
    When P1 hands A4 in on Wed 12 Mar; F2 finds on Thu 13 Mar: no seal.
    Then A4 = defective, P1 told in writing at once, everything wrong with it named; he may hand in again until the end
    of 14 Mar; if F2 finds it only on Mon 17 Mar the case does NOT lapse backdated to 14 Mar: a paper was handed in. He
    gets a time named by the item (default the same length as a supplement, 10 wd from the telling: told 17 Mar -> Mon
    31 Mar). If again without seal: then the promise is broken (same defect). If sealed but another defect not named
    before: not held against him as a defect of form (rule 4).
    Two-way T07: a promise is kept by handing in / only by a right paper (HP Xi'an: papers "not meeting requirements"
    end the case). Choice: handing in within the time saves the case once, for each defect named.
    Source: ALL 32(4), 72.
    """
    office = promised().on(3, 12).hand_in("A4").on(3, found_on, 9).find_wrong("A4", "未盖章")
    assert office.paper("A4").verdict is Verdict.DEFECTIVE
    assert not lapsed(office.on(3, 17, 10))
    assert office.case().status is Status.IN_REVIEW
    office.on(3, 18).hand_in("A4").find_in_order("A4")
    assert not office.events(DeferralLapsed)


def test_s12_who_was_told_of_the_defect_has_the_time_of_a_supplement_and_no_more() -> None:
    """Told on Monday 17 March, P1 has ten working days until Monday 31 March; then the promise is broken."""
    office = promised().on(3, 12).hand_in("A4").on(3, 17, 9).find_wrong("A4", "未盖章")
    assert not lapsed(office.on(3, 31, 16))
    assert lapsed(office.on(4, 1, 9))
    assert office.act_of(DeferralLapsed).occurred_at == end_of(3, 31)


def test_s12_the_same_defect_once_more_breaks_the_promise_when_it_is_found() -> None:
    """Handed in again on 31 March, again without its seal; F2 looks at it on Wednesday 2 April, and nothing is backdated."""
    office = promised().on(3, 12).hand_in("A4").on(3, 17, 9).find_wrong("A4", "未盖章").on(3, 31).hand_in("A4")
    assert not lapsed(office.on(4, 1, 9))
    office.on(4, 2).find_wrong("A4", "未盖章")
    assert lapsed(office.on(4, 2, 11))
    assert office.act_of(DeferralLapsed).occurred_at == at(4, 2)


def test_s12_another_defect_that_was_there_before_is_not_held_against_the_applicant() -> None:
    """A4 comes again with its seal; that it is a copy was to be seen the first time (rule 4)."""
    office = promised().on(3, 12).hand_in("A4").on(3, 13).find_wrong("A4", "未盖章").hand_in("A4")
    refusal = office.refused(CheckMaterial, material_id="A4", verdict=Verdict.DEFECTIVE, reason="系复印件")
    assert "rule 4" in refusal


@pytest.mark.parametrize("way", ["again", "a new date", "waived", "revoked"])
def test_s13_deferred_paper_after_the_grant_and_wrong_is_no_dead_end(way: str) -> None:
    """Given S04 (granted 11 Mar).
    When P1 hands A4 in on Thu 13 Mar; F1 finds Fri 14 Mar: expired certificate.
    Then allowed at that stage: A4 = defective with its reason told in writing; the decision stays granted; the handing
    over stays held; each of these is possible and offered: hand in again, a new date (once, F1 with D1's consent),
    waiver if the item allows, withdrawal by P1, revocation by D1/H1 for a ground of art. 69.
    When a right A4 comes Tue 18 Mar: accepted; I1 hands over.
    Source: ALL 44, 38.
    """
    office = granted().on(3, 13).hand_in("A4").on(3, 14).find_wrong("A4", "证明已过期")
    assert (office.case().status, office.case().outcome) == (Status.RESULT_READY, Outcome.GRANTED)
    assert "A4 not handed in" in office.held_over()
    match way:
        case "again":
            office.on(3, 18).hand_in("A4").find_in_order("A4")
        case "a new date":
            office.defer("A4", date(2025, 3, 21)).on(3, 18).hand_in("A4").find_in_order("A4")
        case "waived":
            office.when(CheckMaterial, material_id="A4", verdict=Verdict.WAIVED, reason="已由部门核验")
        case _:
            office.when(Revoke, H1, **REVOKED)
            assert office.case().status is Status.REVOKED
            return
    office.hand_over()
    assert office.case().status is Status.ISSUED


def test_s14_deferred_paper_after_a_refusal() -> None:
    """Given S03.
    When P1 hands A4 in on Thu 13 Mar.
    Then received and recorded as an event after the end; checked or not, it changes no decision, opens no task, no
    lapse. P1 is told in the receipt that a new application or an appeal is his way.
    Source: "documents after closure".
    """
    office = promised().on(3, 12).refuse().decide(Outcome.REFUSED)
    office.on(3, 13).hand_in("A4").find_in_order("A4")
    assert (office.case().status, office.case().outcome) == (Status.DECIDED, Outcome.REFUSED)
    assert [task.status for task in office.case().tasks.values()] == [TaskStatus.REFUSED]
    assert not lapsed(office.on(3, 17, 9))
    office.result_ready().hand_over()
    office.when(FileLateDocument, R1, content_hash="cd" * 32, what="健康证明")
    assert (office.case().status, office.case().outcome) == (Status.ISSUED, Outcome.REFUSED)


def test_s15_granted_and_the_paper_never_comes() -> None:
    """Given S04; nothing by Mon 30 Jun.
    When D1 wants to end it.
    Then not by lapse, not by refusal. (a) If A4 proves a legal condition (health of the staff): H1 may revoke (撤销,
    69(1)(4)) after hearing P1 (S82). (b) If A4 proves none: no ground; the case stays "granted, waits for the
    applicant"; or P1 withdraws in writing.
    Two-way T08: a grant that was never delivered may be taken back inside the office / only by revocation with its
    ground. Choice: revocation, as the decision is dated, sealed and may already be published (art. 40).
    Source: ALL 69(1)(4), 70.
    """
    office = granted()
    assert not lapsed(office.on(6, 30))
    assert (office.case().status, office.case().outcome) == (Status.RESULT_READY, Outcome.GRANTED)
    assert "is possible only while it is in_review" in office.refused(Decide, H1, outcome=Outcome.REFUSED, **WHY)
    office.when(Revoke, H1, **REVOKED)
    assert office.case().status is Status.REVOKED


def test_s16_who_broke_a_promise_before() -> None:
    """Given P1's lapse of S01.
    When P1 applies for A again Tue 1 Apr without A4 and promises it.
    Then deferral refused ("a promise of 14 Mar was broken; excluded until repaired / 12 months": data), told on the
    spot; he may still apply in the ordinary way: one-time notice naming A4, 10 wd. The exclusion never makes an
    application refused.
    Source: HP.
    """
    office = promised()
    office.on(3, 17, 9).look()
    lapse = len(office.cases["application/C1"])
    office.when(ExcludeApplicant, OPERATOR, hall_id="N", applicant_id="P1", case_id="C1", lapse=lapse, reason="失信")
    office.on(4, 1).apply("A", case_id="C2")
    deferred = {"case_id": "C2", "material_id": "A4", "verdict": Verdict.DEFERRED, "promised_by": date(2025, 4, 9)}
    assert "who broke a promise in case C1" in office.refused(CheckMaterial, **deferred)
    office.check(case_id="C2").accept(case_id="C2")


def test_s17_a_primary_paper_is_not_deferrable() -> None:
    """Given item A.
    When on 3 Mar F1 tries to defer (a) A3 with a promise, (b) A4 without a signed commitment, (c) A4 without a date.
    Then all three refused with the reason; F1 may give the one-time notice by the end of Mon 10 Mar.
    Source: HP.
    """
    office = HallN().on(3, 3).apply()
    refusal = office.refused(CheckMaterial, material_id="A3", verdict=Verdict.DEFERRED, promised_by=BY_14_MARCH)
    assert "material A3 is not deferrable" in refusal
    assert "needs a promised date" in office.refused(CheckMaterial, material_id="A4", verdict=Verdict.DEFERRED)
    office.check(A3=Verdict.MISSING).on(3, 10, 16).notice()


def test_s17_without_a_signed_commitment_nothing_is_deferred() -> None:
    """F1 defers A4 for a date, and no commitment (承诺书) of P1 is in the file."""
    promise = {"verdict": Verdict.DEFERRED, "promised_by": BY_14_MARCH, "commitment": None}
    refusal = HallN().on(3, 3).apply().refused(CheckMaterial, material_id="A4", **promise)
    assert "commitment" in refusal


def test_s18_the_promise_while_the_decision_s_clock_stands_still() -> None:
    """Given item A, promise for Fri 14 Mar; a hearing stops the decision's clock from Mon 10 Mar to Fri 21 Mar.
    When nothing comes by 14 Mar.
    Then the promise lapses (it is the applicant's own date), the case is returned, the hearing called off and those
    invited told.
    Two-way T09: the applicant's date runs on / moves with the clock. Choice: runs on (45 stops the office's time
    only); data.
    Source: ALL 45.
    """
    office = promised()
    hearing = {"suspension_id": "h", "ground": Ground.HEARING, "notice": "听证", "presided_by": "L1"}
    office.on_the_staff(L1)
    office.on(3, 10, 9).when(StopClock, R1, **hearing)
    assert lapsed(office.on(3, 17, 9))
    assert office.case().status is Status.SENT_BACK


def test_s19_a_package_that_falls_as_a_whole_is_returned_as_a_whole() -> None:
    """Given K2, B3 (fire only) deferred until Fri 14 Mar, accepted 3 Mar.
    When nothing comes.
    Then at the end of 14 Mar B is returned, R2's task closes; A goes on (package statutory due Thu 8 May). Under K1
    the whole package is returned. A material asked for by both returns both.
    """
    office = HallN().on(3, 3).accepted(package="K1", B3=BY_14_MARCH)
    assert office.limits()[1] == end_of(5, 8)
    assert lapsed(office.on(3, 17, 9))
    assert office.case().status is Status.SENT_BACK


def test_s19_a_lapse_touches_only_the_part_of_a_package_that_asks() -> None:
    """Under K2 B alone is returned on 14 March, the task of R2 closes, and A goes on."""
    office = HallN().on(3, 3).accepted(package="K2", B3=BY_14_MARCH)
    office.on(3, 4).when(ClaimTask, R2, task_id="B:review")
    office.on(3, 17, 9).look()
    assert office.case().status is Status.IN_REVIEW
    assert not office.case().tasks["B:review"].unsettled
    assert office.case().tasks["A:review"].unsettled
