"""TOML written by people, read within limits: Python's reader calls itself for every level and never asks how long a number is."""

import re
import tomllib
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from adapters.reading.limits import TOML_BYTES, TOML_DEEPEST, TOML_WORD

_MARK = re.compile(
    r"""
    \#[^\n]*+
    | \"{3} (?: [^"\\] | \\. | "(?!"") )*+ "{0,5}
    | '{3} (?: [^'] | '(?!'') )*+ '{0,5}
    | " (?: [^"\\\n] | \\[^\n] )*+ "?
    | ' [^'\n]*+ '?
    | (?P<word> [A-Za-z0-9_+:-]++ )
    | (?P<mark> [\[\]{}=,.\n] )
    """,
    re.VERBOSE | re.DOTALL,
)
"""What tells how deep a file goes, and the comments and texts in which it does not count."""


class TooMuch(Exception):
    """A file beyond a limit, in a sentence. ``line`` is where."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(sentence)
        self.line = line


def read_toml(file: Path | Traversable) -> dict[str, Any]:
    """What a file holds. Raises ``TooMuch``, ``OSError``, ``UnicodeDecodeError``, ``tomllib.TOMLDecodeError``."""
    with file.open("rb") as opened:
        content = opened.read(TOML_BYTES + 1)
    if len(content) > TOML_BYTES:
        raise TooMuch(content.count(b"\n") + 1, f"the file has more than {TOML_BYTES} bytes; split it")
    text = content.decode("utf-8").replace("\r\n", "\n")
    _refuse_too_much(text)
    return tomllib.loads(text)


def _refuse_too_much(text: str) -> None:
    """Raise ``TooMuch`` for what lies too deep or is too long to be a number."""
    line, parts = 1, 0
    above: list[int] = []
    for found in _MARK.finditer(text):
        match found["mark"] or found["word"]:
            case "[" | "{":
                above.append(parts + 1)
                parts = 0
            case "]" | "}":
                parts = 0
                if above:
                    above.pop()
            case ".":
                parts += 1
            case "=" | "," | "\n":
                # The parts of a key count where its value stands.
                parts = parts if found["mark"] == "=" else 0
            case str(word) if len(word) > TOML_WORD:
                raise TooMuch(
                    line,
                    f"a number, or a key without quotation marks, is longer than {TOML_WORD} characters; shorten it",
                )
        if sum(above) + parts > TOML_DEEPEST:
            raise TooMuch(line, f"this is nested more than {TOML_DEEPEST} levels deep; flatten it")
        line += found[0].count("\n")
