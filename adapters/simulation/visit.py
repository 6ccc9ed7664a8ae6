"""A visit to a window: a ticket taken, called and served; without a ticket for what came in online, by kiosk or by post."""

from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime, timedelta

from adapters.simulation.agenda import Turn, morning_after, open_from
from adapters.simulation.halls import DESK_WORK, Counter
from adapters.simulation.matter import Matter
from adapters.simulation.people import at_window
from domain.hall.hall import Layout
from domain.record import Actor, Role
from domain.ticket.calling import CallTicket, MarkNoShow, RecallTicket
from domain.ticket.serving import ServeMatter
from domain.ticket.taking import BookTicket, GiveUpTicket, TakeTicket
from domain.ticket.ticket import Purpose
from domain.time.opening import is_open_at

FAVOURED, OTHERS, PAPERS = 0, 1, 2
"""Whom a clerk serves first; what came in without a visitor comes last."""
RECALLED, MISSED = 0.03, 0.01
MEAN_VISIT_S = 1_200
"""What the ticket machine reckons for a visit until it has seen some."""

Visiting = Generator["datetime | Turn", None, "Visit"]


@dataclass(frozen=True, slots=True)
class Visit:
    """A clerk at a window who serves somebody until ``end``."""

    matter: Matter
    counter: Counter
    clerk: int
    window: str
    end: datetime
    ticket: str | None
    minutes: float

    def done(self) -> None:
        """The visitor leaves; the clerk is free after the work that is left to do at the desk."""
        now, office = self.matter.agenda.now, self.matter.hall
        if self.ticket is not None:
            for item_id in self.matter.items:
                served = {"ticket_id": self.ticket, "item_id": item_id, "case_id": self.matter.case_id}
                self.matter.do(ServeMatter, self.actor(Role.FRONT_DESK), **served)
        desk = timedelta(minutes=self.minutes * DESK_WORK[office.layout])
        self.counter.line.free(self.clerk, now + desk)

    def actor(self, role: Role) -> Actor:
        """Who sits at the window."""
        return at_window(self.matter.hall.hall, self.window, role)


def visit(matter: Matter, department: str, purpose: Purpose, minutes: float) -> Visiting:
    """Wait for a clerk with a ticket; who was not called when the hall closes comes again the next working day."""
    hall, agenda = matter.hall, matter.agenda
    counter = hall.counter(matter.zone, department, feedback=purpose is Purpose.COLLECT)
    while True:
        if not is_open_at(hall.calendar, agenda.now):
            yield open_from(hall.calendar, agenda.now)
        ticket = _taken(matter, counter, department, purpose)
        closes = hall.calendar.end_of_working_day(hall.calendar.local_day(agenda.now))
        turn = Turn(counter.line, FAVOURED if matter.favour else OTHERS, until=max(closes, agenda.now))
        yield turn
        if turn.clerk is None:
            matter.do(GiveUpTicket, matter.citizen(), ticket_id=ticket, reason="下班前未叫到 not called before closing")
        else:
            window = counter.window(matter.zone, turn.clerk)
            clerk = at_window(hall.hall, window, Role.FRONT_DESK)
            matter.do(CallTicket, clerk, ticket_id=ticket)
            if matter.random.random() >= MISSED:
                break
            yield agenda.now + timedelta(minutes=3)
            matter.do(MarkNoShow, clerk, ticket_id=ticket)
            counter.line.free(turn.clerk, agenda.now)
        yield morning_after(hall.calendar, agenda.now) + timedelta(minutes=matter.random.uniform(0, 150))
    if matter.random.random() < RECALLED:
        yield agenda.now + timedelta(minutes=1)
        matter.do(RecallTicket, clerk, ticket_id=ticket)
    return Visit(matter, counter, turn.clerk, window, agenda.now + timedelta(minutes=minutes), ticket, minutes)


def book(matter: Matter, department: str, slot: datetime) -> None:
    """Announce the visit for the application; its ticket has the number of the case until it is taken."""
    place = _place(matter, department, Purpose.APPLY)
    matter.do(BookTicket, matter.citizen(), ticket_id=f"booked-{matter.case_id}", **place, slot=slot)


def papers(matter: Matter, department: str, minutes: float) -> Visiting:
    """Wait until a clerk takes up what came in without a visitor."""
    counter = matter.hall.counter(matter.zone, department)
    turn = Turn(counter.line, PAPERS)
    yield turn
    assert turn.clerk is not None
    window = counter.window(matter.zone, turn.clerk)
    end = matter.agenda.now + timedelta(minutes=minutes)
    return Visit(matter, counter, turn.clerk, window, end, None, minutes)


def _taken(matter: Matter, counter: Counter, department: str, purpose: Purpose) -> str:
    """Take a ticket, which tells of those ahead and of the wait."""
    hall, now = matter.hall, matter.agenda.now
    serial, letter = hall.serial(now, matter.zone), matter.zone[0].upper()
    number = f"{letter}{serial:03d}"
    ticket_id = f"{hall.calendar.local_day(now):%Y%m%d}-{hall.hall}-{matter.mark}-{number}"
    if matter.booked:
        ticket_id, matter.booked = f"booked-{matter.case_id}", False
    ahead = counter.line.length
    matter.do(
        TakeTicket,
        matter.citizen(),
        ticket_id=ticket_id,
        **_place(matter, department, purpose),
        number=number,
        serial=serial,
        ahead=ahead,
        estimated_s=ahead * MEAN_VISIT_S // counter.line.clerks,
    )
    return ticket_id


def _place(matter: Matter, department: str, purpose: Purpose) -> dict[str, object]:
    """What the applicant wants a place for."""
    return {
        "hall": matter.hall.hall,
        "zone": matter.zone,
        "department": department if matter.hall.layout is Layout.BEFORE else None,
        "purpose": purpose,
        "matters": matter.items,
        "favour": matter.favour,
    }
