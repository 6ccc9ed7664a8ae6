"""The runner: exactly once, whatever the batches, the rivals, the errors and the kills."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from adapters.settings import Settings
from adapters.simulation.plan import Plan
from adapters.simulation.simulation import simulate
from adapters.store import audit
from adapters.store.database import writing
from adapters.wiring import House, house
from domain.application.feedback import Withdraw
from domain.hall import Layout
from domain.record import Actor, Role
from projections import runner as runner_module
from projections.case_file import CaseFile
from projections.runner import ViewStopped
from projections.tables import checkpoints
from projections.views import VIEWS

SMALL = Plan(halls=1, days=1, seed=5, layout=Layout.AFTER, arrivals_a_day=8)


@contextmanager
def opened(database: str, folder: Path) -> Iterator[House]:
    with house(Settings(database_url=database, master_key_file=folder / "key")) as found:
        yield found


@pytest.fixture
def city(database: str, tmp_path: Path) -> Iterator[House]:
    """A small city with its histories, not projected yet."""
    with opened(database, tmp_path) as found:
        simulate(found, SMALL, lambda done, total: None)
        yield found


def content(found: House) -> dict[str, list[Any]]:
    """Every row of every view."""
    with found.reading() as connection:
        return {
            view.name: sorted((tuple(row) for row in connection.execute(select(view.table))), key=repr)
            for view in VIEWS
        }


def forget(found: House) -> None:
    """As if nothing had ever been projected."""
    with writing(found.engine) as connection:
        connection.execute(delete(checkpoints))
        for view in VIEWS:
            connection.execute(delete(view.table))


def differences(found: House) -> list[Any]:
    with found.reading() as connection:
        return audit.check(connection, VIEWS, lambda done, total: None).findings


def test_batches_of_any_size_and_a_rebuild_make_the_same_views(city: House, monkeypatch: pytest.MonkeyPatch) -> None:
    city.runner().catch_up()
    whole = content(city)
    assert len(whole["case_file"]) > 50

    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
    @given(batch=st.integers(1, 60), at_hand=st.integers(0, 5))
    def in_batches(batch: int, at_hand: int) -> None:
        monkeypatch.setattr(runner_module, "BATCH", batch)
        monkeypatch.setattr(runner_module, "CASES_AT_HAND", at_hand)
        forget(city)
        city.runner().catch_up()
        assert content(city) == whole
        for view in VIEWS:
            city.runner().rebuild(view.name)
        assert content(city) == whole

    in_batches()
    assert differences(city) == []


def test_two_runners_at_once_write_nothing_twice(city: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner_module, "BATCH", 7)
    rivals = [city.runner() for _ in range(3)]
    threads = [threading.Thread(target=rival.catch_up) for rival in rivals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {s.position for s in city.runner().status()} == {city.log.head()}
    assert differences(city) == []


def test_a_view_that_cannot_take_an_event_stands_and_says_so(city: House, monkeypatch: pytest.MonkeyPatch) -> None:
    city.runner().catch_up()
    before = content(city)
    actor = Actor(person="P", role=Role.APPLICANT)
    with city.reading() as connection:
        rows = connection.execute(select(CaseFile.table.c.case_id, CaseFile.table.c.status)).all()
    case = next(row.case_id for row in rows if row.status == "issued")
    again = Withdraw(command_id="w", actor=actor, occurred_at=city.now(), case_id=case)
    records = city.office.history(case)
    city.office.events.put(
        [type(records[0])(records[0].originator_id, len(records) + 1, records[-1].event, records[-1].act)]
    )
    assert again.case_id == case

    def broken(self: CaseFile, turn: Any, known: Any) -> Any:
        raise LookupError("no words for this")

    with monkeypatch.context() as patch:
        patch.setattr(CaseFile, "of_turn", broken)
        with pytest.raises(ViewStopped, match="no words for this"):
            city.runner().catch_up()
    standing = {s.view: s for s in city.runner().status()}
    assert standing["case_file"].error == "LookupError: no words for this"
    assert standing["case_file"].position == city.log.head() - 1
    assert content(city) == before
    city.runner().catch_up()
    assert {s.error for s in city.runner().status()} == {None}
    assert differences(city) == []


def test_a_view_of_another_version_is_rebuilt(city: House) -> None:
    city.runner().catch_up()
    with writing(city.engine) as connection:
        connection.execute(update(checkpoints).where(checkpoints.c.name == "case_file").values(version=0))
        connection.execute(delete(CaseFile.table))
    assert [s.view for s in city.runner().status() if s.stale] == ["case_file"]
    city.runner().catch_up()
    assert [s.view for s in city.runner().status() if s.stale] == []
    assert differences(city) == []


def test_a_follower_wakes_up_for_news(city: House, tmp_path: Path) -> None:
    stop = threading.Event()
    settings_ = city.settings

    def follow() -> None:
        with house(settings_) as own:
            own.runner().follow(stop.is_set, idle=30)

    follower = threading.Thread(target=follow)
    follower.start()
    later = SMALL.model_copy(update={"seed": 6, "arrivals_a_day": 2})
    simulate(city, later, lambda done, total: None)
    head = city.log.head()
    runner = city.runner()
    arrived = threading.Event()
    while not arrived.is_set():
        if {s.position for s in runner.status()} == {head}:
            arrived.set()
        arrived.wait(0.05)
    stop.set()
    simulate(city, SMALL.model_copy(update={"seed": 7, "arrivals_a_day": 1}), lambda done, total: None)
    follower.join(timeout=60)
    assert not follower.is_alive()
    runner.catch_up()
    assert differences(city) == []


def _project(database: str, folder: str, started: Any) -> None:
    runner_module.BATCH = 5
    with opened(database, Path(folder)) as found:
        runner = found.runner()
        started.set()
        runner.catch_up()


def test_a_runner_killed_at_any_moment_loses_and_doubles_nothing(city: House, database: str, tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    killed = 0
    for attempt in range(6):
        started = context.Event()
        process = context.Process(target=_project, args=(database, str(tmp_path), started))
        process.start()
        assert started.wait(60)
        process.join(timeout=0.02 * attempt)
        if process.is_alive():
            os.kill(process.pid or 0, signal.SIGKILL)
            killed += 1
        process.join()
        assert differences(city) == []
    assert killed
    city.runner().catch_up()
    assert differences(city) == []
    assert {s.position for s in city.runner().status()} == {city.log.head()}
