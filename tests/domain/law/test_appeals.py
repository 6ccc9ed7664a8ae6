"""Appeals that are won (复议): what they reopen, from when, and by whom. Scenarios S55 to S60."""

from datetime import date

from domain.application.beside.reopening import FileLateDocument, Reopen
from domain.application.consequences.lapses import DeemedAccepted, SupplementLapsed
from domain.application.path.acceptance import Accept, AcceptanceRefused, RefuseAcceptance
from domain.application.path.approvals import ClaimTask
from domain.application.path.evaluation import Evaluate
from domain.application.terms import AppealResult, Outcome, Status, TaskStatus
from tests.domain.law.common_ground import (
    D1,
    F1,
    L1,
    ORDER,
    P1,
    R1,
    R2,
    R4,
    HallN,
    at,
    desk,
    end_of,
    midnight_after,
)
from tests.domain.law.test_items_and_packages import GRANTED, PARTLY, REFUSED, b_refused, falling_as_a_whole
from tests.domain.law.test_refusal_to_accept import partly_supplemented
from tests.domain.law.test_supplements import INCOMPLETE, MISSING, noticed

F2 = desk("F2")


def test_s55_against_a_lapse() -> None:
    """Given S23, but P1 had handed A5 in at another hall's window Mon 17 Mar (receipt).
    When the reconsideration body annuls the return, order served Mon 12 May.
    Then an officer who served in nothing of the case records the reopening naming the order; the period counts as
    kept; the case is accepted.
    Two-way T21: effective the day of handing in (17 Mar) / the day the order is carried out. Choice: the latter unless
    the order fixes one (no office is late for time in which the case was closed): accepted 12 May, statutory due Tue
    10 Jun. Round 1 keeps its figures.
    """
    office = noticed(A5=MISSING)
    office.on(3, 19, 9).look()
    office.on(5, 12).reopen()
    case = office.case()
    assert (case.status, case.accepted and case.accepted.at) == (Status.IN_REVIEW, at(5, 12))
    assert office.limits()[1] == end_of(6, 10)
    assert case.former is not None
    assert (case.former.ended and case.former.ended.at) == end_of(3, 18)
    assert office.events(SupplementLapsed)


def won_against_a_refusal_to_accept(**order: date) -> HallN:
    """Given a refusal of 19 March that was delivered, and the order of Monday 9 June that annuls it."""
    office = partly_supplemented()
    office.on(3, 19, 9, 5).when(RefuseAcceptance, materials=("A4",), **INCOMPLETE)
    return office.hand_over().on(6, 9).reopen(**order)


def test_s56_against_a_refusal_to_accept() -> None:
    """Given S46; delivered 19 Mar; P1 applies for reconsideration Fri 11 Apr (in time: 60 days end Sun 18 May -> Mon 19
    May); order Mon 9 Jun: annulled, accept within 5 wd.
    Then reopened to "received, not accepted", in the hall's intake list with the order's limit Mon 16 Jun; F2 (not F1)
    accepts Tue 10 Jun: 受理通知书, statutory due Tue 8 Jul. A second refusal on the same facts and grounds is refused
    (64(2)), except where it was annulled for procedure only. The old paper stays, marked annulled.
    Source: ARL 64, 66.
    """
    office = won_against_a_refusal_to_accept(accept_by=date(2025, 6, 16))
    assert (office.case().status, office.case().accept_by) == (Status.RECEIVED, midnight_after(6, 16))
    office.on(6, 10).hand_in("A4").find_in_order("A4", F2)
    assert "F1 refused to accept case C1 before the appeal" in office.refused(Accept, F1)
    office.accept(F2)
    assert office.limits()[1] == end_of(7, 8)


def test_s56_where_nobody_decides_by_the_day_of_the_order_it_is_accepted_from_the_order_on() -> None:
    """Nobody does anything until Monday 16 June: accepted from the 9th, by law until Monday 7 July."""
    office = won_against_a_refusal_to_accept(accept_by=date(2025, 6, 16))
    office.on(6, 17, 9).look()
    assert office.act_of(DeemedAccepted).occurred_at == at(6, 9)
    assert office.limits()[1] == end_of(7, 7)


def test_s56_the_refusal_stays_in_the_file_and_is_not_repeated() -> None:
    """Where the order itself declares the acceptance: accepted on Monday 9 June; by law until Monday 7 July, and not refused to accept once more."""
    office = won_against_a_refusal_to_accept()
    assert office.limits()[1] == end_of(7, 7)
    assert office.events(AcceptanceRefused)
    assert "is in_review" in office.refused(RefuseAcceptance, materials=("A4",), **INCOMPLETE)


