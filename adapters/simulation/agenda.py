"""The clock of the simulation: who does what next, and the people whose time is limited."""

import heapq
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count

from domain.working_time import WorkingCalendar

Process = Iterator[datetime]
"""Somebody's doings: yields the moment at which it goes on."""


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
            following = next(process, None)
            if following is not None:
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


def open_from(calendar: WorkingCalendar, at: datetime) -> datetime:
    """The moment itself while the hall works, else the moment it opens next."""
    return calendar.add_working_us(at, 1) - timedelta(microseconds=1)


def morning_after(calendar: WorkingCalendar, at: datetime, days: int = 1) -> datetime:
    """When the hall opens on the ``days``-th working day after a moment."""
    day = calendar.add_working_days(calendar.local_day(at), days)
    return open_from(calendar, calendar.day_bounds(day)[0])
