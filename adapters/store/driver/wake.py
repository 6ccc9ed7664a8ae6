"""Waiting for news in the log: LISTEN on PostgreSQL, a look at the file's data version on SQLite.

Behind a pooler of transactions nobody listens: the head of the log is looked at, less often.
"""

from threading import Event, Lock
from time import monotonic

import psycopg
from sqlalchemy import Engine

from adapters.store.driver.database import keeps_sessions
from adapters.store.driver.failures import plain_errors

CHANNEL = "onewindow_log"
LISTEN_SECONDS = 0.2
"""How long one who closes may have to wait for one who listens."""
LOOK_SECONDS = 0.05
"""How often a follower looks at SQLite's data version: one page of shared memory, no query."""
ASK_SECONDS = 0.25
"""How often a follower asks a server for the head of the log where it cannot listen."""


class Wake:
    """Wakes a follower when something was appended since ``arm``.

    One instance serves one thread; any other may ``close`` it, which ends its waiting.
    """

    def __init__(self, engine: Engine) -> None:
        self._closed = Event()
        self._in_use = Lock()
        self._listening: psycopg.Connection[tuple[object, ...]] | None = None
        self._engine = engine
        self._version = 0
        self._version_is, self._look_seconds = "PRAGMA data_version", LOOK_SECONDS
        with plain_errors(engine):
            self._connection = engine.raw_connection()
            if engine.dialect.name == "postgresql":
                self._reach_server(keeps_sessions(engine))

    def _reach_server(self, keeps: bool) -> None:
        driver = self._connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        self._connection.detach()
        driver.autocommit = True
        if keeps:
            driver.execute(f"LISTEN {CHANNEL}")
            self._listening = driver
        else:
            self._version_is, self._look_seconds = "select position from log_head", ASK_SECONDS

    def arm(self) -> None:
        """Remember the present state; call it before looking into the log, so that nothing falls between."""
        with self._in_use:
            if self._listening is None and not self._closed.is_set():
                self._version = self._data_version()

    def wait(self, seconds: float) -> bool:
        """Block until there is news, at most ``seconds``. Returns whether there is.

        Raises ``DatabaseError`` when the database went away; then this one is of no use any more.
        """
        end = monotonic() + seconds
        with plain_errors(self._engine):
            while (left := end - monotonic()) > 0:
                with self._in_use:
                    if self._closed.is_set():
                        return False
                    if self._is_news(min(left, LISTEN_SECONDS)):
                        return True
                if self._listening is None:
                    self._closed.wait(min(left, self._look_seconds))
        return False

    def close(self) -> None:
        """End the waiting and give the connection back; whoever waits is let out first."""
        self._closed.set()
        with self._in_use:
            if self._listening is not None:
                self._listening.close()
            else:
                self._connection.close()

    def _is_news(self, seconds: float) -> bool:
        """Listen for so long; a look at SQLite takes no time."""
        if self._listening is None:
            return self._data_version() != self._version
        return any(True for _ in self._listening.notifies(timeout=seconds, stop_after=1))

    def _data_version(self) -> int:
        cursor = self._connection.cursor()
        cursor.execute(self._version_is)
        version: int = cursor.fetchone()[0]  # type: ignore[index]
        cursor.close()
        return version
