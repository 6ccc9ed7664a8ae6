"""A small disk that really gets full: a file system of some megabytes in memory. Needs the right to mount one."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

LEFT = 300_000
"""Bytes that are free when the disk is nearly full."""


class SmallDisk:
    """A folder on the small disk, and a file on it that can be made as large as the room and removed again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def nearly_fill(self) -> None:
        """Leave hardly any room."""
        with self._ballast.open("wb") as file:
            file.write(bytes(max(0, shutil.disk_usage(self.folder).free - LEFT)))

    def make_room(self) -> None:
        """What was in the way is gone."""
        self._ballast.unlink()


@contextmanager
def small_disk(megabytes: int) -> Iterator[SmallDisk]:
    """Mount one where everybody may go; skips the test where that is not allowed."""
    folder = Path(tempfile.mkdtemp(prefix="onewindow-disk-"))
    folder.chmod(0o755)
    words = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0777", "tmpfs", str(folder)]
    if os.geteuid() != 0 or shutil.which("mount") is None or subprocess.run(words, check=False).returncode:
        folder.rmdir()
        pytest.skip("a small disk can only be mounted by root")
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()
