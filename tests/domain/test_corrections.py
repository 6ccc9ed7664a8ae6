"""What happens beside the path: duplicates, transfers, appeals, late documents, newer versions. No event is ever changed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from adapters.files.calendar_file import seeded
from domain.application.beside.assignment import DelegateTask, ReassignTask, SnoozeTask
from domain.application.beside.merging import KeepDuplicate, MergeInto
from domain.application.beside.newer_version import MoveToVersion, what_changes
from domain.application.beside.reopening import FileLateDocument, LateDocumentFiled, Reopen
from domain.application.beside.transfer import Transfer
from domain.application.consequences.deadlines import deadlines
from domain.application.consequences.lapses import RECTIFICATION
from domain.application.path.acceptance import Accept, RefuseAcceptance
from domain.application.path.approvals import ApproveTask, ClaimTask, RefuseTask, ReleaseTask, TaskOpened
from domain.application.path.closing import Closing, TaskClosed
from domain.application.path.decision import Decide
from domain.application.path.evaluation import Evaluate, VerifyRating
from domain.application.path.materials import SubmitMaterial
from domain.application.terms import NotAccepted, Outcome, Status, TaskStatus, Verdict
from domain.catalogue.item import ApprovalStep
from domain.catalogue.publishing import ReviseItem
from domain.hall.hall import Layout, Window, WindowKind
from domain.hall.windows import OpenHall
from domain.label import Label
from domain.record import Actor, Event, Role
from projections.views.processing_time import ProcessingTime
from tests.office import (
    CITIZEN,
    HASH,
    NATURAL,
    OPERATOR,
    PAPER,
    Office,
    accepted,
    approved,
    checked,
    days,
    decided,
    decider,
    issued,
    item,
    material,
    noticed,
    received,
    returned,
    reviewer,
)

MARKET = reviewer("market")
HEAD = Actor(person="B1", role=Role.HEAD, department="market", hall="H1")
SAME: dict[str, Any] = {"other_applicant": "P1", "other_items": ("food",)}
TWICE: dict[str, Any] = {"other": "C2", "reason": "重复登记", **SAME}
APPEAL: dict[str, Any] = {"order": "复议决定 7", "reason": "事实不清"}


@contextmanager
def unchanged(office: Office, case_id: str = "C1") -> Iterator[None]:
    """What stood in a history stands there afterwards."""
    before = list(office.cases[f"application/{case_id}"])
    yield
    assert office.cases[f"application/{case_id}"][: len(before)] == before


def test_an_application_registered_twice_goes_on_once() -> None:
    office = received("food", office=received("food"), case_id="C2")
    with unchanged(office, "C2"):
        office.when(MergeInto, case_id="C2", other="C1", reason="重复登记", **SAME)
        office.when(KeepDuplicate, **TWICE)
    assert (office.case("C2").status, office.case("C2").under_way) == (Status.MERGED, False)
    assert office.case("C1").under_way
    assert "is merged" in office.refused(MergeInto, case_id="C2", other="C1", reason="x", **SAME)
    assert "with itself" in office.refused(MergeInto, other="C1", reason="x")


def test_an_application_that_somebody_holds_is_merged_and_one_that_is_decided_is_not() -> None:
    office = accepted("food")
    office.when(ClaimTask, MARKET, task_id="food:market")
    office.when(MergeInto, **TWICE)
    assert office.case().tasks["food:market"].holder is None
    assert "only undecided applications can be merged" in decided("food").refused(MergeInto, **TWICE)


def test_only_applications_of_one_applicant_and_the_same_items_are_merged() -> None:
    office = received("food")
    for command in (MergeInto, KeepDuplicate):
        others = {**TWICE, "other_applicant": "P2"}
        assert "only applications of the same applicant can be merged" in office.refused(command, **others)
        assert "only applications for the same items can be merged" in office.refused(
            command, **{**TWICE, "other_items": ("park",)}
        )
        assert "of nobody named" in office.refused(command, other="C2", reason="x")


def with_another_hall(office: Office) -> Office:
    """Given a second hall, whose calendar has one version."""
    window = Window(window_id="E1", kind=WindowKind.COMPREHENSIVE, zone=NATURAL)
    label, calendar = Label(zh="东湖", en="East"), seeded(years=range(2024, 2027))
    office.when(
        OpenHall, OPERATOR, hall_id="H2", label=label, layout=Layout.AFTER, windows=(window,), calendar=calendar
    )
    return office


def test_an_application_goes_on_at_another_hall_and_its_time_counts_there() -> None:
    office = with_another_hall(accepted("food"))
    due_at = office.case().due_at
    with unchanged(office):
        office.when(Transfer, hall="H2", reason="就近办理")
    assert (office.case().hall, office.case().due_at) == ("H2", due_at)
    there = Actor(person="R5", role=Role.REVIEWER, department="market", hall="H2")
    assert "ClaimTask needs the right hall H2" in office.refused(ClaimTask, MARKET, task_id="food:market")
    office.when(ClaimTask, there, task_id="food:market")
    office.when(ApproveTask, there, task_id="food:market")
    office.when(Decide, replace(there, person="R6"), outcome=Outcome.GRANTED)
    halls = {row[8] for row in ProcessingTime().of_case(office.case(), office.city)}
    assert halls == {"H2"}


def test_a_transfer_that_cannot_be() -> None:
    office = with_another_hall(accepted("food"))
    assert "hall H9 is not known" in office.refused(Transfer, hall="H9", reason="x")
    assert "is at hall H1 already" in office.refused(Transfer, hall="H1", reason="x")
    assert "it is not under way" in issued("food").refused(Transfer, hall="H1", reason="x")


@pytest.mark.parametrize("back", [False, True])
def test_a_held_or_returned_task_is_no_dead_end_for_a_transfer(back: bool) -> None:
    office = with_another_hall(returned("food") if back else accepted("food"))
    if not back:
        office.when(ClaimTask, MARKET, task_id="food:market")
    office.when(SnoozeTask, MARKET, task_id="food:market", until=office.now + timedelta(days=2))
    office.when(Transfer, hall="H2", reason="就近办理")
    task = office.case().tasks["food:market"]
    assert (task.holder, task.snoozed_until) == (None, None)
    assert task.status is (TaskStatus.RETURNED if back else TaskStatus.OPEN)
    if back:
        office.when(SubmitMaterial, CITIZEN, material_id="id", content_hash=HASH)
    there = Actor(person="E5", role=Role.REVIEWER, department="market", hall="H2")
    office.when(ClaimTask, there, task_id="food:market")
    office.when(ApproveTask, there, task_id="food:market")


@pytest.mark.parametrize("ending", [ReleaseTask, DelegateTask, ReassignTask])
def test_a_snooze_ends_with_whoever_put_the_task_aside(ending: Any) -> None:
    office = accepted("food")
    office.when(ClaimTask, MARKET, task_id="food:market")
    office.when(SnoozeTask, MARKET, task_id="food:market", until=office.now + timedelta(days=2))
    by, to = HEAD if ending is ReassignTask else MARKET, {} if ending is ReleaseTask else {"to": "R2"}
    office.when(ending, by, task_id="food:market", reason="转办", **to)
    assert office.case().tasks["food:market"].snoozed_until is None


@pytest.mark.parametrize("approved", [False, True])
def test_a_move_closes_the_task_that_is_no_longer_asked_and_opens_the_new_one(approved: bool) -> None:
    office = accepted("food")
    office.when(ClaimTask, MARKET, task_id="food:market")
    if approved:
        office.when(ApproveTask, MARKET, task_id="food:market")
    revised(office, "fire")
    events = office.when(MoveToVersion, HEAD, **MOVE)
    closed = [event for event in events if isinstance(event, TaskClosed)]
    assert [(event.task_id, event.reason) for event in closed] == [("food:market", Closing.NOT_ASKED_ANY_MORE)]
    tasks = office.case().tasks
    assert (tasks["food:market"].status, tasks["food:fire"].status) == (TaskStatus.WITHDRAWN, TaskStatus.OPEN)
    granted = {"outcome": Outcome.GRANTED}
    assert "waits for the approval of food:fire" in office.refused(Decide, decider("market"), **granted)
    office.when(ClaimTask, reviewer("fire"), task_id="food:fire")
    office.when(ApproveTask, reviewer("fire"), task_id="food:fire")
    office.when(Decide, decider("market"), **granted)


def test_after_an_appeal_all_departments_look_again_and_a_new_limit_runs() -> None:
    office = issued("restaurant")
    office.now += timedelta(days=40)
    with unchanged(office):
        office.when(Reopen, HEAD, **APPEAL)
    case = office.case()
    assert (case.status, case.outcome, case.under_way) == (Status.IN_REVIEW, None, True)
    assert {task.status for task in case.tasks.values()} == {TaskStatus.OPEN}
    assert case.due_at is not None
    assert case.due_at > office.now
    for department in ("market", "fire"):
        task = {"task_id": f"restaurant:{department}"}
        office.when(ClaimTask, reviewer(department), **task)
        office.when(ApproveTask, reviewer(department), **task)
    office.when(Decide, decider("market"), outcome=Outcome.GRANTED)
    assert office.case().outcome is Outcome.GRANTED


def test_only_a_decision_is_appealed_and_only_the_lead_department_reopens() -> None:
    assert "there is no decision to appeal against" in accepted("food").refused(Reopen, HEAD, **APPEAL)
    fire = Actor(person="B9", role=Role.HEAD, department="fire", hall="H1")
    assert "only the lead department market can reopen case C1" in issued("restaurant").refused(Reopen, fire, **APPEAL)


def test_nobody_who_served_in_a_case_or_decided_it_reopens_it() -> None:
    """Given the head who decided; another head of the department reopens the case."""
    office = approved("food")
    office.when(Decide, HEAD, outcome=Outcome.GRANTED)
    assert "B1 served in case C1 or decided it" in office.refused(Reopen, HEAD, **APPEAL)


@pytest.mark.parametrize("order", ["none", "无", "-", "n/a"])
def test_a_case_is_reopened_by_a_document_with_a_number(order: str) -> None:
    assert "has no number" in issued("food").refused(Reopen, HEAD, order=order, reason="事实不清")


def test_a_refusal_to_accept_that_was_appealed_against_is_taken_up_as_accepted() -> None:
    """Given an application that the front desk refused as not within the office's powers, which the appeal found wrong."""
    office = checked(received("restaurant"))
    why = {"ground": NotAccepted.NOT_IN_POWERS, "reasons": "不属本机关职权", "legal_basis": "行政许可法 32(2)"}
    office.when(RefuseAcceptance, **why, **PAPER, competent_office="应急管理局")
    office.now += timedelta(days=20)
    office.when(Reopen, HEAD, **APPEAL)
    case = office.case()
    assert (case.status, case.ended) == (Status.IN_REVIEW, None)
    assert case.accepted == case.reopened
    assert {task.status for task in case.tasks.values()} == {TaskStatus.OPEN}
    assert set(case.tasks) == {"restaurant:market", "restaurant:fire"}


