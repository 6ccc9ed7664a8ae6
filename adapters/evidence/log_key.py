"""The key that signs the log (Ed25519), in a file of its owner alone, and its public half for those who verify."""

import re
import stat
from base64 import b64decode, b64encode
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from adapters.disk.whole_file import make_folder, write_new
from domain.errors import OfficeError
from domain.evidence.note import ED25519, BadNote, Note, Signature, key_id, read_note, read_verifier_key, verifier_key

FIRST = "PRIVATE+KEY"
ORIGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,99}")
"""The name of a log: as an address without ``https://``, such as ``example.gov.cn/onewindow``."""
LONGEST = 1_000


class BadLogKey(OfficeError):
    """A file is no key of a log, or the key is not there."""


class NotSigned(OfficeError):
    """No signature of the key that was named is on what was read."""


class LogKey(NamedTuple):
    """A key, and the name of the log that it signs."""

    name: str
    private: Ed25519PrivateKey

    @property
    def public(self) -> bytes:
        """Its public half, 32 bytes."""
        return self.private.public_key().public_bytes_raw()

    @property
    def verifier(self) -> str:
        """Its public half as it is written down (https://c2sp.org/signed-note)."""
        return verifier_key(self.name, self.public)

    def signed(self, text: str) -> Note:
        """A note of a text, signed."""
        return Note(text, (Signature(self.name, key_id(self.name, self.public), self.private.sign(text.encode())),))


def make(file: Path, name: str) -> LogKey:
    """Make a key for a log in a file that is not there. Raises ``BadLogKey``, ``OSError``."""
    if not ORIGIN.fullmatch(name):
        raise BadLogKey(f"--name {name!r} is no name of a log; write it as example.gov.cn/onewindow")
    key = LogKey(name, Ed25519PrivateKey.generate())
    secret = b64encode(ED25519 + key.private.private_bytes_raw()).decode()
    make_folder(file.parent)
    write_new(file, f"{FIRST}+{name}+{key_id(name, key.public).hex()}+{secret}\n")
    return key


def read(file: Path) -> LogKey:
    """The key of a file. Raises ``BadLogKey``."""
    if not file.is_file():
        raise BadLogKey(f"{file} is no file with the key of a log; make one with `onewindow evidence key --name NAME`")
    if file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise BadLogKey(f"{file} can be read by others; run `chmod 600 {file}`")
    with file.open(encoding="ascii", errors="replace") as opened:
        parts = opened.read(LONGEST).strip().split("+", 4)
    try:
        name, secret = parts[2], b64decode(parts[4], validate=True)
        key = LogKey(name, Ed25519PrivateKey.from_private_bytes(secret.removeprefix(ED25519)))
    except (IndexError, ValueError) as error:
        raise BadLogKey(f"{file} is no key of a log as `onewindow evidence key` makes one") from error
    if "+".join(parts[:2]) != FIRST or parts[3] != key_id(name, key.public).hex():
        raise BadLogKey(f"{file} is no key of a log as `onewindow evidence key` makes one")
    return key


def verified(written: str, verifier: str) -> Note:
    """A note that the key of a log signed. Raises ``NotSigned``, ``BadNote``."""
    try:
        name, public = read_verifier_key(verifier)
    except BadNote as error:
        raise NotSigned(f"--verifier: {error}") from error
    note, own = read_note(written), key_id(name, public)
    ours = [each for each in note.signatures if (each.name, each.key_id) == (name, own)]
    if not ours:
        raise NotSigned(f"the checkpoint is not signed by {name}+{own.hex()}; see whether this is the right key")
    for each in ours:
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(each.signature, note.text.encode())
        except InvalidSignature as error:
            raise NotSigned(f"the signature of {name} does not fit the checkpoint: one of them was changed") from error
    return note
