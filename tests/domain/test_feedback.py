"""Handing over and evaluating: who takes a result, what is rated, and how what was rated badly is mended."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.application.consequences.deadlines import Tick
from domain.application.consequences.lapses import EvaluationLapsed, LightTurned, ResultUncollected
from domain.application.path.evaluation import (
    ANONYMOUS,
    CloseComplaint,
    ComplaintClosed,
    Evaluate,
    RectificationOpened,
    ReplyToRating,
    ReviewRectification,
    VerifyRating,
)
from domain.application.path.feedback import Delivery, Failure, HandingOverFailed, IssueResult, Receiver, RecordFailure
from domain.application.terms import Status
from domain.record import CLOCK, Actor, Role
from domain.time.light import Light
from tests.office import AT_A_WINDOW, BY_POST, CITIZEN, HASH, ISSUER, Office, decided, issued, ready

HEAD, OTHER = (Actor(person=person, role=Role.HEAD, department="market", hall="H1") for person in ("B1", "B2"))
FOUNDED: dict[str, Any] = {"founded": True, "finding": "等候过长"}
REPLY: dict[str, Any] = {"measures": "增开窗口", "reply": "已致歉"}
SATISFIED: dict[str, Any] = {"satisfied": True, "note": "回访满意"}


def rated(grade: int = 1) -> Office:
    """Given a case of ``park``, whose catalogue has limits for all that comes after the decision, with a bad grade."""
    office = issued("park")
    office.when(Evaluate, CITIZEN, grade=grade, tags=("slow",), comment="等太久")
    return office


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"identity_checked": False}, "whose identity was checked"),
        ({"receiver": None}, "is given only to a person who is named"),
        ({"taken_by": None}, "is given only to a person who is named"),
        ({"taken_by": Receiver.PROXY}, "mandate: name one for a proxy"),
        ({"mandate": HASH}, "only for a proxy"),
        ({"tracking": "EMS 1"}, "if the result is sent by post, and only then"),
    ],
)
def test_at_a_window_a_result_goes_to_somebody_known(change: dict[str, Any], says: str) -> None:
    assert says in ready("food").refused(IssueResult, ISSUER, **{**AT_A_WINDOW, **change})


def test_a_proxy_takes_a_result_with_a_mandate_and_a_letter_has_a_number() -> None:
    office = ready("food")
    office.when(IssueResult, ISSUER, **{**AT_A_WINDOW, "taken_by": Receiver.PROXY, "mandate": HASH})
    assert office.case().status is Status.ISSUED
    assert "if the result is sent by post, and only then" in ready("food").refused(
        IssueResult, ISSUER, delivery=Delivery.POST
    )


def test_a_handing_over_that_came_to_nothing_is_recorded_and_tried_again() -> None:
    office = ready("food")
    (failed,) = office.when(RecordFailure, ISSUER, delivery=Delivery.POST, failure=Failure.SENT_BACK, note="查无此人")
    assert isinstance(failed, HandingOverFailed)
    assert office.case().status is Status.RESULT_READY
    office.when(IssueResult, ISSUER, **BY_POST)
    assert "possible only while" in office.refused(
        RecordFailure, ISSUER, delivery=Delivery.POST, failure=Failure.REFUSED
    )


def test_a_result_that_nobody_collects_closes_the_case_and_can_still_be_handed_over() -> None:
    office = ready("park")
    office.now = datetime(2025, 4, 30, tzinfo=UTC)
    made = office.when(Tick, CLOCK)
    assert ResultUncollected() in made
    assert (office.case().status, office.case().under_way) == (Status.UNCOLLECTED, False)
    office.when(IssueResult, ISSUER, **AT_A_WINDOW)
    assert office.case().status is Status.ISSUED


def test_the_time_to_evaluate_ends_and_nobody_evaluates_instead() -> None:
    office = issued("park")
    office.now += timedelta(days=30)
    assert office.when(Tick, CLOCK) == [EvaluationLapsed()]
    assert "the time to evaluate case C1 is over" in office.refused(Evaluate, CITIZEN, grade=5)
    forever = issued("food")  # whose catalogue has no limit for it
    forever.now += timedelta(days=300)
    forever.when(Evaluate, CITIZEN, grade=5)


def test_an_evaluation_may_be_anonymous_and_then_names_nobody() -> None:
    office = issued("food")
    assert "must have the person 'anonymous'" in office.refused(Evaluate, CITIZEN, grade=4, anonymous=True)
    nobody = Actor(person=ANONYMOUS, role=Role.APPLICANT)
    assert "and no other rating may have it" in office.refused(Evaluate, nobody, grade=4)
    stranger = Actor(person="P2", role=Role.APPLICANT)
    assert "must have the person 'anonymous'" in office.refused(Evaluate, stranger, grade=4, anonymous=True)
    office.when(Evaluate, nobody, grade=4, anonymous=True)
    assert office.cases["application/C1"][-1].act.actor.person == ANONYMOUS


@pytest.mark.parametrize(("grade", "opened"), [(1, True), (2, True), (3, False), (4, False), (5, False)])
def test_the_two_lowest_grades_open_a_rectification(grade: int, opened: bool) -> None:
    made = issued("park")
    events = made.when(Evaluate, CITIZEN, grade=grade)
    assert [isinstance(event, RectificationOpened) for event in events] == [False, True][: 1 + opened]
    assert (made.case().rectification is not None) == opened


def test_a_bad_grade_is_verified_mended_replied_to_and_called_back_by_somebody_else() -> None:
    office = rated()
    assert "verify the rating of case C1 first" in office.refused(ReplyToRating, HEAD, **REPLY)
    office.when(VerifyRating, HEAD, **FOUNDED)
    assert "was verified already" in office.refused(VerifyRating, HEAD, **FOUNDED)
    assert "nobody has replied" in office.refused(ReviewRectification, OTHER, **SATISFIED)
    office.when(ReplyToRating, HEAD, **REPLY)
    assert "it waits to be reviewed" in office.refused(ReplyToRating, OTHER, **REPLY)
    assert "another person must review it" in office.refused(ReviewRectification, HEAD, **SATISFIED)
    office.when(ReviewRectification, OTHER, satisfied=False, note="仍不满意")
    office.when(ReplyToRating, HEAD, **REPLY)
    office.when(ReviewRectification, OTHER, **SATISFIED)
    mended = office.case().rectification
    assert mended is not None
    assert mended.closed is not None
    assert "is closed" in office.refused(ReplyToRating, HEAD, **REPLY)
    assert "has no bad rating" in issued("food").refused(VerifyRating, HEAD, **FOUNDED)


def test_whom_a_rating_is_about_cannot_touch_it() -> None:
    office = rated()
    reviewed = Actor(person="R1", role=Role.HEAD, department="market")
    assert "a person whom the rating is about cannot handle it" in office.refused(VerifyRating, reviewed, **FOUNDED)
    for served in ("F1", "I1"):
        assert served in office.case().served_by


def test_a_rectification_that_takes_too_long_turns_red() -> None:
    office = rated()
    office.now += timedelta(days=30)
    (red,) = office.when(Tick, CLOCK)
    assert isinstance(red, LightTurned)
    assert (red.part, red.light) == ("rectification", Light.RED)
    assert office.when(Tick, CLOCK) == []


def test_what_was_decided_and_not_made_out_waits_for_nobody_to_collect_it() -> None:
    office = decided("park")
    office.now += timedelta(days=90)
    office.when(Tick, CLOCK)
    assert office.case().status is Status.DECIDED


def test_a_complaint_found_unfounded_is_closed_with_its_finding() -> None:
    office = issued("park")
    office.when(Evaluate, CITIZEN, grade=1)
    told = {"reply": "已向申请人说明"}
    assert "is not verified yet" in office.refused(CloseComplaint, HEAD, **told)
    office.when(VerifyRating, HEAD, founded=False, finding="办理符合规定")
    assert office.when(CloseComplaint, HEAD, **told) == [ComplaintClosed(**told)]
    case = office.case()
    assert case.rectification is not None
    assert (case.rectification.closed is not None, case.grade) == (True, 1)
    assert "is closed" in office.refused(CloseComplaint, HEAD, **told)


def test_a_founded_complaint_is_replied_to_and_not_closed_so() -> None:
    office = issued("park")
    office.when(Evaluate, CITIZEN, grade=1)
    office.when(VerifyRating, HEAD, **FOUNDED)
    assert "is founded; reply to it" in office.refused(CloseComplaint, HEAD, reply="x")
