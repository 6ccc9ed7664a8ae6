"""Deferred acceptance (容缺受理): what a promise binds, and until when; and how a grant is undone."""

from datetime import date

import pytest

from domain.application.beside.revocation import RevocationGround, Revoke
from domain.application.beside.termination import Terminate, TerminationGround
from domain.application.beside.withdrawal import WithdrawPart
from domain.application.consequences.deadlines import Tick
from domain.application.consequences.lapses import HandingOverHeld, LightTurned
from domain.application.path.approvals import ApproveTask, ClaimTask, RefuseTask
from domain.application.path.decision import Decide, MakeResultReady
from domain.application.path.feedback import IssueResult
from domain.application.path.materials import CheckMaterial, GiveNotice, SubmitMaterial
from domain.application.terms import Outcome, Status, Verdict
from domain.record import CLOCK
from tests.domain.test_deadlines import at, local
from tests.office import (
    AT_A_WINDOW,
    CITIZEN,
    HASH,
    ISSUER,
    Office,
    accepted,
    decided,
    decider,
    head,
    issued,
    received,
    refused_by,
    reviewer,
)

WHY = {"reasons": "不符合条件", "legal_basis": "行政许可法 38", "remedies": "行政复议"}
AFTER = local(date(2025, 3, 21), 9)
"""The morning after the day for which the plan was promised."""
PAPER = {"material_id": "plan", "content_hash": HASH}
REVOKED = {
    "ground": RevocationGround.OBTAINED_BY_FRAUD,
    "reasons": "提供虚假材料",
    "legal_basis": "行政许可法 69",
    "order": "市监撤〔2025〕3号",
    "remedies": "行政复议",
}
ENDED = {"ground": TerminationGround.APPLICANT_DIED, "reasons": "申请人死亡", "legal_basis": "行政许可法 70"}


def promised(outcome: Outcome = Outcome.GRANTED) -> Office:
    """Given a decision on an application for which the plan is promised by 20 March, its result ready."""
    office = accepted("restaurant", plan=Verdict.DEFERRED) if outcome is Outcome.GRANTED else None
    if office is None:
        office = refused(accepted("restaurant", plan=Verdict.DEFERRED))
    else:
        for task in list(office.case().tasks.values()):
            by = reviewer(task.department)
            office.when(ClaimTask, by, task_id=task.task_id)
            office.when(ApproveTask, by, task_id=task.task_id)
        office.when(Decide, decider("market"), outcome=Outcome.GRANTED)
    office.when(MakeResultReady, reviewer("market"), content_hash=HASH)
    return office


def refused(office: Office) -> Office:
    """Given that the fire department refused it and it was decided so."""
    office.when(ClaimTask, reviewer("fire"), task_id="restaurant:fire")
    office.when(RefuseTask, reviewer("fire"), task_id="restaurant:fire", reasons="x", legal_basis="y")
    office.when(Decide, decider("market"), outcome=Outcome.REFUSED, **WHY)
    return office


def test_after_a_grant_a_broken_promise_holds_back_the_handing_over_and_ends_nothing() -> None:
    office = promised()
    assert HandingOverHeld(material_id="plan", promised_by=date(2025, 3, 20)) in at(office, AFTER)
    assert (office.case().status, office.case().ended) == (Status.RESULT_READY, None)
    assert "plan not handed in and accepted yet" in office.refused(IssueResult, ISSUER, **AT_A_WINDOW)
    office.when(SubmitMaterial, CITIZEN, **PAPER)
    assert "plan not handed in and accepted yet" in office.refused(IssueResult, ISSUER, **AT_A_WINDOW)
    office.when(CheckMaterial, material_id="plan", verdict=Verdict.ACCEPTED)
    office.when(IssueResult, ISSUER, **AT_A_WINDOW)
    assert office.case().status is Status.ISSUED


def test_after_a_refusal_a_promise_binds_nothing() -> None:
    office = promised(Outcome.REFUSED)
    assert all(isinstance(event, LightTurned) for event in at(office, AFTER))
    assert office.case().status is Status.RESULT_READY
    office.when(IssueResult, ISSUER, **AT_A_WINDOW)


