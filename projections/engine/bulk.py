"""Writing many rows at once: the one place where the views' SQL differs between SQLite and PostgreSQL."""

from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from itertools import chain, islice
from typing import Any

from msgspec.json import Encoder
from sqlalchemy import Boolean, Connection, Table

from projections.engine.copy_lines import FORMAT, block_of, checksum, lines_of
from projections.engine.projection import Row

ROWS_AT_ONCE = 5_000
ROWS_A_STATEMENT = (1_024, 256, 64, 16, 4, 1)
"""How many rows a statement of SQLite takes, the most first: few statements for any number of rows, and few to prepare."""
_encoded = Encoder().encode


def insert(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Write rows that are not there yet."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        _many_a_statement(connection, partial(_values, table, "insert"), rows)
        return
    _copy_in(connection, table, lines_of(rows))


def fill(connection: Connection, table: Table, rows: Sequence[Row]) -> int:
    """Write new rows. Returns their checksum; ``contents`` finds the same one if they lie there as they were given."""
    if connection.dialect.name == "sqlite":
        insert(connection, table, rows)
        return checksum(map(_bytes(table), rows))
    if not rows:
        return 0
    lines = lines_of(rows)
    _copy_in(connection, table, lines)
    return checksum(lines)


def contents(connection: Connection, table: Table) -> tuple[int, int]:
    """How many rows a table has, and their checksum."""
    count, total = 0, 0
    for lines in _lines(connection, table):
        count += len(lines)
        total += checksum(lines)
    return count, total


def write(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Write rows, over those that have their key."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        _many_a_statement(connection, partial(_values, table, "insert or replace"), rows)
    else:
        connection.exec_driver_sql(_upsert(table), tuple(map(list, zip(*rows, strict=True))))


def remove(connection: Connection, table: Table, keys: Sequence[Row]) -> None:
    """Take out the rows with these keys."""
    if not keys:
        return
    columns = list(table.primary_key.columns)
    if connection.dialect.name == "sqlite":
        _many_a_statement(connection, partial(_delete, table), keys)
        return
    names = ", ".join(f'"{c.name}"' for c in columns)
    arrays = ", ".join(f"%s::{_type(table, c.name)}[]" for c in columns)
    connection.exec_driver_sql(
        f"delete from {table.name} where ({names}) in (select * from unnest({arrays}))",
        tuple(map(list, zip(*keys, strict=True))),
    )


def _many_a_statement(connection: Connection, statement: Callable[[int], str], rows: Sequence[Row]) -> None:
    """As few statements as there can be: another thread folds while one runs, and after each Python's lock is waited for."""
    start = 0
    for size in ROWS_A_STATEMENT:
        while len(rows) - start >= size:
            connection.exec_driver_sql(statement(size), tuple(chain.from_iterable(rows[start : start + size])))
            start += size


def _copy_in(connection: Connection, table: Table, lines: Sequence[bytes]) -> None:
    with _cursor(connection) as cursor, cursor.copy(f"copy {_into(table)} from stdin ({FORMAT})") as copy:
        copy.write(block_of(lines))


def _lines(connection: Connection, table: Table) -> Iterator[Sequence[bytes]]:
    """All rows of a table as bytes, many at a time."""
    if connection.dialect.name == "sqlite":
        # as ``_bytes`` makes them, but by SQLite: one value a row to hand over instead of one a column
        found = _cursor(connection).execute(
            f"select cast(json_array({', '.join(_quoted(table))}) as blob) from {table.name}"
        )
        while rows := found.fetchmany(ROWS_AT_ONCE):
            yield [line for (line,) in rows]
        return
    with _cursor(connection) as cursor, cursor.copy(_out_of(table)) as copy:
        while lines := [bytes(line).removesuffix(b"\n") for line in islice(copy, ROWS_AT_ONCE)]:
            yield lines


@cache
def _bytes(table: Table) -> Callable[[Row], bytes]:
    """What makes a JSON array of a row, as SQLite makes one of what it stored: it has no truth values."""
    truths = [number for number, column in enumerate(table.columns) if isinstance(column.type, Boolean)]
    if not truths:
        return _encoded

    def plain(row: Row) -> bytes:
        values = list(row)
        for number in truths:
            values[number] = int(values[number])
        return _encoded(values)

    return plain


def _cursor(connection: Connection) -> Any:
    driver: Any = connection.connection.driver_connection
    return driver.cursor()


@cache
def _into(table: Table) -> str:
    return f"{table.name} ({', '.join(_quoted(table))})"


@cache
def _out_of(table: Table) -> str:
    """What gives the rows as ``lines_of`` makes them: texts in quotes, truth values as words."""
    columns = [f'"{c.name}"::text' if isinstance(c.type, Boolean) else f'"{c.name}"' for c in table.columns]
    texts = ", ".join(f'"{c.name}"' for c in table.columns if c.type.python_type is str)
    return f"copy (select {', '.join(columns)} from {table.name}) to stdout ({FORMAT}, force_quote ({texts}))"


@cache
def _values(table: Table, verb: str, rows: int) -> str:
    marks = f"({', '.join('?' for _ in table.columns)})"
    return f"{verb} into {_into(table)} values {', '.join([marks] * rows)}"


@cache
def _delete(table: Table, rows: int) -> str:
    """By the index of the key: SQLite reads the whole table where the values stand in the list themselves."""
    columns = list(table.primary_key.columns)
    names = ", ".join(f'"{c.name}"' for c in columns)
    values = ", ".join([f"({', '.join('?' for _ in columns)})"] * rows)
    numbered = ", ".join(f"column{number}" for number in range(1, len(columns) + 1))
    return f"delete from {table.name} where ({names}) in (select {numbered} from (values {values}))"


@cache
def _upsert(table: Table) -> str:
    arrays = ", ".join(f"%s::{_type(table, c.name)}[]" for c in table.columns)
    key = ", ".join(f'"{c.name}"' for c in table.primary_key.columns)
    others = ", ".join(f'"{c.name}" = excluded."{c.name}"' for c in table.columns if not c.primary_key)
    return f"insert into {_into(table)} select * from unnest({arrays}) on conflict ({key}) do update set {others}"


def _quoted(table: Table) -> list[str]:
    return [f'"{c.name}"' for c in table.columns]


def _type(table: Table, column: str) -> str:
    kind = table.columns[column].type.python_type
    return {str: "text", int: "bigint", bool: "boolean", bytes: "bytea"}[kind]
