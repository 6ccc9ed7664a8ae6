"""A folder appears under its name when everything in it is whole and on the disk; no half of one is left."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EBUSY, EEXIST, ENOTDIR, ENOTEMPTY, EXDEV
from pathlib import Path

from adapters.disk.target import BadTarget
from adapters.disk.whole_file import make_folder, part_beside, sync

IN_USE = (EEXIST, ENOTEMPTY, ENOTDIR)
NOT_REPLACED = (EBUSY, EXDEV)
"""What is answered for a folder in which another file system is mounted."""


class FolderInUse(BadTarget):
    """A folder that holds something already, or a name that something else has."""


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """The folder that is filled within the block; then it gets its name, which may be that of an empty folder.

    When the block fails nothing is left. Raises ``FolderInUse``, ``OSError``.
    """
    place = path.resolve()
    _refuse(path)
    make_folder(place.parent)
    with part_beside(place) as part:
        new = part / "folder"
        new.mkdir(mode=0o700)
        yield new
        for each in (*(folder for folder in new.rglob("*") if folder.is_dir()), new):
            sync(each)
        _refuse(path)
        _put(new, place, path)
        sync(place.parent)


def _refuse(path: Path) -> None:
    """Raise ``FolderInUse`` unless the name is free, or is that of an empty folder that can be replaced."""
    if not os.path.lexists(path):
        return
    if not path.is_dir():
        raise FolderInUse(f"{path} is not a folder; name a new folder")
    if any(path.iterdir()):
        raise FolderInUse(f"{path} is not empty; name a new folder")
    if path.samefile(Path.cwd()):
        raise FolderInUse(f"{path} is the current folder, which cannot be replaced by a whole one; name a new folder")


def _put(new: Path, place: Path, path: Path) -> None:
    try:
        new.rename(place)
    except OSError as error:
        if error.errno in IN_USE:
            raise FolderInUse(f"{path} is not empty; name a new folder") from error
        if error.errno in NOT_REPLACED:
            raise FolderInUse(
                f"{path} is the root of a disk, which cannot be replaced; name a new folder in it"
            ) from error
        raise
