"""A line of JSON from anybody: read within limits, before anything in it is believed."""

import json
from typing import Any

from adapters.commands.bad_message import BadMessage, MessageRule
from adapters.language.legible import steering
from adapters.reading.limits import DEEPEST, LARGEST, LONGEST_LINE, LONGEST_LIST, LONGEST_TEXT


def json_object(line: bytes) -> dict[str, Any]:
    """The object that stands in a line. Raises ``BadMessage``."""
    if len(line) > LONGEST_LINE:
        raise BadMessage(MessageRule.SIZE, (), f"the line has more than {LONGEST_LINE} bytes; split it")
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadMessage(MessageRule.TEXT, (), "the line is not UTF-8; write it as UTF-8") from error
    try:
        value = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise BadMessage(
            MessageRule.JSON, (), f"not JSON: {error.msg} at character {error.pos + 1}; write one object on each line"
        ) from error
    except RecursionError as error:
        raise BadMessage(
            MessageRule.SIZE, (), f"objects and lists are nested more than {DEEPEST} deep; flatten them"
        ) from error
    except ValueError as error:  # an integer of thousands of digits
        raise BadMessage(MessageRule.SIZE, (), f"a number is larger than {LARGEST}; correct it") from error
    if not isinstance(value, dict):
        raise BadMessage(MessageRule.JSON, (), "the line is not a JSON object; write one in braces")
    _within_limits(value, ())
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        name = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise BadMessage(MessageRule.JSON, (name[:100],), "appears twice in one object; keep one")
    return found


def _no_number(name: str) -> Any:
    raise BadMessage(MessageRule.JSON, (), f"{name} is not JSON; write a number")


def _within_limits(value: Any, place: tuple[str | int, ...]) -> None:
    """Raise ``BadMessage`` for the first value that is larger than the office takes, or holds what nobody reads."""
    match value:
        case str():
            _text(value, place)
        case int() if abs(value) > LARGEST:
            raise BadMessage(MessageRule.SIZE, place, f"is larger than {LARGEST}; correct it")
        case list() | dict():
            if len(place) >= DEEPEST:
                raise BadMessage(MessageRule.SIZE, place, f"is nested more than {DEEPEST} deep; flatten it")
            if len(value) > LONGEST_LIST:
                raise BadMessage(MessageRule.SIZE, place, f"has more than {LONGEST_LIST} entries; split it")
            entries = value.items() if isinstance(value, dict) else enumerate(value)
            for name, part in entries:
                if isinstance(name, str):
                    _text(name, place)
                _within_limits(part, (*place, name))


def _text(text: str, place: tuple[str | int, ...]) -> None:
    if len(text) > LONGEST_TEXT:
        raise BadMessage(MessageRule.SIZE, place, f"is longer than {LONGEST_TEXT} characters; shorten it")
    if (character := steering(text)) is not None:
        raise BadMessage(MessageRule.TEXT, place, f"contains the control character {character}; remove it")
