"""How a record becomes a stored row and back: stable type names, canonical JSON, upcasting on the way out."""

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

from domain import event_types
from domain.record import UNRECORDED, Act, Event, Record, stamp
from domain.upcasting import upcast

_encoder = msgspec.json.Encoder(order="sorted")
_acts = msgspec.json.Decoder(Act)


@dataclass(frozen=True, slots=True)
class StoredRow(Notification):
    """A row of the log: ``topic`` is the stored type name, ``state`` the data, ``id`` the position (0 while new)."""

    schema_version: int
    recorded_at: str
    metadata: str


def canonical(value: Any) -> bytes:
    """Canonical JSON: UTF-8 as it is, keys sorted, no blanks, times as UTC with Z."""
    return _encoder.encode(value)


@cache
def _decoder(type_name: str) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(event_types.named(type_name))


def decode_event(type_name: str, schema_version: int, data: bytes) -> Event:
    """The event of a row's data. Raises ``MapperDeserialisationError`` naming the type."""
    try:
        event_type = event_types.named(type_name)
        if schema_version == event_type.schema:
            event: Event = _decoder(type_name).decode(data)
        else:
            content = upcast(type_name, schema_version, event_type.schema, msgspec.json.decode(data))
            event = msgspec.convert(content, event_type)
    except (LookupError, msgspec.MsgspecError) as error:
        raise MapperDeserialisationError(f"{type_name} schema {schema_version} cannot be read: {error}") from error
    return event


class RecordMapper(Mapper[str]):
    """The mapper between ``Record`` and ``StoredRow`` that the eventsourcing application works with."""

    def to_stored_event(self, domain_event: DomainEventProtocol[str]) -> StoredRow:
        assert isinstance(domain_event, Record)
        event, act = domain_event.event, domain_event.act
        return StoredRow(
            originator_id=domain_event.originator_id,
            originator_version=domain_event.originator_version,
            topic=event.type_name,
            state=canonical(event),
            id=0,
            schema_version=event.schema,
            recorded_at=stamp(act.recorded_at),
            metadata=canonical(msgspec.structs.replace(act, recorded_at=UNRECORDED)).decode(),
        )

    def to_domain_event(self, stored_event: StoredEvent) -> Record:
        assert isinstance(stored_event, StoredRow)
        event = decode_event(stored_event.topic, stored_event.schema_version, stored_event.state)
        try:
            act = _acts.decode(stored_event.metadata)
        except msgspec.MsgspecError as error:
            raise MapperDeserialisationError(f"the metadata of {stored_event.topic} cannot be read: {error}") from error
        act = msgspec.structs.replace(act, recorded_at=datetime.fromisoformat(stored_event.recorded_at))
        return Record(str(stored_event.originator_id), stored_event.originator_version, event, act, stored_event.id)
