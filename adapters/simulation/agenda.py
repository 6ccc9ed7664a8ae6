"""The clock of the simulation: who does what next, and the people whose time is limited."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from domain.time.working_time import WorkingCalendar

Process = Iterator["datetime | Turn"]
"""Somebody's doings: yields the moment at which it goes on, or the place in a line at whose turn it does."""


class Agenda:
    """Runs processes in the order of their moments."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._waiting: list[tuple[datetime, int, Process]] = []
        self._number = count()

    def add(self, at: datetime, process: Process) -> None:
        """Let a process begin at a moment."""
        heapq.heappush(self._waiting, (max(at, self.now), next(self._number), process))

    def run(self, until: datetime | None) -> Iterator[datetime]:
        """Run until nobody has anything to do, or until a moment; yields the moments as they pass."""
        while self._waiting and (until is None or self._waiting[0][0] <= until):
            self.now, _, process = heapq.heappop(self._waiting)
            match next(process, None):
                case Turn() as turn:
                    turn.line.join(turn, process)
                case datetime() as following:
                    self.add(following, process)
            yield self.now
        if until is not None:
            self.now = max(self.now, until)


class Staff:
    """People who do one thing after the other, first come first served, in working time."""

    def __init__(self, names: list[str], calendar: WorkingCalendar) -> None:
        self._calendar = calendar
        self._free = [(datetime.min.replace(tzinfo=calendar.zone), number, name) for number, name in enumerate(names)]
        heapq.heapify(self._free)

    def book(self, at: datetime, minutes: float) -> tuple[str, datetime, datetime]:
        """Who serves a request made at ``at``, from when and until when."""
        free, number, name = heapq.heappop(self._free)
        begin = open_from(self._calendar, max(at, free))
        end = self._calendar.add_working_us(begin, max(1, round(minutes * 60_000_000)))
        heapq.heappush(self._free, (end, number, name))
        return name, begin, end


@dataclass(eq=False, slots=True)
class Turn:
    """A place in a line: the lowest ``rank`` first, then who came first. ``clerk`` is who serves, once it is their turn.

    A turn with ``until`` is lost at that moment; then nobody serves.
    """

    line: Line
    rank: int
    until: datetime | None = None
    clerk: int | None = None
    over: bool = False


class Line:
    """Clerks (by number) who serve one person after the other while the hall is open, and those who wait for them."""

    def __init__(self, agenda: Agenda, calendar: WorkingCalendar, clerks: int) -> None:
        self._agenda, self._calendar = agenda, calendar
        self._free = list(range(clerks))
        self._waiting: list[tuple[int, int, Turn, Process]] = []
        self._number = count()
        self.clerks = clerks
        self.length = 0
        """How many wait."""

    def join(self, turn: Turn, process: Process) -> None:
        """Wait for one's turn; the process goes on then, or when the turn is lost."""
        heapq.heappush(self._waiting, (turn.rank, next(self._number), turn, process))
        self.length += 1
        now = self._agenda.now
        opens = open_from(self._calendar, now)
        if opens > now:
            self._agenda.add(opens, self._at_opening())
        else:
            self._call()
        if turn.until is not None and not turn.over:
            self._agenda.add(turn.until, self._expire(turn, process))

    def free(self, clerk: int, at: datetime) -> None:
        """A clerk can serve again from a moment on."""
        self._agenda.add(open_from(self._calendar, at), self._freed(clerk))

    def _call(self) -> None:
        while self._free and self._waiting:
            _, _, turn, process = heapq.heappop(self._waiting)
            if turn.over:
                continue
            turn.clerk, turn.over = heapq.heappop(self._free), True
            self.length -= 1
            self._agenda.add(self._agenda.now, process)

    def _at_opening(self) -> Process:
        self._call()
        yield from ()

    def _freed(self, clerk: int) -> Process:
        heapq.heappush(self._free, clerk)
        self._call()
        yield from ()

    def _expire(self, turn: Turn, process: Process) -> Process:
        if not turn.over:
            turn.over = True
            self.length -= 1
            self._agenda.add(self._agenda.now, process)
        yield from ()


def open_from(calendar: WorkingCalendar, at: datetime) -> datetime:
    """The moment itself while the hall works, else the moment it opens next."""
    return calendar.add_working_us(at, 1) - timedelta(microseconds=1)


def morning_after(calendar: WorkingCalendar, at: datetime, days: int = 1) -> datetime:
    """When the hall opens on the ``days``-th working day after a moment."""
    day = calendar.add_working_days(calendar.local_day(at), days)
    return open_from(calendar, calendar.day_bounds(day)[0])
