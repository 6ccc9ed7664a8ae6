"""Why a line of a batch was refused, as an object for programs."""

import re
from dataclasses import asdict
from typing import Any

from adapters.commands.bad_message import BadMessage
from domain.errors import CommandReused, NotAllowed, OfficeError, Outdated, Overtaken, RuleBroken, UnknownReference
from projections.views.event_titles import TITLES

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


RULE_AT_THE_END = re.compile(r" \[[^\[\]]+\]$")
"""The rule or the right, which has a place of its own."""


def line_error(refusal: Exception) -> dict[str, Any]:
    """``code``, ``rule``, ``field``, ``message`` and ``hint``, as every command says them with ``--format json``."""
    code = next((word for kind, word in CODES.items() if isinstance(refusal, kind)), "defect")
    if isinstance(refusal, Outdated):
        refusal = refusal.titled(TITLES)
    sentence = (
        str(refusal)
        if isinstance(refusal, OfficeError)
        else f"a defect of onewindow ({type(refusal).__name__}); its log says where"
    )
    rule = getattr(refusal, "rule", None) or getattr(refusal, "right", None)
    if isinstance(refusal, CommandReused):
        rule = "rule 8"
    sentence = RULE_AT_THE_END.sub("", sentence) if rule else sentence
    found: dict[str, Any] = {
        "code": code,
        "rule": rule,
        "field": getattr(refusal, "field", None) or ("seen" if isinstance(refusal, Outdated) else None),
        "message": sentence,
        "hint": sentence.rpartition("; ")[2] if "; " in sentence else None,
    }
    if isinstance(refusal, Outdated):
        changes = [{**asdict(change), "title": TITLES.get(change.type, change.type)} for change in refusal.changes]
        found["details"] = {"seen": refusal.seen, "version": refusal.version, "changes": changes}
    return found
