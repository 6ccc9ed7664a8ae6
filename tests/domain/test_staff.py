"""Who acts is known: posts are a history; what is claimed is held, what is left out is found, and never widens a right."""

import dataclasses
from datetime import date, timedelta
from typing import Any

import pytest

from domain.application.beside.assignment import DelegateTask, HandOverTask, ReassignTask
from domain.application.consequences.deadlines import Tick
from domain.application.path.approvals import ApproveTask, ClaimTask
from domain.application.path.decision import Decide, MakeResultReady
from domain.application.path.feedback import IssueResult
from domain.application.path.intake import RegisterIntake
from domain.application.path.materials import CheckMaterial, SubmitMaterial
from domain.application.terms import Channel, Outcome, TaskStatus, Verdict
from domain.catalogue.publishing import ReviseItem
from domain.catalogue.separation import Separation, Together
from domain.hall.staffing import AssignStaff
from domain.hall.windows import CloseWindow
from domain.people.department import Department
from domain.people.establishing import EstablishDepartment
from domain.people.joined_of_old import StaffJoined
from domain.people.joining import GiveRole, JoinStaff, LeaveStaff, RegisterFirstOperator, TakeRole
from domain.people.staff import Post
from domain.people.substituting import EndSubstitution, NameSubstitute
from domain.record import Act, Actor, Record, Role
from tests.office import (
    AT_A_WINDOW,
    BY_POST,
    CITIZEN,
    CLERK,
    HASH,
    ISSUER,
    ITEMS,
    NAME,
    OPERATOR,
    START,
    Office,
    accepted,
    applicant,
    approved,
    decided,
    decider,
    head,
    ready,
    received,
    reviewer,
)

MARKET = reviewer("market")
TASK = {"task_id": "food:market"}
NOBODY = Actor(person="NOBODY", role=Role.REVIEWER, department="market", hall="H1")
INTAKE: dict[str, Any] = {"items": ("food",), "channel": Channel.WINDOW, "hall": "H1", "window": "W1"}


def strict(office: Office) -> Office:
    """Given that nobody joins the staff by acting."""
    office.strict = True
    return office


def joins(office: Office, who: Actor, **more: Any) -> Office:
    """Given somebody who joins now."""
    post = {"role": who.role, "department": who.department, "hall": who.hall}
    office.when(JoinStaff, OPERATOR, person=who.person, person_name=NAME, **post, **more)
    return office


def last_actor(office: Office, case_id: str = "C1") -> Actor:
    """Who the last event of a case says acted."""
    return office.cases[f"application/{case_id}"][-1].act.actor


def test_somebody_on_nobodys_staff_is_refused_whatever_they_claim() -> None:
    office = strict(accepted("food"))
    refusal = office.refused(ClaimTask, NOBODY, **TASK)
    assert "NOBODY is no reviewer at" in refusal
    assert "is not on the staff [missing right: reviewer]" in refusal


def test_a_role_that_is_claimed_and_not_held_is_refused() -> None:
    office = strict(accepted("food"))
    boss = Actor(person="R1", role=Role.HEAD, department="market", hall="H1")
    refusal = office.refused(ReassignTask, boss, **TASK, to="R2", reason="x")
    assert "R1 is no head at" in refusal
    assert "reviewer of market in hall H1" in refusal
    assert "[missing right: head]" in refusal


def test_department_and_hall_come_from_the_post() -> None:
    office = strict(accepted("food"))
    joins(office, reviewer("market", "R7"))
    office.when(ClaimTask, Actor(person="R7", role=Role.REVIEWER), **TASK)
    assert last_actor(office) == Actor(person="R7", role=Role.REVIEWER, department="market", hall="H1")


def test_with_several_posts_one_says_which() -> None:
    office = strict(accepted("restaurant"))
    somebody = Actor(person="R1", role=Role.REVIEWER)  # of three departments
    refusal = office.refused(ClaimTask, somebody, task_id="restaurant:fire")
    assert "R1 could act as reviewer of market in hall H1; reviewer of fire in hall H1" in refusal
    assert "[missing right: one post]" in refusal
    office.when(ClaimTask, Actor(person="R1", role=Role.REVIEWER, department="fire"), task_id="restaurant:fire")
    assert last_actor(office).department == "fire"


