"""What the commands of a ticket have in common: its history, its hall, and who at which window acts on it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from domain.command import Command
from domain.errors import RuleBroken, UnknownReference
from domain.hall.hall import Duty, Window
from domain.record import Identifier, Role
from domain.ticket.ticket import Ticket, TicketState

if TYPE_CHECKING:
    from domain.city import City


class TicketCommand(Command):
    """Asked of one ticket."""

    ticket_id: Identifier

    @property
    def stream_id(self) -> str:
        return f"ticket/{self.ticket_id}"

    def new(self) -> Ticket:
        return Ticket(ticket_id=self.ticket_id)

    def hall_of(self, state: Ticket) -> str | None:
        return state.hall

    def place_of(self, state: Ticket) -> str | None:
        return state.hall or self.hall_of(state)

    def zone_of(self, state: Ticket) -> str | None:
        return state.zone

    def for_anybody(self, state: Ticket) -> bool:
        """A place that somebody took at the door for a visitor: who has the slip may."""
        return True

    def not_before(self, state: Ticket) -> datetime | None:
        return None if state.clock is None else state.clock.at

    def require(self, ticket: Ticket, action: str, *allowed: TicketState) -> Ticket:
        """The ticket, if it stands where ``action`` is possible. Raises ``UnknownReference`` or ``RuleBroken``."""
        if not ticket.version:
            raise UnknownReference(f"ticket {self.ticket_id} is not known; check the number")
        if ticket.stand not in allowed:
            expected = " or ".join(allowed)
            raise RuleBroken(
                "queue", f"ticket {self.ticket_id} is {ticket.stand}: {action} is possible only while it is {expected}"
            )
        return ticket


class WindowCommand(TicketCommand):
    """Given by who sits at a window; ``actor.window`` says at which."""

    roles: ClassVar = frozenset({Role.FRONT_DESK, Role.ISSUER})
    duty: ClassVar = Duty.QUEUE

    def at_window(self, ticket: Ticket, city: City) -> Window:
        """The window, if it may serve this ticket. Raises ``UnknownReference`` or ``RuleBroken``."""
        assert ticket.hall is not None
        if self.actor.window is None:
            raise UnknownReference(f"actor.window: ticket {self.ticket_id} must be called to a window; name it")
        window = city.hall(ticket.hall).window(self.actor.window)
        if ticket.purpose is not None and not ticket.purpose.served_at(window):
            raise RuleBroken(
                "queue",
                f"window {window.window_id} is a {window.kind} window, but the visitor of ticket {self.ticket_id} comes to {ticket.purpose}; transfer the ticket or call another",
            )
        if window.department != ticket.department and window.department is not None:
            raise RuleBroken(
                "queue",
                f"ticket {self.ticket_id} is for {ticket.department or 'a comprehensive window'}; window "
                f"{window.window_id} serves {window.department}; transfer the ticket or call another",
            )
        return window

    def here(self, ticket: Ticket, action: str) -> Ticket:
        """The ticket, if it was called to this window. Raises ``UnknownReference`` or ``RuleBroken``."""
        self.require(ticket, action, TicketState.CALLED)
        if ticket.window != self.actor.window:
            raise RuleBroken(
                "queue",
                f"ticket {self.ticket_id} was called to window {ticket.window}, not to {self.actor.window}; serve it there, or have it transferred",
            )
        return ticket
