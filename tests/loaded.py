"""Processes that start at once: one that has loaded ``onewindow`` waits, and others are forks of it.

To load takes a second or two, a fork some milliseconds. What is forked is a process as any other, with its own
arguments, environment, folder, streams and exit code; only what Python had imported by then is there already.
"""

import atexit
import gc
import json
import os
import runpy
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from io import FileIO
from multiprocessing import get_context
from multiprocessing.context import BaseContext
from pathlib import Path

ROOT = Path(__file__).parent.parent
BEFOREHAND = (
    "adapters.cli.main",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite.pysqlite",
)
"""What nearly every command imports; what only some do, they import themselves."""


@cache
def forks() -> BaseContext:
    """What makes processes of functions (``multiprocessing``), all from one that has loaded what tests import."""
    context = get_context("forkserver")
    context.set_forkserver_preload([*BEFOREHAND, "hypothesis", "pytest", "tests.projections.city"])
    return context


class Loaded:
    """The process that waits for commands, one at a time; to its end a command is as if a shell had started it."""

    def __init__(self) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ONEWINDOW_")}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.loaded"],
            bufsize=0,
            cwd=ROOT,
            env=kept,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._running: int | None = None
        atexit.register(self.close)

    def run(self, words: Sequence[str], folder: Path, environment: Mapping[str, str]) -> tuple[int, str, str]:
        """Run a command to its end, or to that of the test. Returns its exit code, what it printed and complained of."""
        try:
            with tempfile.TemporaryDirectory() as place:
                streams = [str(Path(place) / name) for name in ("out", "err")]
                self._ask(words=words, folder=str(folder), environment=dict(environment), streams=streams)
                self._running = self._told()
                code, self._running = self._told(), None
                out, err = (Path(stream).read_text(encoding="utf-8") for stream in streams)
                return code, out, err
        except BaseException:  # an answer that nobody heard would be taken for the next one's
            self.close()
            loaded.cache_clear()
            raise

    def _ask(self, **given: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(given).encode() + b"\n")

    def _told(self) -> int:
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())

    def close(self) -> None:
        """Nobody waits any more, and nothing runs."""
        if self._running is not None:
            with suppress(ProcessLookupError):
                os.kill(self._running, signal.SIGKILL)
        self._process.kill()
        self._process.communicate()
        atexit.unregister(self.close)


@cache
def loaded() -> Loaded:
    """The one that waits for the commands of this process."""
    return Loaded()


def _wait_for_commands() -> bool:
    """Fork a command for each line that is given. Returns whether this is the process of a command."""
    asked, answered = FileIO(0, closefd=False), FileIO(1, "w", closefd=False)
    while line := asked.readline():
        pid = os.fork()
        if pid == 0:
            _become(**json.loads(line))
            return True
        answered.write(f"{pid}\n".encode())
        _, status = os.waitpid(pid, 0)
        answered.write(f"{os.waitstatus_to_exitcode(status)}\n".encode())
    return False


def _become(words: Sequence[str], folder: str, environment: Mapping[str, str], streams: Sequence[str]) -> None:
    for number, (path, flags) in enumerate(
        [(os.devnull, os.O_RDONLY), *((stream, os.O_WRONLY | os.O_CREAT) for stream in streams)]
    ):
        file = os.open(path, flags)
        os.dup2(file, number)
        os.close(file)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["onewindow", *words]


if __name__ == "__main__":
    for module in BEFOREHAND:
        import_module(module)
    import_module("adapters.cli.main").whole()
    gc.freeze()
    if _wait_for_commands():
        runpy.run_module("adapters.cli", run_name="__main__", alter_sys=True)
