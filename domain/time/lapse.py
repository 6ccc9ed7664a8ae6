"""What follows when nobody acted in time."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from domain.record import Event


class Lapse(NamedTuple):
    """What follows from a deadline that passed, and when it is effective (UTC)."""

    at: datetime
    events: Sequence[Event]
