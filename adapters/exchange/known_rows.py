"""Which rows of a log are recorded, and how a later file of the same log differs from them.

A row is the same when case, activity, time, lifecycle, instance and resource are; where that repeats, rows are counted. A row
that is neither recorded nor agrees with a row that is gone in all of these but one is new: nothing is guessed.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Attributes
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple

from adapters.exchange.log_row import LogRow
from adapters.exchange.mapping import CASE, Columns, Mapping
from domain.application.beside.changed_rows import RowCorrected, RowTakenOut
from domain.record import Record, Source, stamp


class Identity(NamedTuple):
    """What makes a row of a case that row."""

    activity: str
    at: datetime
    lifecycle: str | None
    instance: str | None
    resource: str | None

    def digest(self) -> bytes:
        """The same for the same row, in any process."""
        return blake2b(repr((self.activity, stamp(self.at), *self[2:])).encode(), digest_size=8).digest()

    def differs_from(self, other: "Identity") -> list[str]:
        """The names of what is not the same."""
        return [name for name, mine, theirs in zip(self._fields, self, other, strict=True) if mine != theirs]


def identity(row: LogRow, mapping: Mapping) -> Identity:
    """What makes a row of a file that row."""
    columns, said = mapping.columns, attributes_of(row, mapping)
    return _identity(columns, row.activity, row.occurred_at, said, row.resource)


def _identity(
    columns: Columns, activity: str, at: datetime, said: Attributes[str, str], resource: str | None
) -> Identity:
    lifecycle = None if columns.lifecycle is None else said.get(columns.lifecycle)
    instance = None if columns.instance is None else said.get(columns.instance)
    return Identity(activity, at, lifecycle, instance, resource)


def attributes_of(row: LogRow, mapping: Mapping) -> dict[str, str]:
    """Everything the row said of the event, under the names of the columns.

    The moment itself is the event's occurred_at; how a file spells it differs between CSV and XES.
    """
    columns = mapping.columns
    attributes = {key: value for key, value in row.attributes.items() if key != columns.time}
    for column, value in (
        (columns.lifecycle, row.lifecycle),
        (columns.instance, row.instance),
        (columns.department, row.department),
        (columns.channel, row.channel),
    ):
        if column is not None and value is not None and not column.startswith(CASE):
            attributes[column] = value
    return attributes


@dataclass(frozen=True, slots=True)
class KnownRow:
    """A row as it is recorded: the number of its event, what makes it that row, its place, and what else it says.

    ``revision`` is how often it was corrected.
    """

    event: int
    identity: Identity
    place: int
    said: tuple[object, ...]
    revision: int


@dataclass(slots=True)
class KnownCase:
    """The rows of one case that are recorded, while a file is read; each is met once.

    ``gone`` are those that the file lacks, ``last`` is the place of the row that was met last. ``case_attributes`` is what
    was said of the case last, ``ever_said`` all that was.
    """

    rows: dict[Identity, deque[KnownRow]] = field(default_factory=dict)
    times: Counter[bytes] = field(default_factory=Counter)
    gone: list[KnownRow] = field(default_factory=list)
    case_attributes: dict[str, str] = field(default_factory=dict)
    ever_said: list[dict[str, str]] = field(default_factory=list)
    places: set[int] = field(default_factory=set)
    last: int = 0

    def meet(self, row: Identity) -> KnownRow | None:
        """The recorded row that a row of the file is, if there is one left."""
        waiting = self.rows.get(row)
        if not waiting:
            return None
        met = waiting.popleft()
        self.last = met.place
        return met

    def misses(self, file_rows: Counter[bytes]) -> None:
        """Note which recorded rows a file lacks that has these rows of the case, so many times each."""
        for row, recorded in self.rows.items():
            there = file_rows[row.digest()]
            while len(recorded) > there:
                self.gone.append(recorded.pop())
        self.gone.sort(key=lambda row: row.event)

    def changed_from(self, row: Identity) -> KnownRow | None:
        """The row that is gone of which this one, which is new, says one thing otherwise."""
        for gone in self.gone:
            if len(row.differs_from(gone.identity)) == 1:
                self.gone.remove(gone)
                self.last = gone.place
                return gone
        return None

    def place_of_new(self) -> int:
        """The place of a row that is new: after the row that was met last, before the recorded row that follows it."""
        if self.last + 1 not in self.places:
            self.last += 1
            self.places.add(self.last)
        return self.last

    def news(self, said: dict[str, str]) -> bool:
        """Whether something is said of the case that was never said; it is news once."""
        if not said or said in self.ever_said:
            return False
        self.ever_said.append(said)
        return True

    def number(self, row: Identity) -> int:
        """How often a row was recorded or met as new, this time included."""
        digest = row.digest()
        self.times[digest] += 1
        return self.times[digest]


def known_case(records: Iterable[Record], mapping: Mapping) -> KnownCase:
    """What the history of a case has of this log, as its rows read now."""
    case = KnownCase()
    rows: dict[int, KnownRow] = {}
    for at, number, source in _sources(records, rows):
        if source.log != mapping.name:
            continue
        row = _identity(mapping.columns, source.activity, at, source.attributes, source.resource)
        revision = rows[number].revision + 1 if number in rows else 0
        rows[number] = KnownRow(number, row, source.ordinal, _others(source), revision)
        if source.case_attributes:
            case.case_attributes = source.case_attributes
            case.ever_said.append(source.case_attributes)
        case.times[row.digest()] += 1
        case.places.add(source.ordinal)
    for known in rows.values():
        case.rows.setdefault(known.identity, deque()).append(known)
    return case


def _sources(records: Iterable[Record], rows: dict[int, KnownRow]) -> Iterator[tuple[datetime, int, Source]]:
    """When, as which event, and what each row says; ``rows`` loses those that were taken out."""
    for record in records:
        match record.event:
            case RowCorrected() as changed:
                yield changed.at, changed.corrects, changed.source
            case RowTakenOut() as gone:
                rows.pop(gone.corrects, None)
            case _ if record.act.source is not None:
                yield record.act.occurred_at, record.originator_version, record.act.source


def _others(source: Source) -> tuple[object, ...]:
    return (source.department, source.channel, source.group, source.attributes)


def others_of(row: LogRow, mapping: Mapping) -> tuple[object, ...]:
    """What a row says beside what makes it that row, as ``KnownRow.said`` has it."""
    return (row.department, row.channel, row.group, attributes_of(row, mapping))
