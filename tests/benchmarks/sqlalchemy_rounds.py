"""Rounds of eventsourcing_sqlalchemy, which runs in a virtual environment of its own (``make bench`` makes it)."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.benchmarks.measure import Peer, Timed
from tests.benchmarks.place import Place
from tests.terminal import ROOT

PYTHON = ROOT / ".venv-peers" / "bin" / "python"
PROGRAM = Path(__file__).parent / "sqlalchemy_peer.py"
NAME = "eventsourcing_sqlalchemy"


def sqlalchemy_peer(place: Place, work: str, **asked: Any) -> list[Peer]:
    """The peer doing this work on a fresh database; none where its environment is not there."""
    if not PYTHON.exists():
        return []
    process = subprocess.Popen(
        [PYTHON, PROGRAM, place.fresh()], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=PROGRAM.parent
    )
    place.stack.callback(_end, process)
    assert process.stdin is not None
    assert process.stdout is not None
    ask, answer = process.stdin, process.stdout

    def say(line: str) -> None:
        ask.write(f"{line}\n")
        ask.flush()

    @contextmanager
    def ready() -> Iterator[Timed]:
        say(json.dumps({"work": work, **asked}))
        if answer.readline() != "ready\n":
            raise RuntimeError(f"{NAME} did not get ready for {work}")

        def run() -> int:
            say("")
            return int(answer.readline())

        yield run

    return [Peer(NAME, ready)]


def _end(process: "subprocess.Popen[str]") -> None:
    process.kill()
    process.communicate()
