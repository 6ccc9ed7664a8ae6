"""Where something in the log is, in words that an auditor looks up."""

from typing import Any


def event_at(row: Any) -> str:
    """The place of a stored event: its position, its history and its number in that."""
    return f"event at position {row.position} ({row.stream_id} version {row.version})"