def won_about_b() -> HallN:
    """Given A granted and B refused on 12 March, and the order of Monday 9 June about B."""
    return b_refused("A", "B").on(3, 12).decide(PARTLY).on(6, 9).reopen(items=("B",))


def test_s57_against_a_refused_licence() -> None:
    """Given S38 B refused 12 Mar, delivered 14 Mar; order 9 Jun: annulled, decide anew within 20 wd.
    Then B reopened at the decision stage, task to R4 (not R2, unless only one exists: data), limit from the order: due
    Mon 7 Jul; the months between count in no clock. A untouched. If the body itself changes the decision (63) its
    content is recorded as the decision, no task.

    The order's limit is counted as the item's own of twenty working days.
    """
    office = won_about_b()
    assert office.limits()[1] == end_of(7, 7)
    case = office.case()
    assert case.item_outcomes == {"A": GRANTED}
    told = {name: task.status for name, task in case.tasks.items()}
    assert told == {"A:review": TaskStatus.APPROVED, "B:review": TaskStatus.OPEN}
    office.on(6, 10).approve("B:review", R4).decide(GRANTED)
    assert office.case().item_outcomes == {"A": GRANTED, "B": GRANTED}


def test_s57_who_refused_does_not_look_at_it_again() -> None:
    """The task goes to R4, not to R2."""
    assert "R2" in won_about_b().on(6, 10).refused(ClaimTask, R2, task_id="B:review")


def test_s58_only_the_parts_that_it_concerns() -> None:
    """Given K2: A granted, handed over 11 Mar; B refused 20 Mar.
    When the appeal about B is won 9 Jun.
    Then only B reopens; A's licence, its hand-over, rating and figures stay. Under K1 (package refused because of B):
    B reopens and with it A's line "not decided on its merits"; a line refused on its own merits and not appealed stays
    final.
    """
    office = b_refused(package="K2").on(3, 20).decide(PARTLY).result_ready().hand_over()
    office.when(Evaluate, P1, grade=5)
    office.on(6, 9).reopen(items=("B",))
    case = office.case()
    assert (case.item_outcomes, case.grade) == ({"A": GRANTED}, 5)
    assert case.tasks["A:review"].status is TaskStatus.APPROVED
    assert case.former is not None
    assert case.former.issued is not None


def test_s58_what_fell_with_the_part_comes_back_with_it() -> None:
    """Under K1 A was never decided on its merits, because of B: an order about B opens the task of A, too."""
    office = falling_as_a_whole().on(3, 12).decide(REFUSED).on(6, 9).reopen(items=("B",))
    assert {task.status for task in office.case().tasks.values()} == {TaskStatus.OPEN}
    office.on(6, 10).approve("A:review", R1).approve("B:review", R4).decide(GRANTED)
    assert office.case().item_outcomes == {"A": GRANTED, "B": GRANTED}


def test_s59_not_won() -> None:
    """When the body (a) upholds, (b) confirms unlawfulness without annulling (65), (c) P1 withdraws the appeal.
    Then recorded after the end; no reopening: an attempt to reopen naming (a)-(c) is refused.
    Source: ARL 65.
    """
    office = HallN().on(3, 3).accepted().refuse().decide(REFUSED).result_ready().hand_over()
    office.on(6, 9).when(FileLateDocument, L1, content_hash="cd" * 32, what="复议决定：维持")
    for result in (AppealResult.UPHELD, AppealResult.CONFIRMED_UNLAWFUL, AppealResult.WITHDRAWN, None):
        refusal = office.refused(Reopen, L1, **ORDER, result=result)
        assert "otherwise file the decision with" in refusal


def test_s60_who_reopens() -> None:
    """Given F1 received, R1 approved, D1 decided; P1 rated "very dissatisfied", rectification open.
    When (a) R1, (b) D1, (c) F1 reopen with "order: none"; (d) L1 reopens with the order's number and body.
    Then (a)-(c) refused (served in the case; no order), (d) allowed; grade and open rectification, with its deadline,
    stay.
    """
    office = HallN().on(3, 3).accepted().approve().decide(Outcome.GRANTED).result_ready().hand_over()
    office.on(3, 12).when(Evaluate, P1, grade=1)
    due_at = office.case().rectification
    assert "may not give Reopen" in office.refused(Reopen, R1, **ORDER)
    assert "may not give Reopen" in office.refused(Reopen, F1, **ORDER)
    assert "D1 served in case C1 or decided it" in office.refused(Reopen, D1, **ORDER)
    assert "has no number" in office.refused(Reopen, L1, order="none", reason="x")
    office.reopen()
    assert (office.case().grade, office.case().rectification) == (1, due_at)
