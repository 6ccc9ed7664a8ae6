"""``make bench``: measure, print one table, write ``var/bench.json``."""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from tests.benchmarks.measure import Figure
from tests.benchmarks.place import places
from tests.benchmarks.works import works

FILE = Path("var") / "bench.json"


def main(words: list[str]) -> int:
    """Run the benchmark; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds of less work: within two minutes")
    parser.add_argument("--format", choices=("table", "json"), default="table")
    parser.add_argument("--database", choices=("sqlite", "postgres"), help="only this one")
    parser.add_argument("--rounds", type=int, help="rounds that count")
    given = parser.parse_args(words)
    kinds = (given.database,) if given.database else ("sqlite", "postgres")
    rounds = given.rounds or (3 if given.quick else 5)
    figures: list[Figure] = []
    with (
        tempfile.TemporaryDirectory(prefix="onewindow-bench-") as folder,
        Progress(console=Console(stderr=True), transient=True) as progress,
        places(Path(folder), kinds) as found,
    ):
        for place in found:
            figures += [work.measured(rounds, progress) for work in works(place, 4 if given.quick else 1)]
    plain = [figure.plain() for figure in figures]
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(json.dumps(plain, indent=2) + "\n")
    if given.format == "json":
        print(json.dumps(plain, indent=2))
    else:
        show(figures)
    return 0


def show(figures: list[Figure]) -> None:
    """One table."""
    table = Table(title="medians, units a second; ratios are ours / theirs in the same run", title_justify="left")
    for column in ("database", "work", "ours", "limit", "of limit", "peer", "of peer", "peer's name", "unit"):
        table.add_column(
            column, justify="right" if column in ("ours", "limit", "of limit", "peer", "of peer") else "left"
        )
    for f in figures:
        ratios = [f"{x:.2f}" if x is not None else "" for x in (f.of_limit, f.of_peer)]
        rates = [f"{x:,.0f}" if x is not None else "" for x in (f.ours, f.limit, f.peer)]
        table.add_row(f.database, f.work, rates[0], rates[1], ratios[0], rates[2], ratios[1], f.peer_name or "", f.unit)
    Console(width=150).print(table)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
