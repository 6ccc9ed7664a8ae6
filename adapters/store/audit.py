"""Whether the log is what was recorded: positions, chains, head, commands; every event readable, every view right.

What else is looked at stands in ``verification/``, a file a check.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby
from typing import Any

from eventsourcing.persistence import JSONTranscoder
from msgspec import Struct, structs
from sqlalchemy import ColumnElement, Connection, Row, select

from adapters.store.chain import GENESIS, chained, digest, linked
from adapters.store.codec import RecordMapper
from adapters.store.driver.database import connect, reading
from adapters.store.examining import differing_tables, opened_keys
from adapters.store.master_key import MasterKey
from adapters.store.recorder import stored_row
from adapters.store.schema import events, log_head
from adapters.store.verification import canonical_json, guards, times
from adapters.store.verification.deciding_anew import Anew
from adapters.store.verification.place import event_at
from adapters.store.verification.receipts import Receipts
from adapters.store.verification.sealed_texts import SealedTexts
from domain.city import City
from domain.history import APPLICATIONS, FOLLOWED, begun, end_of, name_of
from domain.number_of import number_of
from domain.record import Record
from projections.engine.comparison import Finding, StoredRows, differences, expected, unknown
from projections.engine.generations import table_of
from projections.engine.parking import parked_events
from projections.engine.projection import Transition, View, transitions
from projections.engine.tables import State, generations

Progress = Callable[[int, int], None]
PAGE = 5_000


class Audit(Struct):
    """What was checked, and what was found.

    ``commands`` were decided anew, all but those of ``left_out`` events. From the positions ``set_back`` the log goes on at an
    earlier time. ``erased`` are the sealed texts whose person's key is gone, ``unopened`` the keys and texts whose master key
    is not here.
    """

    events: int = 0
    histories: int = 0
    views: dict[str, int] = {}
    not_projected: list[str] = []
    commands: int = 0
    left_out: int = 0
    erased: int = 0
    unopened: int = 0
    set_back: list[int] = []
    findings: list[Finding] = []


def verify(
    url: str, views: Sequence[View], progress: Progress, *, master: MasterKey | None = None, anew_after: int | None = 0
) -> Audit:
    """Check everything in one snapshot of the database: its schema and guards, the log, and the views. Nothing is changed.

    With ``master`` also that every key of a person, and every sealed text, opens.
    Every command whose events stand after position ``anew_after`` is decided again, none where it is None: those before were
    recorded by an older onewindow, whose rules were others.
    """
    engine = connect(url)
    try:
        with reading(engine) as connection:
            built = [*differing_tables(connection), *guards.check(connection)]
            audit = check(connection, views, progress, master=master, anew_after=anew_after)
            return structs.replace(audit, findings=[*built, *audit.findings])
    finally:
        engine.dispose()


def check(
    connection: Connection,
    views: Sequence[View],
    progress: Progress,
    *,
    master: MasterKey | None = None,
    anew_after: int | None = 0,
    clocks: bool = True,
) -> Audit:
    """Replay everything that the connection's transaction sees; the schema around it may be an older one.

    Without ``clocks`` it is no difference that one of the office's clocks was wrong when something was recorded.
    """
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection.driver_connection
        driver.text_factory = partial(str, encoding="utf-8", errors="surrogateescape")
    audit = Audit(views={}, not_projected=[], set_back=[], findings=[])
    _Auditor(connection, audit, progress, master, anew_after=anew_after, clocks=clocks).run(views)
    return audit


class _Auditor:
    def __init__(
        self,
        connection: Connection,
        audit: Audit,
        progress: Progress,
        master: MasterKey | None,
        *,
        anew_after: int | None,
        clocks: bool,
    ) -> None:
        self._connection = connection
        self._audit = audit
        self._progress = progress
        self._master = master
        self._clocks = clocks
        self._anew = Anew(connection, anew_after) if anew_after is not None else None
        self._texts = SealedTexts(connection, master) if master is not None else None
        self._mapper = RecordMapper(JSONTranscoder())
        self._waiting: set[tuple[str, str]] = set()
        self._head = 0
        self._done = 0

    def run(self, views: Sequence[View]) -> None:
        self._order(self._connection.execute(select(log_head)).one_or_none())
        self._keys()
        city = self._city()
        comparable = self._comparable(views)
        self._parked()
        for kind in FOLLOWED:
            self._histories(kind, city, [each for each in comparable if kind in each[0].follows])
        if self._anew is not None:
            self._audit.findings.extend(self._anew.check(self._tick))
            self._audit.commands, self._audit.left_out = self._anew.commands, self._anew.left_out
        if self._texts is not None:
            self._audit.erased = self._texts.erased
            self._audit.unopened += self._texts.unopened

    def _found(self, place: str, what: str) -> None:
        self._audit.findings.append(Finding(place, what))

    def _order(self, head: Row[Any] | None) -> None:
        """Positions 1, 2, 3 ... and the links over them, up to the head."""
        self._head = head.position if head else 0
        position, link, city_position = 0, GENESIS, 0
        columns = (events.c.position, events.c.stream_id, events.c.version, events.c.hash, events.c.link)
        recorded, receipts = times.RecordingTimes(), Receipts(self._connection)
        for row in self._rows(select(*columns, events.c.recorded_at, events.c.metadata).order_by(events.c.position)):
            self._audit.events += 1
            self._of_clocks(recorded.next(row))
            self._audit.findings.extend(receipts.next(row))
            if row.position != position + 1:
                self._found(event_at(row), f"stands after position {position}; what was between is missing")
            elif row.link != linked(link, row.position, _hash(row.hash)):
                self._found(event_at(row), "does not follow from the event before it in the log: changed or moved")
            position, link = row.position, _hash(row.link)
            if not str(row.stream_id).startswith(FOLLOWED):
                city_position = position
            self._tick()
        self._of_clocks(recorded.end())
        self._audit.findings.extend(receipts.end())
        self._audit.set_back = recorded.set_back
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

    def _of_clocks(self, found: Iterable[Finding]) -> None:
        told = list(found)
        if self._clocks:
            self._audit.findings.extend(told)

    def _keys(self) -> None:
        """Every key of a person opens, where any master key is here."""
        if self._master is None:
            return
        found = opened_keys(self._connection, self._master, self._progress)
        if found.opened:
            self._audit.findings.extend(found.findings)
        else:
            self._audit.unopened = found.absent

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
            place = f"view {view.name}"
            if row is None:
                self._found(place, "has no live rows; run `onewindow project rebuild`")
            elif not row.position or 0 < row.version < view.version:
                self._audit.not_projected.append(view.name)
                if (
                    not row.position
                    and self._connection.execute(select(table_of(view.table, row.generation)).limit(1)).first()
                ):
                    self._found(place, "stands at position 0 and has rows, which no event can have made")
            elif row.version != view.version:
                self._found(
                    place,
                    f"was made by version {row.version} of its fold, which this onewindow does not know; it makes version {view.version}",
                )
            elif row.position > self._head:
                self._found(place, f"stands at position {row.position}, the log ends at {self._head}")
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
        version, row_hash, stream_id, recorded_at = 0, GENESIS, None, ""
        query = select(events).where(*which)
        for row in self._rows(query.order_by(events.c.stream_id, events.c.version)):
            if row.stream_id != stream_id:
                version, row_hash, stream_id, recorded_at = 0, GENESIS, row.stream_id, ""
                self._audit.histories += 1
            if row.version != version + 1:
                self._found(
                    event_at(row), f"stands after version {version} of its history; what was between is missing"
                )
            elif row.hash != chained(row_hash, _content(row)):
                self._found(event_at(row), "its content does not match its hash: changed after it was recorded")
            if (late := times.within(row.recorded_at, recorded_at)) is not None:
                self._of_clocks([Finding(event_at(row), late)])
            recorded_at = row.recorded_at if isinstance(row.recorded_at, str) else ""
            version, row_hash = row.version if isinstance(row.version, int) else version + 1, _hash(row.hash)
            self._tick()
            yield row

    def _readable(self, rows: Iterator[Row[Any]]) -> Iterator[Record]:
        for row in rows:
            columns = (row.stream_id, row.version, row.type, row.data, row.position, row.schema_version)
            try:
                record = self._mapper.to_domain_event(stored_row((*columns, row.recorded_at, row.metadata)))
                self._as_written(row, record)
            except Exception as error:
                self._found(event_at(row), f"cannot be read: {error}")
            else:
                yield record

    def _as_written(self, row: Row[Any], record: Record) -> None:
        """An event that can be read says nothing in another way than this software writes."""
        wrong = [
            canonical_json.of_data(row.type, row.schema_version, row.data, record),
            canonical_json.of_metadata(row.metadata),
            times.ahead(record.act) if self._clocks else None,
            *(self._texts.wrong(record) if self._texts is not None else ()),
        ]
        for each in filter(None, wrong):
            self._found(event_at(row), each)

    def _rows(self, query: Any) -> Iterator[Row[Any]]:
        return iter(self._connection.execute(query, execution_options={"yield_per": PAGE}))

    def _tick(self) -> None:
        self._done += 1
        if self._done % PAGE == 0:
            self._progress(self._done, (2 if self._anew is None else 3) * self._head)


def _within(kind: str) -> ColumnElement[bool]:
    return (events.c.stream_id >= kind) & (events.c.stream_id < end_of(kind))


def _called(stream_id: str) -> str:
    return f"case {name_of(stream_id)}" if stream_id.startswith(APPLICATIONS) else stream_id.replace("/", " ", 1)


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
