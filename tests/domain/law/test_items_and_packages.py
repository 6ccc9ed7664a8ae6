"""A decision for each item (article 38), and packages that fall as a whole or part by part. Scenarios S38 to S44."""

from dataclasses import replace

from domain.application.beside.withdrawal import WithdrawPart
from domain.application.limits.both_limits import item_due
from domain.application.limits.suspension import ResumeClock, StopClock
from domain.application.path.approvals import ApproveTask, ClaimTask
from domain.application.path.closing import TaskClosed
from domain.application.path.decision import Decide, MakeResultReady
from domain.application.path.feedback import IssueResult
from domain.application.terms import Ground, Outcome, Status, TaskStatus
from domain.catalogue.package import Refusal
from domain.catalogue.sourced_limit import SourcedLimit
from domain.record import stamp
from projections.views.open_work import OpenWork
from tests.domain.law.common_ground import D1, D2, I1, P1, R1, R2, WHY, HallN, end_of, package, version_of_a
from tests.office import AT_A_WINDOW, HASH, days

GRANTED, PARTLY, REFUSED = Outcome.GRANTED, Outcome.PARTLY_GRANTED, Outcome.REFUSED


def b_refused(*items: str, package: str | None = None) -> HallN:
    """Given A and B accepted on Monday 3 March, A approved on the 10th and B refused by the fire department on the 11th."""
    office = HallN().on(3, 3).accepted(*items, package=package)
    return office.on(3, 10).approve().on(3, 11).refuse("B:review", R2)


def test_s38_two_items_and_no_package_one_granted_one_refused() -> None:
    """Given A + B accepted Mon 3 Mar.
    When R1 approves A 10 Mar, R2 refuses B 11 Mar; D1 grants A Wed 12 Mar, D2 refuses B Wed 12 Mar.
    Then both allowed. Application: "A granted, B refused" (partly granted); neither "refused" as a whole. Papers:
    准予许可决定书 for A; 不予许可决定书 for B (reasons, articles, reconsideration 60 days, court). A is handed over by Wed 26 Mar
    whatever P1 does about B.
    Source: ALL 38.
    """
    office = b_refused("A", "B").on(3, 12)
    assert "decide it partly_granted" in office.refused(Decide, D1, outcome=REFUSED, **WHY)
    office.decide(PARTLY)
    assert office.case().item_outcomes == {"A": GRANTED, "B": REFUSED}
    office.result_ready().on(3, 26, 16).hand_over()


def test_s38_each_department_decides_its_own_item() -> None:
    """D2 of the fire department refuses B."""
    office = b_refused("A", "B").on(3, 12)
    assert "only its department fire can decide" in office.refused(Decide, D1, outcome=REFUSED, item_id="B", **WHY)
    office.when(Decide, D2, outcome=REFUSED, item_id="B", **WHY)
    office.when(Decide, D1, outcome=GRANTED, item_id="A")
    assert (office.case().outcome, office.case().item_outcomes) == (PARTLY, {"A": GRANTED, "B": REFUSED})


def test_s39_a_is_done_before_b() -> None:
    """Given S38, but R2's part is open.
    When D1 grants A on 12 Mar.
    Then allowed: A's own limit (31 Mar) binds; A is handed over; the application stays open for B, in fire's queue;
    its light is B's.
    Source: ALL 42, 44.
    """
    office = HallN().on(3, 3).accepted("A", "B").on(3, 10).approve()
    office.on(3, 12).when(Decide, D1, outcome=GRANTED, item_id="A")
    office.when(MakeResultReady, R1, content_hash=HASH, item_id="A")
    office.when(IssueResult, I1, **AT_A_WINDOW, item_id="A")
    assert (office.case().under_way, office.case().item_outcomes) == (True, {"A": GRANTED})
    office.on(3, 20).approve("B:review", R2).when(Decide, D2, outcome=GRANTED, item_id="B")
    assert office.case().outcome is GRANTED


def test_s39_each_item_has_its_own_limit() -> None:
    """A promises five working days, until Monday 10 March, B ten, until the 17th: the list has A in time for its own."""
    office = HallN(a=version_of_a(decision=days(5))).on(3, 3).accepted("A", "B").approve()
    assert office.limits()[0] == end_of(3, 17)
    assert item_due(office.case(), office.city, "A") == end_of(3, 10)
    names = OpenWork.table.columns.keys()
    rows = [dict(zip(names, row, strict=True)) for row in OpenWork().of_case(office.case(), office.city)]
    assert {row["work"]: row["due_at"] for row in rows}["decide:A"] == stamp(end_of(3, 10))

    office.on(3, 5).when(StopClock, R1, suspension_id="t", ground=Ground.TEST, notice="检测告知书")
    office.on(3, 6).when(ResumeClock, R1, suspension_id="t")
    assert item_due(office.case(), office.city, "A") == end_of(3, 11)


