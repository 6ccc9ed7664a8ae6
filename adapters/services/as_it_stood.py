"""The lists as they stood at a moment in the past: folded from the histories, as far as they had happened, or were recorded, by then.

Nothing keeps old rows of a view, so this reads the whole log; it is for questions, not for screens. The rows go into a
database in memory, and the same queries read them as read the live ones.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import Connection, create_engine, insert

from adapters.bootstrap import Installation
from domain.city import City
from domain.evolving import evolve
from domain.history import APPLICATIONS, Followed, begun
from domain.record import Act
from projections.engine.generations import create, table_of
from projections.engine.projection import View
from projections.engine.runner import BATCH, Progress, no_progress
from projections.engine.tables import State, generations, parked
from projections.views.intake_register import IntakeRegister
from projections.views.open_work import OpenWork

VIEWS: tuple[View, ...] = (OpenWork(), IntakeRegister())
"""What the lists read."""


class Known(StrEnum):
    """Which of its times says whether an event had come by then: when it happened, or when it was recorded."""

    OCCURRED = "occurred"
    RECORDED = "recorded"

    def of(self, act: Act) -> datetime:
        """That time of an event."""
        return act.occurred_at if self is Known.OCCURRED else act.recorded_at


@contextmanager
def as_it_stood(
    installation: Installation, moment: datetime, known: Known, progress: Progress = no_progress
) -> Iterator[tuple[Connection, City]]:
    """A connection on which the lists read what stood at a moment, and the city as it was then."""
    at = moment.astimezone(UTC)
    city = _city(installation, at, known)
    engine = create_engine("sqlite://")
    try:
        with engine.connect() as connection:
            parked.create(connection)
            generations.create(connection)
            states, unread = _histories(installation, at, known, progress)
            for view in VIEWS:
                _fill(connection, view, states, city)
            _park(connection, unread)
            yield connection, city
    finally:
        engine.dispose()


def _city(installation: Installation, at: datetime, known: Known) -> City:
    city = City()
    for row in installation.log.city(0, installation.log.head()):
        record = row.record()
        if known.of(record.act) <= at:
            city.learn(record)
    return city


def _histories(
    installation: Installation, at: datetime, known: Known, progress: Progress
) -> tuple[dict[str, Followed], dict[str, str]]:
    """Every case as it stood, and why the rest of a history could not be read."""
    states: dict[str, Followed] = {}
    later: set[str] = set()
    unread: dict[str, str] = {}
    position, head = 0, installation.log.head()
    while position < head:
        rows = installation.log.read(position, head, BATCH)
        for row in rows:
            stream_id = row.originator_id
            if not stream_id.startswith(APPLICATIONS) or stream_id in later or stream_id in unread:
                continue
            try:
                record = row.record()
                if known.of(record.act) > at:
                    later.add(stream_id)  # and so is all that follows in this history
                else:
                    states[stream_id] = evolve(states.get(stream_id) or begun(stream_id), record)
            except Exception as error:
                unread[stream_id] = f"{type(error).__name__}: {error}"
        position = rows[-1].position
        progress(position, head)
    return states, unread


def _fill(connection: Connection, view: View, states: dict[str, Followed], city: City) -> None:
    table = table_of(view.table, 1)
    create(connection, table)
    row = {"view": view.name, "generation": 1, "version": view.version, "state": State.LIVE.value}
    connection.execute(insert(generations).values(**row, position=0, updated_at="", fence=0, held_until=0))
    names = [column.name for column in table.columns]
    rows = [dict(zip(names, each, strict=True)) for state in states.values() for each in view.rows_of(state, city)]
    if rows:
        connection.execute(insert(table), rows)


def _park(connection: Connection, unread: dict[str, str]) -> None:
    """Mark the cases whose histories could not be read, as the live views do."""
    for number, (stream_id, error) in enumerate(unread.items(), start=1):
        for view in VIEWS:
            row = {"view": view.name, "generation": 1, "position": number, "stream_id": stream_id}
            connection.execute(insert(parked).values(**row, version=0, error=error, parked_at=""))
