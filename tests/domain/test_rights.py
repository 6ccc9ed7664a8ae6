"""Who may: each command names its roles; a hall and a zone bind those who sit in one."""

from collections.abc import Iterator

import pytest

from domain import event_types
from domain.application.acceptance import Accept
from domain.application.approvals import ClaimTask
from domain.application.feedback import Delivery, IssueResult
from domain.application.materials import SubmitMaterial
from domain.command import Command
from domain.deciding import decide
from domain.errors import NotAllowed
from domain.record import Actor, Role
from tests.office import CITIZEN, CLERK, HASH, START, Office, accepted, checked, ready, received, setting_up

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
    command = Accept(command_id="x", actor=Actor(person="S1", role=role), occurred_at=office.now, case_id="C1")
    if role is Role.FRONT_DESK:
        assert decide(command, office.case(), office.city, office.now)[0]
        return
    with pytest.raises(NotAllowed, match=r"may not give Accept \[missing right: front_desk\]") as refusal:
        decide(command, office.case(), office.city, office.now)
    assert refusal.value.right == "front_desk"


def test_staff_of_another_hall_may_not() -> None:
    office = accepted("food")
    other = Actor(person="R1", role=Role.REVIEWER, department="market", hall="H2")
    assert "R1 is of hall H2; ClaimTask is for hall H1 [missing right: hall H1]" in office.refused(
        ClaimTask, other, task_id="food:market"
    )
    everywhere = Actor(person="R1", role=Role.REVIEWER, department="market")
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


def test_the_city_is_entered_by_operators() -> None:
    for command in setting_up():
        assert Role.OPERATOR in command.roles
        assert command.occurred_at < START