def test_an_appeal_reopens_only_the_parts_that_it_concerns() -> None:
    """Given two items applied for at once, one of which was refused; the appeal is about that one."""
    office = accepted("food", "park")
    office.when(ClaimTask, reviewer("market"), task_id="food:market")
    office.when(ApproveTask, reviewer("market"), task_id="food:market")
    office.when(ClaimTask, reviewer("market"), task_id="park:market")
    why = {"reasons": "不符合条件", "legal_basis": "行政许可法 38"}
    office.when(RefuseTask, reviewer("market"), task_id="park:market", **why)
    refused = {**why, "remedies": "可以申请行政复议"}
    office.when(Decide, decider("market"), outcome=Outcome.PARTLY_GRANTED, **refused)
    assert "has no part garden" in office.refused(Reopen, HEAD, **APPEAL, items=("garden",))
    office.when(Reopen, HEAD, **APPEAL, items=("park",))
    case = office.case()
    assert case.tasks["food:market"].status is TaskStatus.APPROVED
    assert case.tasks["park:market"].status is TaskStatus.OPEN
    assert case.item_outcomes == {"food": Outcome.GRANTED}
    assert "R1 refused, before the appeal" in office.refused(ClaimTask, reviewer("market"), task_id="park:market")
    office.when(ClaimTask, reviewer("market", "R2"), task_id="park:market")
    office.when(ApproveTask, reviewer("market", "R2"), task_id="park:market")
    office.when(Decide, decider("market"), outcome=Outcome.GRANTED)
    assert office.case().item_outcomes == {"food": Outcome.GRANTED, "park": Outcome.GRANTED}


