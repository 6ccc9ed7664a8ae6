"""A ticket as it stands: what its history has made of it. Values only."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from domain.application.components import Mark
from domain.evolving import Versioned
from domain.hall.hall import Window
from domain.people.favour import Favour
from domain.record import Act, Record


class TicketState(StrEnum):
    """Where a ticket stands."""

    NEW = "new"
    BOOKED = "booked"
    WAITING = "waiting"
    CALLED = "called"
    SERVED = "served"
    NO_SHOW = "no_show"
    GIVEN_UP = "given_up"
    LAPSED = "lapsed"


OPEN = (TicketState.BOOKED, TicketState.WAITING, TicketState.CALLED)
"""While somebody still has to be served."""


class Purpose(StrEnum):
    """What a visitor comes for."""

    APPLY = "apply"
    SUPPLEMENT = "supplement"
    COLLECT = "collect"
    ASK = "ask"

    def served_at(self, window: Window) -> bool:
        """Whether a window does this kind of thing."""
        return window.issues if self is Purpose.COLLECT else window.receives


class Wait(Struct, frozen=True, gc=False):
    """One wait of a visitor: since when, and when and at which window it ended."""

    since: Mark
    called: Mark | None = None
    window: str | None = None


class ServedMatter(Struct, frozen=True, gc=False):
    """One matter served on a ticket, with the case it is about where there is one."""

    item_id: str
    case_id: str | None
    window: str
    begun: Mark
    done: Mark


class Ticket(Versioned, frozen=True, kw_only=True):
    """A place in a hall's queue. Immutable; each event makes the next one.

    ``number`` is what the screen shows, ``serial`` its part that counts. ``place_at`` (UTC) orders those who wait,
    after those whom ``favour`` puts first. ``attended`` is the last moment from which a window gave its time to it.
    """

    ticket_id: str
    stand: TicketState = TicketState.NEW
    hall: str | None = None
    zone: str | None = None
    layout: str | None = None
    department: str | None = None
    purpose: Purpose | None = None
    matters: tuple[str, ...] = ()
    favour: Favour | None = None
    slot: datetime | None = None
    number: str | None = None
    serial: int | None = None
    place_at: datetime | None = None
    estimated_s: int | None = None
    window: str | None = None
    waits: tuple[Wait, ...] = ()
    attended: Mark | None = None
    served: tuple[ServedMatter, ...] = ()
    clock: Mark | None = None

    def advanced(self, record: Record) -> Ticket:
        clock = Mark(record.act.occurred_at, record.act.calendar, record.originator_version)
        return replace(self, version=record.originator_version, clock=clock)

    def mark(self, act: Act) -> Mark:
        """This moment, as the next event makes it."""
        return Mark(act.occurred_at, act.calendar, self.version + 1)

    @property
    def open(self) -> bool:
        """Whether somebody still has to be served."""
        return self.stand in OPEN

    @property
    def unserved(self) -> tuple[str, ...]:
        """The matters that nobody has served yet."""
        done = {each.item_id for each in self.served}
        return tuple(item_id for item_id in self.matters if item_id not in done)
