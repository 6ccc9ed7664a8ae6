"""The log as the views read it (``projections.engine.log.Log``): rows in their order, streamed where there may be many."""

from collections.abc import Iterator, Sequence
from itertools import islice, starmap
from typing import Any, NamedTuple

from sqlalchemy import Engine, Select, bindparam, func, select

from adapters.store.codec import LoggedRow
from adapters.store.driver.database import reading
from adapters.store.driver.failures import DatabaseError
from adapters.store.driver.statement import Statement
from adapters.store.driver.thread_connections import KeptConnections
from adapters.store.driver.wake import Wake
from adapters.store.recorder import COLUMNS, city_rows
from adapters.store.schema import events, log_head
from domain.history import end_of

ROWS_AT_ONCE = 5_000
STREAMS_AT_ONCE = 500
POSITIONS_AT_ONCE = 1_000
SAMPLED = 100
"""So many events of each piece say where to cut: pieces differ by about a tenth."""
NEIGHBOURS = 10
"""So many of them one after the other, as they lie on one page."""
UPTO = events.c.position <= bindparam("upto")
NEXT = (
    select(*COLUMNS)
    .where(events.c.position > bindparam("after"), UPTO)
    .order_by(events.c.position)
    .limit(bindparam("at_most"))
)
BETWEEN = (
    select(*COLUMNS)
    .where(events.c.stream_id >= bindparam("first"), events.c.stream_id < bindparam("end"), UPTO)
    .order_by(events.c.stream_id, events.c.version)
)


CHAINED = (events.c.version, events.c.schema_version, events.c.data, events.c.metadata, events.c.hash, events.c.link)


class ChainedRow(NamedTuple):
    """A row of one history as it is stored, with its ``hash`` in the history and its ``link`` in the log (SHA-256)."""

    version: int
    schema_version: int
    data: str
    metadata: str
    hash: bytes
    link: bytes


HASHED = (events.c.stream_id, events.c.version, events.c.hash)


class RowHash(NamedTuple):
    """A row of the log: its history, its number there, and the hash that chains it."""

    stream_id: str
    version: int
    hash: bytes


class EventLog:
    """Reads the log of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._kept = KeptConnections(engine)
        self._next = Statement(engine, NEXT)
        self._between = Statement(engine, BETWEEN)
        self._wake: Wake | None = None

    def head(self) -> int:
        if self._wake is not None:
            self._wake.arm()
        with reading(self._engine) as connection:
            return int(connection.execute(select(log_head.c.position)).scalar_one())

    def read(self, after: int, upto: int, limit: int) -> Sequence[LoggedRow]:
        return self._rows(self._next, after=after, upto=upto, at_most=limit)

    def histories(self, stream_ids: Sequence[str], upto: int) -> Iterator[LoggedRow]:
        for start in range(0, len(stream_ids), STREAMS_AT_ONCE):
            some = stream_ids[start : start + STREAMS_AT_ONCE]
            query = select(*COLUMNS).where(events.c.stream_id.in_(some), events.c.position <= upto)
            yield from self._streamed(query.order_by(events.c.stream_id, events.c.version))

    def between(self, first: str, end: str, upto: int) -> Sequence[LoggedRow]:
        return self._rows(self._between, upto=upto, first=first, end=end)

    def every(self, prefix: str, upto: int) -> Iterator[LoggedRow]:
        """All histories of a kind up to a position, ordered by stream and version, streamed."""
        return self._streamed(BETWEEN.params(upto=upto, first=prefix, end=end_of(prefix)))

    def cuts(self, events_each: int, upto: int) -> Sequence[str]:
        """Goes by a sample. To sort all would read the whole log at once, and readers would wait for the disk."""
        step = max(NEIGHBOURS, events_each * NEIGHBOURS // SAMPLED)
        positions = (place + n for place in range(1, upto + 1, step) for n in range(NEIGHBOURS))
        found: list[str] = []
        with reading(self._engine) as connection:
            while some := list(islice(positions, POSITIONS_AT_ONCE)):
                query = select(events.c.stream_id).where(events.c.position.in_(some), events.c.position <= upto)
                found += connection.execute(query).scalars()
        found.sort()
        each = events_each * NEIGHBOURS // step
        return sorted(set(found[each::each]))

    def chained(self, stream_id: str) -> list[ChainedRow]:
        """The rows of one history in its order, with what chains them."""
        query = select(*CHAINED).where(events.c.stream_id == stream_id).order_by(events.c.version)
        with reading(self._engine) as connection:
            return [ChainedRow(*row) for row in connection.execute(query)]

    def row_hashes(self, after: int, upto: int) -> Iterator[RowHash]:
        """What chains each row after a position up to another, in the order of the log, streamed."""
        query = select(*HASHED).where(events.c.position > after, events.c.position <= upto).order_by(events.c.position)
        with reading(self._engine) as connection:
            for row in connection.execute(query, execution_options={"yield_per": ROWS_AT_ONCE}):
                yield RowHash(*row)

    def last_stream(self, prefix: str) -> str | None:
        """The last history, by its name, of those that begin so and end in a number of four digits."""
        name = events.c.stream_id
        numbered = func.length(name) == len(prefix) + 4
        query = select(func.max(name)).where(name >= prefix, name < end_of(prefix), numbered)
        with reading(self._engine) as connection:
            found: str | None = connection.execute(query).scalar_one()
        return found

    def recorded_at(self, position: int) -> str | None:
        query = select(events.c.recorded_at).where(events.c.position == position)
        with reading(self._engine) as connection:
            return connection.execute(query).scalar_one_or_none()

    def city(self, after: int, upto: int) -> Sequence[LoggedRow]:
        return list(self._streamed(city_rows(after, upto)))

    def wait(self, seconds: float) -> bool:
        if self._wake is None:
            self._wake = Wake(self._engine)
            return True  # listening only from here on: look once more before waiting
        try:
            return self._wake.wait(seconds)
        except DatabaseError:
            self._wake.close()
            self._wake = None  # the next wait listens anew
            raise

    def close(self) -> None:
        """Stop listening, and give back what is kept open."""
        if self._wake is not None:
            self._wake.close()
        self._kept.close()

    def _rows(self, statement: Statement, **values: Any) -> list[LoggedRow]:
        return list(starmap(LoggedRow, self._kept.run(statement.rows, **values)))

    def _streamed(self, query: Select[Any]) -> Iterator[LoggedRow]:
        with reading(self._engine) as connection:
            result = connection.execute(query, execution_options={"yield_per": ROWS_AT_ONCE})
            for page in result.partitions():
                yield from starmap(LoggedRow, page)
