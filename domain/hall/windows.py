"""How a hall is laid out: opened, its windows opened, moved, merged into comprehensive ones, closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as with_changes
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace

from domain.errors import RuleBroken, Taken
from domain.hall.calendars import check_calendar
from domain.hall.command import HallCommand
from domain.hall.hall import Hall, Layout, Window, WindowKind
from domain.label import Label
from domain.people.applicant_kind import ApplicantKind
from domain.record import Act, Event, Identifier, Role, Text, event
from domain.time.calendar import CalendarData

if TYPE_CHECKING:
    from domain.city import City


@event("hall.opened", "设立大厅 hall opened", schema=3)
class HallOpened(Event):
    """A hall opens with its windows and its calendar. Schema 2 knows the floor of a window, schema 3 which days count."""

    name: Label
    layout: Layout
    windows: tuple[Window, ...]
    calendar: CalendarData

    def evolve(self, state: Hall, act: Act) -> Hall:
        opened = replace(state, name=self.name, layout=self.layout, calendars=(self.calendar,))
        return opened.with_windows(self.windows, act.occurred_at)


@event("hall.windows_merged", "大厅重新布置 windows laid out anew", schema=2)
class WindowsMerged(Event):
    """The hall's windows are laid out anew, as when department windows became comprehensive ones. Schema 2 as ``HallOpened``."""

    layout: Layout
    windows: tuple[Window, ...]

    def evolve(self, state: Hall, act: Act) -> Hall:
        return replace(state, layout=self.layout).with_windows(self.windows, act.occurred_at)


@event("hall.window_opened", "开设窗口 window opened")
class WindowOpened(Event):
    """One more window."""

    window: Window
    reason: str

    def evolve(self, state: Hall, act: Act) -> Hall:
        return state.with_windows([*state.windows.values(), self.window], act.occurred_at)


@event("hall.window_moved", "窗口迁移 window moved")
class WindowMoved(Event):
    """A window moves to another zone or floor."""

    window_id: str
    zone: ApplicantKind
    floor: int | None
    reason: str

    def evolve(self, state: Hall, act: Act) -> Hall:
        moved = with_changes(state.windows[self.window_id], zone=self.zone, floor=self.floor)
        return state.with_windows([*_others(state, self.window_id), moved], act.occurred_at)


@event("hall.windows_joined", "窗口合并 windows joined")
class WindowsJoined(Event):
    """Several windows become one comprehensive window, by an order (文号)."""

    window_ids: tuple[str, ...]
    into: Window
    order: str

    def evolve(self, state: Hall, act: Act) -> Hall:
        merged = {name: self.into.window_id for name in self.window_ids if name != self.into.window_id}
        joined = replace(state, succeeded_by={**state.succeeded_by, **merged})
        return joined.with_windows([*_others(state, *self.window_ids), self.into], act.occurred_at)


@event("hall.window_closed", "关闭窗口 window closed")
class WindowClosed(Event):
    """A window closes for good."""

    window_id: str
    reason: str

    def evolve(self, state: Hall, act: Act) -> Hall:
        left = {name: into for name, into in state.succeeded_by.items() if name != self.window_id}
        return replace(state, succeeded_by=left).with_windows(_others(state, self.window_id), act.occurred_at)


def _others(state: Hall, *window_ids: str) -> list[Window]:
    return [window for name, window in state.windows.items() if name not in window_ids]


class LayOutCommand(HallCommand):
    """Changes the windows of a hall, in the order of time."""

    def not_before(self, state: Hall) -> datetime | None:
        return max((s.until or s.since for s in state.stood), default=None)

    def _checked(self, windows: Sequence[Window], city: City) -> None:
        ids = [w.window_id for w in windows]
        problems = [f"window {w} appears twice; name it once" for w in sorted(set(ids)) if ids.count(w) > 1]
        problems += [
            f"window {w.window_id}: a department window must name its department, and no other window may"
            for w in windows
            if (w.department is None) == (w.kind is WindowKind.DEPARTMENT)
        ]
        problems += [
            f"window {w.window_id}: department {w.department} is not known; establish it first"
            for w in windows
            if w.department is not None and w.department not in city.departments
        ]
        if problems:
            raise RuleBroken("hall", f"hall {self.hall_id}: " + "; ".join(problems))


class OpenHall(LayOutCommand):
    """Open a hall."""

    roles: ClassVar = frozenset({Role.OPERATOR, Role.IMPORTER})
    label: Label
    layout: Layout
    windows: tuple[Window, ...]
    calendar: CalendarData

    def decide(self, state: Hall, city: City) -> Sequence[Event]:
        if state.name is not None:
            raise Taken("hall", f"hall {self.hall_id} is already open; use another id")
        self._checked(self.windows, city)
        check_calendar(self.hall_id, self.calendar, self.calendar.overrides)
        return [HallOpened(name=self.label, layout=self.layout, windows=self.windows, calendar=self.calendar)]


class MergeWindows(LayOutCommand):
    """Lay out a hall's windows anew."""

    layout: Layout
    windows: tuple[Window, ...]

    def decide(self, state: Hall, city: City) -> Sequence[Event]:
        self.opened(state)
        self._checked(self.windows, city)
        return [WindowsMerged(layout=self.layout, windows=self.windows)]


class OpenWindow(LayOutCommand):
    """Open one more window."""

    window: Window
    reason: Text

    def decide(self, state: Hall, city: City) -> Sequence[Event]:
        self._checked([*self.opened(state).windows.values(), self.window], city)
        return [WindowOpened(window=self.window, reason=self.reason)]


class MoveWindow(LayOutCommand):
    """Move a window to another zone or floor."""

    window_id: Identifier
    zone: ApplicantKind
    floor: int | None = None
    reason: Text

    def decide(self, state: Hall, city: City) -> Sequence[Event]:
        window = self.opened(state).window(self.window_id)
        if (window.zone, window.floor) == (self.zone, self.floor):
            raise Taken("hall", f"window {self.window_id} of hall {self.hall_id} exists already; use another number")
        return [WindowMoved(window_id=self.window_id, zone=self.zone, floor=self.floor, reason=self.reason)]


class JoinWindows(LayOutCommand):
    """Merge several windows into one comprehensive window of their zone."""

    window_ids: tuple[Identifier, ...]
    into: Window
    order: Text

    def decide(self, state: Hall, city: City) -> Sequence[Event]:
        joined = [self.opened(state).window(name) for name in dict.fromkeys(self.window_ids)]
        if len(joined) < 2:
            raise RuleBroken("hall", f"hall {self.hall_id}: name at least two windows to merge")
        if self.into.kind is WindowKind.DEPARTMENT or {w.zone for w in joined} != {self.into.zone}:
            raise RuleBroken(
                "hall",
                f"hall {self.hall_id}: only windows of one zone can be merged, into a comprehensive window of that zone",
            )
        self._checked([*_others(state, *self.window_ids), self.into], city)
        return [WindowsJoined(window_ids=tuple(w.window_id for w in joined), into=self.into, order=self.order)]


class CloseWindow(LayOutCommand):
    """Close a window."""

    window_id: Identifier
    reason: Text

    def decide(self, state: Hall, city: City) -> Sequence[Event]:
        self.opened(state).window(self.window_id)
        return [WindowClosed(window_id=self.window_id, reason=self.reason)]
