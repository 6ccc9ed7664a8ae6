"""Anybody does anything to some tickets at any time; what their events say holds for how they stand and for their rows."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from domain.errors import OfficeError
from domain.evolving import evolve
from domain.history import begun
from domain.record import CLOCK, Actor, Role
from domain.ticket.calling import CallTicket, MarkNoShow, RecallTicket, TransferTicket
from domain.ticket.lapses import LookAtClock
from domain.ticket.serving import EndService, ServeMatter
from domain.ticket.taking import BookTicket, GiveUpTicket, TakeTicket
from domain.ticket.ticket import Purpose, Ticket, TicketState
from projections.views.deadlines import Deadlines
from projections.views.hall_queue import HallQueue
from projections.views.processing_time import ProcessingTime
from tests.office import CITIZEN, NATURAL, Office

TICKETS = ("T1", "T2")
WINDOWS = ("W1", "W2", "W3", "M1", "L1")
ITEMS = ("food", "restaurant", "park")
ENDS = ("ticket.served", "ticket.no_show", "ticket.given_up", "ticket.lapsed")
tickets, windows = st.sampled_from(TICKETS), st.sampled_from((*[None] * 6, *WINDOWS))
"""Without a window: the one at which the ticket is, or one that may call it."""
minutes = st.integers(0, 15)


@pytest.mark.no_cover
class TicketMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.office = Office()

    def give(self, command: Any, by: Actor, wait: int, **fields: Any) -> None:
        """Try a command; one that is refused changes nothing."""
        self.office.on_the_staff(by)
        before = {name: list(records) for name, records in self.office.cases.items()}
        try:
            self.office.when(command, by, minutes=wait, **fields)
        except OfficeError:
            assert {n: r for n, r in self.office.cases.items() if r} == {n: r for n, r in before.items() if r}

    def ticket(self, number: str) -> Ticket:
        """A ticket as it stands."""
        state = begun(f"ticket/{number}")
        for record in self.office.cases.get(f"ticket/{number}", []):
            state = evolve(state, record)
        assert isinstance(state, Ticket)
        return state

    def at(self, number: str, window: str | None) -> Actor:
        """Who sits at a window."""
        state = self.ticket(number)
        fitting = "M1" if state.department == "market" else "W1"
        chosen = window or state.window or fitting
        return Actor(person=f"F-{chosen}", role=Role.FRONT_DESK, hall="H1", window=chosen)

    @rule(
        ticket=tickets,
        matters=st.lists(st.sampled_from(ITEMS), min_size=1, max_size=4),
        purpose=st.sampled_from(Purpose),
        wait=minutes,
    )
    def take(self, ticket: str, matters: list[str], purpose: Purpose, wait: int) -> None:
        place = {"hall": "H1", "zone": NATURAL, "purpose": purpose, "matters": tuple(matters)}
        self.give(TakeTicket, CITIZEN, wait, ticket_id=ticket, **place, number="N1", serial=1)

    @rule(ticket=tickets, ahead=st.sampled_from([1, 10, 40, 1440]), wait=minutes)
    def book(self, ticket: str, ahead: int, wait: int) -> None:
        slot = self.office.now + timedelta(minutes=wait + ahead)
        place = {"hall": "H1", "zone": NATURAL, "purpose": Purpose.APPLY, "matters": ("food",)}
        self.give(BookTicket, CITIZEN, wait, ticket_id=ticket, **place, slot=slot)

    @rule(
        ticket=tickets,
        window=windows,
        wait=minutes,
        command=st.sampled_from([CallTicket, CallTicket, CallTicket, RecallTicket, MarkNoShow]),
    )
    def call(self, ticket: str, window: str | None, wait: int, command: Any) -> None:
        self.give(command, self.at(ticket, window), wait, ticket_id=ticket)

    @rule(ticket=tickets, window=windows, item=st.sampled_from(ITEMS), wait=minutes)
    def serve(self, ticket: str, window: str | None, item: str, wait: int) -> None:
        self.give(ServeMatter, self.at(ticket, window), wait, ticket_id=ticket, item_id=item)

    @rule(ticket=tickets, window=windows, to=st.sampled_from([None, "market", "fire"]), wait=minutes)
    def transfer(self, ticket: str, window: str | None, to: str | None, wait: int) -> None:
        self.give(TransferTicket, self.at(ticket, window), wait, ticket_id=ticket, department=to, reason="x")

    @rule(ticket=tickets, window=windows, wait=minutes)
    def leave(self, ticket: str, window: str | None, wait: int) -> None:
        self.give(EndService, self.at(ticket, window), wait, ticket_id=ticket, reason="x")

    @rule(ticket=tickets, wait=minutes, really=st.sampled_from([False, False, False, True]))
    def give_up(self, ticket: str, wait: int, really: bool) -> None:
        if really:
            self.give(GiveUpTicket, CITIZEN, wait, ticket_id=ticket)

    @rule(ticket=tickets, wait=st.sampled_from([0, 0, 0, 700, 1500]))
    def look_at_the_clock(self, ticket: str, wait: int) -> None:
        if self.office.cases.get(f"ticket/{ticket}"):
            self.give(LookAtClock, CLOCK, wait, ticket_id=ticket)

    @invariant()
    def a_ticket_stands_as_its_events_say(self) -> None:
        for ticket in TICKETS:
            records = self.office.cases.get(f"ticket/{ticket}", [])
            state = self.ticket(ticket)
            said = Counter(record.event.type_name for record in records)
            ended = [record.event.type_name in ENDS for record in records]
            assert sum(ended) <= 1
            assert not any(ended[:-1])
            assert state.open == bool(records and not any(ended))
            assert said["ticket.taken"] <= 1
            times = [record.act.occurred_at for record in records]
            assert times == sorted(times)
            served = [each.item_id for each in state.served]
            assert len(served) == len(set(served)) == said["ticket.matter_served"]
            assert set(served) | set(state.unserved) == set(state.matters)
            self._rows(state, said)

    def _rows(self, state: Ticket, said: Counter[str]) -> None:
        rows = list(ProcessingTime().of_ticket(state, self.office.city))
        assert Counter(row[1] for row in rows) == +Counter(
            waiting=said["ticket.called"], serving=said["ticket.matter_served"]
        )
        columns = [column.name for column in ProcessingTime.table.columns]
        for row in (dict(zip(columns, row, strict=True)) for row in rows):
            assert row["started_at"] <= row["ended_at"]
            assert 0 <= row["working_us"] <= row["calendar_us"]
        queued = list(HallQueue().of_ticket(state, self.office.city))
        assert [row[6] for row in queued] == ([state.stand.value] if state.stand is not TicketState.NEW else [])
        assert len(list(Deadlines().of_ticket(state, self.office.city))) == state.open


TestTickets = TicketMachine.TestCase
TestTickets.settings = settings(max_examples=200, stateful_step_count=30)
