"""Text as a terminal may show it: nothing in it moves the cursor, hides what stands before, or turns the writing round."""

import json
import re

from domain.steering import STEERS, TAGS, UNSEEN

STEERING = re.compile(f"[{STEERS}\ud800-\udfff]")
NOT_READ = re.compile(f"[{STEERS}{UNSEEN}{TAGS}\ud800-\udfff]")
LONGEST = 600
"""More characters of one line than a person reads."""


def legible(text: str) -> str:
    """The text with every character that steers a terminal, or that nobody sees, written out, as ``\\x1b``."""
    return NOT_READ.sub(lambda found: _written_out(found[0]), text)


def legible_json(document: bytes) -> str:
    """JSON of the same values, with every such character written out as JSON has it, as ``\\u202e``."""
    return NOT_READ.sub(lambda found: json.dumps(found[0])[1:-1], document.decode())


def is_legible(text: str) -> bool:
    """Whether nothing in it is to be written out."""
    return NOT_READ.search(text) is None


def in_brief(text: str) -> str:
    """The text, legible; of a line that is too long the beginning and the end, where what to do is said."""
    return "\n".join(_shortened(line) for line in legible(text).split("\n"))


def steering(text: str) -> str | None:
    """The first character that steers a terminal, as ``U+001B``, or None."""
    found = STEERING.search(text)
    return f"U+{ord(found[0]):04X}" if found else None


def _written_out(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")


def _shortened(line: str) -> str:
    return line if len(line) <= LONGEST else f"{line[: LONGEST // 2]} … {line[-LONGEST // 2 :]}"
