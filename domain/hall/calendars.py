"""The calendar of a hall: years and days entered, each a new version of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from domain.errors import RuleBroken
from domain.hall.command import HallCommand
from domain.hall.hall import Hall
from domain.record import Act, Event, event
from domain.time.calendar import CalendarData, CalendarYear, DayOverride

if TYPE_CHECKING:
    from domain.city import City


@event("hall.calendar_year_loaded", "加载日历 calendar year loaded")
class CalendarYearLoaded(Event):
    """The public holidays and make-up days of a year are known to the hall."""

    year: CalendarYear

    def evolve(self, state: Hall, act: Act) -> Hall:
        return replace(state, calendars=(*state.calendars, state.calendars[-1].with_year(self.year)))


@event("hall.calendar_day_overridden", "特殊日期 calendar day set apart", schema=2)
class CalendarDayOverridden(Event):
    """The hall's own word for one day, with the reason. Schema 2 says whether it counts as a working day."""

    override: DayOverride

    def evolve(self, state: Hall, act: Act) -> Hall:
        return replace(state, calendars=(*state.calendars, state.calendars[-1].with_override(self.override)))


class LoadCalendar(HallCommand):
    """Enter years and days into a hall's calendar; what stands there already is left as it is."""

    years: tuple[CalendarYear, ...] = ()
    overrides: tuple[DayOverride, ...] = ()

    def decide(self, state: Hall, city: City) -> Sequence[Event]:
        calendar = self.opened(state).calendars[-1]
        events: list[Event] = []
        for year in self.years:
            if year not in calendar.years:
                calendar = calendar.with_year(year)
                events.append(CalendarYearLoaded(year=year))
        for override in self.overrides:
            if override not in calendar.overrides:
                calendar = calendar.with_override(override)
                events.append(CalendarDayOverridden(override=override))
        check_calendar(self.hall_id, calendar, [e.override for e in events if isinstance(e, CalendarDayOverridden)])
        return events


def check_calendar(hall_id: str, calendar: CalendarData, new: Iterable[DayOverride]) -> None:
    """Raise ``RuleBroken`` with everything that is wrong with a calendar, of which these days are new."""
    if problems := [*calendar.problems(), *calendar.unclear(new)]:
        raise RuleBroken("calendar", f"hall {hall_id}: " + "; ".join(problems))
