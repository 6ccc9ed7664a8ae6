"""The runner: folds the log into the views. Rows and checkpoint move in one transaction: exactly once, whatever dies.

Several runners may work at once: a batch counts only if the checkpoint still stands where the batch began.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from itertools import groupby

from msgspec import Struct
from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from domain.application.state import Application
from domain.city import City
from domain.errors import OfficeError
from domain.evolving import evolve
from domain.record import Record, stamp
from projections import bulk
from projections.log import Log
from projections.projection import Changes, Turn, View, add_changes, turns
from projections.tables import checkpoints

BATCH = 4_000
"""Events a transaction."""
CASES_AT_HAND = 20_000
"""Cases kept in memory between batches; others are folded from their histories again."""
APPLICATION = "application/"

Transaction = Callable[[], AbstractContextManager[Connection]]
Progress = Callable[[int, int], None]


class ViewStopped(OfficeError):
    """A view cannot take an event; it stands before it until the cause is mended. Nothing is skipped."""

    exit_code = 5


class Moved(Exception):
    """Another runner was faster; nothing was written."""


class Standing(Struct, frozen=True):
    """Where a view stands. ``stale`` says that its rows were made by another version of its fold."""

    view: str
    version: int
    position: int
    stale: bool
    updated_at: str | None
    error: str | None


class Runner:
    """Keeps views up with the log. ``reading`` and ``writing`` begin a transaction on the views' database."""

    def __init__(self, log: Log, reading: Transaction, writing: Transaction, views: Sequence[View]) -> None:
        self._log = log
        self._reading = reading
        self._writing = writing
        self._views = {view.name: view for view in views}
        self._city = City()
        self._cases: OrderedDict[str, Application] = OrderedDict()

    def status(self) -> list[Standing]:
        """Where each view stands."""
        with self._reading() as connection:
            rows = {row.name: row for row in connection.execute(select(checkpoints))}
        standing = []
        for name, view in self._views.items():
            row = rows.get(name)
            if row is None:
                standing.append(Standing(name, view.version, 0, False, None, None))
            else:
                stale = row.version != view.version
                standing.append(Standing(name, row.version, row.position, stale, row.updated_at, row.error))
        return standing

    def catch_up(self, progress: Progress = lambda done, total: None) -> int:
        """Fold everything recorded so far into every view. Returns the position they all stand at.

        Raises ``ViewStopped`` when a view cannot take an event; the others have come as far as they could.
        """
        while True:
            head = self._log.head()
            standing = self.status()
            for each in standing:
                if each.stale:
                    self.rebuild(each.view)
            behind = sorted((s for s in standing if s.position < head and not s.stale), key=lambda s: s.position)
            if not behind:
                return head
            lowest = behind[0].position
            group = [self._views[s.view] for s in behind if s.position == lowest]
            upto = next((s.position for s in behind if s.position > lowest), head)
            try:
                self._advance(group, lowest, upto, progress)
            except Moved:
                self._cases.clear()

    def follow(self, stop: Callable[[], bool], idle: float = 1.0) -> None:
        """Catch up, wait for news, and so on until ``stop`` says so."""
        while not stop():
            self.catch_up()
            self._log.wait(idle)

    def rebuild(self, name: str, progress: Progress = lambda done, total: None) -> int:
        """Fold a view anew from all histories, in one transaction: readers see the old rows until it is done.

        Returns the number of rows written.
        """
        view = self._views[name]
        head = self._log.head()
        self._learn_city(head)
        rows = 0
        with self._writing() as connection:
            connection.execute(delete(view.table))
            connection.execute(delete(checkpoints).where(checkpoints.c.name == name))
            changes, done = Changes(), 0
            for story in self.stories(head):
                add_changes(changes, view, story, self._city)
                done += len(story)
                if len(changes.inserted) + len(changes.written) >= BATCH:
                    rows += _new_rows(connection, view, changes)
                    changes = Changes()
                    progress(done, head)
            rows += _new_rows(connection, view, changes)
            connection.execute(
                insert(checkpoints).values(name=name, version=view.version, position=head, updated_at=_now())
            )
        return rows

    def stories(self, upto: int) -> Iterator[list[Turn]]:
        """The whole story of every case up to a position, case by case in the order of their numbers."""
        for stream_id, records in groupby(self._log.cases(upto), key=lambda record: record.originator_id):
            yield list(turns(_new_case(stream_id), records))

    def _advance(self, views: Sequence[View], position: int, upto: int, progress: Progress) -> None:
        self._learn_city(position)
        while position < upto:
            records = self._log.read(position, upto, BATCH)
            if not records:
                return
            self._fold(views, position, records)
            position = records[-1].position
            progress(position, upto)

    def _fold(self, views: Sequence[View], position: int, records: Sequence[Record]) -> None:
        end = records[-1].position
        self._learn_city(end)
        stories = self._told(records)
        try:
            changes = {view.name: _changes(view, stories, self._city) for view in views}
        except Exception as error:
            self._stop(views, position, error)
            raise ViewStopped(
                f"the views {', '.join(v.name for v in views)} stand at position {position}: "
                f"an event up to {end} cannot be folded ({error}); mend the cause and run `onewindow project` again"
            ) from error
        with self._writing() as connection:
            for view in views:
                _move(connection, view, position, end)
                bulk.remove(connection, view.table, changes[view.name].removed)
                bulk.write(connection, view.table, changes[view.name].written)
                bulk.insert(connection, view.table, changes[view.name].inserted)

    def _told(self, records: Sequence[Record]) -> list[list[Turn]]:
        """The stories that a batch tells, each from where its case stood before."""
        by_case: dict[str, list[Record]] = {}
        for record in records:
            if record.originator_id.startswith(APPLICATION):
                by_case.setdefault(record.originator_id, []).append(record)
        before = self._before(by_case)
        stories = []
        for stream_id, own in by_case.items():
            story = list(turns(before[stream_id], own))
            stories.append(story)
            self._cases[stream_id] = story[-1].after
            self._cases.move_to_end(stream_id)
        while len(self._cases) > CASES_AT_HAND:
            self._cases.popitem(last=False)
        return stories

    def _before(self, by_case: dict[str, list[Record]]) -> dict[str, Application]:
        cases: dict[str, Application] = {}
        missing: list[str] = []
        for stream_id, records in by_case.items():
            version = records[0].originator_version - 1
            known = self._cases.get(stream_id)
            if version == 0:
                cases[stream_id] = _new_case(stream_id)
            elif known is not None and known.version == version:
                cases[stream_id] = known
            else:
                cases[stream_id] = _new_case(stream_id)
                missing.append(stream_id)
        if missing:
            first = {stream_id: by_case[stream_id][0].originator_version for stream_id in missing}
            upto = max(by_case[stream_id][0].position for stream_id in missing) - 1
            for record in self._log.histories(missing, upto):
                if record.originator_version < first[record.originator_id]:
                    cases[record.originator_id] = evolve(cases[record.originator_id], record)
        return cases

    def _learn_city(self, upto: int) -> None:
        if upto > self._city.position:
            for record in self._log.city(self._city.position, upto):
                self._city.learn(record)

    def _stop(self, views: Sequence[View], position: int, error: Exception) -> None:
        with self._writing() as connection:
            for view in views:
                _move(connection, view, position, position)
                connection.execute(
                    update(checkpoints)
                    .where(checkpoints.c.name == view.name)
                    .values(error=f"{type(error).__name__}: {error}")
                )


