"""The command line as a person meets it: its answer, its exit code; a real process, or this one where a clock is given."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import structlog

from adapters.bootstrap import installation
from adapters.cli.main import main
from tests.answers import held_to_schema
from tests.loaded import ROOT, loaded


@dataclass(frozen=True)
class Answer:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its JSON."""
        return json.loads(self.out)


def complaints(err: str) -> list[str]:
    """What stands on stderr beside what a command that works long says of its work at level info."""
    return [line for line in err.splitlines() if line.strip() and '"level": "info"' not in line]


def environment(database: str, folder: Path) -> dict[str, str]:
    """The environment of a command: this database, a master key of its own, and no real home."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("ONEWINDOW_")}
    return kept | {
        "ONEWINDOW_DATABASE_URL": database,
        "ONEWINDOW_MASTER_KEY_FILE": str(folder / "master.key"),
        "ONEWINDOW_HOME": str(folder / "home"),
        "PYTHONPATH": str(ROOT),
        "COLUMNS": "200",
        "ONEWINDOW_LANG": "en",
    }


def start(database: str, folder: Path, *words: str, new_session: bool = False) -> "subprocess.Popen[str]":
    """Start ``onewindow`` in ``folder``, as a shell does; at a terminal of its own where asked."""
    return subprocess.Popen(
        [sys.executable, "-m", "adapters.cli", *words],
        cwd=folder,
        env=environment(database, folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=new_session,
    )


def onewindow(database: str, folder: Path, *words: str) -> Answer:
    """Run ``onewindow`` in ``folder`` to its end, in a process of its own that need not load it first. JSON is held to its schema."""
    answer = Answer(*loaded().run(words, folder, environment(database, folder)))
    held_to_schema(words, answer.out)
    return answer


def typed(database: str, folder: Path, now: Callable[[], datetime], *words: str) -> Answer:
    """Run ``onewindow`` in this process, by a clock; many commands take no longer than their work. JSON is held to its schema."""
    out, err, configured = io.StringIO(), io.StringIO(), structlog.get_config()
    with (
        patch.dict(os.environ, environment(database, folder), clear=True),
        patch.object(sys, "argv", ["onewindow", *words]),
        patch("adapters.cli.options.installation", partial(installation, now=now)),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            copy_context().run(main)
            code: Any = 0
        except SystemExit as ended:
            code = ended.code
        finally:
            structlog.configure(**configured)
    held_to_schema(words, out.getvalue())
    return Answer(code or 0, out.getvalue(), err.getvalue())
