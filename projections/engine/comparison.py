"""Whether the views say what the histories say: each row of each view against a fresh fold, case by case."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, select

from domain.city import City
from domain.history import APPLICATIONS, TICKETS, end_of
from projections.engine.generations import live
from projections.engine.projection import Row, Transition, View


class Finding(Struct, frozen=True):
    """Something that is not as it must be: where, and what."""

    place: str
    what: str


class StoredRows:
    """The rows of one view that are of one kind of history, case by case (or ticket by ticket) in the order of their names."""

    def __init__(self, connection: Connection, view: View, kind: str) -> None:
        self.view = view
        table = live(connection, view)
        key = list(table.primary_key.columns)
        query = select(table).order_by(*key)
        if TICKETS in view.follows and APPLICATIONS in view.follows:
            tickets = (key[0] >= TICKETS) & (key[0] < end_of(TICKETS))
            query = query.where(tickets if kind == TICKETS else ~tickets)
        rows = connection.execute(query, execution_options={"yield_per": 5_000})
        self._cases: Iterator[tuple[Any, Iterator[Any]]] = groupby(rows, key=lambda row: row[0])
        self._next: tuple[Any, list[Row]] | None = None
        self._step()

    def upto(self, case_id: str) -> tuple[list[Row], list[Row]]:
        """Rows of those before this one (there should be none), and the rows of this one."""
        strangers: list[Row] = []
        while self._next is not None and self._next[0] < case_id:
            strangers += self._next[1]
            self._step()
        if self._next is None or self._next[0] != case_id:
            return strangers, []
        own = self._next[1]
        self._step()
        return strangers, own

    def rest(self) -> list[Row]:
        """All rows that are left."""
        left: list[Row] = []
        while self._next is not None:
            left += self._next[1]
            self._step()
        return left

    def _step(self) -> None:
        found = next(self._cases, None)
        self._next = None if found is None else (found[0], [tuple(row) for row in found[1]])


def expected(view: View, story: Sequence[Transition], city: City) -> dict[Row, Row]:
    """The rows a view must have of a case with this story, by key."""
    rows = [row for transition in story for row in view.of_transition(transition, city)]
    rows += view.rows_of(story[-1].after, city)
    return {row[: view.key_width]: row for row in rows}


def differences(stored: StoredRows, case_id: str, should: dict[Row, Row]) -> Iterator[Finding]:
    """What a view says of a case and what its history says, where they differ."""
    strangers, own = stored.upto(case_id)
    yield from unknown(stored.view, strangers)
    width = stored.view.key_width
    found = {row[:width]: row for row in own}
    for key in sorted(should.keys() - found.keys(), key=repr):
        yield Finding(_place(stored.view, key), "the row is missing")
    for key in sorted(found.keys() - should.keys(), key=repr):
        yield Finding(_place(stored.view, key), "the row follows from no event")
    for key in sorted(found.keys() & should.keys(), key=repr):
        if found[key] != should[key]:
            columns = [c.name for c in stored.view.table.columns]
            wrong = [n for n, is_, ought in zip(columns, found[key], should[key], strict=True) if is_ != ought]
            yield Finding(_place(stored.view, key), f"{', '.join(wrong)} differ from the history")


def unknown(view: View, rows: Sequence[Row]) -> Iterator[Finding]:
    """Findings for rows that no history makes."""
    for row in rows:
        yield Finding(_place(view, row[: view.key_width]), "the row belongs to no history")


def _place(view: View, key: Row) -> str:
    return f"view {view.name}, row {'/'.join(str(part) for part in key)}"
