"""``make bench``: measure, print one table, write ``var/bench.json``."""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from adapters import logs
from tests.benchmarks.measure import Bar, Figure
from tests.benchmarks.place import places
from tests.benchmarks.works import FULL, QUICK, Size, works

FILE = Path("var") / "bench.json"
KINDS = ("sqlite", "postgres")


def main(words: Sequence[str]) -> int:
    """Run the benchmark; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds of less work: within two minutes")
    parser.add_argument("--format", choices=("table", "json"), default="table")
    parser.add_argument("--database", choices=KINDS, help="only this one")
    parser.add_argument("--work", default="", help="only works with this in their name")
    parser.add_argument("--rounds", type=int, help="rounds that count")
    given = parser.parse_args(words)
    size = QUICK if given.quick else FULL
    if given.rounds:
        size = replace(size, rounds=given.rounds)
    figures = measured((given.database,) if given.database else KINDS, size, given.work)
    plain = json.dumps([figure.plain() for figure in figures], indent=2)
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(plain + "\n")
    if given.format == "json":
        print(plain)
    else:
        show(figures)
    return 0


def measured(kinds: Sequence[str], size: Size, named: str = "") -> list[Figure]:
    """The figures of all works with ``named`` in their name, on each kind of database."""
    with (
        tempfile.TemporaryDirectory(prefix="onewindow-bench-") as folder,
        Progress(console=Console(stderr=True), transient=True) as progress,
        places(Path(folder), kinds) as found,
    ):
        return [
            make().measured(name, size.rounds, progress)
            for place in found
            for name, make in works(place, size).items()
            if named in name
        ]


def show(figures: Sequence[Figure]) -> None:
    """One table."""
    table = Table(title="medians, units a second; ratios are ours / theirs in the same run", title_justify="left")
    numbers = ("ours", "limit", "of limit")
    for column in ("database", "work", "unit", *numbers, "peers", "to reach"):
        table.add_column(column, justify="right" if column in numbers else "left")
    for f in figures:
        rates = [f"{x:,.0f}" if x is not None else "" for x in (f.ours, f.limit)]
        ratio = f"{f.of_limit:.2f}" if f.of_limit is not None else ""
        peers = "\n".join(f"{f.ours / rate:.2f} x {name} ({rate:,.0f})" for name, rate in f.peers.items())
        table.add_row(f.database, f.work, f.unit, *rates, ratio, peers, "\n".join(_told(f, bar) for bar in f.bars))
    Console(width=170).print(table)


def _told(figure: Figure, bar: Bar) -> str:
    """A bar in words: reached, missed, or nothing to measure it by."""
    said = {True: "reached", False: "MISSED", None: "not measured"}[figure.reached(bar)]
    return f"{said}: {bar.told(figure.unit)}"


if __name__ == "__main__":
    logs.configure()
    sys.exit(main(sys.argv[1:]))