def test_a_department_that_is_not_ones_own_is_refused() -> None:
    office = strict(joins(accepted("restaurant"), reviewer("market", "R7")))
    claimed = Actor(person="R7", role=Role.REVIEWER, department="fire")
    refusal = office.refused(ClaimTask, claimed, task_id="restaurant:fire")
    assert (
        "R7 is reviewer of market in hall H1; ClaimTask needs the right department fire [missing right: department fire]"
        in refusal
    )


def test_an_event_at_a_window_says_hall_and_window_always() -> None:
    office = strict(received("food"))
    check = {"material_id": "id", "verdict": Verdict.MISSING}
    refusal = office.refused(CheckMaterial, Actor(person="F1", role=Role.FRONT_DESK), **check)
    assert (
        "F1 acts at a window of hall H1; name the window, or have them assigned to one [missing right: a window]"
        in refusal
    )
    office.when(CheckMaterial, Actor(person="F1", role=Role.FRONT_DESK, window="W2"), **check)
    assert last_actor(office) == Actor(person="F1", role=Role.FRONT_DESK, hall="H1", window="W2")


def test_who_is_on_the_rota_need_not_say_the_window() -> None:
    office = strict(received("food"))
    shift = {"since": START, "until": START + timedelta(hours=3), "duties": ("intake",)}
    office.when(AssignStaff, OPERATOR, hall_id="H1", person="F2", window_id="W2", **shift)
    office.when(CheckMaterial, Actor(person="F2", role=Role.FRONT_DESK), material_id="id", verdict=Verdict.MISSING)
    assert last_actor(office).window == "W2"


def test_leaving_out_the_window_does_not_pass_by_the_rota() -> None:
    office = strict(received("food"))
    shift = {"since": START, "until": START + timedelta(hours=3), "duties": ("intake",)}
    office.when(AssignStaff, OPERATOR, hall_id="H1", person="F1", window_id="W1", **shift)
    check = {"material_id": "id", "verdict": Verdict.MISSING}
    for window, says in (("W1", "is not on its rota"), (None, "name the window")):
        assert says in office.refused(CheckMaterial, Actor(person="F2", role=Role.FRONT_DESK, window=window), **check)


def test_a_window_that_does_not_stand_is_nobodys_seat() -> None:
    office = strict(received("food"))
    check = {"material_id": "id", "verdict": Verdict.MISSING}
    at = Actor(person="F1", role=Role.FRONT_DESK, window="W99")
    assert "hall H1 has no window W99" in office.refused(CheckMaterial, at, **check)
    office.when(CloseWindow, OPERATOR, hall_id="H1", window_id="W2", reason="合并")
    at = Actor(person="F1", role=Role.FRONT_DESK, window="W2")
    assert "hall H1 has no window W2" in office.refused(CheckMaterial, at, **check)


def test_whoever_is_on_the_rota_of_a_window_that_is_gone_is_asked_where_they_sit() -> None:
    office = strict(received("food"))
    check = {"material_id": "id", "verdict": Verdict.MISSING}
    shift = {"since": START, "until": START + timedelta(hours=3), "duties": ("intake",)}
    office.when(AssignStaff, OPERATOR, hall_id="H1", person="F1", window_id="W2", **shift)
    office.when(CloseWindow, OPERATOR, hall_id="H1", window_id="W2", reason="合并")
    refused = office.refused(CheckMaterial, Actor(person="F1", role=Role.FRONT_DESK), **check)
    assert "F1 is on the rota of window W2 of hall H1, which does not stand any more; say at which" in refused
    office.when(CheckMaterial, Actor(person="F1", role=Role.FRONT_DESK, window="W1"), **check)


def test_a_post_of_all_halls_is_said_and_not_left_out() -> None:
    with pytest.raises(ValueError, match="hall"):
        JoinStaff(
            command_id="x", actor=OPERATOR, occurred_at=START, person="R8", person_name=NAME,
            role=Role.REVIEWER, department="market",
        )  # type: ignore[call-arg]  # fmt: skip
    office = strict(accepted("food"))
    joins(office, Actor(person="R8", role=Role.REVIEWER, department="market"))
    office.when(ClaimTask, Actor(person="R8", role=Role.REVIEWER), **TASK)
    assert last_actor(office).hall == "H1"


def test_a_post_counts_from_its_beginning_to_its_end() -> None:
    office = strict(accepted("food"))
    tomorrow = office.now + timedelta(days=1)
    joins(office, reviewer("market", "R7"), since=tomorrow, until=tomorrow + timedelta(days=1))
    seven = reviewer("market", "R7")
    assert "is on the staff already" not in office.refused(ClaimTask, seven, **TASK)
    office.now = tomorrow
    office.when(ClaimTask, seven, **TASK)
    office.now = tomorrow + timedelta(days=1)
    assert "R7 is no reviewer at" in office.refused(ApproveTask, seven, **TASK)


