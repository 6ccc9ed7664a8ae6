"""The records of an office in one file, and back: from either kind of database into either kind.

A backup is an embedded database of onewindow itself with everything that was recorded, read in one snapshot while the
office is at work; every command reads it. The keys of the persons go into a file of their own: whoever has the records
alone opens no name. The views are not in it; they follow from the records.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from sqlalchemy import Connection, Engine, MetaData, Table, func, inspect, select, text

from adapters.disk.target import Target
from adapters.disk.whole_file import becoming, make_folder
from adapters.store import audit, migrate, revision
from adapters.store.driver.database import connect, reading, writing
from adapters.store.driver.failures import address_of
from adapters.store.schema import attempts, commands, events, log_head, person_keys
from domain.errors import OfficeError
from domain.exit_code import ExitCode
from domain.number_of import number_of

Progress = Callable[[int, int], None]
RECORDS = (events, commands, log_head, attempts)
ROWS_AT_ONCE = 5_000


class Damaged(OfficeError):
    """A backup does not hold what was recorded; nothing was restored."""

    exit_code = ExitCode.DIFFERENCE


class Copied(NamedTuple):
    """What a backup holds, or what was restored."""

    events: int
    keys: int
    schema: str


def backup(engine: Engine, records: Target, keys: Target, progress: Progress) -> Copied:
    """Write two files, neither of which may exist: the records, and the persons' keys (wrapped by the master key).

    Readable by their owner only. Raises ``DatabaseError``, ``BadTarget``, ``OfficeError`` where both are one file.
    """
    for each in (records, keys):
        each.refuse()
    if records.file.resolve() == keys.file.resolve():
        raise OfficeError("records and keys go into two files; name another one with --keys")
    for each in (records, keys):
        make_folder(each.file.parent)
    with _becoming(records) as new_records, _becoming(keys) as new_keys, reading(engine) as source:
        migrate.upgrade(f"sqlite:///{new_records}")
        with _embedded(new_records) as target, writing(target) as into:
            recorded = _copy(source, into, RECORDS, progress)
        with _embedded(new_keys) as target, writing(target) as into:
            person_keys.create(into)
            persons = _copy(source, into, (person_keys,), progress)
    return Copied(recorded, persons, revision.newest())


def restore(url: str, records: Path, keys: Path | None, progress: Progress) -> Copied:
    """Fill an empty database with a backup, all of it or nothing, and bring it to this software's schema.

    What was restored is verified before it stands. Raises ``Damaged``, ``DatabaseError``, ``OfficeError``.
    """
    for file in (records, keys):
        if file is not None and not file.is_file():
            raise OfficeError(f"{file} does not exist; name the file that `onewindow db backup` wrote")
    with _kept(records) as source_engine, reading(source_engine) as source:
        schema = revision.present(source_engine)
        if schema is None:
            raise OfficeError(
                f"{records} holds no records of onewindow; name the file that `onewindow db backup` wrote"
            )
        revision.known(schema, source_engine)
        _empty(url, schema)
        target = connect(url)
        with writing(target) as into:
            _refuse_full(into)
            recorded = _copy(source, into, RECORDS, progress)
            persons = 0 if keys is None else _keys(keys, into, progress)
            _verified(into, records)
        target.dispose()
    migrate.upgrade(url)
    return Copied(recorded, persons, schema)


def _empty(url: str, schema: str) -> None:
    """Give a database without tables the schema of the backup. Raises ``OfficeError`` for one that has another schema."""
    target = connect(url)
    try:
        there = revision.present(target)
        if there is None:
            migrate.upgrade(url, schema)
        elif there != schema:
            raise OfficeError(
                f"{address_of(target)} has schema {there}, the backup {schema}; restore into a database without tables"
            )
    finally:
        target.dispose()


def _refuse_full(into: Connection) -> None:
    if into.execute(select(func.count()).select_from(events)).scalar_one():
        raise OfficeError(f"{address_of(into.engine)} holds records already; restore into an empty database")


def _keys(file: Path, into: Connection, progress: Progress) -> int:
    with _kept(file) as engine, reading(engine) as source:
        if not inspect(source).has_table(person_keys.name):
            raise OfficeError(f"{file} holds no keys; name the file that `onewindow db backup --keys` wrote")
        return _copy(source, into, (person_keys,), progress)


def _verified(into: Connection, records: Path) -> None:
    found = audit.check(into, [], lambda done, total: None, anew_after=None, clocks=False).findings
    if found:
        raise Damaged(
            f"{records} is not what was recorded ({number_of(len(found), 'difference')}, the first: {found[0].place} {found[0].what}); "
            "nothing was restored, take another backup"
        )


def _copy(source: Connection, into: Connection, tables: Sequence[Table], progress: Progress) -> int:
    """Copy all rows of these tables as far as the source has them. Returns how many the first one has."""
    first = 0
    for table in tables:
        if not inspect(source).has_table(table.name):
            continue  # a backup of an older schema
        if table is log_head:
            into.execute(log_head.delete())  # the one of an empty log
        columns = Table(table.name, MetaData(), autoload_with=source)
        total = source.execute(select(func.count()).select_from(columns)).scalar_one()
        done = 0
        for rows in source.execute(select(columns), execution_options={"yield_per": ROWS_AT_ONCE}).partitions():
            into.execute(table.insert(), [dict(row._mapping) for row in rows])
            done += len(rows)
            progress(done, total)
        first = first or done
        if table is attempts and into.dialect.name == "postgresql":
            into.execute(
                text(
                    "select setval(pg_get_serial_sequence('attempts', 'number'), greatest(max(number), 1)) from attempts"
                )
            )
    return first


def _kept(file: Path) -> AbstractContextManager[Engine]:
    """A file that was written by a backup: it is read and not changed in any way."""
    return _opened(f"sqlite:///file:{quote(str(file.resolve()))}?mode=ro&immutable=1&uri=true")


def _embedded(file: Path) -> AbstractContextManager[Engine]:
    """A SQLite file in the making."""
    return _opened(f"sqlite:///{file}")


@contextmanager
def _opened(url: str) -> Iterator[Engine]:
    engine = connect(url)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _becoming(target: Target) -> Iterator[Path]:
    """A database in the making, that gets its name once it is whole and on the disk."""
    with becoming(target) as new:
        yield new
        _settle(new)


def _settle(file: Path) -> None:
    """All in the one file, none in a journal beside it."""
    connection: Any = sqlite3.connect(file)
    connection.execute("pragma wal_checkpoint(truncate)")
    connection.execute("pragma journal_mode = delete")
    connection.close()
