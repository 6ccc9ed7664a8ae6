"""Tickets at the edge: numbers given out in their order, the next visitor called; whoever else does so at the same time."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from adapters.bootstrap import House
from domain.command import Command
from domain.errors import RuleBroken, UnknownReference
from domain.evolving import fold
from domain.history import TICKETS
from domain.office.office import Receipt
from domain.people.applicant_kind import ApplicantKind
from domain.record import Actor, Role
from domain.ticket.calling import CallTicket
from domain.ticket.taking import BookTicket, TakeTicket
from domain.ticket.ticket import Favour, Purpose, Stand, Ticket
from projections.views.hall_queue import Estimate, estimate, line_for, next_serial

LETTERS = {ApplicantKind.NATURAL_PERSON: "N", ApplicantKind.LEGAL_PERSON: "L"}
CANDIDATES = 20
"""So many of those who wait are tried when others call at the same time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What somebody wants a place for."""

    hall: str
    zone: ApplicantKind
    department: str | None
    purpose: Purpose
    matters: tuple[str, ...]
    favour: Favour | None


@dataclass(frozen=True, slots=True)
class Taken:
    """A ticket that was given out, and what it says of the wait."""

    ticket: str
    number: str
    estimate: Estimate
    position: int


def ticket_of(house: House, ticket_id: str) -> Ticket:
    """A ticket as it stands. Raises ``UnknownReference``."""
    records = house.office.records(TICKETS + ticket_id)
    if not records:
        raise UnknownReference(f"ticket {ticket_id} is not known; check the number")
    return fold(Ticket(ticket_id=ticket_id), records)


def take(house: House, by: Actor, visit: Visit, *, booked: str | None = None) -> Taken:
    """Give out the next number of the day in the hall's zone; of a ``booked`` ticket, whose visitor is here.

    Raises an ``OfficeError`` when it cannot be taken.
    """
    now = house.now()
    city = house.office.city()
    day = city.calendar(visit.hall, city.calendar_version(visit.hall)).local_day(now)
    with house.reading() as connection:
        serial = next_serial(connection, visit.hall, visit.zone, day)
        line = (visit.hall, visit.zone, visit.department, visit.purpose, now)
        told = estimate(connection, city, *line, favoured=visit.favour is not None)
    while True:
        number = f"{LETTERS[visit.zone]}{serial:03d}"
        ticket_id = booked or f"{visit.hall}-{day:%Y%m%d}-{number}"
        wait = {"ahead": told.ahead, "estimated_s": told.wait_s}
        fields = {"ticket_id": ticket_id, **asdict(visit), "number": number, "serial": serial, **wait}
        try:
            receipt = house.office.execute(_asked(TakeTicket, by, **fields))
        except RuleBroken:
            if booked is not None or not house.office.records(TICKETS + ticket_id):
                raise
            serial += 1  # the view has not seen it yet, or somebody was faster
            continue
        return Taken(ticket_id, number, told, receipt.position)


def arrive(house: House, by: Actor, ticket_id: str) -> Taken:
    """Give who booked a visit the number. Raises an ``OfficeError`` when it was not booked."""
    ticket = ticket_of(house, ticket_id)
    if ticket.stand is not Stand.BOOKED or ticket.hall is None or ticket.purpose is None:
        raise RuleBroken("queue", f"ticket {ticket_id} is {ticket.stand}; only who booked and is not here yet arrives")
    zone = ApplicantKind(str(ticket.zone))
    visit = Visit(
        hall=ticket.hall,
        zone=zone,
        department=ticket.department,
        purpose=ticket.purpose,
        matters=ticket.matters,
        favour=ticket.favour,
    )
    return take(house, by, visit, booked=ticket_id)


def book(house: House, by: Actor, visit: Visit, slot: datetime) -> tuple[str, Receipt]:
    """Announce a visit; returns the ticket's id. Raises an ``OfficeError`` when the hall cannot take it."""
    ticket_id = f"{visit.hall}-{uuid4().hex[:12]}"
    return ticket_id, house.office.execute(_asked(BookTicket, by, ticket_id=ticket_id, **asdict(visit), slot=slot))


def call_next(house: House, by: Actor) -> tuple[str, Receipt] | None:
    """Call the next visitor to the actor's window; None when nobody waits for it. Raises ``UnknownReference``."""
    assert by.hall is not None
    assert by.window is not None
    with house.reading() as connection:
        line = line_for(connection, house.office.city(), by.hall, by.window, house.now(), CANDIDATES)
    for visitor in line:
        if ticket_of(house, visitor.ticket).stand is not Stand.WAITING:
            continue  # another window was faster, and the view has not seen it yet
        try:
            return visitor.ticket, house.office.execute(_asked(CallTicket, by, ticket_id=visitor.ticket))
        except RuleBroken:
            if ticket_of(house, visitor.ticket).stand is Stand.WAITING:
                raise
    return None


def at_window(house: House, person: str, hall_id: str, window_id: str) -> Actor:
    """Who sits at a window: at the front desk, or the issuer of a window that only hands out results."""
    window = house.office.city().hall(hall_id).windows.get(window_id)
    issues_only = window is not None and not window.receives
    role = Role.ISSUER if issues_only else Role.FRONT_DESK
    return Actor(person=person, role=role, hall=hall_id, window=window_id)


def _asked(kind: type[Command], by: Actor, **fields: Any) -> Command:
    return kind.model_validate({"command_id": f"queue/{uuid4()}", "actor": by, **fields})
