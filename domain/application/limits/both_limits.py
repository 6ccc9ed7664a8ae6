"""The two limits of a decision, side by side: what was promised, and what the law gives (承诺时限, 法定时限).

Both begin with the acceptance, stand still while the clock does, and move with an extension; each has its own light. What was
promised never ends after what the law gives. Where a package names no limit of the law, the longest that its items have counts.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from domain.application.command import calendar, versions
from domain.application.parts import package_of
from domain.application.state import Application
from domain.time.calendar import CalendarYearMissing
from domain.time.light import Light, light_of
from domain.time.working_time import MICROSECOND, Limit, Unit, WorkingCalendar

if TYPE_CHECKING:
    from domain.catalogue.sourced_limit import SourcedLimit
    from domain.city import City

Ending = tuple[datetime, Unit]
"""When a limit ends (UTC), and what it counts."""


class BothLimits(NamedTuple):
    """When both limits end and when their lights turn yellow (UTC). The statutory ones are None where no law is named."""

    due_at: datetime
    warn_at: datetime | None
    unit: Unit
    statutory_due_at: datetime | None = None
    statutory_warn_at: datetime | None = None
    statutory_unit: Unit | None = None


def within(due_at: datetime, bound: datetime | None) -> datetime:
    """The end of what lies within something longer: a step within the decision, a promise within the law (UTC)."""
    return due_at if bound is None else min(due_at, bound)


def begun(case: Application, city: City, at: datetime) -> BothLimits:
    """Both limits of a decision on what was accepted at a moment: the package's, or the longest of the items'.

    A statutory limit that ends in a year which the hall's calendar does not know yet has its unit alone, so that nobody's
    acceptance waits for the calendar; it is counted by a later order (``domain.application.limits.known_later``).
    """
    days, pinned = calendar(case, city), versions(case, city)
    promised = promised_limits(case, city)
    warning = min(version.limits.warning for version in pinned)

    def warned(due_at: datetime) -> datetime:
        return days.add_working_us(at, days.working_us(at, due_at) * warning // 100)

    due_at, unit = max((days.due(at, limit), limit.unit) for limit in promised)
    try:
        lawful = by_law(case, city, days, at)
    except CalendarYearMissing:
        return BothLimits(due_at, warned(due_at), unit, statutory_unit=lawful_limits(case, city)[0].unit)
    due_at = within(due_at, lawful[0])
    return BothLimits(due_at, warned(due_at), unit, lawful[0], warned(lawful[0]), lawful[1])


def left_alone(case: Application, city: City) -> SourcedLimit | None:
    """What counts for a single undecided item that is left of a package: its own limits, with at least so much time; None elsewhere.

    One item is no joint handling (article 42), where the package says so.
    """
    package = package_of(case, city)
    if package is None or package.left_alone is None or case.item_results or not case.withdrawn_parts:
        return None
    return package.left_alone if len(versions(case, city)) == 1 else None


def promised_limits(case: Application, city: City) -> list[Limit]:
    """What is promised for the decision: the package's limit, or those of the items; the longest of them counts."""
    package = package_of(case, city)
    if package is None or left_alone(case, city) is not None:
        return [version.limits.decision for version in versions(case, city)]
    return [package.limit]


def by_law(case: Application, city: City, days: WorkingCalendar, at: datetime) -> Ending:
    """When the law wants a decision on what was accepted at a moment. Raises ``CalendarYearMissing``."""
    return max((days.due(at, limit), limit.unit) for limit in lawful_limits(case, city))


def lawful_limits(case: Application, city: City) -> list[Limit]:
    """What the law gives for the decision; the longest of them counts.

    The 45 days of article 42 are for joint handling. Where a package names no such limit each item is under its own law, and the
    application as a whole is late with the last of them.
    """
    package = package_of(case, city)
    if package is None or package.statutory is None or left_alone(case, city) is not None:
        return [version.limits.statutory_decision for version in versions(case, city)]
    return [package.statutory]


def moved(
    case: Application,
    days: WorkingCalendar,
    promised: Callable[[datetime, Unit], datetime],
    lawfully: Callable[[datetime, Unit], datetime],
) -> BothLimits:
    """Both limits of a case after each has moved in its way.

    Warnings move by as much working time. A statutory limit that moves into a year which the hall's calendar does not know yet is
    left out until it does; nobody's clock waits for it.
    """
    assert case.due_at is not None
    lawful, unit = case.statutory_due_at, case.statutory_unit
    if lawful is not None and unit is not None:
        former, lawful = lawful, None
        with suppress(CalendarYearMissing):
            lawful = lawfully(former, unit)
    due_at = within(promised(case.due_at, case.unit), lawful)
    return BothLimits(
        due_at,
        warned_later(case.warn_at, case.due_at, due_at, days),
        case.unit,
        lawful,
        warned_later(case.statutory_warn_at, case.statutory_due_at, lawful, days),
        unit,
    )


def warned_later(
    warn_at: datetime | None, former: datetime | None, due_at: datetime | None, days: WorkingCalendar
) -> datetime | None:
    """When a light turns yellow whose limit moved: later by as much working time. None where it never does."""
    if warn_at is None or former is None or due_at is None:
        return None
    return days.add_working_us(warn_at, days.working_us(former, due_at))


def extended(due_at: datetime, limit: Limit, days: WorkingCalendar) -> datetime:
    """So much later: days count from the one on which the limit ended, which may end at 24:00."""
    return days.due(due_at if limit.unit is Unit.WORKING_HOURS else due_at - MICROSECOND, limit)


def item_due(case: Application, city: City, item: str) -> datetime | None:
    """When the decision on one item is promised (UTC): of several without a package each has its own limit (article 42).

    It counts from the acceptance, later by the stops that are over and by the item's own extension; never later than the last of the
    case. None where none runs.
    """
    begun = case.begun
    if case.package is not None or begun is None or case.due_at is None or case.hall is None:
        return case.due_at
    days = city.calendar(case.hall, max(begun.calendar or 1, case.recounted or 0))
    limits = next(city.item(ref.item_id).at(ref.version).limits for ref in case.items if ref.item_id == item)
    try:
        due_at = days.due(begun.at, limits.decision)
        for stop, restart in case.ended_stops:
            due_at = days.shifted(due_at, stop, restart, limits.decision.unit) if stop >= begun.at else due_at
        if case.extended and limits.extension is not None:
            due_at = extended(due_at, limits.extension, days)
    except CalendarYearMissing:
        return case.due_at
    return within(due_at, case.due_at)


class LitLimit(NamedTuple):
    """A limit as it looks at a moment: when it ends (UTC), and its light."""

    due_at: datetime
    light: Light


def lit(case: Application, at: datetime) -> tuple[LitLimit | None, LitLimit | None]:
    """The promised and the statutory limit of a decision that is not made, each with its light; None where none runs."""
    if case.decided is not None or case.ended is not None:
        return None, None

    def of(due_at: datetime | None, warn_at: datetime | None) -> LitLimit | None:
        return None if due_at is None else LitLimit(due_at, light_of(at, warn_at, due_at, case.clock_stopped))

    return of(case.due_at, case.warn_at), of(case.statutory_due_at, case.statutory_warn_at)
