"""Lists as PostgreSQL's binary arrays. Psycopg asks each element how to write it; ours are of one plain type each.

``text_array`` and its like write a list at once, for statements that run all day; ``PlainListDumper`` looks at any list.
"""

from collections.abc import Callable, Sequence
from struct import Struct, pack
from typing import Any, ClassVar

from psycopg.abc import DumperKey
from psycopg.adapt import PyFormat
from psycopg.types.array import BaseListDumper, ListBinaryDumper

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
        nulls = None in obj
        if self._plain in _WHOLE and not nulls:
            return _WHOLE[self._plain](obj)
        written = _WRITTEN[self._plain]
        return _head(self._plain, len(obj), nulls) + _joined([None if v is None else written(v) for v in obj])


def _plain_type(values: list[Any]) -> type | None:
    types = set(map(type, values)) - {type(None)}
    return types.pop() if len(types) == 1 and types <= TYPES.keys() else None


class BinaryArray(bytes):
    """An array in binary form; ``oid`` is that of its type."""

    oid: ClassVar[int]


class TextArray(BinaryArray):
    """Text."""

    oid = TYPES[str][1]


class NumberArray(BinaryArray):
    """Whole numbers."""

    oid = TYPES[int][1]


class BytesArray(BinaryArray):
    """Bytes."""

    oid = TYPES[bytes][1]


def text_array(values: Sequence[str]) -> TextArray:
    """An array of text."""
    return TextArray(_head(str, len(values)) + _joined([value.encode() for value in values]))


def bytes_array(values: Sequence[bytes]) -> BytesArray:
    """An array of bytes."""
    return BytesArray(_head(bytes, len(values)) + _joined(values))


def number_array(values: Sequence[int]) -> NumberArray:
    """An array of whole numbers."""
    sized = [8] * (2 * len(values))
    sized[1::2] = values
    return NumberArray(_head(int, len(values)) + pack(f"!{'iq' * len(values)}", *sized))


_WHOLE: dict[type, Callable[[Sequence[Any]], bytes]] = {str: text_array, int: number_array, bytes: bytes_array}
"""What writes a list without None."""
_WRITTEN: dict[type, Callable[[Any], bytes]] = {
    str: str.encode,
    int: Struct("!q").pack,
    bool: Struct("!?").pack,
    bytes: bytes,
}
"""What writes one value."""
_size = Struct("!i").pack
_NULL = _size(-1)


def _head(plain: type, length: int, nulls: bool = False) -> bytes:
    return pack("!iiIii", 1, nulls, TYPES[plain][0], length, 1)


def _joined(values: Sequence[bytes | None]) -> bytes:
    return b"".join([_NULL if value is None else _size(len(value)) + value for value in values])