def test_what_happened_while_a_post_was_held_may_be_entered_after_it_ended() -> None:
    office = strict(joins(accepted("food"), reviewer("market", "R7")))
    office.when(
        TakeRole, OPERATOR, minutes=60, person="R7", role=Role.REVIEWER, department="market", hall="H1", reason="轮岗"
    )
    assert "R7 is no reviewer" in office.refused(ClaimTask, reviewer("market", "R7"), **TASK)
    office.when(ClaimTask, reviewer("market", "R7"), minutes=-30, **TASK)


def test_posts_are_given_taken_and_left() -> None:
    office = strict(Office())
    joins(office, reviewer("market", "R7"))
    deputy = {"person": "R7", "role": Role.HEAD, "department": "market", "hall": "H1"}
    office.when(GiveRole, OPERATOR, **deputy)
    assert "R7 is head of market in hall H1 already" in office.refused(GiveRole, OPERATOR, **deputy)
    assert {post.role for post in office.city.posts("R7", office.now)} == {Role.REVIEWER, Role.HEAD}
    office.when(TakeRole, OPERATOR, **deputy, reason="免职")
    assert "holds no such post; there are: reviewer of market" in office.refused(
        TakeRole, OPERATOR, **deputy, reason="x"
    )
    office.when(LeaveStaff, OPERATOR, person="R7", reason="退休")
    assert office.city.posts("R7", office.now) == ()
    assert len(office.city.staff["R7"].posts) == 2
    assert "R7 is not on the staff" in office.refused(LeaveStaff, OPERATOR, person="R7", reason="x")
    joins(office, reviewer("fire", "R7"))  # and comes back
    assert [post.department for post in office.city.posts("R7", office.now)] == ["fire"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"role": Role.APPLICANT}, "applicant is not a post"),
        ({"role": Role.IMPORTER}, "importer is not a post"),
        ({"role": Role.CLOCK}, "clock is not a post"),
        ({"department": None}, "R7 reviews for a department"),
        ({"department": "moon"}, "department moon is not known"),
        ({"hall": "H9"}, "hall H9 is not known"),
        ({"since": START - timedelta(days=1)}, "before it is given"),
        ({"until": START - timedelta(days=1)}, "ends before it begins"),
        ({"person": "clock"}, "a name of the program itself"),
        ({"person": "import"}, "a name of the program itself"),
        ({"person": "R1"}, "R1 is on the staff already"),
    ],
)
def test_a_post_that_cannot_be_is_refused(changes: dict[str, Any], says: str) -> None:
    fields = {"person": "R7", "person_name": NAME, "role": Role.REVIEWER, "department": "market", "hall": "H1"}
    assert says in Office().refused(JoinStaff, OPERATOR, **{**fields, **changes})


def test_the_first_operator_is_the_first_and_the_last_one_stays() -> None:
    office = strict(Office())
    second = {"person": "O2", "person_name": NAME}
    refusal = office.refused(RegisterFirstOperator, Actor(person="O2", role=Role.OPERATOR), **second)
    assert "operators on record already (O1, operator)" in refusal
    office.when(LeaveStaff, Actor(person="O1", role=Role.OPERATOR), person="operator", reason="调离")
    last = Actor(person="O1", role=Role.OPERATOR)
    assert "O1 is the last operator of all halls" in office.refused(LeaveStaff, last, person="O1", reason="x")
    post = {"role": Role.OPERATOR, "department": None, "hall": None}
    assert "O1 is the last operator" in office.refused(TakeRole, last, person="O1", **post, reason="x")
    assert "operators on record already" in office.refused(
        RegisterFirstOperator, OPERATOR, person="operator", person_name=NAME
    )


def test_an_operator_of_one_hall_sets_up_that_hall_and_not_the_city() -> None:
    office = strict(Office())
    joins(office, Actor(person="O3", role=Role.OPERATOR, hall="H1"))
    local = Actor(person="O3", role=Role.OPERATOR)
    office.when(CloseWindow, local, hall_id="H1", window_id="W2", reason="合并")
    refusal = office.refused(EstablishDepartment, local, department_id="x", label={"zh": "x", "en": "x"})
    assert "O3 is of hall H1; EstablishDepartment needs the right all halls [missing right: all halls]" in refusal


