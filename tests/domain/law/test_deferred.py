"""Deferred acceptance (容缺受理) by the law: until when a promise binds. Scenarios S01 to S11."""

from datetime import date

import pytest

from domain.application.beside.newer_version import MoveToVersion, what_changes
from domain.application.beside.withdrawal import WithdrawPart
from domain.application.consequences.lapses import DELIVERY, DeferralLapsed, HandingOverHeld
from domain.application.path.approvals import ClaimTask
from domain.application.path.decision import Decide
from domain.application.terms import Outcome, Status, TaskStatus, Verdict
from domain.catalogue.item import ItemVersion
from domain.catalogue.publishing import ReviseItem
from tests.domain.law.common_ground import (
    H1,
    P1,
    R1,
    R2,
    WHY,
    HallN,
    end_of,
    midnight_after,
    version_of_a,
    version_of_b,
)
from tests.office import OPERATOR, days, material

BY_14_MARCH = date(2025, 3, 14)
FROM_10_MARCH = {"version": 2, "effective_from": date(2025, 3, 10)}


def promised(day: date = BY_14_MARCH, a: ItemVersion | None = None) -> HallN:
    """Given item A, accepted on Monday 3 March with A4 promised for a day."""
    return HallN(a=a).on(3, 3).accepted(A4=day)


def granted(a: ItemVersion | None = None) -> HallN:
    """Given that it was granted on Tuesday 11 March, with A4 promised for the 14th, and is ready since the 13th."""
    return promised(a=a).on(3, 11).approve().decide().on(3, 13).result_ready()


def lapsed(office: HallN) -> list[DeferralLapsed]:
    return [event for event in office.look() if isinstance(event, DeferralLapsed)]


def test_s01_lapse_before_the_decision_returns_the_case() -> None:
    """Given item A; A4 deferred, promise until Fri 14 Mar.
    When P1 applies Mon 3 Mar 10:00, F1 accepts; R1 claims the task 4 Mar; nothing more comes.
    Then until the end of Fri 14 Mar nothing happens to the case. On Mon 17 Mar 09:00 the lapse is recorded, effective
    at the end of 14 Mar: the case is 退件 (returned), R1's task closes by an event that says why, no decision can be
    made. A4: promise broken, A1-A3, A5 stay accepted. A paper (退件通知书: which paper, which date, remedies) is served. P1
    may apply again (accepted papers need not be produced again if still valid) or appeal; the breach stands in his
    record (S16).
    Two-way T02: lapse = 退件 / 终止办理 / 不予许可 for want of a condition. Choice 退件, as places differ: data of the item.
    Source: ALL 31, 32(5), HP.
    """
    office = promised()
    office.on(3, 4).when(ClaimTask, R1, task_id="A:review")
    assert not lapsed(office.on(3, 14, 23, 59))
    assert lapsed(office.on(3, 17, 9)) == [DeferralLapsed(material_id="A4", promised_by=BY_14_MARCH)]
    assert office.act_of(DeferralLapsed).occurred_at == midnight_after(3, 14)
    case = office.case()
    assert (case.status, case.under_way) == (Status.SENT_BACK, False)
    assert [office.paper(name).verdict for name in ("A1", "A2", "A3", "A5")] == [Verdict.ACCEPTED] * 4
    assert office.paper("A4").verdict is Verdict.MISSING
    assert "is possible only while it is in_review" in office.refused(Decide, H1, outcome=Outcome.REFUSED, **WHY)
    office.apply("A", case_id="C2")


def test_s01_the_task_closes_with_the_case() -> None:
    """The task of R1 closes by an event that says why."""
    office = promised()
    office.on(3, 4).when(ClaimTask, R1, task_id="A:review")
    office.on(3, 17, 9).look()
    assert not office.case().tasks["A:review"].unsettled


def test_s02_kept_on_the_last_day() -> None:
    """Given S01.
    When P1 hands A4 in on Fri 14 Mar 16:55 at the window; F2 checks it only Mon 17 Mar and finds it right.
    Then the promise is kept, effective 14 Mar 16:55; the check later changes nothing; no lapse may be recorded on 17
    Mar. The clock ran all the time: promised due Mon 17 Mar, statutory due Mon 31 Mar.
    Source: HP.
    """
    office = promised().on(3, 14, 16, 55).hand_in("A4").on(3, 17, 9).find_in_order("A4")
    assert not lapsed(office.on(3, 17, 10))
    assert office.limits() == (end_of(3, 17), end_of(3, 31))


