"""A refusal to accept (不予受理) is a decision: it has a paper, somebody hands it over, it is rated and appealed against."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from domain.application.beside.merging import MergeInto
from domain.application.beside.reopening import Reopen
from domain.application.beside.withdrawal import Withdraw
from domain.application.consequences.deadlines import Tick
from domain.application.consequences.lapses import LightTurned, ResultUncollected
from domain.application.path.acceptance import AcceptanceRefused, RefuseAcceptance
from domain.application.path.evaluation import Evaluate
from domain.application.path.feedback import Delivery, Failure, IssueResult, RecordFailure
from domain.application.path.materials import CheckMaterial, SubmitMaterial
from domain.application.terms import NotAccepted, Status, Verdict
from domain.record import CLOCK, Actor, Role
from domain.time.light import Light
from projections.views.open_work import OpenWork
from projections.views.processing_time import ProcessingTime
from tests.office import (
    AT_A_WINDOW,
    BY_POST,
    CITIZEN,
    CLERK,
    HASH,
    ISSUER,
    PAPER,
    Office,
    checked,
    head,
    received,
)

NOT_OURS: dict[str, Any] = {
    "ground": NotAccepted.NOT_IN_POWERS,
    "reasons": "不属本机关职权",
    "legal_basis": "行政许可法 32(2)",
    "competent_office": "应急管理局",
}
APPEAL = {"order": "复议〔2025〕12号", "reason": "职权认定错误"}


def refused_to_accept(item: str = "food") -> Office:
    """Given an application that the front desk refused at once, as not within the office's powers."""
    office = received(item)
    office.when(RefuseAcceptance, **NOT_OURS, **PAPER)
    return office


def rows(office: Office, view: Any) -> list[dict[str, Any]]:
    columns = view.table.columns.keys()
    return [dict(zip(columns, row, strict=True)) for row in view.of_case(office.case(), office.city)]


def test_who_is_refused_as_not_within_the_powers_is_told_which_office_is() -> None:
    office = received("food")
    without = {**NOT_OURS, "competent_office": None}
    assert "competent_office: case C1 is refused as not_in_powers" in office.refused(
        RefuseAcceptance, **without, **PAPER
    )
    elsewhere = {**NOT_OURS, "ground": NotAccepted.NOT_REQUIRED}
    assert "and only then" in office.refused(RefuseAcceptance, **elsewhere, **PAPER)


@pytest.mark.parametrize("without", ["content_hash", "remedies"])
def test_acceptance_is_refused_by_a_paper_that_names_the_remedies(without: str) -> None:
    assert "name its document and the remedies [article 32]" in received("food").refused(
        RefuseAcceptance, **NOT_OURS, **{**PAPER, without: None}
    )


def test_the_paper_stands_in_the_list_of_who_hands_out_results_until_it_is_handed_over() -> None:
    office = refused_to_accept()
    since = office.now
    (work,) = rows(office, OpenWork())
    assert (work["waits_for"], work["side"], work["status"]) == ("hand_over", "feedback", "not_accepted")
    assert datetime.fromisoformat(work["since"]) == since
    assert office.case().under_way
    assert "is not_accepted" in office.refused(SubmitMaterial, CITIZEN, material_id="id", content_hash=HASH)
    office.when(RecordFailure, ISSUER, delivery=Delivery.POST, failure=Failure.SENT_BACK)
    assert rows(office, OpenWork()) == [work]
    office.when(IssueResult, ISSUER, **BY_POST)
    case = office.case()
    assert (case.status, case.under_way, case.result) == (Status.NOT_ACCEPTED, False, "not_accepted")
    assert rows(office, OpenWork()) == []
    assert "is possible only while" in office.refused(IssueResult, ISSUER, **BY_POST)


def test_who_received_does_not_hand_the_refusal_over() -> None:
    both = Actor(person=CLERK.person, role=Role.ISSUER, hall="H1", window="W3")
    assert "F1 received case C1; issuing is for another person" in refused_to_accept().refused(
        IssueResult, both, **AT_A_WINDOW
    )


