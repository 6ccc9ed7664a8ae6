"""Who may: each command names its roles; a hall, a zone and a rota bind those who sit in one; applicants have their own cases."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.application.beside.corrections import CorrectClericalError
from domain.application.beside.recorded_steps import Meaning, RecordStep
from domain.application.beside.withdrawal import Withdraw
from domain.application.path.acceptance import Accept
from domain.application.path.approvals import ClaimTask
from domain.application.path.evaluation import Evaluate
from domain.application.path.feedback import Delivery, IssueResult
from domain.application.path.intake import RegisterIntake
from domain.application.path.materials import CheckMaterial, SubmitMaterial
from domain.application.terms import Channel, Verdict
from domain.command import Command
from domain.errors import NotAllowed
from domain.hall.hall import Duty, Layout, Window, WindowKind
from domain.hall.staffing import AssignStaff, RelieveStaff
from domain.hall.windows import OpenHall
from domain.label import Label
from domain.office import event_types
from domain.office.deciding import decide
from domain.people.applicant_kind import ApplicantKind
from domain.record import Actor, Role, Source
from tests.office import (
    AT_A_WINDOW,
    BY_POST,
    CITIZEN,
    CLERK,
    HASH,
    ISSUER,
    OPERATOR,
    START,
    STRANGER,
    Office,
    accepted,
    applicant,
    checked,
    issued,
    ready,
    received,
    setting_up,
)

assert event_types.MODULES  # every command is known


def commands(kind: type[Command] = Command) -> Iterator[type[Command]]:
    """Every command that can be given: those without others below them."""
    below = kind.__subclasses__()
    if not below:
        yield kind
    for each in below:
        yield from commands(each)


@pytest.mark.parametrize("command", list(commands()), ids=lambda command: command.__name__)
def test_every_command_says_who_may_give_it(command: type[Command]) -> None:
    assert command.roles
    assert Role.AUDITOR not in command.roles
    assert Role.REPORTER not in command.roles


@pytest.mark.parametrize("role", Role)
def test_a_role_that_may_not_is_refused_with_the_right_that_is_missing(role: Role) -> None:
    office = checked(received("food"))
    everywhere = Actor(person="S1", role=role, department="market" if role is Role.REVIEWER else None)
    office.on_the_staff(everywhere)
    actor = Actor(person="S1", role=role, window="W1")
    command = Accept(command_id="x", actor=actor, occurred_at=office.now, case_id="C1")
    if role is Role.FRONT_DESK:
        assert decide(command, office.case(), office.city, office.now)[0]
        return
    with pytest.raises(NotAllowed, match=r"may not give Accept \[missing right: front_desk\]") as refusal:
        decide(command, office.case(), office.city, office.now)
    assert refusal.value.right == "front_desk"


def test_staff_of_another_hall_may_not() -> None:
    office = accepted("food")
    window = Window(window_id="E1", kind=WindowKind.COMPREHENSIVE, zone=ApplicantKind.NATURAL_PERSON)
    opening = {"label": Label(zh="东湖", en="East"), "layout": Layout.AFTER, "windows": (window,)}
    office.when(OpenHall, OPERATOR, hall_id="H2", **opening, calendar=office.city.hall("H1").calendars[0])
    other = Actor(person="R5", role=Role.REVIEWER, department="market", hall="H2")
    assert "ClaimTask needs the right hall H1 [missing right: hall H1]" in office.refused(
        ClaimTask, other, task_id="food:market"
    )
    assert "missing right: hall H1" in office.refused(
        ClaimTask, Actor(person="R5", role=Role.REVIEWER, department="market"), task_id="food:market"
    )
    everywhere = Actor(person="R6", role=Role.REVIEWER, department="market")
    office.when(ClaimTask, everywhere, task_id="food:market")


def test_a_window_serves_its_own_zone() -> None:
    office = Office()
    legal = ready("food")
    there = Actor(person="I2", role=Role.ISSUER, hall="H1", window="L1")
    assert office.city.hall("H1").windows["L1"].zone == "legal_person"
    assert "window L1 of hall H1 serves the zone legal_person, not natural_person" in legal.refused(
        IssueResult, there, delivery=Delivery.POST
    )


def test_applicants_hand_in_and_nobody_who_only_reads_does() -> None:
    office = received("food")
    office.when(SubmitMaterial, CITIZEN, material_id="id", content_hash=HASH)
    office.when(SubmitMaterial, CLERK, material_id="lease", content_hash=HASH)
    auditor = Actor(person="A1", role=Role.AUDITOR)
    assert "[missing right: applicant or front_desk]" in office.refused(
        SubmitMaterial, auditor, material_id="id", content_hash=HASH
    )


def test_an_applicant_acts_on_their_own_case_only() -> None:
    office = received("food")
    handed_in = {"material_id": "id", "content_hash": HASH}
    refusal = office.refused(SubmitMaterial, STRANGER, **handed_in)
    assert (
        "P2 is not the applicant; only the applicant may do this [missing right: applicant of application/C1]"
        in refusal
    )
    assert "P1" not in refusal
    assert "missing right: applicant of" in office.refused(Withdraw, STRANGER)
    office.when(SubmitMaterial, CITIZEN, **handed_in)
    done = issued("food")
    assert "missing right: applicant of" in done.refused(Evaluate, STRANGER, grade=1)
    done.when(Evaluate, CITIZEN, grade=5)


def test_an_applicant_applies_in_their_own_name() -> None:
    office = Office()
    online: dict[str, Any] = {"items": ("food",), "channel": Channel.ONLINE, "hall": "H1", "applicant": applicant()}
    assert "P2 is not the applicant" in office.refused(RegisterIntake, STRANGER, **online)
    office.when(RegisterIntake, CITIZEN, **online)
    assert office.case().applicant is not None
    assert "case C1 is already registered" in office.refused(RegisterIntake, CITIZEN, **online)
    assert "case C9 is not known" in office.refused(Withdraw, STRANGER, case_id="C9")


def test_an_imported_case_of_whose_applicant_nobody_knows_is_nobodys() -> None:
    office = Office()
    row = {"hall": "H1", "item": "food", "source": Source(log="receipt", ordinal=1, activity="T01")}
    office.when(RecordStep, Actor(person="import", role=Role.IMPORTER), meaning=Meaning.INTAKE, **row)
    assert (office.case().imported, office.case().applicant) == (True, None)
    assert "P2 is not the applicant" in office.refused(Withdraw, STRANGER)


def test_the_city_is_entered_by_operators() -> None:
    for command in setting_up():
        assert Role.OPERATOR in command.roles
        assert command.occurred_at < START


NINE, NOON = (datetime(2025, 3, 3, hour, tzinfo=UTC) for hour in (1, 4))
NEXT = Actor(person="F2", role=Role.FRONT_DESK, hall="H1", window="W1")


def on_the_rota(*duties: Duty, person: str = "F1", window: str = "W1", office: Office | None = None) -> Office:
    """Given somebody at a window from nine to noon."""
    office = office or Office()
    shift = {"hall_id": "H1", "person": person, "window_id": window, "since": NINE, "until": NOON, "duties": duties}
    office.when(AssignStaff, OPERATOR, **shift)
    return office


def test_who_is_on_a_windows_rota_acts_there_and_nobody_else() -> None:
    office = received("food", office=on_the_rota(Duty.INTAKE))
    office.when(SubmitMaterial, CITIZEN, material_id="id", content_hash=HASH)
    check = {"material_id": "id", "verdict": Verdict.ACCEPTED}
    refusal = office.refused(CheckMaterial, NEXT, **check)
    assert "window W1 of hall H1 is staffed at 2025-03-03T01:04:00+00:00, and F2 is not on its rota" in refusal
    assert "[missing right: duty intake at window W1]" in refusal
    office.when(CheckMaterial, CLERK, **check)


def test_a_duty_on_the_rota_is_what_somebody_may_do() -> None:
    office = on_the_rota(Duty.FEEDBACK, Duty.QUEUE)
    intake: dict[str, Any] = {
        "items": ("food",),
        "channel": Channel.WINDOW,
        "hall": "H1",
        "window": "W1",
        "applicant": applicant(),
    }
    refusal = office.refused(RegisterIntake, **intake)
    assert "F1 may do feedback, queue there, not intake" in refusal
    assert "[missing right: duty intake at window W1]" in refusal
    office.when(RegisterIntake, **{**intake, "window": "W2"})


def test_who_hands_over_at_a_window_has_feedback_as_a_duty() -> None:
    office = on_the_rota(Duty.QUEUE, person="I1", window="W3", office=ready("food"))
    assert "[missing right: duty feedback at window W3]" in office.refused(IssueResult, ISSUER, **AT_A_WINDOW)
    other = Actor(person="I2", role=Role.ISSUER, hall="H1")
    assert "name the window" in office.refused(IssueResult, other, **BY_POST)  # a letter goes out at a window, too
    assert "I2 is not on its rota" in office.refused(IssueResult, replace(other, window="W3"), **BY_POST)
    office.when(IssueResult, replace(other, window="W1"), **BY_POST)


def test_a_command_without_a_duty_needs_somebody_of_the_rota() -> None:
    office = on_the_rota(Duty.QUEUE, office=received("food"))
    correction = {"corrects": 1, "correction": "更正", "reason": "录入错误", "confirmed_by": "I1"}
    assert "[missing right: a shift at window W1]" in office.refused(CorrectClericalError, NEXT, **correction)
    office.when(CorrectClericalError, CLERK, **correction)


def test_the_rota_of_the_window_that_a_command_names_counts_also_for_who_names_none() -> None:
    office = on_the_rota(Duty.INTAKE)
    intake: dict[str, Any] = {
        "items": ("food",),
        "channel": Channel.WINDOW,
        "hall": "H1",
        "window": "W1",
        "applicant": applicant(),
    }
    for seat in (None, "W2"):
        elsewhere = Actor(person="F2", role=Role.FRONT_DESK, window=seat)
        assert "[missing right: duty intake at window W1]" in office.refused(RegisterIntake, elsewhere, **intake)
    office.when(RegisterIntake, Actor(person="F1", role=Role.FRONT_DESK), **intake)


def test_a_window_without_a_rota_at_that_moment_is_not_checked() -> None:
    office = on_the_rota(Duty.INTAKE, window="W2")
    received("food", office=office)
    office.now = NOON
    received("food", office=office, case_id="C2")
    other = Actor(person="F9", role=Role.FRONT_DESK, hall="H1", window="W2")
    office.when(SubmitMaterial, other, material_id="id", content_hash=HASH)


def test_what_happened_in_a_shift_counts_by_it_also_when_it_is_entered_late() -> None:
    office = on_the_rota(Duty.INTAKE, person="F2", office=received("food"))
    office.when(RelieveStaff, OPERATOR, minutes=30, hall_id="H1", person="F2", window_id="W1")
    office.now -= timedelta(minutes=20)
    late = {"material_id": "id", "content_hash": HASH}
    assert "F1 is not on its rota" in office.refused(SubmitMaterial, CLERK, **late)
    office.when(SubmitMaterial, NEXT, **late)
    office.when(SubmitMaterial, CLERK, minutes=30, **late)
