"""What a projection is: rows that follow from one history, that of a case or of a ticket, and nothing else.

A view says which rows a case has as it stands (``of_case``), a ticket (``of_ticket``), and which rows one transition of it
leaves behind (``of_transition``). All are pure, so a view folded event by event, in batches, rebuilt or checked is the same view.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

from msgspec import Struct
from sqlalchemy import Table

from domain.application.state import Application
from domain.city import City
from domain.evolving import evolve
from domain.history import APPLICATIONS, Followed
from domain.record import Record
from domain.ticket.ticket import Ticket

Row = tuple[Any, ...]
"""A row in the order of its table's columns; the primary key comes first, and the name of its history first of all."""


class Transition(Struct, frozen=True, gc=False):
    """One record of a case or a ticket, with how it stood before and after it."""

    before: Followed
    record: Record
    after: Followed


def transitions(state: Followed, records: Iterable[Record]) -> Iterator[Transition]:
    """The transitions that the records make of a case or a ticket, in their order."""
    for record in records:
        after = evolve(state, record)
        yield Transition(state, record, after)
        state = after


class View:
    """One view. ``version`` is raised when its rows change for the same history; then it must be rebuilt.

    ``follows`` says how the histories begin that it is made of (``domain.history``).
    """

    name: ClassVar[str]
    version: ClassVar[int] = 1
    table: ClassVar[Table]
    follows: ClassVar[tuple[str, ...]] = (APPLICATIONS,)

    def of_case(self, case: Application, city: City) -> Iterable[Row]:
        """The rows of a case as it stands."""
        return ()

    def of_ticket(self, ticket: Ticket, city: City) -> Iterable[Row]:
        """The rows of a ticket as it stands."""
        return ()

    def of_transition(self, transition: Transition, city: City) -> Iterable[Row]:
        """The rows that one transition leaves for good."""
        return ()

    def rows_of(self, state: Followed, city: City) -> Iterable[Row]:
        """The rows of a case or a ticket as it stands."""
        return self.of_ticket(state, city) if isinstance(state, Ticket) else self.of_case(state, city)

    def after(self, story: Sequence[Transition], before: Sequence[Row], city: City) -> list[Row]:
        """The rows of a case or a ticket after these transitions; those ``before`` may stand among them where they must be the same."""
        return list(self.rows_of(story[-1].after, city))

    @cached_property
    def key_width(self) -> int:
        """How many columns make the primary key."""
        return len(self.table.primary_key.columns)

    @cached_property
    def leaves_rows(self) -> bool:
        """Whether transitions leave rows for good."""
        return type(self).of_transition is not View.of_transition


@dataclass(slots=True)
class Changes:
    """What a batch does to one table: rows that are new, rows written over others, keys taken out."""

    inserted: list[Row] = field(default_factory=list)
    written: list[Row] = field(default_factory=list)
    removed: list[Row] = field(default_factory=list)


def add_changes(
    changes: Changes, view: View, story: Sequence[Transition], city: City, before: Sequence[Row] | None = None
) -> list[Row]:
    """Add what these transitions of one history change in the view; nothing when the view cannot take one of them.

    ``before`` are its rows before them, where they are known. Returns those after them.
    """
    inserted = [row for transition in story for row in view.of_transition(transition, city)] if view.leaves_rows else []
    if before is None:
        before = list(view.rows_of(story[0].before, city))
    after = view.after(story, before, city)
    if after == before:
        changes.inserted += inserted
        return after
    width = view.key_width
    former = {row[:width]: row for row in before}
    written = []
    for row in after:
        was = former.pop(row[:width], None)
        if was is None:
            inserted.append(row)
        elif was != row:
            written.append(row)
    changes.inserted += inserted
    changes.written += written
    changes.removed += former
    return after
