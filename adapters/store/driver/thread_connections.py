"""A connection of the driver for each thread, kept open: for the few statements that run all day.

Taking one from the pool and giving it back costs more than SQLite's own work for an append of one event.
"""

import os
import sqlite3
from collections.abc import Callable
from threading import Lock, local
from typing import Any, Concatenate, ParamSpec, TypeVar

import psycopg
from sqlalchemy import Engine

from adapters.store.driver.database import keeps_sessions, wait_for_lock
from adapters.store.driver.failures import DRIVERS, plain_errors
from adapters.store.driver.prepared import PreparedStatements

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


class KeptConnections:
    """Connections in autocommit: each statement is a transaction of its own, unless it begins one."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._own = local()
        self._all: list[Any] = []
        self._lock = Lock()

    def run(self, work: Callable[Concatenate[Any, Given], Answer], *given: Given.args, **named: Given.kwargs) -> Answer:
        """Do some work by this thread's connection: by its cursor on SQLite, its ``PreparedStatements`` on PostgreSQL.

        What the driver says about the database reads as one sentence.

        A connection whose server went away is given up, and the next work opens another. Work that finds a SQLite
        file locked has done nothing, and is done again.
        """
        own = self._own.__dict__
        until: float | None = None
        try:
            while True:
                try:
                    if own.get("process") != os.getpid():
                        self._open()
                    return work(own["executes"], *given, **named)
                except sqlite3.OperationalError as error:
                    until = wait_for_lock(error, until)
        except DRIVERS as error:
            if isinstance(error, psycopg.OperationalError):
                self._give_up()
            with plain_errors(self._engine):
                raise

    def close(self) -> None:
        """Close those of all threads."""
        with self._lock:
            for connection in self._all:
                connection.close()
            self._all.clear()
            self._own = local()

    def _open(self) -> None:
        pooled = self._engine.raw_connection()
        connection: Any = pooled.driver_connection
        pooled.detach()
        if self._engine.dialect.name == "postgresql":
            connection.autocommit = True
            keeps = keeps_sessions(self._engine)
            if keeps:
                connection.execute("set enable_sort = off")  # histories and the log lie in the order of an index
            self._own.executes = PreparedStatements(connection, keeps=keeps)
        else:
            connection.execute("pragma busy_timeout = 0")
            self._own.executes = connection.cursor()
        with self._lock:
            self._all.append(connection)
        self._own.connection, self._own.process = connection, os.getpid()

    def _give_up(self) -> None:
        own = self._own.__dict__
        if own.pop("process", None) is not None:
            connection = own.pop("connection")
            with self._lock:
                self._all.remove(connection)
            connection.close()
