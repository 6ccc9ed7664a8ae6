"""A hall at work: who sits at which window and desk, and how their time is given out."""

from collections import defaultdict
from dataclasses import dataclass, field

from adapters.simulation.agenda import Staff
from adapters.simulation.city import ITEMS, hall_id, reviewer, windows
from domain.hall.hall import Layout, Window
from domain.people import ApplicantKind
from domain.working_time import WorkingCalendar

TOUCH_MINUTES = 50.0
"""The mean time a reviewer works on a task, before and after the reform alike."""
WORKING_MINUTES = 420
LOAD = 0.7
"""How busy reviewers may be on average, so that queues form and end."""


def reviewers_needed(arrivals_a_day: int) -> dict[str, int]:
    """How many reviewers each department has in a hall, for so many arrivals a day."""
    minutes: dict[str, float] = defaultdict(float)
    for _, _, _, departments, _ in ITEMS.values():
        for department in departments:
            minutes[department] += arrivals_a_day / len(ITEMS) * TOUCH_MINUTES
    return {name: max(2, -int(-total // (WORKING_MINUTES * LOAD))) for name, total in sorted(minutes.items())}


@dataclass(frozen=True, slots=True)
class Place:
    """Where an applicant queues: the windows of a department, or the comprehensive ones of a zone."""

    zone: ApplicantKind
    department: str | None


@dataclass(slots=True)
class HallAtWork:
    """One hall with its calendar and its people."""

    number: int
    layout: Layout
    calendar: WorkingCalendar
    reviewers: dict[str, Staff]
    intake: dict[Place, Staff] = field(default_factory=dict)
    feedback: dict[Place, Staff] = field(default_factory=dict)

    @property
    def hall(self) -> str:
        """Its id."""
        return hall_id(self.number)

    def place(self, zone: ApplicantKind, department: str) -> Place:
        """Where one queues for a matter of a department in a zone."""
        return Place(zone, department if self.layout is Layout.BEFORE else None)


def hall_at_work(number: int, layout: Layout, calendar: WorkingCalendar, reviewers: dict[str, int]) -> HallAtWork:
    """A hall with everybody at their windows and desks."""
    name = hall_id(number)
    desks = {
        department: Staff([reviewer(name, department, each) for each in range(1, people + 1)], calendar)
        for department, people in reviewers.items()
    }
    hall = HallAtWork(number, layout, calendar, desks)
    groups: dict[Place, list[Window]] = defaultdict(list)
    for window in windows(layout):
        groups[Place(window.zone, window.department)].append(window)
    for place, group in groups.items():
        hall.intake[place] = Staff([w.window_id for w in group if w.receives], calendar)
        counters = [w.window_id for w in group if not w.receives]
        # Department windows hand out what they took in: the same people do both.
        hall.feedback[place] = Staff(counters, calendar) if counters else hall.intake[place]
    return hall
