"""Signed notes (https://c2sp.org/signed-note): a text and its signatures. Who signs and verifies is said elsewhere."""

import re
from base64 import b64decode, b64encode
from binascii import Error
from hashlib import sha256
from typing import NamedTuple

ED25519, COSIGNS = b"\1", b"\4"
"""The types of keys: one signs, the other cosigns (https://c2sp.org/tlog-cosignature)."""
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


class Verifier(NamedTuple):
    """A public Ed25519 key: whose, of which type, and its 32 bytes."""

    name: str
    type: bytes
    public: bytes

    @property
    def key_id(self) -> bytes:
        """Four bytes of a hash, no more than a hint."""
        return sha256(self.name.encode() + b"\n" + self.type + self.public).digest()[:4]

    def written(self) -> str:
        """How it is written down for those who verify: ``NAME+ID+KEY``."""
        return f"{self.name}+{self.key_id.hex()}+{b64encode(self.type + self.public).decode()}"

    def own(self, note: Note) -> list[Signature]:
        """The signatures of a note that are said to be of this key."""
        return [each for each in note.signatures if (each.name, each.key_id) == (self.name, self.key_id)]


def read_verifier(written: str) -> Verifier:
    """The public key of what was written down. Raises ``BadNote``."""
    name, _, rest = written.strip().partition("+")
    raw = _decoded(rest.partition("+")[2])
    found = Verifier(name, raw[:1], raw[1:])
    if (
        not NAME.fullmatch(name)
        or found.type not in (ED25519, COSIGNS)
        or len(found.public) != 32
        or found.written() != written.strip()
    ):
        raise BadNote("a verifier key is NAME+ID+KEY, of an Ed25519 key, as `onewindow evidence key` prints it")
    return found


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
