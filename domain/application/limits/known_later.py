"""A statutory limit that could not be counted when it began, or moved, since the hall's calendar did not know its year yet.

It is counted from its beginning once the year is there, by an order to count anew.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from domain.application.command import calendar, versions
from domain.application.limits.both_limits import by_law, extended, warned_later
from domain.application.limits.extension import allowed
from domain.application.state import Application
from domain.time.calendar import CalendarYearMissing
from domain.time.working_time import Unit

if TYPE_CHECKING:
    from domain.city import City


class Known(NamedTuple):
    """When a limit ends, when its light turns yellow (UTC), and what it counts."""

    due_at: datetime
    warn_at: datetime | None
    unit: Unit


def known_by_now(case: Application, city: City) -> Known | None:
    """The limit with the stops that are over and the extension; None where there is none, or the year is still not known."""
    begun = case.begun
    if begun is None or case.statutory_unit is None or case.statutory_due_at is not None:
        return None
    days = calendar(case, city)
    try:
        ending = by_law(case, city, days, begun.at)
        due_at, unit = ending
        share = days.working_us(begun.at, due_at) * min(v.limits.warning for v in versions(case, city)) // 100
        warn_at = days.add_working_us(begun.at, share)
        for stop, restart in case.ended_stops:
            due_at = days.shifted(due_at, stop, restart, unit) if stop >= begun.at else due_at
        if case.extended:
            due_at = max(extended(due_at, limit, days) for limit in allowed(case, city)[1])
        return Known(due_at, warned_later(warn_at, ending[0], due_at, days), unit)
    except CalendarYearMissing:
        return None
