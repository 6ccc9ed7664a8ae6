"""The hand of a database administrator: takes the log out, changes it, and puts it back with every hash computed anew.

Positions and versions are counted again, the head and the receipts follow, and the guards are put back. So neither chain
nor head tells of it: what remains to be found is what the change says.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select

from adapters.store.chain import GENESIS, chained, digest, linked
from adapters.store.schema import commands, events, log_head
from domain.history import FOLLOWED
from domain.record import stamp
from tests.guards import guards_off


@dataclass
class Row:
    """One event as it lies in the log, its JSON as values; ``written`` instead of ``data`` where the text itself is the change."""

    stream_id: str
    type: str
    schema_version: int
    recorded_at: str
    metadata: dict[str, Any]
    data: dict[str, Any]
    written: str | None = None
    position: int = field(default=0, compare=False)

    @property
    def command_id(self) -> str:
        return str(self.metadata["command_id"])

    def moved(self, **by: float) -> str:
        """The time at which it was recorded, so much later."""
        return later(self.recorded_at, **by)


def later(at: str, **by: float) -> str:
    """A stored time, so much later."""
    return stamp(datetime.fromisoformat(at) + timedelta(**by))


class Log:
    """The whole log in memory."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.rows = [
            Row(
                row.stream_id,
                row.type,
                row.schema_version,
                row.recorded_at,
                json.loads(row.metadata),
                json.loads(row.data),
                position=row.position,
            )
            for row in connection.execute(select(events).order_by(events.c.position))
        ]
        self.digests = {row.command_id: row.digest for row in connection.execute(select(commands))}

    def of(self, type_name: str, where: Callable[[Row], bool] = lambda row: True) -> Row:
        """The first event of a type that is as asked."""
        return next(row for row in self.rows if row.type == type_name and where(row))

    def before(self, row: Row, type_name: str) -> Row:
        """The last event of a type before another one in the same history."""
        earlier = self.rows[: self.rows.index(row)]
        return next(r for r in reversed(earlier) if r.stream_id == row.stream_id and r.type == type_name)

    def after(self, row: Row, type_name: str) -> Row | None:
        """The next event of a type in the same history, if there is one."""
        rest = self.rows[self.rows.index(row) + 1 :]
        return next((r for r in rest if r.stream_id == row.stream_id and r.type == type_name), None)

    def history(self, row: Row) -> list[Row]:
        """All events of the same history."""
        return [each for each in self.rows if each.stream_id == row.stream_id]

    def without(self, *gone: Row) -> None:
        """Take events out."""
        self.rows = [row for row in self.rows if not any(row is each for each in gone)]

    def put_behind(self, row: Row, new: Row) -> None:
        """Put an event in behind another."""
        self.rows.insert(next(i for i, each in enumerate(self.rows) if each is row) + 1, new)

    def copy(self, row: Row, command_id: str, **changed: Any) -> Row:
        """The same again, by another command; the digest of its receipt is that of the first."""
        self.digests[command_id] = self.digests[row.command_id]
        return replace(row, metadata=row.metadata | {"command_id": command_id, "correlation_id": command_id}, **changed)

    def put_back(self) -> None:
        """Write everything anew."""
        rows = list(self._counted())
        with guards_off(self._connection):
            for table in (events, commands, log_head):
                self._connection.execute(table.delete())
            self._connection.execute(insert(events), rows)
            ends = {json.loads(row["metadata"])["command_id"]: row for row in rows}
            receipts = [
                {"command_id": name, "digest": self.digests[name]}
                | {column: row[column] for column in ("stream_id", "version", "position")}
                for name, row in ends.items()
            ]
            self._connection.execute(insert(commands), receipts)
            of_city = max(row["position"] for row in rows if not row["stream_id"].startswith(FOLLOWED))
            head = {"id": 1, "position": len(rows), "link": rows[-1]["link"], "city_position": of_city}
            self._connection.execute(insert(log_head), head)

    def _counted(self) -> Iterator[dict[str, Any]]:
        ends: dict[str, tuple[int, bytes]] = {}
        link = GENESIS
        for position, row in enumerate(self.rows, start=1):
            version, row_hash = ends.get(row.stream_id, (0, GENESIS))
            version, row.position = version + 1, position
            metadata, data = canonical(row.metadata), row.written or canonical(row.data)
            content = (row.stream_id, version, row.type, row.schema_version, row.recorded_at, metadata, data)
            row_hash = chained(row_hash, digest(*content))
            link = linked(link, position, row_hash)
            ends[row.stream_id] = (version, row_hash)
            columns = ("stream_id", "version", "type", "schema_version", "recorded_at", "metadata", "data")
            yield dict(zip(columns, content, strict=True)) | {"position": position, "hash": row_hash, "link": link}


def canonical(value: Any) -> str:
    """JSON as the store writes it."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
