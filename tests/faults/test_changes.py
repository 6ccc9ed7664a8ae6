"""A database administrator changes what was recorded and computes all hashes anew: `verify` finds it and names it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from adapters.store import audit
from adapters.store.driver.database import connect
from adapters.store.master_key import MasterKey
from projections.views.all_views import VIEWS
from tests.adapters.test_verify import a_city
from tests.databases import Copied
from tests.faults.changes import of_json, of_keys, of_receipts, of_the_database, of_times
from tests.faults.changes.change import CHANGES, Change, Office
from tests.faults.changes.hand import Log

assert all((of_json, of_keys, of_receipts, of_the_database, of_times))


@pytest.fixture
def engine(copied: Copied) -> Iterator[Engine]:
    """A small simulated city, projected."""
    found = connect(copied(a_city))
    yield found
    found.dispose()


def said(engine: Engine, folder: Path) -> list[str]:
    """What verify finds, a line each."""
    url = engine.url.render_as_string(hide_password=False)
    found = audit.verify(url, VIEWS, lambda done, total: None, master=MasterKey(folder / "master.key"))
    return [f"{finding.place}: {finding.what}" for finding in found.findings]


def test_a_log_that_is_put_back_as_it_was_passes(engine: Engine, tmp_path: Path) -> None:
    with engine.begin() as connection:
        Log(connection).put_back()
    assert said(engine, tmp_path) == []


@pytest.mark.parametrize("made", CHANGES.values(), ids=CHANGES)
def test_what_needs_no_witness_is_found_and_named(engine: Engine, tmp_path: Path, made: Change) -> None:
    with engine.begin() as connection:
        log = Log(connection)
        before = [(row, str(row)) for row in log.rows]
        told = made(Office(connection, log, tmp_path))
        if log.rows != [row for row, _ in before] or any(str(row) != was for row, was in before):
            log.put_back()
    found = said(engine, tmp_path)
    assert any(told.where in line and told.what in line for line in found), (told.where, told.what, found[:20])
