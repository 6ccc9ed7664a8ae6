"""One target, fuzzed in a process of its own: ``python -m tests.fuzz.run TARGET --seed S (--examples N | --minutes M)``.

Prints one line of JSON: how many inputs there were, the memory at its peak, the slowest input, and what was found. Inputs that
found something lie in ``var/fuzz``; one that stays of use is put among the seeds.
"""

import argparse
import gc
import json
import resource
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import monotonic, process_time
from typing import Any

from tests.fuzz.mutation import grown, mutated
from tests.fuzz.targets import SEEDS, TARGETS, repeated, seeds

MOST_MEGABYTES = 300
SLOW_SECONDS = 0.4
"""An input that takes longer is looked at: a quarter of it must take no less than a tenth of that."""
STEEPEST = 10
"""Four times the input takes four times as long, sixteen times where time grows with its square."""
SLOWEST_SECONDS = 60.0
LARGE = 4_000_000
EACH = 40
"""Every so many inputs one is large."""
FOUND = Path("var") / "fuzz"


class TooSlow(BaseException):
    """An input took more of the processor than any may; no refusal, and nothing that a reader catches."""


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Raise ``TooSlow`` when what is done takes longer than so many seconds of the processor."""

    def stop(*_: object) -> None:
        raise TooSlow

    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


class Fuzzing:
    """A target on its way: what it was given, and what it found."""

    def __init__(self, target: str, seed: int, folder: Path) -> None:
        self._target, self._read, self._folder = target, TARGETS[target], folder
        self._random, self._seeds = Random(seed), seeds(target)
        self.inputs, self.largest, self.slowest = 0, 0, 0.0
        self.found: list[dict[str, Any]] = []

    def seeds_themselves(self) -> None:
        """Every seed as it is."""
        for content in self._seeds:
            self.take(content)

    def small(self) -> None:
        """One input of a usual size."""
        self.take(mutated(self._random, self._target, self._seeds))

    def large(self) -> None:
        """One input in which a piece comes again and again; where it takes long, a quarter of it as well."""
        content = self._random.choice(self._seeds)
        if self._random.random() < 0.5:
            content = mutated(self._random, self._target, self._seeds)
        before, piece, after = grown(self._random, self._target, content)
        size = self._random.choice((LARGE // 16, LARGE // 4, LARGE))
        whole = before + repeated(piece, size) + after
        seconds = self.take(whole)
        if seconds > SLOW_SECONDS:
            quarter = self.take(before + repeated(piece, size // 4) + after)
            if seconds > STEEPEST * quarter:
                again = min(self.take(before + repeated(piece, size // 4) + after) for _ in range(2))
                if min(seconds, self.take(whole)) > STEEPEST * again:
                    self._note(whole, f"{seconds:.2f} s, and {again:.2f} s for a quarter of it")

    def take(self, content: bytes) -> float:
        """Read an input. Returns the seconds that the processor took."""
        self.inputs += 1
        self.largest = max(self.largest, len(content))
        begun = process_time()
        try:
            with _at_most(SLOWEST_SECONDS):
                self._read(content, self._folder)
        except TooSlow:
            self._note(content, f"more than {SLOWEST_SECONDS:.0f} s for one input")
        except Exception as error:  # whatever is no refusal
            place = traceback.extract_tb(error.__traceback__)[-1]
            self._note(content, f"{type(error).__name__}: {error!s:.200} at {Path(place.filename).name}:{place.lineno}")
        seconds = process_time() - begun
        self.slowest = max(self.slowest, seconds)
        if peak_megabytes() > MOST_MEGABYTES and not any("MB at its peak" in each["what"] for each in self.found):
            self._note(content, f"{peak_megabytes()} MB at its peak")
        return seconds

    def _note(self, content: bytes, what: str) -> None:
        if len(self.found) < 20:
            FOUND.mkdir(parents=True, exist_ok=True)
            file = FOUND / f"{self._target}-{blake2b(content, digest_size=6).hexdigest()}"
            file.write_bytes(content)
            self.found.append({"what": what, "input": str(file), "bytes": len(content)})
            print(f"{self._target}: {what}, see {file}", file=sys.stderr)


def peak_megabytes() -> int:
    """The most memory that this process held: the kernel's mark of this very program, where it has one."""
    try:
        status = Path("/proc/self/status").read_text(encoding="utf-8")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) // 1024
    except (OSError, StopIteration):
        return (
            resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1 if sys.platform == "darwin" else 1024) // 1024 or 1
        )


def _rounds(minutes: float | None, examples: int) -> Iterator[int]:
    until = monotonic() + (minutes or 0) * 60
    number = 0
    while (monotonic() < until) if minutes is not None else (number < examples):
        number += 1
        yield number


def fuzz(target: str, seed: int, minutes: float | None, examples: int) -> dict[str, Any]:
    """What a target did under so many inputs, or in so many minutes."""
    with TemporaryDirectory() as folder:
        fuzzing = Fuzzing(target, seed, Path(folder))
        at_first = peak_megabytes()
        fuzzing.seeds_themselves()
        for number in _rounds(minutes, examples):
            fuzzing.large() if number % EACH == 0 and minutes is not None else fuzzing.small()
            if number % 1000 == 0:
                gc.collect()
    return {
        "target": target,
        "seeds": len(list((SEEDS / target).iterdir())),
        "inputs": fuzzing.inputs,
        "largest_bytes": fuzzing.largest,
        "slowest_seconds": round(fuzzing.slowest, 2),
        "megabytes_at_first": at_first,
        "peak_megabytes": peak_megabytes(),
        "found": fuzzing.found,
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--examples", type=int, default=300)
    wanted = parser.parse_args()
    done = fuzz(wanted.target, wanted.seed, wanted.minutes, wanted.examples)
    print(json.dumps(done))
    sys.exit(1 if done["found"] else 0)
