"""A single item that is left of a package (article 42): no joint handling any more, so its own limits count, where the package says so."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from domain.application.command import calendar
from domain.application.limits.both_limits import BothLimits, begun, left_alone, within
from domain.application.state import Application
from domain.application.terms import Status

if TYPE_CHECKING:
    from domain.city import City


def own_limits(case: Application, city: City, at: datetime) -> BothLimits | None:
    """The limits from the acceptance on, with the stops that are over, of a case whose other parts left it at a moment (UTC).

    Never earlier than the package gives from then on, never later than they were. None where nothing changes: the package says
    nothing, the case is not under review, or it was extended.
    """
    alone, since = left_alone(case, city), case.begun
    if alone is None or since is None or case.status is not Status.IN_REVIEW or case.extended or case.due_at is None:
        return None
    days = calendar(case, city)
    both = begun(case, city, since.at)
    least = days.due(at, alone.limit)

    def moved(due_at: datetime, former: datetime | None) -> datetime:
        for stop, restart in case.ended_stops:
            due_at = days.shifted(due_at, stop, restart, both.unit) if stop >= since.at else due_at
        return within(max(due_at, least), former)

    lawful = both.statutory_due_at
    if lawful is not None:
        lawful = moved(lawful, case.statutory_due_at)  # which is None where the package's ends in a year not known yet
    return both._replace(due_at=within(moved(both.due_at, case.due_at), lawful), statutory_due_at=lawful)
