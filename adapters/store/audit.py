"""Whether the log is what was recorded: positions, chains, head, commands; every event readable, every view right."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any

from eventsourcing.persistence import JSONTranscoder
from msgspec import MsgspecError, Struct
from msgspec.json import Decoder
from sqlalchemy import ColumnElement, Connection, Row, select

from adapters.store.chain import GENESIS, chained, digest, linked
from adapters.store.codec import RecordMapper
from adapters.store.driver.database import connect, reading
from adapters.store.recorder import stored_row
from adapters.store.schema import commands, events, log_head
from domain.city import City
from domain.history import APPLICATIONS, FOLLOWED, begun, end_of, name_of
from domain.number_of import number_of
from domain.record import Record
from projections.engine.comparison import Finding, StoredRows, differences, expected, unknown
from projections.engine.parking import parked_events
from projections.engine.projection import Transition, View, transitions
from projections.engine.tables import State, generations

Progress = Callable[[int, int], None]
PAGE = 5_000


class Audit(Struct):
    """What was checked, and what was found."""

    events: int = 0
    histories: int = 0
    views: dict[str, int] = {}
    not_projected: list[str] = []
    findings: list[Finding] = []


def verify(url: str, views: Sequence[View], progress: Progress) -> Audit:
    """Replay everything in one snapshot of the database. Nothing is changed."""
    engine = connect(url)
    try:
        with reading(engine) as connection:
            return check(connection, views, progress)
    finally:
        engine.dispose()


def check(connection: Connection, views: Sequence[View], progress: Progress) -> Audit:
    """Replay everything that the connection's transaction sees."""
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection.driver_connection
        driver.text_factory = lambda raw: raw.decode(errors="surrogateescape")
    audit = Audit(views={}, not_projected=[], findings=[])
    _Auditor(connection, audit, progress).run(views)
    return audit


