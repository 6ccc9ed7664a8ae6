"""Opens a log, plain, gzip or alone in a zip, and hands it on piece by piece in constant memory. What it is its bytes say."""

import gzip
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from enum import StrEnum
from io import BufferedReader
from pathlib import Path, PurePath
from typing import cast

from adapters.exchange.log_row import BrokenLog
from adapters.reading.limits import LINE_BYTES

CHUNK_BYTES = 1 << 16
HEAD_BYTES = 512
GZIP, ZIP, PARQUET = b"\x1f\x8b", b"PK\x03\x04", b"PAR1"
OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"SQLite format 3\0", "an SQLite database"),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "a document of an old Microsoft Office (.xls, .doc); save it as .xlsx or CSV",
    ),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive; unpack it"),
    (b"Rar!", "a RAR archive; unpack it"),
    (b"\xfd7zXZ\0", "an xz archive; unpack it"),
    (b"BZh", "a bzip2 archive; unpack it"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive; unpack it"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
)
"""What files begin with that are no log."""
PARTS = (
    ("word/document.xml", "a Word document"),
    ("ppt/presentation.xml", "a PowerPoint presentation"),
    ("META-INF/manifest.xml", "an OpenDocument file; save it as .xlsx or CSV"),
)
"""What a zip holds that is a document of another kind."""
LOGS = (".csv", ".tsv", ".txt", ".xes")

LogStream = gzip.GzipFile | zipfile.ZipExtFile | BufferedReader


class Form(StrEnum):
    """How a log is written."""

    CSV = "csv"
    XES = "xes"
    XLSX = "xlsx"
    PARQUET = "parquet"


def form_of(path: Path) -> Form:
    """How a log is written, by its bytes, and by the ending of its name where these leave it open. Raises ``BrokenLog``."""
    with _plain(path) as (file, name):
        head = file.peek(HEAD_BYTES)[:HEAD_BYTES]
        if isinstance(file, BufferedReader) and head.startswith(ZIP):
            return Form.XLSX
        if head.startswith(PARQUET):
            return Form.PARQUET
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    ending = PurePath(name.lower().removesuffix(".gz")).suffix
    return Form.XES if ending == ".xes" or text.startswith((b"<?xml", b"<log")) else Form.CSV


def chunks(path: Path) -> Iterator[bytes]:
    """The file's bytes in chunks of at most ``CHUNK_BYTES``. Raises ``BrokenLog``."""
    return _pieces(path, lambda file: file.read1(CHUNK_BYTES))


def lines(path: Path) -> Iterator[bytes]:
    """The file's lines with their ends, at most ``LINE_BYTES`` each. Raises ``BrokenLog``."""
    return _pieces(path, _line)


def head_of(path: Path) -> bytes:
    """The first bytes of the log. Raises ``BrokenLog``."""
    with _plain(path) as (file, _):
        return file.peek(HEAD_BYTES)[:HEAD_BYTES]


def _line(file: LogStream) -> bytes:
    line = file.readline(LINE_BYTES + 1)
    if len(line) > LINE_BYTES:
        raise OSError(f"a line is longer than {LINE_BYTES} bytes; give a log with one row on each line")
    return line


def _pieces(path: Path, read: Callable[[LogStream], bytes]) -> Iterator[bytes]:
    line = 1
    with _plain(path) as (file, _):
        try:
            while piece := read(file):
                yield piece
                line += piece.count(b"\n")
        except (OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
            raise BrokenLog(path, line, _sentence(error)) from error


@contextmanager
def _plain(path: Path) -> Iterator[tuple[LogStream, str]]:
    """The log's own bytes, and the name that it has. Raises ``BrokenLog`` where there is none."""
    with ExitStack() as stack:
        try:
            file, name = _unpacked(path, stack)
            other = _other(file.peek(HEAD_BYTES)[:HEAD_BYTES])
        except (OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
            raise BrokenLog(path, 1, _sentence(error)) from error
        if other is not None:
            raise BrokenLog(path, 1, f"this is {other}, not an event log; give a CSV, XES, .xlsx or Parquet file")
        yield file, name


def _unpacked(path: Path, stack: ExitStack) -> tuple[LogStream, str]:
    file: LogStream = stack.enter_context(path.open("rb"))
    name = path.name
    if file.peek(len(ZIP)).startswith(ZIP) and (member := _only_log(path)) is not None:
        archive = stack.enter_context(zipfile.ZipFile(path))
        try:
            file, name = cast(zipfile.ZipExtFile, stack.enter_context(archive.open(member))), member
        except RuntimeError as error:  # how zipfile says that a password is wanted
            raise BrokenLog(path, 1, f"{member} in the zip is encrypted; unpack it") from error
    if file.peek(len(GZIP)).startswith(GZIP):
        file = stack.enter_context(gzip.GzipFile(fileobj=file))
    return file, name


def _only_log(path: Path) -> str | None:
    """The one log in a zip; None where the zip is an Excel workbook. Raises ``BrokenLog``."""
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/") and not _hidden(name)]
    if "xl/workbook.xml" in names or any(name.startswith("xl/") for name in names):
        return None
    for part, what in PARTS:
        if part in names:
            raise BrokenLog(path, 1, f"this is {what}, not an event log")
    logs = [name for name in names if PurePath(name.lower().removesuffix(".gz")).suffix in LOGS]
    if len(logs) != 1:
        there = ", ".join(logs or names)[:500] or "nothing"
        raise BrokenLog(path, 1, f"a zip is read that holds exactly one log; this one holds {there}; unpack it")
    return logs[0]


def _hidden(name: str) -> bool:
    return name.startswith("__MACOSX/") or PurePath(name).name.startswith(".")


def _other(head: bytes) -> str | None:
    """What a file is that is no log, as far as its first bytes say."""
    for begin, what in OTHERS:
        if head.startswith(begin):
            return what
    if head[257:262] == b"ustar":
        return "a tar archive; unpack it"
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith((b"<!doctype html", b"<html")):
        return "an HTML page"
    return "JSON" if text.startswith((b"{", b"[{", b"[\n")) else None


def _sentence(error: Exception) -> str:
    match error:
        case EOFError():
            return "the gzip data ends in the middle; copy or download the file again"
        case gzip.BadGzipFile() | zlib.error():
            return f"the gzip data is damaged ({error}); copy or download the file again"
        case zipfile.BadZipFile():
            return f"the zip is damaged ({error}); copy or download the file again"
        case OSError(strerror=str(why)):
            return f"the file cannot be read ({why}); check the path and its permissions"
        case _:
            return str(error)
