"""An office of last year is looked at without its limits lapsing; a simulation goes into no database of others."""

import signal
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event as Pause

import pytest

from adapters.services.clock import rested
from tests.adapters.cli.city import Day, opened, received
from tests.terminal import complaints, onewindow, start

SIMULATE = ("simulate", "--halls", "1", "--days", "1", "--seed", "1", "--arrivals", "2")


@pytest.fixture
def last_year(database: str, tmp_path: Path) -> str:
    """An application of March 2025, recorded then; nobody gave the one-time notice."""
    with opened(database, tmp_path) as office:
        office.now = lambda: datetime(2025, 3, 3, 4, 0, tzinfo=UTC)
        received(Day(office))
        office.runner().catch_up()
    return database


def test_a_follower_of_an_office_that_rested_lets_nothing_lapse_unasked(last_year: str, tmp_path: Path) -> None:
    follower = start(last_year, tmp_path, "project", "--follow")
    assert follower.stderr is not None
    assert next(line for line in follower.stderr if "no limit lapses unasked" in line)
    with opened(last_year, tmp_path) as office:
        assert len(office.office.history("C1")) == 1
        assert onewindow(last_year, tmp_path, "tick").code == 0
        assert len(office.office.history("C1")) > 1
    follower.send_signal(signal.SIGTERM)
    _, errors = follower.communicate(timeout=60)
    assert (follower.returncode, complaints(errors)) == (0, [])


def test_a_follower_that_is_asked_lets_them_lapse(last_year: str, tmp_path: Path) -> None:
    follower = start(last_year, tmp_path, "project", "--follow", "--lapse-overdue")
    with opened(last_year, tmp_path) as office:
        end = time.monotonic() + 60
        while len(office.office.history("C1")) == 1:
            assert time.monotonic() < end
            Pause().wait(0.05)
    follower.send_signal(signal.SIGTERM)
    follower.communicate(timeout=60)
    assert follower.returncode == 0


def test_what_would_lapse_is_listed_and_nothing_is_recorded(last_year: str, tmp_path: Path) -> None:
    listed = onewindow(last_year, tmp_path, "tick", "--dry-run", "--format", "json")
    assert [(row["case"], row["what"]) for row in listed.json] == [("C1", "notice")]
    with opened(last_year, tmp_path) as office:
        assert len(office.office.history("C1")) == 1


def test_an_office_at_work_has_not_rested(last_year: str, tmp_path: Path) -> None:
    with opened(last_year, tmp_path) as office:
        office.now = lambda: datetime(2025, 3, 3, 4, 0, tzinfo=UTC) + timedelta(days=6)
        assert rested(office) == 0
        office.now = lambda: datetime(2025, 3, 3, 4, 0, tzinfo=UTC) + timedelta(days=9)
        assert rested(office) == 1


def test_a_simulation_goes_into_no_database_of_others_and_leaves_nothing(last_year: str, tmp_path: Path) -> None:
    with opened(last_year, tmp_path) as office:
        before = office.log.head()
    refused = onewindow(last_year, tmp_path, *SIMULATE)
    assert (refused.code, "records that no simulation made" in refused.err) == (2, True)
    with opened(last_year, tmp_path) as office:
        assert office.log.head() == before


def test_a_simulated_city_is_simulated_further(database: str, tmp_path: Path) -> None:
    assert onewindow(database, tmp_path, *SIMULATE).code == 0
    assert onewindow(database, tmp_path, *SIMULATE[:-2], "--arrivals", "3").code == 0
