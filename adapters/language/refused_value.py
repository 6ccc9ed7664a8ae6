"""What a model refuses, as a sentence of the office: which rule, and what to do."""

from collections.abc import Mapping
from typing import Any

from domain.application.path.materials import HASH
from domain.record import LINES, ONE_LINE

PATTERNS = {
    ONE_LINE: "begins with a space, or contains a line break or a control character; remove it",
    LINES: "contains a control character; remove it",
    HASH: "is not a SHA-256; write its 64 hex digits, 0-9 and a-f",
}


def sentence(problem: Mapping[str, Any]) -> str:
    """One problem of a ``ValidationError``, as ``errors()`` gives it, without the place."""
    about = problem.get("ctx", {})
    match problem["type"]:
        case "missing":
            return "is missing; write it"
        case "extra_forbidden" | "unexpected_keyword_argument":
            return "is not a known name here; correct its spelling or leave it out"
        case "less_than_equal":
            return f"is more than {about['le']}, the most that is allowed; write a smaller value"
        case "greater_than_equal":
            return f"is less than {about['ge']}, the least that is allowed; write a larger value"
        case "model_type" | "dataclass_type" | "dict_type":
            return "is not a mapping; write lines of `key: value`"
        case "string_too_short":
            return "is empty; write a value or leave it out"
        case "string_too_long":
            return f"is longer than {about['max_length']} characters; shorten it"
        case "string_unicode":
            return "is not UTF-8 text; write it again as UTF-8"
        case "string_pattern_mismatch" if about["pattern"] in PATTERNS:
            return PATTERNS[about["pattern"]]
        case _:
            return str(problem["msg"]).removeprefix("Value error, ")
