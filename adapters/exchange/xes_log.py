"""Reads an event log written as XES (``.xes``, ``.xes.gz``), event by event in constant memory.

Expat reads it, not lxml: it knows the line of every event (libxml2 knows none past 65,535), and it
stops at a DOCTYPE before an entity can grow (libxml2 expands entities in attribute values, where
XES keeps everything, whatever it is told).
"""

import codecs
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from xml.parsers import expat

from adapters.exchange.log_file import chunks
from adapters.exchange.log_row import BadRow, BrokenLog, LogRow, RowRefused, row_of
from adapters.exchange.mapping import Mapping

END = b""
"""What is fed after the last chunk."""

CUT_OFF = (
    expat.errors.XML_ERROR_NO_ELEMENTS,
    expat.errors.XML_ERROR_UNCLOSED_TOKEN,
    expat.errors.XML_ERROR_PARTIAL_CHAR,
)
"""What expat says at the end of a document that is not whole."""

DEEPEST = 100
"""How deep elements may be nested; real logs need four or five."""


def read_xes(path: Path, mapping: Mapping) -> Iterator[LogRow | BadRow]:
    """The events of an XES log in file order, with or without namespaces.

    A nested attribute, or one in a list or container, is named by its path (``parent.child``);
    what stands more than once under one name is numbered from the second on (``parent.child.2``).
    Attributes of the log, globals, classifiers and extensions are no part of a row. XES puts a
    trace's attributes before its events: one that comes later is a ``BadRow`` and joins no row, so
    that all events of a case say the same of it. Raises ``BrokenLog``.
    """
    log = _Log(mapping)
    for chunk in chain(chunks(path), (END,)):
        broken = log.feed(path, chunk)
        yield from log.taken()
        if broken:
            raise broken


class _Refused(Exception):
    """A well-formed document that is not taken; the text is the sentence."""


class _Log:
    """What has been understood of the document so far."""

    def __init__(self, mapping: Mapping) -> None:
        self._mapping = mapping
        # What the mapping names is read as such, whatever the document declares: expat itself reads few encodings.
        self._parser = expat.ParserCreate(None if mapping.encoding is None else "UTF-8")
        self._decoder = None if mapping.encoding is None else codecs.getincrementaldecoder(mapping.encoding)()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._rows: list[LogRow | BadRow] = []
        self._paths: list[str] = []
        """For each open element, the attribute path it stands under."""
        self._trace: _Saying | None = None
        self._event: _Saying | None = None
        self._events = 0
        """How many events the open trace has so far."""

    def feed(self, path: Path, chunk: bytes) -> BrokenLog | None:
        """Read on; answers what broke instead of raising it, so that the rows before come out."""
        try:
            self._parser.Parse(self._in_utf_8(chunk), chunk == END)
        except expat.ExpatError as error:
            return BrokenLog(path, error.lineno, _sentence(error))
        except _Refused as refused:
            return BrokenLog(path, self._parser.CurrentLineNumber, str(refused))
        except UnicodeDecodeError as error:
            sentence = f"the log is not {error.encoding}, which the mapping names as its encoding; correct it"
            return BrokenLog(path, self._parser.CurrentLineNumber, sentence)
        except (ValueError, LookupError) as error:  # how expat says that it lacks the encoding
            sentence = f"the encoding that the log declares is not read ({error}); name it as encoding in the mapping, or save it as UTF-8"
            return BrokenLog(path, self._parser.CurrentLineNumber, sentence)
        return None

    def _in_utf_8(self, chunk: bytes) -> bytes:
        return chunk if self._decoder is None else self._decoder.decode(chunk, chunk == END).encode()

    def taken(self) -> list[LogRow | BadRow]:
        """The rows since the last call."""
        rows, self._rows = self._rows, []
        return rows

    def _doctype(self, name: str, *_: object) -> None:
        raise _Refused("the log has a DOCTYPE, and entities are refused for safety; remove it")

    def _start(self, qualified: str, said: dict[str, str]) -> None:
        name = qualified.rpartition(":")[2]
        depth = len(self._paths)
        if not depth and name != "log":
            raise _Refused(f"the document is a <{name[:80]}>, not a <log>; is this an XES file?")
        if depth >= DEEPEST:
            raise _Refused(f"elements are nested deeper than {DEEPEST}; is this an XES file?")
        inside = self._event or self._trace
        path = self._paths[-1] if depth else ""
        if name == "trace" and inside is None:
            self._trace = _Saying(self._parser.CurrentLineNumber, depth)
            self._events = 0
        elif name == "event" and self._event is None:
            self._event = _Saying(self._parser.CurrentLineNumber, depth)
            self._events += 1
        elif inside is not None and "key" in said:
            path = f"{path}.{said['key']}" if path else said["key"]
            if said.get("value") is not None:
                self._attribute(inside, path, name, said["value"])
        self._paths.append(path)

    def _attribute(self, inside: "_Saying", path: str, kind: str, value: str) -> None:
        if inside is self._trace and self._events:
            reason = f"{path}: an attribute of the trace stands after an event; put it before them all"
            self._rows.append(BadRow(self._parser.CurrentLineNumber, reason, f"{path}={value}"))
        else:
            inside.say(path, kind, value)

    def _end(self, _: str) -> None:
        self._paths.pop()
        depth = len(self._paths)
        if self._event and depth == self._event.depth:
            self._rows.append(self._row(self._event))
            self._event = None
        elif self._trace and depth == self._trace.depth:
            if not self._events:
                reason = "the trace has no event, and no such case is kept; remove it or add events"
                self._rows.append(BadRow(self._trace.line, reason, str(self._trace)))
            self._trace = None

    def _row(self, event: "_Saying") -> LogRow | BadRow:
        case = self._trace.attributes if self._trace else {}
        try:
            return row_of(event.line, event.attributes, case, self._mapping)
        except RowRefused as refused:
            what = f"{self._trace}; {event}" if self._trace else str(event)
            return BadRow(event.line, str(refused), what, refused.case)


class _Saying:
    """An open trace or event: where it began, how deep it stands, and its attributes so far."""

    def __init__(self, line: int, depth: int) -> None:
        self.line = line
        self.depth = depth
        self.attributes: dict[str, str] = {}
        self._times_said: Counter[str] = Counter()

    def say(self, path: str, kind: str, value: str) -> None:
        self._times_said[path] += 1
        times = self._times_said[path]
        free = path if times == 1 else f"{path}.{times}"
        while free in self.attributes:  # another attribute is really called so
            times += 1
            free = f"{path}.{times}"
        if not _absent(kind, value):
            self.attributes[free] = value

    def __str__(self) -> str:
        return ", ".join(f"{key}={value}" for key, value in self.attributes.items())


def _absent(kind: str, value: str) -> bool:
    """Whether a tool wrote a gap of its table as a value: "", "NaT" or a float NaN."""
    return value in ("", "NaT") or (kind == "float" and value.lower() == "nan")


def _sentence(error: expat.ExpatError) -> str:
    why = expat.ErrorString(error.code)
    if why in CUT_OFF:
        return "the file ends before the log does (or is empty); copy or download it again"
    return f"the file is not well-formed XML ({why}); correct it or export the log again"
