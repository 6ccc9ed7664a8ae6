"""Every command is decided again on the state before it: whatever breaks a rule, or does not follow, is found.

The log is read in its order, so that each command meets the city of then. Of cases that have ended the state is not kept; one
that is changed afterwards is read again. After an event of the city that cannot be read nothing is decided.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, select

from adapters.store.codec import LoggedRow
from adapters.store.recorder import COLUMNS, HISTORY, city_rows, records
from adapters.store.schema import events
from adapters.store.verification.receipts import command_of
from domain.application.state import Application
from domain.city import City
from domain.evolving import fold
from domain.history import FOLLOWED
from domain.office.recall.again import Otherwise, Unknown, otherwise
from domain.office.recall.histories import any_begun
from domain.record import EVENT_TYPES, Record
from domain.ticket.ticket import OPEN, Ticket
from projections.engine.comparison import Finding

PAGE = 5_000
RECENT = 1_000
"""A command may have been decided before the last change of the city that is so few positions before it."""


class Anew:
    """Decides all commands of a log again whose events stand after a position. ``left_out`` counts events that no command of today records, or of an older schema."""

    def __init__(self, connection: Connection, after: int) -> None:
        self._connection = connection
        self._after = after
        self._city = City()
        self._before: tuple[int, City] = (0, City())
        self._city_is_known = True
        self._states: dict[str, Any] = {}
        self.commands = 0
        self.left_out = 0

    def check(self, step: Callable[[], None]) -> Iterator[Finding]:
        """What does not follow from its command. ``step`` is told of each event."""
        query = select(*COLUMNS).order_by(events.c.position)
        rows = (LoggedRow(*row) for row in self._connection.execute(query, execution_options={"yield_per": PAGE}))
        for _, run in groupby(rows, key=lambda row: (row.originator_id, command_of(row.metadata))):
            own = list(run)
            for _ in own:
                step()
            yield from self._run(own)

    def _run(self, rows: list[LoggedRow]) -> Iterator[Finding]:
        stream_id = rows[0].originator_id
        try:
            recorded = [row.record() for row in rows]
            state = self._state(stream_id, rows[0].originator_version)
        except Exception:
            self._forget(stream_id)
            self.left_out += len(rows)
            return  # found where the event is read, or its history is folded
        if self._city_is_known and rows[0].position > self._after and _of_today(rows):
            found = self._otherwise(recorded, state)
            if found is not None:
                at = recorded[found.number]
                place = f"event at position {at.position} ({at.originator_id} version {at.originator_version})"
                yield Finding(place, found.why)
        else:
            self.left_out += len(rows)
        self._on(stream_id, state, recorded)

    def _otherwise(self, recorded: list[Record], state: Any) -> Otherwise | None:
        self.commands += 1
        try:
            found = otherwise(recorded, state, self._city)
            if found is None or recorded[0].position - self._city.position > RECENT:
                return found
            return otherwise(recorded, state, self._earlier()) and found
        except Unknown:
            self.commands -= 1
            self.left_out += len(recorded)
            return None
        except Exception as error:
            return Otherwise(0, f"its command cannot be decided on what was before it: {error!r}")

    def _forget(self, stream_id: Any) -> None:
        """A history that cannot be folded; where it is of the city, nothing after it can be decided again."""
        self._states.pop(stream_id, None)
        if not isinstance(stream_id, str) or not stream_id.startswith(FOLLOWED):
            self._city_is_known = False

    def _earlier(self) -> City:
        """The city before its last change, which may have been recorded while a command was decided."""
        position = self._city.position
        if self._before[0] != position:
            city = City()
            for record in records(self._connection.execute(city_rows(0, position - 1))):
                city.learn(record)
            self._before = (position, city)
        return self._before[1]

    def _state(self, stream_id: str, version: int) -> Any:
        """The state before an event, from memory or from the history before it."""
        state = self._states.get(stream_id)
        if state is not None and state.version == version - 1:
            return state
        state = any_begun(stream_id)
        if version == 1:
            return state
        rows = self._connection.execute(HISTORY, {"history": stream_id, "after": 0})
        return fold(state, (r for r in records(rows) if r.originator_version < version))

    def _on(self, stream_id: str, state: Any, recorded: Iterable[Record]) -> None:
        try:
            after = fold(state, recorded)
            if not stream_id.startswith(FOLLOWED):
                for record in recorded:
                    self._city.learn(record)
        except Exception:
            self._forget(stream_id)
            return  # found where its history is folded
        if _goes_on(after):
            self._states[stream_id] = after
        else:
            self._states.pop(stream_id, None)


def _of_today(rows: Iterable[LoggedRow]) -> bool:
    """Whether all events are of the schema in which they are recorded today."""
    return all(row.schema_version == EVENT_TYPES[row.type_name].schema for row in rows)


def _goes_on(state: Any) -> bool:
    match state:
        case Application():
            return state.ended is None
        case Ticket():
            return state.stand in OPEN
    return True
