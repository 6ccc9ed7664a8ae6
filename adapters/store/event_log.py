"""The log as the views read it (``projections.log.Log``): decoded records, streamed where there may be many."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from eventsourcing.persistence import JSONTranscoder
from sqlalchemy import Connection, Engine, Select, func, or_, select

from adapters.store.append import APPLICATIONS
from adapters.store.codec import RecordMapper
from adapters.store.database import reading
from adapters.store.recorder import COLUMNS, END_OF_APPLICATIONS, stored_row
from adapters.store.schema import events, log_head
from adapters.store.wake import Wake
from domain.record import Record

ROWS_AT_ONCE = 5_000
STREAMS_AT_ONCE = 500


class EventLog:
    """Reads the log of one database; given a connection, within its transaction."""

    def __init__(self, engine: Engine, connection: Connection | None = None) -> None:
        self._engine = engine
        self._connection = connection
        self._mapper = RecordMapper(JSONTranscoder())
        self._wake: Wake | None = None

    def head(self) -> int:
        if self._wake is not None:
            self._wake.arm()
        with self._on() as connection:
            return int(connection.execute(select(log_head.c.position)).scalar_one())

    def read(self, after: int, upto: int, limit: int) -> Sequence[Record]:
        query = (
            select(*COLUMNS)
            .where(events.c.position > after, events.c.position <= upto)
            .order_by(events.c.position)
            .limit(limit)
        )
        with self._on() as connection:
            return self._records(connection.execute(query))

    def histories(self, stream_ids: Sequence[str], upto: int) -> Iterator[Record]:
        for start in range(0, len(stream_ids), STREAMS_AT_ONCE):
            some = stream_ids[start : start + STREAMS_AT_ONCE]
            query = select(*COLUMNS).where(events.c.stream_id.in_(some), events.c.position <= upto)
            yield from self._streamed(query.order_by(events.c.stream_id, events.c.version))

    def cases(self, upto: int, first: str = "", end: str = "") -> Iterator[Record]:
        query = select(*COLUMNS).where(
            events.c.stream_id >= (first or APPLICATIONS),
            events.c.stream_id < (end or END_OF_APPLICATIONS),
            events.c.position <= upto,
        )
        return self._streamed(query.order_by(events.c.stream_id, events.c.version))

    def cuts(self, events_each: int) -> Sequence[str]:
        numbered = (
            select(
                events.c.stream_id, func.row_number().over(order_by=(events.c.stream_id, events.c.version)).label("n")
            )
            .where(events.c.stream_id >= APPLICATIONS, events.c.stream_id < END_OF_APPLICATIONS)
            .subquery()
        )
        query = select(numbered.c.stream_id).where(numbered.c.n % events_each == 0).distinct()
        with self._on() as connection:
            return sorted(connection.execute(query).scalars())

    def recorded_at(self, position: int) -> str | None:
        query = select(events.c.recorded_at).where(events.c.position == position)
        with self._on() as connection:
            return connection.execute(query).scalar_one_or_none()

    def city(self, after: int, upto: int) -> Sequence[Record]:
        elsewhere = or_(events.c.stream_id < APPLICATIONS, events.c.stream_id >= END_OF_APPLICATIONS)
        query = select(*COLUMNS).where(elsewhere, events.c.position > after, events.c.position <= upto)
        return list(self._streamed(query.order_by(events.c.position)))

    def wait(self, seconds: float) -> bool:
        if self._wake is None:
            self._wake = Wake(self._engine)
            return True  # listening only from here on: look once more before waiting
        return self._wake.wait(seconds)

    def close(self) -> None:
        """Stop listening."""
        if self._wake is not None:
            self._wake.close()

    def _streamed(self, query: Select[Any]) -> Iterator[Record]:
        with self._on() as connection:
            result = connection.execute(query, execution_options={"yield_per": ROWS_AT_ONCE})
            for page in result.partitions():
                yield from self._records(page)

    @contextmanager
    def _on(self) -> Iterator[Connection]:
        if self._connection is not None:
            yield self._connection
        else:
            with reading(self._engine) as connection:
                yield connection

    def _records(self, rows: Iterable[Any]) -> list[Record]:
        decode = self._mapper.to_domain_event
        return [decode(stored_row(row)) for row in rows]
