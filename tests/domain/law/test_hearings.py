"""Hearings, inspections and tests: who conducts them, what they hold back, what they stop. Scenarios S61 to S67."""

from datetime import date
from typing import Any

import pytest

from domain.application.beside.assignment import DelegateTask
from domain.application.limits.suspension import ResumeClock, StopClock
from domain.application.path.approvals import ApproveTask, ClaimTask, RefuseTask
from domain.application.path.decision import Decide
from domain.application.terms import Ground, Outcome
from tests.domain.law.common_ground import D2, L1, R2, R4, REFUSED, WHY, HallN, back_room, end_of

L2 = back_room("L2", "fire")
"""Here L1 and L2 are legal officers; L2 has a post that could review."""
HEARING: dict[str, Any] = {
    "suspension_id": "hearing",
    "ground": Ground.HEARING,
    "notice": "听证通知书",
    "presided_by": "L1",
}
TEST: dict[str, Any] = {"suspension_id": "test", "ground": Ground.TEST, "notice": "检测告知书"}


def accepted() -> HallN:
    """Given item B accepted on Monday 3 March; by law until Monday 31 March."""
    office = HallN()
    for known in (L1, R2, R4, L2):
        office.on_the_staff(known)
    return office.on(3, 3).accepted("B")


def stopped(office: HallN, day: int, fields: dict[str, Any] = HEARING, hour: int = 9) -> HallN:
    office.on(3, day, hour).when(StopClock, R2, **fields)
    return office


def resumed(office: HallN, month: int, day: int, suspension: str = "hearing", hour: int = 17) -> HallN:
    office.on(month, day, hour).when(ResumeClock, R2, suspension_id=suspension)
    return office


def test_s61_a_hearing_under_way_holds_the_decision_back() -> None:
    """Given B accepted Mon 3 Mar; P1 told of his right Thu 6 Mar, asks Mon 10 Mar (in time: until Thu 13 Mar); hearing to
    be held by Tue 8 Apr (20 wd); summons served Tue 11 Mar for Fri 21 Mar.
    When D2 grants or refuses on Wed 19 Mar.
    Then refused: hearing open. Held 21 Mar, record signed and filed Mon 24 Mar: from then D2 may decide, naming the
    record. Clock stopped from the written telling of the time needed (T22: from the telling / from the request; choice
    the telling) 11 Mar 09:00 to 24 Mar 17:00 = 10 wd: due Mon 31 Mar + 10 = Tue 15 Apr. If P1 withdraws his request 14
    Mar: hearing ended, clock on from Mon 17 Mar (4 wd stopped: 11-14 Mar): 31 Mar + 4 wd = 1, 2, 3, 7 Apr (4-6 Apr
    holiday): due Mon 7 Apr.
    Source: ALL 48 last par..

    Read by T38: the day on which the clock stops is used (law_examples.json, L092), so 12 to 14, 17 to 21 and 24 March
    stand still, nine days: 31 March and nine more is Monday 14 April.
    """
    office = stopped(accepted(), 11).on(3, 18).refuse("B:review", R2)
    assert "hearing (hearing)" in office.on(3, 19).refused(Decide, D2, outcome=Outcome.REFUSED, **WHY)
    resumed(office, 3, 24)
    assert office.limits()[1] == end_of(4, 14)
    office.decide(Outcome.REFUSED, D2)


def test_s61_the_request_for_a_hearing_is_withdrawn() -> None:
    """On Friday 14 March: 12, 13, 14 March stood still, three days: 1, 2, 3 April."""
    assert resumed(stopped(accepted(), 11), 3, 14).limits()[1] == end_of(4, 3)


def test_s62_who_presides() -> None:
    """Given S61, R2 reviewed.
    When (a) R2, (b) R4 to whom R2 delegated and who returned it, (c) nobody, (d) L1 is named.
    Then (a), (b) refused: touched the review; (c) refused: it says who; (d) allowed. L1 then cannot claim, approve or
    be delegated a task of the case.
    Source: ALL 48(1)(3).
    """
    office = accepted().on(3, 4)
    office.when(ClaimTask, R2, task_id="B:review")
    office.when(DelegateTask, R2, task_id="B:review", to="R4")
    office.when(DelegateTask, R4, task_id="B:review", to="R2")
    for who in ("R2", "R4"):
        refusal = office.refused(StopClock, R2, **HEARING | {"presided_by": who})
        assert f"{who} reviewed case C1" in refusal
    assert "name the person who presides" in office.refused(StopClock, R2, **HEARING | {"presided_by": None})
    stopped(office, 11, HEARING | {"presided_by": "L2"})
    assert "L2 presided" in office.refused(DelegateTask, R2, task_id="B:review", to="L2")


def test_s62_who_presides_takes_no_task_of_the_case() -> None:
    office = stopped(accepted(), 11, HEARING | {"presided_by": "L2"})
    assert "L2 presided" in office.refused(ClaimTask, L2, task_id="B:review")


def test_s63_challenge() -> None:
    """When P1 challenges L1 on 12 Mar (brother of the neighbour).
    Then H2 decides; another presider, the date keeps if 7 days remain, else a new summons.
    Two-way T23: the presider may decide later / may not (law forbids only the reviewer to preside). Choice: may not,
    data of the item, on by default.

    The other presider is a further stop of the clock, which begins before the first ends: the clock stands still once, as in S61.
    """
    office = stopped(accepted(), 11, HEARING | {"presided_by": "L2"})
    office.on(3, 13).when(StopClock, D2, **HEARING | {"suspension_id": "under L1"})
    office.when(ResumeClock, D2, suspension_id="hearing")
    assert "under L1 (hearing)" in _decision(office)
    assert resumed(office, 3, 24, "under L1").limits()[1] == end_of(4, 14)


