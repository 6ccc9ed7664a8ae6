"""The rules of the office that always hold, by their numbers in the glossary of the domain."""

from datetime import date, timedelta

import pytest

from domain.application.beside.corrections import CorrectClericalError
from domain.application.beside.withdrawal import Withdraw
from domain.application.limits.suspension import ClockResumed, ResumeClock, StopClock
from domain.application.path.acceptance import Accept, Accepted, RefuseAcceptance
from domain.application.path.approvals import (
    ApproveTask,
    ClaimTask,
    RefuseTask,
    ReleaseTask,
    ReturnTask,
    TaskApproved,
    TaskOpened,
    TaskResubmitted,
)
from domain.application.path.decision import Decide, Decided, MakeResultReady
from domain.application.path.evaluation import Evaluate
from domain.application.path.feedback import Delivery, IssueResult
from domain.application.path.intake import RegisterIntake
from domain.application.path.materials import CheckMaterial, GiveNotice, MaterialSubmitted, NoticeGiven, SubmitMaterial
from domain.application.terms import Channel, Ground, Outcome, Status, TaskStatus, Verdict
from domain.catalogue.publishing import ReviseItem
from domain.record import Role
from tests.office import (
    BY_POST,
    CITIZEN,
    HASH,
    ISSUER,
    LEGAL,
    OPERATOR,
    PAPER,
    Office,
    accepted,
    applicant,
    approved,
    checked,
    decided,
    decider,
    issued,
    item,
    material,
    noticed,
    ready,
    received,
    refused_by,
    returned,
    reviewer,
)

WHY = {"reasons": "不符合条件", "legal_basis": "行政许可法 38", "remedies": "行政复议"}
MARKET, FIRE = reviewer("market"), reviewer("fire")


def test_rule_1_nothing_is_decided_before_it_is_accepted() -> None:
    office = checked(received("food"))
    assert "the decision is possible only while it is in_review" in office.refused(
        Decide, decider("market"), outcome=Outcome.GRANTED
    )
    assert "claiming a task is possible only" in office.refused(ClaimTask, MARKET, task_id="food:market")


def test_rule_1_nothing_is_issued_before_it_is_decided() -> None:
    office = approved("food")
    assert "issuing the result is possible only while it is result_ready" in office.refused(
        IssueResult, ISSUER, **BY_POST
    )
    assert "making the result ready is possible only while it is decided" in office.refused(
        MakeResultReady, MARKET, content_hash=HASH
    )


def test_rule_1_nothing_is_evaluated_before_it_is_issued_nor_twice() -> None:
    assert "the evaluation is possible only while it is issued" in ready("food").refused(Evaluate, CITIZEN, grade=5)
    office = issued("food")
    office.when(Evaluate, CITIZEN, grade=5)
    assert office.case().status is Status.EVALUATED
    assert "is evaluated" in office.refused(Evaluate, CITIZEN, grade=1)


def test_only_the_applicant_evaluates() -> None:
    refusal = issued("food").refused(Evaluate, MARKET, grade=5)
    assert "R1 acts as reviewer, which may not give Evaluate [missing right: applicant]" in refusal


def test_rule_2_an_application_keeps_the_version_it_was_taken_in_under() -> None:
    office = received("food")
    office.when(
        ReviseItem,
        OPERATOR,
        item_id="food",
        reason="新规",
        item=item(
            "market", "fire", materials=[material("id"), material("new")], version=2, effective_from=date(2025, 3, 2)
        ),
    )
    assert "material new is not asked for" in office.refused(SubmitMaterial, material_id="new", content_hash=HASH)
    checked(office)
    assert [type(e) for e in office.when(Accept)] == [Accepted, TaskOpened]
    later = received("food", office=office, case_id="C2")
    assert later.case("C2").items[0].version == 2
    later.when(SubmitMaterial, case_id="C2", material_id="new", content_hash=HASH)


