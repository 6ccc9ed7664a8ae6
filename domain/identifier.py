"""Identifiers as people and programs give them: two that look the same are the same, and none is taken for an option.

An identifier that holds what nobody sees, begins or ends with a blank, or begins with ``-`` is refused; one that is written in
another normal form of Unicode is brought into NFC. What is recorded stands as it was recorded: see ``ON_RECORD``.
"""

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from domain.steering import BLANKS, FILLING, JOINERS, STEERS, TAGS, UNSEEN

if TYPE_CHECKING:
    from pydantic import ValidationInfo  # which the list of commands does not load

ON_RECORD: Mapping[str, bool] = MappingProxyType({"on_record": True})
"""As pydantic's ``context``: who is named here was recorded before, perhaps when less was refused, and is taken as it stands."""

HIDDEN = rf"\t\n\r{STEERS}{UNSEEN}{FILLING}"
AT_AN_END = f"{BLANKS}{JOINERS}"
PLAIN = rf"^(?![{AT_AN_END}\-])(?!.*[{AT_AN_END}]$)[^{HIDDEN}]+$"
"""How an identifier looks, as a pattern of JSON Schema."""
_HIDDEN = re.compile(rf"[{HIDDEN}{TAGS}]|^[{JOINERS}]|[{JOINERS}]\Z")
_BLANK = re.compile(rf"^[{BLANKS}]|[{BLANKS}]\Z")


def in_one_form(text: str) -> str:
    """The text in NFC: what looks the same on every screen is the same."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def plain(text: str) -> str:
    """The identifier. Raises ``ValueError`` for one that does not look as what it is."""
    if hidden := _HIDDEN.search(text):
        raise ValueError(f"holds the character U+{ord(hidden[0]):04X}, which nobody sees there; write it without")
    if _BLANK.search(text):
        raise ValueError("begins or ends with a blank; write it without")
    if text.startswith("-"):
        raise ValueError("begins with `-`, as an option does; write it without")
    return text


def normalised(said: Any, info: "ValidationInfo") -> Any:
    """What somebody gave, in one form; what is recorded as it stands."""
    return in_one_form(said) if isinstance(said, str) and not is_on_record(info) else said


def checked(text: str, info: "ValidationInfo") -> str:
    """What somebody gave, if it is plain; what is recorded as it stands. Raises ``ValueError``."""
    return text if is_on_record(info) else plain(text)


def is_on_record(info: "ValidationInfo") -> bool:
    """Whether what is validated was recorded before."""
    return bool(info.context and info.context.get("on_record"))
