"""``make year``: a simulated year of a city in which rare things happen, and no open case in no list on any of the mornings looked at."""

import argparse
import logging
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import structlog
from rich.console import Console
from rich.progress import Progress

from adapters.bootstrap import Installation, installation
from adapters.files.calendar_file import seeded
from adapters.services.clock import tick_all
from adapters.settings import Settings
from adapters.simulation.plan import Plan
from adapters.simulation.simulation import simulate
from adapters.store import migrate
from domain.application.consequences.recount import RecountLimits
from domain.application.state import Application
from domain.command import Command
from domain.errors import OfficeError
from domain.evolving import evolve
from domain.hall.calendars import LoadCalendar
from domain.hall.hall import Window
from domain.hall.windows import CloseWindow
from domain.history import APPLICATIONS, begun
from domain.people.staff import Post
from domain.record import Actor, Role
from domain.time.working_time import WorkingCalendar
from tests.anybody.agreement import each_in_its_list, lines_of, place_of, places, whole
from tests.anybody.rare import Asked, to_a_hall, to_ended, to_running
from tests.anybody.ways import Way, ways
from tests.anybody.world import TEXT, World
from tests.office import coded

BATCH = 10_000
OPERATOR = Actor(person="operator", role=Role.OPERATOR)
MORNINGS = 20
LEFT_LYING = timedelta(days=20)
"""After so long somebody sees to a case in which nothing happened."""


@dataclass(frozen=True, slots=True)
class Morning:
    """What was found before the doors opened: open cases, in how many lists, and which are in none; ``rare`` counts what was given beside the ordinary."""

    day: date
    open: int
    lists: int
    nowhere: list[str]
    rare: int

    def __str__(self) -> str:
        lost = f": {', '.join(self.nowhere[:5])}" if self.nowhere else ""
        return (
            f"{self.day}  {self.open:6} open cases in {self.lists:4} lists, {self.rare:6} rare things so far, "
            f"{len(self.nowhere)} in no list{lost}"
        )


class Year:
    """The mornings of a simulated city: limits act, rare things happen, people see to what came of them, and it is looked at."""

    def __init__(
        self, found: Installation, seed: int, looks: frozenset[date], told: Callable[[Morning], None], often: float = 1
    ) -> None:
        self.often = often
        self.installation, self.random, self.looks, self.told = found, Random(f"{seed}/rare"), looks, told
        self.cases: dict[str, Application] = {}
        self.ended: set[str] = set()
        self.strays: set[str] = set()
        self.shut: dict[str, list[Window]] = defaultdict(list)
        self.happened: Counter[str] = Counter()
        self.position = self.number = 0

    def begin(self, day: date) -> None:
        """A working day, before the doors open."""
        tick_all(self.installation)
        self.learn()
        self._halls()
        self._rare()
        self._strays()
        self.learn()
        if day in self.looks:
            self.told(self.looked(day))

    def learn(self) -> None:
        """Know every case as the log has it, apart from any view."""
        head = self.installation.log.head()
        while self.position < head:
            for row in self.installation.log.read(self.position, head, BATCH):
                self.position = row.position
                if row.originator_id.startswith(APPLICATIONS):
                    name = row.originator_id.removeprefix(APPLICATIONS)
                    before = self.cases.get(name) or begun(row.originator_id)
                    assert isinstance(before, Application)
                    self.cases[name] = evolve(before, row.record())

    def _running(self) -> list[Application]:
        return [case for case in self.cases.values() if case.under_way]

    def looked(self, day: date) -> Morning:
        self.installation.runner().catch_up()
        with self.installation.reading() as connection:
            lines = whole(connection, self.installation.now())
            where = places(connection, self.installation.office.city(), self.installation.now())
        each_in_its_list(lines, where)
        there = {case for case, _ in where}
        running = self._running()
        nowhere = sorted(case.case_id for case in running if case.case_id not in there)
        lists = {place for found in where.values() for place in found}
        return Morning(day, len(running), len(lists), nowhere, self.happened.total())

    def _halls(self) -> None:
        """Windows, calendars and people; after a day that was shut the limits of the hall's cases are counted anew."""
        city, known = self.installation.office.city(), self._staff()
        for hall in list(city.halls.values()):
            world = World(city, Application(case_id=""), {}, self.installation.now(), known)
            for kind, fields in to_a_hall(hall, self.shut.pop(hall.hall_id, ()), world, self.random, self.often):
                if not self._give(kind, OPERATOR, fields):
                    continue
                self.happened[kind.__name__] += 1
                if kind is CloseWindow:
                    self.shut[hall.hall_id].append(hall.windows[fields["window_id"]])
                elif kind is LoadCalendar:
                    for case in self._running():
                        if case.hall == hall.hall_id:
                            self._give(
                                RecountLimits, OPERATOR, {"case_id": case.case_id, "order": "2025-7", "notice": TEXT}
                            )

    def _rare(self) -> None:
        city, known = self.installation.office.city(), self._staff()
        for name, case in list(self.cases.items()):
            world = World(city, case, {}, self.installation.now(), known)
            asked: Iterator[Asked] = iter(())
            if case.under_way:
                asked = to_running(world, self.random, self.often)
            elif name not in self.ended:
                self.ended.add(name)
                asked = to_ended(world, self.random, self.often)
            for kind, fields in asked:
                for actor in islice(_by_whom(kind, fields, world), 12):
                    if Way(kind, actor, fields).granted(world, self.installation.vault):
                        self._give(kind, actor, {"case_id": name, **fields})
                        self.happened[kind.__name__] += 1
                        self.strays.add(name)
                        break

    def _strays(self) -> None:
        """Whose own people were taken by surprise is seen to by whoever has it in their lists: a thing a morning."""
        city, known = self.installation.office.city(), self._staff()
        self.learn()
        long_ago = self.installation.now() - LEFT_LYING
        self.strays |= {case.case_id for case in self._running() if case.clock is not None and case.clock.at < long_ago}
        for name in sorted(self.strays):
            case = self.cases[name]
            if not case.under_way:
                self.strays.discard(name)
                continue
            world = World(city, case, {}, self.installation.now(), known)
            for line in lines_of(case, city, self.installation.now()):
                way = next(
                    (w for w in ways(line, [place_of(line)], world) if w.granted(world, self.installation.vault)), None
                )
                if way is not None:
                    self._give(way.kind, way.actor, {"case_id": name, **way.fields})
                    break

    def _staff(self) -> dict[str, Sequence[tuple[str, Post]]]:
        """Who holds which post in which hall."""
        city, now = self.installation.office.city(), self.installation.now()
        found: dict[str, list[tuple[str, Post]]] = defaultdict(list)
        for person in sorted(city.staff):
            for post in city.posts(person, now):
                if post.hall is not None:
                    found[post.hall].append((person, post))
        return dict(found)

    def _give(self, kind: type[Command], actor: Actor, fields: dict[str, Any]) -> bool:
        self.number += 1
        given: dict[str, Any] = {"command_id": f"rare/{self.number}", "actor": actor, **fields}
        coded(kind, given)
        with suppress(OfficeError):
            self.installation.office.execute(kind(**given))
            return True
        return False


