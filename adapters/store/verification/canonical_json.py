"""The JSON of a row is as this software writes it: canonical, no key twice, no name that nobody reads."""

from typing import Any

import msgspec

from adapters.store.codec import canonical
from domain.record import EVENT_TYPES, Act, Actor, Record

OF_ACT = frozenset(Act.__struct_fields__)
OF_ACTOR = frozenset(Actor.__slots__)


def of_data(type_name: str, schema_version: int, data: str, record: Record) -> str | None:
    """What is wrong with the JSON of an event that could be read, if anything."""
    read = canonical(record.event)
    if read == data.encode():
        return None
    said = msgspec.json.decode(data)
    if canonical(said) != data.encode():
        return "its data is not canonical JSON: a name twice, names out of order, or blanks"
    if schema_version != EVENT_TYPES[type_name].schema:
        return None
    unknown = _beyond(said, msgspec.json.decode(read))
    return None if unknown is None else f"its data holds {unknown}, which {type_name} does not have"


def of_metadata(metadata: str) -> str | None:
    """What is wrong with the JSON of the circumstances of an event that could be read, if anything."""
    said = msgspec.json.decode(metadata)
    if canonical(said) != metadata.encode():
        return "its metadata is not canonical JSON: a name twice, names out of order, or blanks"
    unknown = next(iter([*(said.keys() - OF_ACT), *(said["actor"].keys() - OF_ACTOR)]), None)
    return None if unknown is None else f"its metadata holds {unknown}, which no event has"


def _beyond(said: Any, read: Any) -> str | None:
    """The first name in a value that is lost when it is read."""
    match said, read:
        case dict(), dict():
            for name, value in said.items():
                if name not in read:
                    return str(name)
                if (lost := _beyond(value, read[name])) is not None:
                    return lost
        case list(), list():
            return next((lost for pair in zip(said, read, strict=False) if (lost := _beyond(*pair)) is not None), None)
    return None
