"""The signer remembers, outside the database, what it signed last, and signs nothing smaller and nothing that contradicts it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adapters.disk.whole_file import sync
from adapters.evidence.log_key import LogKey, read, verified
from domain.errors import OfficeError
from domain.evidence.checkpoint import Checkpoint, read_checkpoint
from domain.evidence.note import BadNote
from domain.evidence.tree import MTH, tree_root
from domain.exit_code import ExitCode

SIGNED = ".signed"


class Contradiction(OfficeError):
    """The log is another one than was signed before."""

    exit_code = ExitCode.DIFFERENCE


class Signer:
    """Signs the checkpoints of one log. Only one at a time holds a key."""

    def __init__(self, file: Path, key: LogKey) -> None:
        self.key = key
        self._file = file.with_name(file.name + SIGNED)
        self.last = self._read()

    def sign(self, size: int, mth: MTH) -> str:
        """The signed checkpoint of a tree, which is remembered before anybody sees it. Raises ``Contradiction``."""
        before = self.last
        if before is not None:
            if size < before.size:
                raise Contradiction(
                    f"the log has {size} events, and {before.size} were signed: an older copy was restored, or its end is "
                    "lost; look for the newest backup"
                )
            if tree_root(before.size, mth) != before.root:
                raise Contradiction(
                    f"the log is not the one whose first {before.size} events were signed: they were changed since; compare it with "
                    "what was published by `onewindow evidence check`"
                )
        checkpoint = Checkpoint(self.key.name, size, tree_root(size, mth))
        if checkpoint == before:
            return self._file.read_text(encoding="utf-8")
        written = self.key.signed(checkpoint.text()).written()
        new = self._file.with_name(self._file.name + ".new")
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
            out.write(written)
            out.flush()
            os.fsync(out.fileno())
        new.replace(self._file)
        sync(self._file.parent)
        self.last = checkpoint
        return written

    def _read(self) -> Checkpoint | None:
        if not self._file.exists():
            return None
        try:
            return read_checkpoint(verified(self._file.read_text(encoding="utf-8"), self.key.verifier).text)
        except (BadNote, UnicodeDecodeError, OfficeError) as error:
            raise Contradiction(
                f"{self._file} is not what this key signed last: {error}; without it nothing can be signed safely"
            ) from error


@contextmanager
def signer(file: Path) -> Iterator[Signer]:
    """The signer of a key, while nobody else signs with it. Raises ``BadLogKey``, ``Contradiction``, ``OSError``."""
    key = read(file)
    lock = os.open(file, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield Signer(file, key)
    finally:
        os.close(lock)
