"""A file that appears under its name when it is whole; no half-written one is left."""

import gzip
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from errno import EISDIR
from io import BufferedWriter
from pathlib import Path
from uuid import uuid4


@contextmanager
def whole_file(path: Path) -> Iterator[BufferedWriter | gzip.GzipFile]:
    """What is written within the block; gzip where the name ends in ``.gz``. When the block fails nothing is left, and
    what stood under the name stands. Equal content gives equal bytes. Raises ``OSError``."""
    if path.is_dir() or not path.name:
        raise IsADirectoryError(EISDIR, os.strerror(EISDIR), str(path))
    unfinished = path.with_name(f".{path.name}.{uuid4().hex}.part")
    file = unfinished.open("xb")
    # No name and no time in the gzip header: equal content, equal bytes.
    out = gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) if path.suffix == ".gz" else file
    try:
        yield out
        if out is not file:
            out.close()
        file.flush()
        os.fsync(file.fileno())
        file.close()
        unfinished.replace(path)
    finally:
        for stream in (out, file):
            with suppress(OSError):  # a full disk has been told of already
                stream.close()
        unfinished.unlink(missing_ok=True)
