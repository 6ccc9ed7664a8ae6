"""Appending to the log, the only write it knows: in order, without holes, chained; once for each database.

Both take the head row first, so one append at a time gives out positions, and a failed one gives none back changed.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import suppress

import psycopg

from adapters.store.chain import GENESIS, chained, linked
from adapters.store.codec import NewRow
from adapters.store.driver.arrays import bytes_array, number_array, text_array
from adapters.store.driver.prepared import PreparedStatements
from domain.history import FOLLOWED
from domain.office.office import CommandKey


class HistoryMoved(Exception):
    """Somebody else appended to the history in between."""


RACES = ("events_stream_version", "commands_pkey", "events.stream_id, events.version", "commands.command_id")
"""What the two databases call the keys on which an append breaks when another was faster."""


def lost_race(error: Exception) -> bool:
    """Whether a driver's integrity error says that another was faster; all else means that the log is damaged."""
    if isinstance(error, psycopg.errors.UniqueViolation):
        key = error.diag.constraint_name
        return key is None or key in RACES  # the function that appends names none: the history moved
    return str(error).endswith(RACES)


LAST_HASH = "select hash from events where stream_id = ? and version = ?"
HEAD = f"select position, link, city_position, ({LAST_HASH}) from log_head"
"""The head of the log, and the hash that a history ends with."""
MOVE_HEAD = "update log_head set position = ?, link = ?, city_position = ?"
INSERT_EVENT = (
    "insert into events (stream_id, version, type, schema_version, recorded_at, metadata, data, position, hash, link) "
    "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
INSERT_COMMAND = "insert into commands (command_id, digest, stream_id, version, position) values (?, ?, ?, ?, ?)"


def append_sqlite(
    cursor: sqlite3.Cursor, rows: Sequence[NewRow], keys: Sequence[CommandKey], city_seen: int | None = None
) -> list[int]:
    """Append in a transaction that takes SQLite's write lock at its start. Returns the positions.

    ``city_seen`` is the position of the city by which the rows were decided, where they are of the city. Raises
    ``HistoryMoved`` when it has another one by now.
    """
    cursor.execute("begin immediate")
    try:
        positions = _appended(cursor, rows, keys, city_seen)
        cursor.execute("commit")
    except BaseException:
        if cursor.connection.in_transaction:
            cursor.execute("rollback")
        raise
    return positions


def _appended(
    cursor: sqlite3.Cursor, rows: Sequence[NewRow], keys: Sequence[CommandKey], city_seen: int | None
) -> list[int]:
    stream_id, version = rows[0].content[:2]
    position, link, city_position, found = cursor.execute(HEAD, (stream_id, version - 1)).fetchone()
    if city_seen not in (None, city_position):
        raise HistoryMoved("the city")
    first = position + 1
    ends = {stream_id: _end(stream_id, version - 1, found)}
    values: list[tuple[object, ...]] = []
    for row in rows:
        stream_id, version = row.content[:2]
        if stream_id not in ends:
            last = cursor.execute(LAST_HASH, (stream_id, version - 1)).fetchone()
            ends[stream_id] = _end(stream_id, version - 1, last and last[0])
        before, before_hash = ends[stream_id]
        if version != before + 1:
            raise HistoryMoved(stream_id)
        position += 1
        row_hash = chained(before_hash, row.digest)
        link = linked(link, position, row_hash)
        ends[stream_id] = (version, row_hash)
        if not stream_id.startswith(FOLLOWED):
            city_position = position
        values.append((*row.content, position, row_hash, link))
    cursor.executemany(INSERT_EVENT, values)
    if keys:
        cursor.executemany(INSERT_COMMAND, _command_rows(rows, keys, first))
    cursor.execute(MOVE_HEAD, (position, link, city_position))
    return list(range(first, position + 1))


def _end(stream_id: str, version: int, found: bytes | None) -> tuple[int, bytes]:
    """What a history must end with before more is appended: this version, and the hash that was found there."""
    if version == 0:
        return 0, GENESIS
    if found is None:
        raise HistoryMoved(stream_id)
    return version, found


def _command_rows(
    rows: Sequence[NewRow], keys: Sequence[CommandKey], first: int
) -> list[tuple[str, bytes, str, int, int]]:
    last = -1
    made: list[tuple[str, bytes, str, int, int]] = []
    for key in keys:
        last += key.events
        end = rows[last]
        made.append((key.command_id, key.digest, str(end.originator_id), end.originator_version, first + last))
    return made


def _previous(stream_ids: Sequence[str], versions: Sequence[int]) -> list[int]:
    """For each row the number (from 1) of the row before it in the same history, 0 where that is not among them.

    Raises ``HistoryMoved`` when the rows of a history do not follow each other.
    """
    last: dict[str, int] = {}
    found = []
    for number, stream_id in enumerate(stream_ids, start=1):
        before = last.get(stream_id, 0)
        if before and versions[number - 1] != versions[before - 1] + 1:
            raise HistoryMoved(stream_id)
        last[stream_id] = number
        found.append(before)
    return found


def _last_of_city(stream_ids: Sequence[str]) -> int:
    """The number (from 1) of the last row that is of the city, 0 when there is none."""
    numbered = enumerate(stream_ids, start=1)
    return max((number for number, stream_id in numbered if not stream_id.startswith(FOLLOWED)), default=0)


HOLD_LOG = "select pg_advisory_xact_lock(hashtext('onewindow_log'))"
"""As the function itself begins."""
CALL = """select append_events(
    $1::text[], $2::int[], $3::text[], $4::int[], $5::text[], $6::text[], $7::text[], $8::bytea[], $9::int[],
    $10, $11::text[], $12::bytea[], $13::int[])"""


def append_postgres(
    statements: PreparedStatements, rows: Sequence[NewRow], keys: Sequence[CommandKey], city_seen: int | None = None
) -> list[int]:
    """Append by the function in ``append_events.sql``: one statement, one round trip. Returns the positions.

    ``city_seen`` as for SQLite; then it takes a few more round trips, with the log held.
    """
    if city_seen is None:
        return _called(statements, rows, keys)
    statements.rows("begin", ())
    try:
        statements.rows(HOLD_LOG, ())
        ((city_position,),) = statements.rows("select city_position from log_head", ())
        if city_position != city_seen:
            raise HistoryMoved("the city")
        positions = _called(statements, rows, keys)
        statements.rows("commit", ())
    except BaseException:
        with suppress(psycopg.OperationalError):  # the server has gone, and the transaction with it
            statements.rows("rollback", ())
        raise
    return positions


def _called(statements: PreparedStatements, rows: Sequence[NewRow], keys: Sequence[CommandKey]) -> list[int]:
    ends: list[int] = []
    for key in keys:
        ends.append((ends[-1] if ends else 0) + key.events)
    stream_ids, versions, types, schema_versions, recorded_ats, metadatas, datas = zip(
        *(row.content for row in rows), strict=True
    )
    arguments = (
        text_array(stream_ids),
        number_array(versions),
        text_array(types),
        number_array(schema_versions),
        text_array(recorded_ats),
        text_array(metadatas),
        text_array(datas),
        bytes_array([row.digest for row in rows]),
        number_array(_previous(stream_ids, versions)),
        _last_of_city(stream_ids),
        text_array([key.command_id for key in keys]),
        bytes_array([key.digest for key in keys]),
        number_array(ends),
    )
    ((last,),) = statements.rows(CALL, arguments)
    return list(range(last - len(rows) + 1, last + 1))