def test_rule_3_an_abolished_material_is_never_asked_for() -> None:
    office = received("restaurant")
    assert "material old is not asked for" in office.refused(SubmitMaterial, material_id="old", content_hash=HASH)
    checked(office)
    office.when(Accept)
    office.when(ClaimTask, MARKET, task_id="restaurant:market")
    refusal = office.refused(ReturnTask, MARKET, task_id="restaurant:market", materials=("old",), reason="补")
    assert "material old is not asked for" in refusal


def test_rule_3_a_material_that_two_items_share_is_asked_for_once() -> None:
    office = received("food", "building")
    for name in ("id", "lease", "plan"):
        office.when(SubmitMaterial, material_id=name, content_hash=HASH)
        office.when(CheckMaterial, material_id=name, verdict=Verdict.ACCEPTED)
    opened = office.when(Accept)
    assert {e.task_id for e in opened if isinstance(e, TaskOpened)} == {"food:market", "building:housing"}


def test_rule_4_there_is_one_notice_and_it_names_everything() -> None:
    office = checked(received("food"), id=Verdict.DEFECTIVE, lease=Verdict.MISSING)
    (notice,) = office.when(GiveNotice)
    assert isinstance(notice, NoticeGiven)
    assert {line.material_id for line in notice.lines} == {"id", "lease"}
    assert "a second one is not allowed" in office.refused(GiveNotice)


def test_rule_4_what_the_notice_did_not_name_is_not_held_against_the_applicant() -> None:
    office = noticed("food", lease=Verdict.MISSING)
    office.when(SubmitMaterial, CITIZEN, material_id="id", content_hash=HASH)
    refusal = office.refused(CheckMaterial, material_id="id", verdict=Verdict.DEFECTIVE, reason="?")
    assert "did not name id" in refusal
    assert "was not named" in office.refused(RefuseAcceptance, materials=("id",), reasons="x", legal_basis="y", **PAPER)
    office.when(CheckMaterial, material_id="id", verdict=Verdict.ACCEPTED)
    office.when(SubmitMaterial, CITIZEN, material_id="lease", content_hash=HASH)
    office.when(CheckMaterial, material_id="lease", verdict=Verdict.ACCEPTED)
    office.when(Accept)
    office.when(ClaimTask, MARKET, task_id="food:market")
    refusal = office.refused(ReturnTask, MARKET, task_id="food:market", materials=("id",), reason="补")
    assert "did not name id" in refusal


def test_a_notice_names_something_and_everything_was_checked() -> None:
    assert "unchecked: id, lease" in received("food").refused(GiveNotice)
    assert "nothing is missing or defective" in checked(received("food")).refused(GiveNotice)


def test_rule_5_a_department_acts_on_its_own_tasks_only() -> None:
    office = accepted("restaurant")
    for command in (ClaimTask, ReleaseTask, ApproveTask):
        refusal = office.refused(command, FIRE, task_id="restaurant:market")
        assert "belongs to department market, not to fire" in refusal
    assert "has no approval task restaurant:none" in office.refused(ClaimTask, FIRE, task_id="restaurant:none")


def test_rule_5_a_task_has_one_holder() -> None:
    office = accepted("food")
    office.when(ClaimTask, MARKET, task_id="food:market")
    other = reviewer("market", "R2")
    assert "is claimed by R1, not open" in office.refused(ClaimTask, other, task_id="food:market")
    assert "is held by R1, not by R2" in office.refused(ApproveTask, other, task_id="food:market")
    office.when(ReleaseTask, MARKET, task_id="food:market", reason="休假")
    office.when(ClaimTask, other, task_id="food:market")
    assert office.case().tasks["food:market"].holder == "R2"


def test_rule_6_granted_only_when_every_task_is_approved() -> None:
    office = accepted("restaurant")
    office.when(ClaimTask, MARKET, task_id="restaurant:market")
    office.when(ApproveTask, MARKET, task_id="restaurant:market")
    assert "waits for the approval of restaurant:fire" in office.refused(
        Decide, decider("market"), outcome=Outcome.GRANTED
    )
    office.when(ClaimTask, FIRE, task_id="restaurant:fire")
    office.when(ApproveTask, FIRE, task_id="restaurant:fire")
    assert "cannot be refused: every task is approved" in office.refused(
        Decide, decider("market"), outcome=Outcome.REFUSED, **WHY
    )
    assert "only the lead department market can decide" in office.refused(
        Decide, decider("fire"), outcome=Outcome.GRANTED
    )
    (decision,) = office.when(Decide, decider("market"), outcome=Outcome.GRANTED)
    assert isinstance(decision, Decided)


