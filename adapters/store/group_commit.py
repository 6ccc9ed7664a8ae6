"""Group commit: while one thread waits for the disk, the appends of the others gather; the next takes them all at once.

Each append stands or falls by itself: when a group cannot be recorded whole, its appends are tried one by one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock

from eventsourcing.persistence import IntegrityError

from adapters.store.codec import NewRow
from adapters.store.driver.failures import DatabaseError
from domain.office.office import CommandKey

ROWS_AT_ONCE = 1_000
"""A group takes no further append once it has so many rows."""

CUT_SHORT = "recording was interrupted; the command is recorded whole or not at all, so run it again"

Append = Callable[[Sequence[NewRow], Sequence[CommandKey]], list[int]]
"""Records rows in one transaction and returns their positions. Raises ``IntegrityError`` when nothing was recorded."""


@dataclass(slots=True)
class Waiting:
    """An append of one thread, and what became of it."""

    rows: Sequence[NewRow]
    keys: Sequence[CommandKey]
    positions: list[int] | None = None
    error: Exception | None = None

    @property
    def settled(self) -> bool:
        """Whether it was recorded or refused."""
        return self.positions is not None or self.error is not None


class GroupCommit:
    """Appends for all threads of a process; whoever comes first records for those who wait meanwhile."""

    def __init__(self, append: Append) -> None:
        self._append = append
        self._waiting: list[Waiting] = []
        self._gate = Lock()
        self._turn = Lock()

    def append(self, rows: Sequence[NewRow], keys: Sequence[CommandKey]) -> list[int]:
        """Record rows. Returns their positions; raises what ``Append`` raises, for these rows alone."""
        if not self._waiting and self._turn.acquire(blocking=False):  # nobody else is here
            try:
                return self._append(rows, keys)
            finally:
                self._turn.release()
        mine = Waiting(rows, keys)
        with self._gate:
            self._waiting.append(mine)
        with self._turn:
            while not mine.settled:
                self._record(self._next())
        if mine.error is not None:
            raise mine.error
        assert mine.positions is not None
        return mine.positions

    def _next(self) -> list[Waiting]:
        """Those who have waited longest, in their order."""
        with self._gate:
            rows = end = 0
            while end < len(self._waiting) and rows < ROWS_AT_ONCE:
                rows += len(self._waiting[end].rows)
                end += 1
            group, self._waiting = self._waiting[:end], self._waiting[end:]
        return group

    def _record(self, group: Sequence[Waiting]) -> None:
        rows, keys = group[0].rows, group[0].keys
        if len(group) > 1:
            rows, keys = [row for each in group for row in each.rows], [key for each in group for key in each.keys]
        try:
            positions = self._append(rows, keys)
        except IntegrityError as error:
            if len(group) == 1:
                group[0].error = error
            else:
                for each in group:
                    self._record([each])
        except Exception as error:  # each of them hears of it
            for each in group:
                each.error = error
        except BaseException:  # who records for the others is stopped
            for each in group:
                each.error = DatabaseError(CUT_SHORT)
            raise
        else:
            for each in group:
                each.positions, positions = positions[: len(each.rows)], positions[len(each.rows) :]
