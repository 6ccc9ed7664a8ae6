"""A hall at work: who sits at which window and desk, and how their time is given out."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from adapters.simulation.agenda import Agenda, Line, Staff
from adapters.simulation.catalogue import DEPARTMENTS, Asked, items_of
from adapters.simulation.layout import windows
from adapters.simulation.plan import Plan
from domain.hall.hall import Layout, Window
from domain.people.applicant_kind import ApplicantKind
from domain.time.working_time import WorkingCalendar

TOUCH_MINUTES = 50.0
"""The mean time a reviewer works on a task, before and after the reform alike."""
WORKING_MINUTES = 420
LOAD = 0.7
"""How busy reviewers may be on average, so that queues form and end."""
FRONT_LOAD = 0.95
"""How busy the clerks of a department's windows are before the reform, at most."""
FURTHER = 1.2
"""Supplements and results take a fifth of an intake's time again."""
AT_A_WINDOW = 0.7
"""The share of applicants who come to a window."""
DESK_WORK = {Layout.BEFORE: 1.0, Layout.AFTER: 0.0}
"""What a clerk does at the desk after each visitor, in the time of the visit: a department's clerk before the reform keeps
its files as well; at a comprehensive window that is the back room's."""
FOR_FEEDBACK = 0.25
"""The share of the clerks of a zone who hand out results, where windows do only that."""


def intake_minutes(materials: int) -> float:
    """The mean time that an intake takes at a window."""
    return 6 + 4 * materials


def hall_id(number: int) -> str:
    """The id of the ``number``-th hall, from 1."""
    return f"H{number:02d}"


def reviewer(hall: str, department: str, number: int) -> str:
    """The number of a member of staff."""
    return f"{hall}-{department}-{number}"


def reviewers_needed(plan: Plan) -> dict[str, int]:
    """How many reviewers each department has in a hall."""
    minutes: dict[str, float] = defaultdict(float)
    items = items_of(plan.size).values()
    for item in items:
        for department in item.departments:
            minutes[department] += plan.arrivals_a_day / len(items) * TOUCH_MINUTES
    return {name: max(2, -int(-total // (WORKING_MINUTES * LOAD))) for name, total in sorted(minutes.items())}


def clerks_needed(plan: Plan) -> dict[str, int]:
    """How many clerks each department has at its windows before the reform; as many work in the hall after it."""
    minutes: dict[str, float] = defaultdict(float)
    items = items_of(plan.size).values()
    for item in items:
        for department in item.departments[:2]:
            intakes = plan.arrivals_a_day / len(items)
            share = len(item.materials) / len(item.departments[:2])
            minutes[department] += intakes * intake_minutes(round(share)) * FURTHER * (1 + DESK_WORK[Layout.BEFORE])
    return {name: max(1, -int(-minutes[name] // (WORKING_MINUTES * FRONT_LOAD))) for name in DEPARTMENTS}


@dataclass(frozen=True, slots=True)
class Counter:
    """Where an applicant queues: at a department's windows, or at the comprehensive ones of a zone."""

    line: Line
    windows: dict[ApplicantKind, tuple[str, ...]]

    def window(self, zone: ApplicantKind, clerk: int) -> str:
        """The window at which a clerk serves somebody of a zone."""
        own = self.windows[zone]
        return own[clerk % len(own)]


@dataclass(slots=True)
class HallAtWork:
    """One hall with its calendar and its people."""

    number: int
    layout: Layout
    calendar: WorkingCalendar
    reviewers: dict[str, Staff]
    intake: dict[str, Counter] = field(default_factory=dict)
    feedback: dict[str, Counter] = field(default_factory=dict)
    serials: dict[tuple[date, str], int] = field(default_factory=lambda: defaultdict(int))

    @property
    def hall(self) -> str:
        """Its id."""
        return hall_id(self.number)

    def counter(self, zone: ApplicantKind, department: str, *, feedback: bool = False) -> Counter:
        """Where one queues for a matter of a department in a zone."""
        counters = self.feedback if feedback else self.intake
        return counters[department if self.layout is Layout.BEFORE else zone]

    def serial(self, at: datetime, zone: str) -> int:
        """The next number of a zone's tickets on a day."""
        key = self.calendar.local_day(at), zone
        self.serials[key] += 1
        return self.serials[key]


def hall_at_work(
    plan: Plan, number: int, agenda: Agenda, calendar: WorkingCalendar, reviewers: dict[str, int]
) -> HallAtWork:
    """A hall with everybody at their windows and desks."""
    name = hall_id(number)
    desks = {
        department: Staff([reviewer(name, department, each) for each in range(1, people + 1)], calendar)
        for department, people in reviewers.items()
    }
    hall = HallAtWork(number, plan.layout, calendar, desks)
    stand, clerks = windows(plan.layout, number, plan.size), clerks_needed(plan)

    def counter(people: int, own: Iterable[Window]) -> Counter:
        by_zone: dict[ApplicantKind, list[str]] = defaultdict(list)
        for window in own:
            by_zone[window.zone].append(window.window_id)
        return Counter(Line(agenda, calendar, people), {zone: tuple(names) for zone, names in by_zone.items()})

    if plan.layout is Layout.BEFORE:
        for department, people in clerks.items():
            # who takes in also hands out
            hall.intake[department] = counter(people, (w for w in stand if w.department == department))
        hall.feedback = hall.intake
        return hall
    shares = _shares(items_of(plan.size).values())
    for zone, share in shares.items():
        people = max(2, round(sum(clerks.values()) * share))
        issuing = max(1, round(people * FOR_FEEDBACK))
        own = [w for w in stand if w.zone is zone]
        hall.intake[zone] = counter(max(1, people - issuing), (w for w in own if w.receives))
        hall.feedback[zone] = counter(issuing, (w for w in own if not w.receives))
    return hall


def _shares(items: Iterable[Asked]) -> dict[ApplicantKind, float]:
    """Each zone's share of the work at the windows."""
    work: dict[ApplicantKind, float] = defaultdict(float)
    for item in items:
        work[item.zone] += intake_minutes(len(item.materials))
    return {zone: each / sum(work.values()) for zone, each in sorted(work.items())}
