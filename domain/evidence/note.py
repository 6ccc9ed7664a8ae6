"""Signed notes (https://c2sp.org/signed-note): a text and its signatures. Who signs and verifies is said elsewhere."""

import re
from base64 import b64decode, b64encode
from binascii import Error
from hashlib import sha256
from typing import NamedTuple

ED25519 = b"\1"
NAME = re.compile(r"[^\s+]+")
LONGEST = 100_000
"""A note has no more characters: some lines, and at least 16 signatures."""


class BadNote(ValueError):
    """What is read is no signed note."""


class Signature(NamedTuple):
    """A signature of a key that is known by its name and its id of four bytes."""

    name: str
    key_id: bytes
    signature: bytes


class Note(NamedTuple):
    """A text, which ends a line, and what signs it."""

    text: str
    signatures: tuple[Signature, ...]

    def written(self) -> str:
        """The note as it is stored and sent."""
        lines = [f"— {s.name} {b64encode(s.key_id + s.signature).decode()}\n" for s in self.signatures]
        return f"{self.text}\n{''.join(lines)}"


def read_note(written: str) -> Note:
    """The note of a text. Raises ``BadNote``."""
    text, empty, signed = written.rpartition("\n\n")
    if not empty or not signed.endswith("\n") or len(written) > LONGEST:
        raise BadNote("a note is a text, an empty line, and lines of signatures")
    if any(character < " " and character != "\n" for character in written):
        raise BadNote("a note has no control characters")
    return Note(f"{text}\n", tuple(_signature(line) for line in signed.splitlines()))


def key_id(name: str, public_key: bytes) -> bytes:
    """The id of an Ed25519 key: four bytes of a hash, no more than a hint."""
    return sha256(name.encode() + b"\n" + ED25519 + public_key).digest()[:4]


def verifier_key(name: str, public_key: bytes) -> str:
    """How a public key is written down for those who verify: ``NAME+ID+KEY``."""
    return f"{name}+{key_id(name, public_key).hex()}+{b64encode(ED25519 + public_key).decode()}"


def read_verifier_key(written: str) -> tuple[str, bytes]:
    """The name and the public key of what was written down. Raises ``BadNote``."""
    name, _, rest = written.strip().partition("+")
    id_, _, encoded = rest.partition("+")
    raw = _decoded(encoded)
    if not NAME.fullmatch(name) or raw[:1] != ED25519 or len(raw) != 33 or key_id(name, raw[1:]).hex() != id_:
        raise BadNote("a verifier key is NAME+ID+KEY, of an Ed25519 key, as `onewindow evidence key` prints it")
    return name, raw[1:]


def _signature(line: str) -> Signature:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    raw = _decoded(encoded)
    if dash != "—" or not NAME.fullmatch(name) or len(raw) <= 4:
        raise BadNote("a line of a signature is: em dash, name of the key, signature in base64")
    return Signature(name, raw[:4], raw[4:])


def _decoded(encoded: str) -> bytes:
    try:
        raw = b64decode(encoded, validate=True)
    except (Error, ValueError) as error:
        raise BadNote("what should be base64 is not") from error
    if b64encode(raw).decode() != encoded:
        raise BadNote("what should be base64 is written in another way than it is made")
    return raw
