"""A package whose items are handed over each as it is done (逐项出件): decided, made ready and handed over one by one."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from domain.application.beside.merging import MergeInto
from domain.application.beside.reopening import Reopen
from domain.application.beside.termination import Terminate, TerminationGround
from domain.application.beside.transfer import Transfer
from domain.application.beside.withdrawal import Withdraw, WithdrawPart
from domain.application.consequences.deadlines import Kind, Tick, deadlines
from domain.application.consequences.lapses import HandingOverHeld, LightTurned, PartSentBack
from domain.application.limits.suspension import ResumeClock, StopClock
from domain.application.path.acceptance import Accept
from domain.application.path.approvals import ClaimTask, RefuseTask
from domain.application.path.decision import Decide, MakeResultReady
from domain.application.path.evaluation import Evaluate
from domain.application.path.feedback import Delivery, Failure, IssueResult, RecordFailure
from domain.application.path.intake import RegisterIntake
from domain.application.path.materials import CheckMaterial, SubmitMaterial
from domain.application.path.rating_code import digest_of, kept
from domain.application.terms import Channel, Ground, Outcome, Status, TaskStatus, Verdict
from domain.catalogue.package import HandedOver, PackagePart, PackageVersion, Refusal
from domain.catalogue.packaging import PublishPackage
from domain.record import CLOCK, Actor, Role, stamp
from domain.time.light import Light
from projections.views.open_work import OpenWork
from tests.domain.test_corrections import with_another_hall
from tests.domain.test_packages import PACKAGE, WHY, accepted, offered, settle
from tests.office import (
    AT_A_WINDOW,
    BY_POST,
    CITIZEN,
    CLERK,
    HASH,
    ISSUER,
    OPERATOR,
    Office,
    applicant,
    decider,
    head,
    reviewer,
)

EACH: dict[str, Any] = {"refusal": Refusal.EACH_BY_ITSELF, "handed_over": HandedOver.EACH}
APPEAL = {"order": "复议〔2025〕12号", "reason": "事实不清"}


def package(*conditions: str, **changes: Any) -> Office:
    """Given an accepted application for food (market) and, where it builds, building (housing, then fire); then homestead."""
    return accepted(*conditions, **{**EACH, **changes})


def decide(office: Office, item: str, outcome: Outcome = Outcome.GRANTED) -> None:
    why = {} if outcome is Outcome.GRANTED else WHY
    office.when(Decide, decider("market"), outcome=outcome, item_id=item, **why)


def done(office: Office, item: str) -> None:
    """An item made ready and handed over."""
    office.when(MakeResultReady, reviewer("market"), content_hash=HASH, item_id=item)
    office.when(IssueResult, ISSUER, **AT_A_WINDOW, item_id=item)


def food_handed_over() -> Office:
    """Given food granted and in the applicant's hands, homestead still with its departments."""
    office = package()
    settle(office, "food:market")
    decide(office, "food")
    done(office, "food")
    return office


def work(office: Office) -> set[tuple[str, str, str | None]]:
    """What the case waits for: kind, list and item."""
    columns = OpenWork.table.columns.keys()
    rows = [dict(zip(columns, row, strict=True)) for row in OpenWork().of_case(office.case(), office.city)]
    assert len({row["work"] for row in rows}) == len(rows)
    return {(row["waits_for"], row["side"], row["item"]) for row in rows}


def test_an_item_is_handed_over_before_the_others_are_decided() -> None:
    office = package()
    settle(office, "food:market")
    assert ("decide", "department", "food") in work(office)
    decide(office, "food")
    assert ("result", "department", "food") in work(office)
    office.when(MakeResultReady, reviewer("market"), content_hash=HASH, item_id="food")
    assert ("hand_over", "feedback", "food") in work(office)
    office.when(IssueResult, ISSUER, **AT_A_WINDOW, item_id="food")
    case = office.case()
    assert (case.status, case.under_way, case.result) == (Status.IN_REVIEW, True, None)
    assert case.item_outcomes == {"food": Outcome.GRANTED}
    assert case.item_results["food"].issued is not None
    assert {(kind, item) for kind, _, item in work(office)} == {("approve", "homestead")}