def test_the_programs_own_roles_are_no_persons() -> None:
    office = strict(received("food"))
    department = {"department_id": "x", "label": {"zh": "x", "en": "x"}}
    refusal = office.refused(EstablishDepartment, Actor(person="F1", role=Role.IMPORTER), **department)
    assert "F1 cannot act as importer; only the program itself does [missing right: importer]" in refusal
    assert "R1 cannot act as clock" in office.refused(Tick, Actor(person="R1", role=Role.CLOCK))


def test_who_serves_is_never_who_applies() -> None:
    office = strict(joins(Office(), Actor(person="P1", role=Role.FRONT_DESK, hall="H1")))
    both = Actor(person="P1", role=Role.FRONT_DESK, window="W1")
    refusal = office.refused(RegisterIntake, both, **INTAKE, applicant=applicant())
    assert "P1 is the applicant; another person must serve them" in refusal
    received("food", office=office)
    assert "another person must serve them" in office.refused(
        CheckMaterial, both, material_id="id", verdict=Verdict.MISSING
    )
    office.when(SubmitMaterial, CITIZEN, material_id="id", content_hash=HASH)  # on their own case, as an applicant


def test_a_second_person_is_a_known_one() -> None:
    office = strict(accepted("food"))
    office.when(ClaimTask, MARKET, **TASK)
    for to in ("NOBODY", "I1"):
        assert f"{to} holds no post as head or reviewer of market in hall H1" in office.refused(
            DelegateTask, MARKET, **TASK, to=to
        )


# Separations.


def test_receiver_reviewer_decider_and_issuer_are_four_people() -> None:
    office = strict(Office())
    joins(office, Actor(person="X", role=Role.FRONT_DESK, hall="H1"))
    for role, department in ((Role.REVIEWER, "market"), (Role.HEAD, "market"), (Role.ISSUER, None)):
        office.when(GiveRole, OPERATOR, person="X", role=role, department=department, hall="H1")
    clerk = Actor(person="X", role=Role.FRONT_DESK, window="W1")
    issuer = Actor(person="X", role=Role.ISSUER, window="W3")
    office.when(RegisterIntake, clerk, **INTAKE, applicant=applicant())
    accepted_by_others(office)
    task = {"task_id": "food:market"}
    mine = Actor(person="X", role=Role.REVIEWER)
    assert "X received case C1; reviewing is for another person" in office.refused(ClaimTask, mine, **task)
    office.when(ClaimTask, MARKET, **task)
    assert "X received case C1" in office.refused(DelegateTask, MARKET, **task, to="X")
    assert "X received case C1" in office.refused(ReassignTask, head("market"), **task, to="X", reason="x")
    assert "X received case C1" in office.refused(HandOverTask, head("market"), **task, holder="R1", to="X", reason="x")
    office.when(ApproveTask, MARKET, **task)
    grant = {"outcome": Outcome.GRANTED}
    assert "X received case C1; deciding is for another person" in office.refused(Decide, mine, **grant)
    assert "R1 reviewed case C1; deciding is for another person" in office.refused(Decide, MARKET, **grant)
    office.when(Decide, decider("market"), **grant)
    office.when(MakeResultReady, decider("market"), content_hash=HASH)
    assert "X received case C1; issuing is for another person" in office.refused(IssueResult, issuer, **AT_A_WINDOW)
    office.when(GiveRole, OPERATOR, person="R1", role=Role.ISSUER, department=None, hall="H1")
    office.when(GiveRole, OPERATOR, person="D1", role=Role.ISSUER, department=None, hall="H1")
    for person, did in (("R1", "reviewed"), ("D1", "decided")):
        again = Actor(person=person, role=Role.ISSUER, window="W3")
        refusal = office.refused(IssueResult, again, **AT_A_WINDOW)
        assert f"{person} {did} case C1; issuing is for another person, ask a colleague" in refusal
    office.when(IssueResult, ISSUER, **AT_A_WINDOW)


def accepted_by_others(office: Office) -> None:
    """Given that colleagues at the front desk see to the rest."""
    for name in ("id", "lease"):
        office.when(SubmitMaterial, CITIZEN, material_id=name, content_hash=HASH)
        office.when(CheckMaterial, CLERK, material_id=name, verdict=Verdict.ACCEPTED)
    from domain.application.path.acceptance import Accept

    office.when(Accept, CLERK)


