"""A log of any length, made of the real simulation: its cases again and again, under case numbers of their own.

``python -m tests.benchmarks.long_log --database URL --cases N [--open M]``. Some halls are simulated by the real
commands; their log is then repeated, some repetitions side by side, with positions, chains, links and commands as
if each had been recorded. ``onewindow verify`` passes on it. ``--open M`` leaves about so many cases in the middle
of an approval.
"""

import argparse
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress
from sqlalchemy import Connection, insert, select, update

from adapters import logs
from adapters.bootstrap import installation
from adapters.settings import Settings
from adapters.simulation.plan import Plan
from adapters.simulation.simulation import simulate
from adapters.store import migrate
from adapters.store.chain import GENESIS, chained, digest, linked
from adapters.store.driver.database import connect, reading, writing
from adapters.store.schema import commands, events, log_head, person_keys
from domain.application.state import Application
from domain.evolving import evolve
from domain.history import APPLICATIONS, TICKETS
from projections.views.open_work import OpenWork
from projections.views.work import DEPARTMENT, LATER

OF_TICKETS = events.c.stream_id.startswith(TICKETS)
"""Only cases are repeated: tickets have numbers of their own."""
SIDE_BY_SIDE = 10
"""Repetitions that are recorded at the same time."""
AT_ONCE = 20_000
EVENTS = {
    "position": "bigint",
    "stream_id": "text",
    "version": "int",
    "type": "text",
    "schema_version": "int",
    "recorded_at": "text",
    "metadata": "text",
    "data": "text",
    "hash": "bytea",
    "link": "bytea",
}
COMMANDS = {"command_id": "text", "digest": "bytea", "stream_id": "text", "version": "int", "position": "bigint"}

Row = tuple[Any, ...]


@dataclass(slots=True)
class Template:
    """A recorded row with a gap where the case number stands. ``command`` is the digest of the command it ends."""

    case: str | None
    version: int
    type_name: str
    schema_version: int
    recorded_at: str
    metadata: list[str]
    data: list[str]
    command_id: list[str]
    command: bytes | None


@dataclass(slots=True)
class Base:
    """What is repeated: the rows of the city, those of its cases command by command, and where cases have an open task."""

    city: list[Template]
    cases: list[list[Template]]
    numbers: list[str]
    open_at: dict[str, int]
    keys: list[Row]


@dataclass(slots=True)
class Tape:
    """Rows as they are recorded one after the other, kept until they are written."""

    position: int = 0
    link: bytes = GENESIS
    city_position: int = 0
    events: list[Row] = field(default_factory=list)
    commands: list[Row] = field(default_factory=list)

    def record(self, template: Template, number: str, before: bytes) -> bytes:
        """Record a row under a case number (of a hall or item: its own stream). Returns its hash."""
        stream_id = number if template.case is None else APPLICATIONS + number
        metadata, data = number.join(template.metadata), number.join(template.data)
        content = (stream_id, template.version, template.type_name, template.schema_version, template.recorded_at)
        row_hash = chained(before, digest(*content, metadata, data))
        self.position += 1
        self.link = linked(self.link, self.position, row_hash)
        self.events.append((self.position, *content, metadata, data, row_hash, self.link))
        if template.command is not None:
            command_id = number.join(template.command_id)
            self.commands.append((command_id, template.command, stream_id, template.version, self.position))
        return row_hash


def base(folder: Path, key: Path, seed: int, days: int) -> Base:
    """Simulate a city with its own master key and keep its log. About a thousand events a second."""
    url = f"sqlite:///{folder}/base.db"
    migrate.upgrade(url)
    with installation(Settings(database_url=url, master_key_file=key)) as made:
        simulate(made, Plan(halls=4, days=days, seed=seed), lambda done, total: None)
        with reading(made.engine) as connection:
            keys = [tuple(row) for row in connection.execute(select(person_keys))]
            ends = {(r.stream_id, r.version): r for r in connection.execute(select(commands))}
            rows = connection.execute(select(events).where(~OF_TICKETS).order_by(events.c.position)).all()
        templates = [_template(row, ends.get((row.stream_id, row.version))) for row in rows]
        in_cases = [t for t in templates if t.case is not None]
        numbers = list(dict.fromkeys(t.case for t in in_cases if t.case))
        return Base(
            city=[t for t in templates if t.case is None],
            cases=list(_runs(in_cases)),
            numbers=numbers,
            open_at={n: at for n in numbers if (at := _open_at(made.office.history(n), made.office.city()))},
            keys=keys,
        )


def _runs(templates: Sequence[Template]) -> Iterator[list[Template]]:
    """The rows of each command: they stand together, and the last one has its digest."""
    run: list[Template] = []
    for template in templates:
        run.append(template)
        if template.command is not None:
            yield run
            run = []


