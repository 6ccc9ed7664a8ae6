"""Rounds and ratios. A figure is the median over rounds in which everybody runs once, each time in another order.

So drift hits all alike, and so does what the one before leaves behind: dirty pages, cold caches.
"""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from random import Random
from statistics import median
from time import perf_counter

from rich.progress import Progress

Timed = Callable[[], int]
"""What the clock measures; answers how many units it did."""
Round = Callable[[], AbstractContextManager[Timed]]
"""One round of one side: made ready and cleared away outside the clock."""


@dataclass(frozen=True)
class Peer:
    """Another library doing the same work."""

    name: str
    side: Round


@dataclass(frozen=True)
class Bar:
    """What is to be reached: so many times the limit, or a peer by its name, or units a second where ``of`` is empty.

    ``otherwise`` would do as well.
    """

    times: float
    of: str = "limit"
    otherwise: "Bar | None" = None

    def plain(self) -> dict[str, object]:
        """As ``var/bench.json`` holds it."""
        told: dict[str, object] = {"times": self.times, "of": self.of}
        return told | ({"otherwise": self.otherwise.plain()} if self.otherwise else {})

    def told(self, unit: str) -> str:
        """In words."""
        here = f"{self.times:,g}" + (f" x {self.of}" if self.of else f" {unit}")
        return f"{here} or {self.otherwise.told(unit)}" if self.otherwise else here


@dataclass(frozen=True)
class Figure:
    """One line: units a second of ours, of the raw limit and of the peers, and what was to be reached."""

    work: str
    database: str
    unit: str
    ours: float
    limit: float | None
    peers: dict[str, float]
    bars: Sequence[Bar] = ()

    @property
    def of_limit(self) -> float | None:
        """Ours in parts of the limit."""
        return self.ours / self.limit if self.limit else None

    def reached(self, bar: Bar) -> bool | None:
        """Whether a bar is reached, None where what it is measured by did not run."""
        other = 1.0 if not bar.of else self.limit if bar.of == "limit" else self.peers.get(bar.of)
        here = None if other is None else self.ours >= bar.times * other
        return here or self.reached(bar.otherwise) if bar.otherwise else here

    def plain(self) -> dict[str, object]:
        """As ``var/bench.json`` holds it."""
        return {
            "work": self.work,
            "database": self.database,
            "unit": self.unit,
            "ours": self.ours,
            "limit": self.limit,
            "of_limit": self.of_limit,
            "peers": [{"name": name, "rate": rate, "of_peer": self.ours / rate} for name, rate in self.peers.items()],
            "bars": [bar.plain() | {"reached": self.reached(bar)} for bar in self.bars],
        }


@dataclass(frozen=True)
class Work:
    """Something to measure; ``limit`` and ``peers`` do the same work raw, and with other libraries."""

    database: str
    unit: str
    ours: Round
    limit: Round | None = None
    peers: Sequence[Peer] = ()
    bars: Sequence[Bar] = field(default=())

    def measured(self, name: str, rounds: int, progress: Progress) -> Figure:
        """Its figure under this name: the medians over the rounds, after one round that does not count."""
        order, sides = Random(0), list(self._sides())
        rates: dict[str, list[float]] = {whose: [] for whose, _ in sides}
        task = progress.add_task(f"{self.database}: {name}", total=rounds + 1)
        for turn in range(rounds + 1):
            for whose, side in sides:
                rate = _rate(side)
                if turn:
                    rates[whose].append(rate)
            order.shuffle(sides)
            progress.advance(task)
        progress.remove_task(task)
        middle = {whose: median(values) for whose, values in rates.items()}
        return Figure(
            work=name,
            database=self.database,
            unit=self.unit,
            ours=middle.pop("ours"),
            limit=middle.pop("limit", None),
            peers=middle,
            bars=self.bars,
        )

    def _sides(self) -> Iterator[tuple[str, Round]]:
        yield "ours", self.ours
        if self.limit is not None:
            yield "limit", self.limit
        for peer in self.peers:
            yield peer.name, peer.side


def _rate(side: Round) -> float:
    """Units a second of one round; nobody pays for another's garbage."""
    with side() as timed:
        gc.collect()
        start = perf_counter()
        units = timed()
        seconds = perf_counter() - start
    return units / seconds
