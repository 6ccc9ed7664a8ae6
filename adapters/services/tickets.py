"""Tickets at the edge: numbers given out in their order, the next visitor called; whoever else does so at the same time."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from adapters.bootstrap import Installation
from adapters.services.envelope import OF_ITS_OWN, Envelope
from domain.command import Command
from domain.errors import CommandReused, RuleBroken, UnknownReference
from domain.evolving import fold
from domain.history import TICKETS
from domain.office.office import Receipt
from domain.people.applicant_kind import ApplicantKind
from domain.people.favour import Favour
from domain.record import Actor, Role
from domain.ticket.calling import CallTicket
from domain.ticket.taking import BookTicket, TakeTicket, TicketTaken
from domain.ticket.ticket import Purpose, Ticket, TicketState
from projections.views.hall_queue import (
    Estimate,
    HallQueue,
    Visitor,
    calls_to,
    estimate,
    line_for,
    next_serial,
    visitor_at,
)
from projections.views.processing_time import ProcessingTime

LETTERS = {ApplicantKind.NATURAL_PERSON: "N", ApplicantKind.LEGAL_PERSON: "L"}
TIMES_OVERTAKEN = 50
"""So often a call is tried again because another window, or another at this window, was faster."""
SECONDS_FOR_THE_VIEWS = 10.0
"""How long a call waits for the views to see everything that was recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRequest:
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


def ticket_of(installation: Installation, ticket_id: str) -> Ticket:
    """A ticket as it stands. Raises ``UnknownReference``."""
    records = installation.office.records(TICKETS + ticket_id)
    if not records:
        raise UnknownReference(f"ticket {ticket_id} is not known; check the number")
    return fold(Ticket(ticket_id=ticket_id), records)


def take(
    installation: Installation,
    by: Actor,
    visit: TicketRequest,
    *,
    booked: str | None = None,
    envelope: Envelope = OF_ITS_OWN,
) -> Taken:
    """Give out the next number of the day in the hall's zone; of a ``booked`` ticket, whose visitor is here.

    Raises an ``OfficeError`` when it cannot be taken.
    """
    now = envelope.moment(installation.now())
    city = installation.office.city()
    day = city.newest_calendar(visit.hall).local_day(now)
    installation.caught_up(HallQueue(), SECONDS_FOR_THE_VIEWS)  # who waits already is counted
    with installation.reading() as connection:
        serial = next_serial(connection, visit.hall, visit.zone, day)
        line = (visit.hall, visit.zone, visit.department, visit.purpose, now)
        told = estimate(connection, city, *line, favoured=visit.favour is not None)
    if (before := envelope.first_event(installation, TicketTaken)) is not None:
        return _taken_before(installation, by, visit, told.windows, before, envelope)
    while True:
        number = f"{LETTERS[visit.zone]}{serial:03d}"
        ticket_id = booked or f"{visit.hall}-{day:%Y%m%d}-{number}"
        wait = {"ahead": told.ahead, "estimated_s": told.wait_s}
        fields = {"ticket_id": ticket_id, **asdict(visit), "number": number, "serial": serial, **wait}
        try:
            receipt = installation.office.execute(_asked(TakeTicket, by, envelope, **fields))
        except RuleBroken:
            if booked is not None or not installation.office.records(TICKETS + ticket_id):
                raise
            serial += 1  # the view has not seen it yet, or somebody was faster
            continue
        return Taken(ticket_id, number, told, receipt.position)


def _taken_before(
    installation: Installation,
    by: Actor,
    visit: TicketRequest,
    windows: int,
    before: tuple[str, TicketTaken],
    envelope: Envelope,
) -> Taken:
    """The answer to a command that is given again: what was said of the wait when it was given first."""
    ticket_id, event = before[0].removeprefix(TICKETS), before[1]
    said = {name: getattr(event, name) for name in ("number", "serial", "ahead", "estimated_s")}
    receipt = installation.office.execute(
        _asked(TakeTicket, by, envelope, ticket_id=ticket_id, **asdict(visit), **said)
    )
    return Taken(ticket_id, event.number, Estimate(event.ahead or 0, windows, event.estimated_s), receipt.position)


