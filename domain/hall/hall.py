"""A hall as it stands, and how it stood on any day. Values only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from domain.errors import UnknownReference
from domain.evolving import Versioned
from domain.label import Label
from domain.people.applicant_kind import ApplicantKind
from domain.record import Identifier
from domain.time.calendar import CalendarData
from domain.time.working_time import WorkingCalendar


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


class Duty(StrEnum):
    """What somebody may do at a window."""

    INTAKE = "intake"
    FEEDBACK = "feedback"
    QUEUE = "queue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A window (窗口) in a zone; ``department`` only at a department window."""

    window_id: Identifier
    kind: WindowKind
    zone: ApplicantKind
    department: Identifier | None = None
    floor: int | None = None

    @property
    def receives(self) -> bool:
        """Whether applications are taken in here."""
        return self.kind is not WindowKind.COMPREHENSIVE_FEEDBACK

    @property
    def issues(self) -> bool:
        """Whether results are handed out here."""
        return self.kind is not WindowKind.COMPREHENSIVE_INTAKE


class Stood(Struct, frozen=True, gc=False):
    """A window as it stood from a moment on, until another (UTC), or still."""

    window: Window
    since: datetime
    until: datetime | None = None


class Shift(Struct, frozen=True, gc=False):
    """Somebody at a window from a moment until another (UTC), and what they may do there."""

    person: str
    window_id: str
    since: datetime
    until: datetime
    duties: tuple[Duty, ...]


class Exclusion(Struct, frozen=True, gc=False):
    """An applicant for whom nothing is deferred from a moment until another (UTC), or for good, and the case that is why."""

    applicant_id: str
    case_id: str
    since: datetime
    until: datetime | None

    def holds_for(self, applicant_id: str, moment: datetime) -> bool:
        """Whether it is about this applicant, and holds at a moment."""
        return (
            self.applicant_id == applicant_id and self.since <= moment and (self.until is None or moment < self.until)
        )


class Hall(Versioned, frozen=True, kw_only=True):
    """A hall as it stands, with every version its calendar ever had (the newest last, numbered from 1).

    ``succeeded_by`` names the window into which another was merged; ``stood`` has every window as it ever stood; ``shifts`` everybody who was ever assigned to one, ``exclusions``
    everybody who was ever excluded from deferred acceptance; ``favours`` whom its queues call first beside those whom the
    law favours.
    """

    hall_id: str
    name: Label | None = None
    layout: Layout = Layout.AFTER
    windows: dict[str, Window] = {}
    succeeded_by: dict[str, str] = {}
    stood: tuple[Stood, ...] = ()
    shifts: tuple[Shift, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    calendars: tuple[CalendarData, ...] = ()
    favours: tuple[str, ...] = ()

    def window(self, window_id: str) -> Window:
        """A window that stands now. Raises ``UnknownReference``."""
        if window_id not in self.windows:
            there = ", ".join(sorted(self.windows)) or "none"
            raise UnknownReference(f"hall {self.hall_id} has no window {window_id}; it has {there}")
        return self.windows[window_id]

    def keeper(self, window_id: str | None, zone: str | None) -> Window | None:
        """The window in whose hands a case of a zone is that this window received: itself, or what it was merged into.

        None where none stands that receives applications of that zone; then the case is in the hall's list.
        """
        past: set[str] = set()
        while window_id is not None and window_id not in self.windows and window_id not in past:
            past.add(window_id)
            window_id = self.succeeded_by.get(window_id)
        window = self.windows.get(window_id or "")
        serves = window is not None and window.receives and (zone is None or window.zone == zone)
        return window if serves else None

    def windows_on(self, day: date) -> list[Window]:
        """The windows that stood when a local day ended."""
        days = WorkingCalendar(self.calendars[-1], name=self.hall_id)
        end = days.day_bounds(day)[1]
        return [s.window for s in self.stood if s.since < end and (s.until is None or s.until >= end)]

    def at_window(self, window_id: str, moment: datetime) -> list[Shift]:
        """Who is assigned to a window at a moment."""
        return [s for s in self.shifts if s.window_id == window_id and s.since <= moment < s.until]

    def of_person(self, person: str, moment: datetime) -> list[Shift]:
        """Where somebody is assigned at a moment."""
        return [s for s in self.shifts if s.person == person and s.since <= moment < s.until]

    def stands(self, window_id: str, moment: datetime) -> bool:
        """Whether a window stands now, or stood at a moment."""
        return window_id in self.windows or any(
            s.window.window_id == window_id and s.since <= moment and (s.until is None or moment < s.until)
            for s in self.stood
        )

    def with_windows(self, windows: Iterable[Window], at: datetime) -> Hall:
        """The hall with these windows from a moment on; those that were there and are not named close."""
        new = {window.window_id: window for window in windows}
        return replace(self, windows=new, stood=tuple(self._until(new, at)))

    def _until(self, new: dict[str, Window], at: datetime) -> Iterator[Stood]:
        """What stood, ended where it stands no more, and what is new."""
        unchanged = {name for name, window in new.items() if self.windows.get(name) == window}
        for each in self.stood:
            goes_on = each.until is not None or each.window.window_id in unchanged
            yield each if goes_on else replace(each, until=at)
        for name, window in new.items():
            if name not in unchanged:
                yield Stood(window, at)
