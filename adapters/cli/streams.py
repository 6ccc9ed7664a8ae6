"""The streams that a shell gives a command: there even where the shell closed them, and what they bring can be read."""

import io
import os
import sys

from adapters.language.legible import steering


def make_ready() -> None:
    """Open what the shell closed, as /dev/null; write out what the terminal's encoding lacks.

    A file opened later would else get the number of a closed stream, and a message would be written into it.
    """
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    sys.stdin = sys.stdin or os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout = sys.stdout or os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = sys.stderr or os.fdopen(2, "w", encoding="utf-8", closefd=False)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def unreadable(words: list[str]) -> str | None:
    """What is wrong with the first argument that cannot be read, as a sentence, or None."""
    for place, word in enumerate(words, 1):
        if (found := steering(word)) is None:
            continue
        if found.startswith("U+D"):
            return f"argument {place} is not UTF-8; type it again, or set LANG to a UTF-8 locale"
        return f"argument {place} contains the control character {found}; remove it"
    return None
