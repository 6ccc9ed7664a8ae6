"""The one-time notice (一次性告知) and what is supplemented, before acceptance. Scenarios S20 to S28."""

from datetime import date

import pytest

from domain.application.consequences.lapses import DeemedAccepted, SupplementLapsed
from domain.application.path.acceptance import RefuseAcceptance
from domain.application.path.approvals import ClaimTask, ReturnTask
from domain.application.path.materials import CheckMaterial, GiveNotice, NoticeGiven
from domain.application.terms import Defect, NotAccepted, Status, Verdict
from domain.catalogue.item import ItemVersion
from tests.domain.law.common_ground import R1, HallN, at, end_of
from tests.office import PAPER

MISSING = Verdict.MISSING
INCOMPLETE = {
    "ground": NotAccepted.INCOMPLETE,
    "reasons": "补正期满未补正",
    "legal_basis": "行政许可法 第三十二条",
    **PAPER,
}


def noticed(a: ItemVersion | None = None, /, **found: Verdict | str) -> HallN:
    """Given item A received on Monday 3 March, and the notice of Tuesday 4 March; its time is over on Tuesday 18 March."""
    return HallN(a=a).on(3, 3).apply().check(**found).on(3, 4).notice()


def refuse_acceptance(office: HallN, *materials: str) -> str:
    return office.refused(RefuseAcceptance, materials=materials, **INCOMPLETE)


def test_s20_handed_in_on_time_and_looked_at_later() -> None:
    """Given item A, received Mon 3 Mar, notice delivered Tue 4 Mar naming "A5: missing"; period ends Tue 18 Mar.
    When P1 hands in A5 on Mon 17 Mar; F1 looks at it Thu 20 Mar: the lessor's signature is not the owner's.
    Then no lapse, nothing backdated to 18 Mar: the period ended with a paper handed in. No second notice. The
    application is accepted, effective 17 Mar (the day the supplement was complete, 32(5)); statutory due Tue 15 Apr.
    The doubt goes to R1 as substance (31: the applicant answers for the content; 34): if the condition is not met the
    licence is refused with reasons (38), not acceptance.
    Two-way T10: "missing" covers any defect of what is then handed in / only that nothing was there. Choice: only
    that; but a paper that is not the named paper at all is S21.
    Source: rule 4; ALL 32(4)(5).

    Read by T39: an acceptance that is declared within the five days begins the clock when it is declared (ALL 42),
    here on Thursday 20 March, so by law until Friday 18 April. Where nobody declares it, it counts from 17 March.
    """
    office = noticed(A5=MISSING)
    assert office.case().answer_by == end_of(3, 18)
    office.on(3, 17).hand_in("A5")
    office.on(3, 20, 9).look()
    assert not office.events(SupplementLapsed)
    assert "has had its one-time notice" in office.refused(GiveNotice)
    office.find_in_order("A5").accept()
    assert office.limits()[1] == end_of(4, 18)


def test_s20_nobody_declares_the_acceptance_of_what_was_supplemented() -> None:
    """Complete since Monday 17 March, five working days until the 24th: accepted from the 17th, by law until 15 April."""
    office = noticed(A5=MISSING).on(3, 17).hand_in("A5")
    office.on(3, 25, 9).look()
    assert office.act_of(DeemedAccepted).occurred_at == at(3, 17)
    assert office.limits()[1] == end_of(4, 15)


def test_s20_a_defect_of_another_kind_is_no_reason_to_refuse_acceptance() -> None:
    """A5 was missing; it came, and F1 finds that another than the owner signed it: a matter for the decision."""
    office = noticed(A5=MISSING).on(3, 17).hand_in("A5").on(3, 20)
    found = {"verdict": Verdict.DEFECTIVE, "reason": "出租人签名非业主", "defect": Defect.NOT_SIGNED}
    assert "rule 4" in office.refused(CheckMaterial, material_id="A5", **found)
    office.find_in_order("A5").accept()


def test_s21_handed_in_but_another_paper_than_the_named_one() -> None:
    """Given S20.
    When on 17 Mar P1 hands in a gas contract as "A5".
    Then on the spot F1 tells him (32(3)); recorded: A5 still missing (the same defect as named). He may bring the
    lease until the end of Tue 18 Mar; if nothing fitting comes, S23/S46. If F1 noticed only on Thu 20 Mar: not
    backdated; P1 is told and has a short time from being told (data, default the days that were left when he handed
    in: 1 wd, i.e. Fri 21 Mar).
    """
    office = noticed(A5=MISSING).on(3, 17).hand_in("A5").find_wrong("A5", "交来燃气合同，非租赁合同")
    assert "may supplement until" in refuse_acceptance(office, "A5")
    office.on(3, 18, 16).hand_in("A5").find_in_order("A5").accept()


