"""Connections to SQLite and PostgreSQL, and the two places where they differ: how a transaction begins, how it locks."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import uniform
from time import monotonic, sleep
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from adapters.store.arrays import PlainListDumper
from domain.errors import OfficeError

BUSY_SECONDS = 10
"""How long SQLite waits for another writer."""
LOCKED_SECONDS = (0.001, 0.008)
"""How long to sleep between two looks at a SQLite file that is locked. Who looks more often takes time from the writer."""
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-65536", "secure_delete=FAST")
"""How SQLite is used. Zeros are written over what is deleted where the page is written anyway: a dropped table is not written once
more, as some builds would. What names a person lies there sealed.
"""
SETTINGS = ("backend_flush_after = '512kB'",)
"""How a session of PostgreSQL is used. The kernel writes the pages that it makes room with soon, not all of many seconds at
once: nobody on the machine could read meanwhile.
"""
INTEGRITY = (sqlite3.IntegrityError, psycopg.IntegrityError)
"""What the drivers raise when a row is there already."""
DRIVERS = (sqlite3.Error, psycopg.Error)
"""What the drivers raise where they are used directly."""


class DatabaseError(OfficeError):
    """The database cannot be used as it is; the text says why and what to do."""

    exit_code = 4


def connect(url: str) -> Engine:
    """An engine for ``sqlite:///path`` or ``postgresql://...`` (psycopg 3). Does not connect yet.

    Raises ``DatabaseError`` for an address that cannot be used.
    """
    try:
        address = make_url(url)
    except ArgumentError as error:
        raise DatabaseError(
            f"{url!r} is not a database address; write sqlite:///path/to/file.db or postgresql://user@host/name"
        ) from error
    kind = address.get_backend_name()
    if kind == "postgresql":
        engine = create_engine(address.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
        event.listen(engine, "connect", _prepare_postgres)
        return engine
    if kind != "sqlite":
        raise DatabaseError(f"databases of kind {kind!r} are not supported; use sqlite or postgresql")
    if address.database and not address.database.startswith((":memory:", "file:")):
        _make_folder(Path(address.database))
    try:
        engine = create_engine(address.set(drivername="sqlite+pysqlite"), connect_args={"timeout": BUSY_SECONDS})
    except NoSuchModuleError as error:  # pragma: no cover - pysqlite is part of Python
        raise DatabaseError(str(error)) from error
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def address_of(engine: Engine) -> str:
    """The address of a database as a person wrote it, without its password."""
    url = engine.url.set(drivername=engine.url.get_backend_name())
    return url.render_as_string(hide_password=True).replace("file%3A", "file:")


def _make_folder(file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseError(f"the folder {file.parent} cannot be made: {error.strerror}") from error


def _prepare_sqlite(connection: sqlite3.Connection, _: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy's begin event begins, not the driver
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _prepare_postgres(connection: "psycopg.Connection[Any]", _: Any) -> None:
    connection.adapters.register_dumper(list, PlainListDumper)
    connection.autocommit = True
    for setting in SETTINGS:
        connection.execute(f"set {setting}")
    connection.autocommit = False


def wait_for_lock(error: sqlite3.OperationalError, until: float | None) -> float:
    """Sleep a moment because SQLite found its file locked. Returns until when (monotonic seconds) to wait for it.

    Raises the error when it says something else, or the time is over. SQLite's own waiting sleeps longer and longer, up
    to a tenth of a second, whoever lets go meanwhile; it is for those who do not begin by taking the lock.
    """
    until = until or monotonic() + BUSY_SECONDS
    if getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_BUSY or monotonic() > until:
        raise error
    sleep(uniform(*LOCKED_SECONDS))
    return until


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("onewindow_writing", False):
        driver: Any = connection.connection.driver_connection
        driver.execute("pragma busy_timeout = 0")
        try:
            _begin_writing(driver)
        finally:
            driver.execute(f"pragma busy_timeout = {BUSY_SECONDS * 1000}")
    elif not options.get("onewindow_single", False):
        connection.exec_driver_sql("BEGIN")


def _begin_writing(connection: sqlite3.Connection) -> None:
    until = None
    while not connection.in_transaction:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            until = wait_for_lock(error, until)


def single_statements(engine: Engine) -> Engine:
    """The same database, each statement a transaction of its own: one round trip instead of three."""
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="AUTOCOMMIT")
    return engine.execution_options(onewindow_single=True)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that will write: on SQLite it takes the write lock at its start, so that it never fails half-way."""
    with (
        plain_errors(engine),
        engine.connect().execution_options(onewindow_writing=True) as connection,
        connection.begin(),
    ):
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees one state of the database throughout."""
    options: dict[str, Any] = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    with plain_errors(engine), engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


@contextmanager
def plain_errors(engine: Engine) -> Iterator[None]:
    """Turn what the driver says about the database itself into one clear sentence."""
    try:
        yield
    except (DBAPIError, *DRIVERS) as error:
        if isinstance(error, psycopg.OperationalError):
            engine.dispose()  # the server has gone: the other connections of the pool are as dead as this one
        sentence = _sentence(str(error.orig if isinstance(error, DBAPIError) else error), engine)
        if sentence is None:
            raise
        raise DatabaseError(sentence) from error


def _sentence(said: str, engine: Engine) -> str | None:
    where = address_of(engine)
    gone = f"{where} went away in the middle; what was not answered is recorded whole or not at all, so try it again"
    known = {
        "closed the connection": gone,
        "connection is closed": gone,
        "connection is lost": gone,
        "terminating connection": gone,
        "shutting down": gone,
        "starting up": f"{where} is starting; try again in a moment",
        "lock timeout": f"{where} is held by another program for too long; nothing was recorded, try again later",
        "could not extend file": f"the disk of {where} is full; make room, nothing was recorded",
        "database is locked": f"{where} is locked by another program for more than {BUSY_SECONDS} s; try again later",
        "readonly database": f"{where} may not be written; check the rights on the file and its folder",
        "unable to open": f"{where} cannot be opened; check that the folder exists and may be written",
        "not a database": f"{where} is not a SQLite database; name another file",
        "malformed": f"{where} is damaged; restore it from a backup",
        "disk is full": f"the disk of {where} is full; make room, nothing was recorded",
        "No space left": f"the disk of {where} is full; make room, nothing was recorded",
        "no such table": f"{where} has no tables of onewindow yet; run `onewindow db upgrade`",
        "no such column": f"{where} has older tables; run `onewindow db upgrade`",
        "does not exist": f"{where} or its tables do not exist; create the database and run `onewindow db upgrade`",
        "connection failed": f"{where} cannot be reached; check that the server runs and the address is right",
        "authentication failed": f"{where} refused the user or the password",
        "permission denied": f"the user of {where} may not do this; grant the rights on the tables",
        "read-only transaction": f"{where} only allows reading",
    }
    return next((sentence for fragment, sentence in known.items() if fragment in said), None)
