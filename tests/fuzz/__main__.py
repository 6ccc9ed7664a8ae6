"""All targets at once, each in a process of its own: ``python -m tests.fuzz --minutes 10 [--seed S]``. Exit code 1 when something was found."""

import argparse
import json
import subprocess
import sys
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.fuzz.targets import TARGETS

COLUMNS = ("target", "inputs", "largest_bytes", "slowest_seconds", "peak_megabytes", "found")


def main() -> int:
    """Run, show a row a target, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="how long each target is fuzzed")
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    words = ["--minutes", str(wanted.minutes), "--seed", str(wanted.seed)]
    runs = {
        name: subprocess.Popen(
            [sys.executable, "-m", "tests.fuzz.run", name, *words], stdout=subprocess.PIPE, encoding="utf-8"
        )
        for name in TARGETS
    }
    done = [_answer(name, run) for name, run in runs.items()]
    table = Table(
        *(name.replace("_", " ") for name in COLUMNS), title=f"{wanted.minutes:g} minutes, seed {wanted.seed}"
    )
    for each in done:
        table.add_row(*(str(len(each[name]) if name == "found" else each[name]) for name in COLUMNS))
    console = Console()
    console.print(table)
    for each in done:
        for found in each["found"]:
            console.print(f"{each['target']}: {found['what']}, see {found['input']}", markup=False)
    return 1 if any(each["found"] for each in done) else 0


def _answer(name: str, run: "subprocess.Popen[str]") -> dict[str, Any]:
    out, _ = run.communicate()
    if not out:
        dead = {"what": f"the process ended with {run.returncode}", "input": "nothing"}
        return {**dict.fromkeys(COLUMNS, 0), "target": name, "found": [dead]}
    return dict(json.loads(out))


if __name__ == "__main__":
    sys.exit(main())
