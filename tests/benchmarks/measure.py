"""Rounds and ratios. A figure is the median over rounds in which everybody runs in turn, so that drift hits all alike."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import median
from time import perf_counter

from rich.progress import Progress

Round = Callable[[], int]
"""Does one round of a work and answers how many units it did."""


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

    name: str
    database: str
    unit: str
    ours: Round
    limit: Round | None = None
    peer: Round | None = None
    peer_name: str | None = None

    def measured(self, rounds: int, progress: Progress) -> Figure:
        """The medians over the rounds, after one round that does not count."""
        sides = {"ours": self.ours, "limit": self.limit, "peer": self.peer}
        rates: dict[str, list[float]] = {name: [] for name, side in sides.items() if side is not None}
        task = progress.add_task(f"{self.database}: {self.name}", total=rounds + 1)
        for turn in range(rounds + 1):
            for name, side in sides.items():
                if side is None:
                    continue
                start = perf_counter()
                units = side()
                seconds = perf_counter() - start
                if turn:
                    rates[name].append(units / seconds)
            progress.advance(task)
        progress.remove_task(task)
        middle = {name: median(values) for name, values in rates.items()}
        return Figure(
            self.name,
            self.database,
            middle["ours"],
            self.unit,
            middle.get("limit"),
            middle.get("peer"),
            self.peer_name if self.peer else None,
        )
