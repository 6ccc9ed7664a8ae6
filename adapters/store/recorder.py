"""The recorder that eventsourcing asks for, and what the office asks beyond it."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from eventsourcing.persistence import (
    ApplicationRecorder,
    IntegrityError,
    Notification,
    ProgrammingError,
    StoredEvent,
    Subscription,
)
from sqlalchemy import Engine, Select, bindparam, select, union_all

from adapters.store.codec import LoggedRow, NewRow, StoredRow
from adapters.store.driver.append import HistoryMoved, append_postgres, append_sqlite, lost_race
from adapters.store.driver.database import single_statements
from adapters.store.driver.failures import INTEGRITY, DatabaseError, address_of, plain_errors
from adapters.store.driver.statement import Statement
from adapters.store.driver.thread_connections import KeptConnections
from adapters.store.driver.wake import Wake
from adapters.store.group_commit import GroupCommit
from adapters.store.schema import commands, events, log_head
from domain.history import FOLLOWED, end_of
from domain.office.office import CommandKey, OfficeRecorder, Receipt
from domain.record import Record

COLUMNS = (
    events.c.stream_id,
    events.c.version,
    events.c.type,
    events.c.data,
    events.c.position,
    events.c.schema_version,
    events.c.recorded_at,
    events.c.metadata,
)
HISTORY = (
    select(*COLUMNS)
    .where(events.c.stream_id == bindparam("history"), events.c.version > bindparam("after"))
    .order_by(events.c.version)
)
CITY_POSITION = select(log_head.c.city_position)


def stored_row(row: Sequence[Any]) -> StoredRow:
    """A row of ``COLUMNS`` as the mapper reads it."""
    stream_id, version, type_name, data, position, schema_version, recorded_at, metadata = row
    return StoredRow(stream_id, version, type_name, data.encode(), position, schema_version, recorded_at, metadata)


def records(rows: Iterable[Sequence[Any]]) -> list[Record]:
    """What rows of ``COLUMNS`` say. Raises ``MapperDeserialisationError`` when one cannot be read."""
    return [LoggedRow(*row).record() for row in rows]


def city_rows(after: int, upto: int | None = None) -> Select[Any]:
    """The rows of the city, in the order of the log: few, so they are found by their streams, beside those of the others."""
    within = [events.c.position > after, *([events.c.position <= upto] if upto is not None else [])]
    starts, ends = ["", *map(end_of, FOLLOWED)], [*FOLLOWED, None]
    stretches = [
        select(*COLUMNS).where(events.c.stream_id >= start, *([events.c.stream_id < end] if end else []), *within)
        for start, end in zip(starts, ends, strict=True)
    ]
    found = union_all(*stretches).subquery()
    return select(found).order_by(found.c.position)


class Recorder(OfficeRecorder):
    """Records and reads the log of one database, for any number of threads; their appends are committed in groups."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._single = single_statements(engine)
        self._kept = KeptConnections(engine)
        self._append = append_sqlite if engine.dialect.name == "sqlite" else append_postgres
        self._commit = GroupCommit(self._recorded)
        self._history = Statement(engine, HISTORY)
        self._city_position = Statement(engine, CITY_POSITION)

    def close(self) -> None:
        """Give back what is kept open."""
        self._kept.close()

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int]:
        """Append rows; ``commands`` says which commands made them. Returns their positions.

        ``city_seen`` is the position of the city by which rows of the city were decided; they are recorded only if it is still
        its last one. Raises eventsourcing's ``IntegrityError`` when the history moved meanwhile or a command is known; then
        nothing is recorded and no position is used up.
        """
        rows = [event for event in stored_events if isinstance(event, NewRow)]
        if len(rows) != len(stored_events):
            raise ProgrammingError("this recorder stores rows made by RecordMapper only")
        keys: Sequence[CommandKey] = kwargs.get("commands", ())
        city_seen: int | None = kwargs.get("city_seen")
        if not rows:
            return []
        return self._commit.append(rows, keys) if city_seen is None else self._recorded(rows, keys, city_seen)

    def _recorded(self, rows: Sequence[NewRow], keys: Sequence[CommandKey], city_seen: int | None = None) -> list[int]:
        try:
            return self._kept.run(self._append, rows, keys, city_seen)
        except HistoryMoved as error:
            raise IntegrityError(str(error)) from error
        except INTEGRITY as error:
            if lost_race(error):
                raise IntegrityError(str(error)) from error
            raise DatabaseError(
                f"{address_of(self.engine)} accepts no more events, because its head does not match its log; nothing was recorded, run `onewindow verify`"
            ) from error

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """One history, in its order or backwards."""
        query = select(*COLUMNS).where(events.c.stream_id == str(originator_id))
        if gt is not None:
            query = query.where(events.c.version > gt)
        if lte is not None:
            query = query.where(events.c.version <= lte)
        order = events.c.version.desc() if desc else events.c.version
        return list(map(stored_row, self._selected(query.order_by(order).limit(limit))))

    def select_history(self, stream_id: str, after: int) -> list[Record]:
        return records(self._kept.run(self._history.rows, history=stream_id, after=after))

    def select_streams(self, stream_ids: Sequence[str]) -> list[Record]:
        query = select(*COLUMNS).where(events.c.stream_id.in_(stream_ids))
        return records(self._selected(query.order_by(events.c.stream_id, events.c.version)))

    def select_city(self, after: int) -> list[Record]:
        return records(self._selected(city_rows(after)))

    def city_position(self) -> int:
        return int(self._kept.run(self._city_position.rows)[0][0])

    def select_answers(self, command_ids: Sequence[str]) -> dict[str, tuple[bytes, Receipt]]:
        query = select(commands).where(commands.c.command_id.in_(command_ids))
        with plain_errors(self.engine), self._single.connect() as connection:
            return {
                r.command_id: (
                    bytes(r.digest),
                    Receipt(r.command_id, r.stream_id, r.version, r.position, repeated=True),
                )
                for r in connection.execute(query)
            }

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """A stretch of the log in its order; ``topics`` are stored type names."""
        query = select(*COLUMNS).order_by(events.c.position).limit(limit)
        if start is not None:
            query = query.where(events.c.position >= start if inclusive_of_start else events.c.position > start)
        if stop is not None:
            query = query.where(events.c.position <= stop)
        if topics:
            query = query.where(events.c.type.in_(topics))
        return list(map(stored_row, self._selected(query)))

    def max_notification_id(self) -> int | None:
        """The position of the last event, None while there is none."""
        with plain_errors(self.engine), self._single.connect() as connection:
            return connection.execute(select(log_head.c.position)).scalar_one() or None

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Subscription[ApplicationRecorder]:
        """Follow the log from after ``gt``: blocks until there is more."""
        return LogSubscription(self, gt=gt, topics=topics)

    def _selected(self, query: Select[Any]) -> Sequence[Sequence[Any]]:
        with plain_errors(self.engine), self._single.connect() as connection:
            return connection.execute(query).all()


class LogSubscription(Subscription[ApplicationRecorder]):
    """The log as an endless iterator; woken by the database, not by busy asking."""

    PAGE = 500

    def __init__(self, recorder: Recorder, gt: int | None = None, topics: Sequence[str] = ()) -> None:
        super().__init__(recorder=recorder, gt=gt, topics=topics)
        self._wake = Wake(recorder.engine)
        self._page: Iterable[Notification] = iter(())

    def stop(self) -> None:
        super().stop()
        self._wake.close()

    def __next__(self) -> Notification:
        while not self._has_been_stopped:
            for notification in self._page:
                self._last_notification_id = notification.id
                return notification
            self._wake.arm()
            page = self._recorder.select_notifications(
                self._last_notification_id, self.PAGE, topics=self._topics, inclusive_of_start=False
            )
            if not page:
                self._wake.wait(1.0)
            self._page = iter(page)
        raise StopIteration
