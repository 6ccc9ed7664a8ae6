"""The day of a visit ends: who was not served until then is not called any more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace

from domain.record import Act, Event, Role, event
from domain.ticket.command import TicketCommand
from domain.ticket.ticket import Ticket, TicketState
from domain.time.lapse import Lapse

if TYPE_CHECKING:
    from domain.city import City


@event("ticket.lapsed", "当日失效 lapsed with the day")
class TicketLapsed(Event):
    """The hall's day was over before the visitor was served, or came at all."""

    def evolve(self, state: Ticket, act: Act) -> Ticket:
        return replace(state, stand=TicketState.LAPSED, window=None)


class LookAtClock(TicketCommand):
    """What has lapsed before ``occurred_at`` is recorded, and nothing else."""

    roles: ClassVar = frozenset({Role.CLOCK})

    def not_before(self, state: Ticket) -> None:
        """A clock may be looked at late."""

    def decide(self, ticket: Ticket, city: City) -> Sequence[Event]:
        return []


def day_ends(ticket: Ticket, city: City) -> datetime | None:
    """The end of the hall's day of a visit (UTC); None where nobody waits for it any more."""
    if not ticket.open or ticket.hall is None or ticket.clock is None or ticket.clock.calendar is None:
        return None
    begun = ticket.waits[0].since.at if ticket.waits else ticket.slot
    days = city.calendar(ticket.hall, ticket.clock.calendar)
    return None if begun is None else days.day_bounds(days.local_day(begun))[1]


def lapse(ticket: Ticket, city: City, until: datetime) -> Lapse | None:
    """What follows where the day of a visit ended before ``until``."""
    end = day_ends(ticket, city)
    return Lapse(end, [TicketLapsed()]) if end is not None and end < until else None
