"""Parked events: what a view could not take stands aside with its error; its case waits, all others go on.

What follows a parked event in the same case is parked too, so the rows of a case are never built out of order.
"""

from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Table, delete, exists, func, insert, literal, select

from domain.history import APPLICATIONS, begun, name_of, stream_of
from projections.engine import bulk
from projections.engine.clock import now_stamp
from projections.engine.folding import Folding, Unapplied, changes_of, tell
from projections.engine.generations import At, all_of, live
from projections.engine.lease import break_off
from projections.engine.log import Log
from projections.engine.projection import View
from projections.engine.tables import State, generations, parked


class Parked(Struct, frozen=True):
    """One parked event of the live generation of a view; ``parked_at`` is a UTC stamp."""

    view: str
    case_id: str
    position: int
    version: int
    error: str
    parked_at: str


def park(connection: Connection, at: At, untaken: Sequence[Unapplied]) -> None:
    """Set events aside, in the transaction that moves the checkpoint over them."""
    if not untaken:
        return
    now = now_stamp()
    rows = [
        {
            "view": at[0],
            "generation": at[1],
            "position": each.record.position,
            "stream_id": each.record.originator_id,
            "version": each.record.originator_version,
            "error": each.error,
            "parked_at": now,
        }
        for each in untaken
    ]
    connection.execute(insert(parked), rows)


def parked_events(connection: Connection) -> list[Parked]:
    """What is parked in the live generations, view by view in the order of the log."""
    query = (
        select(parked)
        .join(generations, (generations.c.view == parked.c.view) & (generations.c.generation == parked.c.generation))
        .where(generations.c.state == State.LIVE)
        .order_by(parked.c.view, parked.c.position)
    )
    return [
        Parked(r.view, name_of(r.stream_id), r.position, r.version, r.error, r.parked_at)
        for r in connection.execute(query)
    ]


def is_parked(table: Table, prefix: str = APPLICATIONS) -> ColumnElement[bool]:
    """For a query over the live table of a view: whether the history of a row has parked events; how its name begins."""
    view, _, generation = table.name.rpartition("_")
    return exists().where(
        parked.c.stream_id == literal(prefix) + table.columns[0],
        parked.c.view == view,
        parked.c.generation == int(generation),
    )


def retry(connection: Connection, view: View, case_id: str, log: Log, folding: Folding) -> int:
    """Fold a case of a view anew from its whole history. Returns how many of its events are still parked.

    Whoever works on the view starts his batch again, because what he knows of this case is no longer so. Raises
    ``ViewOutdated`` when the rows were made by another version of the fold, ``ViewStopped``.
    """
    row = next(r for r in all_of(connection, view.name, lock=True) if r.state == State.LIVE)
    at, stream_id, table = (view.name, row.generation), stream_of(case_id), live(connection, view)
    folding.learn_city(row.position)
    story = tell(begun(stream_id), list(log.histories([stream_id], row.position)))
    changes, untaken = changes_of(view, [story], folding.city)
    connection.execute(delete(table).where(table.columns[0] == case_id))
    bulk.insert(connection, table, changes.inserted + changes.written)
    here = (parked.c.view == at[0]) & (parked.c.generation == at[1]) & (parked.c.stream_id == stream_id)
    connection.execute(delete(parked).where(here))
    park(connection, at, untaken)
    break_off(connection, at)
    return len(untaken)


def how_many(connection: Connection) -> dict[At, int]:
    """How many events are parked in each generation that has any."""
    query = select(parked.c.view, parked.c.generation, func.count()).group_by(parked.c.view, parked.c.generation)
    return {(view, generation): count for view, generation, count in connection.execute(query)}


def forget(connection: Connection, at: At) -> None:
    """Take out what is parked in a generation that goes."""
    connection.execute(delete(parked).where(parked.c.view == at[0], parked.c.generation == at[1]))