def _template(row: Any, command: Any) -> Template:
    case = row.stream_id.removeprefix(APPLICATIONS) if row.stream_id.startswith(APPLICATIONS) else None
    gap = re.compile(rf"(?<!P-){re.escape(case or row.stream_id)}")  # a person keeps his key, so that his name opens
    split: Callable[[str], list[str]] = gap.split if case else lambda text: [text]
    return Template(
        case,
        row.version,
        row.type,
        row.schema_version,
        row.recorded_at,
        split(row.metadata),
        split(row.data),
        split(command.command_id) if command else [],
        bytes(command.digest) if command else None,
    )


def _open_at(history: Sequence[Any], city: Any) -> int | None:
    """The last version at which a case has an open task."""
    state, found = Application(case_id="open"), None
    for record in history:
        state = evolve(state, record)
        if any(row[3] in (DEPARTMENT, LATER) for row in OpenWork().of_case(state, city)):
            found = record.originator_version
    return found


def repeated(of: Base, cases: int, still_open: int, streams: Sequence[str]) -> Iterator[Tape]:
    """The tape, each time there is enough on it to be written. ``streams`` are those of the city's rows."""
    tape = Tape()
    last: dict[str, bytes] = {}
    for template, stream_id in zip(of.city, streams, strict=True):
        last[stream_id] = tape.record(template, stream_id, last.get(stream_id, GENESIS))
    tape.city_position = tape.position
    copies, open_copies = -(-cases // len(of.numbers)), -(-still_open // len(of.open_at))
    for first in range(0, copies, SIDE_BY_SIDE):
        group = range(first, min(first + SIDE_BY_SIDE, copies))
        hashes: list[dict[str, bytes]] = [{} for _ in group]
        for run in of.cases:
            case, end = str(run[0].case), run[-1].version
            for copy, own in zip(group, hashes, strict=True):
                if copy < open_copies and end > of.open_at.get(case, end):
                    continue
                for template in run:
                    own[case] = tape.record(template, f"{copy:04d}.{case}", own.get(case, GENESIS))
            if len(tape.events) >= AT_ONCE:
                yield tape
                tape.events, tape.commands = [], []
    yield tape


def write(connection: Connection, tape: Tape) -> None:
    """Write what is on the tape as appends do, and the head. COPY would leave room in old pages to appends."""
    for table, columns, rows in (("events", EVENTS, tape.events), ("commands", COMMANDS, tape.commands)):
        if not rows:
            continue
        if connection.dialect.name == "postgresql":
            values = ", ".join(f"%s::{kind}[]" for kind in columns.values())
            given: Any = tuple(map(list, zip(*rows, strict=True)))
            written = f"select * from unnest({values})"
        else:
            given, written = rows, f"values ({', '.join('?' * len(columns))})"
        connection.exec_driver_sql(f"insert into {table} ({', '.join(columns)}) {written}", given)
    connection.execute(
        update(log_head).values(position=tape.position, link=tape.link, city_position=tape.city_position)
    )


def make(
    database: str, key: Path, *, cases: int, still_open: int = 0, seed: int = 1, days: int = 5, progress: Progress
) -> int:
    """Fill a fresh database. Returns the number of events."""
    with tempfile.TemporaryDirectory(prefix="onewindow-base-") as folder:
        task = progress.add_task("simulating", total=None)
        of = base(Path(folder), key, seed, days)
        streams = _city_streams(Path(folder))
        progress.remove_task(task)
    migrate.upgrade(database)
    engine = connect(database)
    task = progress.add_task("recording", total=len(of.city) + cases * sum(map(len, of.cases)) // len(of.numbers))
    with writing(engine) as connection:
        names = [column.name for column in person_keys.columns]
        connection.execute(insert(person_keys), [dict(zip(names, row, strict=True)) for row in of.keys])
    position = 0
    for tape in repeated(of, cases, still_open, streams):
        with writing(engine) as connection:
            write(connection, tape)
        position = tape.position
        progress.update(task, completed=position)
    with writing(engine) as connection:
        connection.exec_driver_sql("analyze")
    engine.dispose()
    return position


def _city_streams(folder: Path) -> list[str]:
    engine = connect(f"sqlite:///{folder}/base.db")
    with reading(engine) as connection:
        query = select(events.c.stream_id).where(~OF_TICKETS).order_by(events.c.position)
        found = [s for s in connection.execute(query).scalars() if not s.startswith(APPLICATIONS)]
    engine.dispose()
    return found


def main(words: Sequence[str]) -> int:
    """Fill a database; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.long_log", description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--key", type=Path, default=Path("var") / "master.key", help="file of the master key")
    parser.add_argument("--cases", type=int, required=True)
    parser.add_argument("--open", type=int, default=0, help="cases with open tasks")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--days", type=int, default=5, help="days of four halls that are simulated")
    given = parser.parse_args(words)
    with Progress(console=Console(stderr=True), transient=True) as progress:
        made = make(
            given.database,
            given.key,
            cases=given.cases,
            still_open=given.open,
            seed=given.seed,
            days=given.days,
            progress=progress,
        )
    print(f"{made} events")
    return 0


if __name__ == "__main__":
    logs.configure()
    sys.exit(main(sys.argv[1:]))
