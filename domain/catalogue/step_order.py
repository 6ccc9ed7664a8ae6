"""Steps that follow one another take their limits together: what they promise in a row keeps within the decision."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache

from domain.catalogue.item import ApprovalStep, ItemVersion
from domain.time.calendar import CalendarData, CalendarYearMissing
from domain.time.comparison import PLAIN_WEEK, days_of, lies_after
from domain.time.working_time import MICROSECOND, Limit, Unit, WorkingCalendar


def in_a_row_too_long(version: ItemVersion, calendars: Iterable[CalendarData]) -> list[str]:
    """A sentence for the first step that can end after the decision, with those before it; a step alone is not looked at.

    A step without a limit of its own has what is left, so it adds nothing.
    """
    decision, approvals = version.limits.decision, version.approvals
    if not any(step.after for step in approvals):
        return []
    step = _by_amount(approvals, decision) if _alike(approvals, decision) else _by_day(approvals, decision, calendars)
    if step is None:
        return []
    return [
        f"approvals: step {step} comes after others, and their limits together can be longer than the {decision} of the decision; give them less"
    ]


def _alike(approvals: Sequence[ApprovalStep], decision: Limit) -> bool:
    """Whether the limits differ by their amounts alone, and so can be added."""
    limits = (step.limit for step in approvals if step.limit is not None)
    return not decision.first_day_counts and all(replace(each, amount=decision.amount) == decision for each in limits)


def _by_amount(approvals: Sequence[ApprovalStep], decision: Limit) -> str | None:
    together: dict[str, int] = {}
    for step in approvals:
        before = max((together.get(name, 0) for name in step.after), default=0)
        together[step.step] = before + (0 if step.limit is None else step.limit.amount)
        if step.after and together[step.step] > decision.amount:
            return step.step
    return None


def _by_day(approvals: tuple[ApprovalStep, ...], decision: Limit, calendars: Iterable[CalendarData]) -> str | None:
    known = dict.fromkeys(calendars) or (PLAIN_WEEK,)
    found = (_in_a_calendar(approvals, decision, data) for data in known)
    return next((step for step in found if step is not None), None)


@lru_cache(maxsize=1024)
def _in_a_calendar(approvals: tuple[ApprovalStep, ...], decision: Limit, data: CalendarData) -> str | None:
    calendar = WorkingCalendar(data)
    found = (_begun_on(approvals, decision, calendar, day) for day in days_of(data))
    return next((step for step in found if step is not None), None)


def _begun_on(approvals: Sequence[ApprovalStep], decision: Limit, calendar: WorkingCalendar, day: date) -> str | None:
    """The first step that ends after the decision of a case that is accepted on a day, at its first or its last moment."""
    opens, closes = calendar.day_bounds(day)
    for start in (opens, closes - MICROSECOND):
        try:
            late = _begun_at(approvals, decision, calendar, start)
        except CalendarYearMissing:
            return None  # it ends in a year of which nothing is known
        if late is not None:
            return late
    return None


def _begun_at(
    approvals: Sequence[ApprovalStep], decision: Limit, calendar: WorkingCalendar, start: datetime
) -> str | None:
    until, ends = calendar.due(start, decision), dict[str, datetime]()
    limits = (decision, *(step.limit for step in approvals if step.limit is not None))
    in_hours = any(limit.unit is Unit.WORKING_HOURS for limit in limits)
    for step in approvals:
        begins = max((ends.get(name, start) for name in step.after), default=start)
        ends[step.step] = begins if step.limit is None else calendar.due(_from(begins, start, step.limit), step.limit)
        if step.after and lies_after(ends[step.step], until, calendar, in_hours=in_hours):
            return step.step
    return None


def _from(begins: datetime, start: datetime, limit: Limit) -> datetime:
    """When a step begins that follows: within the day on which the one before it ended, which may end at 24:00."""
    return begins if begins == start or limit.unit is Unit.WORKING_HOURS else begins - MICROSECOND
