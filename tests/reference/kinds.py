"""Types of Python as a reader of the reference sees them: text, number, day, list of them; and the values they lead to."""

import inspect
import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
from pydantic import AwareDatetime, BaseModel
from pydantic import Field as Described
from pydantic.fields import FieldInfo

PLAIN = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
    bytes: "bytes",
    datetime: "time",
    AwareDatetime: "time with its offset",
    date: "day",
    time: "time of day",
    timedelta: "duration",
    type(None): "nothing",
    Any: "anything",
}


def words(kind: Any, *, link: bool = True) -> str:
    """A type in words; a value of several fields by its name, with a link to its table."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return described(kind) or words(inner[0], link=link)
    if kind in PLAIN:
        return PLAIN[kind]
    if origin in (Union, types.UnionType):
        return " or ".join(dict.fromkeys(words(part, link=link) for part in inner))
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in inner)
    if origin in (tuple, list, frozenset, set):
        parts = [part for part in inner if part is not Ellipsis]
        several = origin is tuple and Ellipsis not in inner and len(parts) > 1
        shown = [words(part, link=link) for part in parts]
        return " and ".join(shown) if several else f"list of {shown[0]}"
    if origin is not None and issubclass(origin, Mapping):
        return f"map from {words(inner[0], link=link)} to {words(inner[1], link=link)}"
    if isinstance(kind, type) and issubclass(kind, Enum):
        return ", ".join(f"`{member.value}`" for member in kind)
    if is_value(kind):
        return f"[{kind.__name__}](#{kind.__name__.lower()})" if link else f"`{kind.__name__}`"
    raise TypeError(f"the reference has no words for {kind!r}; add them to tests/reference/kinds.py")


def is_value(kind: Any) -> bool:
    """Whether a type has fields of its own."""
    return isinstance(kind, type) and (is_dataclass(kind) or issubclass(kind, (BaseModel, msgspec.Struct)))


def described(kind: Any) -> str | None:
    """How a reader writes a type, where it says so itself."""
    for mark in get_args(kind)[1:] if get_origin(kind) is Annotated else ():
        if isinstance(mark, FieldInfo) and mark.description:
            return mark.description
    return None


def leads_to(kind: Any) -> list[type]:
    """The types with fields that a type is made of."""
    if described(kind):
        return []
    if is_value(kind):
        return [kind]
    return [value for part in get_args(kind) for value in leads_to(part)]


def all_values(kinds: list[Any]) -> list[type]:
    """The types with fields that these are made of, and those of their fields, by name."""
    found: dict[str, type] = {}
    waiting = [value for kind in kinds for value in leads_to(kind)]
    while waiting:
        value = waiting.pop()
        if value.__name__ not in found:
            found[value.__name__] = value
            waiting += [inner for kind, _ in fields_of(value).values() for inner in leads_to(kind)]
        assert found[value.__name__] is value, f"two values are named {value.__name__}"
    return [found[name] for name in sorted(found)]


def fields_of(value: type) -> dict[str, tuple[Any, str]]:
    """The type of each field, and what stands for it where it is left out, by the name that it is written under."""
    if issubclass(value, BaseModel):
        return {info.alias or name: (_kind(info), _default(info)) for name, info in value.model_fields.items()}
    hints = get_type_hints(value, include_extras=True)
    if issubclass(value, msgspec.Struct):
        return {field.name: (hints[field.name], _struct_default(field)) for field in msgspec.structs.fields(value)}
    assert is_dataclass(value)
    return {field.name: (hints[field.name], _dataclass_default(field)) for field in fields(value)}


def table(value: type, *, link: bool = True) -> list[str]:
    """The fields of a value as a table of Markdown."""
    rows = fields_of(value)
    if not rows:
        return ["No fields."]
    lines = ["| field | what it is | left out |", "| --- | --- | --- |"]
    for name, (kind, default) in rows.items():
        lines.append(f"| `{name}` | {words(kind, link=link)} | {default} |")
    return lines


def sentences(thing: Any) -> str:
    """What the docstring of a thing says, as Markdown."""
    said = inspect.cleandoc(thing.__doc__ or "")
    return said.replace("``", "`")


def _kind(info: FieldInfo) -> Any:
    return Annotated[info.annotation, Described(description=info.description)] if info.description else info.annotation


def _default(info: FieldInfo) -> str:
    if info.is_required():
        return "must be there"
    return "" if info.default is None else _shown(info.default, MISSING)


def _struct_default(field: msgspec.structs.FieldInfo) -> str:
    return "none" if field.default_factory is not msgspec.NODEFAULT else _shown(field.default, msgspec.NODEFAULT)


def _dataclass_default(field: Field[Any]) -> str:
    return "none" if field.default_factory is not MISSING else _shown(field.default, MISSING)


def _shown(default: Any, none_given: Any) -> str:
    if default is none_given:
        return "must be there"
    if default is None:
        return "nothing"
    if isinstance(default, Enum):
        return f"`{default.value}`"
    if isinstance(default, (tuple, list, dict, frozenset)) and not default:
        return "none"
    if isinstance(default, bool):
        return str(default).lower()
    return f"`{default}`"
