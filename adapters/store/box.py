"""A sealed text as it lies in an event: AES-256-GCM under the key of its person.

The nonce follows from key, field and text, so the same text of a person gives the same box and a repeated command is
recognised; field and key name are authenticated with it.
"""

import base64
import binascii
import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.store.wrapping import NONCE


class NotOpened(Exception):
    """A box does not open under this key: it is of another key or field, or it was changed."""


def sealed(secret: bytes, key: str, field: str, text: str) -> str:
    """The box of a text, as base64url."""
    about = f"{key} {field}".encode()
    nonce = hmac.digest(secret, b"nonce" + len(about).to_bytes(4, "big") + about + text.encode(), "sha256")[:NONCE]
    return base64.urlsafe_b64encode(nonce + AESGCM(secret).encrypt(nonce, text.encode(), about)).decode()


def opened(secret: bytes, key: str, field: str, box: str) -> str:
    """The text of a box. Raises ``NotOpened``."""
    try:
        raw = base64.urlsafe_b64decode(box)
        return AESGCM(secret).decrypt(raw[:NONCE], raw[NONCE:], f"{key} {field}".encode()).decode()
    except (InvalidTag, binascii.Error, ValueError) as error:
        raise NotOpened from error