@pytest.mark.parametrize("way", ["handed in again", "deferred again", "waived"])
def test_a_deferred_paper_that_comes_after_the_decision_and_is_wrong_is_no_dead_end(way: str) -> None:
    office = promised()
    office.when(SubmitMaterial, CITIZEN, **PAPER)
    office.when(CheckMaterial, material_id="plan", verdict=Verdict.DEFECTIVE, reason="不是这份")
    assert "plan not handed in and accepted yet" in office.refused(IssueResult, ISSUER, **AT_A_WINDOW)
    match way:
        case "handed in again":
            office.when(SubmitMaterial, CITIZEN, **PAPER)
            office.when(CheckMaterial, material_id="plan", verdict=Verdict.ACCEPTED)
        case "deferred again":
            office.when(CheckMaterial, material_id="plan", verdict=Verdict.DEFERRED, promised_by=date(2025, 3, 27))
            office.when(SubmitMaterial, CITIZEN, **PAPER)
            office.when(CheckMaterial, material_id="plan", verdict=Verdict.ACCEPTED)
        case _:
            office.when(CheckMaterial, material_id="plan", verdict=Verdict.WAIVED, reason="已由部门共享")
    office.when(IssueResult, ISSUER, **AT_A_WINDOW)


def test_a_deferred_paper_that_is_wrong_while_the_case_is_under_review_is_deferred_or_handed_in_again() -> None:
    office = accepted("restaurant", plan=Verdict.DEFERRED)
    office.when(SubmitMaterial, CITIZEN, **PAPER)
    office.when(CheckMaterial, material_id="plan", verdict=Verdict.DEFECTIVE, reason="缺页")
    office.when(SubmitMaterial, CITIZEN, **PAPER)
    office.when(CheckMaterial, material_id="plan", verdict=Verdict.ACCEPTED)
    refusal = office.refused(CheckMaterial, material_id="plan", verdict=Verdict.DEFECTIVE, reason="又看了一遍")
    assert "is accepted" in refusal  # what is in order stays in order


def test_a_deferred_paper_that_a_notice_did_not_name_is_found_defective_and_handed_in_again() -> None:
    office = received("restaurant")
    office.when(CheckMaterial, material_id="plan", verdict=Verdict.DEFERRED, promised_by=date(2025, 3, 20))
    office.when(CheckMaterial, material_id="id", verdict=Verdict.MISSING)
    office.when(GiveNotice)
    office.when(SubmitMaterial, CITIZEN, **PAPER)
    office.when(CheckMaterial, material_id="plan", verdict=Verdict.DEFECTIVE, reason="缺页")
    office.when(SubmitMaterial, CITIZEN, **PAPER)
    office.when(CheckMaterial, material_id="plan", verdict=Verdict.ACCEPTED)


def test_a_promise_for_a_part_that_was_withdrawn_binds_nothing() -> None:
    office = accepted("food", "restaurant", plan=Verdict.DEFERRED)
    office.when(WithdrawPart, CITIZEN, item_id="restaurant")
    at(office, AFTER)
    assert office.case().status is Status.IN_REVIEW
    office.when(ClaimTask, reviewer("market"), task_id="food:market")
    office.when(ApproveTask, reviewer("market"), task_id="food:market")
    office.when(Decide, decider("market"), outcome=Outcome.GRANTED)
    office.when(MakeResultReady, reviewer("market"), content_hash=HASH)
    office.when(IssueResult, ISSUER, **AT_A_WINDOW)


@pytest.mark.parametrize("given", [decided, issued, promised])
def test_a_grant_is_undone_by_an_explicit_revocation_with_its_ground_and_order(given: object) -> None:
    office = given("food") if given is not promised else promised()  # type: ignore[operator]
    assert "only the lead department market can revoke a grant of case C1, not fire" in office.refused(
        Revoke, head("fire"), **REVOKED
    )
    office.when(Revoke, head("market"), **REVOKED)
    case = office.case()
    assert (case.status, case.under_way, case.outcome) == (Status.REVOKED, False, Outcome.GRANTED)
    assert "is revoked already" in office.refused(Revoke, head("market"), **REVOKED)
    assert "is possible only while it is result_ready" in office.refused(IssueResult, ISSUER, **AT_A_WINDOW)


def test_what_was_not_granted_is_not_revoked() -> None:
    for office in (accepted("food"), promised(Outcome.REFUSED)):
        assert "nothing was granted" in office.refused(Revoke, head("market"), **REVOKED)


def test_a_case_that_cannot_go_on_is_terminated_wherever_it_stands() -> None:
    for office in (received("food"), accepted("food"), refused_by("market", "food"), promised()):
        assert "only the lead department market" in office.refused(Terminate, head("fire"), **ENDED)
        office.when(Terminate, head("market"), **ENDED)
        assert (office.case().status, office.case().under_way) == (Status.TERMINATED, False)
        assert "is not under way any more" in office.refused(Terminate, head("market"), **ENDED)
        assert office.when(Tick, CLOCK, minutes=60 * 24 * 300) == []
