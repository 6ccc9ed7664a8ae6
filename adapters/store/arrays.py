"""Lists as PostgreSQL's binary arrays. Psycopg asks each element how to write it; ours are of one plain type each."""

from struct import pack
from typing import Any

from psycopg.abc import DumperKey
from psycopg.adapt import PyFormat
from psycopg.types.array import BaseListDumper, ListBinaryDumper

NULL = -1
TYPES = {str: (25, 1009), int: (20, 1016), bool: (16, 1000), bytes: (17, 1001)}
"""For each plain type the oid of its PostgreSQL type (text, bigint, boolean, bytea), and that of arrays of it."""


class PlainListDumper(ListBinaryDumper):
    """Writes a list of text, whole numbers, truth values or bytes, with or without None; leaves others to psycopg."""

    _plain: type | None = None

    def get_key(self, obj: list[Any], format: PyFormat) -> DumperKey:
        plain = _plain_type(obj)
        return (self.cls, plain) if plain else super().get_key(obj, format)

    def upgrade(self, obj: list[Any], format: PyFormat) -> BaseListDumper:
        plain = _plain_type(obj)
        if plain is None:
            return super().upgrade(obj, format)
        dumper = type(self)(self.cls, self._tx)
        dumper._plain = plain
        dumper.oid = TYPES[plain][1]
        return dumper

    def dump(self, obj: list[Any]) -> Any:
        if self._plain is None:
            return super().dump(obj)
        parts = [b""]
        for value in obj:
            if value is None:
                parts.append(pack("!i", NULL))
                continue
            if self._plain is int:
                parts.append(pack("!iq", 8, value))
                continue
            data = value.encode() if self._plain is str else bytes(value) if self._plain is bytes else pack("!?", value)
            parts += (pack("!i", len(data)), data)
        parts[0] = pack("!iiIii", 1, int(None in obj), TYPES[self._plain][0], len(obj), 1)
        return b"".join(parts)


def _plain_type(values: list[Any]) -> type | None:
    types = set(map(type, values)) - {type(None)}
    return types.pop() if len(types) == 1 and types <= TYPES.keys() else None
