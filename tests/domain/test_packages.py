"""Packages: several items of several departments as one application, and what happens when one department refuses."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from domain.application.beside.reopening import Reopen
from domain.application.beside.withdrawal import WithdrawPart
from domain.application.limits.extension import ExtendLimit, RefuseExtension
from domain.application.path.acceptance import Accept
from domain.application.path.approvals import ApproveTask, ClaimTask, RefuseTask, ReturnTask, TaskOpened
from domain.application.path.decision import Decide, Decided
from domain.application.path.intake import RegisterIntake
from domain.application.path.materials import CheckMaterial, SubmitMaterial
from domain.application.terms import Channel, Outcome, TaskStatus, Verdict
from domain.catalogue.package import PackagePart, PackageVersion, Refusal
from domain.catalogue.packaging import PublishPackage
from domain.city import checklist
from domain.errors import RuleBroken
from domain.label import Label
from domain.record import Actor, Event, Role
from domain.time.working_time import Limit, Unit
from tests.office import CITIZEN, CLERK, HASH, NATURAL, OPERATOR, Office, applicant, days, decider, reviewer

WHY = {"reasons": "不符合条件", "legal_basis": "行政许可法 38", "remedies": "行政复议"}
MARKET = reviewer("market")
PACKAGE = PackageVersion(
    version=1,
    effective_from=date(2025, 1, 1),
    name=Label(zh="开店一件事", en="Opening a shop"),
    zone=NATURAL,
    lead_department="market",
    parts=(
        PackagePart(item_id="food"),  # market: id, lease
        PackagePart(item_id="building", only_if="builds"),  # housing, then fire: id, plan
        PackagePart(item_id="homestead", after=("food",)),  # housing and fire: id
    ),
    limit=days(8),
    refusal=Refusal.ALL_OR_NOTHING,
    extension=days(4),
)


def offered(**changes: Any) -> Office:
    """Given a package in the catalogue."""
    office = Office()
    made = {name: getattr(PACKAGE, name) for name in PackageVersion.__slots__} | changes
    office.when(PublishPackage, OPERATOR, package_id="shop", package=PackageVersion(**made))
    return office


def accepted(*conditions: str, **changes: Any) -> Office:
    """Given an accepted application for the package."""
    office = offered(**changes)
    given = {"package": "shop", "conditions": conditions, "channel": Channel.WINDOW, "hall": "H1", "window": "W1"}
    office.when(RegisterIntake, applicant=applicant(), **given)
    asked = checklist(office.city.pinned(tuple((ref.item_id, ref.version) for ref in office.case().items)))
    for name in asked:
        office.when(SubmitMaterial, CITIZEN, material_id=name, content_hash=HASH)
        office.when(CheckMaterial, CLERK, material_id=name, verdict=Verdict.ACCEPTED)
    office.when(Accept)
    return office


def settle(office: Office, task: str, command: type = ApproveTask, person: str = "R1") -> list[Event]:
    """Somebody of its department takes a task and settles it."""
    by = reviewer(office.case().tasks[task].department, person)
    office.when(ClaimTask, by, task_id=task)
    why = {} if command is ApproveTask else {"reasons": "不符合条件", "legal_basis": "行政许可法 38"}
    return office.when(command, by, task_id=task, **why)


def test_hours_within_the_law_s_days_are_published_and_an_extension_without_a_law_is_not_compared() -> None:
    hours = Limit(amount=300, unit=Unit.WORKING_HOURS)
    for changes in ({"limit": hours, "statutory": days(45)}, {"limit": days(20)}, {"extension": days(60)}):
        offered(**changes)


def test_without_a_law_of_joint_handling_nothing_is_promised_beyond_the_law_of_its_items() -> None:
    """By law food has 20 working days, homestead 21, building 22; 23 are for joint handling, which names its own limit (article 42)."""
    offered(limit=days(22))
    with pytest.raises(RuleBroken, match="longer than the law allows each item; name `statutory`"):
        offered(limit=days(23))
    offered(limit=days(23), statutory=days(45))


def opened(events: list[Event]) -> list[str]:
    return [event.task_id for event in events if isinstance(event, TaskOpened)]


def test_a_package_is_one_application_with_shared_materials_and_one_limit() -> None:
    office = accepted("builds")
    case = office.case()
    assert [ref.item_id for ref in case.items] == ["food", "building", "homestead"]
    assert (case.package and case.package.package_id, case.department) == ("shop", "market")
    assert sorted(case.materials) == ["id", "lease", "plan"]  # id is asked for once (rule 3)
    assert case.due_at == datetime(2025, 3, 13, 9, 30, tzinfo=UTC)  # eight working days of 3 March
    assert set(case.tasks) == {"food:market", "building:housing"}
    assert case.tasks["food:market"].due_at == case.due_at  # its department's own ten would end on 17 March


def test_a_part_applies_only_if_its_condition_is_met() -> None:
    assert [ref.item_id for ref in accepted().case().items] == ["food", "homestead"]


def test_a_part_that_comes_after_others_opens_when_they_are_approved() -> None:
    office = accepted()
    assert list(office.case().tasks) == ["food:market"]
    assert opened(settle(office, "food:market")) == ["homestead:housing", "homestead:fire"]
    settle(office, "homestead:housing")
    assert "waits for the approval of homestead:fire" in office.refused(
        Decide, decider("market"), outcome=Outcome.GRANTED
    )
    settle(office, "homestead:fire")
    office.when(Decide, decider("market"), outcome=Outcome.GRANTED)


def test_rule_6_all_or_nothing_one_refusal_settles_the_package() -> None:
    office = accepted("builds")
    settle(office, "food:market", RefuseTask)
    assert "decide it refused" in office.refused(Decide, decider("market"), outcome=Outcome.PARTLY_GRANTED, **WHY)
    office.when(Decide, decider("market"), outcome=Outcome.REFUSED, **WHY)


def test_rule_6_each_by_itself_the_others_go_on_but_not_those_that_come_after_it() -> None:
    office = accepted("builds", refusal=Refusal.EACH_BY_ITSELF)
    settle(office, "food:market", RefuseTask)
    assert "waits for the approval of building:housing" in office.refused(
        Decide, decider("market"), outcome=Outcome.REFUSED, **WHY
    )
    settle(office, "building:housing")
    settle(office, "building:fire")
    assert "food:market refused; decide it partly_granted" in office.refused(
        Decide, decider("market"), outcome=Outcome.GRANTED
    )
    assert "must name its reasons" in office.refused(Decide, decider("market"), outcome=Outcome.PARTLY_GRANTED)
    (decision,) = office.when(Decide, decider("market"), outcome=Outcome.PARTLY_GRANTED, **WHY)
    assert isinstance(decision, Decided)
    told = {part.item_id: part.granted for part in decision.parts}
    assert told == {"food": False, "building": True, "homestead": False}


def test_each_by_itself_with_nothing_granted_is_refused() -> None:
    office = accepted(refusal=Refusal.EACH_BY_ITSELF)
    settle(office, "food:market", RefuseTask)
    office.when(Decide, decider("market"), outcome=Outcome.REFUSED, **WHY)
    assert office.case().outcome is Outcome.REFUSED


def test_a_part_is_withdrawn_and_the_others_go_on() -> None:
    office = accepted("builds")
    housing = reviewer("housing")
    office.when(ClaimTask, housing, task_id="building:housing")
    office.when(ReturnTask, housing, task_id="building:housing", materials=("plan",), reason="补正")
    assert office.case().clock_stopped
    office.when(WithdrawPart, CITIZEN, item_id="building", reason="不建了")
    case = office.case()
    assert (case.clock_stopped, case.tasks["building:housing"].status) == (False, TaskStatus.WITHDRAWN)
    assert "has no part building; it has food, homestead" in office.refused(WithdrawPart, CITIZEN, item_id="building")
    assert opened(office.when(WithdrawPart, CITIZEN, item_id="food")) == ["homestead:housing", "homestead:fire"]
    assert "is the last part" in office.refused(WithdrawPart, CITIZEN, item_id="homestead")
    for task in ("homestead:housing", "homestead:fire"):
        settle(office, task)
    office.when(Decide, decider("market"), outcome=Outcome.GRANTED)


def test_a_withdrawn_part_stays_withdrawn_after_an_appeal() -> None:
    office = accepted("builds")
    office.when(WithdrawPart, CITIZEN, item_id="building")
    settle(office, "food:market", RefuseTask)
    office.when(Decide, decider("market"), outcome=Outcome.REFUSED, **WHY)
    head = Actor(person="B1", role=Role.HEAD, department="market", hall="H1")
    office.when(Reopen, head, order="复议决定 7", reason="事实不清")
    statuses = {name: task.status for name, task in office.case().tasks.items()}
    assert statuses == {"food:market": TaskStatus.OPEN, "building:housing": TaskStatus.WITHDRAWN}


def test_the_package_has_an_extension_of_its_own() -> None:
    office = accepted()
    head = Actor(person="B1", role=Role.HEAD, department="market", hall="H1")
    office.when(ExtendLimit, head, notice="延长的书面告知")
    assert office.case().due_at == datetime(2025, 3, 19, 9, 30, tzinfo=UTC)
    assert "allows no extension" in accepted(extension=None).refused(ExtendLimit, head, notice="x")


def test_joint_handling_is_extended_by_the_head_of_the_government_whom_the_package_names() -> None:
    """Article 42: by the people's government of that level, where departments handle an application jointly."""
    office = accepted(extended_by="housing")  # the department that stands for the government here
    lead, government = (
        Actor(person=p, role=Role.HEAD, department=d, hall="H1") for p, d in (("B1", "market"), ("B9", "housing"))
    )
    refusal = office.refused(ExtendLimit, lead, notice="x")
    assert (
        "only a head of housing (as its package says) can extend case C1, not one of market; ask there [article 42]"
        in refusal
    )
    asked = {"asked_by": "R1", "reason": "工作量大不是理由"}
    assert "only a head of housing (as its package says) can refuse" in office.refused(RefuseExtension, lead, **asked)
    office.when(RefuseExtension, government, **asked)
    office.when(ExtendLimit, government, notice="延长的书面告知")
    assert office.case().due_at == datetime(2025, 3, 19, 9, 30, tzinfo=UTC)