def test_a_refusal_to_accept_is_rated() -> None:
    office = refused_to_accept("park")
    assert "the evaluation is possible only while it is issued" in office.refused(Evaluate, CITIZEN, grade=1)
    office.when(IssueResult, ISSUER, **AT_A_WINDOW)
    office.when(Evaluate, CITIZEN, grade=1)
    case = office.case()
    assert (case.status, case.result, case.grade) == (Status.EVALUATED, "not_accepted", 1)
    assert [work["waits_for"] for work in rows(office, OpenWork())] == ["rating"]


@pytest.mark.parametrize("how_far", ["made", "handed over", "rated"])
def test_an_appeal_that_is_won_takes_it_up_however_far_it_came(how_far: str) -> None:
    office = refused_to_accept()
    if how_far != "made":
        office.when(IssueResult, ISSUER, **AT_A_WINDOW)
    if how_far == "rated":
        office.when(Evaluate, CITIZEN, grade=2)
    office.now += timedelta(days=20)
    office.when(Reopen, head("market"), **APPEAL)
    case = office.case()
    assert (case.status, case.result, case.under_way, case.not_accepted) == (Status.IN_REVIEW, None, True, None)
    assert case.accepted == case.reopened


def test_the_paper_is_to_be_delivered_in_the_time_that_a_result_is() -> None:
    """Article 44: ten working days."""
    office = refused_to_accept()
    office.now = datetime(2025, 3, 17, 9, 0, tzinfo=UTC)
    assert office.when(Tick, CLOCK) == []
    office.now = datetime(2025, 3, 18, tzinfo=UTC)
    (light,) = office.when(Tick, CLOCK)
    assert isinstance(light, LightTurned)
    assert (light.part, light.light) == ("delivery", Light.RED)


def test_the_paper_that_nobody_collects_is_put_away_and_can_still_be_handed_over() -> None:
    office = refused_to_accept("park")
    office.now = datetime(2025, 4, 30, tzinfo=UTC)
    assert ResultUncollected() in office.when(Tick, CLOCK)
    office.when(IssueResult, ISSUER, **AT_A_WINDOW)
    assert (office.case().status, office.case().result) == (Status.NOT_ACCEPTED, "not_accepted")


def test_what_was_promised_binds_nothing_once_acceptance_is_refused() -> None:
    office = checked(received("restaurant"), plan=Verdict.DEFERRED)
    office.when(RefuseAcceptance, **NOT_OURS, **PAPER)
    assert [work["waits_for"] for work in rows(office, OpenWork())] == ["hand_over"]
    office.now = datetime(2025, 3, 25, tzinfo=UTC)
    office.when(Tick, CLOCK)
    assert office.case().status is Status.NOT_ACCEPTED
    office.when(IssueResult, ISSUER, **AT_A_WINDOW)


def test_what_is_refused_is_not_withdrawn_merged_or_checked_any_more() -> None:
    office = refused_to_accept()
    assert "is not_accepted" in office.refused(Withdraw, CITIZEN)
    assert "is not_accepted" in office.refused(CheckMaterial, material_id="id", verdict=Verdict.MISSING)
    same = {"other": "C2", "reason": "重复登记", "other_applicant": "P1", "other_items": ("food",)}
    assert "only undecided applications can be merged" in office.refused(MergeInto, **same)


def test_the_time_of_a_refusal_to_accept_is_measured_like_that_of_a_decision() -> None:
    office = refused_to_accept()
    assert [row["stage"] for row in rows(office, ProcessingTime())] == ["intake"]
    office.when(IssueResult, ISSUER, **AT_A_WINDOW)
    told = {row["stage"]: (row["from_event"], row["to_event"], row["result"]) for row in rows(office, ProcessingTime())}
    assert told == {
        "intake": (1, 2, "not_accepted"),
        "delivery": (2, 3, "not_accepted"),
        "total": (1, 3, "not_accepted"),
    }


def test_what_was_refused_before_there_was_a_paper_stays_ended() -> None:
    office = refused_to_accept()
    last = office.cases["application/C1"][-1]
    old = AcceptanceRefused(materials=(), reasons="不属本机关职权", legal_basis="行政许可法 32(2)")
    office.cases["application/C1"][-1] = replace(last, event=old)
    case = office.case()
    assert (case.status, case.under_way, case.result) == (Status.NOT_ACCEPTED, False, "not_accepted")
    assert rows(office, OpenWork()) == []
    assert "is possible only while" in office.refused(IssueResult, ISSUER, **BY_POST)
    office.when(Reopen, head("market"), **APPEAL)
