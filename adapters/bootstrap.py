"""The one place that puts the parts together."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import structlog
from sqlalchemy import Connection, Engine

from adapters.disk.target import Kept
from adapters.settings import Settings
from adapters.store import attempts, revision
from adapters.store.driver.database import connect, reading, writing
from adapters.store.driver.failures import DatabaseError
from adapters.store.event_log import EventLog
from adapters.store.key_ring import KeyRing
from adapters.store.master_key import MasterKey
from domain.command import Command
from domain.errors import NotAllowed
from domain.office.office import Office
from projections.engine.projection import View
from projections.engine.runner import Progress, Runner, no_progress
from projections.views.all_views import VIEWS


def utc_now() -> datetime:
    """The moment, aware, UTC."""
    return datetime.now(UTC)


class Installation:
    """One database with everything that works on it: the office, the log, the views, the key ring."""

    def __init__(self, settings: Settings, now: Callable[[], datetime] = utc_now) -> None:
        self.settings = settings
        self.now = now
        self.engine: Engine = connect(settings.database_url)
        given = settings.master_key.get_secret_value() if settings.master_key else None
        self.master = MasterKey(settings.master_key_file, given)
        self.vault = KeyRing(self.engine, self.master)
        self.log = EventLog(self.engine)
        self._office: Office | None = None

    @property
    def office(self) -> Office:
        """The office on this database."""
        if self._office is None:
            self._office = self._made()
        return self._office

    def another_office(self) -> Office:
        """An office for another thread; what several record at the same time is committed together."""
        return self._made(beside=self.office)

    def _made(self, beside: Office | None = None) -> Office:
        env = {"PERSISTENCE_MODULE": "adapters.store.factory:Factory", "DATABASE_URL": self.settings.database_url}
        return Office(env, vault=self.vault, now=self._now, attempted=self._attempted, beside=beside)

    def _attempted(self, command: Command, refusal: NotAllowed) -> None:
        """Keep who tried what without the right to; the refusal is answered also where that cannot be written."""
        about = {
            "command": type(command).__name__,
            "on": command.stream_id,
            "person": command.actor.person,
            "role": command.actor.role.value,
            "missing": refusal.right,
        }
        try:
            attempts.keep(self.engine, command, refusal, self.now())
        except DatabaseError as error:
            structlog.get_logger().error("a refused attempt could not be kept", **about, reason=str(error))
        structlog.get_logger().warning("not allowed", **about)

    def _now(self) -> datetime:
        return self.now()  # looked up at each call: a simulation sets a clock of its own

    def runner(self) -> Runner:
        """The runner of all views."""
        return Runner(self.log, partial(reading, self.engine), partial(writing, self.engine), VIEWS)

    def caught_up(
        self, view: View, seconds: float, position: int | None = None, progress: Progress = no_progress
    ) -> None:
        """Have a view see what was recorded up to a position, or up to now: wait for who keeps it up, or do it.

        Whoever decides from a view, or reads it after a command of their own, asks for this first. Raises ``ViewsBehind``
        when somebody else holds the view and does not get there in so many seconds, ``ViewStopped`` when it cannot go on.
        """
        wanted = self.log.head() if position is None else position
        runner = Runner(self.log, partial(reading, self.engine), partial(writing, self.engine), [view])
        runner.arrive(wanted, seconds, progress)

    def kept(self, *read: Path) -> Kept:
        """What no file may be written over here: the database, the master key, the files that are read."""
        file = self.settings.database_file
        keys = () if self.master.is_given else (self.master.file,)
        return Kept(read, () if file is None else (file,), keys)

    def reading(self) -> AbstractContextManager[Connection]:
        """A transaction that sees one state of the views and the log."""
        return reading(self.engine)

    def close(self) -> None:
        """Give back all connections."""
        self.log.close()
        self.vault.close()
        if self._office is not None:
            self._office.close()
            self._office.factory.close()
        self.engine.dispose()


@contextmanager
def installation(settings: Settings, now: Callable[[], datetime] = utc_now) -> Iterator[Installation]:
    """An installation on a database of this software's schema. Raises ``DatabaseError`` for any other."""
    opened = Installation(settings, now)
    try:
        revision.check(opened.engine)
        yield opened
    finally:
        opened.close()