def _decision(office: HallN) -> str:
    """Why it is not decided yet, once its department has said its word."""
    office.refuse("B:review", R2)
    return office.refused(Decide, D2, outcome=Outcome.REFUSED, **WHY)


def test_s63_the_presider_does_not_decide_later() -> None:
    office = accepted()
    office.on_the_staff(D2)
    stopped(office, 11, HEARING | {"presided_by": "D2"})
    resumed(office, 3, 21).refuse("B:review", R2)
    assert "D2 presided" in office.refused(Decide, D2, outcome=Outcome.REFUSED, **WHY)


def test_s64_seven_days_before() -> None:
    """When the summons is served Tue 11 Mar for Wed 19 Mar.
    Then refused: 7 wd not counted with the day of service are 12-14, 17-20 Mar;
    Two-way T24: the seventh day itself (20 Mar) / the day after. Choice: Fri 21 Mar, seven full days between. An
    invited person's written waiver shortens it (data, off).
    Source: ALL 48(1)(1).
    """
    for day in (19, 20):
        summons = HEARING | {"held_on": date(2025, 3, day)}
        refusal = accepted().on(3, 11).refused(StopClock, R2, **summons)
        assert "held after 2025-03-20" in refusal
    accepted().on(3, 11).when(StopClock, R2, **HEARING | {"held_on": date(2025, 3, 21)})
    assert "held_on" in accepted().on(3, 11).refused(StopClock, R2, **HEARING | {"held_on": None})


@pytest.mark.parametrize(
    ("people", "says"),
    [
        (("R2",), "two people"),
        (("R2", "R2"), "two people"),
        (("R2", "NOBODY"), "NOBODY holds no post"),
        (("R2", "R4"), ""),
    ],
)
def test_s65_an_inspection_on_site_names_two(people: tuple[str, ...], says: str) -> None:
    """Given B.
    When R2 records an inspection of Wed 12 Mar by (a) R2 alone, (b) R2 twice, (c) R2 and "NOBODY", (d) R2 and R4 of
    the staff.
    Then (a)-(c) refused; (d) allowed. An inspection begun and without its result holds the decision back too (refused
    until result or called off).
    Two-way T25: those who inspect may also review and approve / not. Choice: may (34: the office's own staff check).
    Source: ALL 34(3), 55.
    """
    inspection = {"suspension_id": "i", "ground": Ground.INSPECTION, "notice": "现场核查", "inspected_by": people}
    office = accepted().on(3, 12)
    if says:
        assert says in office.refused(StopClock, R2, **inspection)
        return
    office.when(StopClock, R2, **inspection)
    office.when(ClaimTask, R2, task_id="B:review")
    office.when(RefuseTask, R2, task_id="B:review", **REFUSED)
    assert "article 48" in office.refused(Decide, D2, outcome=Outcome.REFUSED, **WHY)


def test_s66_a_test_stops_the_clock() -> None:
    """Given B accepted 3 Mar.
    When (a) a test of the installation (检测, 45) 10-14 Mar told in writing 10 Mar 09:00, (b) a mere visit (现场核查, 34)
    the same days.
    Then (a) stops 5 wd (10-14 Mar): due Tue 8 Apr; (b) stops nothing: due Mon 31 Mar.
    Two-way T26: "inspection" in hall lists covers both. Choice: data: each special procedure names its ground in 45 or
    another law; 34 is none.
    Source: ALL 45, 34.

    Read by T38: 11 to 14 March stand still, four days: 1, 2, 3, 7 April.
    """
    assert resumed(stopped(accepted(), 10, TEST), 3, 14, "test").limits()[1] == end_of(4, 7)


def test_s66_a_mere_visit_stops_nothing() -> None:
    visit = {"suspension_id": "i", "ground": Ground.INSPECTION, "notice": "现场核查", "inspected_by": ("R2", "R4")}
    assert resumed(stopped(accepted(), 10, visit), 3, 14, "i").limits()[1] == end_of(3, 31)


def test_s67_overlap_and_a_stop_nobody_was_told_of() -> None:
    """Given S66(a) and a hearing 12-18 Mar told in writing.
    Then stopped 10-18 Mar = 7 wd once (10-14, 17, 18 Mar): due Thu 10 Apr; added up (10 wd) would be wrong. If the
    test was never told in writing: only 12-18 Mar (5 wd) count: due Tue 8 Apr.

    Read by T38: 11 to 14, 17 and 18 March stand still, six days: 1, 2, 3, 7, 8, 9 April. No clock stops without a
    notice, so the second part cannot be recorded.
    """
    office = stopped(stopped(accepted(), 10, TEST), 12)
    resumed(resumed(office, 3, 14, "test"), 3, 18)
    assert office.limits()[1] == end_of(4, 9)
    with pytest.raises(ValueError, match="notice"):
        stopped(accepted(), 10, {"suspension_id": "t", "ground": Ground.TEST})


def test_what_was_heard_is_approved_only_after_it() -> None:
    """A department may say its word while a hearing is under way; nothing is decided by it before the record is there."""
    office = stopped(accepted(), 11).on(3, 12)
    office.when(ClaimTask, R2, task_id="B:review")
    office.when(ApproveTask, R2, task_id="B:review")
    assert "article 48" in office.refused(Decide, D2, outcome=Outcome.GRANTED)
    resumed(office, 3, 21).decide(by=D2)
