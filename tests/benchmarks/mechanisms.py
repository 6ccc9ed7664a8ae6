"""Which lock gives positions without skips: the ways that PostgreSQL offers, with nothing else around them.

``python -m tests.benchmarks.mechanisms [--format json]``. Each appends the same rows by one statement in autocommit, one
round trip, on a durable server; by one process and by four. Medians of events a second. Decision 10 reads them.
"""

import argparse
import json
import multiprocessing
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from multiprocessing.synchronize import Barrier
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from rich.console import Console
from rich.table import Table

from adapters.store import migrate
from adapters.store.driver.database import connect
from tests.benchmarks.appending import transactions_of
from tests.benchmarks.place import Place
from tests.benchmarks.raw_append import POSTGRES, plain
from tests.postgres import PostgresServer

GIVEN = "unnest(ss, vs, ts, cs, rs, ms, ds) with ordinality as given (s, v, t, c, r, m, d, n)"
INSERT = f"""insert into events select before + n, s, v, t, c, r, m, d, h, h from {GIVEN};
    insert into commands values (command, digest, stream, version, before + size);"""
FUNCTION = """
create {kind} it(size int, command text, digest bytea, stream text, version int, h bytea, ss text[], vs int[],
    ts text[], cs int[], rs text[], ms text[], ds text[]) {returns} language plpgsql as $$
declare before bigint;
begin
    {take}
    {insert}
    {give}
end $$"""
LAST = "select coalesce(max(position), 0) into before from events;"
FUNCTIONS = {
    "head row in a function": (
        "select position into before from log_head for update;",
        "update log_head set position = before + size;",
    ),
    "advisory lock, head row": (
        "perform pg_advisory_xact_lock(1); select position into before from log_head for update;",
        "update log_head set position = before + size;",
    ),
    "advisory lock, last position": (f"perform pg_advisory_xact_lock(1); {LAST}", ""),
    "table lock, last position": (f"lock table events in exclusive mode; {LAST}", ""),
    "advisory lock, sequence (leaves holes)": ("perform pg_advisory_xact_lock(1); before := nextval('numbers');", ""),
}
HEAD_ROW = "head row in one statement"
EARLY = "advisory lock, head row, free before the flush"
"""Commits without waiting for the disk, then waits for it: an event is seen before it is safe."""
SIZES, PROCESSES = (1, 10), (1, 4)


def names() -> list[str]:
    """All mechanisms."""
    return [HEAD_ROW, *FUNCTIONS, EARLY]


def main(words: Sequence[str]) -> int:
    """Measure; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.mechanisms", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--events", type=int, default=1_500, help="a process and round, for ten events a transaction")
    parser.add_argument("--format", choices=("table", "json"), default="table")
    given = parser.parse_args(words)
    rates: dict[tuple[str, int, int], list[float]] = {}
    with PostgresServer(fsync=True) as server, tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        place = Place("postgres", Path(folder), server, stack)
        urls = {name: _made(place, name) for name in names()}
        for turn in range(given.rounds + 1):
            for processes in PROCESSES:
                for size in SIZES:
                    for name, url in urls.items():
                        events = given.events if size == 10 else given.events // 3
                        rate = _rate(url, name, processes, size, events, turn)
                        if turn:
                            rates.setdefault((name, processes, size), []).append(rate)
    figures = [
        {"mechanism": name, "processes": processes, "events": size, "rate": median(found)}
        for (name, processes, size), found in rates.items()
    ]
    if given.format == "json":
        print(json.dumps(figures, indent=2))
    else:
        _show(figures)
    return 0


def _made(place: Place, name: str) -> str:
    url = place.fresh()
    migrate.upgrade(url)
    connection = place.raw(url)
    connection.execute("create sequence numbers increment 10")
    if name in FUNCTIONS:
        take, give = FUNCTIONS[name]
        connection.execute(
            FUNCTION.format(kind="function", returns="returns void", take=take, insert=INSERT, give=give)
        )
    elif name == EARLY:
        take, give = FUNCTIONS["advisory lock, head row"]
        take = f"set local synchronous_commit = off; {take}"
        give = f"{give} commit; perform pg_logical_emit_message(true, 'onewindow', '');"
        connection.execute(FUNCTION.format(kind="procedure", returns="", take=take, insert=INSERT, give=give))
    return url


def _rate(url: str, name: str, processes: int, size: int, events: int, turn: int) -> float:
    context = multiprocessing.get_context("spawn")
    begin, end = context.Barrier(processes + 1), context.Barrier(processes + 1)
    workers = [
        context.Process(target=_work, args=(url, name, size, events, f"t{turn}-{processes}-{size}-{n}", begin, end))
        for n in range(processes)
    ]
    for worker in workers:
        worker.start()
    begin.wait(timeout=120)
    start = perf_counter()
    end.wait(timeout=600)
    seconds = perf_counter() - start
    for worker in workers:
        worker.join()
    return processes * events / seconds


def _work(url: str, name: str, size: int, events: int, mark: str, begin: Barrier, end: Barrier) -> None:
    given = [plain(*each) for each in transactions_of((f"{mark}-{n}" for n in range(events)), size, events)]
    engine = connect(url)
    connection: Any = engine.raw_connection().driver_connection
    connection.autocommit = True
    call = (
        "call" if name == EARLY else "select"
    ) + " it(%s, %s, %s, %s, %s, %s, %s::text[], %s::int[], %s::text[], %s::int[], %s::text[], %s::text[], %s::text[])"
    begin.wait(timeout=120)
    for rows, command in given:
        columns = list(map(list, zip(*rows, strict=True)))
        if name == HEAD_ROW:
            values = (len(rows), len(rows), *command, len(rows), bytes(32), bytes(32), *columns)
            connection.execute(POSTGRES, values, prepare=True)
        else:
            connection.execute(call, (len(rows), *command, bytes(32), *columns), prepare=True)
    end.wait(timeout=600)


def _show(figures: Sequence[dict[str, Any]]) -> None:
    cases = [(processes, size) for processes in PROCESSES for size in SIZES]
    table = Table(title="events a second")
    table.add_column("mechanism")
    for processes, size in cases:
        table.add_column(
            f"{processes} process{'es' if processes > 1 else ''}, {size} event{'s' if size > 1 else ''}",
            justify="right",
        )
    for name in names():
        rates = {(f["processes"], f["events"]): f["rate"] for f in figures if f["mechanism"] == name}
        table.add_row(name, *(f"{rates[case]:,.0f}" for case in cases))
    Console(width=140).print(table)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