def test_the_result_of_an_item_is_due_ten_working_days_after_its_own_decision() -> None:
    """Article 44: decided on Monday 3 March 2025, Tuesday 4 to Monday 17, at 17:30."""
    office = package()
    settle(office, "food:market")
    decide(office, "food")
    until = stamp(datetime(2025, 3, 17, 9, 30, tzinfo=UTC))

    def due(waits_for: str) -> list[object]:
        columns = OpenWork.table.columns.keys()
        rows = [dict(zip(columns, row, strict=True)) for row in OpenWork().of_case(office.case(), office.city)]
        return [row["due_at"] for row in rows if row["waits_for"] == waits_for and row["item"] == "food"]

    assert due("result") == [until]
    office.when(MakeResultReady, reviewer("market"), content_hash=HASH, item_id="food")
    assert due("hand_over") == [until]


def test_the_last_handing_over_ends_the_case_and_it_says_what_became_of_each() -> None:
    office = food_handed_over()
    settle(office, "homestead:housing", RefuseTask)
    decide(office, "homestead", Outcome.REFUSED)
    assert (office.case().status, office.case().outcome) == (Status.DECIDED, Outcome.PARTLY_GRANTED)
    assert work(office) == {("result", "department", "homestead")}
    office.when(MakeResultReady, reviewer("market"), content_hash=HASH, item_id="homestead")
    assert office.case().status is Status.RESULT_READY
    assert work(office) == {("hand_over", "feedback", "homestead")}
    office.when(IssueResult, ISSUER, **BY_POST, item_id="homestead")
    case = office.case()
    assert (case.status, case.under_way, case.result) == (Status.ISSUED, False, "partly_granted")
    assert case.item_outcomes == {"food": Outcome.GRANTED, "homestead": Outcome.REFUSED}
    assert work(office) == set()


def test_what_is_left_may_be_decided_made_ready_and_handed_over_together() -> None:
    office = food_handed_over()
    for task in ("homestead:housing", "homestead:fire"):
        settle(office, task)
    office.when(Decide, decider("market"), outcome=Outcome.GRANTED)
    office.when(MakeResultReady, reviewer("market"), content_hash=HASH)
    office.when(IssueResult, ISSUER, **AT_A_WINDOW)
    assert (office.case().status, office.case().outcome) == (Status.ISSUED, Outcome.GRANTED)


def test_what_was_decided_together_may_be_handed_over_one_by_one() -> None:
    office = package()
    for task in ("food:market", "homestead:housing", "homestead:fire"):
        settle(office, task)
    office.when(Decide, decider("market"), outcome=Outcome.GRANTED)
    done(office, "homestead")
    assert work(office) == {("result", "department", "food")}
    done(office, "food")
    assert office.case().status is Status.ISSUED


def test_an_item_alone_is_not_decided_or_handed_over_where_the_package_does_not_say_so() -> None:
    office = accepted(refusal=Refusal.EACH_BY_ITSELF)
    settle(office, "food:market")
    told = "are decided and handed over together, because its package does not say `handed_over: each`"
    by_item = {"outcome": Outcome.GRANTED, "item_id": "food"}
    assert told in office.refused(Decide, decider("market"), **by_item)
    for task in ("homestead:housing", "homestead:fire"):
        settle(office, task)
    office.when(Decide, decider("market"), outcome=Outcome.GRANTED)
    assert told in office.refused(MakeResultReady, reviewer("market"), content_hash=HASH, item_id="food")
    office.when(MakeResultReady, reviewer("market"), content_hash=HASH)
    assert told in office.refused(IssueResult, ISSUER, **AT_A_WINDOW, item_id="food")


def test_an_item_goes_its_way_in_its_order_and_once() -> None:
    office = package()
    by_item = {"outcome": Outcome.GRANTED, "item_id": "food"}
    assert "waits for the approval of food:market" in office.refused(Decide, decider("market"), **by_item)
    assert "waits for the approval of others before it" in office.refused(
        Decide, decider("market"), outcome=Outcome.GRANTED, item_id="homestead"
    )
    assert "has no item moon" in office.refused(Decide, decider("market"), outcome=Outcome.GRANTED, item_id="moon")
    settle(office, "food:market")
    ready = {"content_hash": HASH, "item_id": "food"}
    assert "food of case C1 is not decided yet" in office.refused(MakeResultReady, reviewer("market"), **ready)
    assert "decide it granted" in office.refused(
        Decide, decider("market"), outcome=Outcome.REFUSED, item_id="food", **WHY
    )
    decide(office, "food")
    assert "is granted already" in office.refused(Decide, decider("market"), **by_item)
    over = {**AT_A_WINDOW, "item_id": "food"}
    assert "food of case C1 is not ready yet" in office.refused(IssueResult, ISSUER, **over)
    office.when(MakeResultReady, reviewer("market"), **ready)
    assert "is ready already" in office.refused(MakeResultReady, reviewer("market"), **ready)
    in_vain = {"delivery": Delivery.POST, "failure": Failure.SENT_BACK}
    office.when(RecordFailure, ISSUER, **in_vain, item_id="food")
    office.when(IssueResult, ISSUER, **over)
    assert "is handed over already" in office.refused(IssueResult, ISSUER, **over)
    assert "is handed over already" in office.refused(RecordFailure, ISSUER, **in_vain, item_id="food")


