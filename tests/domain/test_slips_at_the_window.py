"""What a slip at a window did silently is said: a condition that no package has, an applicant in the clerk's seat, a refusal too late."""

from typing import Any

from domain.application.limits.extension import ExtendLimit, RefuseExtension
from domain.application.path.decision import Decide, MakeResultReady
from domain.application.path.evaluation import Evaluate, VerifyRating
from domain.application.path.feedback import IssueResult
from domain.application.path.intake import RegisterIntake
from domain.application.terms import Channel, Outcome
from domain.record import Actor, Role
from tests.domain.test_feedback import FOUNDED
from tests.domain.test_item_by_item import package
from tests.domain.test_packages import offered, settle
from tests.office import (
    AT_A_WINDOW,
    CITIZEN,
    CLERK,
    HASH,
    ISSUER,
    Office,
    accepted,
    applicant,
    decided,
    decider,
    head,
    ready,
    reviewer,
)

AT_W1: dict[str, Any] = {"channel": Channel.WINDOW, "hall": "H1", "window": "W1", "applicant": applicant()}


def test_a_condition_that_the_package_does_not_know_is_refused_with_those_it_has() -> None:
    """With it misspelt, the part that hangs on it was left out and nobody told."""
    office = offered()
    said = office.refused(RegisterIntake, **AT_W1, package="shop", conditions=("bilds",))
    assert "package shop of case C1 has no condition bilds; known are builds" in said
    assert "its items of case C1 has no condition builds" in office.refused(
        RegisterIntake, **AT_W1, items=("food",), conditions=("builds",)
    )


def test_an_applicant_does_not_receive_the_own_application_at_a_window() -> None:
    office = Office()
    said = office.refused(RegisterIntake, CITIZEN, **AT_W1, items=("food",))
    assert "only the front desk registers at a window" in said


def test_the_window_of_an_intake_is_that_of_the_seat_where_none_is_named() -> None:
    office = Office()
    office.when(RegisterIntake, CLERK, **{**AT_W1, "window": None}, items=("food",))
    assert office.case().window == "W1"


def test_the_window_of_a_handing_over_is_that_of_the_seat_where_none_is_named() -> None:
    office = ready("food")
    (handed_over,) = office.when(IssueResult, ISSUER, **{**AT_A_WINDOW, "window": None})
    assert handed_over.window == "W3"  # type: ignore[attr-defined]


def test_an_extension_that_was_granted_is_not_refused_afterwards() -> None:
    office = accepted("homestead")
    office.when(ExtendLimit, head("housing"), notice="告知")
    said = office.refused(RefuseExtension, head("housing"), asked_by="R1", reason="不同意")
    assert "case C1 was extended; there is nothing left to refuse" in said


def test_whoever_made_the_result_out_does_not_judge_the_complaint_about_it() -> None:
    office = decided("park")
    made_out = Actor(person="R9", role=Role.REVIEWER, department="market")
    office.when(MakeResultReady, made_out, content_hash=HASH)
    office.when(IssueResult, ISSUER, **AT_A_WINDOW)
    office.when(Evaluate, CITIZEN, grade=1)
    said = office.refused(VerifyRating, Actor(person="R9", role=Role.HEAD, department="market"), **FOUNDED)
    assert "whom the rating is about cannot handle it" in said


def test_who_hands_over_an_application_of_which_one_item_is_ready_is_told_to_name_it() -> None:
    office = package()
    settle(office, "food:market")
    office.when(Decide, decider("market"), outcome=Outcome.GRANTED, item_id="food")
    office.when(MakeResultReady, reviewer("market"), content_hash=HASH, item_id="food")
    assert "only food of case C1 is ready; name that item" in office.refused(IssueResult, ISSUER, **AT_A_WINDOW)
