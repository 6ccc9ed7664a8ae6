"""What an event says, as one sentence in the language of who reads it; its times by the clock of a hall."""

import re
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from adapters.language.catalogue import chinese_of, event_sentences
from adapters.language.language import LANGUAGE, is_chinese
from domain.record import Event
from domain.sealing import Sealed
from domain.time.last_minute import last_minute

OPTIONAL = re.compile(r"\[(?:(!?)(\w+)\?)?([^\[\]]*)\]")
PLACE = re.compile(r"\{([\w.]+)\}")
ENDS = frozenset({"due_at", "statutory_due_at", "answer_by", "limit", "accept_by", "lapsed_at"})
"""Moments at which a period ends: the end of a day reads 23:59 of it."""
SHA256 = re.compile(r"[0-9a-f]{64}")


def sentence(event: Event, zone: ZoneInfo) -> str:
    """One sentence about an event. Personal data stays sealed and is left out; a content hash is shown by its beginning."""
    template = event_sentences()[event.type_name][LANGUAGE.get().value]
    text = OPTIONAL.sub(lambda found: _if_there(found, event, zone), template)
    text = PLACE.sub(lambda place: _shown(event, place[1], zone), text)
    return re.sub(r"([.。;；!?！？])[.。]$", r"\1", text)


def _if_there(found: re.Match[str], event: Event, zone: ZoneInfo) -> str:
    negated, asked, text = found.groups()
    if asked is not None:
        there = bool(_value(event, asked))
        return text if there is not bool(negated) else ""
    return text if all(_is_there(_value(event, place)) for place in PLACE.findall(text)) else ""


def _is_there(value: Any) -> bool:
    return value is not None and value not in ((), "")


def _value(event: Any, path: str) -> Any:
    """A value of an event, or those in the parts of a list."""
    value = event
    for name in path.split("."):
        if isinstance(value, tuple):
            value = tuple(getattr(part, name) for part in value)
        elif value is not None:
            value = getattr(value, name)
    return value


def _shown(event: Event, path: str, zone: ZoneInfo) -> str:
    return _text(_value(event, path), zone, at_the_end=path in ENDS)


def _text(value: Any, zone: ZoneInfo, at_the_end: bool = False) -> str:
    match value:
        case StrEnum():
            words = chinese_of("words").get(type(value).__name__, {}) if is_chinese() else {}
            return str(words.get(value.value, value.value.replace("_", " ")))
        case datetime():
            return _moment(value, zone, at_the_end)
        case date():
            return value.isoformat()
        case tuple():
            parts = [_text(part, zone) for part in value]
            return ("、" if is_chinese() else ", ").join(parts)
        case Sealed():
            return "〔已加密〕" if is_chinese() else "(sealed)"
        case None:
            return "未写明" if is_chinese() else "nobody named"
        case _:
            text = str(value)
            return f"{text[:12]}…" if SHA256.fullmatch(text) else text


def _moment(at: datetime, zone: ZoneInfo, at_the_end: bool) -> str:
    local = last_minute(at, zone) if at_the_end else at.astimezone(zone)
    return local.strftime("%Y-%m-%d %H:%M")