def test_rule_6_one_refusal_settles_it() -> None:
    office = refused_by("fire", "restaurant")
    assert "restaurant:fire refused" in office.refused(Decide, decider("market"), outcome=Outcome.GRANTED)
    assert "must name its reasons" in office.refused(Decide, decider("market"), outcome=Outcome.REFUSED, reasons="x")
    office.when(Decide, decider("market"), outcome=Outcome.REFUSED, **WHY)
    assert office.case().outcome is Outcome.REFUSED


def test_tasks_one_after_another_open_when_their_turn_comes() -> None:
    office = accepted("building")
    assert list(office.case().tasks) == ["building:housing"]
    housing = reviewer("housing")
    office.when(ClaimTask, housing, task_id="building:housing")
    events = office.when(ApproveTask, housing, task_id="building:housing")
    assert [type(e) for e in events] == [TaskApproved, TaskOpened]
    assert office.case().tasks["building:fire"].status is TaskStatus.OPEN


def test_rule_7_a_clock_never_runs_backwards() -> None:
    office = received("food")
    assert "a clock never runs backwards" in office.refused(Withdraw, CITIZEN, minutes=-30)


def test_rule_7_a_return_stops_the_clock_and_the_supplement_starts_it_again() -> None:
    office = returned("food", materials=("id", "lease"))
    due = office.case().tasks["food:market"].due_at
    assert office.case().clock_stopped
    office.now += timedelta(days=2)  # Wednesday: Tuesday and Wednesday do not count
    assert [type(e) for e in office.when(SubmitMaterial, CITIZEN, material_id="id", content_hash=HASH)] == [
        MaterialSubmitted
    ]
    events = office.when(SubmitMaterial, CITIZEN, material_id="lease", content_hash=HASH)
    assert [type(e) for e in events] == [MaterialSubmitted, TaskResubmitted, ClockResumed]
    assert not office.case().clock_stopped
    assert office.case().tasks["food:market"].due_at == due + timedelta(days=2)
    assert office.case().tasks["food:market"].holder == "R1"


def test_overlapping_stops_count_once() -> None:
    office = accepted("food")
    due = office.case().due_at
    assert due is not None
    stop = {"ground": Ground.HEARING, "presided_by": "B2", "notice": "听证", "expected_working_days": 3}
    office.when(StopClock, MARKET, suspension_id="hearing", **stop)
    office.now += timedelta(days=1)
    office.when(StopClock, MARKET, suspension_id="inspection", ground=Ground.TEST, notice="检测")
    assert "exists; use another id" in office.refused(StopClock, MARKET, suspension_id="hearing", **stop)
    office.when(ResumeClock, MARKET, suspension_id="hearing")
    assert office.case().due_at == due
    office.now += timedelta(days=1)
    office.when(ResumeClock, MARKET, suspension_id="inspection")
    assert office.case().due_at == due + timedelta(days=2)
    assert "no open suspension hearing" in office.refused(ResumeClock, MARKET, suspension_id="hearing")


def test_a_supplement_stops_the_clock_only_by_a_return() -> None:
    office = returned("food")
    refusal = office.refused(StopClock, MARKET, suspension_id="x", ground=Ground.SUPPLEMENT, notice="y")
    assert "return the task with" in refusal
    refusal = office.refused(ResumeClock, MARKET, suspension_id="supplement-3")
    assert "no open suspension" in refusal
    (open_one,) = [s.suspension_id for s in office.case().suspensions]
    assert "when the applicant hands in" in office.refused(ResumeClock, MARKET, suspension_id=open_one)


