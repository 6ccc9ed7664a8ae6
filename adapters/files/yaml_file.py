"""YAML written by people, with the line of every value, so that an error can say where it is.

Nothing is guessed: every scalar is text until a model validates it (``no`` is no truth value here), a key stands once,
and anchors, aliases and tags are refused: a small file could name a large one by them, or say that a text is something else.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import yaml
from pydantic import ValidationError

from adapters.language.legible import is_legible
from adapters.language.refused_value import sentence
from adapters.reading.limits import YAML_BYTES, YAML_DEEPEST, YAML_PROBLEMS, YAML_VALUES
from adapters.reading.quoted import quoted
from domain.errors import OfficeError
from domain.number_of import number_of

Where = tuple[str | int, ...]
"""The keys and numbers that lead to a value."""
NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
"""How YAML says that there is no value, without quotation marks."""
PLAIN_TAGS = {
    yaml.ScalarEvent: "tag:yaml.org,2002:str",
    yaml.SequenceStartEvent: "tag:yaml.org,2002:seq",
    yaml.MappingStartEvent: "tag:yaml.org,2002:map",
}
"""Tags that say nothing but what the value is without them."""
SURROGATE = re.compile("[\ud800-\udfff]")
SHOWN = 20
"""So many problems are told in one message."""


class BadFile(OfficeError):
    """A file that cannot be taken: the text names the file, the line and the rule. ``more`` problems are not among these."""

    def __init__(self, file: Path, problems: Sequence[tuple[int, str]], more: int = 0) -> None:
        self.problems = [(line, quoted(what)) for line, what in problems[:YAML_PROBLEMS]]
        if more := more + len(problems) - len(self.problems):
            last = self.problems[-1][0]
            self.problems.append((last, f"{number_of(more, 'more problem')} from here on; correct these first"))
        told = [f"{file}:{line}: {what}" for line, what in sorted(self.problems)[:SHOWN]]
        rest = len(self.problems) - SHOWN
        more_told = f"\n... and {rest} more" if rest > 0 else ""
        super().__init__("\n".join(told) + more_told)


@dataclass(slots=True)
class Marked:
    """What a file holds, as texts, lists and mappings, and the line on which each value stands (from 1)."""

    file: Path
    value: Any = None
    lines: dict[Where, int] = field(default_factory=dict)

    def line(self, where: Where) -> int:
        """The line of a value, or of what it would stand in."""
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)

    def refused(self, error: ValidationError, under: Where = ()) -> BadFile:
        """What a model refused, with its lines."""
        # As text and not as values: of 200,000 problems these would take twice the memory of the file itself.
        found = msgspec.json.decode(error.json(include_input=False, include_url=False), type=list[msgspec.Raw])
        problems: list[tuple[int, str]] = []
        for each in map(msgspec.json.decode, found[:YAML_PROBLEMS]):
            place = tuple(each["loc"])
            problems.append((self.line((*under, *place)), _told(place, sentence(each))))
        return BadFile(self.file, problems, len(found) - len(problems))


def written(value: Any) -> str:
    """YAML of a value, as ``read`` reads it; what nobody sees in a text is written out."""
    text = yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=120)
    return text if is_legible(text) else yaml.safe_dump(value, allow_unicode=False, sort_keys=False, width=120)


def read(file: Path) -> Marked:
    """The content of a file. Raises ``BadFile``, ``OSError``."""
    with file.open("rb") as opened:
        content = opened.read(YAML_BYTES + 1)
    if len(content) > YAML_BYTES:
        raise BadFile(file, [(1, f"the file has more than {YAML_BYTES // 1_000_000} MB; split it")])
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise BadFile(file, [(line, "this is not UTF-8; save the file as UTF-8")]) from error
    return _parsed(Marked(file), text)


def _parsed(marked: Marked, text: str) -> Marked:
    try:
        loader = yaml.SafeLoader(text)
        reading = _Reading(marked, loader)
        marked.value = reading.document()
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise BadFile(
            marked.file, [(line, f"this is not YAML: the character U+{error.character:04X} is not allowed")]
        ) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = " ".join(part for part in (error.context, error.problem) if part)
        raise BadFile(marked.file, [(mark.line + 1 if mark else 1, f"this is not YAML: {said}")]) from error
    except (ValueError, OverflowError) as error:  # an escape beyond Unicode, a version of YAML with thousands of digits
        raise BadFile(marked.file, [(loader.line + 1, "this is not YAML: a number in it is too large")]) from error
    if reading.refused:
        raise BadFile(marked.file, reading.refused)
    return marked


class _Reading:
    """A file that is being read, value by value: what lies too deep or is too much is refused before more is read."""

    def __init__(self, marked: Marked, loader: Any) -> None:
        self._marked, self._loader = marked, loader
        self._values = 0
        self.refused: list[tuple[int, str]] = []

    def document(self) -> Any:
        """What the file holds. Raises ``BadFile``, ``yaml.YAMLError``, ``ValueError``."""
        next_event = self._loader.get_event
        next_event()  # the stream begins
        if isinstance(next_event(), yaml.StreamEndEvent):
            return None
        value = self._value(next_event(), ())
        next_event()  # the document ends
        after = next_event()
        if not isinstance(after, yaml.StreamEndEvent):
            self._refuse(after, "this is not YAML: expected a single document in the stream but found another document")
        return value

    def _value(self, event: Any, where: Where) -> Any:
        line = _line_of(event)
        self._marked.lines.setdefault(where, line)
        self._values += 1
        if self._values > YAML_VALUES:
            raise BadFile(self._marked.file, [(line, f"the file has more than {YAML_VALUES} values; split it")])
        if len(where) > YAML_DEEPEST:
            raise BadFile(self._marked.file, [(line, f"this is nested more than {YAML_DEEPEST} levels deep")])
        self._refuse_names(event)
        match event:
            case yaml.MappingStartEvent():
                return self._mapping(where)
            case yaml.SequenceStartEvent():
                return self._sequence(where)
            case yaml.ScalarEvent():
                return (
                    None if event.value in NOTHING and event.implicit[0] and event.style is None else self._text(event)
                )
            case _:
                return None

    def _mapping(self, where: Where) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while not isinstance(event := self._loader.get_event(), yaml.MappingEndEvent):
            line = _line_of(event)
            self._refuse_names(event)
            if not isinstance(event, yaml.ScalarEvent):
                raise BadFile(self._marked.file, [(line, "a key must be a single word; write one")])
            key = self._text(event)
            if key in values:
                raise BadFile(self._marked.file, [(line, f"{quoted(key)} appears twice; keep one")])
            self._marked.lines[(*where, key)] = line
            values[key] = self._value(self._loader.get_event(), (*where, key))
        return values

    def _sequence(self, where: Where) -> list[Any]:
        values: list[Any] = []
        while not isinstance(event := self._loader.get_event(), yaml.SequenceEndEvent):
            values.append(self._value(event, (*where, len(values))))
        return values

    def _text(self, event: Any) -> str:
        if half := SURROGATE.search(event.value):
            self._refuse(event, f"U+{ord(half[0]):04X} is only half of a character; write the whole character")
        return str(event.value)

    def _refuse_names(self, event: Any) -> None:
        """Note an anchor, an alias or a tag."""
        if isinstance(event, yaml.AliasEvent):
            self._refuse(event, f"aliases (*{quoted(str(event.anchor))}) are not allowed here; write the value out")
            return
        if event.anchor:
            self._refuse(
                event, f"anchors (&{quoted(event.anchor)}) and aliases (*) are not allowed here; write the value out"
            )
        if event.tag is not None and event.tag != PLAIN_TAGS.get(type(event)):
            self._refuse(event, f"tags ({quoted(event.tag)}) are not allowed here; leave it out")

    def _refuse(self, event: Any, what: str) -> None:
        self.refused.append((_line_of(event), what))


def _line_of(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _told(where: Where, what: str) -> str:
    named = ".".join(quoted(str(part)) for part in where)
    return f"{named}: {what}" if named else what
