"""The opening hours (办公时间) of a hall: those of an ordinary working day, and which days of the week are worked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as with_changes
from typing import TYPE_CHECKING

from msgspec.structs import replace

from domain.errors import AlreadyDone
from domain.hall.calendars import check_calendar
from domain.hall.command import HallCommand
from domain.hall.hall import Hall
from domain.record import Act, Event, Text, event
from domain.time.calendar import Session

if TYPE_CHECKING:
    from domain.city import City


@event("hall.opening_hours_changed", "办公时间变更 opening hours changed")
class OpeningHoursChanged(Event):
    """The hall has other hours from here on. Cases under way keep the due times that were told; new ones count by these hours."""

    sessions: tuple[Session, ...]
    weekdays: tuple[int, ...]
    reason: str

    def evolve(self, state: Hall, act: Act) -> Hall:
        calendar = with_changes(state.calendars[-1], sessions=self.sessions, weekdays=self.weekdays)
        return replace(state, calendars=(*state.calendars, calendar))


class ChangeOpeningHours(HallCommand):
    """Set the hours of an ordinary working day, and the days of the week that are worked (0 is Monday)."""

    sessions: tuple[Session, ...]
    weekdays: tuple[int, ...] | None = None
    reason: Text

    def decide(self, state: Hall, city: City) -> Sequence[Event]:
        last = self.opened(state).calendars[-1]
        weekdays = last.weekdays if self.weekdays is None else self.weekdays
        calendar = with_changes(last, sessions=self.sessions, weekdays=weekdays)
        if calendar == last:
            raise AlreadyDone("calendar", f"hall {self.hall_id} has these hours already")
        check_calendar(self.hall_id, calendar, ())
        return [OpeningHoursChanged(sessions=self.sessions, weekdays=weekdays, reason=self.reason)]