def test_s03_lapse_after_a_refusal_changes_nothing() -> None:
    """Given S01, but D1 refuses A on Wed 12 Mar (site unfit, art. 38(2) reasons).
    When 14 Mar passes without A4.
    Then no "returned"; the case stays decided: refused; the promise closes as "moot: decided 12 Mar" and no breach is
    written against P1 (he had until the 14th and the case was over). P1 may take the refusal, rate, appeal (60 days
    from delivery), apply anew. Paper: only the 不予许可决定书 of 12 Mar.
    Source: ALL 38.
    """
    office = promised().on(3, 12).refuse().decide(Outcome.REFUSED)
    office.on(3, 17, 9).look()
    assert (office.case().status, office.case().outcome) == (Status.DECIDED, Outcome.REFUSED)
    assert not office.events(DeferralLapsed)
    assert not office.events(HandingOverHeld)
    office.result_ready().hand_over()
    assert office.case().status is Status.ISSUED


def test_s04_lapse_after_a_grant_holds_back_the_handing_over_and_nothing_else() -> None:
    """Given S01, but D1 grants A on Tue 11 Mar; result ready Thu 13 Mar.
    When 14 Mar passes without A4.
    Then the case stays granted; the grant is not undone; I1's attempt to hand over on Mon 17 Mar is refused ("A4
    promised for 14 Mar is outstanding"). It stands under "waits for the applicant" since 14 Mar. P1 may still hand A4
    in any day.
    Two-way T03: the 10 wd of art. 44 (due Tue 25 Mar) run on / stand still from the promise's date until the paper is
    accepted. Choice: stand still, by the applicant's own written promise; data, source = the commitment form; the days
    are shown as the applicant's.
    Source: ALL 8, 44.
    """
    office = granted()
    office.on(3, 17, 9).look()
    assert office.act_of(HandingOverHeld).occurred_at == midnight_after(3, 14)
    assert (office.case().status, office.case().outcome) == (Status.RESULT_READY, Outcome.GRANTED)
    assert "A4 not handed in and accepted yet; have it handed in and accepted" in office.held_over()
    office.hand_in("A4")


def test_s05_the_paper_comes_late_after_the_grant_and_is_right() -> None:
    """Given S04.
    When P1 brings A4 on Wed 19 Mar 10:00, F1 accepts it 10:05.
    Then allowed (lateness is recorded); I1 may hand over from 10:05. Under T03 the art. 44 limit has used 11-14 Mar =
    3 wd (12, 13, 14 Mar), 7 wd remain: due Fri 28 Mar (the day of the resumption is not counted; counted, it is Thu 27
    Mar: T36, choice as the day of the start: not counted). Read the other way (T03) it stays Tue 25 Mar. The lateness
    counts as a breach only if the item says so (T04; choice: counts).
    Source: ALL 44.
    """
    office = granted().on(3, 19).hand_in("A4").on(3, 19, 10, 5).find_in_order("A4").hand_over()
    assert office.case().status is Status.ISSUED
    assert office.events(HandingOverHeld)  # the lateness stays recorded


def test_s05_the_ten_days_of_article_44_stand_still_while_the_paper_is_owed() -> None:
    """Until 14 March three days are used (12, 13, 14); A4 comes on the 19th, which does not count: 20, 21, 24 to 28 March.

    Article 44 names no stop, so it runs on unless the item names the commitment by which the applicant has it stand still (T03).
    """
    office = granted(version_of_a(delivery_waits="容缺受理承诺书 第三条")).on(3, 19).hand_in("A4").find_in_order("A4")
    office.on(3, 28, 16, 59).look()
    assert DELIVERY not in office.case().lights
    office.on(3, 31, 9).look()
    assert DELIVERY in office.case().lights


def test_s06_the_part_that_asked_for_it_is_withdrawn() -> None:
    """Given A + B without package, B3 deferred until Fri 14 Mar.
    When P1 withdraws B on Mon 10 Mar (in writing).
    Then B ends as 撤回/终止办理 with its paper; R2's task closes with the reason; B3's promise closes "its part withdrawn",
    cannot be broken. After 14 Mar A runs on untouched (statutory due Mon 31 Mar), may be granted and handed over;
    nothing asks for B3 again. No breach.
    Source: HP.
    """
    office = HallN().on(3, 3).accepted("A", "B", B3=BY_14_MARCH)
    office.on(3, 4).when(ClaimTask, R2, task_id="B:review")
    office.on(3, 10).when(WithdrawPart, P1, item_id="B", reason="不办消防")
    assert office.case().tasks["B:review"].status is TaskStatus.WITHDRAWN
    assert not lapsed(office.on(3, 17, 9))
    assert office.limits()[1] == end_of(3, 31)
    office.approve().decide().result_ready().hand_over()
    assert office.case().item_outcomes == {"A": Outcome.GRANTED}


def test_s07_a_shared_deferred_paper_one_part_withdrawn() -> None:
    """Given A + B, the lease A5 is asked for by both (shared), deferred until Fri 14 Mar.
    When P1 withdraws B on 10 Mar and brings no lease.
    Then the promise still binds for A: at the end of 14 Mar A lapses (S01). Withdrawing one of two askers frees
    nothing; withdrawing A too would.
    Source: rule 3.
    """
    lease = (*version_of_b().materials, material("A5", deferrable=True))
    office = HallN(b=version_of_b(materials=lease)).on(3, 3).accepted("A", "B", A5=BY_14_MARCH)
    office.on(3, 10).when(WithdrawPart, P1, item_id="B")
    assert lapsed(office.on(3, 17, 9)) == [DeferralLapsed(material_id="A5", promised_by=BY_14_MARCH)]
    assert office.case().status is Status.SENT_BACK


