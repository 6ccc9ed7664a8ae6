"""Running the simulated city: applicants arrive, everybody works, the real commands record it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random

from adapters.bootstrap import Installation
from adapters.services.clock import tick_all
from adapters.simulation.acting import Acting, Tally
from adapters.simulation.agenda import Agenda, Process, open_from
from adapters.simulation.catalogue import DEPARTMENTS, items_of
from adapters.simulation.city import found, only_simulated
from adapters.simulation.front_desk import arrivals, front_desk
from adapters.simulation.halls import HallAtWork, hall_at_work, hall_id, reviewers_needed
from adapters.simulation.layout import windows_in
from adapters.simulation.matter import Matter, mark_of, wishes
from adapters.simulation.plan import Plan
from projections.views.deadlines import latest


@dataclass(frozen=True, slots=True)
class Summary:
    """What a simulation did. ``added`` counts commands that were not recorded before; times are UTC."""

    halls: int
    windows: int
    departments: int
    items: int
    applications: int
    commands: int
    added: int
    refused: int
    first: date
    last: datetime


def simulate(
    installation: Installation,
    plan: Plan,
    progress: Callable[[int, int], None],
    *,
    into_existing: bool = False,
    morning: Callable[[date], None] | None = None,
) -> Summary:
    """Run a plan through the office on its simulated clock. The same plan again adds nothing (rule 8).

    ``morning`` is called on each working day of the first hall before its doors open; the installation has the time of it then.

    Raises ``OtherRecords``, with nothing recorded, where the database holds other records, unless told ``into_existing``.
    """
    if not into_existing:
        only_simulated(installation)
    real_clock = installation.now
    reviewers = reviewers_needed(plan)
    try:
        found(installation, plan, reviewers)
        return _Simulation(installation, plan, reviewers).run(progress, morning)
    finally:
        installation.now = real_clock


def settle(installation: Installation, last: datetime, *, finish: bool, progress: Callable[[int, int], None]) -> None:
    """Project, and let the limits act that have passed by a moment; with ``finish``, those to come as well."""
    real_clock = installation.now
    installation.now = lambda: last
    try:
        while True:
            tick_all(installation, progress)
            with installation.reading() as connection:
                coming = latest(connection) if finish else None
            if coming is None or coming < last:
                return
            last = coming + timedelta(seconds=1)
    finally:
        installation.now = real_clock


class _Simulation:
    def __init__(self, installation: Installation, plan: Plan, reviewers: dict[str, int]) -> None:
        self._plan = plan
        self._house = installation
        self._tally = Tally()
        first = plan.first_day
        self._agenda = Agenda(datetime(first.year, first.month, first.day, tzinfo=UTC) - timedelta(hours=12))
        installation.now = lambda: self._agenda.now
        city = installation.office.city()
        self._calendars = {number: city.newest_calendar(hall_id(number)) for number in range(1, plan.halls + 1)}
        self._halls = [
            hall_at_work(plan, number, self._agenda, calendar, reviewers)
            for number, calendar in self._calendars.items()
        ]

    def run(self, progress: Callable[[int, int], None], morning: Callable[[date], None] | None) -> Summary:
        days = {hall.number: self._days(hall) for hall in self._halls}
        if morning is not None:
            self._agenda.add(self._agenda.now, self._mornings(morning))
        for hall in self._halls:
            self._agenda.add(self._agenda.now, self._arriving(hall, days[hall.number]))
        expected = sum(map(len, days.values())) * self._plan.arrivals_a_day
        for steps, _ in enumerate(self._agenda.run(self._end())):
            if steps % 200 == 0:
                progress(min(self._tally.applications, expected), expected)
        return Summary(
            halls=len(self._halls),
            windows=sum(windows_in(self._plan.layout, hall.number, self._plan.size) for hall in self._halls),
            departments=len(DEPARTMENTS),
            items=len(items_of(self._plan.size)),
            applications=self._tally.applications,
            commands=self._tally.commands,
            added=self._tally.added,
            refused=self._tally.refused,
            first=self._plan.first_day,
            last=self._agenda.now,
        )

    def _arriving(self, hall: HallAtWork, days: list[date]) -> Process:
        """Everybody who comes to a hall on these days; known the day before, since they may book."""
        plan = self._plan
        for day in days:
            midnight = hall.calendar.day_bounds(day)[0]
            yield max(self._agenda.now, midnight - timedelta(days=1))
            random = Random(f"{plan.seed}/{hall.hall}/{(day - plan.first_day).days}")
            for serial, after in enumerate(sorted(arrivals(random, plan.arrivals_a_day)), start=1):
                case_id = f"{day:%Y%m%d}-{hall.hall}-{mark_of(plan)}-{serial:04d}"
                for wish in wishes(plan, case_id, midnight + after):
                    acting = Acting(self._house, self._agenda, self._tally, wish.case_id)
                    matter = Matter(acting, self._agenda, hall, plan, wish)
                    self._tally.applications += 1
                    matter.start(front_desk(matter))

    def _mornings(self, morning: Callable[[date], None]) -> Process:
        """Each working day of the first hall, half an hour before its doors open."""
        first = self._halls[0]
        for day in self._days(first):
            yield open_from(first.calendar, first.calendar.day_bounds(day)[0]) - timedelta(minutes=30)
            morning(day)

    def _days(self, hall: HallAtWork) -> list[date]:
        """The working days of the plan."""
        days = (self._plan.first_day + timedelta(days=number) for number in range(self._plan.days))
        return [day for day in days if hall.calendar.is_working_day(day)]

    def _end(self) -> datetime | None:
        """When to stop: with the close of the last day, or never before everything is done."""
        if self._plan.finish:
            return None
        last = self._plan.first_day + timedelta(days=self._plan.days - 1)
        return max(calendar.day_bounds(last)[1] for calendar in self._calendars.values()) - timedelta(hours=6)
