"""Why a command or a line of a batch was refused, as an object for programs."""

import re
from collections.abc import Sequence
from dataclasses import asdict
from itertools import pairwise
from typing import Any

from domain.errors import CommandReused, OfficeError, Outdated
from domain.exit_code import ExitCode

RULE_AT_THE_END = re.compile(r" \[[^\[\]]+\]$")
"""The rule or the right, which has a place of its own."""


OPTION = re.compile(r"(--[a-z][a-z-]*|[a-z_]+(?=: ))\b")
"""A sentence that begins with the option or field that it is about."""


def for_programs(words: Sequence[str]) -> bool:
    """Whether the words of a command ask for JSON."""
    options = words[: words.index("--")] if "--" in words else words
    return "--format=json" in options or ("--format", "json") in pairwise(options)


def plain_error(code: ExitCode, sentence: str) -> dict[str, Any]:
    """The same object of what is no refusal of the office: wrong usage, a file, a stop, a defect."""
    field = OPTION.match(sentence)
    return {
        "code": code.name.lower(),
        "rule": None,
        "field": field[1] if field else None,
        "message": sentence,
        "hint": _hint(sentence),
    }


def error_object(refusal: Exception) -> dict[str, Any]:
    """``code``, ``rule``, ``field``, ``message`` and ``hint``, as every command says them with ``--format json``; null is what is not known."""
    ends_with = refusal.exit_code if isinstance(refusal, OfficeError) else ExitCode.DEFECT
    sentence = (
        str(refusal)
        if isinstance(refusal, OfficeError)
        else f"a defect of onewindow ({type(refusal).__name__}); its log shows where"
    )
    rule = getattr(refusal, "rule", None) or getattr(refusal, "right", None)
    if isinstance(refusal, CommandReused):
        rule = "rule 8"
    sentence = RULE_AT_THE_END.sub("", sentence) if rule else sentence
    begins = OPTION.match(sentence)
    found: dict[str, Any] = {
        "code": ends_with.name.lower(),
        "rule": rule,
        "field": getattr(refusal, "field", None)
        or ("seen" if isinstance(refusal, Outdated) else begins[1] if begins else None),
        "message": sentence,
        "hint": _hint(sentence),
    }
    if isinstance(refusal, Outdated):
        changes = [asdict(change) for change in refusal.changes]
        found["details"] = {"seen": refusal.seen, "version": refusal.version, "changes": changes}
    return found


def _hint(sentence: str) -> str | None:
    """What to do: the last clause of a sentence, where it has several."""
    return sentence.rpartition("; ")[2] if "; " in sentence else None