def test_a_hearing_under_way_holds_back_the_decision() -> None:
    """Article 48: the decision is made by the record of the hearing."""
    office = refused_by("market", "food")
    office.when(StopClock, MARKET, suspension_id="hearing", ground=Ground.HEARING, presided_by="B2", notice="听证")
    refusal = office.refused(Decide, decider("market"), outcome=Outcome.REFUSED, **WHY)
    assert "waits for the result of hearing (hearing); resume its clock first [article 48]" in refusal
    office.when(ResumeClock, MARKET, suspension_id="hearing")
    office.when(Decide, decider("market"), outcome=Outcome.REFUSED, **WHY)
    assert not office.case().clock_stopped


def test_rule_10_a_clerical_error_is_corrected_by_a_further_event() -> None:
    office = issued("food")
    before = office.case()
    fields = {"corrects": 1, "correction": "窗口应为 W2", "reason": "录入错误"}
    office.when(CorrectClericalError, confirmed_by="F2", **fields)
    assert office.case().status is before.status
    assert "by a second person" in office.refused(CorrectClericalError, confirmed_by="F1", **fields)
    refusal = office.refused(CorrectClericalError, confirmed_by="F2", **{**fields, "corrects": 99})
    assert "there is no number 99" in refusal


def test_rule_11_every_event_says_who_where_when_and_by_which_command() -> None:
    office = issued("food")
    office.when(Evaluate, CITIZEN, grade=5)
    office.now += timedelta(days=200)
    records = office.cases["application/C1"]
    assert len(records) > 10
    for record in records:
        act = record.act
        assert act.actor.person
        assert act.actor.role in Role
        assert act.command_id
        assert act.correlation_id
        assert act.recorded_at >= act.occurred_at
        assert act.calendar is not None or record.originator_version == 1 or act.actor.hall is None
    receipt, review = records[0].act.actor, next(r for r in records if isinstance(r.event, TaskApproved)).act.actor
    assert (receipt.hall, receipt.window, review.department, review.hall) == ("H1", "W1", "market", "H1")


def test_a_deferred_material_needs_a_date_and_holds_the_result_back() -> None:
    office = received("restaurant")
    refusal = office.refused(CheckMaterial, material_id="plan", verdict=Verdict.DEFERRED, promised_by=date(2025, 3, 3))
    assert "a promised date after today" in refusal
    refusal = office.refused(CheckMaterial, material_id="id", verdict=Verdict.DEFERRED, promised_by=date(2025, 3, 9))
    assert "not deferrable" in refusal
    office = accepted("restaurant", plan=Verdict.DEFERRED)
    for actor, name in ((MARKET, "market"), (FIRE, "fire")):
        office.when(ClaimTask, actor, task_id=f"restaurant:{name}")
        office.when(ApproveTask, actor, task_id=f"restaurant:{name}")
    office.when(Decide, decider("market"), outcome=Outcome.GRANTED)
    office.when(MakeResultReady, MARKET, content_hash=HASH)
    assert "plan not handed in and accepted yet" in office.refused(IssueResult, ISSUER, **BY_POST)
    office.when(SubmitMaterial, CITIZEN, material_id="plan", content_hash=HASH)
    assert "plan not handed in and accepted yet" in office.refused(IssueResult, ISSUER, **BY_POST)
    office.when(CheckMaterial, material_id="plan", verdict=Verdict.ACCEPTED)
    office.when(IssueResult, ISSUER, **BY_POST)


@pytest.mark.parametrize(
    ("verdict", "handed_in", "says"),
    [
        (Verdict.ACCEPTED, False, "was not handed in, so it cannot be accepted"),
        (Verdict.DEFECTIVE, False, "it is missing, not defective"),
        (Verdict.DEFECTIVE, True, "needs a reason"),
        (Verdict.MISSING, True, "was handed in"),
        (Verdict.WAIVED, False, "needs a reason"),
    ],
)
def test_a_verdict_that_does_not_fit_is_refused(verdict: Verdict, handed_in: bool, says: str) -> None:
    office = received("food")
    if handed_in:
        office.when(SubmitMaterial, CITIZEN, material_id="id", content_hash=HASH)
    assert says in office.refused(CheckMaterial, material_id="id", verdict=verdict)


