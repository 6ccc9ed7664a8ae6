"""Called to a window (叫号): called, called again, nobody came, sent on to another queue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from domain.errors import RuleBroken
from domain.people.applicant_kind import ApplicantKind
from domain.record import Act, Event, Identifier, Text, event
from domain.ticket.command import WindowCommand
from domain.ticket.ticket import Purpose, Ticket, TicketState, Wait

if TYPE_CHECKING:
    from domain.city import City


@event("ticket.called", "叫号 called")
class TicketCalled(Event):
    """The visitor is called to a window; the wait is over. Who is called before the booked time has not waited."""

    window: str

    def evolve(self, state: Ticket, act: Act) -> Ticket:
        here = state.mark(act)
        since = state.waits[-1].since
        waited = Wait(since if since.at <= here.at else here, here, self.window)
        return replace(
            state, stand=TicketState.CALLED, window=self.window, attended=here, waits=(*state.waits[:-1], waited)
        )


@event("ticket.recalled", "重呼 called again")
class TicketRecalled(Event):
    """The visitor is called once more."""

    def evolve(self, state: Ticket, act: Act) -> Ticket:
        return replace(state, attended=state.mark(act))


@event("ticket.no_show", "过号 no-show")
class TicketNoShow(Event):
    """Nobody came."""

    def evolve(self, state: Ticket, act: Act) -> Ticket:
        return replace(state, stand=TicketState.NO_SHOW, window=None)


@event("ticket.transferred", "转号 transferred to another queue")
class TicketTransferred(Event):
    """The visitor waits again, in another queue, at the place they have had so far."""

    zone: ApplicantKind
    department: str | None
    purpose: Purpose
    reason: str

    def evolve(self, state: Ticket, act: Act) -> Ticket:
        return replace(
            state,
            stand=TicketState.WAITING,
            zone=self.zone,
            department=self.department,
            purpose=self.purpose,
            window=None,
            attended=None,
            waits=(*state.waits, Wait(state.mark(act))),
        )


class CallTicket(WindowCommand):
    """Call a visitor to the actor's window."""

    def decide(self, ticket: Ticket, city: City) -> Sequence[Event]:
        self.require(ticket, "calling it", TicketState.WAITING)
        return [TicketCalled(window=self.at_window(ticket, city).window_id)]


class RecallTicket(WindowCommand):
    """Call once more who has not come yet."""

    def decide(self, ticket: Ticket, city: City) -> Sequence[Event]:
        self.here(ticket, "calling it again")
        if ticket.served:
            raise RuleBroken("queue", f"ticket {self.ticket_id} is being served; its visitor is here")
        return [TicketRecalled()]


class MarkNoShow(WindowCommand):
    """Enter that nobody came: to the window after a call, or at all after the booked time."""

    def decide(self, ticket: Ticket, city: City) -> Sequence[Event]:
        if ticket.stand is TicketState.BOOKED and ticket.slot is not None and ticket.slot < self.occurred_at:
            return [TicketNoShow()]
        self.here(ticket, "a no-show")
        if ticket.served:
            raise RuleBroken("queue", f"ticket {self.ticket_id} is being served; its visitor is here")
        return [TicketNoShow()]


class TransferTicket(WindowCommand):
    """Send a visitor on to another queue: of a zone, of a department's windows, or for another purpose."""

    zone: ApplicantKind | None = None
    department: Identifier | None = None
    purpose: Purpose | None = None
    reason: Text

    def decide(self, ticket: Ticket, city: City) -> Sequence[Event]:
        self.here(ticket, "a transfer")
        assert ticket.hall is not None
        assert ticket.zone is not None
        assert ticket.purpose is not None
        zone = self.zone or ApplicantKind(ticket.zone)
        purpose = self.purpose or ticket.purpose
        if (zone, self.department, purpose) == (ticket.zone, ticket.department, ticket.purpose):
            raise RuleBroken("queue", f"ticket {self.ticket_id} is in that queue already; name another")
        windows = city.hall(ticket.hall).windows.values()
        if not any(w.zone is zone and w.department in (None, self.department) for w in windows):
            raise RuleBroken("queue", f"hall {ticket.hall} has no window of that queue; name another")
        return [TicketTransferred(zone=zone, department=self.department, purpose=purpose, reason=self.reason)]
