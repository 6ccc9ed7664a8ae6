"""Why a command or a line of a batch was refused, as an object for programs."""

import re
from collections.abc import Sequence
from dataclasses import asdict
from itertools import pairwise
from typing import Any

from adapters.commands.bad_message import BadMessage
from domain.errors import CommandReused, NotAllowed, OfficeError, Outdated, Overtaken, RuleBroken, UnknownReference

CODES: dict[type[OfficeError], str] = {
    BadMessage: "wrong_usage",
    RuleBroken: "rule_broken",
    NotAllowed: "not_allowed",
    UnknownReference: "not_found",
    CommandReused: "conflict",
    Outdated: "outdated",
    Overtaken: "overtaken",
}
"""The word of a refusal by its kind."""
DEFECT = 70
BY_EXIT_CODE = {
    2: "wrong_usage",
    3: "overtaken",
    4: "unavailable",
    5: "view_stopped",
    6: "view_behind",
    7: "outdated",
    70: "defect",
}
"""The word of any other refusal, by the exit code that it ends a command with."""

RULE_AT_THE_END = re.compile(r" \[[^\[\]]+\]$")
"""The rule or the right, which has a place of its own."""


OPTION = re.compile(r"(--[a-z][a-z-]*|[a-z_]+(?=: ))\b")
"""A sentence that begins with the option or field that it is about."""


def for_programs(words: Sequence[str]) -> bool:
    """Whether the words of a command ask for JSON."""
    options = words[: words.index("--")] if "--" in words else words
    return "--format=json" in options or ("--format", "json") in pairwise(options)


def plain_error(code: str, sentence: str) -> dict[str, Any]:
    """The same object of what is no refusal of the office: wrong usage, a file, a stop, a defect."""
    field = OPTION.match(sentence)
    return {
        "code": code,
        "rule": None,
        "field": field[1] if field else None,
        "message": sentence,
        "hint": _hint(sentence),
    }


def error_object(refusal: Exception) -> dict[str, Any]:
    """``code``, ``rule``, ``field``, ``message`` and ``hint``, as every command says them with ``--format json``; null is what is not known."""
    ends_with = refusal.exit_code if isinstance(refusal, OfficeError) else DEFECT
    other = BY_EXIT_CODE.get(ends_with, BY_EXIT_CODE[DEFECT])
    code = next((word for kind, word in CODES.items() if isinstance(refusal, kind)), other)
    sentence = (
        str(refusal)
        if isinstance(refusal, OfficeError)
        else f"a defect of onewindow ({type(refusal).__name__}); its log says where"
    )
    rule = getattr(refusal, "rule", None) or getattr(refusal, "right", None)
    if isinstance(refusal, CommandReused):
        rule = "rule 8"
    sentence = RULE_AT_THE_END.sub("", sentence) if rule else sentence
    begins = OPTION.match(sentence)
    found: dict[str, Any] = {
        "code": code,
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
