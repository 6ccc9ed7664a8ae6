"""The queue of a hall on a real database: numbers in their order, nobody called twice, and what a ticket says of the wait."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from adapters.bootstrap import Installation, installation
from adapters.services import tickets as ticketing
from adapters.services.clock import tick_all
from adapters.services.tickets import TicketRequest
from adapters.settings import Settings
from domain.errors import RuleBroken, UnknownReference
from domain.people.favour import Favour
from domain.record import Actor, Role, stamp
from domain.ticket.calling import MarkNoShow, TransferTicket
from domain.ticket.serving import ServeMatter
from domain.ticket.ticket import OPEN, Purpose, TicketState
from projections.views.hall_queue import Visitor, visitors
from tests.office import LEGAL, LONG_AGO, NATURAL, OPERATOR, START, WINDOWS, hiring, setting_up
from tests.projections.city import differences
from tests.terminal import typed

DOOR = Actor(person="D1", role=Role.FRONT_DESK, hall="H1")
AT_WINDOWS = (
    *(Actor(person=f"F-{window.window_id}", role=Role.FRONT_DESK, hall="H1") for window in WINDOWS if window.receives),
    *(Actor(person=f"F-{w.window_id}", role=Role.ISSUER, hall="H1") for w in WINDOWS if not w.receives),
    Actor(person="F1", role=Role.ISSUER, hall="H1"),
)
NUMBERS = count(1)


def hired() -> dict[str, Any]:
    """How somebody was entered long ago."""
    return {"command_id": f"hired-{next(NUMBERS)}", "actor": OPERATOR, "occurred_at": LONG_AGO}


class Morning:
    """A hall whose clock stands until it is moved."""

    def __init__(self, found: Installation) -> None:
        self.installation, self.now = found, START
        found.now = lambda: self.now
        for command in (*setting_up(), *hiring(AT_WINDOWS, hired, {"F1"})):
            found.office.execute(command)

    def take(self, *matters: str, favour: Favour | None = None, purpose: Purpose = Purpose.APPLY) -> ticketing.Taken:
        """A visitor takes a number a minute later."""
        self.now += timedelta(minutes=1)
        zone = LEGAL if matters == ("shop",) else NATURAL
        visit = TicketRequest(
            hall="H1", zone=zone, department=None, purpose=purpose, matters=matters or ("food",), favour=favour
        )
        return ticketing.take(self.installation, DOOR, visit)

    def call(self, window: str = "W1") -> str | None:
        """A window calls the next one, a minute later."""
        self.now += timedelta(minutes=1)
        called = ticketing.call_next(
            self.installation, ticketing.at_window(self.installation, f"F-{window}", "H1", window)
        )
        return None if called is None else ticketing.ticket_of(self.installation, called[0]).number

    def serve(self, ticket: str, minutes: int) -> None:
        """A visitor is done after so many minutes."""
        self.now += timedelta(minutes=minutes)
        state = ticketing.ticket_of(self.installation, ticket)
        by = ticketing.at_window(self.installation, "F1", "H1", str(state.window))
        for item_id in state.unserved:
            self.installation.office.execute(
                ServeMatter(
                    command_id=f"serve/{ticket}/{item_id}",
                    actor=by,
                    occurred_at=self.now,
                    ticket_id=ticket,
                    item_id=item_id,
                )
            )

    def project(self) -> None:
        """The views see what happened."""
        self.installation.runner().catch_up()

    def queue(self) -> list[Visitor]:
        """Who is in the hall."""
        with self.installation.reading() as connection:
            return visitors(connection, self.installation.office.city(), "H1", OPEN, self.now)


@pytest.fixture
def morning(database: str, tmp_path: Path) -> Iterator[Morning]:
    with installation(Settings(database_url=database, master_key_file=tmp_path / "master.key")) as found:
        yield Morning(found)


def test_numbers_follow_each_other_though_the_view_is_behind(morning: Morning) -> None:
    assert [morning.take().number for _ in range(3)] == ["N001", "N002", "N003"]
    morning.project()
    assert [morning.take("shop").number, morning.take().number] == ["L001", "N004"]
    morning.now += timedelta(days=1)
    morning.project()
    assert morning.take().number == "N001"


def test_what_is_left_of_yesterday_is_ahead_of_nobody_before_the_clock_has_ended_it(morning: Morning) -> None:
    morning.take()
    morning.take(favour=Favour.ELDERLY)
    morning.now += timedelta(days=1)
    morning.project()
    assert (morning.queue(), morning.call("W1")) == ([], None)
    first = morning.take()
    assert (first.number, first.estimate.ahead) == ("N001", 0)
    morning.project()
    assert [each.ticket for each in morning.queue()] == [first.ticket]


def test_the_favoured_are_called_first_then_by_their_places(morning: Morning) -> None:
    morning.take()
    morning.take()
    morning.take(favour=Favour.ELDERLY)
    morning.take(purpose=Purpose.COLLECT)
    morning.project()
    assert [each.number for each in morning.queue()] == ["N003", "N001", "N002", "N004"]
    assert morning.call("W2") == "N003"
    assert morning.call("W1") == "N001"
    assert morning.call("W3") == "N004"  # results are handed out here
    morning.project()
    assert [each.stand for each in morning.queue()] == [
        TicketState.CALLED,
        TicketState.CALLED,
        TicketState.WAITING,
        TicketState.CALLED,
    ]
    assert morning.call("L1") is None
    with pytest.raises(UnknownReference, match="has no window W9"):
        morning.call("W9")
    assert differences(morning.installation) == []


def test_a_ticket_says_how_many_come_first_and_how_long_it_will_take(morning: Morning) -> None:
    first = morning.take()
    assert (first.estimate.ahead, first.estimate.wait_s) == (0, None)  # nobody was served yet
    morning.project()
    morning.call()
    morning.serve(first.ticket, minutes=12)
    morning.project()
    told = []
    for _ in range(3):
        told.append(morning.take().estimate)
        morning.project()
    # windows W1, W2 and M1 take in, and M1 only for its own department: two call
    assert [(each.ahead, each.windows, each.wait_s) for each in told] == [(0, 2, 0), (1, 2, 360), (2, 2, 720)]
    assert morning.take(favour=Favour.DISABLED).estimate.ahead == 0


def test_who_booked_arrives_and_has_the_place_of_the_booked_time(morning: Morning) -> None:
    visit = TicketRequest(
        hall="H1", zone=NATURAL, department=None, purpose=Purpose.APPLY, matters=("food", "park"), favour=None
    )
    slot = morning.now + timedelta(minutes=30)
    booked, _ = ticketing.book(morning.installation, DOOR, visit, slot)
    morning.now = slot - timedelta(minutes=5)
    morning.take()
    morning.project()
    assert [each.stand for each in morning.queue()] == [TicketState.WAITING, TicketState.BOOKED]
    assert [each.booked_for for each in morning.queue()] == [None, stamp(slot)]
    morning.now = slot + timedelta(minutes=10)
    morning.take()
    arrived = ticketing.arrive(morning.installation, DOOR, booked)
    morning.project()
    assert [each.ticket for each in morning.queue()][1] == booked == arrived.ticket
    with pytest.raises(RuleBroken, match="only a visitor who has booked and has not arrived yet can arrive"):
        ticketing.arrive(morning.installation, DOOR, booked)


def test_a_call_first_has_the_view_see_who_waits(morning: Morning) -> None:
    morning.project()
    taken = morning.take()
    assert morning.queue() == []  # nobody keeps the view up
    assert morning.call() == taken.number
    morning.serve(taken.ticket, minutes=5)
    morning.project()
    later = morning.take()
    morning.now += timedelta(minutes=1)
    by = ticketing.at_window(morning.installation, "F-W1", "H1", "W1")
    called = ticketing.call_next(morning.installation, by, position=1)  # an older position is not all there is to see
    assert called is not None
    assert called[0] == later.ticket


def test_one_visitor_is_at_a_window_at_a_time(morning: Morning) -> None:
    first, second = morning.take(), morning.take()
    third = morning.take()
    assert morning.call() == first.number
    for _ in range(3):
        with pytest.raises(RuleBroken, match=rf"{first.number} is at window W1 .*then call the next one"):
            morning.call()
    assert morning.call("W2") == second.number
    morning.serve(first.ticket, minutes=5)
    assert morning.call() == third.number
    by = ticketing.at_window(morning.installation, "F-W1", "H1", "W1")
    gone = MarkNoShow(command_id="gone", actor=by, occurred_at=morning.now, ticket_id=third.ticket)
    morning.installation.office.execute(gone)
    assert morning.call() is None
    fourth = morning.take()
    assert morning.call() == fourth.number


def test_a_visitor_who_was_sent_on_leaves_the_window_and_may_come_back(morning: Morning) -> None:
    first, second = morning.take(), morning.take()
    assert morning.call("W2") == first.number
    by = ticketing.at_window(morning.installation, "F-W2", "H1", "W2")
    common = {"actor": by, "ticket_id": first.ticket, "occurred_at": morning.now}
    collect = TransferTicket(command_id="on", purpose=Purpose.COLLECT, reason="先取件", **common)
    morning.installation.office.execute(collect)
    assert morning.call("W2") == second.number
    assert morning.call("W3") == first.number


@pytest.mark.parametrize("names", [("W1", "W2"), ("W1", "W1")], ids=["two windows", "two clerks at one window"])
def test_who_calls_at_the_same_time_never_calls_the_same_visitor_and_one_window_has_one(
    morning: Morning, names: tuple[str, str]
) -> None:
    for _ in range(12):
        morning.take()
    morning.project()
    called: list[str] = []
    most_at_once: list[int] = []

    def window(name: str) -> None:
        with installation(morning.installation.settings, lambda: morning.now) as own:
            by = ticketing.at_window(own, f"F-{name}", "H1", name)
            while True:
                try:
                    found = ticketing.call_next(own, by)
                except RuleBroken:
                    continue  # somebody is at the window: the other clerk's visitor
                if found is None:
                    return
                called.append(found[0])
                standing = [ticketing.ticket_of(own, ticket) for ticket in list(called)]
                most_at_once.append(sum(t.stand is TicketState.CALLED and t.window == name for t in standing))
                serve = {"command_id": f"serve/{found[0]}", "actor": by, "ticket_id": found[0], "item_id": "food"}
                own.office.execute(ServeMatter(**serve))

    at = [Thread(target=window, args=(name,)) for name in names]
    for each in at:
        each.start()
    for each in at:
        each.join()
    assert len(called) == 12
    assert len(set(called)) == 12
    assert set(most_at_once) == {1}
    morning.project()
    assert differences(morning.installation) == []


@pytest.mark.parametrize(
    ("hours", "minutes", "says"),
    [
        (-1, 0, "closed at 08:00; it opens 2025-03-03 09:00"),
        (9, 0, "closed at 18:00; it opens 2025-03-04 09:00"),
        (5 * 24, 0, "closed at 09:00; it opens 2025-03-10 09:00"),
    ],
)
def test_no_ticket_is_given_out_outside_opening_hours(morning: Morning, hours: int, minutes: int, says: str) -> None:
    morning.now += timedelta(hours=hours, minutes=minutes - 1)
    with pytest.raises(RuleBroken, match=says):
        morning.take()


def test_who_booked_for_the_opening_may_come_a_little_earlier_and_who_did_not_book_may_not(morning: Morning) -> None:
    opens = morning.now + timedelta(days=1)
    visit = TicketRequest(
        hall="H1", zone=NATURAL, department=None, purpose=Purpose.APPLY, matters=("food",), favour=None
    )
    booked, _ = ticketing.book(morning.installation, DOOR, visit, opens)
    early, _ = ticketing.book(morning.installation, DOOR, visit, opens)
    morning.now = opens - timedelta(minutes=20)
    with pytest.raises(RuleBroken, match="closed at 08:40"):
        ticketing.arrive(morning.installation, DOOR, early)
    morning.now = opens - timedelta(minutes=10)
    assert ticketing.arrive(morning.installation, DOOR, booked).number == "N001"
    with pytest.raises(RuleBroken, match="closed at 08:51"):
        morning.take()


def test_what_is_left_of_a_day_lapses_with_it_once_and_is_not_called(morning: Morning) -> None:
    taken = [morning.take() for _ in range(2)]
    morning.project()
    morning.call()
    morning.now += timedelta(days=1)
    assert morning.call() is None  # the view still shows who waited yesterday
    with installation(morning.installation.settings, lambda: morning.now) as beside:
        ticked = [tick_all(found) for found in (morning.installation, beside)]
    assert [each.lapsed for each in ticked] == [2, 0]
    for each in taken:
        assert ticketing.ticket_of(morning.installation, each.ticket).stand is TicketState.LAPSED
    assert morning.queue() == []
    assert differences(morning.installation) == []


def test_the_queue_on_the_command_line(database: str, tmp_path: Path) -> None:
    with installation(Settings(database_url=database, master_key_file=tmp_path / "master.key")) as found:
        for command in setting_up():
            found.office.execute(command)

    minutes = count(1)

    def run(*words: str, code: int = 0) -> object:
        now = START + timedelta(minutes=next(minutes))
        answer = typed(database, tmp_path, lambda: now, *words, "--format", "json")
        assert answer.code == code, answer.err
        return answer.json if code == 0 else answer.err

    place = ("--zone", "natural_person", "--by", "D1")
    taken = run("ticket", "take", "H1", *place, "--matter", "food", "--matter", "park")
    number, ticket = taken["number"], taken["ticket"]  # type: ignore[index]
    assert (number, taken["ahead"]) == ("N001", 0)  # type: ignore[index]
    assert [each["number"] for each in run("ticket", "queue", "H1")] == ["N001"]  # type: ignore[attr-defined]
    assert run("ticket", "call", "H1", "W2", "--by", "F1")["number"] == "N001"  # type: ignore[index]
    at = ("--window", "W2", "--by", "F1")
    assert "case C1 is not known" in str(run("ticket", "serve", ticket, "--item", "food", "--case", "C1", *at, code=14))
    run("ticket", "serve", ticket, "--item", "food", *at)
    assert "food is not left to serve" in str(run("ticket", "serve", ticket, "--item", "food", *at, code=12))
    run("ticket", "leave", ticket, "--reason", "材料未带齐", *at)
    shown = run("ticket", "show", ticket)
    assert shown["state"]["stand"] == "served"  # type: ignore[index]
    events = [each["title"].split()[0] for each in shown["events"]]  # type: ignore[index]
    assert events == ["取号", "叫号", "事项办毕", "离窗"]
    assert "does not call pregnant first" in str(
        run("ticket", "take", "H1", *place, "--matter", "food", "--favour", "pregnant", code=12)
    )
    run("hall", "favours", "H1", "--favour", "pregnant", "--reason", "便民", "--by", "O1")
    run("ticket", "take", "H1", *place, "--matter", "food", "--favour", "pregnant")
    assert "is in the past" in str(
        run("ticket", "book", "H1", *place, "--matter", "food", "--at", "2025-03-03T09:00+08:00", code=12)
    )
    assert "ticket T0 is not known" in str(run("ticket", "show", "T0", code=14))
