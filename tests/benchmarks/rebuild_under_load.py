"""A rebuild of all views while the office goes on: how long it takes, how much memory, and who had to wait.

``python -m tests.benchmarks.rebuild_under_load --database URL --key FILE``. Beside the rebuild run a
follower (``onewindow project --follow``), a writer who gives real commands, and a reader of queue, desk and case file who
takes every answer that is empty, or an error, for a failure. Exit code 1 if there was one. A fourth asks the machine
itself, without any database, for memory and for a block of its disk: what is slow there no answer can make up for. Linux only.
"""

import argparse
import gc
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from itertools import count, cycle
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event as Stop
from pathlib import Path
from random import Random
from threading import Event
from time import perf_counter
from typing import Any
from uuid import uuid4

from sqlalchemy import func, select

from adapters import logs
from adapters.bootstrap import Installation, installation
from adapters.cli.project import WORKERS
from adapters.settings import Settings
from domain.application.path.intake import RegisterIntake
from domain.application.terms import Channel
from domain.people.applicant import Applicant
from domain.record import Actor, Role
from projections.engine.generations import live
from projections.lists.desk import desk
from projections.lists.queue import length, queue
from projections.views import case_file
from projections.views.intake_register import IntakeRegister
from projections.views.open_work import OpenWork
from projections.views.work import DEPARTMENT
from tests.benchmarks import machine
from tests.benchmarks.calls import Calls
from tests.terminal import ROOT, environment

PAUSE = 0.05
"""Seconds between two commands of the writer, and two answers of the reader."""
CONTEXT = get_context("spawn")
Work = Callable[[Installation], Iterator[tuple[str, Callable[[], object]]]]
"""Makes ready, and gives one call after the other, each with its name."""


def measured(settings: Settings, words: Sequence[str]) -> dict[str, Any]:
    """Rebuild with everything going on beside."""
    with installation(settings) as found:
        found.runner().catch_up()
        head = found.log.head()
    with (
        _follower(settings),
        _beside(settings, _write) as writer,
        _beside(settings, _read) as reader,
        _beside(settings, _look, machine.GLANCE) as looks,
    ):
        before = perf_counter()
        Event().wait(10)  # so that there is something to compare with
        begun = perf_counter()
        memory = _rebuild(settings, words)
        ended = perf_counter()
    seconds = ended - begun
    return {
        "events": head,
        "seconds": seconds,
        "events/s": head / seconds,
        **memory,
        "before": _told(before, begun, writer, reader, looks),
        "during": _told(begun, ended, writer, reader, looks),
    }


def _told(begun: float, ended: float, writer: Calls, reader: Calls, looks: Calls) -> dict[str, dict[str, Any]]:
    by = {"commands": writer, "answers": reader, "machine": looks}
    return {name: calls.told(begun, ended, looks) for name, calls in by.items()}


