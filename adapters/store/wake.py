"""Waiting for news in the log: LISTEN on PostgreSQL, a look at the file's data version on SQLite."""

from threading import Event
from time import monotonic

import psycopg
from sqlalchemy import Engine

from adapters.store.database import plain_errors

CHANNEL = "onewindow_log"
LOOK_SECONDS = 0.05
"""How often a follower looks at SQLite's data version: one page of shared memory, no query."""


class Wake:
    """Wakes a follower when something was appended since ``arm``. One instance serves one thread; ``close`` wakes it."""

    def __init__(self, engine: Engine) -> None:
        self._closed = Event()
        self._listening: psycopg.Connection[tuple[object, ...]] | None = None
        self._engine = engine
        self._version = 0
        with plain_errors(engine):
            self._connection = engine.raw_connection()
            if engine.dialect.name == "postgresql":
                driver = self._connection.driver_connection
                assert isinstance(driver, psycopg.Connection)
                self._connection.detach()
                driver.autocommit = True
                driver.execute(f"LISTEN {CHANNEL}")
                self._listening = driver

    def arm(self) -> None:
        """Remember the present state; call it before looking into the log, so that nothing falls between."""
        if self._listening is None:
            self._version = self._data_version()

    def wait(self, seconds: float) -> bool:
        """Block until there is news, at most ``seconds``. Returns whether there is.

        Raises ``DatabaseError`` when the database went away; then this one is of no use any more.
        """
        with plain_errors(self._engine):
            return self._waited(seconds)

    def _waited(self, seconds: float) -> bool:
        end = monotonic() + seconds
        while not self._closed.is_set() and (left := end - monotonic()) > 0:
            if self._listening is not None:
                if any(True for _ in self._listening.notifies(timeout=min(left, 0.2), stop_after=1)):
                    return True
            elif self._data_version() != self._version:
                return True
            else:
                self._closed.wait(min(left, LOOK_SECONDS))
        return False

    def close(self) -> None:
        """Stop waiting and give the connection back."""
        if not self._closed.is_set():
            self._closed.set()
            if self._listening is not None:
                self._listening.close()
            else:
                self._connection.close()

    def _data_version(self) -> int:
        cursor = self._connection.cursor()
        cursor.execute("PRAGMA data_version")
        version: int = cursor.fetchone()[0]  # type: ignore[index]
        cursor.close()
        return version
