"""What a case that ended, or that is asked for less, leaves behind. Scenarios S111 to S115, with their sums."""

from datetime import date

import pytest

from domain.application.beside.newer_version import MoveToVersion
from domain.application.beside.withdrawal import WithdrawPart
from domain.application.consequences.lapses import DeemedAccepted, LightTurned, SupplementLapsed
from domain.application.limits.suspension import ResumeClock, StopClock
from domain.application.path.acceptance import RefuseAcceptance
from domain.application.path.approvals import ClaimTask, ReturnTask
from domain.application.terms import Status
from domain.catalogue.item import ApprovalStep
from domain.catalogue.publishing import ReviseItem
from domain.errors import UnknownReference
from domain.time.light import Light
from tests.domain.law.common_ground import H1, P1, R1, HallN, at, end_of, version_of_a
from tests.domain.law.test_deferred import BY_14_MARCH
from tests.domain.law.test_rare_halls import EXPERTS
from tests.domain.law.test_supplements import INCOMPLETE, MISSING
from tests.office import OPERATOR


def test_s111_what_stopped_a_clock_ends_with_the_case() -> None:
    """Given item A accepted Mon 3 Mar, A4 promised for Fri 14 Mar, an expert review from Mon 10 Mar; the case was returned at the
    end of 14 Mar and the review called off with it (S18). When the order of Mon 9 Jun annuls the return.
    Then the clock of the new round runs: 10 .. 13 Jun (4), 16 .. 20 (9), 23 .. 27 (14), 30 Jun .. 4 Jul (19), 7 Jul (20): by law
    until Mon 7 Jul. Nothing is left to resume, and no day from March to June is added to it. Source: ALL 42, 45; ARL 64.
    """
    office = HallN().on(3, 3).accepted(A4=BY_14_MARCH)
    office.on(3, 10, 9).when(StopClock, R1, **EXPERTS)
    office.on(3, 17, 9).look()
    office.on(6, 9).reopen()
    assert (office.case().clock_stopped, office.limits()[1]) == (False, end_of(7, 7))
    with pytest.raises(UnknownReference, match="no open suspension e"):
        office.on(6, 16).when(ResumeClock, R1, suspension_id="e")
    office.approve().decide()


def test_s112_a_supplement_that_was_asked_for_ends_with_the_case() -> None:
    """Given item A whose law stops the clock for a supplement (S31); R1 asks for the plan on Mon 10 Mar; A4, promised for
    Fri 14 Mar, does not come, and the case is returned. When the order of Mon 9 Jun annuls the return.
    Then nobody waits for the plan any more: the clock runs, by law until Mon 7 Jul as in S111, and R1 asks again or decides.
    A clock that nothing can start again would leave the case without a limit. Source: ALL 42, 45.
    """
    office = HallN(a=version_of_a(supplement_law="某某条例 第十五条")).on(3, 3).accepted(A4=BY_14_MARCH)
    office.on(3, 10, 9).when(ClaimTask, R1, task_id="A:review")
    office.when(ReturnTask, R1, task_id="A:review", materials=("A3",), reason="平面图不清")
    assert office.case().clock_stopped
    office.on(3, 17, 9).look()
    office.on(6, 9).reopen()
    assert (office.case().clock_stopped, office.limits()[1]) == (False, end_of(7, 7))
    office.on(6, 10).approve().decide()


def test_s113_the_part_for_which_something_was_lacking_is_withdrawn() -> None:
    """Given A + B received Mon 3 Mar, the notice of Tue 4 Mar naming B3 alone, until Tue 18 Mar. When P1 withdraws B on Mon 10 Mar.
    Then A lacks nothing: it does not lapse on 18 Mar for a paper of B, and acceptance is not refused for it. It is complete since
    10 Mar; who says nothing within five working days (11 .. 14, 17 Mar) has accepted it from then: by law 11 .. 14 (4), 17 .. 21
    (9), 24 .. 28 (14), 31 Mar .. 3 Apr (18), 7, 8 Apr (20): Tue 8 Apr. Source: ALL 31, 32(1)(4)(5); rule 3.
    """
    office = HallN().on(3, 3).apply("A", "B").check(B3=MISSING).on(3, 4).notice()
    office.on(3, 10).when(WithdrawPart, P1, item_id="B")
    refusal = office.on(3, 17, 16).refused(RefuseAcceptance, materials=("B3",), **INCOMPLETE)
    assert "B3 was handed in and not found defective" in refusal
    office.on(3, 19, 9).look()
    assert not office.events(SupplementLapsed)
    assert office.act_of(DeemedAccepted).occurred_at == at(3, 10)
    assert office.limits()[1] == end_of(4, 8)


