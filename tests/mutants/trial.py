"""A process in the copy that runs tests for one mutant after another, each in a fork of it.

Libraries are loaded once; the project itself is loaded anew by each fork, since that is where the mutation is. It reads one JSON
object a line and answers with one a line; each fork is a session, which is ended with all that it started.
"""

import json
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import coverage
import hypothesis
import pytest

BEFOREHAND = (
    "alembic.command",
    "cryptography.fernet",
    "eventsourcing.application",
    "hypothesis.stateful",
    "msgspec",
    "numpy",
    "psycopg",
    "pydantic",
    "rich.table",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite.pysqlite",
    "structlog",
    "typer",
    "yaml",
)
REWRITING = "ignore::pytest.PytestAssertRewriteWarning"  # of what was loaded before the fork
PLAIN = (
    "-q",
    "--no-header",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:xdist",
    "--basetemp=var/tests",
    "-W",
    REWRITING,
)


class Quick:
    """No shrinking, and the same examples each time: it matters whether a test fails, not at which example."""

    def pytest_configure(self) -> None:
        phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
        hypothesis.settings.register_profile(
            "mutants", hypothesis.settings(), phases=phases, derandomize=True, database=None
        )
        hypothesis.settings.load_profile("mutants")


class Chosen:
    """Of the tests in the files that are run only these, in this order."""

    def __init__(self, tests: Sequence[str]) -> None:
        self._place = {name: place for place, name in enumerate(tests)}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted((i for i in items if i.nodeid in self._place), key=lambda i: self._place[i.nodeid])


class Watch:
    """Which lines of which files each test reaches, and how long it works (seconds of this process; others may be at work as well)."""

    def __init__(self, files: list[str]) -> None:
        self.seconds: dict[str, float] = {}
        self.failed: list[str] = []
        self._coverage = coverage.Coverage(data_file=None, include=files, config_file=False)
        self._files = files

    def pytest_sessionstart(self) -> None:
        self._coverage.start()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Any:
        self._coverage.switch_context(item.nodeid)
        begun = time.process_time()
        try:
            return (yield)
        finally:
            self.seconds[item.nodeid] = time.process_time() - begun

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed.append(report.nodeid)

    def reached(self) -> dict[str, dict[int, list[str]]]:
        """By file and line, the tests that reach it; "" is what happens when the file is loaded."""
        self._coverage.stop()
        data = self._coverage.get_data()
        return {file: data.contexts_by_lineno(os.path.realpath(file)) for file in self._files}


def measure(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Run the tests as the code is. Answers what each reaches."""
    watch = Watch(asked["files"])
    code = pytest.main([*PLAIN, "--timeout=600", *asked["words"]], plugins=[Quick(), watch])
    return {"code": int(code), "seconds": watch.seconds, "failed": watch.failed, "reached": watch.reached()}


def attempt(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Run tests until one fails. Answers how pytest ended."""
    sys.dont_write_bytecode = True
    files = dict.fromkeys(name.partition("::")[0] for name in asked["tests"])
    return {"code": int(pytest.main([*PLAIN, "--timeout=60", "-x", *files], plugins=[Quick(), Chosen(asked["tests"])]))}


WORK: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {"measure": measure, "attempt": attempt}


def forked(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The answer of a fork; its code is None where it took too long, and 70 where it ended without an answer."""
    heard, told = os.pipe()
    child = os.fork()
    if child == 0:
        os.setsid()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.close(heard)
        nowhere = os.open(os.devnull, os.O_RDWR)
        log = os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(nowhere, 0)
        os.dup2(log, 1)
        os.dup2(log, 2)
        answer = WORK[asked["do"]](asked)
        with os.fdopen(told, "w") as pipe:
            json.dump(answer, pipe)
        os._exit(0)
    os.close(told)
    try:
        return _listened(heard, time.monotonic() + asked["seconds"])
    finally:
        os.close(heard)
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _listened(heard: int, until: float) -> dict[str, Any]:
    text = b""
    while select.select([heard], [], [], max(0.0, until - time.monotonic()))[0]:
        part = os.read(heard, 1 << 20)
        if not part:
            return json.loads(text) if text else {"code": 70}
        text += part
    return {"code": None}


def main() -> None:
    """Answer until there are no more questions, or until it is told to end; then the fork at work ends as well."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    Path("var").mkdir(exist_ok=True)
    for name in BEFOREHAND:
        with suppress(ImportError):
            import_module(name)
    for line in sys.stdin:
        print(json.dumps(forked(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
