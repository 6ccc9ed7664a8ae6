"""YAML written by people, with the line of every value, so that an error can say where it is.

Nothing is guessed: every scalar is text until a model validates it (``no`` is no truth value here), a key stands once,
and aliases are refused, as a small file could name a large one by them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from adapters.language.refused_value import sentence
from domain.errors import OfficeError

Where = tuple[str | int, ...]
"""The keys and numbers that lead to a value."""
LARGEST = 10_000_000
DEEPEST = 30


class BadFile(OfficeError):
    """A file that cannot be taken: the text names the file, the line and the rule."""

    def __init__(self, file: Path, problems: Sequence[tuple[int, str]]) -> None:
        self.problems = problems
        told = [f"{file}:{line}: {what}" for line, what in sorted(problems)[:20]]
        more = f"\n... and {len(problems) - 20} more" if len(problems) > 20 else ""
        super().__init__("\n".join(told) + more)


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
        found = error.errors(include_input=False, include_url=False)
        return BadFile(
            self.file, [(self.line((*under, *each["loc"])), _told(each["loc"], sentence(each))) for each in found]
        )


def read(file: Path) -> Marked:
    """The content of a file. Raises ``BadFile``, ``OSError``."""
    with file.open("rb") as opened:
        content = opened.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise BadFile(file, [(1, f"the file has more than {LARGEST // 1_000_000} MB; split it")])
    try:
        text = content.decode("utf-8")
        marked = Marked(file)
        _no_anchors(file, text)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        marked.value = None if node is None else _plain(marked, node, (), set())
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise BadFile(file, [(line, "this is not UTF-8; save the file as UTF-8")]) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = " ".join(part for part in (error.context, error.problem) if part)
        raise BadFile(file, [(mark.line + 1 if mark else 1, f"this is not YAML: {said}")]) from error
    except yaml.YAMLError as error:
        raise BadFile(file, [(1, f"this is not YAML: {error}")]) from error
    return marked


def _no_anchors(file: Path, text: str) -> None:
    """Raise ``BadFile`` for every anchor: aliases are refused, so nothing could use it."""
    anchors = [
        (
            _line_of(event.start_mark),
            f"anchors (&{event.anchor}) and aliases (*) are not taken here; write it out",
        )
        for event in yaml.parse(text, Loader=yaml.SafeLoader)
        if isinstance(event, yaml.NodeEvent) and not isinstance(event, yaml.AliasEvent) and event.anchor
    ]
    if anchors:
        raise BadFile(file, anchors)


def _line_of(mark: Any) -> int:
    return int(mark.line) + 1


def _plain(marked: Marked, node: Any, where: Where, seen: set[int]) -> Any:
    line = node.start_mark.line + 1
    marked.lines.setdefault(where, line)
    if len(where) > DEEPEST:
        raise BadFile(marked.file, [(line, f"this is nested more than {DEEPEST} levels deep")])
    if id(node) in seen:
        raise BadFile(marked.file, [(line, "aliases (*) are not taken here; write it out")])
    seen.add(id(node))
    match node:
        case yaml.MappingNode():
            values: dict[str, Any] = {}
            for key, value in node.value:
                here = key.start_mark.line + 1
                if not isinstance(key, yaml.ScalarNode):
                    raise BadFile(marked.file, [(here, "a key is a single word")])
                if key.value in values:
                    raise BadFile(marked.file, [(here, f"{key.value} appears twice; keep one")])
                marked.lines[(*where, key.value)] = here
                values[key.value] = _plain(marked, value, (*where, key.value), seen)
            return values
        case yaml.SequenceNode():
            return [_plain(marked, value, (*where, number), seen) for number, value in enumerate(node.value)]
        case _:
            return None if node.tag == "tag:yaml.org,2002:null" and node.style is None else node.value


def _told(where: Where, what: str) -> str:
    named = ".".join(str(part) for part in where)
    return f"{named}: {what}" if named else what