def test_s21_nothing_that_fits_comes() -> None:
    """From Wednesday 19 March acceptance may be refused, for want of A5."""
    office = noticed(A5=MISSING).on(3, 17).hand_in("A5").find_wrong("A5", "交来燃气合同，非租赁合同")
    office.on(3, 19, 9).when(RefuseAcceptance, materials=("A5",), **INCOMPLETE)
    assert office.case().status is Status.NOT_ACCEPTED


def test_s21_told_only_after_the_period_there_are_the_days_that_were_left() -> None:
    """Handed in on the 17th with one day left, told on Thursday 20 March: until Friday the 21st."""
    office = noticed(A5=MISSING).on(3, 17).hand_in("A5").on(3, 20).find_wrong("A5", "交来燃气合同，非租赁合同")
    assert "may supplement until" in refuse_acceptance(office, "A5")
    assert office.case().answer_by == end_of(3, 21)
    office.on(3, 24, 9).when(RefuseAcceptance, materials=("A5",), **INCOMPLETE)


def test_s22_the_named_defect_is_still_there() -> None:
    """Given notice of 4 Mar "A5: not signed"; period to Tue 18 Mar.
    When P1 hands it in on Wed 12 Mar, unsigned; F1 finds this Thu 13 Mar.
    Then A5 defective, the same defect: P1 is reminded, this is no second notice and moves no date: period ends Tue 18
    Mar. Refusal to accept on 13 Mar: refused (period runs). On Wed 19 Mar: allowed, ground "incomplete after the
    notice's time".
    Source: ALL 32(4).
    """
    office = noticed(A5="未签名").on(3, 12).hand_in("A5").on(3, 13).find_wrong("A5", "仍未签名")
    assert office.case().answer_by == end_of(3, 18)
    assert "may supplement until" in refuse_acceptance(office, "A5")
    office.on(3, 19, 9).when(RefuseAcceptance, materials=("A5",), **INCOMPLETE)


def test_s23_nothing_handed_in_the_period_lapses() -> None:
    """Given notice delivered Tue 4 Mar, period to Tue 18 Mar.
    When nothing comes.
    Then on Wed 19 Mar the lapse is recorded, effective at the end of 18 Mar; state 退件 (补正期满未补正) with a paper; never
    accepted, so no decision's clock ever ran. P1 may apply again (new number) or appeal the lapse (S55).
    Two-way T11: lapse = deemed withdrawn, no decision needed (SAMR practice, mem) / a 不予受理决定书 must be given. Choice:
    data; default 退件 with a paper; where the item says so, S46.

    Not recorded yet: the paper of the lapse and its delivery.
    """
    office = noticed(A5=MISSING)
    office.on(3, 18, 16, 59).look()
    assert office.case().status is Status.SUPPLEMENTING
    office.on(3, 19, 9).look()
    assert office.act_of(SupplementLapsed).occurred_at == end_of(3, 18)
    assert (office.case().under_way, office.limits()) == (False, (None, None))
    office.apply(case_id="C2")


@pytest.mark.parametrize("way", ["refused", "deferred"])
def test_s24_of_two_named_papers_one_is_handed_in(way: str) -> None:
    """Given notice of 4 Mar: A4 missing, A5 missing.
    When P1 hands in A5 on Mon 10 Mar, nothing else by 18 Mar.
    Then no silent lapse of what was handed in: A5 is accepted and stays so; A4 is outstanding. From Wed 19 Mar F1 may
    refuse to accept naming A4 only; or, if P1 asks and the item allows, defer A4.
    Two-way T12: "lapses only if nothing was handed in" for the whole notice / for each material. Choice: whole notice:
    a partial supplement ends by a decision with reasons (refusal to accept naming what lacks), not by lapse.
    """
    office = noticed(A4=MISSING, A5=MISSING).on(3, 10).hand_in("A5").find_in_order("A5")
    office.on(3, 19, 9).look()
    assert (office.case().status, office.paper("A5").verdict) == (Status.SUPPLEMENTING, Verdict.ACCEPTED)
    if way == "refused":
        assert "A5 was handed in" in refuse_acceptance(office, "A4", "A5")
        office.when(RefuseAcceptance, materials=("A4",), **INCOMPLETE)
    else:
        office.defer("A4", date(2025, 4, 2)).accept()


