"""Connections to SQLite and PostgreSQL, and the two places where they differ: how a transaction begins, how it locks."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from random import uniform
from time import monotonic, sleep
from typing import Any

import psycopg
from sqlalchemy import URL, Connection, Engine, create_engine, event

from adapters.disk.whole_file import make_folder
from adapters.store.driver.address import read_address
from adapters.store.driver.arrays import PlainListDumper
from adapters.store.driver.failures import DatabaseError, address_of, plain_errors
from adapters.store.driver.pooler import Pooler, pooler_of, refuse_hidden, refuse_other_settings

BUSY_SECONDS = 10
"""How long SQLite waits for another writer."""
LOCKED_SECONDS = (0.001, 0.008)
"""How long to sleep between two looks at a SQLite file that is locked. Who looks more often takes time from the writer."""
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-65536", "secure_delete=FAST")
"""How SQLite is used. Zeros are written over what is deleted where the page is written anyway: a dropped table is not written once
more, as some builds would. What names a person lies there sealed.
"""
SETTINGS = """
set client_encoding = 'UTF8';
set default_transaction_isolation = 'read committed';
select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off';
set backend_flush_after = '512kB';
"""
"""How a session of PostgreSQL is used, whatever its server, its user or the environment say: text is UTF-8, who waited for the head
of the log sees it as it is then, and what is acknowledged survives a crash. The kernel writes the pages that it makes room
with soon, not all of many seconds at once: nobody on the machine could read meanwhile.
"""
POOLER = "onewindow_pooler"
"""The execution option of an engine that says what is between here and the server."""


def connect(url: str) -> Engine:
    """An engine for ``sqlite:///path`` or ``postgresql://...`` (psycopg 3). Does not connect yet.

    Raises ``DatabaseError`` for an address that cannot be used.
    """
    address = read_address(url)
    if address.get_backend_name() == "postgresql":
        return _postgres(address)
    if address.database and not address.database.startswith((":memory:", "file:")):
        file = Path(address.database)
        _make_folder(file)
    else:
        file = None
    engine = create_engine(address, connect_args={"timeout": BUSY_SECONDS})
    if file is not None:
        event.listen(engine, "do_connect", lambda *_: _make_private(file))
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _postgres(address: URL) -> Engine:
    pooler, address = pooler_of(address)
    sent: dict[str, Any] = {"fallback_application_name": "onewindow"}
    if pooler is Pooler.TRANSACTION:
        sent |= {"prepare_threshold": None, "client_encoding": "UTF8"}
    engine = create_engine(address, pool_pre_ping=True, connect_args=sent, execution_options={POOLER: pooler})
    event.listen(engine, "connect", partial(_prepare_postgres, pooler, address_of(engine)))
    return engine


def _make_folder(file: Path) -> None:
    """Make the folder of a database, of its owner alone, if it is not there."""
    try:
        make_folder(file.parent)
    except OSError as error:
        raise DatabaseError(
            f"the folder {file.parent} cannot be created ({error.strerror}); check the path and the rights"
        ) from error


def _make_private(file: Path) -> None:
    """Make the file of a database, of its owner alone, if it is not there; SQLite gives what lies beside it the same rights.

    One that is there is not opened: to close it would lose SQLite's locks in this process.
    """
    with suppress(OSError):  # SQLite says what is wrong
        os.close(os.open(os.path.realpath(file), os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


def _prepare_sqlite(connection: sqlite3.Connection, _: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy's begin event begins, not the driver
    for pragma in PRAGMAS:
        _set(connection, pragma)


def _set(connection: sqlite3.Connection, pragma: str) -> None:
    """Set a pragma. A new file is turned to its write-ahead log by one process alone, and there SQLite does not wait for another."""
    until = monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute(f"PRAGMA {pragma}")
            return
        except sqlite3.OperationalError as error:
            wait_for_lock(error, until)


def _prepare_postgres(pooler: Pooler, address: str, connection: "psycopg.Connection[Any]", _: Any) -> None:
    connection.adapters.register_dumper(list, PlainListDumper)
    connection.autocommit = True
    try:
        if pooler is Pooler.NONE:
            refuse_hidden(connection, address)
        if pooler is Pooler.TRANSACTION:
            refuse_other_settings(connection, address)
        else:
            connection.execute(SETTINGS)
    except BaseException:
        connection.close()
        raise
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


def keeps_sessions(engine: Engine) -> bool:
    """Whether what is left in a session is there for the next statement, too."""
    return engine.get_execution_options().get(POOLER) is not Pooler.TRANSACTION


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
