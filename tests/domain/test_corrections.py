"""What happens beside the path: duplicates, transfers, appeals, late documents, newer versions. No event is ever changed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from adapters.files.calendar_file import seeded
from domain.application.beside.merging import KeepDuplicate, MergeInto
from domain.application.beside.newer_version import MoveToVersion, what_changes
from domain.application.beside.reopening import FileLateDocument, LateDocumentFiled, Reopen
from domain.application.beside.transfer import Transfer
from domain.application.limits.deadlines import deadlines
from domain.application.limits.lapses import RECTIFICATION
from domain.application.path.acceptance import Accept
from domain.application.path.approvals import ApproveTask, ClaimTask, ReleaseTask, TaskOpened
from domain.application.path.decision import Decide
from domain.application.path.evaluation import Evaluate, VerifyRating
from domain.application.state import Outcome, Status, TaskStatus, Verdict
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
    Office,
    accepted,
    approved,
    checked,
    decided,
    decider,
    issued,
    item,
    material,
    noticed,
    received,
    reviewer,
)

MARKET = reviewer("market")
HEAD = Actor(person="B1", role=Role.HEAD, department="market", hall="H1")
TWICE: dict[str, Any] = {"other": "C2", "reason": "重复登记"}
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
        office.when(MergeInto, case_id="C2", other="C1", reason="重复登记")
        office.when(KeepDuplicate, **TWICE)
    assert (office.case("C2").status, office.case("C2").under_way) == (Status.MERGED, False)
    assert office.case("C1").under_way
    assert "is merged" in office.refused(MergeInto, case_id="C2", other="C1", reason="x")
    assert "with itself" in office.refused(MergeInto, other="C1", reason="x")


def test_an_application_that_somebody_holds_or_that_is_decided_is_not_merged() -> None:
    office = accepted("food")
    office.when(ClaimTask, MARKET, task_id="food:market")
    assert "food:market are held" in office.refused(MergeInto, **TWICE)
    office.when(ReleaseTask, MARKET, task_id="food:market")
    office.when(MergeInto, **TWICE)
    assert "only applications not decided are merged" in decided("food").refused(MergeInto, **TWICE)


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
    assert "ClaimTask is for hall H2" in office.refused(ClaimTask, MARKET, task_id="food:market")
    office.when(ClaimTask, there, task_id="food:market")
    office.when(ApproveTask, there, task_id="food:market")
    office.when(Decide, replace(there, person="R6"), outcome=Outcome.GRANTED)
    halls = {row[8] for row in ProcessingTime().of_case(office.case(), office.city)}
    assert halls == {"H2"}


def test_a_transfer_that_cannot_be() -> None:
    office = with_another_hall(accepted("food"))
    assert "hall H9 is not known" in office.refused(Transfer, hall="H9", reason="x")
    assert "is at hall H1 already" in office.refused(Transfer, hall="H1", reason="x")
    office.when(ClaimTask, MARKET, task_id="food:market")
    assert "are held" in office.refused(Transfer, hall="H2", reason="x")
    assert "it is not under way" in issued("food").refused(Transfer, hall="H1", reason="x")


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
    assert "is reopened by its lead department market" in issued("restaurant").refused(Reopen, fire, **APPEAL)


def test_nobody_who_served_in_a_case_or_decided_it_reopens_it() -> None:
    """Given the head who decided; another head of the department reopens the case."""
    office = approved("food")
    office.when(Decide, HEAD, outcome=Outcome.GRANTED)
    assert "B1 served in case C1 or decided it" in office.refused(Reopen, HEAD, **APPEAL)


@pytest.mark.parametrize("order", ["none", "无", "-", "n/a"])
def test_a_case_is_reopened_by_a_document_with_a_number(order: str) -> None:
    assert "has no number" in issued("food").refused(Reopen, HEAD, order=order, reason="事实不清")


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
    assert what_changes(office.case(), office.city, "food", 2)[-1] == "fire approves as well"
    made: list[Event] = office.when(MoveToVersion, HEAD, **MOVE)
    assert [event.task_id for event in made if isinstance(event, TaskOpened)] == ["food:fire"]


def test_a_move_asks_for_nothing_that_the_applicant_was_not_told_in_time() -> None:
    more = ("id", "lease", "photo")
    office = revised(noticed("food", lease=Verdict.MISSING), asks=more)
    assert "asks for photo, which case C1 was not told in time" in office.refused(MoveToVersion, HEAD, **MOVE)
    early = revised(received("food"), asks=more)
    early.when(MoveToVersion, HEAD, **MOVE)
    assert "photo" in {m.material_id for m in early.city.item("food").at(2).asked_for()}


def test_a_move_leaves_no_task_without_a_step() -> None:
    office = revised(accepted("food"), "fire")
    assert "has no food:market; settle it first" in office.refused(MoveToVersion, HEAD, **MOVE)
    assert "is not about shop, but food" in office.refused(MoveToVersion, HEAD, **{**MOVE, "item_id": "shop"})
    assert "has no version 3" in office.refused(MoveToVersion, HEAD, **{**MOVE, "version": 3})
    assert "possible only while" in revised(issued("food")).refused(MoveToVersion, HEAD, **MOVE)