def test_s113_what_the_other_part_lacks_is_lacking_still() -> None:
    """The notice names A5 and B3; B is withdrawn on 10 March, A5 comes on the 12th: complete from then on."""
    office = HallN().on(3, 3).apply("A", "B").check(A5=MISSING, B3=MISSING).on(3, 4).notice()
    office.on(3, 10).when(WithdrawPart, P1, item_id="B")
    office.on(3, 12).hand_in("A5")
    office.on(3, 20, 9).look()
    assert office.act_of(DeemedAccepted).occurred_at == at(3, 12)

    nothing = HallN().on(3, 3).apply("A", "B").check(A5=MISSING, B3=MISSING).on(3, 4).notice()
    nothing.on(3, 10).when(WithdrawPart, P1, item_id="B")
    nothing.on(3, 19, 9).look()
    (lapsed,) = nothing.events(SupplementLapsed)
    assert isinstance(lapsed, SupplementLapsed)
    assert (lapsed.materials, nothing.case().status) == (("A5",), Status.NOT_ACCEPTED)


@pytest.mark.parametrize("way", ["moved", "waived", "deferred"])
def test_s114_the_office_does_without_what_was_lacking(way: str) -> None:
    """Given item A received Mon 3 Mar, the notice of Tue 4 Mar naming A4, until Tue 18 Mar. When on Mon 10 Mar the case is moved to
    version 2, which does not ask for A4; or A4 is waived; or deferred until Fri 21 Mar.
    Then nothing lapses on 18 Mar; it is complete since 10 Mar, and deemed accepted from then where nobody says anything until
    Mon 17 Mar: by law until Tue 8 Apr, as S113. Source: ALL 30, 31, 32(1)(4)(5).
    """
    office = HallN().on(3, 3).apply().check(A4=MISSING).on(3, 4).notice()
    match way:
        case "moved":
            papers = tuple(each for each in version_of_a().materials if each.material_id != "A4")
            newer = version_of_a(version=2, effective_from=date(2025, 3, 10), materials=papers)
            office.when(ReviseItem, OPERATOR, item_id="A", item=newer, reason="清理证明事项")
            office.on(3, 10).when(MoveToVersion, H1, item_id="A", version=2, reason="清理证明事项")
        case "waived":
            office.on(3, 10).waive("A4", "已由部门共享")
        case _:
            office.on(3, 10).defer("A4", date(2025, 3, 21))
    office.on(3, 19, 9).look()
    assert not office.events(SupplementLapsed)
    assert office.act_of(DeemedAccepted).occurred_at == at(3, 10)
    assert office.limits()[1] == end_of(4, 8)


def test_s115_a_step_that_opens_when_the_limit_is_over() -> None:
    """Given an item whose second step follows the first, accepted Mon 3 Mar, promised until Mon 17 Mar; the first is approved on
    Wed 19 Mar 10:00, late. Then the second opens overdue, and its light is red from its opening: a light that turned on the 17th,
    before there was a step, would stand in the history after the 19th and before it (rule 7). Source: ALL 42.
    """
    steps = (*version_of_a().approvals, ApprovalStep(step="second", department="market", after=("review",)))
    office = HallN(a=version_of_a(approvals=steps)).on(3, 3).accepted()
    office.on(3, 19, 9, 59).approve()
    office.on(3, 20, 9).look()
    opened = office.case().tasks["A:second"]
    assert (opened.due_at, office.case().lights["A:second"]) == (end_of(3, 17), Light.RED)
    assert office.act_of(LightTurned).occurred_at == opened.opened.at
