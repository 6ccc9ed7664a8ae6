"""Running the simulated city: applicants arrive, everybody works, the real commands record it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from adapters.simulation.agenda import Agenda
from adapters.simulation.city import DEPARTMENTS, ITEMS, found, hall_id, windows
from adapters.simulation.halls import HallAtWork, hall_at_work, reviewers_needed
from adapters.simulation.matter import Matter, arrivals
from adapters.simulation.plan import Plan
from adapters.ticking import tick_all
from adapters.wiring import House
from projections.deadlines import latest


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
    first: datetime
    last: datetime


def simulate(house: House, plan: Plan, progress: Callable[[int, int], None]) -> Summary:
    """Run a plan through the office on its simulated clock. The same plan again adds nothing (rule 8)."""
    real_clock = house.now
    reviewers = reviewers_needed(plan.arrivals_a_day)
    try:
        found(house, plan.halls, plan.layout, reviewers)
        return _Simulation(house, plan, reviewers).run(progress)
    finally:
        house.now = real_clock


def settle(house: House, last: datetime, *, finish: bool, progress: Callable[[int, int], None]) -> None:
    """Project, and let the limits act that have passed by a moment; with ``finish``, those to come as well."""
    real_clock = house.now
    house.now = lambda: last
    try:
        while True:
            tick_all(house, progress)
            with house.reading() as connection:
                coming = latest(connection) if finish else None
            if coming is None or coming < last:
                return
            last = coming + timedelta(seconds=1)
    finally:
        house.now = real_clock


class _Simulation:
    def __init__(self, house: House, plan: Plan, reviewers: dict[str, int]) -> None:
        self._plan = plan
        self._house = house
        first = plan.first_day
        self._agenda = Agenda(datetime(first.year, first.month, first.day, tzinfo=UTC) - timedelta(hours=12))
        house.now = lambda: self._agenda.now
        city = house.office.city()
        self._calendars = {
            number: city.calendar(hall_id(number), city.calendar_version(hall_id(number)))
            for number in range(1, plan.halls + 1)
        }
        self._halls = [
            hall_at_work(number, plan.layout, calendar, reviewers) for number, calendar in self._calendars.items()
        ]

    def run(self, progress: Callable[[int, int], None]) -> Summary:
        matters = [matter for hall in self._halls for matter in self._arriving(hall)]
        for matter in matters:
            self._agenda.add(matter.arrival, matter.live())
        for steps, moment in enumerate(self._agenda.run(self._end())):
            if steps % 200 == 0:
                progress(sum(m.arrival <= moment for m in matters), len(matters))
        receipts = [receipt for matter in matters for receipt in matter.receipts]
        return Summary(
            halls=len(self._halls),
            windows=len(windows(self._plan.layout)) * len(self._halls),
            departments=len(DEPARTMENTS),
            items=len(ITEMS),
            applications=sum(bool(matter.receipts) for matter in matters),
            commands=len(receipts),
            added=sum(not receipt.repeated for receipt in receipts),
            refused=sum(matter.refused for matter in matters),
            first=min((matter.arrival for matter in matters), default=self._agenda.now),
            last=self._agenda.now,
        )

    def _arriving(self, hall: HallAtWork) -> list[Matter]:
        """Everybody who comes to a hall on the days of the plan, in the order of their numbers."""
        plan = self._plan
        matters = []
        for number in range(plan.days):
            day = plan.first_day + timedelta(days=number)
            if not hall.calendar.is_working_day(day):
                continue
            midnight = hall.calendar.day_bounds(day)[0]
            random = Random(f"{plan.seed}/{hall.hall}/{number}")
            for serial, after in enumerate(sorted(arrivals(random, plan.arrivals_a_day)), start=1):
                mark = f"{hall.layout.value[0].upper()}{plan.seed}"
                case_id = f"{day:%Y%m%d}-{hall.hall}-{mark}-{serial:04d}"
                matters.append(Matter(self._house, self._agenda, hall, case_id, midnight + after))
        return matters

    def _end(self) -> datetime | None:
        """When to stop: with the close of the last day, or never before everything is done."""
        if self._plan.finish:
            return None
        last = self._plan.first_day + timedelta(days=self._plan.days - 1)
        return max(calendar.day_bounds(last)[1] for calendar in self._calendars.values()) - timedelta(hours=6)
