"""Reads an event log written as XES (``.xes``, ``.xes.gz``), event by event in constant memory.

Expat reads it, not lxml: it knows the line of every event (libxml2 knows none past 65,535), and it
stops at a DOCTYPE before an entity can grow (libxml2 expands entities in attribute values, where
XES keeps everything, whatever it is told).
"""

import codecs
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from xml.parsers import expat

from adapters.exchange.log_file import chunks
from adapters.exchange.log_row import TEXT_KEPT, BadRow, BrokenLog, LogRow, RowRefused, row_of
from adapters.exchange.mapping import Mapping
from adapters.exchange.xes_saying import Saying
from adapters.reading.limits import NAME_CHARACTERS, XES_BYTES_WITHOUT_TAG, XES_DEEPEST
from adapters.reading.quoted import quoted

END = b""
"""What is fed after the last chunk."""

CUT_OFF = (
    expat.errors.XML_ERROR_NO_ELEMENTS,
    expat.errors.XML_ERROR_UNCLOSED_TOKEN,
    expat.errors.XML_ERROR_PARTIAL_CHAR,
)
"""What expat says at the end of a document that is not whole."""


def read_xes(path: Path, mapping: Mapping) -> Iterator[LogRow | BadRow]:
    """The events of an XES log in file order, with or without namespaces.

    A nested attribute, or one in a list or container, is named by its path (``parent.child``);
    what stands more than once under one name is numbered from the second on (``parent.child.2``).
    Attributes of the log, globals, classifiers and extensions are no part of a row. XES puts a
    trace's attributes before its events: one that comes later is a ``BadRow`` and joins no row, so
    that all events of a case say the same of it. An event that says too much is a ``BadRow``, and
    so is every event of a trace that does. Raises ``BrokenLog``.
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
        self._trace: Saying | None = None
        self._event: Saying | None = None
        self._events = 0
        """How many events the open trace has so far."""
        self._tags = 0
        self._without_tag = 0
        """How many bytes were fed since the last chunk in which a tag was whole."""

    def feed(self, path: Path, chunk: bytes) -> BrokenLog | None:
        """Read on; answers what broke instead of raising it, so that the rows before come out."""
        tags = self._tags
        try:
            self._parser.Parse(self._in_utf_8(chunk), chunk == END)
            self._refuse_endless(0 if self._tags > tags else len(chunk))
        except expat.ExpatError as error:
            return BrokenLog(path, error.lineno, _sentence(error))
        except _Refused as refused:
            return BrokenLog(path, self._parser.CurrentLineNumber, str(refused))
        except UnicodeDecodeError as error:
            sentence = f"the log is not {error.encoding}, which the mapping names as its encoding; correct it"
            return BrokenLog(path, self._parser.CurrentLineNumber, sentence)
        except (ValueError, LookupError) as error:  # how expat says that it lacks the encoding
            sentence = f"the encoding that the log declares is not read ({quoted(str(error))}); name it as encoding in the mapping, or save it as UTF-8"
            return BrokenLog(path, self._parser.CurrentLineNumber, sentence)
        return None

    def _in_utf_8(self, chunk: bytes) -> bytes:
        return chunk if self._decoder is None else self._decoder.decode(chunk, chunk == END).encode()

    def _refuse_endless(self, without_tag: int) -> None:
        """Raise ``_Refused`` where expat holds more and more, and no tag ends."""
        self._without_tag = self._without_tag + without_tag if without_tag else 0
        if self._without_tag > XES_BYTES_WITHOUT_TAG:
            raise _Refused(
                f"a tag, a comment or a text is longer than {XES_BYTES_WITHOUT_TAG} bytes; is this an XES file?"
            )

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
        if depth >= XES_DEEPEST:
            raise _Refused(f"elements are nested deeper than {XES_DEEPEST}; is this an XES file?")
        self._tags += 1
        inside = self._event or self._trace
        path = self._paths[-1] if depth else ""
        if name == "trace" and inside is None:
            self._trace = Saying(self._parser.CurrentLineNumber, depth)
            self._events = 0
        elif name == "event" and self._event is None:
            self._event = Saying(self._parser.CurrentLineNumber, depth)
            self._events += 1
        elif inside is not None and "key" in said:
            path = self._named(inside, path, said["key"])
            if said.get("value") is not None:
                self._attribute(inside, path, name, said["value"])
        self._paths.append(path)

    def _named(self, inside: Saying, path: str, key: str) -> str:
        """The path of an attribute; one that is too long is cut, and what it belongs to is refused."""
        if len(path) + len(key) < NAME_CHARACTERS:
            return f"{path}.{key}" if path else key
        inside.refuse(
            f"the name of an attribute is longer than {NAME_CHARACTERS} characters, its path counted; shorten it"
        )
        return f"{path}.{key[:NAME_CHARACTERS]}"[:NAME_CHARACTERS]

    def _attribute(self, inside: Saying, path: str, kind: str, value: str) -> None:
        if inside is self._trace and self._events:
            reason = f"{path}: an attribute of the trace stands after an event; put it before them all"
            self._rows.append(BadRow(self._parser.CurrentLineNumber, reason, f"{path}={value[:TEXT_KEPT]}"))
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
                reason = (
                    self._trace.beyond
                    or "the trace has no event, and a case without events cannot be recorded; remove it or add events"
                )
                self._rows.append(BadRow(self._trace.line, reason, str(self._trace)))
            self._trace = None

    def _row(self, event: Saying) -> LogRow | BadRow:
        case = self._trace.attributes if self._trace else {}
        kept = self._trace.kept(self._mapping.zone) if self._trace else {}
        try:
            if beyond := event.beyond or (self._trace and self._trace.beyond):
                raise RowRefused(beyond)
            return row_of(event.line, event.attributes, case, kept, self._mapping)
        except RowRefused as refused:
            what = f"{self._trace}; {event}" if self._trace else str(event)
            return BadRow(event.line, str(refused), what, refused.case)


def _sentence(error: expat.ExpatError) -> str:
    why = expat.ErrorString(error.code)
    if why in CUT_OFF:
        return "the file ends before the log does (or is empty); copy or download it again"
    return f"the file is not well-formed XML ({why}); correct it or export the log again"