def test_a_bad_rating_and_what_was_opened_by_it_outlive_a_reopening() -> None:
    """Given a rating of one, whose rectification has a limit; the case is reopened before anybody looked into it."""
    office = issued("park")
    office.when(Evaluate, CITIZEN, grade=1)
    due_at = office.case().rectification.due_at  # type: ignore[union-attr]
    office.when(Reopen, HEAD, **APPEAL)
    case = office.case()
    assert case.grade == 1
    assert case.rectification is not None
    assert (case.rectification.closed, case.rectification.due_at) == (None, due_at)
    assert any((each.at, each.part) == (due_at, RECTIFICATION) for each in deadlines(case, office.city))
    finding = {"founded": True, "finding": "态度不好"}
    office.when(VerifyRating, HEAD, **finding)
    assert office.case().rectification.verified  # type: ignore[union-attr]


def test_a_document_that_comes_after_the_end_is_filed_and_changes_nothing() -> None:
    office = issued("food")
    before = office.case()
    late = {"content_hash": HASH, "what": "补充照片"}
    assert office.when(FileLateDocument, **late) == [LateDocumentFiled(**late)]
    assert (office.case().status, office.case().ended) == (before.status, before.ended)
    assert "hand the document in as a material" in accepted("food").refused(FileLateDocument, **late)


