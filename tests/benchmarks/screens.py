"""How long a screen takes: the queue page of a department and the desk of a window, over all of them in turn.

``python -m tests.benchmarks.screens --database URL [--format json]``. Milliseconds in one process, each call a
transaction of its own as the command line makes it.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from time import perf_counter

import numpy as np

from adapters import logs
from adapters.bootstrap import Installation, installation
from adapters.settings import Settings
from domain.city import City
from projections.lists.desk import desk
from projections.lists.queue import length, queue

PAGE = 50


def measured(found: Installation, calls: int, seed: int = 1) -> dict[str, dict[str, float]]:
    """Milliseconds of each screen: p50, p99 and the longest; and how many open tasks there are."""
    city = found.office.city()
    random = Random(seed)
    departments = sorted(city.departments)
    windows = [(hall.hall_id, window) for hall in city.halls.values() for window in hall.windows]

    def queue_page() -> None:
        with found.reading() as connection:
            queue(connection, random.choice(departments), found.now(), PAGE)

    def desk_page() -> None:
        with found.reading() as connection:
            desk(connection, city, *random.choice(windows), found.now(), PAGE)

    return {
        "open tasks": {"count": float(_open_tasks(found, city))},
        "queue page": _timed(queue_page, calls),
        "desk": _timed(desk_page, calls),
    }


def _open_tasks(found: Installation, city: City) -> int:
    with found.reading() as connection:
        return sum(length(connection, department, found.now()) for department in city.departments)


def _timed(call: Callable[[], None], calls: int) -> dict[str, float]:
    spans = []
    for _ in range(calls + 20):
        start = perf_counter()
        call()
        spans.append((perf_counter() - start) * 1000)
    p50, p99 = np.quantile(np.array(spans[20:]), [0.5, 0.99])
    return {"p50_ms": float(p50), "p99_ms": float(p99), "longest_ms": max(spans[20:])}


def main(words: Sequence[str]) -> int:
    """Measure; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.screens", description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--key", type=Path, default=Path("var") / "master.key")
    parser.add_argument("--calls", type=int, default=1_000)
    parser.add_argument("--format", choices=("table", "json"), default="table")
    given = parser.parse_args(words)
    with installation(Settings(database_url=given.database, master_key_file=given.key)) as found:
        figures = measured(found, given.calls)
    if given.format == "json":
        print(json.dumps(figures, indent=2))
    else:
        for screen, each in figures.items():
            print(f"{screen:12s}", ", ".join(f"{name} {value:,.2f}" for name, value in each.items()))
    return 0


if __name__ == "__main__":
    logs.configure()
    sys.exit(main(sys.argv[1:]))
