"""The key that signs the log (Ed25519), in a file of its owner alone, and its public half for those who verify."""

import re
import stat
from base64 import b64decode, b64encode
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from adapters.disk.whole_file import make_folder, write_new
from domain.errors import OfficeError
from domain.evidence.cosignature import apart, cosigned_text, moment, with_time
from domain.evidence.note import COSIGNS, ED25519, BadNote, Note, Signature, Verifier, read_note, read_verifier

FIRST = "PRIVATE+KEY"
ORIGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,99}")
"""The name of a log: as an address without ``https://``, such as ``example.gov.cn/onewindow``."""
LONGEST = 1_000


class BadLogKey(OfficeError):
    """A file is no key of a log, or the key is not there."""


class NotSigned(OfficeError):
    """No signature of the key that was named is on what was read."""


class LogKey(NamedTuple):
    """A key, and the name of the log or of the witness that signs with it; a witness's cosigns."""

    name: str
    type: bytes
    private: Ed25519PrivateKey

    @property
    def verifier(self) -> Verifier:
        """Its public half."""
        return Verifier(self.name, self.type, self.private.public_key().public_bytes_raw())

    def signed(self, text: str) -> Note:
        """A note of a text, signed."""
        signature = Signature(self.name, self.verifier.key_id, self.private.sign(text.encode()))
        return Note(text, (signature,))

    def cosigned(self, note: Note, at: datetime) -> Note:
        """The same note with this witness's word that it saw it at a moment, in the place of an earlier one."""
        seconds, own = int(at.timestamp()), self.verifier.own(note)
        raw = with_time(seconds, self.private.sign(cosigned_text(note.text, seconds)))
        others = tuple(each for each in note.signatures if each not in own)
        return Note(note.text, (*others, Signature(self.name, self.verifier.key_id, raw)))


def new(name: str, kind: bytes = ED25519) -> LogKey:
    """A new key for a log or a witness. Raises ``BadLogKey``."""
    if not ORIGIN.fullmatch(name):
        raise BadLogKey(f"--name {name!r} is no name of a log; write it as example.gov.cn/onewindow")
    return LogKey(name, kind, Ed25519PrivateKey.generate())


def keep(file: Path, key: LogKey) -> None:
    """Write a key into a file that is not there. Raises ``OSError``."""
    make_folder(file.parent)
    write_new(file, _written(key) + "\n")


def read(file: Path) -> LogKey:
    """The key of a file. Raises ``BadLogKey``."""
    if not file.is_file():
        raise BadLogKey(f"{file} is no file with the key of a log; make one with `onewindow evidence key --name NAME`")
    if file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise BadLogKey(f"{file} can be read by others; run `chmod 600 {file}`")
    with file.open(encoding="ascii", errors="replace") as opened:
        written = opened.read(LONGEST).strip()
    try:
        _, _, name, _, secret = written.split("+", 4)
        raw = b64decode(secret, validate=True)
        key = LogKey(name, raw[:1], Ed25519PrivateKey.from_private_bytes(raw[1:]))
    except ValueError as error:
        raise BadLogKey(f"{file} is no key of a log as `onewindow evidence key` makes one") from error
    if _written(key) != written or key.type not in (ED25519, COSIGNS):
        raise BadLogKey(f"{file} is no key of a log as `onewindow evidence key` makes one")
    return key


def _written(key: LogKey) -> str:
    secret = b64encode(key.type + key.private.private_bytes_raw()).decode()
    return f"{FIRST}+{key.name}+{key.verifier.key_id.hex()}+{secret}"


def verifier_of(written: str, option: str, kind: bytes) -> Verifier:
    """A public key that somebody typed. Raises ``NotSigned``."""
    try:
        found = read_verifier(written)
    except BadNote as error:
        raise NotSigned(f"{option}: {error}") from error
    if found.type != kind:
        raise NotSigned(
            f"{option}: {found.name} is the key of a {'witness' if kind == ED25519 else 'log'}; name the other one"
        )
    return found


def verified(written: str, by: Verifier) -> Note:
    """A note that the key of a log signed. Raises ``NotSigned``, ``BadNote``."""
    note = read_note(written)
    for each in _own(note, by):
        _verify(by, each.signature, note.text.encode())
    return note


def seen_by(note: Note, witness: Verifier) -> datetime:
    """When a witness last saw a checkpoint (UTC). Raises ``NotSigned``."""
    last = 0
    try:
        for each in _own(note, witness):
            seconds, signature = apart(each.signature)
            _verify(witness, signature, cosigned_text(note.text, seconds))
            last = max(last, seconds)
        return moment(last)
    except BadNote as error:
        raise NotSigned(f"the signature of {witness.name} cannot be read: {error}") from error


def _own(note: Note, by: Verifier) -> list[Signature]:
    ours = by.own(note)
    if not ours:
        raise NotSigned(
            f"the checkpoint is not signed by {by.name}+{by.key_id.hex()}; see whether this is the right key"
        )
    return ours


def _verify(by: Verifier, signature: bytes, text: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(by.public).verify(signature, text)
    except InvalidSignature as error:
        raise NotSigned(f"the signature of {by.name} does not fit the checkpoint: one of them was changed") from error
