"""The runner: folds the log into the views. Rows and checkpoint move in one transaction: exactly once, whatever dies.

Any number of runners may work at once: each view is held by one of them (``lease``), who folds it in batches.
"""

import gc
import os
import platform
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from threading import Event
from time import monotonic
from typing import Any
from uuid import uuid4

import structlog
from msgspec import Struct
from sqlalchemy import Connection, Row, func, or_, select

from domain.errors import OfficeError
from domain.exit_code import ExitCode
from domain.number_of import number_of
from projections.engine import bulk, generations, lease, parking
from projections.engine.folding import Folding, Unapplied, ViewStopped, changes_of, no_collector, quick_handover, said
from projections.engine.generations import At
from projections.engine.lease import Held, LeaseLost
from projections.engine.log import Log, Logged
from projections.engine.projection import Changes, View
from projections.engine.tables import State, chunks
from projections.engine.tables import generations as table

BATCH = 10_000
"""Events a transaction."""
BATCHES_A_COLLECTION = 25
"""So often Python's cycle collector looks at what has come since, in a long catch-up; there is hardly a cycle in it."""
LOOK_SECONDS = 0.05
"""How often somebody looks who waits for another's view to arrive."""

Folded = tuple[Held, Changes, list[Unapplied]]
"""What a batch changes in a generation, and what it cannot take."""
Transaction = Callable[[], AbstractContextManager[Connection]]
Progress = Callable[[int, int], None]


def no_progress(done: int, total: int) -> None:
    """Nobody looks."""


def never() -> bool:
    """Nobody stops it."""
    return False


class ViewsBehind(OfficeError):
    """The views have not come as far as was asked in the time that was given."""

    exit_code = ExitCode.VIEW_BEHIND


class LogShorter(OfficeError):
    """The log ends before the views do: an older copy was restored, or its end is lost."""

    exit_code = ExitCode.VIEW_STOPPED


class ViewStatus(Struct, frozen=True):
    """Where the live rows of a view stand.

    ``lag`` counts events, ``lag_s`` is how many seconds ago the first event was recorded that is not in it yet.
    ``stale`` says that another version of the fold made them; ``former`` is the generation to go back to;
    ``rebuild`` says how far a rebuild beside them has come.
    """

    view: str
    version: int
    generation: int
    position: int
    lag: int
    lag_s: float
    parked: int
    stale: bool
    holder: str | None
    updated_at: str
    error: str | None
    former: int | None
    rebuild: str | None


