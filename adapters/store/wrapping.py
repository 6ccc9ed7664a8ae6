"""A person's key as it lies in ``person_keys``: wrapped by a master key, authenticated with the person's name."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.store.driver.failures import DatabaseError

NONCE = 12


def wrapped(master: bytes, person: str, secret: bytes) -> bytes:
    """The secret under a master key: nonce, ciphertext and tag of AES-256-GCM."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(master).encrypt(nonce, secret, person.encode())


def unwrapped(master: bytes, person: str, box: bytes) -> bytes:
    """The secret. Raises ``DatabaseError`` naming the row when it was changed."""
    try:
        return AESGCM(master).decrypt(box[:NONCE], box[NONCE:], person.encode())
    except InvalidTag as error:
        raise DatabaseError(f"the row {person} of person_keys is damaged; restore it from a backup") from error
