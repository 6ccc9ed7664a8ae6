"""The lines of a log as text, whatever encoding it was written in."""

import codecs
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from adapters.exchange.log_file import chunks, head_of, lines
from adapters.exchange.log_row import BrokenLog
from adapters.reading.limits import LINE_BYTES

UTF_8, UTF_16, GB18030 = "utf-8", "utf-16", "gb18030"
WIDE = ("utf-16", "utf-32")
"""Encodings in which a line end is not one byte."""


def text_lines(path: Path, encoding: str | None) -> Iterator[str]:
    """The lines with their ends, without a byte order mark; UTF-8 (or UTF-16, where a mark says so) unless told otherwise.

    Raises ``BrokenLog``.
    """
    if encoding is None and head_of(path).startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = UTF_16
    name = codecs.lookup(encoding or UTF_8).name
    return _wide(path, name) if name.startswith(WIDE) else _narrow(path, name, told=encoding is not None)


def _narrow(path: Path, encoding: str, *, told: bool) -> Iterator[str]:
    for number, line in enumerate(lines(path), start=1):
        try:
            yield line.decode("utf-8-sig" if number == 1 and encoding == UTF_8 else encoding)
        except UnicodeDecodeError as error:
            where = f"byte {error.start + 1} of the line is not {encoding.upper()}"
            raise BrokenLog(path, number, f"{where}; {_advice(line, encoding, told=told)}") from error


def _advice(line: bytes, encoding: str, *, told: bool) -> str:
    if told:
        return f"correct the encoding in the mapping, which says {encoding}"
    if _reads_as(line, GB18030):
        return 'it fits GB18030 (GBK, GB2312): write encoding = "gb18030" into the mapping, or save the log as UTF-8'
    return "save the log as UTF-8, or name its encoding in the mapping"


def _reads_as(line: bytes, encoding: str) -> bool:
    """Whether a line reads as Chinese in an encoding."""
    try:
        text = line.decode(encoding)
    except UnicodeDecodeError:
        return False
    strange = [character for character in text if ord(character) > 127]
    return all("\u2000" <= character <= "\u206f" or "\u3000" <= character <= "\uffef" for character in strange)


def _wide(path: Path, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    number, length = 1, 0
    begun: list[str] = []
    for chunk, last in _marked(chunks(path)):
        try:
            text = decoder.decode(chunk, last)
        except UnicodeError as error:  # also where a mark of the byte order is wanted and there is none
            raise BrokenLog(path, number, f"the line or one after it is not {encoding.upper()}") from error
        for piece in StringIO(text, newline="\n"):
            begun.append(piece)
            length += len(piece)
            if length > LINE_BYTES:
                raise BrokenLog(path, number, f"a line is longer than {LINE_BYTES} characters")
            if piece.endswith("\n"):
                yield _joined(begun, number)
                number, length = number + 1, 0
                begun.clear()
    if begun:
        yield _joined(begun, number)


def _joined(pieces: list[str], number: int) -> str:
    line = "".join(pieces)
    return line.removeprefix("\ufeff") if number == 1 else line


def _marked(pieces: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    """The pieces, and an empty last one that is marked as such."""
    for piece in pieces:
        yield piece, False
    yield b"", True
