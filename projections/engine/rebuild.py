"""Rebuilding views while everything goes on: new tables beside the live ones, filled in pieces, then swapped in.

1. ``begin`` makes the tables and cuts the cases into pieces (or finds what an interrupted rebuild left);
2. ``fold_piece`` folds one piece and writes its rows with its mark, in one transaction; any process may do any piece;
3. ``complete`` compares count and checksum of what was folded with what the tables hold, and adds the keys;
4. what is complete catches up with the log and is swapped in (``swapping``).
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from operator import attrgetter
from random import randrange

import structlog
from sqlalchemy import Connection, Table, func, insert, select, update

from domain.history import FOLLOWED, begun, end_of
from domain.number_of import number_of
from projections.engine import bulk, generations, parking
from projections.engine.clock import now_stamp
from projections.engine.folding import Story, ViewStopped, changes_of, no_collector, tell
from projections.engine.generations import At, table_of
from projections.engine.lease import LeaseLost
from projections.engine.projection import Row, View
from projections.engine.runner import Progress, Runner, no_progress
from projections.engine.swapping import Swapping, discard, drop_discarded, dropped, pieces_of
from projections.engine.tables import State, chunks
from projections.engine.tables import generations as table

EVENTS_A_PIECE = 15_000


@dataclass(frozen=True, slots=True)
class Piece:
    """Histories from ``first`` to before ``end`` (stream ids), their events up to a position, for some new generations."""

    first: str
    end: str
    upto: int
    into: tuple[At, ...]


Bounds = dict[str, list[tuple[str, str]]]
"""For each kind of history, the stream ids between which its pieces lie."""
Spread = Callable[[Sequence[Piece]], Iterable[int]]
"""Has all pieces folded, here or by other processes; answers the events of each as it is done."""


class Rebuild:
    """Rebuilds views of a runner."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._log = runner.log
        self._swapping = Swapping(runner)

    def run(
        self,
        names: Sequence[str],
        spread: Spread,
        progress: Progress = no_progress,
        *,
        afresh: bool = False,
        park: bool = False,
    ) -> int:
        """Rebuild these views. Returns the number of rows written. What an interrupted one left is used, unless ``afresh``.

        Raises ``ViewStopped`` when a table is not what was folded, or a fold parks more than the live rows do, unless ``park``;
        ``OthersReadIt`` when all is done, and others read the rows of before.
        """
        at = self.begin(names, afresh=afresh)
        while pieces := self.pieces(at):
            start = randrange(len(pieces))  # several who work on one rebuild begin at different places
            for done, _ in enumerate(spread(pieces[start:] + pieces[:start]), start=1):
                progress(done, len(pieces))
        rows = sum(self.complete(each) for each in at)
        if not park:
            self._refuse_parked(at)
        for each in at:
            self._swapping.swap(each)
        self._swapping.refuse_readers(names)
        return rows

    def begin(self, names: Sequence[str], *, afresh: bool = False) -> list[At]:
        """Make the tables and cut the histories into pieces; or find what an interrupted rebuild left."""
        upto = self._log.head()
        cuts = self._log.cuts(EVENTS_A_PIECE, upto)
        bounds = {
            kind: list(pairwise((kind, *(cut for cut in cuts if kind < cut < end_of(kind)), end_of(kind))))
            for kind in FOLLOWED
        }
        at = []
        for name in sorted(names):
            with self._runner.writing() as connection:
                at.append(
                    self._begun(connection, self._runner.views[name], upto, afresh)
                    or self._new(connection, name, upto, bounds)
                )
            structlog.get_logger().info("rebuild begun", view=name, generation=at[-1][1], upto=upto)
            with self._runner.writing() as connection:
                drop_discarded(connection, self._runner.views[name])
        return at

    def pieces(self, at: Sequence[At]) -> list[Piece]:
        """What is still to be folded, in the order of the histories; what several views need of the same ones is one piece."""
        query = select(chunks).where(chunks.c.rows.is_(None)).order_by(chunks.c.first_stream, chunks.c.view)
        with self._runner.reading() as connection:
            found = [row for row in connection.execute(query) if (row.view, row.generation) in at]
        same = groupby(found, key=lambda row: (row.first_stream, row.next_stream, row.upto))
        return [Piece(*bounds, tuple((row.view, row.generation) for row in rows)) for bounds, rows in same]

    def fold_piece(self, piece: Piece) -> int:
        """Fold one piece and write its rows. Returns its number of events, 0 when somebody else was faster."""
        left = self._undone(piece)
        if not left.into:
            return 0
        self._runner.folding.learn_city(piece.upto)
        with no_collector():
            return self._folded(left)

    def _undone(self, piece: Piece) -> Piece:
        """The piece for those generations that nobody has filled with it yet."""
        query = select(chunks.c.view, chunks.c.generation).where(
            chunks.c.first_stream == piece.first, chunks.c.rows.is_(None)
        )
        with self._runner.reading() as connection:
            left = {(row.view, row.generation) for row in connection.execute(query)}
        return replace(piece, into=tuple(at for at in piece.into if at in left))

    def _folded(self, piece: Piece) -> int:
        events, stories = self._stories(piece)
        city = self._runner.folding.city
        told = [(at, *changes_of(self._runner.views[at[0]], stories, city)) for at in piece.into]
        del stories  # a rebuild's memory is that of its pieces
        try:
            with self._runner.writing() as connection:
                for at, changes, untaken in told:
                    self._write(connection, at, piece.first, changes.inserted + changes.written)
                    parking.park(connection, at, untaken)
        except LeaseLost:
            return 0
        return events

    def _stories(self, piece: Piece) -> tuple[int, list[Story]]:
        """How many events a piece has, and the stories they tell."""
        rows = self._log.between(piece.first, piece.end, piece.upto)
        histories = groupby(rows, key=attrgetter("originator_id"))
        return len(rows), [tell(begun(stream_id), list(own)) for stream_id, own in histories]

    def complete(self, at: At) -> int:
        """Compare what was folded with what the table holds, and give it its keys. Returns its rows at that moment.

        Raises ``ViewStopped`` when count or checksum differ; then nothing is swapped.
        """
        new = table_of(self._runner.views[at[0]].table, at[1])
        with self._runner.reading() as connection:
            rows, total, upto = connection.execute(
                select(func.sum(chunks.c.rows), func.sum(chunks.c.checksum), func.max(chunks.c.upto)).where(
                    pieces_of(at)
                )
            ).one()
            if self._position(connection, at) or rows is None:  # completed before, or by somebody else
                return int(connection.execute(select(func.count()).select_from(new)).scalar_one())
        with ThreadPoolExecutor(1) as beside:  # the database makes the keys while the rows are compared
            keys = beside.submit(self._add_keys, at, new)
            with self._runner.reading() as connection:
                found = bulk.contents(connection, new)
        if found != (int(rows), int(total)):
            said = f"holds {number_of(found[0], 'row')} with checksum {found[1]}, the fold made {number_of(int(rows), 'row')} with checksum {total}"
            with self._runner.writing() as connection:
                connection.execute(update(table).where(generations.one(at)).values(error=f"generation {at[1]} {said}"))
            raise ViewStopped(
                f"the rebuild of view {at[0]} is not swapped in: its table {new.name} {said}; "
                f"the view stays as it was; find out who writes there, and run `onewindow project rebuild {at[0]} --afresh`"
            )
        keys.result()  # asked last: rows that nobody folded may break a key, too
        with self._runner.writing() as connection:
            if not self._position(connection, at, lock=True):
                generations.finish(connection, new)
                filled = {"position": upto, "updated_at": now_stamp(), "error": None}
                connection.execute(update(table).where(generations.one(at)).values(**filled))
        return int(rows)

    def _begun(self, connection: Connection, view: View, head: int, afresh: bool) -> At | None:
        """The generation that an interrupted rebuild left, if it can be gone on with; others are discarded.

        It cannot where it was begun on a longer log than today's: its pieces hold events that are lost.
        """
        found = None
        for row in generations.all_of(connection, view.name, lock=True):
            if row.state != State.BUILDING:
                continue
            at = (view.name, int(row.generation))
            last = connection.execute(select(func.max(chunks.c.upto)).where(pieces_of(at))).scalar_one()
            if afresh or row.version != view.version or row.error or max(row.position, last or 0) > head:
                discard(connection, at)
            else:
                found = at
        return found

    def _new(self, connection: Connection, name: str, upto: int, bounds: Bounds) -> At:
        view = self._runner.views[name]
        generation = generations.next_number(connection, name)
        generations.create(connection, table_of(view.table, generation))
        for row in generations.all_of(connection, name):
            if row.state == State.LIVE:
                generations.give_rights(
                    connection, table_of(view.table, int(row.generation)), table_of(view.table, generation)
                )
        connection.execute(
            insert(table).values(
                view=name,
                generation=generation,
                version=view.version,
                state=State.BUILDING,
                position=0,
                updated_at=now_stamp(),
                fence=0,
                held_until=0,
            )
        )
        rows = [
            {"view": name, "generation": generation, "number": n, "first_stream": a, "next_stream": b, "upto": upto}
            for n, (a, b) in enumerate((pair for kind in view.follows for pair in bounds[kind]), start=1)
        ]
        connection.execute(insert(chunks), rows)
        return name, generation

    def _write(self, connection: Connection, at: At, first: str, rows: Sequence[Row]) -> None:
        piece = pieces_of(at) & (chunks.c.first_stream == first)
        mine = update(chunks).where(piece, chunks.c.rows.is_(None)).values(rows=len(rows))
        if not connection.execute(mine).rowcount:
            raise LeaseLost(at[0])
        total = bulk.fill(connection, table_of(self._runner.views[at[0]].table, at[1]), rows)
        connection.execute(update(chunks).where(piece).values(checksum=total))

    def _add_keys(self, at: At, new: Table) -> None:
        with self._runner.writing() as connection:
            if not self._position(connection, at, lock=True):
                generations.add_keys(connection, new)

    def _position(self, connection: Connection, at: At, *, lock: bool = False) -> int:
        """How far a generation has come, 0 while it is being filled; locked until the transaction ends where asked."""
        query = select(table.c.position).where(generations.one(at), table.c.state != State.DISCARDED)
        found = connection.execute(query.with_for_update() if lock else query).scalar_one_or_none()
        if found is None:
            raise dropped(at)
        return int(found)

    def _refuse_parked(self, at: Sequence[At]) -> None:
        """Raise ``ViewStopped`` where a new generation has more parked events than the live one."""
        with self._runner.reading() as connection:
            parked = parking.how_many(connection)
            live = {
                name: parked.get((name, row.generation), 0)
                for name, _ in at
                for row in generations.all_of(connection, name)
                if row.state == State.LIVE
            }
        for name, generation in at:
            if (untaken := parked.get((name, generation), 0)) > live[name]:
                raise ViewStopped(
                    f"the rebuild of view {name} is not swapped in: it cannot apply {number_of(untaken, 'event')}, "
                    f"the live view cannot apply {live[name]}; fix the fold and run `onewindow project rebuild {name} --afresh`, or "
                    f"`onewindow project rebuild {name} --park` to go on with these parked"
                )
