"""Personal data as it stands in an event: sealed under a key of its person, readable only with that key."""

from dataclasses import dataclass
from typing import Protocol

ERASED = "〔erased 已删除〕"
"""What a sealed value reads as once its key is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A sealed text: ``key`` names the person's key, ``box`` is base64url of nonce and AES-256-GCM ciphertext."""

    key: str
    box: str


class Vault(Protocol):
    """Seals and opens personal data; the keys live outside the events, so that a person can be erased."""

    def seal(self, key: str, field: str, text: str) -> Sealed:
        """Seal ``text`` under ``key``; the same text, field and key give the same box, so a repeated command is equal."""
        ...

    def open(self, field: str, sealed: Sealed) -> str:
        """The text, or ``ERASED`` when its key is lost. Never raises for a lost key."""
        ...
