"""The limit of an append: the same rows, columns and indexes, written by hand. No chain, no checks, no notice to readers."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg

from tests.benchmarks.cases import Transaction
from tests.benchmarks.measure import Round, Timed
from tests.benchmarks.place import Place

HASH = bytes(32)
SQLITE_EVENT = "insert into events (stream_id, version, type, schema_version, recorded_at, metadata, data, hash, link, position) values (?,?,?,?,?,?,?,?,?,?)"
POSTGRES = """with head as (update log_head set position = position + %s returning position - %s as before),
known as (insert into commands select %s, %s, %s, %s, before + %s from head)
insert into events select before + n, s, v, t, c, r, m, d, %s, %s from head,
unnest(%s::text[], %s::int[], %s::text[], %s::int[], %s::text[], %s::text[], %s::text[])
with ordinality as given (s, v, t, c, r, m, d, n)"""
"""One prepared statement, one round trip; the head row gives positions without holes."""


def raw_append(
    place: Place, url: str, transactions: Callable[[], Sequence[Transaction]], *, count_commands: bool = False
) -> Round:
    """Rounds of raw appends; ``transactions`` gives fresh ones, each of one command. Units are events, or commands."""
    cursor = place.raw(url).cursor()

    @contextmanager
    def ready() -> Iterator[Timed]:
        given = [plain(*each) for each in transactions()]

        def run() -> int:
            for rows, command in given:
                appended(cursor, rows, command)
            return len(given) if count_commands else sum(len(rows) for rows, _ in given)

        yield run

    return ready


Rows = list[tuple[Any, ...]]


def plain(rows: Sequence[Any], keys: Sequence[Any]) -> tuple[Rows, tuple[Any, ...]]:
    """Rows and the row of their command as plain values."""
    last = rows[-1]
    return [row.content for row in rows], (
        keys[0].command_id,
        keys[0].digest,
        str(last.originator_id),
        last.originator_version,
    )


def appended(cursor: Any, rows: Rows, command: tuple[Any, ...]) -> None:
    """Append these rows by hand."""
    (_postgres if isinstance(cursor, psycopg.Cursor) else _sqlite)(cursor, rows, command)


def _sqlite(cursor: Any, rows: Rows, command: tuple[Any, ...]) -> None:
    cursor.execute("begin immediate")
    (position,) = cursor.execute("select position from log_head").fetchone()
    cursor.executemany(SQLITE_EVENT, [(*row, HASH, HASH, position + n) for n, row in enumerate(rows, start=1)])
    cursor.execute("insert into commands values (?,?,?,?,?)", (*command, position + len(rows)))
    cursor.execute("update log_head set position = ?", (position + len(rows),))
    cursor.execute("commit")


def _postgres(cursor: Any, rows: Rows, command: tuple[Any, ...]) -> None:
    size = len(rows)
    columns = map(list, zip(*rows, strict=True))
    cursor.execute(POSTGRES, (size, size, *command, size, HASH, HASH, *columns), prepare=True)