def test_s25_a_new_defect_of_a_paper_that_the_notice_named_for_another_one() -> None:
    """Given notice of 4 Mar "A5: not signed". P1 hands in A5 signed on 10 Mar.
    When F1 on 11 Mar wants to call A5 defective: "copy, not original" (true on 3 Mar already).
    Then refused: the notice did not name this defect (rule 4 is by defect). The application is accepted effective 10
    Mar; statutory due Tue 8 Apr.
    Source: rule 4.

    Read by T39 as S20: declared on 11 March, by law until Wednesday 9 April.
    """
    office = noticed(A5="未签名").on(3, 10).hand_in("A5").on(3, 11)
    refusal = office.refused(CheckMaterial, material_id="A5", verdict=Verdict.DEFECTIVE, reason="系复印件")
    assert "rule 4" in refusal
    office.find_in_order("A5").accept()
    assert office.limits()[1] == end_of(4, 9)


def test_s26_no_notice_within_five_days_and_nothing_can_be_held_against_it() -> None:
    """Given item A received Mon 3 Mar 10:00 without A5.
    When no notice by the end of Mon 10 Mar.
    Then accepted by law effective Mon 3 Mar (the day of receipt), recorded from Tue 11 Mar 00:00 on; statutory due Mon
    31 Mar, promised Mon 17 Mar. A notice on Tue 11 Mar is refused (late). A5 is "not held against": neither return,
    nor refusal to accept, nor refusal of the licence for the missing lease as a form; R1 may ask for it (no duty),
    must decide on the conditions, clock running. The 受理通知书 is dated when made, effective 3 Mar.
    Source: ALL 32(4).
    """
    office = HallN().on(3, 3).apply().check(A5=MISSING)
    office.on(3, 10, 16, 59).look()
    assert office.case().status is Status.RECEIVED
    assert "is in_review" in office.on(3, 11, 9).refused(GiveNotice)
    office.look()
    assert office.act_of(DeemedAccepted).occurred_at == at(3, 3)
    assert office.limits() == (end_of(3, 17), end_of(3, 31))
    assert "is in_review" in refuse_acceptance(office, "A5")
    office.when(ClaimTask, R1, task_id="A:review")
    asked = {"task_id": "A:review", "materials": ("A5",), "reason": "请补租赁合同"}
    assert "did not name A5" in office.refused(ReturnTask, R1, **asked)


def test_s27_a_return_after_the_acceptance_moves_nothing_and_is_once() -> None:
    """A5 was returned at the notice and came on 6 March; R1 returns it once more, and no limit moves."""
    office = noticed(A5="未签名").on(3, 6).hand_in("A5").find_in_order("A5").accept()
    assert office.limits()[1] == end_of(4, 3)
    office.on(3, 7).when(ClaimTask, R1, task_id="A:review")
    office.when(ReturnTask, R1, task_id="A:review", materials=("A5",), reason="日期有误")
    office.on(3, 10).hand_in("A5")
    again = {"task_id": "A:review", "materials": ("A5",), "reason": "系复印件"}
    assert "was returned once already" in office.on(3, 12).refused(ReturnTask, R1, **again)
    assert office.limits()[1] == end_of(4, 3)


def test_s27_the_same_paper_returned_four_times() -> None:
    """Given item A received Mon 3 Mar.
    When F1 returns A5 to P1 on Tue 4 Mar (no signature, in writing), P1 brings it 6 Mar; F1 returns it Fri 7 Mar
    ("wrong date"), 12 Mar ("copy"), 17 Mar ("stamp").
    Then the first written return IS the one-time notice (delivered 4 Mar, period to Tue 18 Mar). The returns of 7, 12,
    17 Mar are refused (defects not named); signed paper of 6 Mar completes the application: accepted effective Thu 6
    Mar; statutory due Thu 3 Apr. No later return moves it.
    Source: rule 4.
    """
    office = noticed(A5="未签名").on(3, 6).hand_in("A5").on(3, 7)
    refusal = office.refused(CheckMaterial, material_id="A5", verdict=Verdict.DEFECTIVE, reason="日期有误")
    assert "rule 4" in refusal


def test_s28_corrected_on_the_spot() -> None:
    """Given item A Mon 3 Mar 10:00, a slip in A1.
    When F1 lets P1 correct it at 10:05, P1 signs beside it.
    Then no notice is used up, accepted 3 Mar. If F1 instead gives a notice for the slip alone: allowed only when it
    cannot be corrected on the spot (online, by post); at the window a hint "32(3)".
    Source: ALL 32(3).

    Not recorded: the hint to 32(3) at a window.
    """
    office = HallN().on(3, 3).apply().check(A1="笔误").hand_in("A1").find_in_order("A1").accept()
    assert not office.events(NoticeGiven)
    assert office.limits()[1] == end_of(3, 31)
