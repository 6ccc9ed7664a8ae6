"""One generation of a view takes the place of another: the swap of a rebuild, the way back, what is dropped after."""

from collections.abc import Iterable
from threading import Event

import structlog
from sqlalchemy import ColumnElement, Connection, delete, select

from domain.errors import OfficeError
from projections.engine import generations, lease, parking, readers
from projections.engine.clock import now_stamp
from projections.engine.generations import At, table_of
from projections.engine.lease import Held, LeaseLost
from projections.engine.projection import View
from projections.engine.runner import LOOK_SECONDS, Runner
from projections.engine.tables import State, chunks
from projections.engine.tables import generations as table

BEHIND = 1_000
"""So many events a new generation may be behind when the swap begins; they are folded within its transaction."""


class RebuildRefused(OfficeError):
    """A rebuild, or a way back, that cannot be done now."""


class Swapping:
    """Swaps generations of the views of a runner."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def swap(self, at: At, came_from: State = State.BUILDING) -> None:
        """Catch a generation up with the log and make it the live one; the one before is kept, older ones go.

        Nothing happens when somebody else did so meanwhile, whatever came after.
        """
        view = self._runner.views[at[0]]
        while self._state(at) == came_from:
            held = self._runner.hold(view, at[1])
            if held is None:
                Event().wait(LOOK_SECONDS)
                continue
            try:
                self._runner.advance([held], self._runner.log.head())
                with self._runner.writing() as connection:
                    self._swap(connection, held, came_from)
                log = structlog.get_logger().bind(view=view.name, generation=held.generation)
                log.info("view swapped", position=held.position, it_was=came_from.value)
            except LeaseLost:
                self._runner.folding.forget()
        with self._runner.writing() as connection:
            drop_discarded(connection, view)

    def rollback(self, name: str) -> int:
        """Bring the former generation of a view back, caught up. Returns its number. Raises ``RebuildRefused``."""
        with self._runner.reading() as connection:
            former = generations.former_of(generations.all_of(connection, name))
        if former is None:
            raise RebuildRefused(f"view {name} has no former generation to go back to; see `onewindow project status`")
        if former.version != self._runner.views[name].version:
            raise RebuildRefused(
                f"generation {former.generation} of view {name} was made by version {former.version} of its fold; "
                f"this onewindow has version {self._runner.views[name].version}; install the onewindow that made it"
            )
        if former.position > (head := self._runner.log.head()):
            raise RebuildRefused(
                f"generation {former.generation} of view {name} stands at position {former.position}, and the log ends at {head}: "
                f"it was made of events that are lost; run `onewindow project drop {name}`"
            )
        self.swap((name, former.generation), State.FORMER)
        self.refuse_readers([name])
        return int(former.generation)

    def drop_former(self, name: str) -> int:
        """Drop the former generation of a view, and what an interrupted rebuild left. Returns how many were dropped."""
        with self._runner.writing() as connection:
            others = [row for row in generations.all_of(connection, name, lock=True) if row.state != State.LIVE]
            for row in others:
                discard(connection, (name, row.generation))
        with self._runner.writing() as connection:
            drop_discarded(connection, self._runner.views[name])
        self.refuse_readers([name])
        return len(others)

    def refuse_readers(self, names: Iterable[str]) -> None:
        """Raise ``OthersReadIt`` where others read rows of these views that are kept up no more."""
        with self._runner.reading() as connection:
            readers.refuse_readers(connection, [self._runner.views[name] for name in names])

    def _state(self, at: At) -> State:
        with self._runner.reading() as connection:
            state = connection.execute(select(table.c.state).where(generations.one(at))).scalar_one_or_none()
        if state in (None, State.DISCARDED):
            raise dropped(at)
        return State(state)

    def _swap(self, connection: Connection, held: Held, came_from: State) -> None:
        """Raises ``LeaseLost`` when it is held no longer, or the live rows are too far ahead to be caught up within a transaction."""
        rows = generations.all_of(connection, held.view.name, lock=True)
        lease.renew(connection, held)
        if (held.generation, came_from) not in [(row.generation, row.state) for row in rows]:
            raise LeaseLost(held.view.name)
        (live,) = (row for row in rows if row.state == State.LIVE)
        if live.version == held.view.version and live.position > held.position:
            records = self._runner.log.read(held.position, live.position, BEHIND)
            if len(records) == BEHIND and records[-1].position < live.position:
                raise LeaseLost(held.view.name)
            if records:  # none, or fewer than to there, where the log has lost what the live rows were made of
                self._runner.fold(connection, held, records)
        now = now_stamp()
        lease.break_off(connection, (held.view.name, live.generation), state=State.FORMER, updated_at=now)
        lease.break_off(connection, held.at, state=State.LIVE, updated_at=now)
        connection.execute(delete(chunks).where(pieces_of(held.at)))
        for row in rows:
            if row.state == State.FORMER and row.generation != held.generation:
                discard(connection, (held.view.name, row.generation))


def pieces_of(at: At) -> ColumnElement[bool]:
    """The condition that picks the pieces of one generation."""
    return (chunks.c.view == at[0]) & (chunks.c.generation == at[1])


def drop_discarded(connection: Connection, view: View) -> None:
    """Drop what was discarded; in a transaction that locks nothing else, as it waits for the last who reads a table.

    A table on which others stand is kept (``readers``).
    """
    going = select(table.c.generation).where(table.c.view == view.name, table.c.state == State.DISCARDED)
    for generation in list(connection.execute(going.with_for_update()).scalars()):
        going_table = table_of(view.table, generation)
        if readers.standing_on(connection, going_table.name):
            continue
        generations.drop(connection, going_table)
        connection.execute(delete(table).where(generations.one((view.name, generation))))


def discard(connection: Connection, at: At) -> None:
    """Let nobody work on a generation any more; its table is dropped later.

    Whoever is writing a piece of it is waited for here, before anything waits for its table.
    """
    connection.execute(delete(chunks).where(pieces_of(at)))
    parking.forget(connection, at)
    lease.break_off(connection, at, state=State.DISCARDED, updated_at=now_stamp())


def dropped(at: At) -> RebuildRefused:
    """What to raise where a generation is gone."""
    return RebuildRefused(f"generation {at[1]} of view {at[0]} was dropped meanwhile")
