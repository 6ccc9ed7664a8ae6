"""A small city with its histories, and what its views hold."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from sqlalchemy import delete, select, update

from adapters.bootstrap import Installation, installation
from adapters.settings import Settings
from adapters.simulation.plan import Plan
from adapters.simulation.simulation import simulate
from adapters.store import audit
from adapters.store.driver.database import writing
from domain.hall.hall import Layout
from domain.office.office import CommandKey
from domain.record import Record
from projections.engine.generations import live
from projections.engine.tables import generations, parked
from projections.views.all_views import VIEWS
from tests.clocks import WRONG_CLOCK

SMALL = Plan(halls=1, days=1, seed=5, layout=Layout.AFTER, arrivals_a_day=8)


@contextmanager
def opened(database: str, folder: Path) -> Iterator[Installation]:
    """The installation of a test."""
    with installation(Settings(database_url=database, master_key_file=folder / "master.key")) as found:
        yield found


def small_city(database: str, folder: Path) -> None:
    """Simulate it, and project nothing."""
    with opened(database, folder) as found:
        simulate(found, SMALL, lambda done, total: None)


def content(found: Installation) -> dict[str, list[Any]]:
    """Every row of every view, as its readers see it."""
    with found.reading() as connection:
        return {
            view.name: sorted((tuple(row) for row in connection.execute(select(live(connection, view)))), key=repr)
            for view in VIEWS
        }


def forget(found: Installation) -> None:
    """As if nothing had ever been projected or parked."""
    with writing(found.engine) as connection:
        for view in VIEWS:
            connection.execute(delete(live(connection, view)))
        connection.execute(delete(parked))
        connection.execute(update(generations).values(position=0))


def differences(found: Installation) -> list[Any]:
    """What verify finds, without deciding commands again, and but for the times: some cities live the same days twice."""
    with found.reading() as connection:
        found = audit.check(connection, VIEWS, lambda done, total: None, anew_after=None).findings
    return [each for each in found if WRONG_CLOCK not in each.what]


def again(found: Installation, case_id: str) -> Record:
    """Record the last event of a case once more, past all rules; returns that record."""
    records = found.office.history(case_id)
    act = replace(records[-1].act, command_id=f"again/{case_id}/{len(records)}")
    last = Record(records[-1].originator_id, len(records) + 1, records[-1].event, act)
    stored = [found.office.mapper.to_stored_event(last)]
    found.office.recorder.insert_events(stored, commands=[CommandKey(act.command_id, bytes(32), 1)])
    return found.office.history(case_id)[-1]
