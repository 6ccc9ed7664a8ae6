"""`make mutants`: bends the files that changed since main, or those named, and prints what no near test noticed."""

import argparse
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from tests.databases import GIVEN
from tests.mutants.related import near
from tests.mutants.running import Unmeasured, Verdict, run

ROOT = Path(__file__).parents[2]
ROOMS = ("adapters", "domain", "projections")


def git(*words: str) -> str:
    """What git says; "" where it does not know."""
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()


def changed() -> list[str]:
    """The files of the code that changed since this branch left main, committed or not."""
    base = git("merge-base", "main", "HEAD") or git("merge-base", "origin/main", "HEAD") or "HEAD"
    names = [
        *git("diff", "--name-only", base).splitlines(),
        *git("ls-files", "--others", "--exclude-standard").splitlines(),
    ]
    return [name for name in names if name.endswith(".py") and name.startswith(ROOMS) and (ROOT / name).exists()]


def named(words: list[str]) -> dict[str, frozenset[int]]:
    """Files as they were named, a folder for all in it; each with its lines, none for all: ``file:7`` and ``file:7-12`` are some."""
    found: dict[str, frozenset[int]] = {}
    for word in words:
        name, _, lines = word.partition(":")
        path = ROOT / name
        first, _, last = lines.partition("-")
        some = frozenset(range(int(first), int(last or first) + 1) if lines else ())
        for each in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            file = each.relative_to(ROOT).as_posix()
            found[file] = found.get(file, frozenset()) | some
    return found


def told(verdict: Verdict) -> None:
    """Print what became of a file's mutants."""
    print(
        f"{verdict.file}: {verdict.mutants} mutants, {verdict.noticed} noticed, {len(verdict.survivors)} not noticed, "
        f"{len(verdict.unreached)} that no near test reaches, {verdict.known} known to change nothing"
    )
    for mutant in verdict.survivors:
        print(f"  {verdict.file}:{mutant.line}: {mutant.words}")
    for mutant in verdict.unreached:
        print(f"  {verdict.file}:{mutant.line}: (not reached) {mutant.words}")
    sys.stdout.flush()


def main() -> int:
    """Returns 1 where a mutant is left to be looked at, 2 where nothing could be tried."""
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument(
        "files", nargs="*", help="files, folders or lines (file:7-12); those that changed since main without any"
    )
    parser.add_argument("--jobs", type=int, default=1, help="so many at the same time, each in a copy of its own")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    files = named(options.files or changed())
    tried = {file: lines for file, lines in files.items() if near(file) is not None and (ROOT / file).is_file()}
    for file in files:
        if file not in tried:
            print(f"{file}: no such file, or no test is near it; `tests/mutants/related.py` says which are")
    if not tried:
        print("nothing to try; name files: make mutants FILES=domain/time/working_time.py")
        return 2
    verdicts: list[Verdict] = []
    try:
        with ExitStack() as stack:
            environment: dict[str, str] = {}
            if any(tests.postgres for file in tried if (tests := near(file)) is not None):
                from tests.postgres import PostgresServer

                environment[GIVEN] = stack.enter_context(PostgresServer()).url
            for verdict in run(ROOT, tried, options.jobs, environment):
                told(verdict)
                verdicts.append(verdict)
    except Unmeasured as error:
        print(error)
        return 2
    except KeyboardInterrupt:
        print("stopped; the copies are gone")
        return 130
    left = sum(len(verdict.survivors) + len(verdict.unreached) for verdict in verdicts)
    print(f"{sum(verdict.mutants for verdict in verdicts)} mutants in {len(verdicts)} files; {left} to be looked at")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
