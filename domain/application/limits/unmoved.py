"""The day on which a limit in calendar days ends by itself, before it gives way to a working day (Civil Code, article 203).

A stop of the clock adds its days to that day, not to the one to which the end had given way: a holiday is given once. It is
found again from the pinned limit (rule 2); after an extension, a move to a newer version or a recount it is not, and the days
are added to the day on which the limit ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from domain.application.components import Task
from domain.application.limits.both_limits import lawful_limits, promised_limits
from domain.application.parts import parts, task_id
from domain.application.state import Application
from domain.time.working_time import DAY, Limit, Span, Unit, WorkingCalendar

if TYPE_CHECKING:
    from domain.city import City


class Unmoved(NamedTuple):
    """The last days of the promised and of the statutory limit of a decision; None where they are the days on which it ends."""

    promised: date | None = None
    by_law: date | None = None


def last_days(case: Application, city: City, days: WorkingCalendar) -> Unmoved:
    """Those of a case whose clock stands still."""
    if not case.counted or Unit.CALENDAR_DAYS not in (case.unit, case.statutory_unit):
        return Unmoved()
    since = case.counted[0].since
    return Unmoved(
        _last_day(case, days, since, promised_limits(case, city), case.due_at),
        _last_day(case, days, since, lawful_limits(case, city), case.statutory_due_at),
    )


def last_day_of(task: Task, case: Application, city: City, days: WorkingCalendar) -> date | None:
    """That of a task; None where it is the day on which its limit ends."""
    if task.unit is not Unit.CALENDAR_DAYS:
        return None
    limits = [
        step.limit or part.version.limits.decision
        for part in parts(case, city)
        for step in part.version.approvals
        if task_id(part.item_id, step) == task.task_id
    ]
    return _last_day(case, days, task.opened.at, limits, task.due_at)


def _last_day(
    case: Application, days: WorkingCalendar, since: datetime, limits: Iterable[Limit], due_at: datetime | None
) -> date | None:
    """The latest such day of limits from which the due moment follows."""
    stops = [stop for stop in case.ended_stops if case.stopped_since is None or stop[0] < case.stopped_since]
    found = (_counted(days, since, limit, stops) for limit in limits if limit.unit is Unit.CALENDAR_DAYS)
    return max((day for day in found if days.end_of_period(day) == due_at), default=None)


def _counted(days: WorkingCalendar, since: datetime, limit: Limit, stops: Sequence[Span]) -> date:
    day = days.local_day(since) + max(0, limit.amount - limit.first_day_counts) * DAY
    for stop, restart in stops:
        if restart > since:
            day += days.local_day(restart) - days.local_day(max(stop, since))
    return day