def test_an_item_is_refused_with_its_reasons_and_what_comes_after_it_with_it() -> None:
    office = package()
    settle(office, "food:market", RefuseTask)
    refused = {"outcome": Outcome.REFUSED, "item_id": "food"}
    assert "a refusal must name its reasons" in office.refused(Decide, decider("market"), **refused)
    decide(office, "food", Outcome.REFUSED)
    assert work(office) == {("result", "department", "food"), ("decide", "department", "homestead")}
    decide(office, "homestead", Outcome.REFUSED)
    assert office.case().outcome is Outcome.REFUSED


def test_a_hearing_holds_back_every_item() -> None:
    office = package()
    hearing = {"suspension_id": "h", "ground": Ground.HEARING, "notice": "听证", "presided_by": "B2"}
    office.when(StopClock, reviewer("market"), **hearing)
    settle(office, "food:market")
    by_item = {"outcome": Outcome.GRANTED, "item_id": "food"}
    assert "waits for the result of h (hearing)" in office.refused(Decide, decider("market"), **by_item)
    office.when(ResumeClock, reviewer("market"), suspension_id="h")
    decide(office, "food")


def test_each_result_is_to_be_delivered_in_its_own_time() -> None:
    """Article 44: ten working days of its own decision, not of the last one."""
    office = package()
    settle(office, "food:market")
    decide(office, "food")
    limit = next(each for each in deadlines(office.case(), office.city) if each.part == "delivery:food")
    assert (limit.kind, limit.at.date()) == (Kind.RED, date(2025, 3, 17))
    office.now = datetime(2025, 3, 18, tzinfo=UTC)
    made = office.when(Tick, CLOCK)
    assert ("delivery:food", Light.RED) in [(e.part, e.light) for e in made if isinstance(e, LightTurned)]
    done(office, "food")
    assert not [each for each in deadlines(office.case(), office.city) if each.part == "delivery:food"]


def test_each_handing_over_has_a_code_and_any_of_them_rates_the_case_at_its_end() -> None:
    office = package()
    settle(office, "food:market")
    decide(office, "food")
    office.when(MakeResultReady, reviewer("market"), content_hash=HASH, item_id="food")
    first = digest_of("C1", "2222-3333-4444")
    assert "a result needs a code" in office.refused(
        IssueResult, ISSUER, **AT_A_WINDOW, item_id="food", rating_code=None
    )
    office.when(IssueResult, ISSUER, **AT_A_WINDOW, item_id="food", rating_code=kept(first))
    assert "possible only while it is issued" in office.refused(Evaluate, CITIZEN, grade=5, code=first)
    settle(office, "homestead:housing", RefuseTask)
    decide(office, "homestead", Outcome.REFUSED)
    done(office, "homestead")
    assert "with the code that was given" in office.refused(
        Evaluate, CITIZEN, grade=5, code=digest_of("C1", "AAAA-BBBB-CCCC")
    )
    office.when(Evaluate, CITIZEN, grade=4, code=first)
    assert office.case().status is Status.EVALUATED


def owing(*further: PackagePart) -> Office:
    """Given food and restaurant; restaurant's plan is promised for 20 March; food is decided and ready."""
    office = offered(**EACH, parts=(PackagePart(item_id="food"), PackagePart(item_id="restaurant"), *further))
    given = {"package": "shop", "channel": Channel.WINDOW, "hall": "H1", "window": "W1"}
    office.when(RegisterIntake, applicant=applicant(), **given)
    for name in ("id", "lease"):
        office.when(SubmitMaterial, CITIZEN, material_id=name, content_hash=HASH)
        office.when(CheckMaterial, CLERK, material_id=name, verdict=Verdict.ACCEPTED)
    promise = {"verdict": Verdict.DEFERRED, "promised_by": date(2025, 3, 20)}
    office.when(CheckMaterial, CLERK, material_id="plan", **promise)
    office.when(Accept)
    settle(office, "food:market")
    decide(office, "food")
    office.when(MakeResultReady, reviewer("market"), content_hash=HASH, item_id="food")
    return office


