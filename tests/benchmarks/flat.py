"""Whether the cost stays flat: append and catch-up at the length that a log has now.

``python -m tests.benchmarks.flat --database URL``: run it on a short log and on a long one. Events a second, medians.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import perf_counter
from uuid import uuid4

from adapters.settings import Settings
from adapters.wiring import House, house
from domain.office import CommandKey
from projections.parking import parked_events
from tests.benchmarks.cases import EVENTS, rows_of, whole_case

CASES = 1_500
ROUNDS = 5


def measured(found: House) -> dict[str, float]:
    """The length of the log, and the rates at that length; nothing may have been parked."""
    found.office.execute_all(whole_case().setting_up)  # the hall of the cases; what the city has already is refused
    found.runner().catch_up()
    before = found.log.head()
    figures: dict[str, list[float]] = {"append 1 event": [], "append 10 events": [], "catch-up of all views": []}
    for _ in range(ROUNDS):
        figures["append 1 event"].append(_appended(found, 1, CASES // 4))
        figures["append 10 events"].append(_appended(found, EVENTS, CASES))
        begun = found.log.head() - EVENTS * (CASES + CASES // 4)
        start = perf_counter()
        events = found.runner().catch_up() - begun
        figures["catch-up of all views"].append(events / (perf_counter() - start))
    with found.reading() as connection:
        assert not [each for each in parked_events(connection) if each.position > before]
    return {"length": float(before), **{name: median(rates) for name, rates in figures.items()}}


def _appended(found: House, size: int, cases: int) -> float:
    run = uuid4().hex[:8]
    given = []
    for number in range(cases):
        rows = rows_of(f"{run}-{number}")
        given += [
            (rows[start : start + size], [CommandKey(f"{run}/{number}/{start}", bytes(32), size)])
            for start in range(0, EVENTS, size)
        ]
    start = perf_counter()
    for rows, keys in given:
        found.office.recorder.insert_events(rows, commands=keys)
    return cases * EVENTS / (perf_counter() - start)


def main(words: Sequence[str]) -> int:
    """Measure; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.flat", description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--key", type=Path, default=Path("var") / "master.key")
    given = parser.parse_args(words)
    with house(Settings(database_url=given.database, master_key_file=given.key)) as found:
        print(json.dumps(measured(found), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
