"""Served at a window: one matter after the other, until the visitor leaves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from domain.errors import RuleBroken
from domain.record import Act, Event, Identifier, Text, event
from domain.ticket.command import WindowCommand
from domain.ticket.ticket import ServedMatter, Ticket, TicketState

if TYPE_CHECKING:
    from domain.city import City


@event("ticket.matter_served", "事项办毕 matter served")
class MatterServed(Event):
    """One matter of the visitor is done for now; ``case_id`` is the application it is about, where there is one."""

    item_id: str
    case_id: str | None = None

    def evolve(self, state: Ticket, act: Act) -> Ticket:
        here = state.mark(act)
        assert state.attended is not None
        assert state.window is not None
        done = ServedMatter(self.item_id, self.case_id, state.window, state.attended, here)
        return replace(state, served=(*state.served, done), attended=here)


@event("ticket.served", "离窗 served")
class TicketServed(Event):
    """The visitor leaves the window. ``reason`` says why matters were left, where some were."""

    reason: str | None = None

    def evolve(self, state: Ticket, act: Act) -> Ticket:
        return replace(state, stand=TicketState.SERVED)


class ServeMatter(WindowCommand):
    """Enter that a matter of the ticket is done; with the last one the visitor leaves."""

    item_id: Identifier
    case_id: Identifier | None = None

    def decide(self, ticket: Ticket, city: City) -> Sequence[Event]:
        self.here(ticket, "serving")
        if self.item_id not in ticket.unserved:
            left = ", ".join(ticket.unserved) or "none"
            raise RuleBroken(
                "queue", f"item_id: {self.item_id} is not left to serve on ticket {self.ticket_id}; left: {left}"
            )
        served = MatterServed(item_id=self.item_id, case_id=self.case_id)
        return [served, TicketServed()] if ticket.unserved == (self.item_id,) else [served]


class EndService(WindowCommand):
    """The visitor leaves with matters not done."""

    reason: Text

    def decide(self, ticket: Ticket, city: City) -> Sequence[Event]:
        self.here(ticket, "leaving")
        return [TicketServed(reason=self.reason)]
