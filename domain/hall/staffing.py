"""Who sits at a window: somebody is assigned for a shift, with what they may do there, or relieved before its end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace

from domain.errors import RuleBroken
from domain.hall.command import HallCommand
from domain.hall.hall import Duty, Hall, Shift
from domain.record import Act, Event, Identifier, event
from domain.time.written import Moment

if TYPE_CHECKING:
    from domain.city import City


@event("hall.staff_assigned", "窗口排班 staff assigned")
class StaffAssigned(Event):
    """Somebody is at a window from a moment until another (UTC)."""

    person: str
    window_id: str
    since: datetime
    until: datetime
    duties: tuple[Duty, ...]

    def evolve(self, state: Hall, act: Act) -> Hall:
        shift = Shift(self.person, self.window_id, self.since, self.until, self.duties)
        return replace(state, shifts=(*state.shifts, shift))


@event("hall.staff_relieved", "结束值班 staff relieved")
class StaffRelieved(Event):
    """A shift ends before its time."""

    person: str
    window_id: str

    def evolve(self, state: Hall, act: Act) -> Hall:
        shifts = tuple(
            replace(s, until=act.occurred_at)
            if (s.person, s.window_id) == (self.person, self.window_id) and s.since <= act.occurred_at < s.until
            else s
            for s in state.shifts
        )
        return replace(state, shifts=shifts)


class AssignStaff(HallCommand):
    """Assign somebody to a window for a shift; nobody is at two windows at once."""

    person: Identifier
    window_id: Identifier
    since: Moment
    until: Moment
    duties: tuple[Duty, ...]

    def decide(self, state: Hall, city: City) -> Sequence[Event]:
        window = self.opened(state).window(self.window_id)
        if self.until <= self.since:
            raise RuleBroken("shift", f"the shift of {self.person} ends before it begins; correct it")
        if not self.duties:
            raise RuleBroken("shift", f"duties: name what {self.person} may do at window {self.window_id}")
        cannot = [
            duty
            for duty, can in ((Duty.INTAKE, window.receives), (Duty.FEEDBACK, window.issues))
            if duty in self.duties and not can
        ]
        if cannot:
            raise RuleBroken(
                "shift", f"window {self.window_id} is a {window.kind} window and cannot do {cannot[0]}; leave that out"
            )
        for shift in state.shifts:
            if shift.person == self.person and shift.since < self.until and self.since < shift.until:
                raise RuleBroken(
                    "shift",
                    f"{self.person} is at window {shift.window_id} from {shift.since.isoformat()} to "
                    f"{shift.until.isoformat()}; relieve them there first",
                )
        return [
            StaffAssigned(
                person=self.person,
                window_id=self.window_id,
                since=self.since.astimezone(UTC),
                until=self.until.astimezone(UTC),
                duties=tuple(dict.fromkeys(self.duties)),
            )
        ]


class RelieveStaff(HallCommand):
    """End somebody's shift now."""

    person: Identifier
    window_id: Identifier

    def decide(self, state: Hall, city: City) -> Sequence[Event]:
        here = self.opened(state).at_window(self.window_id, self.occurred_at)
        if all(shift.person != self.person for shift in here):
            raise RuleBroken("shift", f"{self.person} is not at window {self.window_id} of hall {self.hall_id} now")
        return [StaffRelieved(person=self.person, window_id=self.window_id)]
