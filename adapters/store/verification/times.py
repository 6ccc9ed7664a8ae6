"""Times of recording: each after those before it, and none before what it records has happened (rule 11)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from adapters.store.verification.place import event_at
from domain.command import TOLERANCE
from domain.record import Act, stamp
from projections.engine.comparison import Finding

FEW = 20
"""After at most so many events the log is back at the time that it had reached: they are out of order, no clock was set."""


class _Fall(NamedTuple):
    """An event that is recorded before one in front of it."""

    position: int
    row: Any
    recorded_at: str
    before: str
    before_position: int


class RecordingTimes:
    """The recording times of the log in its order, and of each history in its own.

    The clocks of two desks may differ by ``TOLERANCE``. ``set_back`` are the positions from which the log goes on at an
    earlier time: a clock was set, or a simulation began anew.
    """

    def __init__(self) -> None:
        self._latest, self._position = "", 0
        self._fall: _Fall | None = None
        self.set_back: list[int] = []

    def next(self, row: Any) -> Iterator[Finding]:
        """What is out of order; known only some events later. What is no time is found where it is read."""
        position, recorded_at = row.position, row.recorded_at
        if not isinstance(recorded_at, str):
            return
        fall = self._fall
        if fall is not None:
            if not late(recorded_at, fall.before):
                yield _said(fall)
                self._fall = None
            elif position - fall.position >= FEW:
                self.set_back.append(fall.position)
                self._fall = None
        if late(recorded_at, self._latest):
            if self._fall is None:
                self._fall = _Fall(position, row, recorded_at, self._latest, self._position)
            self._latest, self._position = recorded_at, position
        elif recorded_at >= self._latest:
            self._latest, self._position = recorded_at, position

    def end(self) -> Iterator[Finding]:
        """The same at the end of the log."""
        if self._fall is not None:
            yield _said(self._fall)


def _said(fall: _Fall) -> Finding:
    return Finding(
        event_at(fall.row),
        f"is recorded at {fall.recorded_at}, before the event at position {fall.before_position} ({fall.before}): "
        "a row was changed or put in, or a clock was wrong",
    )


def late(recorded_at: str, before: str) -> bool:
    """Whether an event is recorded earlier than one before it, by more than two clocks may differ."""
    if recorded_at >= before:
        return False
    try:
        return datetime.fromisoformat(before) - datetime.fromisoformat(recorded_at) > TOLERANCE
    except (ValueError, TypeError):
        return True


def within(recorded_at: object, before: str) -> str | None:
    """What is wrong with the recording time of an event of a history after one with another time, if anything."""
    if not isinstance(recorded_at, str) or not late(recorded_at, before):
        return None
    return (
        f"is recorded at {recorded_at}, before the event before it in its history ({before}): "
        "a row was changed or put in, or a clock was wrong"
    )


def ahead(act: Act) -> str | None:
    """What is wrong with an event that happened after it was recorded; None where it did not."""
    if act.occurred_at <= act.recorded_at + TOLERANCE:
        return None
    return f"happened at {stamp(act.occurred_at)}, after it was recorded at {stamp(act.recorded_at)} (rule 11)"