def falling_as_a_whole() -> HallN:
    """Given K1, R1 at work on A, and B refused by the fire department on Tuesday 11 March."""
    office = HallN().on(3, 3).accepted(package="K1")
    office.on(3, 4).when(ClaimTask, R1, task_id="A:review")
    return office.on(3, 11).refuse("B:review", R2)


def test_s40_all_or_nothing_package_one_refusal_settles_it() -> None:
    """Given K1 accepted 3 Mar, R1 working on A.
    When R2 refuses B 11 Mar and D1 (lead) decides the package refused 12 Mar.
    Then R1's task closes by an event "settled by fire's refusal of 11 Mar"; approving it later: refused. B: refused on
    its merits. A: not granted "because of B, by <rule of K1>". One decision paper names both lines, reasons and
    remedies.
    Two-way T16: A is refused / A is 终止办理 and free. Art. 38(1) obliges to grant what fulfils its conditions, so all-or-
    nothing is sound only where B is by law a condition of A or P1 chose it at intake. Choice: data of the package with
    source; the line of A says "not decided on its merits".
    Source: rule 6.
    """
    office = falling_as_a_whole()
    (closed,) = office.events(TaskClosed)
    assert isinstance(closed, TaskClosed)
    assert (closed.task_id, closed.because_of) == ("A:review", "B:review")
    assert "is closed" in office.refused(ApproveTask, R1, task_id="A:review")
    office.on(3, 12).decide(REFUSED)
    assert office.case().outcome is REFUSED


def test_s40_the_sound_part_is_not_refused_on_its_merits() -> None:
    """The line of A says that it was not decided on its merits, because of B."""
    office = falling_as_a_whole().on(3, 12).decide(REFUSED)
    assert office.case().item_outcomes == {"B": REFUSED}
    assert office.case().fell_with == {"A": "B"}


def test_s41_each_by_itself_handed_over_as_each_is_done() -> None:
    """Given K2 accepted Mon 3 Mar.
    When A granted Mon 10 Mar, ready Tue 11 Mar; B open.
    Then I1 hands A over 11 Mar against signature (each with its own 送达回证 and rating code of that visit); package open,
    B's light on; B refused Thu 20 Mar: A stays granted and with P1; the package ends "A granted, B refused". Had K not
    said so, handing A over alone would be refused until B is decided too.
    Two-way T17: the 10 wd of art. 44 run from A's own decision (Mon 24 Mar) / from the last decision of those handed
    over together (20 Mar -> Thu 3 Apr). Choice: the law's text, A's own decision, and then A is handed over alone on
    Mon 24 Mar at the latest; joint hand-over must be P1's written wish.
    """
    office = HallN().on(3, 3).accepted(package="K2").on(3, 10).approve()
    office.when(Decide, D1, outcome=GRANTED, item_id="A")
    office.on(3, 11).when(MakeResultReady, R1, content_hash=HASH, item_id="A")
    office.when(IssueResult, I1, **AT_A_WINDOW, item_id="A")
    assert office.case().under_way
    office.on(3, 20).refuse("B:review", R2).when(Decide, D1, outcome=REFUSED, item_id="B", **WHY)
    assert office.case().item_outcomes == {"A": GRANTED, "B": REFUSED}
    assert "is handed over already" in office.refused(IssueResult, I1, **AT_A_WINDOW, item_id="A")


def test_s41_each_is_delivered_in_the_time_of_its_own_decision() -> None:
    """A is granted on 10 March, and handed over by Monday the 24th at the latest."""
    office = HallN().on(3, 3).accepted(package="K2").on(3, 10).approve()
    office.when(Decide, D1, outcome=GRANTED, item_id="A")
    office.on(3, 24, 16).look()
    assert "delivery:A" not in office.case().lights
    office.on(3, 25, 9).look()
    assert "delivery:A" in office.case().lights


def test_s41_where_the_package_does_not_say_so_nothing_is_handed_over_alone() -> None:
    office = HallN().on(3, 3).accepted(package="K1").on(3, 10).approve()
    assert "does not say `handed_over: each`" in office.refused(Decide, D1, outcome=GRANTED, item_id="A")


def test_s41_each_by_itself_the_package_ends_granted_in_part() -> None:
    """B is refused on Thursday 20 March; A is granted with the same decision, and by law handed over until 3 April."""
    office = HallN().on(3, 3).accepted(package="K2").on(3, 10).approve().on(3, 20).refuse("B:review", R2)
    office.decide(PARTLY)
    assert office.case().item_outcomes == {"A": GRANTED, "B": REFUSED}
    office.on(4, 3, 16).look()
    assert "delivery" not in office.case().lights
    office.on(4, 7, 9).look()
    assert "delivery" in office.case().lights


