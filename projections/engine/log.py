"""The log as the views need it: a port; the store implements it."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from domain.record import Record


class Logged(Protocol):
    """A record where it lies in the log, not decoded yet."""

    @property
    def originator_id(self) -> str:
        """Its history."""
        ...

    @property
    def originator_version(self) -> int:
        """Its number in it."""
        ...

    @property
    def position(self) -> int:
        """Its place in the log."""
        ...

    def record(self) -> Record:
        """What it says. Raises when that cannot be read."""
        ...


class Log(Protocol):
    """Reads records with their positions. Everything up to a position never changes."""

    def head(self) -> int:
        """The position of the last record, 0 when there is none."""
        ...

    def read(self, after: int, upto: int, limit: int) -> Sequence[Logged]:
        """The next records of all histories, in the order of their positions: after < position <= upto."""
        ...

    def histories(self, stream_ids: Sequence[str], upto: int) -> Iterator[Logged]:
        """The whole histories of these streams up to a position, one after the other."""
        ...

    def between(self, first: str, end: str, upto: int) -> Sequence[Logged]:
        """Histories with ``first`` <= stream id < ``end`` up to a position, ordered by stream and version."""
        ...

    def cuts(self, events_each: int, upto: int) -> Sequence[str]:
        """Stream ids that cut all histories, in their order, into pieces of about so many events up to a position."""
        ...

    def recorded_at(self, position: int) -> str | None:
        """When the record at a position was recorded (a UTC stamp), None when there is none."""
        ...

    def city(self, after: int, upto: int) -> Sequence[Logged]:
        """The records of halls, departments and items with after < position <= upto, in their order."""
        ...

    def wait(self, seconds: float) -> bool:
        """Block until something was appended since the last ``head``, at most ``seconds``."""
        ...
