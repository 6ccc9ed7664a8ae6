"""Rule 9: an extension is granted once, before the limit, and never by the department's own handler alone."""

from datetime import UTC, datetime, timedelta

from domain.application.limits.extension import ExtendLimit, ExtensionRefused, LimitExtended, RefuseExtension
from domain.application.path.approvals import ApproveTask, ClaimTask, ReleaseTask
from domain.catalogue.publishing import PublishItem
from domain.record import Act, Actor, Role
from tests.office import OPERATOR, Office, accepted, days, decided, head, item, material, received, reviewer

HEAD = Actor(person="H1", role=Role.HEAD, department="housing", hall="H1")
TOLD = {"notice": "延长五个工作日的书面告知"}
DUE = datetime(2025, 3, 18, 9, 30, tzinfo=UTC)
"""Eleven working days of the acceptance on Monday 3 March, when the hall closes: two weeks and a day."""
LATER = datetime(2025, 3, 25, 9, 30, tzinfo=UTC)
"""Five more."""


def extended() -> Office:
    office = accepted("homestead")
    office.when(ExtendLimit, HEAD, **TOLD)
    return office


def test_rule_9_the_decision_and_the_tasks_that_ran_as_long_are_due_later() -> None:
    office = accepted("homestead")
    before = office.case()
    assert before.due_at == DUE
    (extension,) = office.when(ExtendLimit, HEAD, **TOLD)
    assert isinstance(extension, LimitExtended)
    after = office.case()
    assert (after.due_at, after.extended) == (LATER, True)
    for name, task in after.tasks.items():
        assert task.due_at == LATER
        assert task.warn_at > before.tasks[name].warn_at


def test_rule_9_an_extension_is_granted_once() -> None:
    assert "has had its one extension" in extended().refused(ExtendLimit, HEAD, **TOLD)


def test_rule_9_an_extension_is_granted_before_the_limit() -> None:
    office = accepted("homestead")
    office.now = DUE - timedelta(minutes=1)
    office.when(ExtendLimit, HEAD, **TOLD)
    office = accepted("homestead")
    office.now = DUE
    assert "it can only be extended before [rule 9]" in office.refused(ExtendLimit, HEAD, **TOLD)


def test_rule_9_only_a_head_of_the_lead_department_extends_and_not_one_who_handles_the_case() -> None:
    office = accepted("homestead")
    assert "[missing right: head]" in office.refused(ExtendLimit, reviewer("housing"), **TOLD)
    other = Actor(person="H2", role=Role.HEAD, department="fire")
    assert "only a head of its lead department housing can extend case C1" in office.refused(ExtendLimit, other, **TOLD)
    office.when(ClaimTask, HEAD, task_id="homestead:housing")
    assert "who had no part in it must extend it" in office.refused(ExtendLimit, HEAD, **TOLD)


def test_rule_9_a_head_who_ever_touched_a_task_of_the_case_does_not_extend_it() -> None:
    for command in (ApproveTask, ReleaseTask):
        office = accepted("homestead")
        office.when(ClaimTask, HEAD, task_id="homestead:housing")
        office.when(command, HEAD, task_id="homestead:housing")
        assert "H1 handles or handled homestead:housing" in office.refused(ExtendLimit, HEAD, **TOLD)
        office.when(ExtendLimit, head("housing", "B3"), **TOLD)


def test_a_refused_extension_is_told_with_its_reason_and_the_limit_stays() -> None:
    office = accepted("homestead")
    due_at = office.case().due_at
    asked = {"asked_by": "R1", "reason": "工作量大不是理由"}
    assert office.when(RefuseExtension, HEAD, **asked) == [ExtensionRefused(**asked)]
    assert (office.case().due_at, office.case().extended) == (due_at, False)
    assert "only a head of its lead department housing can refuse" in office.refused(
        RefuseExtension, head("fire", "B4"), **asked
    )
    assert "another person must refuse it" in office.refused(RefuseExtension, HEAD, **{**asked, "asked_by": "H1"})
    assert "NOBODY holds no post" in office.refused(RefuseExtension, HEAD, **{**asked, "asked_by": "NOBODY"})
    office.when(ExtendLimit, HEAD, **TOLD)


def test_what_the_catalogue_does_not_allow_is_not_extended() -> None:
    office = accepted("food")
    market = Actor(person="H1", role=Role.HEAD, department="market")
    assert "the catalogue allows no extension" in office.refused(ExtendLimit, market, **TOLD)


def test_only_a_case_in_review_is_extended() -> None:
    for office in (received("homestead"), decided("homestead")):
        assert "an extension is possible only while it is in_review" in office.refused(ExtendLimit, HEAD, **TOLD)


def test_an_extension_of_an_older_history_leaves_the_light_as_it_was() -> None:
    """Its event says nothing of a warning."""
    case = accepted("homestead").case()
    act = Act(actor=HEAD, command_id="c", correlation_id="c", occurred_at=DUE - timedelta(days=1), calendar=1)
    extended = LimitExtended(due_at=LATER, notice="延长").evolve(case, act)
    assert (extended.due_at, extended.warn_at) == (LATER, case.warn_at)
    assert case.warn_at is not None


def test_a_limit_of_the_law_that_is_not_known_yet_is_not_extended_by_the_law_alone() -> None:
    """Accepted on Thursday 10 December 2026: its twenty days end in a year that the hall's calendar does not have."""
    office = Office()
    version = item("housing", materials=[material("id")], decision=days(5), by_law=days(10))
    office.when(PublishItem, OPERATOR, item_id="lawful", item=version)
    office.now = datetime(2026, 12, 10, 1, 56, tzinfo=UTC)
    accepted("lawful", office=office)
    assert office.case().statutory_due_at is None
    assert "allows no extension" in office.refused(ExtendLimit, HEAD, **TOLD)
