"""What is wrong with a folder: every problem with its file, line and rule, and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.errors import OfficeError, RuleBroken
from domain.number_of import number_of

SHOWN = 40
"""So many problems are told in one message; programs get all of them."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong. ``rule`` is ``yaml``, ``form``, ``twice``, ``reference``, ``difference``, or a rule of the office."""

    file: Path
    line: int
    rule: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence} [{self.rule}]"

    def told(self) -> dict[str, Any]:
        """The problem as a program reads it."""
        return {"file": str(self.file), "line": self.line, "rule": self.rule, "problem": self.sentence}


class BadFolder(OfficeError):
    """A folder that cannot be taken; nothing of it was."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = sorted(problems)
        shown = [str(problem) for problem in self.problems[:SHOWN]]
        more = [f"... and {len(problems) - SHOWN} more"] if len(problems) > SHOWN else []
        super().__init__("\n".join([f"{number_of(len(problems), 'problem')}, nothing is loaded", *shown, *more]))


def refused(file: Path, line: int, refusal: OfficeError) -> Problem:
    """What the office refused, at the line that asked for it."""
    if isinstance(refusal, RuleBroken):
        return Problem(file, line, refusal.rule, str(refusal).removesuffix(f" [{refusal.rule}]"))
    return Problem(file, line, "reference", str(refusal))
