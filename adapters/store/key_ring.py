"""The key ring: a key for each person, wrapped by the master key, in a table of its own."""

import base64
import hmac
import os
from collections import OrderedDict
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from time import monotonic

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Engine, bindparam, insert, select

from adapters.store.driver.failures import INTEGRITY, DatabaseError
from adapters.store.driver.kept import KeptConnections
from adapters.store.driver.statement import Statement
from adapters.store.schema import person_keys
from domain.sealing import ERASED, Sealed

NONCE = 12
FIND = select(person_keys.c.wrapped, person_keys.c.master).where(person_keys.c.key == bindparam("key"))
KEYS_AT_HAND = 10_000
SECONDS_AT_HAND = 1.0
"""A key is looked up again after so long: a person who is erased is soon so for every process that runs."""


class MasterKey:
    """The key that wraps all others: 32 bytes from the settings, or from a file that is made at the first sealing."""

    def __init__(self, file: Path, given: str | None = None) -> None:
        self._file = file
        self._key: bytes | None = None if given is None else _parsed(given, "ONEWINDOW_MASTER_KEY")

    def read(self) -> bytes | None:
        """The key, None when there is none yet."""
        if self._key is None and self._file.exists():
            self._key = _parsed(self._file.read_bytes(), str(self._file))
        return self._key

    def read_or_make(self) -> bytes:
        """The key; makes the file, readable by its owner only, when there is none."""
        key = self.read()
        if key is not None:
            return key
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=self._file.parent, prefix=f".{self._file.name}.") as file:  # mode 0600
            file.write(base64.urlsafe_b64encode(os.urandom(32)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
            with suppress(FileExistsError):  # another made it in between: his stands
                os.link(file.name, self._file)  # whole at once: nobody reads half a key
        _sync(self._file.parent)
        return self.read_or_make()


def _sync(folder: Path) -> None:
    """Let a new name in the folder survive a power cut: what is sealed under a lost key cannot be read."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _parsed(text: str | bytes, where: str) -> bytes:
    try:
        key = base64.urlsafe_b64decode(text.strip())
    except ValueError as error:
        raise DatabaseError(f"{where} is not a key: write 32 bytes in base64url") from error
    if len(key) != 32:
        raise DatabaseError(f"{where} holds {len(key)} bytes; a master key has 32, in base64url")
    return key


class KeyRing:
    """The vault (``domain.sealing.Vault``) of one database.

    Sealing is AES-256-GCM with a nonce derived from key, field and text, so the same text of a person gives the
    same box and a repeated command is recognised; field and key name are authenticated with it.
    """

    def __init__(self, engine: Engine, master: MasterKey) -> None:
        self._master = master
        self._at_hand: OrderedDict[str, tuple[bytes, float]] = OrderedDict()
        self._kept = KeptConnections(engine)
        self._find = Statement(engine, FIND)
        self._used = Statement(engine, select(person_keys.c.master).limit(1))
        self._insert = Statement(engine, insert(person_keys))

    def close(self) -> None:
        """Give back what is kept open."""
        self._kept.close()

    def seal(self, key: str, field: str, text: str) -> Sealed:
        """Seal under the person's key, which is made and stored when it is new. Raises ``DatabaseError`` without the right master key."""
        secret = self._key(key) or self._make(key)
        about = f"{key} {field}".encode()
        nonce = hmac.digest(secret, b"nonce" + len(about).to_bytes(4, "big") + about + text.encode(), "sha256")[:NONCE]
        box = nonce + AESGCM(secret).encrypt(nonce, text.encode(), about)
        return Sealed(key=key, box=base64.urlsafe_b64encode(box).decode())

    def open(self, field: str, sealed: Sealed) -> str:
        """The text; ``ERASED`` when the key, or the master key that wraps it, is gone."""
        secret = self._key(sealed.key)
        if secret is None:
            return ERASED
        box = base64.urlsafe_b64decode(sealed.box)
        try:
            return AESGCM(secret).decrypt(box[:NONCE], box[NONCE:], f"{sealed.key} {field}".encode()).decode()
        except InvalidTag:
            return ERASED

    def _key(self, key: str) -> bytes | None:
        secret, until = self._at_hand.get(key, (b"", 0.0))
        if monotonic() < until:
            return secret
        found = self._kept.run(self._find.rows, key=key)
        master = self._master.read() if found else None
        if not found or master is None or found[0][1] != _fingerprint(master):
            return None
        wrapped = bytes(found[0][0])
        try:
            secret = AESGCM(master).decrypt(wrapped[:NONCE], wrapped[NONCE:], key.encode())
        except InvalidTag as error:
            raise DatabaseError(f"the row {key} of person_keys is damaged; restore it from a backup") from error
        return self._remember(key, secret)

    def _make(self, key: str) -> bytes:
        master = self._right_master()
        secret, nonce = AESGCM.generate_key(256), os.urandom(NONCE)
        wrapped = nonce + AESGCM(master).encrypt(nonce, secret, key.encode())
        row = {"key": key, "wrapped": wrapped, "master": _fingerprint(master)}
        try:
            self._kept.run(self._insert.rows, **row)
        except INTEGRITY:
            made_meanwhile = self._key(key)
            if made_meanwhile is None:
                raise
            return made_meanwhile
        return self._remember(key, secret)

    def _right_master(self) -> bytes:
        """The master key, made for a database without keys. Two of them in one database are refused: half would read as erased."""
        used = self._kept.run(self._used.rows)
        master = self._master.read() if used else self._master.read_or_make()
        given = "none" if master is None else _fingerprint(master)
        if master is None or (used and used[0][0] != given):
            raise DatabaseError(
                f"the keys of this database are wrapped by master key {used[0][0]}, the one given is {given}; "
                "set ONEWINDOW_MASTER_KEY or ONEWINDOW_MASTER_KEY_FILE to the right one"
            )
        return master

    def _remember(self, key: str, secret: bytes) -> bytes:
        self._at_hand.pop(key, None)
        self._at_hand[key] = (secret, monotonic() + SECONDS_AT_HAND)
        if len(self._at_hand) > KEYS_AT_HAND:
            self._at_hand.popitem(last=False)
        return secret


def _fingerprint(master: bytes) -> str:
    return sha256(b"onewindow master key" + master).hexdigest()[:16]