def abolished() -> HallN:
    """Given A4 promised for 21 March, which version 2 of 10 March does not ask for."""
    office = promised(date(2025, 3, 21))
    without = tuple(each for each in version_of_a().materials if each.material_id != "A4")
    newer = version_of_a(materials=without, **FROM_10_MARCH)
    office.on(3, 5).when(ReviseItem, OPERATOR, item_id="A", item=newer, reason="清理证明事项")
    return office


def test_s08_abolished_in_a_newer_version_to_which_the_case_is_moved() -> None:
    """Given item A v1, A4 deferred until Fri 21 Mar; v2 in force Mon 10 Mar without A4.
    When H1 orders on Tue 11 Mar the dry run (names: A4 dropped, its promise ends) and then the move.
    Then A4 "abolished, not asked", the promise binds nothing; 21 Mar passes without effect; a grant may be handed over
    at once. P1 is told.
    Source: ALL 30, 31.
    """
    office = abolished()
    assert what_changes(office.case(), office.city, "A", 2) == ["A4 is not asked for any more"]
    office.on(3, 11).when(MoveToVersion, H1, item_id="A", version=2, reason="清理证明事项")
    assert not lapsed(office.on(3, 24, 9))
    office.approve().decide().result_ready().hand_over()
    assert office.case().status is Status.ISSUED


def test_s09_abolished_in_a_newer_version_and_the_case_not_moved() -> None:
    """Given S08 without the move.
    When 21 Mar passes undecided.
    Then the pinned v1 asks for A4: the promise binds, the case lapses at the end of 21 Mar.
    Two-way T05: (a) the pinned version rules until an explicit move; (b) a State-level abolition of a certificate
    (清理证明事项) works at once in favour of the applicant (ALL 31: nothing may be demanded without need). Choice (a), with
    the hint at the abolition "n open promises concern this paper: move them?"; an abolition that the law makes
    immediate is data of the abolition and triggers the move command, never a silent change.
    Source: rule 2.
    """
    office = abolished()
    assert not lapsed(office.on(3, 21, 23, 59))
    assert lapsed(office.on(3, 24, 9))
    assert office.act_of(DeferralLapsed).occurred_at == midnight_after(3, 21)


def test_s10_promise_date_inside_the_spring_festival() -> None:
    """Given item A, accepted Mon 20 Jan, A4 promised for Wed 29 Jan.
    When P1 brings it Wed 5 Feb 10:00.
    Then taken and in time: 29 Jan is a legal holiday, the promise ends at the end of Wed 5 Feb (first working day
    after 28 Jan-4 Feb). No lapse recorded before Thu 6 Feb. Statutory due (20 wd) Fri 21 Feb.
    Source: CC 203.
    """
    office = HallN().on(1, 20).accepted(A4=date(2025, 1, 29))
    assert office.limits()[1] == end_of(2, 21)
    assert not lapsed(office.on(2, 5, 9))
    office.on(2, 5).hand_in("A4").find_in_order("A4")
    assert not lapsed(office.on(2, 6, 9))
    assert office.case().status is Status.IN_REVIEW


def test_s10_a_promise_inside_the_festival_that_nobody_keeps() -> None:
    """No lapse before Thursday 6 February; then it is effective at the end of Wednesday the 5th."""
    office = HallN().on(1, 20).accepted(A4=date(2025, 1, 29))
    assert lapsed(office.on(2, 6, 9))
    assert office.act_of(DeferralLapsed).occurred_at == midnight_after(2, 5)


@pytest.mark.parametrize(("day", "taken"), [((2999, 12, 31), False), ((2025, 3, 18), False), ((2025, 3, 17), True)])
def test_s11_a_promise_too_far_ahead(day: tuple[int, int, int], *, taken: bool) -> None:
    """Given item A: at most 10 wd ahead and not beyond the promised decision limit.
    When on Mon 3 Mar P1 promises A4 for (a) 31 Dec 2999, (b) Tue 18 Mar, (c) Mon 17 Mar.
    Then (a), (b) refused at intake naming the furthest date Mon 17 Mar; (c) taken.
    Two-way T06: the furthest date is the promised limit (HP) / the statutory one / until the handing over. Choice:
    data, default the promised limit.
    Source: HP.
    """
    office = HallN(a=version_of_a(deferral=days(10))).on(3, 3).apply()
    if taken:
        office.defer("A4", date(*day))
        assert office.paper("A4").promised_by == date(2025, 3, 17)
    else:
        with pytest.raises(Exception, match="can be promised by 2025-03-17 at the latest"):
            office.defer("A4", date(*day))
