"""The clock that acts: looked at early, late, twice, by two workers, by one that dies. The same events, the same legal times."""

import contextlib
import signal
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from threading import Barrier, Thread
from threading import Event as Pause
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.bootstrap import Installation, installation
from adapters.services import clock as ticking
from adapters.services.clock import Ticked, tick, tick_all
from adapters.settings import Settings
from adapters.store.driver.failures import DatabaseError
from domain.application.consequences.deadlines import Tick
from domain.application.consequences.lapses import DeemedAccepted
from domain.application.path.approvals import ApproveTask, ClaimTask, ReturnTask
from domain.application.path.intake import RegisterIntake
from domain.application.path.materials import CheckMaterial, GiveNotice, SubmitMaterial
from domain.application.terms import Channel, Verdict
from domain.command import Command
from domain.errors import OfficeError
from domain.office.office import Office as RealOffice
from domain.record import CLOCK, Actor, Event, Record
from projections.views.deadlines import due
from tests.office import CITIZEN, CLERK, HASH, START, Office, applicant, reviewer, setting_up
from tests.terminal import complaints, onewindow, start

MARKET, FIRE = reviewer("market"), reviewer("fire")
ACTS: dict[str, tuple[type[Command], Actor, dict[str, Any]]] = {
    "hand in": (SubmitMaterial, CITIZEN, {"material_id": "id", "content_hash": HASH}),
    "accept it": (CheckMaterial, CLERK, {"material_id": "id", "verdict": Verdict.ACCEPTED}),
    "defer the plan": (
        CheckMaterial,
        CLERK,
        {
            "material_id": "plan",
            "verdict": Verdict.DEFERRED,
            "promised_by": (START + timedelta(days=20)).date(),
            "commitment": HASH,
        },
    ),
    "find missing": (CheckMaterial, CLERK, {"material_id": "id", "verdict": Verdict.MISSING}),
    "notice": (GiveNotice, CLERK, {}),
    "claim": (ClaimTask, MARKET, {"task_id": "restaurant:market"}),
    "approve": (ApproveTask, MARKET, {"task_id": "restaurant:market"}),
    "return": (ReturnTask, FIRE, {"task_id": "restaurant:fire", "materials": ("id",), "reason": "补正"}),
    "claim too": (ClaimTask, FIRE, {"task_id": "restaurant:fire"}),
}
LOOKS = ("nobody", "one", "two", "one that dies")
STEPS = st.lists(
    st.tuples(
        st.integers(0, 9 * 24 * 60),  # minutes that pass
        st.sampled_from([*ACTS, None]),
        st.sampled_from(LOOKS),
    ),
    min_size=1,
    max_size=12,
)
Story = list[tuple[str, datetime, Event]]


class Died(Exception):
    """The worker is no more."""


@pytest.fixture
def hall(database: str, tmp_path: Path) -> Iterator[Installation]:
    """An installation with the city of the tests."""
    with installation(Settings(database_url=database, master_key_file=tmp_path / "master.key")) as found:
        for command in setting_up():
            found.office.execute(command)
        yield found


def commands(
    case_id: str, steps: Sequence[tuple[int, str | None, str]]
) -> Iterator[tuple[datetime, Command | None, str]]:
    """The intake, then a command or none at each step; and who looks at the clock after it."""
    now, number = START, count(1)

    def common(by: Actor) -> dict[str, Any]:
        return {"command_id": f"{case_id}/{next(number)}", "actor": by, "occurred_at": now, "case_id": case_id}

    given = {"items": ("restaurant",), "channel": Channel.WINDOW, "hall": "H1", "window": "W1"}
    yield now, RegisterIntake(**common(CLERK), **given, applicant=applicant()), "nobody"
    for minutes, act, who in steps:
        now += timedelta(minutes=minutes)
        if act is None:
            yield now, None, who
        else:
            command, by, fields = ACTS[act]
            yield now, command(**common(by), **fields), who


def story(records: Sequence[Record]) -> Story:
    """What happened and when, without what a store adds; the intake is sealed and the same anyway."""
    return [(record.event.type_name, record.act.occurred_at, record.event) for record in records[1:]]


def reference(case_id: str, steps: Sequence[tuple[int, str | None, str]], end: datetime) -> Story:
    """The same without any clock until the end."""
    office = Office()
    for now, command, _ in commands(case_id, steps):
        if command is not None:
            _given(office.give, command)
        office.now = now
    _given(office.give, Tick(command_id="the end", actor=CLOCK, occurred_at=end, case_id=case_id))
    return story(office.cases[f"application/{case_id}"])


def _given(give: Any, command: Command) -> None:
    with contextlib.suppress(OfficeError):  # what is refused in one world is so in the other, or their stories differ
        give(command)