def _by_whom(kind: type[Command], fields: dict[str, Any], world: World) -> Iterator[Actor]:
    """Those of the hall who may give a command, the holder of its task first, then those of the department that leads."""
    task = world.case.tasks.get(str(fields.get("task_id")))
    department = world.case.department if task is None else task.department
    if Role.APPLICANT in kind.roles and world.case.applicant is not None:
        yield Actor(person=world.case.applicant.applicant_id, role=Role.APPLICANT)
    if task is not None and task.holder is not None:
        yield Actor(person=task.holder, role=Role.REVIEWER, department=task.department, hall=world.hall)
    windows = [w.window_id for w in world.city.halls[world.hall].windows.values() if w.zone == world.case.zone]
    for person, post in sorted(world.staff_of(world.hall), key=lambda each: each[1].department != department):
        if post.role in kind.roles:
            seat = windows[0] if post.role in (Role.FRONT_DESK, Role.ISSUER) and windows else None
            yield Actor(person=person, role=post.role, department=post.department, hall=post.hall, window=seat)


def live(
    found: Installation,
    plan: Plan,
    told: Callable[[Morning], None],
    progress: Callable[[int, int], None],
    often: float = 1,
) -> Counter[str]:
    """Let a city live through a plan and look at it on ``MORNINGS`` of its mornings. Returns what happened beside the ordinary."""
    year = Year(found, plan.seed, mornings(working_days(plan)), told, often)
    simulate(found, plan, progress, morning=year.begin)
    return year.happened


def mornings(found_days: Sequence[date], amount: int = MORNINGS) -> frozenset[date]:
    """So many of these days, evenly spread, the last one among them."""
    return frozenset(
        found_days[-1 - len(found_days) * number // amount] for number in range(min(amount, len(found_days)))
    )


def main(words: Sequence[str]) -> int:
    """Live a year; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.anybody.year", description=__doc__)
    parser.add_argument("--halls", type=int, default=16)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--arrivals", type=int, default=3, help="applicants a hall on a working day")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(words)
    plan = Plan(halls=given.halls, days=given.days, seed=given.seed, arrivals_a_day=given.arrivals, finish=False)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    found: list[Morning] = []
    console = Console()
    with (
        tempfile.TemporaryDirectory(prefix="onewindow-year-") as folder,
        Progress(console=console, transient=True) as bar,
    ):
        url = f"sqlite:///{folder}/year.db"
        migrate.upgrade(url)
        task = bar.add_task("a year", total=None)

        def told(morning: Morning) -> None:
            found.append(morning)
            console.print(str(morning), highlight=False, soft_wrap=True)

        with installation(Settings(database_url=url, master_key_file=Path(folder) / "master.key")) as opened:
            happened = live(opened, plan, told, lambda done, total: bar.update(task, completed=done, total=total))
    lost = sum(len(morning.nowhere) for morning in found)
    console.print(
        "rare things: " + ", ".join(f"{name} {times}" for name, times in happened.most_common()), highlight=False
    )
    console.print(f"{len(found)} mornings, {lost} open cases in no list")
    return 1 if lost or len(found) < MORNINGS else 0


def working_days(plan: Plan) -> list[date]:
    """The working days of a plan, by the calendar that simulated halls begin with."""
    calendar = WorkingCalendar(seeded(years=range(2024, 2027)), name="")
    first = plan.first_day.toordinal()
    days = (date.fromordinal(first + number) for number in range(plan.days))
    return [day for day in days if calendar.is_working_day(day)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
