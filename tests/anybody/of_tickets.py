"""A builder for each command about a place in a hall's queue."""

from hypothesis import strategies as st

from domain.command import Command
from domain.people.favour import Favour
from domain.ticket.calling import CallTicket, MarkNoShow, RecallTicket, TransferTicket
from domain.ticket.lapses import LookAtClock
from domain.ticket.serving import EndService, ServeMatter
from domain.ticket.taking import BookTicket, GiveUpTicket, TakeTicket
from domain.ticket.ticket import Purpose
from tests.anybody.city import DEPARTMENTS, HALLS
from tests.anybody.world import CASES, ITEMS, TEXT, TICKETS, Builder, Fields, World, given, maybe, some
from tests.office import LEGAL, NATURAL


def _ticket(**more: object) -> Builder:
    return lambda world: given(ticket_id=list(TICKETS), **more)


def _place(world: World, **more: object) -> Fields:
    return given(
        ticket_id=list(TICKETS), hall=list(HALLS), zone=[NATURAL, LEGAL], purpose=list(Purpose), department=maybe(*DEPARTMENTS),
        matters=some(ITEMS, 2).map(lambda matters: matters or ("food",)), favour=maybe(*Favour), **more,
    )  # fmt: skip


OF_TICKETS: dict[type[Command], Builder] = {
    BookTicket: lambda world: _place(world, slot=world.later(-2, 72)),
    CallTicket: _ticket(),
    EndService: _ticket(reason=TEXT),
    GiveUpTicket: _ticket(),
    LookAtClock: _ticket(),
    MarkNoShow: _ticket(),
    RecallTicket: _ticket(),
    ServeMatter: _ticket(item_id=list(ITEMS), case_id=maybe(*CASES)),
    TakeTicket: lambda world: _place(world, number="N1", serial=st.integers(1, 3)),
    TransferTicket: _ticket(zone=maybe(NATURAL), department=maybe("market"), purpose=maybe(*Purpose), reason=TEXT),
}
