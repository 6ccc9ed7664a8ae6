"""Halls (大厅): their zones, windows and calendar, and how they were laid out before and after the reform."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec.structs import replace

from domain.calendar import CalendarData, CalendarYear, DayOverride
from domain.command import Command
from domain.errors import RuleBroken, UnknownReference
from domain.evolving import Versioned
from domain.label import Label
from domain.people import ApplicantKind
from domain.record import Act, Event, Identifier, event

if TYPE_CHECKING:
    from domain.city import City


class WindowKind(StrEnum):
    """What a window does; ``department`` windows are those from before the reform."""

    DEPARTMENT = "department"
    COMPREHENSIVE_INTAKE = "comprehensive_intake"
    COMPREHENSIVE_FEEDBACK = "comprehensive_feedback"
    COMPREHENSIVE = "comprehensive"


class Layout(StrEnum):
    """A hall before the reform (department windows) or after it (comprehensive windows)."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A window (窗口) in a zone; ``department`` only at a department window."""

    window_id: Identifier
    kind: WindowKind
    zone: ApplicantKind
    department: Identifier | None = None

    @property
    def receives(self) -> bool:
        """Whether applications are taken in here."""
        return self.kind is not WindowKind.COMPREHENSIVE_FEEDBACK

    @property
    def issues(self) -> bool:
        """Whether results are handed out here."""
        return self.kind is not WindowKind.COMPREHENSIVE_INTAKE


class Hall(Versioned, frozen=True, kw_only=True):
    """A hall as it stands, with every version its calendar ever had (the newest last, numbered from 1)."""

    hall_id: str
    name: Label | None = None
    layout: Layout = Layout.AFTER
    windows: dict[str, Window] = {}
    calendars: tuple[CalendarData, ...] = ()


@event("hall.opened")
class HallOpened(Event):
    """A hall opens with its windows and its calendar."""

    name: Label
    layout: Layout
    windows: tuple[Window, ...]
    calendar: CalendarData

    def evolve(self, state: Hall, act: Act) -> Hall:
        windows = {w.window_id: w for w in self.windows}
        return replace(state, name=self.name, layout=self.layout, windows=windows, calendars=(self.calendar,))


@event("hall.windows_merged")
class WindowsMerged(Event):
    """The hall's windows are laid out anew, as when department windows became comprehensive ones."""

    layout: Layout
    windows: tuple[Window, ...]

    def evolve(self, state: Hall, act: Act) -> Hall:
        return replace(state, layout=self.layout, windows={w.window_id: w for w in self.windows})


@event("hall.calendar_year_loaded")
class CalendarYearLoaded(Event):
    """The public holidays and make-up days of a year are known to the hall."""

    year: CalendarYear

    def evolve(self, state: Hall, act: Act) -> Hall:
        return replace(state, calendars=(*state.calendars, state.calendars[-1].with_year(self.year)))


@event("hall.calendar_day_overridden")
class CalendarDayOverridden(Event):
    """The hall's own word for one day, with the reason."""

    override: DayOverride

    def evolve(self, state: Hall, act: Act) -> Hall:
        return replace(state, calendars=(*state.calendars, state.calendars[-1].with_override(self.override)))


class HallCommand(Command):
    """Asked of one hall."""

    hall_id: Identifier

    @property
    def stream_id(self) -> str:
        return f"hall/{self.hall_id}"

    def new(self) -> Hall:
        return Hall(hall_id=self.hall_id)

    def _opened(self, state: Hall) -> Hall:
        if state.name is None:
            raise UnknownReference(f"hall {self.hall_id} is not known; open it first")
        return state

    def _check_windows(self, windows: Sequence[Window], city: City) -> None:
        ids = [w.window_id for w in windows]
        problems = [f"window {w} appears twice" for w in set(ids) if ids.count(w) > 1]
        problems += [
            f"window {w.window_id}: a department window names its department, no other does"
            for w in windows
            if (w.department is None) == (w.kind is WindowKind.DEPARTMENT)
        ]
        problems += [
            f"window {w.window_id}: department {w.department} is not known"
            for w in windows
            if w.department is not None and w.department not in city.departments
        ]
        if problems:
            raise RuleBroken("hall", f"hall {self.hall_id}: " + "; ".join(problems))


class OpenHall(HallCommand):
    """Open a hall."""

    label: Label
    layout: Layout
    windows: tuple[Window, ...]
    calendar: CalendarData

    def decide(self, state: Hall, city: City) -> Sequence[Event]:
        if state.name is not None:
            raise RuleBroken("hall", f"hall {self.hall_id} is already open; use another id")
        self._check_windows(self.windows, city)
        _check_calendar(self.hall_id, self.calendar)
        return [HallOpened(name=self.label, layout=self.layout, windows=self.windows, calendar=self.calendar)]


class MergeWindows(HallCommand):
    """Lay out a hall's windows anew."""

    layout: Layout
    windows: tuple[Window, ...]

    def decide(self, state: Hall, city: City) -> Sequence[Event]:
        self._opened(state)
        self._check_windows(self.windows, city)
        return [WindowsMerged(layout=self.layout, windows=self.windows)]


class LoadCalendar(HallCommand):
    """Enter years and days into a hall's calendar; what stands there already is left as it is."""

    years: tuple[CalendarYear, ...] = ()
    overrides: tuple[DayOverride, ...] = ()

    def decide(self, state: Hall, city: City) -> Sequence[Event]:
        calendar = self._opened(state).calendars[-1]
        events: list[Event] = []
        for year in self.years:
            if year not in calendar.years:
                calendar = calendar.with_year(year)
                events.append(CalendarYearLoaded(year=year))
        for override in self.overrides:
            if override not in calendar.overrides:
                calendar = calendar.with_override(override)
                events.append(CalendarDayOverridden(override=override))
        _check_calendar(self.hall_id, calendar)
        return events


def _check_calendar(hall_id: str, calendar: CalendarData) -> None:
    if problems := calendar.problems():
        raise RuleBroken("calendar", f"hall {hall_id}: " + "; ".join(problems))
