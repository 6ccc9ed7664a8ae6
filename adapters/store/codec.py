"""How a record becomes a stored row and back: stable type names, canonical JSON, upcasting on the way out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import (
    Mapper,
    MapperDeserialisationError,
    Notification,
    StoredEvent,
)

from adapters.store.chain import Content, digest
from domain.errors import OfficeError
from domain.exit_code import ExitCode
from domain.office import event_types
from domain.record import UNRECORDED, Act, Event, Record, stamp
from domain.upcasting import only_says_less, upcast

_encoder = msgspec.json.Encoder(order="sorted")
_acts = msgspec.json.Decoder(Act)


class Unreadable(MapperDeserialisationError, OfficeError):
    """A row of the log cannot be read: a newer onewindow wrote it, or it was damaged."""

    exit_code = ExitCode.UNAVAILABLE


@dataclass(frozen=True, slots=True)
class StoredRow(Notification):
    """A row of the log: ``topic`` is the stored type name, ``state`` the data, ``id`` the position (0 while new)."""

    schema_version: int
    recorded_at: str
    metadata: str


@dataclass(frozen=True, slots=True)
class NewRow(StoredRow):
    """A row to be stored: ``content`` are the columns that ``digest`` is made of."""

    content: Content
    digest: bytes


def canonical(value: Any) -> bytes:
    """Canonical JSON: UTF-8 as it is, keys sorted, no blanks, times as UTC with Z."""
    return _encoder.encode(value)


@cache
def _reader(type_name: str, schema_version: int) -> Callable[[str | bytes], Event]:
    """What reads the data of a stored name and schema. Raises ``LookupError`` for one that this software does not know."""
    event_type = event_types.named(type_name)
    if schema_version <= event_type.schema and only_says_less(type_name, schema_version, event_type.schema):
        return msgspec.json.Decoder(event_type).decode

    def brought_up(data: str | bytes) -> Event:
        content = upcast(type_name, schema_version, event_type.schema, msgspec.json.decode(data))
        return msgspec.convert(content, event_type)

    return brought_up


def decode_event(type_name: str, schema_version: int, data: str | bytes) -> Event:
    """The event of a row's data. Raises ``Unreadable`` naming the type."""
    try:
        return _reader(type_name, schema_version)(data)
    except (LookupError, msgspec.MsgspecError) as error:
        raise Unreadable(f"{type_name} schema {schema_version} cannot be read: {error}") from error


class LoggedRow(msgspec.Struct, frozen=True, gc=False):
    """A row of the log as it lies there (``projections.engine.log.Logged``); nothing is decoded until ``record`` is asked."""

    originator_id: str
    originator_version: int
    type_name: str
    data: str
    position: int
    schema_version: int
    recorded_at: str
    metadata: str

    def record(self) -> Record:
        """What it says. Raises ``Unreadable`` when that cannot be read."""
        return Record(
            self.originator_id,
            self.originator_version,
            decode_event(self.type_name, self.schema_version, self.data),
            decode_act(self.type_name, self.metadata, self.recorded_at),
            self.position,
        )


def decode_act(type_name: str, metadata: str, recorded_at: str) -> Act:
    """The circumstances of a row. Raises ``Unreadable`` naming the type."""
    try:
        act = _acts.decode(metadata)
        # the value is fresh: nobody else has it yet
        msgspec.structs.force_setattr(act, "recorded_at", datetime.fromisoformat(recorded_at))
    except (msgspec.MsgspecError, ValueError) as error:
        raise Unreadable(f"the metadata of {type_name} cannot be read: {error}") from error
    return act


class RecordMapper(Mapper[str]):
    """The mapper between ``Record`` and rows of the log that the eventsourcing application works with."""

    def to_stored_event(self, domain_event: DomainEventProtocol[str]) -> NewRow:
        assert isinstance(domain_event, Record)
        stream_id, version = domain_event.originator_id, domain_event.originator_version
        event, act = domain_event.event, domain_event.act
        data, recorded_at = canonical(event), stamp(act.recorded_at)
        metadata = canonical(msgspec.structs.replace(act, recorded_at=UNRECORDED)).decode()
        content = (stream_id, version, event.type_name, event.schema, recorded_at, metadata, data.decode())
        return NewRow(
            stream_id,
            version,
            event.type_name,
            data,
            0,
            event.schema,
            recorded_at,
            metadata,
            content,
            digest(*content),
        )

    def to_domain_event(self, stored_event: StoredEvent) -> Record:
        assert isinstance(stored_event, StoredRow)
        event = decode_event(stored_event.topic, stored_event.schema_version, stored_event.state)
        act = decode_act(stored_event.topic, stored_event.metadata, stored_event.recorded_at)
        return Record(str(stored_event.originator_id), stored_event.originator_version, event, act, stored_event.id)