def test_whoever_handled_a_task_does_not_extend_joint_handling_either() -> None:
    office = accepted(extended_by="housing")
    settle(office, "food:market")
    government = Actor(person="B9", role=Role.HEAD, department="housing", hall="H1")
    office.when(ClaimTask, government, task_id="homestead:housing")
    assert "B9 handles or handled homestead:housing" in office.refused(ExtendLimit, government, notice="x")


def test_rule_2_a_package_is_pinned_at_the_version_it_was_taken_in_under() -> None:
    office = accepted()
    made = {name: getattr(PACKAGE, name) for name in PackageVersion.__slots__}
    newer = PackageVersion(**{**made, "version": 2, "effective_from": date(2025, 3, 2), "limit": days(2)})
    assert "say why the package changes" in office.refused(PublishPackage, OPERATOR, package_id="shop", package=newer)
    office.when(PublishPackage, OPERATOR, package_id="shop", package=newer, reason="提速")
    assert office.city.package("shop").in_force(date(2025, 3, 3)).version == 2
    case = office.case()
    assert case.package is not None
    assert case.package.version == 1


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"parts": (PackagePart(item_id="food"),)}, "a package has at least two"),
        ({"parts": (PackagePart(item_id="food"), PackagePart(item_id="food"))}, "food appears twice"),
        ({"parts": (PackagePart(item_id="food"), PackagePart(item_id="moon"))}, "moon is not in the catalogue"),
        ({"parts": (PackagePart(item_id="food"), PackagePart(item_id="shop"))}, "shop is not for a natural_person"),
        (
            {"parts": (PackagePart(item_id="food", after=("building",)), PackagePart(item_id="building"))},
            "food comes after building, which does not stand before it",
        ),
        ({"lead_department": "moon"}, "moon is not known"),
        ({"extended_by": "moon"}, "extended_by: moon is not known"),
        ({"version": 2}, "the next version is 1"),
    ],
)
def test_a_package_that_cannot_be_published(changes: dict[str, Any], says: str) -> None:
    made = {name: getattr(PACKAGE, name) for name in PackageVersion.__slots__} | changes
    refusal = Office().refused(PublishPackage, OPERATOR, package_id="shop", package=PackageVersion(**made))
    assert says in refusal


def test_an_intake_names_items_or_a_package_of_which_something_applies() -> None:
    office = offered(parts=(PackagePart(item_id="food", only_if="a"), PackagePart(item_id="building", only_if="b")))
    given = {"channel": Channel.WINDOW, "hall": "H1", "window": "W1", "applicant": applicant()}
    assert "must name either service items or one package" in office.refused(RegisterIntake, **given)
    assert "must name either service items or one package" in office.refused(
        RegisterIntake, **given, items=("food",), package="shop"
    )
    assert "name the conditions that the case meets" in office.refused(RegisterIntake, **given, package="shop")
    assert "package moon is not in the catalogue; there are shop" in office.refused(
        RegisterIntake, **given, package="moon"
    )