def revised(office: Office, *steps: Any, asks: tuple[str, ...] = ("id",)) -> Office:
    """Given a second version of ``food``."""
    version = item(
        *(steps or ("market",)), materials=[material(name) for name in asks], version=2, effective_from=date(2025, 3, 2)
    )
    office.when(ReviseItem, OPERATOR, item_id="food", item=version, reason="新规")
    return office


MOVE: dict[str, Any] = {"item_id": "food", "version": 2, "reason": "适用新规"}


def test_a_case_moves_only_to_the_version_in_force_on_that_day() -> None:
    office = accepted("food")
    later = item("market", materials=[material("id")], version=2, effective_from=date(2025, 6, 1))
    office.when(ReviseItem, OPERATOR, item_id="food", item=later, reason="新规")
    refusal = office.refused(MoveToVersion, HEAD, **MOVE)
    assert "version 2 of food is not in force on 2025-03-03; name 1 [rule 2]" in refusal


def test_the_dry_run_names_departments_limits_and_who_leads() -> None:
    office = accepted("food")
    step = ApprovalStep(step="market", department="fire", limit=days(3))
    newer = item(step, materials=[material("id")], version=2, effective_from=date(2025, 3, 2), decision=days(8))
    office.when(ReviseItem, OPERATOR, item_id="food", item=newer, reason="新规")
    changes = what_changes(office.case(), office.city, "food", 2)
    assert "fire approves market instead of market" in changes
    assert "the limit of market is 3 working_days instead of as long as the decision" in changes
    assert "fire leads instead of market; this case stays with its own lead department" in changes
    assert any(sentence.startswith("the limit decision is 8 ") for sentence in changes)


def test_rule_2_a_running_case_moves_to_a_newer_version_only_by_an_explicit_event() -> None:
    office = revised(received("food"))
    assert office.case().items[0].version == 1
    assert what_changes(office.case(), office.city, "food", 2) == ["lease is not asked for any more"]
    with unchanged(office):
        office.when(MoveToVersion, HEAD, **MOVE)
    assert office.case().items[0].version == 2
    checked(office)
    office.when(Accept)
    assert "name a newer one" in office.refused(MoveToVersion, HEAD, **MOVE)


def test_a_step_that_the_newer_version_adds_opens_when_the_case_moves() -> None:
    office = revised(accepted("food"), "market", "fire")
    assert what_changes(office.case(), office.city, "food", 2)[-1] == "fire must approve as well"
    made: list[Event] = office.when(MoveToVersion, HEAD, **MOVE)
    assert [event.task_id for event in made if isinstance(event, TaskOpened)] == ["food:fire"]


def test_a_move_asks_for_nothing_that_the_applicant_was_not_told_in_time() -> None:
    more = ("id", "lease", "photo")
    office = revised(noticed("food", lease=Verdict.MISSING), asks=more)
    assert "asks for photo, which the applicant of case C1 was not told in time" in office.refused(
        MoveToVersion, HEAD, **MOVE
    )
    early = revised(received("food"), asks=more)
    early.when(MoveToVersion, HEAD, **MOVE)
    assert "photo" in {m.material_id for m in early.city.item("food").at(2).asked_for()}


def test_a_move_leaves_no_task_without_a_step() -> None:
    office = revised(accepted("food"), "fire")
    assert "is not about shop, but about food" in office.refused(MoveToVersion, HEAD, **{**MOVE, "item_id": "shop"})
    assert "has no version 3" in office.refused(MoveToVersion, HEAD, **{**MOVE, "version": 3})
    assert "possible only while" in revised(issued("food")).refused(MoveToVersion, HEAD, **MOVE)
