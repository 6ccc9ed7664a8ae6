"""The queue: a place taken, called, served; booked ahead, favoured, sent on, missed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from domain.evolving import evolve
from domain.hall.favours import NameFavours
from domain.hall.hall import Duty
from domain.hall.staffing import AssignStaff
from domain.hall.windows import CloseWindow
from domain.history import begun
from domain.people.favour import Favour
from domain.record import CLOCK, Actor, Role
from domain.ticket.calling import CallTicket, MarkNoShow, RecallTicket, TransferTicket
from domain.ticket.lapses import LookAtClock
from domain.ticket.serving import EndService, ServeMatter
from domain.ticket.taking import BookTicket, GiveUpTicket, TakeTicket
from domain.ticket.ticket import Purpose, Ticket, TicketState
from projections.views.deadlines import Deadlines
from projections.views.processing_time import ProcessingTime
from projections.views.processing_time import table as processing_times
from tests.office import CITIZEN, CLERK, ISSUER, LEGAL, NATURAL, OPERATOR, Office

COLUMNS = list(processing_times.columns.keys())
CALENDAR, MATTER = COLUMNS.index("calendar_us"), COLUMNS.index("matter")
T1: dict[str, Any] = {"ticket_id": "T1"}
VISIT: dict[str, Any] = {**T1, "hall": "H1", "zone": NATURAL, "purpose": Purpose.APPLY, "matters": ("food",)}
TAKEN: dict[str, Any] = {**VISIT, "number": "N001", "serial": 1}
MARKET = Actor(person="F9", role=Role.FRONT_DESK, hall="H1", window="M1")


def ticket(office: Office, number: str = "T1") -> Ticket:
    state = begun(f"ticket/{number}")
    for record in office.cases[f"ticket/{number}"]:
        state = evolve(state, record)
    assert isinstance(state, Ticket)
    return state


def waiting(**fields: Any) -> Office:
    """Given a visitor with ticket T1."""
    office = Office()
    office.when(TakeTicket, CITIZEN, **{**TAKEN, **fields})
    return office


def called(**fields: Any) -> Office:
    """Given a visitor called to window W1 five minutes later."""
    office = waiting(**fields)
    office.when(CallTicket, CLERK, minutes=5, **T1)
    return office


def test_a_visitor_waits_is_called_and_served_matter_by_matter() -> None:
    office = called(matters=("food", "restaurant", "food"))
    office.when(ServeMatter, CLERK, minutes=20, **T1, item_id="food", case_id="C1")
    assert ticket(office).unserved == ("restaurant",)
    assert ticket(office).stand is TicketState.CALLED
    office.when(ServeMatter, CLERK, minutes=10, **T1, item_id="restaurant", case_id=None)
    assert ticket(office).stand is TicketState.SERVED
    rows = [
        (row[1], row[2], row[CALENDAR] // 60_000_000, row[MATTER])
        for row in ProcessingTime().of_ticket(ticket(office), office.city)
    ]
    assert rows == [("waiting", "1", 5, None), ("serving", "1", 20, "C1"), ("serving", "2", 10, None)]


def test_a_matter_is_served_once_and_only_where_the_ticket_was_called() -> None:
    office = called(matters=("food", "park"))
    office.when(ServeMatter, CLERK, **T1, item_id="food")
    assert "is not left to serve on ticket T1; left: park" in office.refused(ServeMatter, CLERK, **T1, item_id="food")
    elsewhere = Actor(person="F2", role=Role.FRONT_DESK, hall="H1", window="W2")
    assert "was called to window W1, not to W2" in office.refused(ServeMatter, elsewhere, **T1, item_id="park")
    assert "is called: calling it is possible only while it is waiting" in office.refused(CallTicket, CLERK, **T1)


def test_who_leaves_with_matters_not_done_has_a_reason_on_record() -> None:
    office = called(matters=("food", "park"))
    office.when(EndService, CLERK, **T1, reason="材料未带齐")
    assert (ticket(office).stand, ticket(office).unserved) == (TicketState.SERVED, ("food", "park"))


def test_a_recall_begins_the_service_anew_and_a_no_show_ends_the_ticket() -> None:
    office = called()
    office.when(RecallTicket, CLERK, minutes=2, **T1)
    office.when(ServeMatter, CLERK, minutes=3, **T1, item_id="food")
    (wait, serving) = ProcessingTime().of_ticket(ticket(office), office.city)
    assert (wait[CALENDAR], serving[CALENDAR]) == (300_000_000, 180_000_000)

    office = called()
    office.when(RecallTicket, CLERK, **T1)
    office.when(MarkNoShow, CLERK, **T1)
    assert ticket(office).stand is TicketState.NO_SHOW
    assert [row[1] for row in ProcessingTime().of_ticket(ticket(office), office.city)] == ["waiting"]
    assert "is no_show" in office.refused(CallTicket, CLERK, **T1)


def test_who_is_being_served_is_here() -> None:
    office = called(matters=("food", "park"))
    office.when(ServeMatter, CLERK, **T1, item_id="food")
    for command in (RecallTicket, MarkNoShow):
        assert "is being served; its visitor is here" in office.refused(command, CLERK, **T1)


def test_a_transferred_visitor_keeps_the_place_and_waits_again() -> None:
    office = called()
    place = ticket(office).place_at
    office.when(TransferTicket, CLERK, **T1, department="market", reason="应到市场监管窗口")
    office.when(CallTicket, MARKET, minutes=4, **T1)
    moved = ticket(office)
    assert (moved.place_at, moved.window, moved.department) == (place, "M1", "market")
    waits = [row[-6] // 60_000_000 for row in ProcessingTime().of_ticket(moved, office.city)]
    assert waits == [5, 4]
    assert "is in that queue already" in office.refused(TransferTicket, MARKET, **T1, department="market", reason="x")


def test_a_visitor_is_sent_on_only_to_a_queue_that_a_window_serves() -> None:
    office = called()
    office.when(CloseWindow, OPERATOR, hall_id="H1", window_id="L1", reason="x")
    assert "has no window of that queue" in office.refused(TransferTicket, CLERK, **T1, zone=LEGAL, reason="x")


@pytest.mark.parametrize(("late", "keeps"), [(-10, True), (15, True), (16, False)])
def test_who_booked_keeps_the_place_unless_they_come_late(late: int, keeps: bool) -> None:
    office = Office()
    slot = office.now + timedelta(hours=2)
    office.when(BookTicket, CITIZEN, **VISIT, slot=slot)
    assert ticket(office).stand is TicketState.BOOKED
    arrival = slot + timedelta(minutes=late)
    office.when(TakeTicket, CITIZEN, minutes=(arrival - office.now).total_seconds() / 60, **TAKEN)
    assert ticket(office).place_at == (slot if keeps else arrival)
    assert ticket(office).waits[0].since.at == max(slot, arrival)


def test_who_is_called_before_the_booked_time_has_not_waited() -> None:
    office = Office()
    office.when(BookTicket, CITIZEN, **VISIT, slot=office.now + timedelta(hours=2))
    office.when(TakeTicket, CITIZEN, **TAKEN)
    office.when(CallTicket, CLERK, minutes=5, **T1)
    (wait,) = ProcessingTime().of_ticket(ticket(office), office.city)
    assert wait[-6] == 0


def test_who_booked_for_another_day_comes_on_that_day() -> None:
    office = Office()
    office.when(BookTicket, CITIZEN, **VISIT, slot=office.now + timedelta(days=1))
    assert "was booked for 2025-03-04" in office.refused(TakeTicket, CITIZEN, **TAKEN)


def test_a_booking_is_for_opening_hours_to_come() -> None:
    office = Office()
    assert "is in the past" in office.refused(BookTicket, CITIZEN, **VISIT, slot=office.now)
    sunday = office.now + timedelta(days=6)
    assert "on 2025-03-09 it is closed" in office.refused(BookTicket, CITIZEN, **VISIT, slot=sunday)
    evening = office.now + timedelta(hours=12)
    assert "is not open then; on 2025-03-03 it is 09:00-" in office.refused(BookTicket, CITIZEN, **VISIT, slot=evening)


def test_a_booking_nobody_came_for_is_a_no_show_after_its_time() -> None:
    office = Office()
    office.when(BookTicket, CITIZEN, **VISIT, slot=office.now + timedelta(hours=1))
    assert "is booked" in office.refused(MarkNoShow, CLERK, **T1)
    office.when(MarkNoShow, CLERK, minutes=90, **T1)
    assert ticket(office).stand is TicketState.NO_SHOW


def test_a_place_is_given_up_before_it_is_called() -> None:
    office = waiting()
    office.when(GiveUpTicket, CITIZEN, **T1)
    assert ticket(office).stand is TicketState.GIVEN_UP
    assert "is given_up" in office.refused(CallTicket, CLERK, **T1)
    assert "is called" in called().refused(GiveUpTicket, CITIZEN, **T1)


@pytest.mark.parametrize("given", [waiting, called], ids=["waiting", "called"])
def test_a_ticket_is_of_its_day(given: Callable[[], Office]) -> None:
    office = given()
    (due,) = Deadlines().of_ticket(ticket(office), office.city)
    assert due == ("ticket/T1", "visit", "", "2025-03-03T16:00:00.000000Z", "H1")  # midnight in Shanghai
    office.now += timedelta(days=1)
    assert "is lapsed" in office.refused(CallTicket, CLERK, **T1)
    office.when(LookAtClock, CLOCK, **T1)
    assert ticket(office).stand is TicketState.LAPSED
    lapsed = office.cases["ticket/T1"][-1].act
    assert (lapsed.occurred_at.isoformat(), lapsed.actor.person) == ("2025-03-03T16:00:00+00:00", "clock")
    assert office.when(LookAtClock, CLOCK, **T1) == []
    assert list(Deadlines().of_ticket(ticket(office), office.city)) == []


def test_a_booking_nobody_came_for_lapses_with_its_day() -> None:
    office = Office()
    office.when(BookTicket, CITIZEN, **VISIT, slot=office.now + timedelta(days=1))
    office.when(LookAtClock, CLOCK, minutes=60 * 24, **T1)
    assert ticket(office).stand is TicketState.BOOKED
    office.when(LookAtClock, CLOCK, minutes=60 * 24, **T1)
    assert ticket(office).stand is TicketState.LAPSED


def test_the_law_favours_some_and_the_hall_may_name_others() -> None:
    assert ticket(waiting(favour=Favour.ELDERLY)).favour is Favour.ELDERLY
    office = Office()
    assert "does not call pregnant first" in office.refused(TakeTicket, CITIZEN, **TAKEN, favour=Favour.PREGNANT)
    named: dict[str, Any] = {"hall_id": "H1", "reason": "便民"}
    office.when(NameFavours, OPERATOR, **named, favours=(Favour.PREGNANT,))
    office.when(TakeTicket, CITIZEN, **TAKEN, favour=Favour.PREGNANT)
    assert office.when(NameFavours, OPERATOR, **named, favours=(Favour.PREGNANT,)) == []
    assert "called first by law" in office.refused(NameFavours, OPERATOR, **named, favours=(Favour.MILITARY,))


def test_what_a_queue_cannot_take_is_refused() -> None:
    office = Office()
    assert "service item shop is for a legal_person" in office.refused(
        TakeTicket, CITIZEN, **{**TAKEN, "matters": ("shop",)}
    )
    assert "is not in the catalogue" in office.refused(TakeTicket, CITIZEN, **{**TAKEN, "matters": ("nothing",)})
    assert "department tax is not known" in office.refused(TakeTicket, CITIZEN, **TAKEN, department="tax")
    office = waiting()
    assert "is waiting" in office.refused(TakeTicket, CITIZEN, **TAKEN)
    assert "acts at a window of hall H1; name the window" in office.refused(
        CallTicket, Actor(person="F1", role=Role.FRONT_DESK, hall="H1"), **T1
    )
    assert "W3 is a comprehensive_feedback window" in office.refused(CallTicket, ISSUER, **T1)
    assert "window M1 serves market" in office.refused(CallTicket, MARKET, **T1)
    assert "ticket T9 is not known" in office.refused(CallTicket, CLERK, ticket_id="T9")


def test_a_result_is_collected_where_results_are_handed_out() -> None:
    office = waiting(purpose=Purpose.COLLECT)
    intake = Actor(person="F2", role=Role.FRONT_DESK, hall="H1", window="W2")
    assert "W2 is a comprehensive_intake window" in office.refused(CallTicket, intake, **T1)
    office.when(CallTicket, ISSUER, **T1)
    assert ticket(office).window == "W3"


def test_a_window_with_a_rota_calls_only_by_who_is_on_it_for_the_queue() -> None:
    office = waiting()
    shift: dict[str, Any] = {
        "hall_id": "H1",
        "window_id": "W1",
        "since": office.now,
        "until": office.now + timedelta(days=1),
    }
    office.when(AssignStaff, OPERATOR, **shift, person="F1", duties=(Duty.INTAKE,))
    assert "may do intake there, not queue" in office.refused(CallTicket, CLERK, **T1)
    office.when(AssignStaff, OPERATOR, **shift, person="F2", duties=(Duty.QUEUE,))
    office.when(CallTicket, Actor(person="F2", role=Role.FRONT_DESK, hall="H1", window="W1"), **T1)
    assert ticket(office).window == "W1"


def test_rule_7_a_ticket_s_clock_never_runs_backwards() -> None:
    office = waiting()
    office.now -= timedelta(hours=1)
    assert "never runs backwards" in office.refused(CallTicket, CLERK, **T1)