def test_a_promised_material_holds_back_the_items_that_ask_for_it() -> None:
    """Once an item is decided a broken promise takes it back no more: it holds back the handing over of what asks for it."""
    office = owing()
    office.when(IssueResult, ISSUER, **AT_A_WINDOW, item_id="food")
    for task in ("restaurant:market", "restaurant:fire"):
        settle(office, task)
    decide(office, "restaurant")
    office.now = datetime(2025, 3, 24, tzinfo=UTC)
    made = office.when(Tick, CLOCK)
    assert [event.material_id for event in made if isinstance(event, HandingOverHeld)] == ["plan"]
    assert office.case().under_way
    office.when(MakeResultReady, reviewer("market"), content_hash=HASH, item_id="restaurant")
    over = {**AT_A_WINDOW, "item_id": "restaurant"}
    assert "plan not handed in and accepted yet" in office.refused(IssueResult, ISSUER, **over)
    assert work(office) == {("promised", "applicant", None)}
    office.when(SubmitMaterial, CITIZEN, material_id="plan", content_hash=HASH)
    office.when(CheckMaterial, material_id="plan", verdict=Verdict.ACCEPTED)
    office.when(IssueResult, ISSUER, **over)
    assert office.case().status is Status.ISSUED


def test_an_item_that_is_not_decided_goes_back_for_a_broken_promise_and_what_was_decided_stays() -> None:
    office = owing()
    office.when(ClaimTask, reviewer("market"), task_id="restaurant:market")
    office.now = datetime(2025, 3, 24, tzinfo=UTC)
    sent_back = [event for event in office.when(Tick, CLOCK) if isinstance(event, PartSentBack)]
    assert sent_back == [PartSentBack(item_id="restaurant", material_id="plan", promised_by=date(2025, 3, 20))]
    case = office.case()
    assert (case.status, case.outcome) == (Status.RESULT_READY, Outcome.GRANTED)
    assert case.tasks["restaurant:market"].status is TaskStatus.CLOSED
    office.when(IssueResult, ISSUER, **AT_A_WINDOW, item_id="food")
    assert office.case().status is Status.ISSUED


def test_what_comes_after_an_item_that_goes_back_goes_back_with_it() -> None:
    """Given food, restaurant and, after restaurant, park; restaurant's plan is promised and does not come."""
    office = owing(PackagePart(item_id="park", after=("restaurant",)))
    office.now = datetime(2025, 3, 24, tzinfo=UTC)
    sent_back = [(event.item_id, event.after) for event in office.when(Tick, CLOCK) if isinstance(event, PartSentBack)]
    assert sent_back == [("restaurant", None), ("park", "restaurant")]


def test_an_appeal_that_names_an_item_which_went_back_takes_it_up_again() -> None:
    office = owing()
    office.now = datetime(2025, 3, 24, tzinfo=UTC)
    office.when(IssueResult, ISSUER, **AT_A_WINDOW, item_id="food")
    office.when(Reopen, head("market", "H9"), **APPEAL, items=("restaurant",))
    case = office.case()
    assert (case.withdrawn_parts, case.sent_back_parts) == ((), ())
    assert case.tasks["restaurant:market"].unsettled
    assert case.item_outcomes == {"food": Outcome.GRANTED}


def test_the_last_part_that_is_open_may_be_withdrawn_and_the_case_ends_with_what_was_handed_over() -> None:
    office = food_handed_over()
    assert "food of case C1 is decided; withdraw the undecided items one by one" in office.refused(Withdraw, CITIZEN)
    assert "only undecided items can be withdrawn" in office.refused(WithdrawPart, CITIZEN, item_id="food")
    office.when(WithdrawPart, CITIZEN, item_id="homestead")
    case = office.case()
    assert (case.status, case.outcome, case.under_way) == (Status.ISSUED, Outcome.GRANTED, False)
    office.when(Evaluate, CITIZEN, grade=5)