def test_after_acceptance_materials_come_only_where_somebody_asked() -> None:
    office = accepted("food")
    assert "it need not be handed in again" in office.refused(
        SubmitMaterial, CITIZEN, material_id="id", content_hash=HASH
    )
    refusal = office.refused(CheckMaterial, material_id="id", verdict=Verdict.DEFECTIVE, reason="x")
    assert "return the task" in refusal
    office.when(ClaimTask, MARKET, task_id="food:market")
    refusal = office.refused(ReturnTask, MARKET, task_id="food:market", materials=(), reason="x")
    assert "must name at least one material" in refusal


def test_acceptance_waits_for_every_material() -> None:
    assert "id, lease not accepted" in received("food").refused(Accept)
    accepted("food", lease=Verdict.WAIVED)


INTAKE = {"items": ("food",), "channel": Channel.WINDOW, "hall": "H1", "window": "W1"}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"hall": "H9"}, "hall H9 is not known"),
        ({"window": "W9"}, "has no window W9"),
        ({"window": "W3"}, "go to an intake window"),
        ({"channel": Channel.ONLINE}, "an application by online comes in at no window"),
        ({"channel": Channel.IMPORT, "window": None}, "for imported logs"),
        ({"items": ()}, "must name either service items"),
        ({"items": ("moon",)}, "moon is not in the catalogue"),
        ({"items": ("shop",)}, "is for a legal_person"),
    ],
)
def test_an_intake_that_cannot_be(change: dict[str, object], says: str) -> None:
    assert says in Office().refused(RegisterIntake, applicant=applicant(), **{**INTAKE, **change})


def test_a_case_number_is_used_once_and_an_unknown_case_is_said_to_be() -> None:
    assert "already registered" in received("food").refused(RegisterIntake, applicant=applicant(), **INTAKE)
    assert "case C1 is not known" in Office().refused(Withdraw, CITIZEN)
    assert "not in force on 2024-12-31" in Office().refused(
        RegisterIntake, applicant=applicant(), **INTAKE, minutes=-60 * 24 * 62
    )


def test_a_window_hands_out_what_its_kind_allows() -> None:
    office = ready("food")
    assert "does not hand out results" in office.refused(IssueResult, ISSUER, delivery=Delivery.WINDOW, window="W2")
    assert "has no window W9" in office.refused(IssueResult, ISSUER, delivery=Delivery.WINDOW, window="W9")
    assert "goes by post needs no window" in office.refused(IssueResult, ISSUER, delivery=Delivery.POST, window="W1")


def test_the_applicant_withdraws_before_the_decision() -> None:
    office = accepted("food")
    office.when(Withdraw, CITIZEN, reason="不办了")
    assert office.case().status is Status.WITHDRAWN
    assert "withdrawal is possible only" in decided("food").refused(Withdraw, CITIZEN)


def test_an_applicant_of_the_other_zone_is_sent_there() -> None:
    refusal = Office().refused(RegisterIntake, applicant=applicant(kind=LEGAL), **INTAKE)
    assert "is for a natural_person, the applicant is a legal_person" in refusal


def test_a_refused_task_is_settled() -> None:
    office = refused_by("market", "food")
    assert "is refused, not claimed" in office.refused(
        RefuseTask, MARKET, task_id="food:market", reasons="x", legal_basis="y"
    )


def test_stops_that_follow_each_other_at_one_moment_count_once_each() -> None:
    office = accepted("food")
    due = office.case().tasks["food:market"].due_at
    stop = {"notice": "书面告知"}
    office.when(StopClock, MARKET, suspension_id="a", ground=Ground.HEARING, presided_by="B2", **stop)
    office.when(ResumeClock, MARKET, minutes=60 * 24, suspension_id="a")  # Tuesday does not count
    office.when(StopClock, MARKET, minutes=0, suspension_id="b", ground=Ground.TEST, **stop)
    office.when(ResumeClock, MARKET, minutes=60 * 24, suspension_id="b")  # nor does Wednesday
    task = office.case().tasks["food:market"]
    assert task.due_at == due + timedelta(days=2)  # Monday 17 March becomes Wednesday 19
    assert task.warn_at < task.due_at
