"""A place in the queue: booked ahead, taken on the spot or on arrival, given up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec.structs import replace
from pydantic import Field

from domain.errors import RuleBroken, Taken
from domain.hall.hall import Layout
from domain.people.applicant_kind import ApplicantKind
from domain.people.favour import Favour
from domain.record import Act, Event, Identifier, Role, Text, event
from domain.ticket.command import TicketCommand
from domain.ticket.ticket import Purpose, Ticket, TicketState, Wait
from domain.time.opening import hours_of, is_open_at, next_opening
from domain.time.written import Moment

if TYPE_CHECKING:
    from domain.city import City

GRACE = timedelta(minutes=15)
"""Who booked and comes no later than this keeps the place of the booked time, and may come as early before the hall opens."""


@event("ticket.booked", "预约 visit booked")
class TicketBooked(Event):
    """A visit is announced for a time (UTC)."""

    hall: str
    zone: ApplicantKind
    department: str | None
    purpose: Purpose
    matters: tuple[str, ...]
    slot: datetime
    favour: Favour | None = None

    def evolve(self, state: Ticket, act: Act) -> Ticket:
        return replace(
            state,
            stand=TicketState.BOOKED,
            hall=self.hall,
            zone=self.zone,
            department=self.department,
            purpose=self.purpose,
            matters=self.matters,
            slot=self.slot,
            favour=self.favour,
        )


@event("ticket.taken", "取号 ticket taken")
class TicketTaken(Event):
    """The visitor is here and waits. ``serial`` counts the tickets of the hall's day and zone; ``place_at`` orders them (UTC).

    ``ahead`` and ``estimated_s`` are what the ticket said of the wait: how many come first, and how long (seconds).
    """

    hall: str
    zone: ApplicantKind
    layout: Layout
    department: str | None
    purpose: Purpose
    matters: tuple[str, ...]
    number: str
    serial: int
    place_at: datetime
    favour: Favour | None = None
    ahead: int | None = None
    estimated_s: int | None = None

    def evolve(self, state: Ticket, act: Act) -> Ticket:
        here = state.mark(act)
        since = here if state.slot is None or state.slot <= here.at else replace(here, at=state.slot)
        return replace(
            state,
            stand=TicketState.WAITING,
            hall=self.hall,
            zone=self.zone,
            layout=self.layout,
            department=self.department,
            purpose=self.purpose,
            matters=self.matters,
            number=self.number,
            serial=self.serial,
            place_at=self.place_at,
            favour=self.favour,
            estimated_s=self.estimated_s,
            waits=(Wait(since),),
        )


@event("ticket.given_up", "弃号 given up")
class TicketGivenUp(Event):
    """The visitor does not want the place any more."""

    reason: str | None = None

    def evolve(self, state: Ticket, act: Act) -> Ticket:
        return replace(state, stand=TicketState.GIVEN_UP)


class PlaceCommand(TicketCommand):
    """Wants a place in a hall's queue, for several matters of one visitor if need be."""

    roles: ClassVar = frozenset({Role.FRONT_DESK, Role.APPLICANT})
    at_the_door: ClassVar = True

    hall: Identifier
    zone: ApplicantKind
    department: Identifier | None = None
    purpose: Purpose
    matters: Annotated[tuple[Identifier, ...], Field(min_length=1, max_length=20)]
    favour: Favour | None = None

    def hall_of(self, state: Ticket) -> str | None:
        return self.hall

    def _check(self, city: City) -> None:
        hall = city.hall(self.hall)
        for item_id in self.matters:
            zone = city.item(item_id).versions[-1].zone
            if zone is not self.zone:
                raise RuleBroken(
                    "queue",
                    f"matters: service item {item_id} is for a {zone}, not for a {self.zone}; take a ticket for that zone",
                )
        if self.department is not None:
            city.department(self.department)
        here = {(w.zone, w.department) for w in hall.windows.values()}
        if not here & {(self.zone, self.department), (self.zone, None)}:
            whose = f" of department {self.department}" if self.department else ""
            raise RuleBroken(
                "queue", f"hall {self.hall} has no window{whose} for a {self.zone}; name the department of the window"
            )
        if self.favour is not None and not self.favour.by_law and self.favour.value not in hall.favours:
            raise RuleBroken(
                "queue",
                f"favour: hall {self.hall} does not call {self.favour} first; enter it with `onewindow hall favours`",
            )


