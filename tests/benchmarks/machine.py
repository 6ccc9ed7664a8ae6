"""What the machine itself takes, without any database, for what every answer needs: memory, and a block of the disk.

Processors and disks of a rented machine are shared with others. What is slow here for a moment is slow for every process.
"""

import mmap
import os
from collections.abc import Callable, Iterator
from itertools import cycle
from random import Random
from tempfile import TemporaryFile

import numpy as np

GLANCE = 0.01
"""Seconds between two looks."""
SIZE = 64 * 1024 * 1024
"""Bytes of memory, and of the file: a value in each page of memory is more than the inner caches hold, as an interpreter is."""
BLOCK = 8192
"""Bytes that PostgreSQL reads at once."""


def looks() -> Iterator[tuple[str, Callable[[], object]]]:
    """In turn: a value in every page of some memory, and a block from the disk of the temporary files."""
    values, random = np.ones(SIZE // 8, dtype=np.int64), Random(1)
    pages = values[:: mmap.PAGESIZE // 8]
    file = TemporaryFile()  # noqa: SIM115 - open as long as there are looks
    file.write(bytes(SIZE))
    file.flush()
    os.fsync(file.fileno())  # what is not on the disk yet cannot be let go of
    os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_RANDOM)  # a block at a time

    def memory() -> None:
        np.add(pages, 1, out=pages)

    def disk() -> None:
        place = random.randrange(SIZE // BLOCK) * BLOCK
        os.posix_fadvise(file.fileno(), place, BLOCK, os.POSIX_FADV_DONTNEED)
        os.pread(file.fileno(), BLOCK, place)

    return cycle((("memory", memory), ("disk", disk)))
