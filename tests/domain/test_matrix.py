"""The matrix of rights: each cell of docs/rights.md is tried, by the right person, and by everybody who is nearly that."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from domain.application.beside.recorded_steps import RecordStep
from domain.application.command import CaseCommand
from domain.catalogue.item import ServiceItem
from domain.command import Command
from domain.errors import NotAllowed
from domain.hall.command import HallCommand
from domain.hall.hall import Layout, Window, WindowKind
from domain.hall.windows import OpenHall
from domain.label import Label
from domain.office.deciding import permitted
from domain.office.matrix import COLUMNS, commands, matrix, page
from domain.people.joining import OF_STAFF, TakeRole
from domain.people.substituting import NameSubstitute
from domain.record import IMPORT, Actor, Role, Source
from domain.ticket.command import TicketCommand
from domain.ticket.taking import TakeTicket
from domain.ticket.ticket import Purpose, Ticket
from tests.office import CITIZEN, NATURAL, OPERATOR, Office, accepted, applicant, joining

PAGE = Path(__file__).parents[2] / "docs" / "rights.md"
NUMBERS = count(1)


def test_the_page_says_what_the_code_does() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "make rights"


def test_the_page_has_every_command_and_every_role() -> None:
    lines = matrix()
    assert set(COLUMNS) == set(Role)
    assert len(lines) == len({line.command for line in lines}) >= 79
    assert not [line.command for line in lines if not line.roles]


def post_of(role: Role, person: str, hall: str | None = "H1") -> Actor:
    """A post of this role in a hall, of the department that has the task where the role is one of the back room."""
    department = "market" if role in (Role.REVIEWER, Role.HEAD) else None
    return Actor(person=person, role=role, department=department, hall=hall)


@pytest.fixture(scope="module")
def office() -> Office:
    """Two halls, an accepted case and a ticket; for each role somebody of each kind that the matrix knows."""
    office = accepted("food")
    office.strict = True
    window = Window(window_id="W1", kind=WindowKind.COMPREHENSIVE, zone=NATURAL)
    opening = {"label": Label(zh="东湖", en="East"), "layout": Layout.AFTER, "windows": (window,)}
    office.when(OpenHall, OPERATOR, hall_id="H2", **opening, calendar=office.city.hall("H1").calendars[0])
    visit = {"hall": "H1", "zone": NATURAL, "purpose": Purpose.APPLY, "matters": ("food",), "number": "N1", "serial": 1}
    office.when(TakeTicket, CITIZEN, ticket_id="T1", **visit)
    for role in OF_STAFF:
        for person, hall in (("here", "H1"), ("everywhere", None), ("elsewhere", "H2"), ("former", "H1")):
            joins(office, post_of(role, f"{role}-{person}", hall))
        joins(office, Actor(person=f"{role}-substitute", role=Role.AUDITOR))
        former = post_of(role, f"{role}-former")
        ended = {"role": role, "department": former.department, "hall": "H1", "reason": "离任"}
        office.when(TakeRole, OPERATOR, person=former.person, **ended)
        week = {"until": office.now + timedelta(days=30), "reason": "休假"}
        whom = f"{role}-here" if role is not Role.OPERATOR else f"{role}-everywhere"
        office.when(NameSubstitute, OPERATOR, person=whom, substitute=f"{role}-substitute", **week)
    joins(office, Actor(person="fire-reviewer", role=Role.REVIEWER, department="fire", hall="H1"))
    joins(office, Actor(person="fire-head", role=Role.HEAD, department="fire", hall="H1"))
    office.now += timedelta(days=1)
    return office


def joins(office: Office, who: Actor) -> None:
    common = {"command_id": f"joins-{next(NUMBERS)}", "actor": OPERATOR, "occurred_at": office.now}
    office.give(joining(who, **common))


def state_of(kind: type[Command], office: Office) -> Any:
    """What a command of this kind is decided on."""
    if issubclass(kind, CaseCommand):
        return office.case()
    if issubclass(kind, TicketCommand):
        state = Ticket(ticket_id="T1")
        for record in office.cases["ticket/T1"]:
            state = record.event.evolve(state, record.act).advanced(record)
        return state
    return office.city.hall("H1") if issubclass(kind, HallCommand) else ServiceItem(item_id="food")


def attempt(kind: type[Command], actor: Actor, office: Office) -> str | None:
    """The right that is missing for a command; None where it is allowed."""
    fields = {"case_id": "C1", "ticket_id": "T1", "hall_id": "H1", "hall": "H1", "department_id": "market"}
    fields |= {
        "task_id": "food:market",
        "to": "R2",
        "holder": "R1",
        "item_id": "food",
        "package_id": "p",
        "person": "R1",
    }
    known = {name: value for name, value in fields.items() if name in kind.model_fields}
    if "applicant" in kind.model_fields:
        known["applicant"] = applicant()
    if kind is RecordStep:
        known["source"] = None
    command = kind.model_construct(command_id="x", actor=actor, occurred_at=office.now, **known)
    try:
        permitted(command, state_of(kind, office), office.city)
    except NotAllowed as refusal:
        return refusal.right
    return None


def claims(role: Role, person: str, **place: Any) -> Actor:
    """Somebody who claims a role, at a window where it acts at one."""
    window = "W1" if role in (Role.FRONT_DESK, Role.ISSUER) else None
    return Actor(person=person, role=role, window=window, **place)


CELLS = [(kind, role) for kind in commands() for role in Role]


def staff_cells() -> Iterator[tuple[type[Command], Role]]:
    yield from ((kind, role) for kind, role in CELLS if role in OF_STAFF)


def in_a_hall(kind: type[Command]) -> bool:
    return issubclass(kind, CaseCommand | TicketCommand | HallCommand)


def holder(kind: type[Command], role: Role) -> str:
    """Whose post reaches far enough: what is of no hall is the city's."""
    return f"{role}-here" if in_a_hall(kind) or role is not Role.OPERATOR else f"{role}-everywhere"