class BookTicket(PlaceCommand):
    """Announce a visit for a time to come."""

    slot: Moment

    def decide(self, ticket: Ticket, city: City) -> Sequence[Event]:
        if ticket.version:
            raise Taken("rule 8", f"ticket {self.ticket_id} exists already; use another number")
        self._check(city)
        if self.slot <= self.occurred_at:
            raise RuleBroken(
                "queue",
                f"slot: {self.slot.isoformat()} is in the past; name a later time, or take a ticket on the spot",
            )
        days = city.newest_calendar(self.hall)
        if not is_open_at(days, self.slot):
            day = days.local_day(self.slot)
            raise RuleBroken(
                "queue",
                f"slot: hall {self.hall} is not open then; on {day} it is {hours_of(days, day)}; name a time within its hours",
            )
        return [
            TicketBooked(
                hall=self.hall,
                zone=self.zone,
                department=self.department,
                purpose=self.purpose,
                matters=tuple(dict.fromkeys(self.matters)),
                slot=self.slot.astimezone(UTC),
                favour=self.favour,
            )
        ]


class TakeTicket(PlaceCommand):
    """Take a place now; on the spot, or as who booked it and is here.

    Who booked keeps the place of the booked time, unless they come later than ``GRACE``.
    """

    number: Identifier
    serial: Annotated[int, Field(ge=1, le=99_999)]
    ahead: Annotated[int, Field(ge=0)] | None = None
    estimated_s: Annotated[int, Field(ge=0)] | None = None

    def decide(self, ticket: Ticket, city: City) -> Sequence[Event]:
        if ticket.version:
            self.require(ticket, "taking it", TicketState.BOOKED)
            if ticket.hall != self.hall:
                raise RuleBroken("queue", f"ticket {self.ticket_id} was booked for hall {ticket.hall}, not {self.hall}")
        self._check(city)
        here = self.occurred_at.astimezone(UTC)
        days = city.newest_calendar(self.hall)
        if ticket.slot is not None and days.local_day(ticket.slot) != days.local_day(here):
            raise RuleBroken(
                "queue",
                f"ticket {self.ticket_id} was booked for {days.local_day(ticket.slot)}; come on that day, or take another ticket",
            )
        if not (is_open_at(days, here) or (ticket.slot is not None and ticket.slot - GRACE <= here <= ticket.slot)):
            opens = next_opening(days, here)
            when = "" if opens is None else f"; it opens {opens.astimezone(days.zone):%Y-%m-%d %H:%M}"
            raise RuleBroken("queue", f"hall {self.hall} is closed at {here.astimezone(days.zone):%H:%M}{when}")
        on_time = ticket.slot is not None and here <= ticket.slot + GRACE
        return [
            TicketTaken(
                hall=self.hall,
                zone=self.zone,
                layout=city.hall(self.hall).layout,
                department=self.department,
                purpose=self.purpose,
                matters=tuple(dict.fromkeys(self.matters)),
                number=self.number,
                serial=self.serial,
                place_at=ticket.slot if ticket.slot is not None and on_time else here,
                favour=self.favour,
                ahead=self.ahead,
                estimated_s=self.estimated_s,
            )
        ]


class GiveUpTicket(TicketCommand):
    """Leave the queue, or cancel a booking."""

    roles: ClassVar = frozenset({Role.FRONT_DESK, Role.APPLICANT})
    at_the_door: ClassVar = True

    reason: Text | None = None

    def decide(self, ticket: Ticket, city: City) -> Sequence[Event]:
        self.require(ticket, "giving it up", TicketState.BOOKED, TicketState.WAITING)
        return [TicketGivenUp(reason=self.reason)]
