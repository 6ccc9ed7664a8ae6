"""Each view's rows, column by column: a view makes plain tuples, so that two columns that change places are noticed here, by no type.

Worked by hand for a day on which each moment is another: building needs housing (12 working days in all), then fire (3 of its own).
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from domain.application.path.approvals import ApproveTask, ClaimTask
from domain.application.state import Application
from domain.evolving import evolve
from domain.people.favour import Favour
from domain.ticket.calling import CallTicket, TransferTicket
from domain.ticket.taking import BookTicket, TakeTicket
from domain.ticket.ticket import Purpose, Ticket
from projections.engine.projection import Row, View, transitions
from projections.views.case_file import CaseFile
from projections.views.deadlines import Deadlines
from projections.views.hall_queue import HallQueue
from projections.views.intake_register import IntakeRegister
from projections.views.open_work import OpenWork
from projections.views.processing_time import ProcessingTime
from tests.office import CITIZEN, CLERK, NATURAL, START, Office, accepted, reviewer

HOUSING, FIRE = {"task_id": "building:housing"}, {"task_id": "building:fire"}
BOX = "bmFtZTrmrKfpmLPlsI_mmI4="
"""The applicant's name as the tests' vault seals it."""


def building() -> Office:
    """Monday 3 March 2025: received at 9:01 by F1 at W1, accepted at 9:06; housing has its task at 9:16 and approves at 9:46, fire
    claims its own at 10:46."""
    office = accepted("building")
    office.when(ClaimTask, reviewer("housing"), minutes=10, **HOUSING)
    office.when(ApproveTask, reviewer("housing"), minutes=30, **HOUSING)
    office.when(ClaimTask, reviewer("fire", "R2"), minutes=60, **FIRE)
    return office


def named(view: View, rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Rows by the names of their columns."""
    names = [column.name for column in view.table.columns]
    return [dict(zip(names, row, strict=True)) for row in rows]


def rows_of(view: View) -> list[dict[str, Any]]:
    """What a view shows of the case at the end."""
    office = building()
    return named(view, view.rows_of(office.case(), office.city))


def test_open_work() -> None:
    """A day has 7 working hours (9:00 to 12:00, 13:30 to 17:30). Fire has 6 h 14 min of Monday and 3 days, 27 h 14 min; four fifths
    are 21 h 47 min 12 s: Monday, two days, and 1 h 33 min 12 s of Thursday. The law has 6 h 54 min and 22 days, 160 h 54 min; four fifths
    are 128 h 43 min 12 s: Monday, 17 days until the 26th, and 2 h 49 min 12 s of the 27th."""
    (row,) = rows_of(OpenWork())
    assert row == {
        "case_id": "C1",
        "work": "building:fire",
        "waits_for": "approve",
        "side": "department",
        "department": "fire",
        "item": "building",
        "task_status": "claimed",
        "holder": "R2",
        "asks_for": None,
        "since": "2025-03-03T01:46:00.000000Z",
        "warn_at": "2025-03-06T02:33:12.000000Z",
        "due_at": "2025-03-06T09:30:00.000000Z",
        "red_at": "2025-03-06T09:30:00.000000Z",
        "snoozed_until": None,
        "hall": "H1",
        "window": "W1",
        "zone": "natural_person",
        "items": "building@1",
        "status": "in_review",
        "clock_stopped": False,
        "case_due_at": "2025-03-19T09:30:00.000000Z",
        "applicant_key": "applicant/P1",
        "applicant_box": BOX,
        "statutory_due_at": "2025-04-02T09:30:00.000000Z",
        "statutory_warn_at": "2025-03-27T03:49:12.000000Z",
    }


def test_the_register_of_receipts() -> None:
    assert rows_of(IntakeRegister()) == [
        {
            "case_id": "C1",
            "hall": "H1",
            "zone": "natural_person",
            "window": "W1",
            "department": "housing",
            "items": "building@1",
            "status": "in_review",
            "received_at": "2025-03-03T01:01:00.000000Z",
            "ended_at": None,
            "applicant_key": "applicant/P1",
            "applicant_box": BOX,
        }
    ]


def test_what_is_due_next() -> None:
    """The light of the fire department's three days turns yellow first."""
    assert rows_of(Deadlines()) == [
        {"case_id": "C1", "kind": "yellow", "part": "building:fire", "at": "2025-03-06T02:33:12.000000Z", "hall": "H1"}
    ]


