"""Opens a log, plain or gzip by its suffix, and hands it on piece by piece in constant memory."""

import gzip
import zlib
from collections.abc import Callable, Iterator
from io import BufferedReader
from pathlib import Path

from adapters.exchange.log_row import BrokenLog

CHUNK_BYTES = 1 << 16
LINE_BYTES = 1 << 24
"""The longest line that is taken; a longer one is no text file with lines."""

LogStream = gzip.GzipFile | BufferedReader


def chunks(path: Path) -> Iterator[bytes]:
    """The file's bytes in chunks of at most ``CHUNK_BYTES``. Raises ``BrokenLog``."""
    return _pieces(path, lambda file: file.read1(CHUNK_BYTES))


def lines(path: Path) -> Iterator[bytes]:
    """The file's lines with their ends, at most ``LINE_BYTES`` each. Raises ``BrokenLog``."""
    return _pieces(path, _line)


def _line(file: LogStream) -> bytes:
    line = file.readline(LINE_BYTES + 1)
    if len(line) > LINE_BYTES:
        raise OSError(f"a line is longer than {LINE_BYTES} bytes; is this a log with one row a line?")
    return line


def _pieces(path: Path, read: Callable[[LogStream], bytes]) -> Iterator[bytes]:
    line = 1
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
            while piece := read(file):
                yield piece
                line += piece.count(b"\n")
    except (OSError, EOFError, zlib.error) as error:
        raise BrokenLog(path, line, _sentence(error)) from error


def _sentence(error: Exception) -> str:
    match error:
        case EOFError():
            return "the gzip data ends in the middle; copy or download the file again"
        case gzip.BadGzipFile() | zlib.error():
            return f"the gzip data is damaged ({error}); copy or download the file again"
        case OSError(strerror=str(why)):
            return f"the file cannot be read ({why}); check the path and its permissions"
        case _:
            return str(error)
