"""An identity number or phone number never becomes a person's number, nor that of anything else."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from adapters.services.applicant_numbers import new_applicant_number
from domain.application.beside.assignment import DelegateTask
from domain.application.beside.recorded_steps import RecordStep
from domain.application.path.approvals import ClaimTask
from domain.application.path.intake import RegisterIntake
from domain.application.terms import Channel
from domain.hall.staffing import AssignStaff
from domain.people.applicant import Applicant
from domain.people.joining import JoinStaff
from domain.personal_number import CHECK_DIGITS, personal_kind
from domain.record import Actor, Role, Source
from domain.ticket.taking import GiveUpTicket
from tests.office import CITIZEN, CLERK, NAME, NATURAL, OPERATOR, START, Office, applicant, received

IDENTITY, OLD, CODE, MOBILE = "11010519491231002X", "110105491231002", "91350100M000100Y43", "13800000000"
"""The examples of the standards themselves, and a mobile number."""


@pytest.mark.parametrize(
    "text",
    [
        IDENTITY, IDENTITY.lower(), "110105 19491231 002X", "110105-19491231-002X", "\uff11\uff11010519491231002X",
        OLD, CODE, CODE.lower(), "9135 0100 M000 100Y 43",
        MOBILE, "138-0000-0000", "+86 138 0000 0000", "008613800000000", "19912345678",
    ],
)  # fmt: skip
def test_what_says_who_somebody_is_is_known(text: str) -> None:
    assert personal_kind(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "P1", "F-12", "20250901-H01-A1-0001", "H1-20250303-N001", "110105194912310021", "12800000000", "110105491331002",
        "91350100M000100Y44", "2025-0001", "H01-market-1", "1380000000", "138000000000", "食品店-1", "x" * 200,
    ],
)  # fmt: skip
def test_what_the_office_gives_out_is_none(text: str) -> None:
    assert personal_kind(text) is None


@given(
    st.dates(date(2024, 1, 1), date(2027, 12, 31)),
    st.integers(1, 99),
    st.sampled_from("AB"),
    st.integers(1, 9999),
    st.integers(1, 9999),
)
def test_the_numbers_of_the_simulation_and_of_cases_are_none(
    day: date, hall: int, layout: str, seed: int, serial: int
) -> None:
    case = f"{day:%Y%m%d}-H{hall:02d}-{layout}{seed}-{serial:04d}"
    assert [name for name in (case, f"P-{case}", f"booked-{case}", f"{case}-1") if personal_kind(name)] == []


@given(st.from_regex(r"[1-9][0-9]{16}", fullmatch=True))
def test_of_the_eleven_check_digits_one_is_right(digits: str) -> None:
    found = [sign for sign in CHECK_DIGITS if personal_kind(digits + sign) == "an identity number (GB 11643)"]
    assert len(found) == 1


@pytest.mark.parametrize("number", [IDENTITY, OLD, CODE, MOBILE])
def test_no_identifier_of_any_kind_is_one(number: str) -> None:
    common: dict[str, Any] = {"command_id": "x", "occurred_at": START}
    made: list[tuple[type[Any], dict[str, Any]]] = [
        (Applicant, {"applicant_id": number, "kind": NATURAL, "name": NAME}),
        (ClaimTask, {**common, "actor": {"person": number, "role": "reviewer"}, "case_id": "C1", "task_id": "t"}),
        (ClaimTask, {**common, "actor": CLERK, "case_id": number, "task_id": "t"}),
        (DelegateTask, {**common, "actor": CLERK, "case_id": "C1", "task_id": "t", "to": number}),
        (AssignStaff, {**common, "actor": OPERATOR, "hall_id": "H1", "person": number, "window_id": "W1",
                       "since": START, "until": START, "duties": ()}),
        (JoinStaff, {**common, "actor": OPERATOR, "person": number, "person_name": NAME, "role": Role.AUDITOR,
                     "department": None, "hall": None}),
        (GiveUpTicket, {**common, "actor": CITIZEN, "ticket_id": number}),
    ]  # fmt: skip
    for kind, fields in made:
        with pytest.raises(ValidationError) as refusal:
            kind.model_validate(fields)
        (error,) = refusal.value.errors(include_input=False)
        assert "use a number that the office gives out" in error["msg"]
        assert number not in error["msg"]


def test_an_applicant_is_never_known_by_one() -> None:
    office = received("food")
    phone = Actor(person=MOBILE, role=Role.APPLICANT)
    intake = {"items": ("food",), "channel": Channel.ONLINE, "hall": "H1", "applicant": applicant()}
    refusal = office.refused(RegisterIntake, phone, case_id="C2", **intake)
    assert "this is a mobile number; an applicant has a number that the office gives out" in refusal
    assert MOBILE not in refusal


def test_what_a_log_from_elsewhere_says_is_kept_as_it_is() -> None:
    office = Office()
    source = Source(log="l", ordinal=1, activity="a", resource=OLD)
    row = {"hall": "H1", "item": "food", "source": source, "case_id": OLD}
    office.when(RecordStep, Actor(person=OLD, role=Role.IMPORTER), **row)
    assert office.case(OLD).imported


def test_the_system_gives_out_numbers_that_say_nothing() -> None:
    numbers = {new_applicant_number() for _ in range(100)}
    assert len(numbers) == 100
    assert [number for number in numbers if personal_kind(number)] == []
    assert {Applicant(applicant_id=number, kind=NATURAL, name=NAME).applicant_id for number in numbers} == numbers
