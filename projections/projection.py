"""What a projection is: rows that follow from the history of one case, and nothing else.

A view says which rows a case has as it stands (``of_case``) and which rows one turn of it leaves behind
(``of_turn``). Both are pure, so a view folded event by event, in batches, rebuilt or checked is the same view.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from msgspec import Struct
from sqlalchemy import Table

from domain.application.state import Application
from domain.city import City
from domain.evolving import evolve
from domain.record import Record

Row = tuple[Any, ...]
"""A row in the order of its table's columns; the primary key comes first, and the case first of all."""


class Turn(Struct, frozen=True, gc=False):
    """One record of a case, with the case before and after it."""

    before: Application
    record: Record
    after: Application


def turns(case: Application, records: Iterable[Record]) -> Iterator[Turn]:
    """The turns that the records make of a case, in their order."""
    for record in records:
        after = evolve(case, record)
        yield Turn(case, record, after)
        case = after


class View:
    """One view. ``version`` is raised when its rows change for the same history; then it must be rebuilt."""

    name: ClassVar[str]
    version: ClassVar[int] = 1
    table: ClassVar[Table]

    def of_case(self, case: Application, city: City) -> Iterable[Row]:
        """The rows of a case as it stands."""
        return ()

    def of_turn(self, turn: Turn, city: City) -> Iterable[Row]:
        """The rows that one turn leaves for good."""
        return ()

    @property
    def key_width(self) -> int:
        """How many columns make the primary key."""
        return len(self.table.primary_key.columns)


@dataclass(slots=True)
class Changes:
    """What a batch does to one table: rows that are new for good, rows written anew, keys taken out."""

    inserted: list[Row] = field(default_factory=list)
    written: list[Row] = field(default_factory=list)
    removed: list[Row] = field(default_factory=list)


def add_changes(
    changes: Changes, view: View, story: Sequence[Turn], city: City, before: Iterable[Row] | None = None
) -> list[Row]:
    """Add what these turns of one case change in the view; nothing when the view cannot take one of them.

    ``before`` are the rows of the case before them, where they are known. Returns those after them.
    """
    inserted = [row for turn in story for row in view.of_turn(turn, city)]
    width = view.key_width
    former = {row[:width]: row for row in (view.of_case(story[0].before, city) if before is None else before)}
    after = list(view.of_case(story[-1].after, city))
    written = [row for row in after if former.pop(row[:width], None) != row]
    changes.inserted += inserted
    changes.written += written
    changes.removed += former
    return after
