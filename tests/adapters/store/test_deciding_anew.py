"""Commands decided again: by the city of then, in whatever order two of them were recorded, and only those of today's rules."""

import importlib
import pkgutil
from datetime import time
from pathlib import Path

import pytest
from sqlalchemy import Connection

from adapters.store import audit
from adapters.store.driver.database import connect, writing
from domain.application.consequences.deadlines import Tick
from domain.hall.hours import ChangeOpeningHours
from domain.office import recall
from domain.office.matrix import commands
from domain.office.recall.recalling import command_beside
from domain.record import EVENT_TYPES, Actor, Role
from domain.ticket.lapses import LookAtClock
from domain.time.calendar import Session
from tests.adapters.cli.city import a_city, opened
from tests.databases import Copied
from tests.faults.changes.hand import Log
from tests.terminal import onewindow


@pytest.fixture
def database(copied: Copied) -> str:
    """A city with one case, whose task somebody has claimed."""
    return copied(a_city)


def checked(database: str, anew_after: int | None = 0) -> audit.Audit:
    return audit.verify(database, [], lambda done, total: None, anew_after=anew_after)


def run(database: str, folder: Path, *words: str) -> str:
    answer = onewindow(database, folder, *words)
    assert answer.code == 0, answer.err
    return answer.out


def claimed(database: str, folder: Path) -> None:
    run(database, folder, "task", "claim", "C1", "food:review", "--by", "R1", "--department", "market")


def change(database: str, how: str) -> int:
    """Move the last event of the city in front of the claim, or take the check of a material out; returns how many events there are."""
    engine = connect(database)
    with writing(engine) as connection:
        count = HOW[how](connection)
    engine.dispose()
    return count


def _city_first(connection: Connection) -> int:
    log = Log(connection)
    last = log.rows.pop()
    assert not last.stream_id.startswith(("application/", "ticket/"))
    claim = log.of("application.task_claimed").command_id
    log.rows.insert(next(i for i, row in enumerate(log.rows) if row.command_id == claim), last)
    log.put_back()
    return len(log.rows)


def _without_a_check(connection: Connection) -> int:
    log = Log(connection)
    log.without(log.of("application.material_accepted"))
    log.put_back()
    return len(log.rows)


HOW = {"city first": _city_first, "without a check": _without_a_check}


def test_a_command_may_be_decided_before_the_change_of_the_city_that_was_recorded_just_before_it(
    database: str, tmp_path: Path
) -> None:
    claimed(database, tmp_path)
    with opened(database, tmp_path) as found:
        morning = Session(opens=time(8, 30), closes=time(12))
        hours = {"hall_id": "H1", "sessions": (morning,), "weekdays": (0, 1, 2, 3, 4), "reason": "夏令时间"}
        operator = Actor(person="O1", role=Role.OPERATOR)
        found.office.execute(ChangeOpeningHours(command_id="hours", actor=operator, **hours))
    assert checked(database).findings == []
    change(database, "city first")
    assert checked(database).findings == []


def test_what_an_older_onewindow_recorded_can_be_left_out(database: str, tmp_path: Path) -> None:
    claimed(database, tmp_path)
    count = change(database, "without a check")
    (found,) = checked(database).findings
    assert "not accepted, waived or deferred" in found.what
    for anew_after in (count, None):
        assert checked(database, anew_after).findings == []
    assert checked(database, count).left_out == count


def test_the_command_line_leaves_it_out(database: str, tmp_path: Path) -> None:
    claimed(database, tmp_path)
    count = change(database, "without a check")
    assert onewindow(database, tmp_path, "verify").code == 1
    assert "decided again" not in onewindow(database, tmp_path, "verify", "--no-anew").out
    answer = onewindow(database, tmp_path, "verify", "--anew-after", str(count))
    assert f"decided again: 0 commands; left out: {count} events" in answer.out


def test_every_command_can_be_told_from_its_events() -> None:
    """A new command fails here until ``domain/office/recall`` says how it is told from its events, unless it is the one of its module."""
    modules = [
        importlib.import_module(f"{recall.__name__}.{each.name}") for each in pkgutil.iter_modules(recall.__path__)
    ]
    known = {name for module in modules for name in vars(module)}
    known |= {kind.__name__ for kind in map(command_beside, EVENT_TYPES) if kind is not None}
    assert {kind.__name__ for kind in commands()} - known == set()
    assert {Tick.__name__, LookAtClock.__name__} <= known


@pytest.mark.parametrize(
    "name", ["application.transferred", "application.intake_claimed", "hall.opening_hours_changed"]
)
def test_a_command_alone_in_its_module_is_told_without_a_table(name: str) -> None:
    kind = command_beside(name)
    assert kind is not None
    assert kind.__module__ == EVENT_TYPES[name].__module__