def look(found: Installation, who: str) -> None:
    """Somebody looks at the clock, with views as they are."""
    found.runner().catch_up()
    match who:
        case "one":
            tick(found)
        case "two":
            _two_at_once(found)
        case "one that dies":
            executed = RealOffice.execute

            def dies(office: RealOffice, command: Command) -> Any:
                executed(office, command)
                raise Died

            with patch.object(RealOffice, "execute", dies), contextlib.suppress(Died):
                tick(found)


def _two_at_once(found: Installation) -> None:
    barrier = Barrier(2)
    raised: list[BaseException] = []

    def work() -> None:
        try:
            with installation(found.settings, found.now) as own:
                own.office.city()
                barrier.wait()
                tick(own)
        except BaseException as error:
            raised.append(error)

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not raised


@pytest.mark.no_cover
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_it_does_not_matter_who_looks_at_the_clock_and_when(
    hall: Installation, steps: list[tuple[int, str | None, str]]
) -> None:
    case_id = uuid4().hex
    for now, command, who in commands(case_id, steps):
        hall.now = lambda now=now: now  # type: ignore[misc]
        if command is not None:
            _given(hall.office.execute, command)
        look(hall, who)
    end = now + timedelta(days=200)
    hall.now = lambda: end
    tick_all(hall)
    expected = reference(case_id, steps, end)
    assert story(hall.office.history(case_id)) == expected
    assert tick_all(hall) == Ticked(lapsed=0, failed=0)


def _received(found: Installation, number: int) -> None:
    for _, command, _ in commands(f"C{number}", []):
        assert command is not None
        found.office.execute(command)


def test_a_worker_that_is_killed_leaves_nothing_half_done_and_the_next_one_goes_on(
    hall: Installation, database: str, tmp_path: Path
) -> None:
    for number in range(60):
        _received(hall, number)
    hall.runner().catch_up()
    worker = start(database, tmp_path, "tick")
    while not any(isinstance(r.event, DeemedAccepted) for r in hall.office.history("C0")):
        assert worker.poll() is None, worker.communicate()
        Pause().wait(0.01)
    worker.send_signal(signal.SIGKILL)
    worker.communicate()
    assert onewindow(database, tmp_path, "tick").code == 0
    stories = [story(hall.office.history(f"C{number}")) for number in range(60)]
    assert all(each == stories[0] for each in stories)
    types = [name for name, _, _ in stories[0]]
    assert types[:3] == ["application.deemed_accepted", "application.task_opened", "application.task_opened"]
    assert onewindow(database, tmp_path, "tick", "--format", "json").json == {"lapsed": 0, "failed": 0}


def test_a_follower_lets_limits_act(hall: Installation, database: str, tmp_path: Path) -> None:
    _received(hall, 1)
    follower = start(database, tmp_path, "project", "--follow")
    end = time.monotonic() + 60
    while len(hall.office.history("C1")) == 1:
        assert time.monotonic() < end
        Pause().wait(0.05)
    follower.send_signal(signal.SIGTERM)
    _, err = follower.communicate(timeout=60)
    assert (follower.returncode, complaints(err)) == (0, [])


def test_a_database_that_goes_away_is_not_taken_for_a_case_that_cannot_be_looked_at(hall: Installation) -> None:
    _received(hall, 1)
    hall.runner().catch_up()
    with patch.object(hall.office, "execute", side_effect=DatabaseError("gone")), pytest.raises(DatabaseError):
        tick(hall)
    again = tick(hall)
    assert again.lapsed
    assert not again.failed


def test_what_is_due_is_listed_with_the_hall_s_local_time(hall: Installation, database: str, tmp_path: Path) -> None:
    """A restaurant has four working days for its notice: Monday 3 March and four are Friday the 7th."""
    _received(hall, 1)
    hall.runner().catch_up()
    (only,) = onewindow(database, tmp_path, "due", "--format", "json").json
    assert (only["case"], only["what"], only["due_at"]) == ("C1", "notice", "2025-03-07T09:30:00.000000Z")
    assert "2025-03-07 17:30" in onewindow(database, tmp_path, "due").out
    assert onewindow(database, tmp_path, "due", "--before", "2025-03-07", "--format", "json").json == []
    assert "--before: 'soon' is not a time" in onewindow(database, tmp_path, "due", "--before", "soon").err


def test_a_calendar_that_lacks_the_year_stops_no_other_case(hall: Installation) -> None:
    """Received on the last working day that the calendar knows: nobody guesses when five more are over."""
    last = datetime(2026, 12, 31, 2, tzinfo=UTC)
    hall.now = lambda: last
    for _, command, _ in commands("C9", []):
        assert command is not None
        hall.office.execute(command.model_copy(update={"occurred_at": last}))
    hall.now = lambda: last + timedelta(days=30)
    assert tick_all(hall) == ticking.Ticked(lapsed=0, failed=0)
    with hall.reading() as connection:
        (deadline,) = due(connection, None, 10)
    assert deadline.at.startswith("2026-12-31T16:00")  # not before the first moment of 2027 in Shanghai
