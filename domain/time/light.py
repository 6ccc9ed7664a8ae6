"""Supervision (红黄灯): the light of a limit."""

from datetime import datetime
from enum import StrEnum
from typing import TypeVar

Moment = TypeVar("Moment", datetime, str)
"""A time, or its UTC stamp; both sort alike."""


class Light(StrEnum):
    """Green, yellow near the limit, red past it; ``paused`` while the clock stands still."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    PAUSED = "paused"


def light_of(now: Moment, warn_at: Moment | None, due_at: Moment, clock_stopped: bool) -> Light:
    """The light of a limit at a moment; it is never yellow where nobody said when."""
    if clock_stopped:
        return Light.PAUSED
    if now > due_at:
        return Light.RED
    return Light.YELLOW if warn_at is not None and now > warn_at else Light.GREEN