def test_a_case_is_not_terminated_while_what_was_granted_is_still_there() -> None:
    office = package()
    settle(office, "food:market")
    decide(office, "food")
    why = {"ground": TerminationGround.FORCE_MAJEURE, "reasons": "房屋灭失", "legal_basis": "行政许可法 70"}
    assert "food is decided and not handed over" in office.refused(Terminate, head("market"), **why)
    done(office, "food")
    office.when(Terminate, head("market"), **why)
    assert office.case().item_outcomes == {"food": Outcome.GRANTED}


def test_who_handed_over_an_item_decides_no_other() -> None:
    office = food_handed_over()
    for task in ("homestead:housing", "homestead:fire"):
        settle(office, task)
    both = Actor(person=ISSUER.person, role=Role.REVIEWER, department="market", hall="H1")
    by_item = {"outcome": Outcome.GRANTED, "item_id": "homestead"}
    assert "I1 handed over case C1" in office.refused(Decide, both, **by_item)


def test_a_case_of_which_an_item_is_decided_is_not_merged() -> None:
    same = {"other": "C2", "reason": "重复登记", "other_applicant": "P1", "other_items": ("food", "homestead")}
    assert "only undecided applications can be merged" in food_handed_over().refused(MergeInto, **same)


def test_an_appeal_about_one_item_leaves_alone_what_was_handed_over() -> None:
    office = food_handed_over()
    settle(office, "homestead:housing", RefuseTask)
    decide(office, "homestead", Outcome.REFUSED)
    done(office, "homestead")
    office.when(Evaluate, CITIZEN, grade=4)
    office.when(Reopen, head("market"), **APPEAL, items=("homestead",))
    case = office.case()
    assert (case.status, case.item_outcomes) == (Status.IN_REVIEW, {"food": Outcome.GRANTED})
    assert set(case.item_results) == {"food"}
    for task in ("homestead:housing", "homestead:fire"):
        settle(office, task, person="R2")
    assert work(office) == {("decide", "department", "homestead")}
    decide(office, "homestead")
    assert "is handed over already" in office.refused(IssueResult, ISSUER, **AT_A_WINDOW, item_id="food")
    done(office, "homestead")
    assert (office.case().status, office.case().outcome) == (Status.ISSUED, Outcome.GRANTED)


def test_what_was_refused_with_another_opens_with_it_again() -> None:
    office = package("builds")
    settle(office, "food:market", RefuseTask)
    for item in ("food", "homestead"):
        decide(office, item, Outcome.REFUSED)
        done(office, item)
    for task in ("building:housing", "building:fire"):
        settle(office, task)
    decide(office, "building")
    done(office, "building")
    assert "because it fell with an earlier item" in office.refused(
        Reopen, head("market"), **APPEAL, items=("homestead",)
    )
    office.when(Reopen, head("market"), **APPEAL, items=("food",))
    assert set(office.case().item_results) == {"building"}
    assert {(kind, item) for kind, _, item in work(office)} == {("approve", "food"), ("upcoming", "homestead")}
    settle(office, "food:market", person="R2")
    for task in ("homestead:housing", "homestead:fire"):
        settle(office, task, person="R2")
    for item in ("food", "homestead"):
        decide(office, item)
        done(office, item)
    assert (office.case().status, office.case().outcome) == (Status.ISSUED, Outcome.GRANTED)


def test_a_case_that_is_transferred_takes_its_items_along() -> None:
    office = with_another_hall(food_handed_over())
    office.when(Transfer, hall="H2", reason="就近办理")
    assert office.case().item_results["food"].issued is not None


def test_what_falls_as_a_whole_is_not_handed_over_each_as_it_is_done() -> None:
    made = {name: getattr(PACKAGE, name) for name in PackageVersion.__slots__} | {"handed_over": HandedOver.EACH}
    refusal = Office().refused(PublishPackage, OPERATOR, package_id="shop", package=PackageVersion(**made))
    assert "handed_over: each is only for a package whose refusal is each_by_itself" in refusal


@pytest.mark.parametrize("said", [None, HandedOver.TOGETHER])
def test_items_are_handed_over_together_where_nothing_else_is_said(said: HandedOver | None) -> None:
    office = accepted(refusal=Refusal.EACH_BY_ITSELF, handed_over=said)
    settle(office, "food:market", RefuseTask)
    assert work(office) == {("decide", "department", None)}
