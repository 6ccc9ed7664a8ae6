"""An entry: what the tree holds of an event. It says nothing of any person, so a mirror can hold all of them."""

from hashlib import sha256
from struct import Struct as Packed
from typing import NamedTuple

_packed = Packed(">32sQ32s")
SIZE = _packed.size


class Entry(NamedTuple):
    """An event: SHA-256 of the name of its history, its number there, and the hash that chains its row (``adapters.store.chain``)."""

    history: bytes
    version: int
    row_hash: bytes

    def packed(self) -> bytes:
        """Its 72 bytes: the version is 8 bytes, big-endian."""
        return _packed.pack(*self)


def entry_of(stream_id: str, version: int, row_hash: bytes) -> Entry:
    """The entry of a row of the log."""
    return Entry(sha256(stream_id.encode()).digest(), version, row_hash)


def unpacked(raw: bytes) -> Entry:
    """The entry of 72 bytes. Raises ``ValueError``."""
    if len(raw) != SIZE:
        raise ValueError(f"an entry has {SIZE} bytes, this has {len(raw)}")
    return Entry(*_packed.unpack(raw))