class Runner:
    """Keeps views up with the log. ``reading`` and ``writing`` begin a transaction on the views' database."""

    def __init__(self, log: Log, reading: Transaction, writing: Transaction, views: Sequence[View]) -> None:
        self.log = log
        self.reading = reading
        self.writing = writing
        self.views = {view.name: view for view in views}
        self.folding = Folding(log)
        self.holder = f"{platform.node()}:{os.getpid()}:{uuid4().hex[:8]}"
        self._held: dict[str, Held] = {}
        self._following = False
        self._renewed = 0.0

    def status(self) -> list[ViewStatus]:
        """Where each view stands."""
        head = self.log.head()
        with self.reading() as connection:
            parked = parking.how_many(connection)
            found = {name: generations.all_of(connection, name) for name in self.views}
            done = {
                (view, generation): (filled, all_)
                for view, generation, filled, all_ in connection.execute(
                    select(chunks.c.view, chunks.c.generation, func.count(chunks.c.rows), func.count()).group_by(
                        chunks.c.view, chunks.c.generation
                    )
                )
            }
        standing = []
        for name, rows in found.items():
            (live,) = (row for row in rows if row.state == State.LIVE)
            former = generations.former_of(rows)
            building = [row for row in rows if row.state == State.BUILDING]
            standing.append(
                ViewStatus(
                    view=name,
                    version=live.version,
                    generation=live.generation,
                    position=live.position,
                    lag=max(0, head - live.position),
                    lag_s=self._seconds_since(live.position + 1) if live.position < head else 0.0,
                    parked=parked.get((name, live.generation), 0),
                    stale=live.version != self.views[name].version,
                    holder=live.holder,
                    updated_at=live.updated_at,
                    error=live.error,
                    former=former.generation if former else None,
                    rebuild=_rebuild(building[-1], done) if building else None,
                )
            )
        return standing

    def catch_up(self, progress: Progress = no_progress) -> int:
        """Fold everything recorded so far into every view. Returns the position they all stand at, at least.

        Views that another worker holds are waited for. Raises ``ViewStopped`` when the views cannot go on, ``LogShorter``.
        """
        self.refuse_shorter_log()
        head = self.log.head()
        try:
            while behind := self._behind(head):
                if not self._advance_all(behind, head, progress):
                    Event().wait(LOOK_SECONDS)
        finally:
            self.release()
        return head

    def refuse_shorter_log(self) -> None:
        """Raise ``LogShorter`` where a view was made of events that the log does not have."""
        reached = max(self._positions().values(), default=0)
        head = self.log.head()  # asked last: it only grows, whoever folds meanwhile
        if reached > head:
            raise LogShorter(
                f"the log ends at position {head}, the views were made of events up to {reached}: an older copy was restored, or the "
                "end of the log is lost; look for the newest backup, and to go on with this log run `onewindow project rebuild`"
            )

    def follow(self, stop: Callable[[], bool], idle: float = lease.RENEW_SECONDS) -> None:
        """Catch up, wait for news, and so on until ``stop`` says so. Views that others hold are taken over if they die.

        Raises ``LogShorter``.
        """
        self._following = True
        try:
            while not stop():
                self.refuse_shorter_log()
                head = self.log.head()
                while not stop() and (behind := self._behind(head)) and self._advance_all(behind, head, stop=stop):
                    pass
                self._renew()
                self.log.wait(min(idle, lease.RENEW_SECONDS))
        finally:
            self._following = False
            self.release()

    def wait_for(self, position: int, views: Sequence[str], seconds: float) -> None:
        """Block until these views have folded the event at a position (a receipt names it): read your own writes.

        Raises ``ViewsBehind`` when they have not within so many seconds.
        """
        end = monotonic() + seconds
        while behind := {name: at for name, at in self._positions().items() if name in views and at < position}:
            if monotonic() >= end:
                raise _behind_after(position, seconds, behind)
            Event().wait(LOOK_SECONDS)

    def arrive(self, position: int, seconds: float, progress: Progress = no_progress) -> None:
        """Have the views stand at a position at least: wait for who holds them, fold those that nobody holds.

        Those that another version of the fold made stay as they are. Raises ``ViewsBehind`` when others do not get
        there in so many seconds, ``ViewStopped``.
        """
        head, end = self.log.head(), monotonic() + seconds
        try:
            while behind := self._behind(min(position, head)):
                if self._advance_all(behind, head, progress):
                    continue
                if monotonic() >= end:
                    raise _behind_after(position, seconds, {row.view: row.position for row in behind})
                Event().wait(LOOK_SECONDS)
        finally:
            self.release()
        if position > head:
            self.wait_for(position, list(self.views), seconds)

    def retry(self, names: Sequence[str] = (), progress: Progress = no_progress) -> tuple[int, int]:
        """Fold the cases with parked events anew. Returns how many events were parked, and how many still are."""
        with self.reading() as connection:
            found = [p for p in parking.parked_events(connection) if not names or p.view in names]
        cases = sorted({(each.view, each.case_id) for each in found})
        left = 0
        for number, (name, case_id) in enumerate(cases, start=1):
            with self.writing() as connection:
                left += parking.retry(connection, self.views[name], case_id, self.log, self.folding)
            progress(number, len(cases))
        return len(found), left

    def hold(self, view: View, generation: int) -> Held | None:
        """Take a generation of a view to work on; None while somebody else has it."""
        with self.writing() as connection:
            return lease.take(connection, view, generation, self.holder)

    def advance(
        self, group: Sequence[Held], upto: int, progress: Progress = no_progress, stop: Callable[[], bool] = never
    ) -> None:
        """Fold the log from where these stand (all at one position) up to another, or until ``stop`` says so.

        Raises ``LeaseLost``, ``ViewStopped``.

        While the database writes one batch, the next one is read and folded.
        """
        position = group[0].position
        stopped = {held.at: set(held.stopped_cases) for held in group}  # with those of the batch that is being written
        try:
            self.folding.learn_city(position)
            with ThreadPoolExecutor(1) as beside, no_collector(), quick_handover():
                writing: Future[None] | None = None
                batches = 0
                while position < upto and not stop():
                    batches += 1
                    if batches % BATCHES_A_COLLECTION == 0:
                        gc.collect(0)
                    records = self.log.read(position, upto, BATCH)
                    position = records[-1].position
                    folded = self._folded(group, records, stopped)
                    if writing is not None:
                        writing.result()
                        progress(group[0].position, upto)
                    if position < upto:
                        writing = beside.submit(self._record, folded, position)
                    else:
                        self._record(folded, position)
                        progress(position, upto)
                if writing is not None:
                    writing.result()
        except ViewStopped as stopped_at:
            self._complain(group, str(stopped_at))
            raise
        except (OfficeError, LeaseLost):
            raise
        except Exception as error:
            self._complain(group, said(error))
            raise ViewStopped(
                f"the views {', '.join(held.view.name for held in group)} stand at position {group[0].position}: what follows "
                f"cannot be folded ({type(error).__name__}: {error}); fix the cause and run `onewindow project` again"
            ) from error

    def fold(self, connection: Connection, held: Held, records: Sequence[Logged]) -> None:
        """Fold consecutive records into one generation within a transaction. Raises ``LeaseLost``."""
        self.folding.learn_city(records[-1].position)
        changed = changes_of(held.view, self.folding.stories(records), self.folding.city, held.stopped_cases)
        self._write(connection, held, records[-1].position, *changed)

    def release(self) -> None:
        """Let others have what this one holds."""
        if self._held:
            with self.writing() as connection:
                for held in self._held.values():
                    lease.release(connection, held)
            self._held.clear()

    def _positions(self) -> dict[str, int]:
        with self.reading() as connection:
            rows = connection.execute(select(table.c.view, table.c.position).where(table.c.state == State.LIVE))
            return {row.view: row.position for row in rows}

    def _behind(self, head: int) -> list[Row[Any]]:
        """The live generations that this program can fold further; ``free`` says that their holder is gone."""
        query = (
            select(table, or_(table.c.holder.is_(None), lease.lapsed()).label("free"))
            .where(table.c.state == State.LIVE, table.c.position < head)
            .order_by(table.c.view)
        )
        with self.reading() as connection:
            rows = connection.execute(query).all()
        return [row for row in rows if row.view in self.views and row.version == self.views[row.view].version]

    def _advance_all(
        self,
        behind: Sequence[Row[Any]],
        head: int,
        progress: Progress = no_progress,
        stop: Callable[[], bool] = never,
    ) -> bool:
        """Fold those that stand furthest behind, of those that this worker holds or can take. False when there are none."""
        mine = [held for row in behind if (held := self._mine(row)) is not None]
        if not mine:
            return False
        lowest = min(held.position for held in mine)
        upto = min((held.position for held in mine if held.position > lowest), default=head)
        group = [held for held in mine if held.position == lowest]
        try:
            self.advance(group, upto, progress, stop)
        except LeaseLost:
            self.folding.forget()
            for held in group:
                self._lost(held)
        return True

    def _lost(self, held: Held) -> None:
        """Let go of what another has taken over, or changed."""
        del self._held[held.view.name]
        if self._following:
            structlog.get_logger().info("view lost", **_about(held))

    def _mine(self, row: Row[Any]) -> Held | None:
        held = self._held.get(row.view)
        if held is not None and held.at == (row.view, row.generation) and held.fence == row.fence:
            return held
        if held is not None:
            self._lost(held)
        taken = self.hold(self.views[row.view], row.generation) if row.free else None
        if taken is not None:
            self._held[row.view] = taken
            if self._following:
                structlog.get_logger().info("view taken", **_about(taken))
        return taken

    def _folded(self, group: Sequence[Held], records: Sequence[Logged], stopped: dict[At, set[str]]) -> list[Folded]:
        """What consecutive records change in each of these; ``stopped`` grows by the cases that one cannot take."""
        self.folding.learn_city(records[-1].position)
        folded = []
        stories = self.folding.stories(records)
        for held in group:
            changes, untaken = changes_of(held.view, stories, self.folding.city, stopped[held.at])
            stopped[held.at].update(each.record.originator_id for each in untaken)
            folded.append((held, changes, untaken))
        return folded

    def _record(self, folded: Sequence[Folded], end: int) -> None:
        """Write what a batch changed and move the checkpoints to its end. Raises ``LeaseLost``."""
        with self.writing() as connection:
            for held, changes, untaken in folded:
                self._write(connection, held, end, changes, untaken)
        for held, _, untaken in folded:
            held.position = end
            held.stopped_cases.update(each.record.originator_id for each in untaken)

    def _write(
        self, connection: Connection, held: Held, end: int, changes: Changes, untaken: Sequence[Unapplied]
    ) -> None:
        lease.move(connection, held, end)
        bulk.remove(connection, held.table, changes.removed)
        bulk.write(connection, held.table, changes.written)
        bulk.insert(connection, held.table, changes.inserted)
        parking.park(connection, held.at, untaken)

    def _complain(self, group: Sequence[Held], error: str) -> None:
        with self.writing() as connection:
            for held in group:
                lease.complain(connection, held, error)

    def _renew(self) -> None:
        if not self._held or monotonic() - self._renewed < lease.RENEW_SECONDS / 2:
            return
        self._renewed = monotonic()
        for held in list(self._held.values()):
            try:
                with self.writing() as connection:
                    lease.renew(connection, held)
            except LeaseLost:
                self._lost(held)

    def _seconds_since(self, position: int) -> float:
        at = self.log.recorded_at(position)
        return max(0.0, (datetime.now(UTC) - datetime.fromisoformat(at)).total_seconds()) if at else 0.0


def _about(held: Held) -> dict[str, Any]:
    return {"view": held.view.name, "generation": held.generation, "position": held.position}


def _behind_after(position: int, seconds: float, behind: dict[str, int]) -> ViewsBehind:
    where = ", ".join(f"{name} stands at {at}" for name, at in sorted(behind.items()))
    return ViewsBehind(
        f"position {position} is not in the views after {seconds:g} s: {where}; "
        "see whether `onewindow project --follow` runs, and `onewindow project status`"
    )


def _rebuild(row: Row[Any], done: dict[generations.At, tuple[int, int]]) -> str:
    filled, of = done.get((row.view, row.generation), (0, 0))
    return f"generation {row.generation}: {filled} of {number_of(of, 'piece')}" + (
        f" ({row.error})" if row.error else ""
    )
