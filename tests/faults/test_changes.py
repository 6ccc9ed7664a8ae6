"""A database administrator changes what was recorded and computes all hashes anew: `verify` finds it and names it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import Engine

from adapters.bootstrap import installation
from adapters.settings import Settings
from adapters.simulation.plan import Plan
from adapters.simulation.simulation import simulate
from adapters.store import audit
from adapters.store.driver.database import connect
from adapters.store.master_key import MasterKey
from domain.hall.hall import Layout
from projections.views.all_views import VIEWS
from tests.databases import Copied
from tests.faults.changes import of_json, of_keys, of_receipts, of_rules, of_the_database, of_times
from tests.faults.changes.change import CHANGES, Change, Office
from tests.faults.changes.hand import Log
from tests.faults.changes.with_a_witness import WITH_A_WITNESS

Answer = TypeVar("Answer")
assert all((of_json, of_keys, of_receipts, of_rules, of_the_database, of_times))  # each enters its changes


def a_city(database: str, folder: Path) -> None:
    """A day of a hall, with notices, returns, refusals, stopped clocks and limits that passed."""
    with installation(Settings(database_url=database, master_key_file=folder / "master.key")) as found:
        plan = Plan(halls=1, days=1, seed=1, layout=Layout.AFTER, arrivals_a_day=15)
        simulate(found, plan, lambda done, total: None)
        found.runner().catch_up()


@pytest.fixture
def engine(copied: Copied) -> Iterator[Engine]:
    """A small simulated city, projected."""
    found = connect(copied(a_city))
    yield found
    found.dispose()


def verified(engine: Engine, folder: Path, views: bool = True) -> audit.Audit:
    """What verify finds."""
    url = engine.url.render_as_string(hide_password=False)
    key = MasterKey(folder / "master.key")
    return audit.verify(url, VIEWS if views else [], lambda done, total: None, master=key)


def said(found: audit.Audit) -> list[str]:
    """The findings, a line each."""
    return [f"{finding.place}: {finding.what}" for finding in found.findings]


def changed(engine: Engine, folder: Path, made: Callable[[Office], Answer]) -> Answer:
    """The database after a change; the log is put back where that is what was changed."""
    with engine.begin() as connection:
        log = Log(connection)
        before = [(row, str(row)) for row in log.rows]
        told = made(Office(connection, log, folder))
        same = len(log.rows) == len(before) and all(
            row is was and str(row) == text for row, (was, text) in zip(log.rows, before, strict=True)
        )
        if not same:
            log.put_back()
    return told


def test_a_log_that_is_put_back_as_it_was_passes(engine: Engine, tmp_path: Path) -> None:
    with engine.begin() as connection:
        Log(connection).put_back()
    found = verified(engine, tmp_path)
    assert (said(found), found.left_out, found.unopened, found.erased) == ([], 0, 0, 0)
    assert found.commands > 300


@pytest.mark.parametrize("made", CHANGES.values(), ids=CHANGES)
def test_what_needs_no_witness_is_found_and_named(engine: Engine, tmp_path: Path, made: Change) -> None:
    told = changed(engine, tmp_path, made)
    of_a_view = isinstance(told.place, str) and told.place.startswith("view ")
    found = said(verified(engine, tmp_path, views=of_a_view))
    assert any(told.where in line and told.what in line for line in found), (told.where, told.what, found[:20])


@pytest.mark.parametrize("made", WITH_A_WITNESS, ids=lambda made: made.__name__)
def test_what_leaves_no_contradiction_needs_a_witness(
    engine: Engine, tmp_path: Path, made: Callable[[Office], None]
) -> None:
    """What docs/faults.md says of these stays true: once `verify` finds one of them, it moves to the others."""
    changed(engine, tmp_path, made)
    assert said(verified(engine, tmp_path, views=False)) == []