@pytest.mark.parametrize(("kind", "role"), CELLS, ids=lambda each: getattr(each, "__name__", str(each)))
def test_a_role_may_give_a_command_or_not_as_the_page_says(kind: type[Command], role: Role, office: Office) -> None:
    program = {Role.CLOCK: "clock", Role.IMPORTER: IMPORT, Role.APPLICANT: "P1"}
    missing = attempt(kind, claims(role, program.get(role) or holder(kind, role)), office)
    if role in kind.roles:
        assert missing is None
    else:
        assert missing == " or ".join(sorted(kind.roles))


def test_nobody_may_give_anything_that_is_the_offices(office: Office) -> None:
    for kind, role in CELLS:
        if kind.founding:
            continue
        missing = attempt(kind, claims(role, "NOBODY"), office)
        if role in kind.roles and role is Role.APPLICANT and issubclass(kind, TicketCommand):
            assert missing is None, kind  # a place in a queue is anybody's
        else:
            assert missing is not None, (kind, role)


def test_an_applicant_acts_on_the_own_case_alone(office: Office) -> None:
    for kind in commands():
        if issubclass(kind, CaseCommand) and Role.APPLICANT in kind.roles:
            assert attempt(kind, claims(Role.APPLICANT, "P2"), office) == "applicant of application/C1", kind


def test_whose_post_ended_yesterday_may_nothing(office: Office) -> None:
    for kind, role in staff_cells():
        if not kind.founding:
            assert attempt(kind, claims(role, f"{role}-former"), office) is not None, (kind, role)


def test_a_post_of_another_hall_gives_no_right_here_and_none_over_the_city(office: Office) -> None:
    for kind, role in staff_cells():
        if role not in kind.roles or kind.founding or (not in_a_hall(kind) and role is not Role.OPERATOR):
            continue
        missing = attempt(kind, claims(role, f"{role}-elsewhere"), office)
        assert missing == ("hall H1" if in_a_hall(kind) else "all halls"), (kind, role)
        assert attempt(kind, claims(role, f"{role}-everywhere"), office) is None, (kind, role)


def test_a_department_that_is_claimed_is_held(office: Office) -> None:
    for kind in commands():
        for role in kind.roles & {Role.REVIEWER, Role.HEAD}:
            if in_a_hall(kind):
                claimed = claims(role, f"fire-{role}", department="market")
                assert attempt(kind, claimed, office) == "department market", (kind, role)


def test_a_substitute_may_what_the_absent_person_may_and_no_more(office: Office) -> None:
    for kind, role in staff_cells():
        missing = attempt(kind, claims(role, f"{role}-substitute"), office)
        if role is Role.AUDITOR:
            assert missing is not None
        elif role in kind.roles:
            assert missing is None, (kind, role)
        else:
            assert missing is not None, (kind, role)


def test_at_a_window_the_window_is_said_or_known(office: Office) -> None:
    for kind in commands():
        for role in kind.roles & {Role.FRONT_DESK, Role.ISSUER}:
            missing = attempt(kind, Actor(person=f"{role}-here", role=role), office)
            assert missing == (None if kind.at_the_door else "a window"), kind


def test_the_programs_own_roles_are_nobodys(office: Office) -> None:
    for kind in commands():
        for role in kind.roles & {Role.IMPORTER, Role.CLOCK}:
            assert attempt(kind, claims(role, "operator-everywhere"), office) == role, kind


def test_whoever_is_not_on_the_staff_cannot_pass_for_the_log() -> None:
    """A row of a log names who did it; it says so itself, and is no person who types."""
    office = Office()
    row = RecordStep(
        command_id="x", actor=Actor(person="R", role=Role.IMPORTER), occurred_at=office.now, case_id="C9", hall="H1",
        item="food", source=Source(log="l", ordinal=1, activity="a"),
    )  # fmt: skip
    assert permitted(row, row.new(), office.city)[1] is None
