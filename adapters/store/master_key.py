"""The master key that wraps the keys of all persons, in a file or in the settings; and its successor while it is changed."""

import base64
import os
import stat
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

from adapters.disk.target import BadTarget
from adapters.disk.whole_file import make_folder, sync
from adapters.store.driver.failures import DatabaseError
from domain.number_of import number_of

SETTING = "ONEWINDOW_MASTER_KEY"
LONGEST = 1_000
"""So many bytes of a file are read; no key is as long."""


def fingerprint(master: bytes) -> str:
    """The name of a master key: 16 hexadecimal digits that say nothing of the key."""
    return sha256(b"onewindow master key" + master).hexdigest()[:16]


class MasterKey:
    """32 bytes from the settings, or from a file that is made at the first sealing.

    Beside the file ``NAME`` lie ``NAME.next`` while the key is changed, and ``NAME.FINGERPRINT`` for each former
    key that nobody has destroyed yet: whatever one of them wrapped can still be opened.
    """

    def __init__(self, file: Path, given: str | None = None) -> None:
        self.file = file
        self._known: dict[str, bytes] = {}
        self._given = None if given is None else self._keep(_parsed(given, SETTING))

    @property
    def is_given(self) -> bool:
        """Whether the settings hold the key itself, so that no file is read or changed."""
        return self._given is not None

    def read(self) -> bytes | None:
        """The key in use, None when there is none yet. Raises ``DatabaseError`` for what is no key."""
        return self._given or self._in(self.file)

    def called(self, name: str) -> bytes | None:
        """The key of this fingerprint: in use, its successor, or a former one; None when it is not here."""
        if name not in self._known:
            self.read()
        if name not in self._known and not self.is_given:
            self._in(self.next_file)
            self._in(self._former(name))
        return self._known.get(name)

    def read_or_make(self) -> bytes:
        """The key in use; makes the file, readable by its owner only, when there is none."""
        return self.read() or self._made(self.file)

    @property
    def next_file(self) -> Path:
        """Where the successor lies while the keys of all persons are wrapped anew."""
        return self.file.with_name(f"{self.file.name}.next")

    def successor(self, file: Path | None = None) -> bytes:
        """The key to come: made now, or the one that an interrupted change began with. Raises ``BadTarget``, ``DatabaseError``."""
        where = file or self.next_file
        if where.exists() and not (where.is_file() or where.is_dir()):  # who opened a pipe would wait for good
            raise BadTarget(f"--new-key-file: {where} is a device, a pipe or a socket; name a file")
        return self._in(where) or self._made(where)

    def succeed(self) -> Path | None:
        """Put the successor in the place of the key in use. Returns where the former one lies from now on."""
        former = self._in(self.file)
        kept = None
        if former is not None:
            kept = self._former(fingerprint(former))
            with suppress(FileExistsError):
                os.link(self.file, kept)
        self.next_file.replace(self.file)
        sync(self.file.parent)
        return kept

    def _former(self, name: str) -> Path:
        return self.file.with_name(f"{self.file.name}.{name}")

    def _in(self, file: Path) -> bytes | None:
        try:
            with file.open("rb") as there:
                _refuse_open_to_others(file, os.fstat(there.fileno()))
                text = there.read(LONGEST)
        except FileNotFoundError as error:
            if file.is_symlink():
                raise DatabaseError(
                    f"{file} is a link to a key that is not there; restore the key, or remove the link"
                ) from error
            return None
        return self._keep(_parsed(text, str(file)))

    def _keep(self, key: bytes) -> bytes:
        self._known[fingerprint(key)] = key
        return key

    def _made(self, file: Path) -> bytes:
        make_folder(file.parent)
        with NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.") as new:  # mode 0600
            new.write(base64.urlsafe_b64encode(os.urandom(32)) + b"\n")
            new.flush()
            os.fsync(new.fileno())
            with suppress(FileExistsError):  # another made it in between: his stands
                os.link(new.name, file)  # whole at once: nobody reads half a key
        sync(file.parent)
        made = self._in(file)
        assert made is not None, file
        return made


def _refuse_open_to_others(file: Path, found: os.stat_result) -> None:
    """Raise ``DatabaseError`` for a key that others can read, or change.

    A key of root's may be readable by a group, as PostgreSQL has it for the key of its server: so it is given to a service.
    """
    allowed = 0o740 if found.st_uid == 0 else 0o700
    if stat.S_ISREG(found.st_mode) and stat.S_IMODE(found.st_mode) & 0o777 & ~allowed:
        raise DatabaseError(f"others can read or change the master key {file}; run `chmod 600 {file}`")


def _parsed(text: str | bytes, where: str) -> bytes:
    try:
        key = base64.urlsafe_b64decode(text.strip())
    except ValueError as error:
        raise DatabaseError(f"{where} is not a key: write 32 bytes in base64url") from error
    if len(key) != 32:
        raise DatabaseError(f"{where} holds {number_of(len(key), 'byte')}; a master key has 32, in base64url")
    return key
