"""Whether the cost stays flat: append and catch-up on a long log beside a short one, in turn.

``python -m tests.benchmarks.flat --short URL --short-key FILE --long URL --long-key FILE``. Prints a table like ``make bench``,
in which the short log is the peer.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from uuid import uuid4

from rich.console import Console
from rich.progress import Progress

from adapters import logs
from adapters.bootstrap import Installation, installation
from adapters.settings import Settings
from domain.errors import RuleBroken
from projections.engine.parking import parked_events
from tests.benchmarks.__main__ import show
from tests.benchmarks.appending import transactions_of
from tests.benchmarks.cases import EVENTS, Transaction, whole_case
from tests.benchmarks.measure import Bar, Figure, Peer, Round, Timed, Work

CASES = 1_500
ROUNDS = 7
SHORT = "the short log"


def measured(short: Installation, long: Installation, progress: Progress) -> list[Figure]:
    """Rates on the long log beside those on the short one; nothing may have been parked."""
    before = long.log.head()
    for found in (short, long):
        for command in whole_case().setting_up:  # the hall of the cases
            with suppress(RuleBroken):  # what the city has already
                found.office.execute(command)
    works = {
        "append 1 event": partial(_appending, size=1, cases=CASES // 4),
        "append 10 events": partial(_appending, size=EVENTS, cases=CASES),
        "catch-up of all views": catching_up,
    }
    figures = [_work(side, short, long).measured(name, ROUNDS, progress) for name, side in works.items()]
    with long.reading() as connection:
        assert not [each for each in parked_events(connection) if each.position > before]
    return figures


def _work(side: Callable[[Installation], Round], short: Installation, long: Installation) -> Work:
    return Work(
        database=long.engine.dialect.name,
        unit="events/s",
        ours=side(long),
        peers=[Peer(SHORT, side(short))],
        bars=[Bar(0.85, SHORT)],
    )


def _appending(found: Installation, size: int, cases: int) -> Round:
    @contextmanager
    def ready() -> Iterator[Timed]:
        given = _fresh(size, cases)
        yield lambda: _append(found, given)

    return ready


def catching_up(found: Installation) -> Round:
    """Rounds of folding what was appended since the views stood at the head. Units are those events."""

    @contextmanager
    def ready() -> Iterator[Timed]:
        found.runner().catch_up()
        stands = found.log.head()
        _append(found, _fresh(EVENTS, CASES))
        yield lambda: found.runner().catch_up() - stands

    return ready


def _fresh(size: int, cases: int) -> list[Transaction]:
    run = uuid4().hex[:8]
    return transactions_of((f"{run}-{number}" for number in range(cases)), size, cases * EVENTS)


def _append(found: Installation, given: Sequence[Transaction]) -> int:
    for rows, keys in given:
        found.office.recorder.insert_events(rows, commands=keys)
    return sum(len(rows) for rows, _ in given)


def main(words: Sequence[str]) -> int:
    """Measure; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.flat", description=__doc__)
    for which in ("short", "long"):
        parser.add_argument(f"--{which}", required=True, metavar="URL", help=f"database of the {which} log")
        parser.add_argument(f"--{which}-key", required=True, metavar="FILE", type=Path, help="file of its master key")
    parser.add_argument("--format", choices=("table", "json"), default="table")
    given = parser.parse_args(words)
    with (
        installation(Settings(database_url=given.short, master_key_file=given.short_key)) as short,
        installation(Settings(database_url=given.long, master_key_file=given.long_key)) as long,
        Progress(console=Console(stderr=True), transient=True) as progress,
    ):
        events = {"short": short.log.head(), "long": long.log.head()}
        figures = measured(short, long, progress)
    if given.format == "json":
        print(json.dumps({"events": events, "figures": [figure.plain() for figure in figures]}, indent=2))
    else:
        print(f"{events['long']:,} events beside {events['short']:,}")
        show(figures)
    return 0


if __name__ == "__main__":
    logs.configure()
    sys.exit(main(sys.argv[1:]))
