"""How a history becomes a state: one event after the other, checking nothing."""

from collections.abc import Iterable
from typing import Self, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from domain.record import Record


class Versioned(Struct, frozen=True, kw_only=True, gc=False):
    """A state that knows how many records made it."""

    version: int = 0

    def advanced(self, record: Record) -> Self:
        """The same state, one record further."""
        return replace(self, version=record.originator_version)


State = TypeVar("State", bound=Versioned)


def evolve(state: State, record: Record) -> State:
    """The state after one more record."""
    after: State = record.event.evolve(state, record.act)
    return after.advanced(record)


def fold(state: State, records: Iterable[Record]) -> State:
    """The state after all the records, which must be of one history and in its order."""
    for record in records:
        state = evolve(state, record)
    return state
