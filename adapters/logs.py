"""Logs: structlog, on stderr, never with personal data (events carry it sealed, and logs carry no events).

An ordinary command logs warnings and errors alone, so it writes nothing where there is nothing to say. A command that works
long says at level info what it begins and what it has done. A level that somebody names holds for every command.
"""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from adapters.language.legible import legible

ORDINARY, AT_LENGTH = "warning", "info"


class _Level:
    """The level that somebody named for this process, None where nobody did."""

    named: str | None = None


def configure(level: str | None = None) -> None:
    """Log to stderr from a level on: for people on a terminal, as JSON lines otherwise. Raises ``KeyError`` for no level.

    Where none is named, that of an ordinary command.
    """
    _Level.named = level
    _configure(level or ORDINARY)


def work_at_length() -> None:
    """Log from info on, as a command does that works long, unless a level was named."""
    if _Level.named is None:
        _configure(AT_LENGTH)


def _legible(_: object, __: str, said: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """What is logged, with nothing in it that steers a terminal."""
    return {legible(name): legible(value) if isinstance(value, str) else value for name, value in said.items()}


def _configure(level: str) -> None:
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _legible,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=lambda *_: structlog.PrintLogger(
            sys.stderr
        ),  # looked up anew: a progress bar stands in its place
    )
