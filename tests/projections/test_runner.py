"""The runner: exactly once, whatever the batches, the rivals, the errors and the kills."""

import os
import signal
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.bootstrap import Installation, installation
from adapters.simulation.simulation import simulate
from domain.city import City
from domain.record import Record
from projections.engine import folding
from projections.engine import runner as runner_module
from projections.engine.folding import ViewStopped
from projections.engine.runner import ViewsBehind
from projections.views.all_views import VIEWS
from tests.loaded import forks
from tests.projections.city import SMALL, content, differences, forget, opened
from tests.projections.rebuilds import alone, here


@pytest.mark.no_cover
def test_batches_of_any_size_make_the_same_views(city: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    city.runner().catch_up()
    whole = content(city)
    assert len(whole["case_file"]) > 50

    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
    @given(batch=st.integers(1, 60), at_hand=st.integers(0, 5))
    def in_batches(batch: int, at_hand: int) -> None:
        monkeypatch.setattr(runner_module, "BATCH", batch)
        monkeypatch.setattr(folding, "STATES_AT_HAND", at_hand)
        forget(city)
        city.runner().catch_up()
        assert content(city) == whole

    in_batches()
    assert differences(city) == []


def test_two_runners_at_once_write_nothing_twice(city: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner_module, "BATCH", 7)
    rivals = [city.runner() for _ in range(3)]
    threads = [threading.Thread(target=rival.catch_up) for rival in rivals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {s.position for s in city.runner().status()} == {city.log.head()}
    assert differences(city) == []


def test_a_hall_that_cannot_be_read_stops_all_views_and_they_say_so(
    city: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    city.runner().catch_up()
    before = content(city)
    simulate(city, SMALL.model_copy(update={"seed": 9, "arrivals_a_day": 1}), lambda done, total: None)
    where = {s.position for s in city.runner().status()}

    def broken(self: City, record: Record) -> None:
        raise LookupError("no such hall")

    with monkeypatch.context() as patch:
        patch.setattr(City, "learn", broken)
        with pytest.raises(ViewStopped, match="no such hall"):
            city.runner().catch_up()
        with pytest.raises(ViewStopped, match="no such hall"):
            alone(city).run(["case_file"], here(city))
    standing = city.runner().status()
    said = "position 1 (staff/operator) cannot be read, and all cases depend on it: LookupError: no such hall; "
    assert {s.error for s in standing} == {said + "fix the cause and try again"}
    assert {s.position for s in standing} == where
    assert content(city) == before
    city.runner().catch_up()
    assert {s.error for s in city.runner().status()} == {None}
    assert differences(city) == []


def test_who_is_stopped_in_a_long_catch_up_stops_after_a_batch(
    city: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner_module, "BATCH", 10)
    batches = iter([False] * 5)
    city.runner().follow(lambda: next(batches, True))
    (stands,) = {s.position for s in city.runner().status()}
    assert 0 < stands < city.log.head()
    assert differences(city) == []
    city.runner().catch_up()
    assert differences(city) == []


def test_a_follower_wakes_up_for_news(city: Installation, tmp_path: Path) -> None:
    stop = threading.Event()
    settings_ = city.settings

    def follow() -> None:
        with installation(settings_) as own:
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


def test_a_runner_killed_at_any_moment_loses_and_doubles_nothing(city: Installation, tmp_path: Path) -> None:
    context = forks()
    killed = 0
    for attempt in range(6):
        started = context.Event()
        process = context.Process(target=_project, args=(city.settings.database_url, str(tmp_path), started))
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


def test_what_was_written_can_be_waited_for(city: Installation, tmp_path: Path) -> None:
    head = city.log.head()
    with pytest.raises(ViewsBehind, match=rf"position {head} is not in the views after 0 s: case_file stands at 0"):
        city.runner().wait_for(head, ["case_file"], 0)
    stop = threading.Event()

    def follow() -> None:
        with installation(city.settings) as own:
            own.runner().follow(stop.is_set)

    follower = threading.Thread(target=follow)
    follower.start()
    city.runner().wait_for(head, ["case_file", "intake_register"], 60)
    stop.set()
    follower.join()
    assert {s.position for s in city.runner().status() if s.view in ("case_file", "intake_register")} == {head}


def test_status_says_how_far_behind_a_view_is(city: Installation) -> None:
    head = city.log.head()
    standing = city.runner().status()
    assert [s.lag for s in standing] == [head] * len(VIEWS)
    assert all(s.lag_s > 0 for s in standing)
    city.runner().catch_up()
    assert [(s.lag, s.lag_s, s.parked, s.holder) for s in city.runner().status()] == [(0, 0.0, 0, None)] * len(VIEWS)
