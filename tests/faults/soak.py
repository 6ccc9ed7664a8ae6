"""The soak: writers, workers and readers at work while a conductor kills, stops and cuts.

``python -m tests.faults.soak --minutes M --seed S [--database sqlite] [--format json]``. The plan of faults follows from the seed; when
exactly a fault hits a process does not. Exit code 1 when something does not hold afterwards, or too little was broken.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from random import Random
from threading import Event
from typing import Any

import psycopg
from rich.console import Console
from rich.progress import Progress
from sqlalchemy import select, update

from adapters.bootstrap import installation
from adapters.settings import Settings
from adapters.store import migrate
from adapters.store.driver.append import append_postgres
from adapters.store.driver.database import connect, reading, writing
from adapters.store.driver.prepared import PreparedStatements
from adapters.store.schema import log_head
from domain.office.office import CommandKey
from projections.engine.lease import LEASE_MS
from projections.engine.tables import generations
from tests.benchmarks.cases import rows_of, whole_case
from tests.faults.checks import violations
from tests.faults.copies import Copies
from tests.postgres import PostgresServer
from tests.terminal import ROOT, environment

WRITERS, WORKERS, READERS = 4, 3, 2
KILLS_A_MINUTE, RESTARTS_A_MINUTE = 200 / 30, 20 / 30
SECONDS_BETWEEN = (1.0, 3.0)
HELD_SECONDS = (0.2, 1.5)
HOUR_MS = 3_600_000
COPIES = 3
"""So many backups and publications, spread over the time."""
KINDS = ("postgres", "sqlite")


class _TakenBack(Exception):
    """Nothing of a transaction is kept."""


class Conductor:
    """Starts everybody, breaks things by a plan, and starts again what it broke."""

    def __init__(self, server: PostgresServer | None, url: str, folder: Path, seed: int) -> None:
        self._server = server
        self._url = url
        self._folder = folder
        self._random = Random(seed)
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._held = 0
        self.copies = Copies(folder)
        self.faults: Counter[str] = Counter()
        self.surprises: list[str] = []

    def start_all(self) -> None:
        """Everybody to work."""
        for name in [f"writer-{n}" for n in range(WRITERS)] + [f"worker-{n}" for n in range(WORKERS)]:
            self._start(name)
        for number in range(READERS):
            self._start(f"reader-{number}")

    def run(self, seconds: float, progress: Callable[[float], None]) -> None:
        """Break something every few seconds."""
        kinds: list[tuple[Callable[[], None], int]] = [
            (self._kill, 10),
            (self._pause_worker, 1),
            (self._jump_the_clock, 1),
        ]
        if self._server is None:
            kinds.append((self._hold_the_file, 2))
        else:
            kinds += [
                (partial(self._restart, self._server), 2),
                (self._cut_connections, 2),
                (self._hold_a_transaction, 2),
            ]
        faults, weights = [kind for kind, _ in kinds], [weight for _, weight in kinds]
        begun = time.monotonic()
        while (passed := time.monotonic() - begun) < seconds:
            progress(passed)
            Event().wait(self._random.uniform(*SECONDS_BETWEEN))
            self._random.choices(faults, weights)[0]()
            self._start_again()
            if len(self.copies.backups) < COPIES * passed / seconds:
                self.copies.take(self._url)

    def stop_writers(self) -> None:
        """Writers end with their command; workers and readers go on."""
        for name, process in self._processes.items():
            if name.startswith("writer"):
                process.send_signal(signal.SIGTERM)
        for name, process in self._processes.items():
            if name.startswith("writer") and process.wait(timeout=60) not in (0, -signal.SIGTERM):
                self.surprises.append(f"{name} ended with {process.returncode}")

    def stop_all(self) -> None:
        """Nobody is left."""
        for process in self._processes.values():
            if process.poll() is None:
                process.kill()
            process.wait()

    def _start(self, name: str) -> None:
        kind, _, number = name.partition("-")
        words = {
            "writer": ["tests.faults.writer", self._url, str(self._folder), number],
            "reader": ["tests.faults.reader", self._url, str(self._folder), number, str(100 * int(number))],
            "worker": ["adapters.cli", "project", "--follow", "--no-tick"],
        }[kind]
        more = {"PGOPTIONS": "-c lock_timeout=30ms"} if name == "writer-3" else {}
        log = (self._folder / f"{name}.log").open("ab")
        self._processes[name] = subprocess.Popen(
            [sys.executable, "-m", *words],
            cwd=ROOT,
            env=environment(self._url, self._folder)
            | {"ONEWINDOW_MASTER_KEY_FILE": str(self._folder / "key"), "ONEWINDOW_LOG_LEVEL": "warning"}
            | more,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        log.close()

    def _start_again(self) -> None:
        for name, process in list(self._processes.items()):
            if process.poll() is not None:
                if process.returncode not in (-signal.SIGKILL, 4):  # 4: it began while the database was away
                    self.surprises.append(f"{name} ended with {process.returncode}")
                self._start(name)

    def _kill(self) -> None:
        name = self._random.choice(sorted(self._processes))
        self._processes[name].kill()
        self._processes[name].wait()
        self.faults["kills"] += 1

    def _pause_worker(self) -> None:
        process = self._processes[f"worker-{self._random.randrange(WORKERS)}"]
        if process.poll() is None:
            process.send_signal(signal.SIGSTOP)
            Event().wait(LEASE_MS / 1000 * self._random.uniform(0.5, 1.5))
            process.send_signal(signal.SIGCONT)
            self.faults["pauses"] += 1

    def _jump_the_clock(self) -> None:
        """Seen from after the jump, all leases end an hour earlier or later."""
        jumped = {"held_until": generations.c.held_until + self._random.choice((-HOUR_MS, HOUR_MS))}
        engine = connect(self._url)
        with reading(engine) as connection:
            views = connection.execute(select(generations.c.view)).scalars().all()
        for view in views:  # one by one: all at once would be a deadlock with a worker that locks them in its own order
            with writing(engine) as connection:
                connection.execute(update(generations).where(generations.c.view == view).values(**jumped))
        engine.dispose()
        self.faults["clock jumps"] += 1

    def _hold_the_file(self) -> None:
        """The lock of a SQLite file, with a change that is taken back in the end."""
        engine = connect(self._url)
        with suppress(_TakenBack), writing(engine) as connection:
            connection.execute(update(log_head).values(position=log_head.c.position + 1))
            Event().wait(self._random.uniform(*HELD_SECONDS))
            raise _TakenBack
        engine.dispose()
        self.faults["held"] += 1

    def _restart(self, server: PostgresServer) -> None:
        server.stop("immediate")
        Event().wait(self._random.uniform(0, 1))
        server.start()
        self.faults["restarts"] += 1

    def _cut_connections(self) -> None:
        with self._connected() as connection:
            pids = [
                row[0] for row in connection.execute("select pid from pg_stat_activity where pid <> pg_backend_pid()")
            ]
            for pid in self._random.sample(sorted(pids), min(3, len(pids))):
                connection.execute("select pg_terminate_backend(%s)", (pid,))
        self.faults["cuts"] += 1

    def _hold_a_transaction(self) -> None:
        """An append that is done but not committed, for a while: everybody waits, nobody sees a hole."""
        self._held += 1
        number = 90_000_000 + self._held  # checks.HELD
        rows = rows_of(number, f"held/{number}")
        lost = self._random.random() < 0.5
        with self._connected() as connection, connection.transaction(force_rollback=lost):
            append_postgres(PreparedStatements(connection), rows, [CommandKey(f"held/{number}", bytes(32), len(rows))])
            Event().wait(self._random.uniform(*HELD_SECONDS))
        self.faults["held"] += 1

    def _connected(self) -> "psycopg.Connection[Any]":
        return psycopg.connect(self._url.replace("+psycopg", ""), autocommit=True)


def soak(minutes: float, seed: int, progress: Callable[[float], None], database: str = "postgres") -> dict[str, Any]:
    """Run it. Returns the faults by kind, what was recorded, and everything that does not hold."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="onewindow-soak-")))
        server = stack.enter_context(PostgresServer(fsync=True)) if database == "postgres" else None
        url = server.create_database("soak") if server else f"sqlite:///{folder}/soak.db"
        migrate.upgrade(url)
        settings = Settings(database_url=url, master_key_file=folder / "key")
        with installation(settings) as found:
            for command in whole_case().setting_up:
                found.office.execute(command)
        conductor = Conductor(server, url, folder, seed)
        try:
            conductor.start_all()
            conductor.run(minutes * 60, progress)
            conductor.stop_writers()
            with installation(settings) as found:
                head = found.log.head()
                found.runner().catch_up()
                _wait_for_readers(folder, head)
                conductor.stop_all()
                wrong = conductor.surprises + violations(found, folder) + list(conductor.copies.violations(url))
        finally:
            conductor.stop_all()
        acks = sum(len(file.read_text().splitlines()) for file in folder.glob("*.acks"))
        if wrong:
            wrong += [f"{log.name}: {log.read_text()[-400:]}" for log in folder.glob("*.log") if log.stat().st_size]
    faults = conductor.faults
    short = [
        f"{faults[kind]} {kind}, at least {int(a_minute * minutes)} are asked"
        for kind, a_minute in (("kills", KILLS_A_MINUTE), ("restarts", RESTARTS_A_MINUTE if server else 0))
        if faults[kind] < int(a_minute * minutes)
    ]
    return {
        "database": database,
        "seed": seed,
        "minutes": minutes,
        **faults,
        "events": head,
        "acknowledged": acks,
        "copies": [told for _, _, told in conductor.copies.backups],
        "violations": wrong,
        "too_little": short,
    }


def _wait_for_readers(folder: Path, head: int) -> None:
    """Readers have a minute for what is left; who has not seen it then is found by the checks."""
    end = time.monotonic() + 60
    files = [folder / f"reader-{number}.seen" for number in range(READERS)]
    while time.monotonic() < end:
        if all(file.exists() and file.read_text().endswith(f"\n{head}\n") for file in files):
            return
        Event().wait(0.1)


def main(words: Sequence[str]) -> int:
    """Run the soak; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(3), "big"))
    parser.add_argument("--database", choices=KINDS, default=KINDS[0])
    parser.add_argument("--format", choices=("table", "json"), default="table")
    given = parser.parse_args(words)
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))  # so that nobody is left behind
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(f"soak, seed {given.seed}", total=given.minutes * 60)
        told = soak(given.minutes, given.seed, lambda passed: bar.update(task, completed=passed), given.database)
    if given.format == "json":
        print(json.dumps(told, indent=2))
    else:
        for name, value in told.items():
            print(f"{name}: {value}")
    return 1 if told["violations"] or told["too_little"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
