"""The command line as a person meets it: a real process, its answer, its exit code."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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


def environment(database: str, folder: Path) -> dict[str, str]:
    """The environment of a command: this database, a master key of its own."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("ONEWINDOW_")}
    return kept | {
        "ONEWINDOW_DATABASE_URL": database,
        "ONEWINDOW_MASTER_KEY_FILE": str(folder / "master.key"),
        "PYTHONPATH": str(ROOT),
        "COLUMNS": "200",
    }


def start(database: str, folder: Path, *words: str) -> "subprocess.Popen[str]":
    """Start ``onewindow`` in ``folder``, as a shell does."""
    return subprocess.Popen(
        [sys.executable, "-m", "adapters.cli", *words],
        cwd=folder,
        env=environment(database, folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def onewindow(database: str, folder: Path, *words: str) -> Answer:
    """Run ``onewindow`` in ``folder`` to its end, in a process of its own that need not load it first."""
    return Answer(*loaded().run(words, folder, environment(database, folder)))
