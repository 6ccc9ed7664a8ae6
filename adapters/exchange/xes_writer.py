"""Writes an event log as XES (IEEE 1849-2016), event by event; no half-written log is left."""

import math
import re
from collections.abc import Mapping as Attributes
from contextlib import ExitStack
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from adapters.disk.target import Target
from adapters.disk.whole_file import whole_file

Value = str | datetime | int | float | bool

_HEADER = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">
\t<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
\t<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
\t<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
\t<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
"""
_TRACE_END = "\t</trace>\n"
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# A parser turns plain tabs and line ends in an attribute into blanks: they are kept as references.
_ESCAPES = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        '"': "&quot;",
        "\t": "&#9;",
        "\n": "&#10;",
        "\r": "&#13;",
    }
)
_LONG = 1 << 63
"""XES whole numbers have 64 bits."""


class XesWriter:
    """An XES log being written: ``with XesWriter(target) as log``, then each trace and its events.

    The file is gzip if its name ends in ``.gz``. It appears under its name, complete, when the
    block ends; when the block fails nothing is left, and what stood under the name stands. Equal
    content gives equal bytes.
    """

    def __init__(self, target: Target) -> None:
        self.replaced = 0
        """How many characters XML cannot hold were written as U+FFFD."""
        self._target = target
        self._stack = ExitStack()
        self._before = _HEADER
        """What stands before the next trace, or before the end of the log."""

    def __enter__(self) -> Self:
        self._log = self._stack.enter_context(whole_file(self._target))
        self._stack.push(self._end)
        return self

    def trace(self, case_attributes: Attributes[str, Value]) -> None:
        """Begin a case. Raises ``TypeError`` and ``ValueError`` as ``event`` does."""
        head = self._attributes("\t\t", case_attributes)
        self._write(f"{self._before}\t<trace>\n{head}")
        self._before = _TRACE_END

    def event(self, attributes: Attributes[str, Value]) -> None:
        """Add an event to the case begun last.

        Raises ``TypeError`` for a value of another type, ``ValueError`` for a time without an
        offset, a whole number of more than 64 bits, or an event before any trace.
        """
        if self._before is not _TRACE_END:
            raise ValueError("an event belongs to a trace; begin one first")
        self._write("\t\t<event>\n" + self._attributes("\t\t\t", attributes) + "\t\t</event>\n")

    def __exit__(
        self, failure: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stack.__exit__(failure, error, traceback)

    def _end(
        self, failure: type[BaseException] | None, _error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        if failure is None:
            self._write(f"{self._before}</log>\n")

    def _write(self, text: str) -> None:
        self._log.write(text.encode())

    def _attributes(self, indent: str, attributes: Attributes[str, Value]) -> str:
        lines = []
        for key, value in attributes.items():
            kind, text = _typed(key, value)
            lines.append(f'{indent}<{kind} key="{self._text(key)}" value="{self._text(text)}"/>\n')
        return "".join(lines)

    def _text(self, text: str) -> str:
        if not text.isprintable():
            text, replaced = _NOT_IN_XML.subn("\ufffd", text)
            self.replaced += replaced
        return text.translate(_ESCAPES)


def _typed(key: str, value: Value) -> tuple[str, str]:
    """The XES type of a value and its text."""
    match value:
        case str():
            return "string", value
        case datetime():
            if value.utcoffset() is None:
                raise ValueError(f"{key}: the time {value.isoformat()} has no offset; make it UTC")
            return "date", value.astimezone(UTC).isoformat(timespec="microseconds")
        case bool():  # before int, which it is too
            return "boolean", "true" if value else "false"
        case int():
            if not -_LONG <= value < _LONG:
                raise ValueError(f"{key}: {value} has more than 64 bits; write it as text")
            return "int", str(value)
        case float():
            return "float", _float(value)
        case _:
            raise TypeError(f"{key}: XES has no type for {type(value).__name__}; write it as text")


def _float(value: float) -> str:
    """The text of a number as XML Schema writes it."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "INF" if value > 0 else "-INF"
    return repr(value)
