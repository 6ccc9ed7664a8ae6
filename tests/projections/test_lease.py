"""One worker a view, and a fence that stops one believed dead."""

import os
import signal
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from adapters.bootstrap import Installation
from adapters.simulation.simulation import simulate
from adapters.store.driver.database import writing
from projections.engine import lease
from projections.engine.lease import LeaseLost
from projections.engine.tables import generations
from projections.views.all_views import VIEWS
from projections.views.case_file import CaseFile
from tests.loaded import forks
from tests.projections.city import SMALL, content, differences, opened


def test_a_view_that_somebody_holds_is_not_taken(city: Installation) -> None:
    one, other = city.runner(), city.runner()
    held = one.hold(CaseFile(), 1)
    assert held is not None
    assert other.hold(CaseFile(), 1) is None
    with writing(city.engine) as connection:
        lease.release(connection, held)
    assert other.hold(CaseFile(), 1) is not None


def test_who_was_paused_and_taken_over_cannot_commit(city: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    paused, other = city.runner(), city.runner()
    late = [paused.hold(view, 1) for view in VIEWS]
    assert None not in late
    with writing(city.engine) as connection:  # its lease lapses while it is paused
        connection.execute(update(generations).values(held_until=0))
    other.catch_up()
    whole = content(city)

    with pytest.raises(LeaseLost):
        paused.advance([held for held in late if held], city.log.head())

    assert content(city) == whole
    assert differences(city) == []


def test_the_fence_alone_stops_a_late_worker_that_stands_where_the_new_one_began(city: Installation) -> None:
    paused, other = city.runner(), city.runner()
    late = paused.hold(CaseFile(), 1)
    with writing(city.engine) as connection:
        connection.execute(update(generations).values(held_until=0))
    assert other.hold(CaseFile(), 1) is not None
    assert late is not None
    with pytest.raises(LeaseLost), writing(city.engine) as connection:
        lease.move(connection, late, 5)
    with pytest.raises(LeaseLost), writing(city.engine) as connection:
        lease.renew(connection, late)
    with city.reading() as connection:
        assert set(connection.execute(select(generations.c.position)).scalars()) == {0}


def _follow(database: str, folder: str, ready: Any) -> None:
    with opened(database, Path(folder)) as found:
        runner = found.runner()
        runner.catch_up()
        for view in VIEWS:
            runner.hold(view, 1)
        ready.set()
        threading.Event().wait()


def test_another_takes_over_when_the_holder_dies(city: Installation, tmp_path: Path) -> None:
    context = forks()
    ready = context.Event()
    holder = context.Process(target=_follow, args=(city.settings.database_url, str(tmp_path), ready))
    holder.start()
    assert ready.wait(60)
    simulate(city, SMALL.model_copy(update={"seed": 6, "arrivals_a_day": 1}), lambda done, total: None)
    other = city.runner()
    assert other.hold(CaseFile(), 1) is None
    os.kill(holder.pid or 0, signal.SIGKILL)
    holder.join()
    other.catch_up()
    assert {s.position for s in other.status()} == {city.log.head()}
    assert differences(city) == []
