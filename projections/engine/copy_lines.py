"""Rows as lines, as PostgreSQL's COPY takes and gives them with ``FORMAT``; and a checksum over lines in any order.

A line is a JSON array without its brackets, which is CSV whose quotes are escaped by a backslash: one call in C for all rows.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from zlib import crc32

from msgspec.json import Encoder

from projections.engine.projection import Row

FORMAT = """format csv, quote '"', escape '\\', null 'null'"""
_encoder = Encoder()


def lines_of(rows: Sequence[Row]) -> list[bytes]:
    """A line for each row, without its end. A text may hold line ends of its own."""
    if not rows:
        return []
    block = _encoder.encode_lines(rows)
    if block.count(b"\\") != block.count(b'\\"'):  # JSON has more escapes than CSV; a text hardly ever needs them
        return [",".join(map(_field, row)).encode() for row in rows]
    return block[1:-2].split(b"]\n[")


def block_of(lines: Iterable[bytes]) -> bytes:
    """All lines, each with its end."""
    return b"\n".join([*lines, b""])


def checksum(lines: Iterable[bytes]) -> int:
    """The sum of the lines' CRC-32: the same whatever their order."""
    return sum(map(crc32, lines))


def _field(value: Any) -> str:
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return _encoder.encode(value).decode()
