"""Appending to the log, the only write it knows: in order, without holes, chained; once for each database.

Both take the head row first, so one append at a time gives out positions, and a failed one gives none back changed.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, insert, select, update

from adapters.store.chain import GENESIS, chained, digest, linked
from adapters.store.codec import StoredRow
from adapters.store.schema import commands, events, log_head
from domain.office import CommandKey

APPLICATIONS = "application/"
"""The histories of cases; all others are the city's."""


class HistoryMoved(Exception):
    """Somebody else appended to the history in between."""


def row_digest(row: StoredRow) -> bytes:
    """The digest of a row's content."""
    return digest(
        str(row.originator_id),
        row.originator_version,
        row.topic,
        row.schema_version,
        row.recorded_at,
        row.metadata,
        row.state.decode(),
    )


def append_sqlite(connection: Connection, rows: Sequence[StoredRow], keys: Sequence[CommandKey]) -> list[int]:
    """Append in a transaction that holds SQLite's write lock already. Returns the positions."""
    head = connection.execute(select(log_head.c.position, log_head.c.link, log_head.c.city_position)).one()
    position, link, city_position = head
    hashes: dict[str, tuple[int, bytes]] = {}
    values = []
    for row in rows:
        stream_id = str(row.originator_id)
        if stream_id not in hashes:
            hashes[stream_id] = _last_hash(connection, stream_id, row.originator_version)
        version, before = hashes[stream_id]
        if row.originator_version != version + 1:
            raise HistoryMoved(stream_id)
        position += 1
        row_hash = chained(before, row_digest(row))
        link = linked(link, position, row_hash)
        hashes[stream_id] = (row.originator_version, row_hash)
        if not stream_id.startswith(APPLICATIONS):
            city_position = position
        values.append(
            {
                "position": position,
                "stream_id": stream_id,
                "version": row.originator_version,
                "type": row.topic,
                "schema_version": row.schema_version,
                "recorded_at": row.recorded_at,
                "metadata": row.metadata,
                "data": row.state.decode(),
                "hash": row_hash,
                "link": link,
            }
        )
    connection.execute(insert(events), values)
    positions = [v["position"] for v in values]
    if keys:
        connection.execute(insert(commands), _command_rows(rows, keys, positions))
    connection.execute(update(log_head).values(position=position, link=link, city_position=city_position))
    return positions


def _last_hash(connection: Connection, stream_id: str, version: int) -> tuple[int, bytes]:
    if version == 1:
        return 0, GENESIS
    found = connection.execute(
        select(events.c.hash).where(events.c.stream_id == stream_id, events.c.version == version - 1)
    ).scalar_one_or_none()
    if found is None:
        raise HistoryMoved(stream_id)
    return version - 1, found


def _command_rows(
    rows: Sequence[StoredRow], keys: Sequence[CommandKey], positions: Sequence[int]
) -> list[dict[str, object]]:
    last = -1
    made: list[dict[str, object]] = []
    for key in keys:
        last += key.events
        made.append(
            {
                "command_id": key.command_id,
                "digest": key.digest,
                "stream_id": str(rows[last].originator_id),
                "version": rows[last].originator_version,
                "position": positions[last],
            }
        )
    return made


CALL = """select append_events(
    %s::text[], %s::int[], %s::text[], %s::int[], %s::text[], %s::text[], %s::text[], %s::bytea[],
    %s::text[], %s::bytea[], %s::int[])"""


def append_postgres(connection: Connection, rows: Sequence[StoredRow], keys: Sequence[CommandKey]) -> list[int]:
    """Append by the function ``append_events`` of the database: one statement, one round trip. Returns the positions."""
    ends: list[int] = []
    for key in keys:
        ends.append((ends[-1] if ends else 0) + key.events)
    arguments = (
        [str(r.originator_id) for r in rows],
        [r.originator_version for r in rows],
        [r.topic for r in rows],
        [r.schema_version for r in rows],
        [r.recorded_at for r in rows],
        [r.metadata for r in rows],
        [r.state.decode() for r in rows],
        [row_digest(r) for r in rows],
        [k.command_id for k in keys],
        [k.digest for k in keys],
        ends,
    )
    last: int = connection.exec_driver_sql(CALL, arguments).scalar_one()
    return list(range(last - len(rows) + 1, last + 1))
