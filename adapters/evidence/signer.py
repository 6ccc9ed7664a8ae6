"""Who signs: the office its log, a witness what it saw of another office's. Each remembers, outside the database, what it signed last."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from adapters.disk.whole_file import make_folder, put_in_place
from adapters.evidence.log_key import BadLogKey, LogKey, keep, new, read, verified
from adapters.evidence.memory import Contradiction, Memory
from domain.evidence.checkpoint import Checkpoint, read_checkpoint
from domain.evidence.note import COSIGNS, ED25519, Verifier
from domain.evidence.tree import EMPTY, MTH

SIGNED = ".signed"


class Signer:
    """Signs the checkpoints of one log. Only one at a time holds a key."""

    def __init__(self, file: Path, key: LogKey) -> None:
        self.key = key
        self._memory = Memory(_memory_of(file))
        if self._memory.note is None:
            raise Contradiction(
                f"{_memory_of(file)} is lost, so nobody knows what was signed last and nothing is signed; copy the newest file "
                "`checkpoint` that was published to it"
            )
        verified(self._memory.note, key.verifier)

    @property
    def last(self) -> Checkpoint:
        """The checkpoint that it signed last; of an empty log where it has signed none."""
        assert self._memory.last is not None
        return self._memory.last

    def sign(self, size: int, mth: MTH) -> str:
        """The signed checkpoint of a tree, which is remembered before anybody sees it. Raises ``Contradiction``."""
        checkpoint = Checkpoint(self.key.name, size, self._memory.continued(size, mth))
        if checkpoint != self.last:
            self._memory.keep(checkpoint, self.key.signed(checkpoint.text()).written())
        assert self._memory.note is not None
        return self._memory.note


def make_key(file: Path, name: str, kind: bytes = ED25519) -> LogKey:
    """Make the key of a log or of a witness in a file that is not there; of a log it is remembered first that nothing was signed yet.

    Raises ``BadLogKey``, ``OSError``.
    """
    key = new(name, kind)
    if kind == ED25519:
        empty = Checkpoint(name, 0, EMPTY)
        make_folder(file.parent)
        put_in_place(_memory_of(file), key.signed(empty.text()).written().encode())
    keep(file, key)
    return key


def _memory_of(file: Path) -> Path:
    return file.with_name(file.name + SIGNED)


@contextmanager
def signer(file: Path) -> Iterator[Signer]:
    """The signer of a log, while nobody else signs with its key. Raises ``BadLogKey``, ``NotSigned``, ``Contradiction``, ``OSError``."""
    with _held(file, ED25519) as key:
        yield Signer(file, key)


def cosigned(file: Path, written: str, by: Verifier, mth: MTH, now: datetime) -> str:
    """A checkpoint of another office's log with this witness's word that it continues all that it saw of that log before.

    Raises ``BadLogKey``, ``NotSigned``, ``BadNote``, ``Contradiction``, ``OSError``.
    """
    with _held(file, COSIGNS) as key:
        note = verified(written, by)
        checkpoint = read_checkpoint(note.text)
        memory = Memory(file.with_name(f"{file.name}.{sha256(checkpoint.origin.encode()).hexdigest()[:16]}{SIGNED}"))
        if memory.continued(checkpoint.size, mth) != checkpoint.root:
            raise Contradiction("the tiles lead to another root than that of the checkpoint; fetch the folder again")
        cosigned_ = key.cosigned(note, now).written()
        memory.keep(checkpoint, cosigned_)
        return cosigned_


@contextmanager
def _held(file: Path, kind: bytes) -> Iterator[LogKey]:
    key = read(file)
    if key.type != kind:
        wanted = "log" if kind == ED25519 else "witness"
        raise BadLogKey(f"{file} is not the key of a {wanted}; name another one with --key")
    lock = os.open(file, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield key
    finally:
        os.close(lock)