def test_s42_applying_again_for_a_alone() -> None:
    """When P1 applies for A on Mon 17 Mar.
    Then allowed, new number, A3 and all accepted papers still valid are taken over, not asked again; no mark of a
    broken promise; a fresh clock: accepted 17 Mar, statutory due Tue 15 Apr.
    Source: ALL 31.

    Not recorded: which papers are taken over from the first application.
    """
    office = falling_as_a_whole().on(3, 12).decide(REFUSED).on(3, 17).accepted("A", case_id="C2")
    assert office.limits("C2")[1] == end_of(4, 15)


def weak_part_withdrawn(office: HallN | None = None) -> HallN:
    """Given K1, and P1 who withdraws B on Tuesday 11 March, before any decision."""
    office = (office or HallN()).on(3, 3).accepted(package="K1")
    office.on(3, 11).when(WithdrawPart, P1, item_id="B", reason="消防不符合条件")
    return office


def test_s43_the_weak_part_withdrawn_in_time() -> None:
    """Given K1, R2 tells P1 on 10 Mar that B will fail.
    When P1 withdraws B on Tue 11 Mar before any decision.
    Then allowed unless B is by law a condition of A; fire's task closes; A goes on under its own item limits counted
    from the same acceptance (3 Mar -> Mon 31 Mar), not the package's 45.
    Two-way T18: the joint limit stays / the item's own. Choice: the item's own, never earlier than 5 wd after the
    withdrawal (data).
    """
    office = weak_part_withdrawn()
    assert office.case().tasks["B:review"].status is TaskStatus.WITHDRAWN
    office.approve().decide()
    assert office.case().item_outcomes == {"A": GRANTED}


def test_s43_what_is_left_goes_on_under_its_own_limits() -> None:
    """A alone has twenty working days from 3 March, not the package's 45, where the package says so (T18); else the package's stay.

    The promise of ten is over on 17 March; from the 11th on there are five working days at least, until the 18th.
    """
    assert weak_part_withdrawn().limits()[1] == end_of(5, 8)
    alone = SourcedLimit(limit=days(5), source="本市一件事一次办办法 第九条")
    office = weak_part_withdrawn(HallN(k1=replace(package(Refusal.ALL_OR_NOTHING), left_alone=alone)))
    assert office.limits() == (end_of(3, 18), end_of(3, 31))
    assert office.case().tasks["A:review"].due_at == end_of(3, 17)


def test_s44_too_early_and_not_ones_own() -> None:
    """Given A + B, R1 approved, R2 open.
    When (a) D1 decides B, (b) D1 grants "all", (c) R1 approves fire's task, (d) I1 hands over A undecided.
    Then all refused: (a), (c) another department's; (b) a task open; (d) not decided. A alone by D1: allowed (S39).
    Source: rules 1, 5, 6.
    """
    office = HallN().on(3, 3).accepted("A", "B").approve()
    for by in (D2, D1):
        refusal = office.refused(Decide, by, outcome=GRANTED)
        assert (
            "waits for the approval of B:review" in refusal or "only the lead department market can decide" in refusal
        )
    assert "belongs to department fire, not to market" in office.refused(ApproveTask, R1, task_id="B:review")
    assert "is in_review" in office.refused(IssueResult, I1, **AT_A_WINDOW)
    assert office.case().status is Status.IN_REVIEW


def test_a_test_for_the_part_that_is_withdrawn_stops_no_clock_any_more() -> None:
    """B is tested from Tuesday 4 to Thursday 6 March, when P1 withdraws it: 5 and 6 March stand still, and nothing after."""
    office = HallN().on(3, 3).accepted("A", "B")
    test = {"suspension_id": "t", "ground": Ground.TEST, "notice": "检测告知书"}
    office.on(3, 4).when(StopClock, R2, **test)
    office.on(3, 6).when(WithdrawPart, P1, item_id="B")
    assert (office.case().clock_stopped, office.limits()[1]) == (False, end_of(4, 2))
    office.approve().decide()


def test_a_test_for_the_part_that_is_left_goes_on() -> None:
    office = HallN().on(3, 3).accepted("A", "B")
    office.on(3, 4).when(StopClock, R1, suspension_id="t", ground=Ground.TEST, notice="检测告知书")
    office.on(3, 6).when(WithdrawPart, P1, item_id="B")
    assert office.case().clock_stopped


def test_what_is_left_alone_has_its_own_limits_with_the_days_that_the_clock_stood_still() -> None:
    """As S43, with a test for B from Monday 10 to Tuesday 11 March: the 11th stands still, so by law until Tuesday 1 April."""
    alone = SourcedLimit(limit=days(5), source="本市一件事一次办办法 第九条")
    office = HallN(k1=replace(package(Refusal.ALL_OR_NOTHING), left_alone=alone)).on(3, 3).accepted(package="K1")
    office.on(3, 10).when(StopClock, R2, suspension_id="t", ground=Ground.TEST, notice="检测告知书")
    office.on(3, 11).when(WithdrawPart, P1, item_id="B")
    assert (office.case().clock_stopped, office.limits()) == (False, (end_of(3, 19), end_of(4, 1)))
