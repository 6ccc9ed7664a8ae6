"""Moments in a refusal by the clock of the halls: the domain has them in UTC, a person reads the time of the hall."""

import re
from contextvars import ContextVar
from datetime import datetime
from zoneinfo import ZoneInfo

IN_UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?\+00:00")
"""As the domain writes a moment into a sentence."""
ZONE: ContextVar[ZoneInfo | None] = ContextVar("zone", default=None)
"""That of the installation which refused; None where its halls have none in common."""


def names_a_moment(sentence: str) -> bool:
    """Whether a sentence has a moment that a person would read in UTC."""
    return IN_UTC.search(sentence) is not None


def by_local_clock(sentence: str) -> str:
    """The sentence with each moment as the clock of the halls shows it, with seconds only where it has some."""
    zone = ZONE.get()
    return sentence if zone is None else IN_UTC.sub(lambda found: _local(found[0], zone), sentence)


def _local(moment: str, zone: ZoneInfo) -> str:
    try:
        at = datetime.fromisoformat(moment).astimezone(zone)
    except (ValueError, OverflowError):
        return moment  # only looks like one, or lies at the end of all time: it was typed
    return at.strftime("%Y-%m-%d %H:%M:%S" if at.second else "%Y-%m-%d %H:%M")