def arrive(installation: Installation, by: Actor, ticket_id: str, envelope: Envelope = OF_ITS_OWN) -> Taken:
    """Give who booked a visit the number. Raises an ``OfficeError`` when it was not booked."""
    before = envelope.first_event(installation, TicketTaken)
    ticket = ticket_of(installation, ticket_id) if before is None else _as_booked(installation, ticket_id)
    if ticket.stand is not TicketState.BOOKED or ticket.hall is None or ticket.purpose is None:
        raise RuleBroken(
            "queue",
            f"ticket {ticket_id} is {ticket.stand}; only a visitor who has booked and has not arrived yet can arrive",
        )
    zone = ApplicantKind(str(ticket.zone))
    visit = TicketRequest(
        hall=ticket.hall,
        zone=zone,
        department=ticket.department,
        purpose=ticket.purpose,
        matters=ticket.matters,
        favour=ticket.favour,
    )
    return take(installation, by, visit, booked=ticket_id, envelope=envelope)


def _as_booked(installation: Installation, ticket_id: str) -> Ticket:
    """A ticket as its visitor booked it."""
    return fold(Ticket(ticket_id=ticket_id), installation.office.records(TICKETS + ticket_id)[:1])


def book(
    installation: Installation, by: Actor, visit: TicketRequest, slot: datetime, envelope: Envelope = OF_ITS_OWN
) -> tuple[str, Receipt]:
    """Announce a visit; returns the ticket's id. Raises an ``OfficeError`` when the hall cannot take it."""
    ticket_id = f"{visit.hall}-{envelope.number(12)}"
    return ticket_id, installation.office.execute(
        _asked(BookTicket, by, envelope, ticket_id=ticket_id, **asdict(visit), slot=slot)
    )


def call_next(
    installation: Installation, by: Actor, seconds: float = SECONDS_FOR_THE_VIEWS, position: int | None = None
) -> tuple[str, Receipt] | None:
    """Call the next visitor to the actor's window; None when nobody waits for it.

    One visitor is at a window at a time. Each call to a window is the one with its number of that day, and a command is
    given once (rule 8): of several who call to one window at the same time one calls, the others see who is there.
    Raises ``RuleBroken`` while somebody is at the window, ``UnknownReference``, ``ViewsBehind``.
    """
    assert by.hall is not None
    assert by.window is not None
    city = installation.office.city()
    days = city.newest_calendar(by.hall)
    for _ in range(TIMES_OVERTAKEN):
        for view in (HallQueue(), ProcessingTime()):
            if position is not None:
                installation.caught_up(view, seconds, position)
            installation.caught_up(
                view, seconds
            )  # also what is newer: a call that is counted on old views is somebody else's
        now = installation.now()
        with installation.reading() as connection:
            there = visitor_at(connection, city, by.hall, by.window, now)
            calls = calls_to(connection, by.hall, by.window, days.local_day(now))
            line = line_for(connection, city, by.hall, by.window, now, 1)
        if there is not None:
            raise _occupied(there, by.window)
        if not line:
            return None
        (visitor,) = line
        call = f"call/{by.hall}/{by.window}/{days.local_day(now)}/{calls + 1}"
        try:
            receipt = installation.office.execute(CallTicket(command_id=call, actor=by, ticket_id=visitor.ticket))
        except CommandReused:
            continue  # another called to this window at the same time, somebody else
        except RuleBroken:
            if ticket_of(installation, visitor.ticket).stand is TicketState.WAITING:
                raise
            continue  # another window was faster
        if not receipt.repeated:
            return visitor.ticket, receipt
    raise RuleBroken("queue", f"others keep calling visitors to window {by.window}; see who is there, then call again")


def _occupied(there: Visitor, window: str) -> RuleBroken:
    return RuleBroken(
        "queue",
        f"{there.number} is at window {window} (ticket {there.ticket}); enter what is done (`onewindow ticket serve`), that "
        "they leave (`leave`), that nobody came (`no-show`), or send them on (`transfer`), then call the next one",
    )


def at_window(installation: Installation, person: str, hall_id: str, window_id: str) -> Actor:
    """Who sits at a window: at the front desk, or the issuer of a window that only hands out results."""
    window = installation.office.city().hall(hall_id).windows.get(window_id)
    issues_only = window is not None and not window.receives
    role = Role.ISSUER if issues_only else Role.FRONT_DESK
    return Actor(person=person, role=role, hall=hall_id, window=window_id)


def _asked(kind: type[Command], by: Actor, envelope: Envelope, **fields: Any) -> Command:
    return kind.model_validate({"actor": by, **envelope.fields(), **fields})
