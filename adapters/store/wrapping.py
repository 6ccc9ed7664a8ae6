"""A person's key as it lies in ``person_keys``: wrapped by a master key, authenticated with the person's name."""

import os
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.store.driver.failures import DatabaseError

NONCE = 12


class DamagedKey(DatabaseError):
    """A row of ``person_keys`` opens under no master key; the text names it."""


def wrapped(master: bytes, person: str, secret: bytes) -> bytes:
    """The secret under a master key: nonce, ciphertext and tag of AES-256-GCM."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(master).encrypt(nonce, secret, person.encode())


def unwrapped(master: bytes, person: str, stored: Any) -> bytes:
    """The secret that is stored wrapped. Raises ``DamagedKey`` when it was changed, into whatever a database can hold."""
    try:
        box = bytes(memoryview(stored))
        return AESGCM(master).decrypt(box[:NONCE], box[NONCE:], person.encode())
    except (InvalidTag, TypeError, ValueError) as error:
        raise DamagedKey(f"the row {person} of person_keys is damaged; restore it from a backup") from error
