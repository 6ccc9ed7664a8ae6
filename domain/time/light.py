"""Supervision (红黄灯): the light of a limit."""

from enum import StrEnum


class Light(StrEnum):
    """Green, yellow near the limit, red past it; ``paused`` while the clock stands still."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    PAUSED = "paused"
