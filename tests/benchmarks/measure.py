"""Rounds and ratios. A figure is the median over rounds in which everybody runs in turn, so that drift hits all alike."""

import gc
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from statistics import median
from time import perf_counter

from rich.progress import Progress

Timed = Callable[[], int]
"""What the clock measures; answers how many units it did."""
Round = Callable[[], AbstractContextManager[Timed]]
"""One round of one side: made ready and cleared away outside the clock."""


@dataclass(frozen=True)
class Figure:
    """One line: units a second of ours, of the raw limit and of a peer, and ours in parts of theirs."""

    work: str
    database: str
    ours: float
    unit: str
    limit: float | None
    peer: float | None
    peer_name: str | None

    @property
    def of_limit(self) -> float | None:
        """Ours in parts of the limit."""
        return self.ours / self.limit if self.limit else None

    @property
    def of_peer(self) -> float | None:
        """Ours in parts of the peer."""
        return self.ours / self.peer if self.peer else None

    def plain(self) -> dict[str, object]:
        """As ``var/bench.json`` holds it."""
        return {**asdict(self), "of_limit": self.of_limit, "of_peer": self.of_peer}


@dataclass(frozen=True)
class Work:
    """Something to measure; ``limit`` and ``peer`` do the same work raw, and with another library."""

    database: str
    unit: str
    ours: Round
    limit: Round | None = None
    peer: Round | None = None
    peer_name: str | None = None

    def measured(self, name: str, rounds: int, progress: Progress) -> Figure:
        """Its figure under this name: the medians over the rounds, after one round that does not count."""
        rates: dict[str, list[float]] = {whose: [] for whose, _ in self._sides()}
        task = progress.add_task(f"{self.database}: {name}", total=rounds + 1)
        for turn in range(rounds + 1):
            for whose, side in self._sides():
                rate = _rate(side)
                if turn:
                    rates[whose].append(rate)
            progress.advance(task)
        progress.remove_task(task)
        middle = {whose: median(values) for whose, values in rates.items()}
        return Figure(
            work=name,
            database=self.database,
            ours=middle["ours"],
            unit=self.unit,
            limit=middle.get("limit"),
            peer=middle.get("peer"),
            peer_name=self.peer_name if self.peer else None,
        )

    def _sides(self) -> Iterator[tuple[str, Round]]:
        for name, side in (("ours", self.ours), ("limit", self.limit), ("peer", self.peer)):
            if side is not None:
                yield name, side


def _rate(side: Round) -> float:
    """Units a second of one round; nobody pays for another's garbage."""
    with side() as timed:
        gc.collect()
        start = perf_counter()
        units = timed()
        seconds = perf_counter() - start
    return units / seconds
