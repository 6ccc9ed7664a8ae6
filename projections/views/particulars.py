"""What an event says beyond its title, in words a person reads."""

import re
from collections.abc import Callable, Sequence
from dataclasses import fields
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from operator import attrgetter
from typing import Any

from domain.record import EVENT_TYPES, Event, stamp
from domain.sealing import Sealed

HASH_LENGTH = 64
HASH = re.compile(r"[0-9a-f]+$")
"""A content hash is shown by its beginning."""


def particulars(event: Event) -> str:
    """The values of an event under their names. Personal data stays sealed: its field reads as such."""
    values, labels = _told(event.type_name)
    said = [
        f"{label}: {_text(value) if value.__class__ is str else _sayer(value.__class__)(value)}"
        for label, value in zip(labels, values(event), strict=True)
        if value or value == 0
    ]
    return "; ".join(said)


@cache
def _told(type_name: str) -> tuple[Callable[[Event], tuple[Any, ...]], tuple[str, ...]]:
    """What gives the values of an event of this type, and what each is called in words."""
    kind: Any = EVENT_TYPES[type_name]
    names = [field.name for field in fields(kind)]
    return _values(names), tuple(name.replace("_", " ") for name in names)


def _values(names: Sequence[str]) -> Callable[[Any], tuple[Any, ...]]:
    return attrgetter(*names) if len(names) > 1 else lambda value: tuple(getattr(value, name) for name in names)


@cache
def _sayer(kind: Any) -> Callable[[Any], str]:
    """What says a value of some kind."""
    if issubclass(kind, datetime):
        return lambda value: stamp(value)[:16] + "Z"
    if issubclass(kind, StrEnum | date | int):
        return str
    if issubclass(kind, str):
        return _text
    if issubclass(kind, Sealed):
        return lambda value: "(sealed)"
    if issubclass(kind, tuple):
        return lambda value: ", ".join([_sayer(part.__class__)(part) for part in value])
    if issubclass(kind, dict):
        return lambda value: ", ".join([f"{key}={part}" for key, part in value.items()])
    parts = _values(getattr(kind, "__struct_fields__", None) or [field.name for field in fields(kind)])
    return lambda value: " ".join([_sayer(part.__class__)(part) for part in parts(value) if part is not None])


def _text(value: str) -> str:
    return value if len(value) != HASH_LENGTH or not HASH.match(value) else value[:12] + "…"