def test_the_processing_time_of_the_approval() -> None:
    """From the opening of the task with the acceptance, at 9:06, to the approval at 9:46: forty minutes, all of them worked."""
    rows = {row["stage"]: row for row in rows_of(ProcessingTime())}
    assert rows["approval"] == {
        "case_id": "C1",
        "stage": "approval",
        "part": "building:housing",
        "activity": None,
        "channel": "window",
        "department": "housing",
        "item": "building",
        "window": "W1",
        "hall": "H1",
        "zone": "natural_person",
        "layout": "after",
        "ended_on": "2025-03-03",
        "started_at": "2025-03-03T01:06:00.000000Z",
        "ended_at": "2025-03-03T01:46:00.000000Z",
        "from_event": 7,
        "to_event": 9,
        "calendar_us": 2_400_000_000,
        "working_us": 2_400_000_000,
        "suspended_us": 0,
        "due_at": "2025-03-19T09:30:00.000000Z",
        "matter": None,
        "corrected_by": None,
        "result": None,
    }


def test_a_line_of_the_case_file() -> None:
    office, view = building(), CaseFile()
    last = list(transitions(Application(case_id="C1"), office.cases["application/C1"]))[-1]
    (row,) = named(view, view.of_transition(last, office.city))
    assert row == {
        "case_id": "C1",
        "version": last.record.originator_version,
        "position": last.record.position,
        "type": "application.task_claimed",
        "title": "认领 task claimed",
        "words": "task id: building:fire",
        "status": "in_review",
        "occurred_at": "2025-03-03T02:46:00.000000Z",
        "recorded_at": "2025-03-03T02:46:00.000000Z",
        "person": "R2",
        "role": "reviewer",
        "department": "fire",
        "hall": "H1",
        "window": None,
        "command_id": last.record.act.command_id,
    }
    assert last.record.position != last.record.originator_version


VISIT = {"hall": "H1", "zone": NATURAL, "purpose": Purpose.APPLY}


def queue_of(office: Office, number: str) -> dict[str, Any]:
    """The row of a ticket in the queue of its hall."""
    ticket = Ticket(ticket_id=number)
    for record in office.cases[f"ticket/{number}"]:
        ticket = evolve(ticket, record)
    (row,) = named(HallQueue(), HallQueue().of_ticket(ticket, office.city))
    return row


def test_a_visitor_called_to_a_window() -> None:
    """Booked at 9:01 for 10:00; here at 10:06, in time to keep that place; called at 10:16. The law favours her: the first turn."""
    office, visit = Office(), {**VISIT, "ticket_id": "T1", "matters": ("food", "park"), "favour": Favour.MILITARY}
    office.when(BookTicket, CITIZEN, **visit, slot=START + timedelta(hours=1))
    office.when(TakeTicket, CITIZEN, minutes=65, **visit, number="N007", serial=7, ahead=2, estimated_s=480)
    office.when(CallTicket, CLERK, minutes=10, ticket_id="T1")
    assert queue_of(office, "T1") == {
        "ticket": "ticket/T1",
        "hall": "H1",
        "zone": "natural_person",
        "department": None,
        "purpose": "apply",
        "items": "food, park",
        "stand": "called",
        "day": "2025-03-03",
        "number": "N007",
        "serial": 7,
        "turn": 0,
        "place_at": "2025-03-03T02:00:00.000000Z",
        "since": "2025-03-03T02:16:00.000000Z",
        "window": "W1",
        "favour": "military",
        "estimated_s": 480,
    }


def test_a_visitor_who_was_sent_on_keeps_the_place_and_waits_anew() -> None:
    """Here at 9:01, called at 9:06, sent on at 9:08."""
    office = Office()
    office.when(TakeTicket, CITIZEN, **VISIT, ticket_id="T2", matters=("food",), number="N008", serial=8)
    office.when(CallTicket, CLERK, minutes=5, ticket_id="T2")
    office.when(TransferTicket, CLERK, minutes=2, ticket_id="T2", department="market", reason="应到市场监管窗口")
    row = queue_of(office, "T2")
    assert (row["stand"], row["department"], row["window"], row["turn"]) == ("waiting", "market", None, 1)
    assert (row["place_at"], row["since"]) == ("2025-03-03T01:01:00.000000Z", "2025-03-03T01:08:00.000000Z")


def test_a_visit_that_is_booked_has_its_day_and_no_number_yet() -> None:
    """Booked at 9:01 on Monday for ten o'clock on Tuesday."""
    office = Office()
    slot = START + timedelta(days=1, hours=1)
    office.when(BookTicket, CITIZEN, **VISIT, ticket_id="T3", matters=("food",), slot=slot)
    row = queue_of(office, "T3")
    assert (row["stand"], row["number"], row["serial"], row["day"]) == ("booked", None, None, "2025-03-04")
    assert (row["place_at"], row["since"]) == ("2025-03-04T02:00:00.000000Z", "2025-03-03T01:01:00.000000Z")