def test_who_held_a_task_for_a_moment_has_reviewed() -> None:
    from domain.application.path.approvals import ReleaseTask

    office = strict(accepted("food"))
    office.when(ClaimTask, reviewer("market", "R2"), **TASK)
    office.when(ReleaseTask, reviewer("market", "R2"), **TASK)
    assert office.case().touched_tasks("R2") == ("food:market",)
    office.when(ClaimTask, MARKET, **TASK)
    office.when(ApproveTask, MARKET, **TASK)
    assert office.case().tasks["food:market"].settled_by == "R1"
    assert "R2 reviewed case C1" in office.refused(Decide, reviewer("market", "R2"), outcome=Outcome.GRANTED)


def test_who_decided_does_not_verify_the_complaint() -> None:
    from domain.application.path.evaluation import Evaluate, VerifyRating
    from tests.office import issued

    office = issued("park")
    office.when(Evaluate, CITIZEN, grade=1)
    strict(office)
    office.when(GiveRole, OPERATOR, person="D1", role=Role.HEAD, department="market", hall="H1")
    finding = {"founded": True, "finding": "属实"}
    refusal = office.refused(VerifyRating, Actor(person="D1", role=Role.HEAD), **finding)
    assert "D1 decided case C1; verifying is for another person" in refusal
    office.when(VerifyRating, head("market"), **finding)


# Absence and leaving.


def test_a_substitute_acts_with_the_absent_persons_post_and_the_event_says_both() -> None:
    office = strict(joins(accepted("food"), reviewer("market", "R7")))
    joins(office, Actor(person="R8", role=Role.REVIEWER, department="fire", hall="H1"))
    week = {"until": office.now + timedelta(days=7), "reason": "休假"}
    eight = Actor(person="R8", role=Role.REVIEWER, department="market")
    assert "R8 is reviewer of fire" in office.refused(ClaimTask, eight, **TASK)
    office.when(NameSubstitute, OPERATOR, person="R7", substitute="R8", **week)
    assert "has a substitute in that time already" in office.refused(
        NameSubstitute, OPERATOR, person="R7", substitute="R1", **week
    )
    office.when(ClaimTask, eight, **TASK)
    record = office.cases["application/C1"][-1]
    assert (record.act.actor.person, record.act.actor.department, record.act.stands_in_for) == ("R8", "market", "R7")
    office.when(EndSubstitution, OPERATOR, person="R7", substitute="R8")
    assert "R8 is reviewer of fire" in office.refused(ApproveTask, eight, **TASK)


def test_a_substitution_ends_by_itself_and_with_the_absent_person() -> None:
    for end in ("time", "left"):
        office = strict(joins(accepted("food"), reviewer("market", "R7")))
        joins(office, Actor(person="R8", role=Role.REVIEWER, department="fire", hall="H1"))
        until = office.now + timedelta(days=1)
        office.when(NameSubstitute, OPERATOR, person="R7", substitute="R8", until=until, reason="休假")
        if end == "time":
            office.now = until
        else:
            office.when(LeaveStaff, OPERATOR, person="R7", reason="退休")
        refusal = office.refused(ClaimTask, Actor(person="R8", role=Role.REVIEWER, department="market"), **TASK)
        assert "[missing right: department market]" in refusal


def test_a_head_names_substitutes_in_the_own_department() -> None:
    office = strict(Office())
    joins(office, reviewer("fire", "R7"))
    week = {"person": "R7", "until": office.now + timedelta(days=7), "reason": "休假"}
    refusal = office.refused(NameSubstitute, head("market"), substitute="R1", **week)
    assert "B1 is a head of market, where R7 has no post" in refusal
    assert "NOBODY is not on the staff" in office.refused(
        NameSubstitute, head("fire", "B4"), substitute="NOBODY", **week
    )
    assert "cannot stand in for themselves" in office.refused(
        NameSubstitute, head("fire", "B4"), substitute="R7", **week
    )
    office.when(NameSubstitute, head("fire", "B4"), substitute="R1", **week)


def test_whoever_has_left_holds_nothing() -> None:
    """A task that was claimed in the moment of leaving stands in the leaver's name, and anybody of the department takes it."""
    office = strict(joins(accepted("food"), reviewer("market", "R7")))
    office.when(ClaimTask, reviewer("market", "R7"), **TASK)
    assert "is claimed by R7, not open" in office.refused(ClaimTask, MARKET, **TASK)
    office.when(LeaveStaff, OPERATOR, person="R7", reason="退休")
    assert "R7 is no reviewer" in office.refused(ApproveTask, reviewer("market", "R7"), **TASK)
    office.when(ClaimTask, MARKET, **TASK)
    assert office.case().tasks["food:market"].holder == "R1"


