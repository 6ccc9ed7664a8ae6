"""What a change is, and what `verify` must say of it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from tests.faults.changes.hand import Log, Row


@dataclass(frozen=True)
class Told:
    """What `verify` says: words of the place, or the event that it names, and words of what is wrong there."""

    place: str | Row
    what: str

    @property
    def where(self) -> str:
        """Words of the place; the position of an event is known once the log is put back."""
        return self.place if isinstance(self.place, str) else f"event at position {self.place.position} "


@dataclass(frozen=True)
class Office:
    """What lies open to the administrator: the database, the log taken out of it, and the folder of the master key."""

    connection: Connection
    log: Log
    folder: Path


Change = Callable[[Office], Told]
CHANGES: dict[str, Change] = {}


def change(made: Change) -> Change:
    """Enter a change, by its name."""
    CHANGES[made.__name__] = made
    return made
