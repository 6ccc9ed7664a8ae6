"""Leave and substitutes at a limit, versions that come while something runs, and festivals. Scenarios S99 to S103, S109 and S110."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.application.beside.newer_version import MoveToVersion
from domain.application.consequences.lapses import DeferralLapsed
from domain.application.limits.extension import ExtendLimit
from domain.application.limits.suspension import ResumeClock, StopClock
from domain.application.path.approvals import ApproveTask, ClaimTask
from domain.application.path.decision import Decide
from domain.application.terms import Ground, Status, TaskStatus
from domain.catalogue.item import ApprovalStep
from domain.catalogue.publishing import ReviseItem
from domain.people.joining import LeaveStaff
from domain.people.substituting import NameSubstitute
from domain.record import Role
from tests.domain.law.common_ground import (
    D2,
    F1,
    H1,
    L1,
    R1,
    R2,
    R3,
    WHY,
    HallN,
    at,
    back_room,
    end_of,
    version_of_a,
    version_of_b,
)
from tests.domain.law.test_deferred import BY_14_MARCH, lapsed
from tests.domain.law.test_items_and_packages import REFUSED
from tests.office import OPERATOR, days

TOLD = {"notice": "延期告知书"}
TASK = {"task_id": "A:review"}
HEARING: dict[str, Any] = {"suspension_id": "h", "ground": Ground.HEARING, "notice": "听证通知书", "presided_by": "L1"}
AS_HEAD = {"department": "market", "role": Role.HEAD}


def on_leave(office: HallN, absent: str, substitute: str, until: Any) -> HallN:
    """When somebody goes on leave and somebody else stands in until a moment."""
    leave = {"since": office.now + timedelta(minutes=1), "until": until, "reason": "休假"}
    office.when(NameSubstitute, OPERATOR, person=absent, substitute=substitute, **leave)
    return office


@pytest.mark.parametrize(
    ("substitute", "until", "says"),
    [
        ("S1", at(4, 7), ""),
        ("R1", at(4, 7), "R1 handles or handled A:review"),
        ("S1", at(3, 31, 12), "S1 is no head"),
    ],
)
def test_s99_a_substitute_extends_on_the_last_day(substitute: str, until: Any, says: str) -> None:
    """Given item A accepted Mon 3 Mar, by law until Mon 31 Mar; R1 approved it on the 12th; H1, the head, on leave from 24 Mar.
    When on 31 Mar at 16:30 the limit is extended by (a) S1, who stands in for H1 until 7 Apr, (b) R1, who stands in for H1,
    (c) S1, whose time ended at noon. Then (a) allowed, and the event says for whom: by law until Tue 15 Apr (1 .. 3, 7 .. 11,
    14, 15 = 10); (b) refused, who touched a task does not extend it by standing in; (c) refused, S1 is no head any more.
    Source: ALL 42(1) (the head of the office); rule 9.
    """
    office = HallN()
    stand_in = back_room("S1", "fire")
    for known in (H1, R1, stand_in):
        office.on_the_staff(known)
    office.on(3, 3).accepted().on(3, 12).approve()
    on_leave(office.on(3, 24, 9), "H1", substitute, until)
    office.strict = True
    by = back_room(substitute, "market", Role.HEAD)
    office.on(3, 31, 16, 30)
    if says:
        assert says in office.refused(ExtendLimit, by, **TOLD)
        return
    office.when(ExtendLimit, by, **TOLD)
    act = office.cases["application/C1"][-1].act
    assert (act.actor.person, act.stands_in_for) == ("S1", "H1")
    assert office.limits()[1] == end_of(4, 15)


def test_s100_who_received_does_not_review_by_standing_in() -> None:
    """Given item A received by F1 on Mon 3 Mar; R1 on leave from 4 Mar, F1 stands in.
    When F1 claims the task for R1. Then refused: the separation is of persons, not of posts (halls' practice; ALL 48 by
    analogy). R3, who is of the department, claims it.
    """
    office = HallN()
    for known in (F1, R1, R3):
        office.on_the_staff(known)
    office.on(3, 3).accepted()
    on_leave(office.on(3, 4, 9), "R1", "F1", at(3, 14))
    office.strict = True
    assert "F1 received case C1" in office.refused(ClaimTask, back_room("F1", "market"), **TASK)
    office.when(ClaimTask, R3, **TASK)


def test_s101_who_holds_a_task_leaves_on_the_day_it_is_due() -> None:
    """Given item A accepted Mon 3 Mar, promised until Mon 17 Mar; R1 holds its task and leaves on 17 Mar at 14:00.
    When nothing was handed over. Then R3 claims it at 15:00 and approves at 16:00, in time; the limit did not move. R1 does
    nothing in it any more. Source: ALL 42 binds the office, whoever has left it.
    """
    office = HallN().on(3, 3).accepted()
    office.on_the_staff(R3)
    office.when(ClaimTask, R1, **TASK)
    office.on(3, 17, 14).when(LeaveStaff, OPERATOR, person="R1", reason="调离")
    office.strict = True
    assert "R1 is no reviewer" in office.refused(ApproveTask, R1, **TASK)
    office.on(3, 17, 15).when(ClaimTask, R3, **TASK)
    office.on(3, 17, 16).when(ApproveTask, R3, **TASK)
    task = office.case().tasks["A:review"]
    assert (task.status, task.due_at, task.handled_by) == (TaskStatus.APPROVED, end_of(3, 17), ("R1", "R3"))


def revised(office: HallN, **changes: Any) -> HallN:
    """Given a second version of A from 10 March."""
    newer = version_of_a(version=2, effective_from=date(2025, 3, 10), **changes)
    office.when(ReviseItem, OPERATOR, item_id="A", item=newer, reason="流程再造")
    return office


def test_s102_moved_to_a_newer_version_while_the_clock_stands_still() -> None:
    """Given item A accepted Mon 3 Mar; a hearing from Tue 11 Mar 09:00 to Tue 18 Mar 17:00; version 2 of 10 Mar has fire approve
    as well. When H1 moves the case on Wed 12 Mar. Then the fire department's task opens although the clock stands still; the
    hearing goes on and holds the decision back. 12 .. 14, 17, 18 Mar do not count, five days: promised until Mon 24 Mar (17 Mar;
    18 .. 21, 24), by law until Tue 8 Apr (31 Mar; 1 .. 3, [4 to 6], 7, 8). The new task is due with the promise
    at the latest. Source: ALL 45, 48; rule 2.
    """
    steps = (*version_of_a().approvals, ApprovalStep(step="fire", department="fire"))
    office = revised(HallN(), approvals=steps)
    office.on_the_staff(L1)
    office.on(3, 3).accepted()
    office.on(3, 11, 9).when(StopClock, R1, **HEARING)
    office.on(3, 12).when(MoveToVersion, H1, item_id="A", version=2, reason="流程再造")
    assert office.case().tasks["A:fire"].status is TaskStatus.OPEN
    office.on(3, 18, 17).when(ResumeClock, R1, suspension_id="h")
    assert office.limits() == (end_of(3, 24), end_of(4, 8))
    assert office.case().tasks["A:fire"].due_at <= end_of(3, 24)


def test_s103_moved_to_a_version_that_defers_nothing() -> None:
    """Given A4 promised for Fri 14 Mar under version 1; version 2 of 10 Mar asks for A4 and does not defer it.
    When the case is moved on Tue 11 Mar. Then the promise that was taken binds as before, for both sides: A4 is in time on 14 Mar,
    and is not asked for at once. A new date is refused, since version 2 defers nothing.
    Source: ALL 8 (what an office granted it does not change at will); rule 2, rule 4.
    """
    papers = tuple(_primary(each) for each in version_of_a().materials)
    office = revised(HallN(), materials=papers).on(3, 3).accepted(A4=BY_14_MARCH)
    office.on(3, 11).when(MoveToVersion, H1, item_id="A", version=2, reason="流程再造")
    assert not lapsed(office.on(3, 14, 16))
    with pytest.raises(Exception, match="A4 is not deferrable"):
        office.defer("A4", date(2025, 3, 21))
    office.on(3, 14, 16, 30).hand_in("A4").find_in_order("A4")
    assert not lapsed(office.on(3, 17, 9))


def _primary(paper: Any) -> Any:
    return replace(paper, deferrable=False)


def test_s109_a_hearing_over_the_national_day() -> None:
    """Given item B accepted Mon 15 Sep: 16 .. 19 (4), 22 .. 26 (9), Sun 28 worked (10), 29, 30 Sep (12), [1 to 8 Oct], 9, 10 (14),
    Sat 11 worked (15), 13 .. 17 (20): by law Fri 17 Oct. The hearing is summoned on Wed 24 Sep 10:00 and held on Fri 10 Oct.
    When B is refused by its department on 29 Sep and D2 decides on 30 Sep. Then refused: the hearing is open. When the record is
    there on 10 Oct 16:00, D2 decides at 16:30. 25, 26, 28 .. 30 Sep, 9, 10 Oct did not count, seven days, the holiday none of
    them: 20 .. 24 (5), 27, 28 Oct (7): by law Tue 28 Oct. Source: ALL 45, 48, 82.
    """
    office = HallN()
    office.on_the_staff(L1)
    office.on(9, 15).accepted("B")
    assert office.limits()[1] == end_of(10, 17)
    office.on(9, 24).when(StopClock, R2, **HEARING)
    office.on(9, 29).refuse("B:review", R2)
    assert "article 48" in office.on(9, 30).refused(Decide, D2, outcome=REFUSED, **WHY)
    office.on(10, 10, 16).when(ResumeClock, R2, suspension_id="h")
    assert office.limits()[1] == end_of(10, 28)
    office.on(10, 10, 16, 30).decide(REFUSED, D2)
    assert office.case().status is Status.DECIDED


@pytest.mark.parametrize("kept", [True, False])
def test_s110_a_hearing_over_the_spring_festival_and_a_promise_within_it(*, kept: bool) -> None:
    """Given item B accepted Mon 20 Jan, by law until Fri 21 Feb (21 .. 24 Jan = 4, Sun 26, Mon 27 = 6, [28 Jan to 4 Feb],
    5 .. 8 Feb = 10, 10 .. 14 = 15, 17 .. 21 = 20); B3 promised for Wed 29 Jan; a hearing from Fri 24 Jan 09:00 to Mon 10 Feb 17:00.
    When P1 brings B3 on Wed 5 Feb, (b) brings nothing. Then the promise ends with 5 Feb, the first working day, though the
    office's clock stands still (T09): (a) kept; 26, 27 Jan, 5 .. 8, 10 Feb did not count, seven days: 24 .. 28 Feb (5), 3, 4 Mar:
    by law Tue 4 Mar; (b) returned on 6 Feb, effective at the end of 5 Feb, and the hearing has nothing more to hear.
    Source: CC 203; ALL 45.
    """
    office = HallN(b=version_of_b(deferral=days(10)))
    office.on_the_staff(L1)
    office.on(1, 20).accepted("B", B3=date(2025, 1, 29))
    assert office.limits()[1] == end_of(2, 21)
    office.on(1, 24, 9).when(StopClock, R2, **HEARING)
    if kept:
        office.on(2, 5, 16).hand_in("B3").find_in_order("B3")
        office.on(2, 10, 17).when(ResumeClock, R2, suspension_id="h")
        assert office.limits()[1] == end_of(3, 4)
    else:
        assert not lapsed(office.on(2, 5, 16))
        assert lapsed(office.on(2, 6, 9))
        assert office.act_of(DeferralLapsed).occurred_at == at(2, 6, 0)
        assert office.case().status is Status.SENT_BACK