class _Auditor:
    def __init__(self, connection: Connection, audit: Audit, progress: Progress) -> None:
        self._connection = connection
        self._audit = audit
        self._progress = progress
        self._mapper = RecordMapper(JSONTranscoder())
        self._waiting: set[tuple[str, str]] = set()
        self._head = 0
        self._done = 0

    def run(self, views: Sequence[View]) -> None:
        self._order(self._connection.execute(select(log_head)).one_or_none())
        self._commands()
        city = self._city()
        comparable = self._comparable(views)
        self._parked()
        for kind in FOLLOWED:
            self._histories(kind, city, [each for each in comparable if kind in each[0].follows])

    def _found(self, place: str, what: str) -> None:
        self._audit.findings.append(Finding(place, what))

    def _order(self, head: Row[Any] | None) -> None:
        """Positions 1, 2, 3 ... and the links over them, up to the head."""
        self._head = head.position if head else 0
        position, link, city_position = 0, GENESIS, 0
        columns = (events.c.position, events.c.stream_id, events.c.version, events.c.hash, events.c.link)
        for row in self._rows(select(*columns).order_by(events.c.position)):
            self._audit.events += 1
            place = f"event at position {row.position} ({row.stream_id} version {row.version})"
            if row.position != position + 1:
                self._found(place, f"stands after position {position}; what was between is missing")
            elif row.link != linked(link, row.position, _hash(row.hash)):
                self._found(place, "does not follow from the event before it in the log: changed or moved")
            position, link = row.position, _hash(row.link)
            if not str(row.stream_id).startswith(FOLLOWED):
                city_position = position
            self._tick()
        self._head = position
        if head is None:
            self._found("head of the log", f"is missing; the log ends at position {position}")
            return
        says = {"position": head.position, "link": head.link, "city_position": head.city_position}
        is_so = {"position": position, "link": link, "city_position": city_position}
        if wrong := [name for name in says if says[name] != is_so[name]]:
            told = f"{', '.join(wrong)} not as the log says"
            self._found(
                "head of the log",
                f"says {number_of(head.position, 'event')}, the log ends at position {position}: {told}",
            )

    def _commands(self) -> None:
        """Every command's receipt names an event that exists."""
        where = (
            (events.c.position == commands.c.position)
            & (events.c.stream_id == commands.c.stream_id)
            & (events.c.version == commands.c.version)
        )
        query = select(commands.c.command_id).outerjoin(events, where).where(events.c.position.is_(None))
        for row in self._rows(query):
            self._found(f"command {row.command_id}", "its receipt names an event that is not there")
        self._receipts()

    def _receipts(self) -> None:
        """A command's receipt names an event that this command recorded (rule 8)."""
        columns = (events.c.position, events.c.metadata, commands.c.command_id)
        query = select(*columns).join(commands, commands.c.position == events.c.position)
        for row in self._rows(query.order_by(events.c.position)):
            own = _command_of(row.metadata)
            if own is not None and row.command_id != own:
                self._found(
                    f"command {row.command_id}", f"its receipt names position {row.position}, an event of command {own}"
                )

    def _city(self) -> City:
        city = City()
        for record in self._readable(self._chained(*(~_within(kind) for kind in FOLLOWED))):
            try:
                city.learn(record)
            except Exception as error:
                self._found(_place(record), f"cannot be folded: {error}")
        return city

    def _comparable(self, views: Sequence[View]) -> list[tuple[View, int]]:
        live = self._connection.execute(select(generations).where(generations.c.state == State.LIVE))
        rows = {row.view: row for row in live}
        found = []
        for view in views:
            row = rows.get(view.name)
            if row is None or row.version != view.version or not row.position:
                self._audit.not_projected.append(view.name)
            elif row.position > self._head:
                self._found(f"view {view.name}", f"stands at position {row.position}, the log ends at {self._head}")
            else:
                found.append((view, row.position))
        return found

    def _parked(self) -> None:
        """What a view could not take is missing in it; its rows of that case are not compared."""
        for each in parked_events(self._connection):
            place = f"event at position {each.position} (case {each.case_id} version {each.version})"
            self._found(place, f"is parked in view {each.view}: {each.error}")
            self._waiting.add((each.view, each.case_id))

    def _histories(self, kind: str, city: City, views: Sequence[tuple[View, int]]) -> None:
        """Every case, or every ticket: chain, readability, and its rows in every view."""
        stored = {view.name: StoredRows(self._connection, view, kind) for view, _ in views}
        records = self._readable(self._chained(_within(kind)))
        for stream_id, own in groupby(records, key=lambda record: record.originator_id):
            try:
                story = list(transitions(begun(stream_id), own))
            except Exception as error:
                self._found(_called(stream_id), f"cannot be folded: {error}")
                continue
            for view, position in views:
                self._compare(stored[view.name], stream_id, [t for t in story if t.record.position <= position], city)
        for view, _ in views:
            self._audit.findings.extend(unknown(view, stored[view.name].rest()))

    def _compare(self, stored: StoredRows, stream_id: str, story: Sequence[Transition], city: City) -> None:
        try:
            should = expected(stored.view, story, city) if story else {}
        except Exception as error:
            self._found(_called(stream_id), f"cannot be folded into view {stored.view.name}: {error}")
            return
        self._audit.views[stored.view.name] = self._audit.views.get(stored.view.name, 0) + len(should)
        found = list(differences(stored, name_of(stream_id), should))
        if (stored.view.name, name_of(stream_id)) not in self._waiting:
            self._audit.findings.extend(found)

    def _chained(self, *which: ColumnElement[bool]) -> Iterator[Row[Any]]:
        """The rows of some histories, each in its order, with their chains checked."""
        version, row_hash, stream_id = 0, GENESIS, None
        query = select(events).where(*which)
        for row in self._rows(query.order_by(events.c.stream_id, events.c.version)):
            if row.stream_id != stream_id:
                version, row_hash, stream_id = 0, GENESIS, row.stream_id
                self._audit.histories += 1
            place = f"event at position {row.position} ({row.stream_id} version {row.version})"
            if row.version != version + 1:
                self._found(place, f"stands after version {version} of its history; what was between is missing")
            elif row.hash != chained(row_hash, _content(row)):
                self._found(place, "its content does not match its hash: changed after it was recorded")
            version, row_hash = row.version if isinstance(row.version, int) else version + 1, _hash(row.hash)
            self._tick()
            yield row

    def _readable(self, rows: Iterator[Row[Any]]) -> Iterator[Record]:
        for row in rows:
            columns = (row.stream_id, row.version, row.type, row.data, row.position, row.schema_version)
            try:
                yield self._mapper.to_domain_event(stored_row((*columns, row.recorded_at, row.metadata)))
            except Exception as error:
                place = f"event at position {row.position} ({row.stream_id} version {row.version})"
                self._found(place, f"cannot be read: {error}")

    def _rows(self, query: Any) -> Iterator[Row[Any]]:
        return iter(self._connection.execute(query, execution_options={"yield_per": PAGE}))

    def _tick(self) -> None:
        self._done += 1
        if self._done % PAGE == 0:
            self._progress(self._done, 2 * self._head)


def _within(kind: str) -> ColumnElement[bool]:
    return (events.c.stream_id >= kind) & (events.c.stream_id < end_of(kind))


def _called(stream_id: str) -> str:
    return f"case {name_of(stream_id)}" if stream_id.startswith(APPLICATIONS) else stream_id.replace("/", " ", 1)


class _Given(Struct):
    """What of an event's circumstances says by which command it was recorded."""

    command_id: str


_given = Decoder(_Given)


def _command_of(metadata: object) -> str | None:
    """The command that an event was recorded by; None where that cannot be read, which is found where the event is."""
    try:
        return _given.decode(metadata).command_id if isinstance(metadata, str) else None
    except (MsgspecError, UnicodeEncodeError):
        return None


def _hash(value: object) -> bytes:
    """A hash as it is stored; what is none any more is like no other."""
    return value if isinstance(value, bytes) else b""


def _content(row: Row[Any]) -> bytes:
    columns = (row.stream_id, row.version, row.type, row.schema_version, row.recorded_at, row.metadata, row.data)
    try:
        return digest(*columns)
    except (UnicodeEncodeError, AttributeError):
        return b""  # not text any more, so it matches no hash


def _place(record: Record) -> str:
    return f"event at position {record.position} ({record.originator_id} version {record.originator_version})"
