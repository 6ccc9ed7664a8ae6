"""Cosignatures of witnesses (https://c2sp.org/tlog-cosignature): when they saw a checkpoint, which continues all that they saw before."""

from datetime import UTC, datetime

from domain.evidence.note import BadNote

FIRST = "cosignature/v1"
TIME_BYTES = 8
SIGNATURE_BYTES = 64


def cosigned_text(text: str, seconds: int) -> bytes:
    """What a witness signs: a checkpoint's text, and when (POSIX seconds)."""
    return f"{FIRST}\ntime {seconds}\n{text}".encode()


def with_time(seconds: int, signature: bytes) -> bytes:
    """A signature behind its time, as it stands in the note."""
    return seconds.to_bytes(TIME_BYTES, "big") + signature


def apart(raw: bytes) -> tuple[int, bytes]:
    """The time and the signature. Raises ``BadNote``."""
    if len(raw) != TIME_BYTES + SIGNATURE_BYTES:
        raise BadNote("a cosignature is a time of 8 bytes and a signature of 64")
    return int.from_bytes(raw[:TIME_BYTES], "big"), raw[TIME_BYTES:]


def moment(seconds: int) -> datetime:
    """The time of a cosignature (UTC). Raises ``BadNote``."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise BadNote(f"a cosignature is of the second {seconds}, which is no time") from error
