"""Personal data as it stands in an event: sealed under a key of its person, readable only with that key."""

from dataclasses import dataclass
from typing import Protocol, TypeVar

ERASED = "〔erased 已删除〕"
"""What a sealed value reads as once the key of its person is destroyed."""
SEALED = "〔sealed, no key here 已加密，此处无密钥〕"
"""What a sealed value reads as where the master key that wraps its person's key is not at hand."""
DAMAGED = "〔damaged 已损坏〕"
"""What a sealed value reads as where its person's key lies damaged in the database."""
UNREAD = frozenset({ERASED, SEALED, DAMAGED})
"""What stands in the place of a text that cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A sealed text: ``key`` names the person's key, ``box`` is base64url of nonce and AES-256-GCM ciphertext."""

    key: str
    box: str


IN_THE_CLEAR = "personal data is sealed before a command is decided (`Command.sealed`); this one holds it in the clear"


class NotSealed(Exception):
    """Personal data was about to be recorded in the clear; nothing was recorded. A defect of this software, never of the input."""


Value = TypeVar("Value")


def sealed_only(value: Value | str) -> Value:
    """A value that is sealed, or holds sealed texts alone, as events take it. Raises ``NotSealed`` for a plain text."""
    if isinstance(value, str):
        raise NotSealed(IN_THE_CLEAR)
    return value


class Vault(Protocol):
    """Seals and opens personal data; the keys live outside the events, so that a person can be erased."""

    def seal(self, key: str, field: str, text: str) -> Sealed:
        """Seal ``text`` under ``key``; the same text, field and key give the same box, so a repeated command is equal."""
        ...

    def open(self, field: str, sealed: Sealed) -> str:
        """The text; ``ERASED`` when its key is destroyed, ``SEALED`` where the master key is not at hand, ``DAMAGED`` where its key is
        damaged. Raises for none of them."""
        ...
