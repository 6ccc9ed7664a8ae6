"""A file appears under its name when it is whole and on the disk, readable by its owner alone; no half-written one is left.

It is made in a hidden folder beside its place, which its maker holds locked. Who was killed leaves such a folder and no
lock: whoever writes there next removes it.
"""

import fcntl
import gzip
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from errno import ENOTSUP, EPERM
from io import BufferedWriter
from pathlib import Path
from uuid import uuid4

from adapters.disk.target import BadTarget, Target

PART, UNFINISHED = ".onewindow-", ".part"
NO_LINKS = (EPERM, ENOTSUP)
"""What file systems answer that give a file one name only."""


@contextmanager
def whole_file(target: Target) -> Iterator[BufferedWriter | gzip.GzipFile]:
    """What is written within the block; gzip where the name ends in ``.gz``. When the block fails nothing is left, and
    what stood under the name stands. Equal content gives equal bytes. Raises ``BadTarget``, ``OSError``."""
    with becoming(target) as new:
        file = os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        # No name and no time in the gzip header: equal content, equal bytes.
        out = gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) if target.file.suffix == ".gz" else file
        try:
            yield out
            if out is not file:
                out.close()
            file.close()
        finally:
            for stream in (out, file):
                with suppress(OSError):  # a full disk has been told of already
                    stream.close()


@contextmanager
def becoming(target: Target) -> Iterator[Path]:
    """The name under which a file is to be made within the block; then it gets its own. Raises ``BadTarget``, ``OSError``."""
    target.refuse()
    with part_beside(target.file) as folder:
        new = folder / "file"
        yield new
        new.chmod(0o600)
        sync(new)
        _put(new, target)
        sync(target.file.parent)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it that are not there, of their owner alone. Raises ``OSError``."""
    for each in reversed([folder, *folder.parents]):
        if not each.is_dir():
            each.mkdir(mode=0o700, exist_ok=True)


def write_new(file: Path, text: str) -> None:
    """Write a file that is not there, of its owner alone. Raises ``OSError``."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as new:
        new.write(text)
        new.flush()
        os.fsync(new.fileno())
    sync(file.parent)


def put_in_place(file: Path, raw: bytes, mode: int = 0o600) -> None:
    """Write a file of the program's own, in the place of the one there, whole or not at all. Raises ``OSError``.

    What a killed one leaves has the same name each time, and is written over.
    """
    new = file.with_name(f".{file.name}{UNFINISHED}")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as out:
        out.write(raw)
        out.flush()
        os.fsync(out.fileno())
    new.replace(file)
    sync(file.parent)


def sync(place: Path) -> None:
    """Have a file, or the names in a folder, survive a power cut."""
    descriptor = os.open(place, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _put(new: Path, target: Target) -> None:
    """Give the file its name; what came there meanwhile is not overwritten."""
    target.refuse()
    if os.path.lexists(target.file):
        new.replace(target.file)
        return
    try:
        os.link(new, target.file)
    except FileExistsError as error:
        raise BadTarget(f"{target.file} was created by another process meanwhile; name another file") from error
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        new.rename(target.file)


@contextmanager
def part_beside(name: Path) -> Iterator[Path]:
    """A hidden folder beside a name, locked by this process while it lives and removed after."""
    place = name.parent
    _remove_left(place)
    while True:
        folder = place / f"{PART}{uuid4().hex}{UNFINISHED}"
        folder.mkdir(mode=0o700)
        lock = os.open(folder, os.O_RDONLY)
        fcntl.flock(lock, fcntl.LOCK_EX)
        if folder.exists():  # nobody removed it before it was locked
            break
        os.close(lock)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def _remove_left(place: Path) -> None:
    """Remove what somebody of this user left who was killed."""
    for left in place.glob(f"{PART}*{UNFINISHED}"):
        with suppress(OSError):  # another one's, or removed meanwhile
            lock = os.open(left, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                if os.fstat(lock).st_uid == os.getuid():
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(left)
            finally:
                os.close(lock)