def _new_case(stream_id: str) -> Application:
    return Application(case_id=stream_id.removeprefix(APPLICATION))


def _changes(view: View, stories: Sequence[Sequence[Turn]], city: City) -> Changes:
    changes = Changes()
    for story in stories:
        add_changes(changes, view, story, city)
    return changes


def _new_rows(connection: Connection, view: View, changes: Changes) -> int:
    rows = changes.inserted + changes.written
    bulk.insert(connection, view.table, rows)
    return len(rows)


def _move(connection: Connection, view: View, position: int, end: int) -> None:
    """Move a view's checkpoint from ``position`` to ``end``. Raises ``Moved`` when it does not stand there."""
    here = (checkpoints.c.name == view.name) & (checkpoints.c.version == view.version)
    moved = connection.execute(
        update(checkpoints)
        .where(here, checkpoints.c.position == position)
        .values(position=end, updated_at=_now(), error=None)
    )
    if moved.rowcount:
        return
    if connection.execute(select(checkpoints.c.name).where(checkpoints.c.name == view.name)).first() or position:
        raise Moved(view.name)
    first = insert(checkpoints).values(name=view.name, version=view.version, position=end, updated_at=_now())
    try:
        connection.execute(first)
    except IntegrityError as error:  # another runner began at the same moment
        raise Moved(view.name) from error


def _now() -> str:
    return stamp(datetime.now(UTC))
