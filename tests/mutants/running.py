"""Runs the tests near each file against each of its mutants, and tells which of them nobody noticed."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from tests.mutants.copy import Copy, copied
from tests.mutants.known import known
from tests.mutants.mutating import Mutant, mutants
from tests.mutants.related import Near, near

MEASURING_S = 600.0
SLOW_S, AT_MOST_S = 2.0, 15.0
"""A slower test is no near one, unless it is the only one; so many seconds a mutant of tests that do not name its module."""
NO_TESTS = 5
"""How pytest ends where it found no test."""


class Unmeasured(Exception):
    """The tests do not pass as the code is, so that nothing can be said of a mutant."""


@dataclass
class Verdict:
    """What became of the mutants of a file."""

    file: str
    mutants: int = 0
    known: int = 0
    survivors: list[Mutant] = field(default_factory=list)
    unreached: list[Mutant] = field(default_factory=list)

    @property
    def noticed(self) -> int:
        """How many the tests noticed."""
        return self.mutants - self.known - len(self.survivors) - len(self.unreached)


@dataclass(frozen=True)
class Measured:
    """What the tests near some files reach: by file and line the tests, and the seconds of each test."""

    seconds: Mapping[str, float]
    reached: Mapping[str, Mapping[str, Sequence[str]]]
    naming: Mapping[str, Collection[str]]
    """By file, the files of tests that import it."""

    def of(self, file: str, mutant: Mutant) -> list[str]:
        """The tests that reach a mutant, the fastest first; all of its file where it is bent as the file is loaded."""
        by_line = self.reached[file]
        lines = map(str, mutant.lines) if mutant.in_function else by_line
        found = {test for line in lines for test in by_line.get(line, ()) if test}
        quick = {test for test in found if self.seconds[test] < SLOW_S}
        return sorted(quick or found, key=lambda test: (self.seconds[test], test))


def run(
    root: Path, files: Mapping[str, Collection[int]], jobs: int, environment: Mapping[str, str]
) -> Iterator[Verdict]:
    """The verdict on each file, or on some of its lines (none: all), one after another. Raises ``Unmeasured``."""
    with ExitStack() as stack:
        copies: list[Copy] = []
        for _ in range(jobs):
            copies.append(Copy(stack.enter_context(copied(root)), environment))
            stack.callback(copies[-1].close)
        changing_nothing = known(root)
        by_tests: dict[Near, list[str]] = {}
        for file in files:
            tests = near(file)
            if tests is not None:
                by_tests.setdefault(tests, []).append(file)
        for tests, some in by_tests.items():
            measured = _measured(copies[0], some, tests)
            for file in some:
                made = mutants((root / file).read_bytes())
                yield _tried(copies, file, _of(made, files[file]), measured, changing_nothing.get(file, ()))


def _of(made: Sequence[Mutant], lines: Collection[int]) -> list[Mutant]:
    return [mutant for mutant in made if not lines or mutant.line in lines]


def _measured(copy: Copy, files: Sequence[str], tests: Near) -> Measured:
    words = [*tests.tests, *([] if tests.postgres else ["-m", "not postgres"])]
    answer = copy.ask("measure", MEASURING_S, files=list(files), words=words)
    if answer["code"] != 0:
        raise Unmeasured(
            f"the tests near {', '.join(files)} do not pass as the code is; mend that first\n{copy.said()}"
        )
    texts = {
        name: (copy.folder / name).read_text(encoding="utf-8")
        for name in {t.partition("::")[0] for t in answer["seconds"]}
    }
    modules = {file: file.removesuffix(".py").replace("/", ".") for file in files}
    naming = {file: {name for name, text in texts.items() if module in text} for file, module in modules.items()}
    return Measured(answer["seconds"], answer["reached"], naming)


def _tried(
    copies: Sequence[Copy],
    file: str,
    made: Sequence[Mutant],
    measured: Measured,
    changing_nothing: Collection[tuple[str, str]],
) -> Verdict:
    asked = [mutant for mutant in made if (mutant.code, mutant.words) not in changing_nothing]
    verdict = Verdict(file, mutants=len(made), known=len(made) - len(asked))
    free: SimpleQueue[Copy] = SimpleQueue()
    for copy in copies:
        free.put(copy)

    def noticed(mutant: Mutant) -> bool | None:
        copy = free.get()
        try:
            return _noticed(copy, file, mutant, measured)
        finally:
            free.put(copy)

    with ThreadPoolExecutor(len(copies)) as pool:
        for mutant, answer in zip(asked, pool.map(noticed, asked), strict=True):
            if answer is None:
                verdict.unreached.append(mutant)
            elif not answer:
                verdict.survivors.append(mutant)
    return verdict


def _noticed(copy: Copy, file: str, mutant: Mutant, measured: Measured) -> bool | None:
    """Whether a test fails with the mutant in place; None where no test reaches it."""
    tests = measured.of(file, mutant)
    if not tests:
        return None
    with copy.bent(file, mutant.source):
        return any(_fails(copy, some, measured) for some in _in_turn(tests, file, measured))


def _in_turn(tests: Sequence[str], file: str, measured: Measured) -> Iterator[list[str]]:
    """The tests in files that name the module, then the others, as long as there is time."""
    nearest = [test for test in tests if test.partition("::")[0] in measured.naming[file]]
    if nearest:
        yield nearest
    left, others = AT_MOST_S, []
    for test in (test for test in tests if test not in nearest):
        if left > 0:
            others.append(test)
        left -= measured.seconds[test]
    if others:
        yield others


def _fails(copy: Copy, tests: Sequence[str], measured: Measured) -> bool:
    usual = sum(measured.seconds[test] for test in tests)
    answer: Mapping[str, Any] = copy.ask("attempt", 60 + 10 * usual, tests=tests)
    if answer["code"] == NO_TESTS:
        raise Unmeasured(f"of {len(tests)} tests none was found again\n{copy.said()}")
    return answer["code"] != 0