def _command(settings: Settings, *words: str) -> "subprocess.Popen[bytes]":
    key = {"ONEWINDOW_MASTER_KEY_FILE": str(settings.master_key_file.absolute())}
    return subprocess.Popen(
        [sys.executable, "-m", "adapters.cli", *words],
        cwd=ROOT,
        env=environment(settings.database_url, ROOT) | key | {"ONEWINDOW_LOG_LEVEL": "warning"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )


@contextmanager
def _follower(settings: Settings) -> Iterator[None]:
    process = _command(settings, "project", "--follow", "--no-tick")
    try:
        yield
    finally:
        process.terminate()
        process.wait()


@contextmanager
def _beside(settings: Settings, work: Work, pause: float = PAUSE) -> Iterator[Calls]:
    """A process that works from when this is entered until it is left; then its calls are there."""
    begun, done = CONTEXT.Event(), CONTEXT.Event()
    here, there = CONTEXT.Pipe()
    process = CONTEXT.Process(target=_calls, args=(settings, work, pause, begun, done, there), daemon=True)
    process.start()
    there.close()
    if not begun.wait(300):
        raise SystemExit("a process beside the rebuild did not begin")
    calls = Calls()
    try:
        yield calls
    finally:
        done.set()
        calls += here.recv()
        process.join()


def _calls(settings: Settings, work: Work, pause: float, begun: Stop, done: Stop, there: Connection) -> None:
    calls = Calls()
    with installation(settings) as found:
        given = work(found)
        gc.freeze()  # as a server does: to look at all that is there from the start takes as long as ten answers
        begun.set()
        while not done.wait(pause):
            calls.timed(*next(given))
    there.send(list(calls))


def _write(found: Installation) -> Iterator[tuple[str, Callable[[], object]]]:
    """Intake after intake: applicants of all halls, online, at the moment at which the log ends."""
    city, random, run = found.office.city(), Random(1), uuid4().hex[:8]
    with found.reading() as connection:
        cases = live(connection, IntakeRegister)
        last = datetime.fromisoformat(connection.execute(select(func.max(cases.c.received_at))).scalar_one())
    items = [(item_id, item.in_force(last.date()).zone) for item_id, item in city.items.items()]

    def intake(number: int) -> RegisterIntake:
        item_id, kind = random.choice(items)
        return RegisterIntake(
            command_id=f"{run}/{number}",
            actor=Actor(person=f"{run}-{number}", role=Role.APPLICANT),
            occurred_at=last,
            case_id=f"{run}-{number}",
            items=(item_id,),
            channel=Channel.ONLINE,
            hall=random.choice(sorted(city.halls)),
            applicant=Applicant(applicant_id=f"{run}-{number}", kind=kind, name="王小明"),
        )

    return (("command", partial(found.office.execute, intake(number))) for number in count(1))


def _read(found: Installation) -> Iterator[tuple[str, Callable[[], object]]]:
    """Queue, desk and case file in turn: any department that has tasks, any window, any of 200 cases."""
    city, random = found.office.city(), Random(1)
    windows = [(hall.hall_id, window) for hall in city.halls.values() for window in hall.windows]
    with found.reading() as connection:
        busy = [department for department in city.departments if length(connection, department, found.now())]
        tasks = live(connection, OpenWork)
        cases = list(
            connection.execute(
                select(tasks.c.case_id).where(tasks.c.side == DEPARTMENT).order_by(func.random()).limit(200)
            ).scalars()
        )

    def page() -> None:
        with found.reading() as connection:
            if not queue(connection, random.choice(busy), found.now(), 50).lines:
                raise RuntimeError("a queue was empty")

    def lists() -> None:
        with found.reading() as connection:
            desk(connection, city, *random.choice(windows), found.now(), 50)

    def file() -> None:
        with found.reading() as connection:
            if not case_file.lines(connection, random.choice(cases)):
                raise RuntimeError("a case file was empty")

    return cycle((("page", page), ("lists", lists), ("file", file)))


def _look(found: Installation) -> Iterator[tuple[str, Callable[[], object]]]:
    """At the machine, without any database."""
    return machine.looks()


def _rebuild(settings: Settings, words: Sequence[str]) -> dict[str, float]:
    """The most memory that its processes had at once, and the one with the most."""
    process = _command(settings, "project", "rebuild", *words)
    together = single = 0.0
    while process.poll() is None:
        sizes = [_megabytes(pid) for pid in _family(process.pid)]
        together, single = max(together, sum(sizes)), max(single, *sizes, 0.0)
        Event().wait(0.2)
    if process.returncode:
        raise SystemExit(f"the rebuild ended with {process.returncode}")
    return {"memory_MB": together, "largest_process_MB": single}


def _family(pid: int) -> list[int]:
    """A process and its descendants."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(each for child in children for each in _family(int(child)))]


def _megabytes(pid: int) -> float:
    """What a process has in memory, pages that it shares with others divided among them."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def main(words: Sequence[str]) -> int:
    """Measure; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.rebuild_under_load", description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--key", type=Path, default=Path("var") / "master.key")
    parser.add_argument("--workers", default=str(WORKERS), help="of the rebuild (all processors but one)")
    given = parser.parse_args(words)
    settings = Settings(database_url=given.database, master_key_file=given.key)
    told = measured(settings, ["--workers", given.workers])
    print(json.dumps(told, indent=2))
    return 1 if any(each["wrong"] for when in ("before", "during") for each in told[when].values()) else 0


if __name__ == "__main__":
    logs.configure()
    sys.exit(main(sys.argv[1:]))
