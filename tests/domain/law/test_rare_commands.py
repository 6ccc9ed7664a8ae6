"""Moving to a newer version, merging, transfer, putting aside. Scenarios S89 and S90."""

from datetime import date

from domain.application.beside.assignment import ReassignTask, SnoozeTask
from domain.application.beside.merging import KeepDuplicate, MergeInto
from domain.application.beside.newer_version import MoveToVersion, what_changes
from domain.application.beside.transfer import Transfer
from domain.application.path.approvals import ClaimTask, ReleaseTask
from domain.application.path.decision import Decide
from domain.application.terms import Outcome, Status, TaskStatus
from domain.catalogue.item import ApprovalStep
from domain.catalogue.publishing import ReviseItem
from tests.domain.law.common_ground import CALENDAR, D1, H1, R1, R2, R3, HallN, at, desk, end_of, version_of_a
from tests.domain.law.test_supplements import MISSING
from tests.office import OPERATOR, days

SAME = {"other_applicant": "P1", "other_items": ("A",), "reason": "重复登记"}
TASK = {"task_id": "A:review"}


def newer_versions() -> HallN:
    """Given item A accepted on 3 March; version 2 of 10 March has fire approve, no A4 and 15 days; version 3 is of 1 April."""
    office = HallN().on(3, 3).accepted()
    fire = ApprovalStep(step="review", department="fire")
    papers = tuple(each for each in version_of_a().materials if each.material_id != "A4")
    asked = {"materials": papers, "approvals": (fire,), "statutory_decision": days(15)}
    second = version_of_a(version=2, effective_from=date(2025, 3, 10), **asked)
    third = version_of_a(version=3, effective_from=date(2025, 4, 1))
    for version in (second, third):
        office.when(ReviseItem, OPERATOR, item_id="A", item=version, reason="机构改革")
    return office


def move(office: HallN, version: int) -> str:
    return office.refused(MoveToVersion, H1, item_id="A", version=version, reason="机构改革")


def test_s89_moving_to_a_newer_version() -> None:
    """Given A v1 accepted 3 Mar (approver market); v2 in force 10 Mar: approver fire instead, A4 gone, statutory 15 wd,
    v3 from 1 Apr.
    When on 7 Mar to v2: refused (not in force); on 11 Mar to v3: refused; on 11 Mar to v2: dry run names all: market's
    task closes, fire's opens, R1's approval of 10 Mar no longer counts, A4 not asked, new limit 15 wd = Mon 24 Mar
    (old 31 Mar).
    Then allowed by H1 after the dry run, P1 told; D1 cannot decide by R1's approval.
    Two-way T34: the new due / the later of both. Choice: the later (31 Mar): the office's new approver gets its days
    and nobody is late by a move.
    Source: rule 2.
    """
    office = newer_versions()
    assert "version 2 of A is not in force on 2025-03-07" in move(office.on(3, 7), 2)
    office.on(3, 10).approve()
    assert "version 3 of A is not in force on 2025-03-11" in move(office.on(3, 11), 3)
    told = what_changes(office.case(), office.city, "A", 2)
    assert "A4 is not asked for any more" in told
    assert "fire approves review instead of market" in told
    assert "the limit statutory_decision is 15 working_days instead of 20 working_days" in told
    office.when(MoveToVersion, H1, item_id="A", version=2, reason="机构改革")
    assert office.limits()[1] == end_of(3, 31)
    task = office.case().tasks["A:review"]
    assert (task.department, task.status) == ("fire", TaskStatus.OPEN)
    assert "waits for the approval of A:review" in office.refused(Decide, D1, outcome=Outcome.GRANTED)
    office.approve(by=R2).decide()


def twice(**second: object) -> HallN:
    """Given a case of P1 with its notice of 4 March, its time until the 18th, and one more case received on 10 March."""
    office = HallN().on(3, 3).apply().check(A5=MISSING).on(3, 4).notice()
    return office.on(3, 10).apply(*second.pop("items", ()), case_id="C2", **second)


def test_s90_merging_what_was_registered_twice() -> None:
    """Given two cases for A of P1, one returned for supplements (period to Tue 18 Mar).
    When (a) merged, (b) merged with P2's case, (c) with P1's case for B, (d) the returned one transferred to hall M on
    12 Mar, (e) R1 snoozes a task until 20 Mar, then releases it 12 Mar.
    Then (a) allowed: the older receipt's limits rule (T35), the duplicate ends "merged", not "completed"; (b), (c)
    refused; (d) allowed: waits for the applicant at M, period stays 18 Mar and may be handed in at either; M's list
    has it; (e) release, reassign and transfer end the snooze, the task is visible at once; a snooze moves no limit.
    """
    office = twice().on(3, 12)
    office.when(MergeInto, case_id="C2", other="C1", **SAME)
    office.when(KeepDuplicate, other="C2", **SAME)
    assert (office.case("C2").status, office.case("C2").result) == (Status.MERGED, "merged")
    assert (office.case().status, office.case().answer_by) == (Status.SUPPLEMENTING, end_of(3, 18))


def test_s90_not_with_another_s_case_and_not_with_another_matter() -> None:
    other = twice(person="P2").on(3, 12)
    theirs = SAME | {"other_applicant": "P2"}
    assert "only applications of the same applicant can be merged" in other.refused(MergeInto, other="C2", **theirs)
    fire = twice(items=("B",)).on(3, 12)
    matter = SAME | {"other_items": ("B",)}
    assert "only applications for the same items can be merged" in fire.refused(MergeInto, other="C2", **matter)


def test_s90_a_case_that_waits_for_a_supplement_is_transferred() -> None:
    """At hall M the period stays until 18 March, and the paper is handed in there."""
    office = twice()
    office.open_hall("M", CALENDAR)
    m1 = desk("M1", "M")
    office.on(3, 12).when(Transfer, hall="M", reason="就近办理")
    case = office.case()
    assert (case.hall, case.status, case.answer_by) == ("M", Status.SUPPLEMENTING, end_of(3, 18))
    office.on(3, 18, 16).hand_in("A5").find_in_order("A5", m1).accept(m1)
    assert office.case().accepted is not None


def test_s90_a_task_put_aside_is_there_again_when_it_changes_hands() -> None:
    for command, by, fields in ((ReleaseTask, R1, {}), (ReassignTask, H1, {"to": "R3", "reason": "请假"})):
        office = HallN(a=version_of_a(decision=days(20))).on(3, 3).accepted()
        if "to" in fields:
            office.on_the_staff(R3)
        office.on(3, 10).when(ClaimTask, R1, **TASK)
        office.when(SnoozeTask, R1, until=at(3, 20), **TASK)
        assert office.limits()[1] == end_of(3, 31)
        office.on(3, 12).when(command, by, **TASK, **fields)
        assert office.case().tasks["A:review"].snoozed_until is None
        assert office.limits()[1] == end_of(3, 31)
