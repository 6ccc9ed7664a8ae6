"""Rows as lines of text, as PostgreSQL's COPY takes and gives them; and a checksum over lines in any order."""

from collections.abc import Iterable, Sequence
from typing import Any
from zlib import crc32

from projections.projection import Row

NULL = "\\N"
_ESCAPES = str.maketrans({"\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v"})
_RARE = ("\b", "\f", "\r", "\v")


def block_of(rows: Sequence[Row]) -> bytes:
    """A line for each row (all of one width), each with its end."""
    if not rows:
        return b""
    columns = list(zip(*rows, strict=True))
    block = "\n".join(map("\t".join, zip(*map(_texts, columns), strict=True))) + "\n"
    nulls = sum(column.count(None) for column in columns)
    plain = (
        block.count("\\") == nulls
        and block.count("\n") == len(rows)
        and block.count("\t") == len(rows) * (len(rows[0]) - 1)
        and not any(rare in block for rare in _RARE)
    )
    if not plain:  # some text needs escapes; it hardly ever does
        block = "".join("\t".join(map(_escaped, row)) + "\n" for row in rows)
    return block.encode()


def checksum(lines: Iterable[bytes]) -> int:
    """The sum of the lines' CRC-32: the same whatever their order; lines come without their end."""
    return sum(map(crc32, lines))


def _texts(column: Sequence[Any]) -> Iterable[str]:
    """The values of a column as text; a column has few types, which is faster to see for all its values at once."""
    types = set(map(type, column))
    if types == {str}:
        return column
    if types <= {str, type(None)}:
        return [NULL if value is None else value for value in column]
    return map(str if types == {int} else _plain, column)


def _plain(value: Any) -> str:
    if value is None:
        return NULL
    if value.__class__ is bool:
        return "t" if value else "f"
    return str(value)


def _escaped(value: Any) -> str:
    return value.translate(_ESCAPES) if isinstance(value, str) else _plain(value)