def test_what_somebody_holds_is_handed_over_by_a_head_or_an_operator() -> None:
    office = strict(accepted("restaurant"))
    for department in ("market", "fire"):
        office.when(ClaimTask, reviewer(department), task_id=f"restaurant:{department}")
    over = {"holder": "R1", "to": "R2", "reason": "休假"}
    refusal = office.refused(HandOverTask, head("market"), task_id="restaurant:fire", **over)
    assert "belongs to department fire, not to market" in refusal
    office.when(HandOverTask, head("market"), task_id="restaurant:market", **over)
    office.when(HandOverTask, OPERATOR, task_id="restaurant:fire", **over)
    tasks = office.case().tasks.values()
    assert {(task.holder, task.status) for task in tasks} == {("R2", TaskStatus.CLAIMED)}
    assert "is held by R2, not held by R1" in office.refused(HandOverTask, OPERATOR, task_id="restaurant:fire", **over)


# Older records.


def test_staff_of_older_records_hold_their_post_in_all_halls() -> None:
    office = strict(accepted("food"))
    act = Act(actor=OPERATOR, command_id="old", correlation_id="old", occurred_at=START - timedelta(days=30))
    name = office.vault.seal("staff/R0", "name", NAME)
    joined = StaffJoined(person="R0", name=name, role=Role.REVIEWER)
    version = len(office.cases["department/market"]) + 1
    office.city.learn(Record("department/market", version, joined, act, position=10_000))
    assert office.city.posts("R0", office.now) == (Post(Role.REVIEWER, "market", None, START - timedelta(days=30)),)
    office.when(ClaimTask, Actor(person="R0", role=Role.REVIEWER), **TASK)
    office.when(GiveRole, OPERATOR, person="R0", role=Role.HEAD, department="market", hall="H1")
    office.when(TakeRole, OPERATOR, person="R0", role=Role.REVIEWER, department="market", hall=None, reason="轮岗")
    assert [post.role for post in office.city.posts("R0", office.now)] == [Role.HEAD]
    office.when(LeaveStaff, OPERATOR, person="R0", reason="退休")
    assert office.city.posts("R0", office.now) == ()
    assert isinstance(office.city.departments["market"], Department)


def test_a_letter_goes_out_from_a_window_too() -> None:
    office = strict(ready("food"))
    office.when(IssueResult, Actor(person="I1", role=Role.ISSUER, window="W3"), **BY_POST)
    assert (last_actor(office).hall, last_actor(office).window) == ("H1", "W3")
    assert approved("food").case().decided_by == ()
    assert decided("food").case().decided_by == ("D1",)


def test_a_small_hall_may_do_without_a_separation_by_a_source_and_keeps_the_others() -> None:
    small = (Together(separation=Separation.REVIEWING_DECIDING, source="乡镇便民服务中心岗位设置规定"),)
    office = Office()
    version = dataclasses.replace(ITEMS["food"], version=2, effective_from=date(2025, 2, 1), together=small)
    office.when(ReviseItem, OPERATOR, item_id="food", item=version, reason="小厅")
    strict(approved("food", office=office))
    office.when(GiveRole, OPERATOR, person="F1", role=Role.REVIEWER, department="market", hall="H1")
    grant = {"outcome": Outcome.GRANTED}
    both = Actor(person="F1", role=Role.REVIEWER)
    assert "F1 received case C1; deciding is for another person" in office.refused(Decide, both, **grant)
    office.when(Decide, MARKET, **grant)
    office.when(MakeResultReady, MARKET, content_hash=HASH)


def test_of_several_items_the_stricter_one_counts() -> None:
    small = (Together(separation=Separation.REVIEWING_DECIDING, source="岗位设置规定"),)
    office = Office()
    version = dataclasses.replace(ITEMS["food"], version=2, effective_from=date(2025, 2, 1), together=small)
    office.when(ReviseItem, OPERATOR, item_id="food", item=version, reason="小厅")
    strict(approved("food", "restaurant", office=office))
    assert "R1 reviewed case C1" in office.refused(Decide, MARKET, outcome=Outcome.GRANTED)
