"""The bytes that are hashed. ``tests/adapters/store/test_chain.py`` fixes them with test vectors.

digest = SHA-256 of stream_id, version, type, schema_version, recorded_at, metadata, data: each as UTF-8 text
(numbers in decimal) behind its length in bytes as 8 bytes big-endian.
hash = SHA-256(hash of the row before in the same history, or 32 zero bytes; digest).
link = SHA-256(link of the row before in the log, or 32 zero bytes; position as 8 bytes big-endian; hash).
"""

from functools import lru_cache
from hashlib import sha256
from struct import Struct

Content = tuple[str, int, str, int, str, str, str]
"""The columns of a row that its digest is made of, in their order: what ``digest`` takes."""
GENESIS = bytes(32)
"""What stands before the first row."""


_length = Struct(">Q").pack
_position = Struct(">q").pack


def digest(
    stream_id: str, version: int, type_name: str, schema_version: int, recorded_at: str, metadata: str, data: str
) -> bytes:
    """The digest of a row's content, without its position."""
    return sha256(
        b"".join(
            (
                _known(stream_id),
                _known(version),
                _known(type_name),
                _known(schema_version),
                _framed(recorded_at),
                _framed(metadata),
                _framed(data),
            )
        )
    ).digest()


def _framed(text: str) -> bytes:
    raw = text.encode()
    return _length(len(raw)) + raw


@lru_cache(maxsize=4_096)
def _known(value: str | int) -> bytes:
    """The same, for what many rows have in common."""
    return _framed(str(value))


def chained(previous_hash: bytes, content: bytes) -> bytes:
    """The hash of a row, from the hash before it in its history and its digest."""
    return sha256(previous_hash + content).digest()


def linked(previous_link: bytes, position: int, row_hash: bytes) -> bytes:
    """The link of a row, from the link before it in the log."""
    return sha256(previous_link + _position(position) + row_hash).digest()
