"""Where a command may write a file: at a new name, or over what it may replace; never over what the office lives on."""

import os
import re
import stat
from base64 import urlsafe_b64decode
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from domain.errors import OfficeError

SQLITE = b"SQLite format 3\0"
WAL = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")
"""How a database of SQLite and its log begin (https://www.sqlite.org/fileformat.html)."""
BESIDE = re.compile(r"(.+)-(?:wal|shm|journal)")
"""What SQLite keeps beside a database."""
KEY_BYTES = 32


class BadTarget(OfficeError):
    """No file can be written under this name. What stands there is as it was."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a command works with and must not write over: the files it reads, its database, its key."""

    read: tuple[Path, ...] = ()
    databases: tuple[Path, ...] = ()
    keys: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """A file to write; ``field`` is the argument or option that named it.

    ``force`` says that a file there may be replaced, None where its command never does so; ``ours`` tells a file that
    the command may replace without that.
    """

    file: Path
    field: str = "FILE"
    kept: Kept = Kept()
    force: bool | None = False
    ours: Callable[[Path], bool] | None = None

    def refuse(self) -> None:
        """Raise ``BadTarget`` unless the file may be written. Nothing is changed."""
        if not self.file.name or self.file.is_dir():
            raise BadTarget(f"{self.field}: {self.file} is a folder; name a file")
        if self.file.is_symlink():
            raise BadTarget(
                f"{self.field}: {self.file} is a link, and files are not written through links; name the file itself"
            )
        if self._is_any(self.kept.read):
            raise BadTarget(f"{self.field}: {self.file} is the file that is read, and would be lost; name another file")
        if self._is_of_a_database():
            raise BadTarget(f"{self.field}: {self.file} belongs to a database, which would be lost; name another file")
        if self._is_a_key():
            raise BadTarget(f"{self.field}: {self.file} is a master key, which would be lost; name another file")
        if os.path.lexists(self.file):
            self._refuse_existing()

    def _refuse_existing(self) -> None:
        if not stat.S_ISREG(self.file.lstat().st_mode):
            raise BadTarget(f"{self.field}: {self.file} is a device, a pipe or a socket; name a file")
        if self.ours is not None:
            if not self.ours(self.file):
                raise BadTarget(f"{self.field}: {self.file} holds something else, which would be lost; name a new file")
        elif self.force is None:
            raise BadTarget(
                f"{self.field}: {self.file} is there already, and nothing is overwritten; name another file"
            )
        elif not self.force:
            raise BadTarget(
                f"{self.field}: {self.file} is there already, and would be lost; name another file, or give --force"
            )

    def _is_any(self, files: tuple[Path, ...]) -> bool:
        place = self.file.resolve()
        return any(place == each.resolve() or _same(self.file, each) for each in files)

    def _is_of_a_database(self) -> bool:
        """The one at work is told by its name alone: whoever closes a file of it loses SQLite's locks in this process
        (https://www.sqlite.org/howtocorrupt.html, 2.2)."""
        beside = BESIDE.fullmatch(self.file.name)
        base = None if beside is None else self.file.with_name(beside[1])
        at_work = replace(self, file=base)._is_any(self.kept.databases) if base else False
        if at_work or self._is_any(self.kept.databases):
            return True
        return any(_begins(each).startswith((SQLITE, *WAL)) for each in (self.file, base) if each is not None)

    def _is_a_key(self) -> bool:
        names = {f"{each.resolve()}{ending}" for each in self.kept.keys for ending in ("", ".next")}
        if self._is_any(self.kept.keys) or str(self.file.resolve()) in names:
            return True
        try:
            return len(urlsafe_b64decode(_begins(self.file).strip())) == KEY_BYTES
        except ValueError:
            return False


def _same(one: Path, other: Path) -> bool:
    """Whether two names lead to one file, as a second name of it does."""
    return one.exists() and other.exists() and one.samefile(other)


def _begins(file: Path) -> bytes:
    """The first bytes of a plain file; none of what is no file, or cannot be read."""
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            return b""
        with file.open("rb") as there:
            return there.read(100)
    except OSError:
        return b""
