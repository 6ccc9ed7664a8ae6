"""What the builders of commands choose from: the city as it is, one case of it, and who could act."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from domain.application.state import Application
from domain.city import City
from domain.command import Command
from domain.people.joining import OF_STAFF
from domain.people.staff import Post
from domain.record import CLOCK, IMPORT, Actor, Role, Source
from tests.anybody.city import DEPARTMENTS, HALLS, RESERVE

Fields = st.SearchStrategy[dict[str, Any]]
CASES = ("C1", "C2", "C3")
"""The first two are under way when anybody comes along."""
TICKETS = ("T1", "T2")
APPLICANTS = ("P1", "P2", "L1")
MATERIALS = ("id", "lease", "plan", "none")
ITEMS = ("food", "restaurant", "building", "park", "shop", "none")
ROLES = (*OF_STAFF, Role.APPLICANT)
TEXT = "不符合条件"
WHY = {"reasons": TEXT, "legal_basis": "行政许可法 38"}
ORDER = {"order": "2025-7", "reason": TEXT}
ROW = Source(log="log", ordinal=1, activity="收件")


@dataclass(frozen=True, slots=True)
class World:
    """The city, one of its cases (perhaps not registered yet), the other cases, and the moment."""

    city: City
    case: Application
    others: dict[str, Application]
    now: datetime
    known: Mapping[str, Sequence[tuple[str, Post]]] | None = None
    """Who holds which post in which hall, where somebody has looked it up already."""

    @property
    def tasks(self) -> list[str]:
        """The tasks of the case, and one that it does not have."""
        return [*self.case.tasks, "food:none"]

    @property
    def hall(self) -> str:
        """Where the case is."""
        return self.case.hall or HALLS[0]

    def later(self, low: int = -24, high: int = 24 * 30) -> st.SearchStrategy[datetime]:
        """A moment before or after, by hours."""
        return st.integers(low, high).map(lambda hours: self.now + timedelta(hours=hours))

    def day(self, low: int = -3, high: int = 40) -> st.SearchStrategy[date]:
        """A day before or after."""
        return st.integers(low, high).map(lambda number: self.now.date() + timedelta(days=number))

    def windows(self, hall: str | None = None) -> list[str]:
        """The windows of a hall that may change, and one that there is not."""
        return [name for name in self.city.halls[hall or self.hall].windows if not name.startswith("R")] + ["W99"]

    def staff_of(self, hall: str) -> Sequence[tuple[str, Post]]:
        """Who holds a post in a hall now, or in all of them."""
        if self.known is not None:
            return self.known.get(hall, ())
        staff = ((person, post) for person in sorted(self.city.staff) for post in self.city.posts(person, self.now))
        return [(person, post) for person, post in staff if post.hall in (None, hall)]

    def people(self) -> list[str]:
        """Everybody of the staff but the reserve, and nobody's number."""
        return [person for person in self.city.staff if person not in RESERVE] + ["NOBODY"]


Builder = Callable[[World], Fields]


def given(**named: Any) -> Fields:
    """A strategy of fields: each of a strategy, of one of a list's values, or a plain value."""
    return st.fixed_dictionaries({name: _strategy(value) for name, value in named.items()})


def _strategy(value: Any) -> st.SearchStrategy[Any]:
    if isinstance(value, st.SearchStrategy):
        return value
    return st.sampled_from(value) if isinstance(value, list) else st.just(value)


def maybe(*values: Any) -> list[Any]:
    """None or one of these."""
    return [None, *values]


def some(values: Iterable[Any], most: int = 2) -> st.SearchStrategy[tuple[Any, ...]]:
    """None, one or several of these."""
    return st.lists(st.sampled_from(list(values)), max_size=most).map(tuple)


def whoever(
    world: World, kind: type[Command], fields: dict[str, Any], granted: list[Actor]
) -> st.SearchStrategy[Actor]:
    """Mostly somebody who would be granted it, where there is somebody; sometimes anybody with anything."""
    claimed = st.builds(
        Actor,
        person=st.sampled_from([*world.people(), *APPLICANTS, "clock", "import", "anonymous"]),
        role=st.sampled_from(Role),
        department=st.sampled_from([None, *DEPARTMENTS]),
        hall=st.sampled_from([None, *HALLS]),
        window=st.sampled_from([None, "W1", "RN"]),
    )
    near = granted or list(fitting(world, kind, fields))
    often = st.sampled_from(near) if near else claimed
    return st.one_of(often, often, often, often, claimed)


def fitting(world: World, kind: type[Command], fields: dict[str, Any]) -> Iterator[Actor]:
    """Those whose role may give a command, the holder of its task first; at every window, where the role acts at one."""
    task = world.case.tasks.get(fields.get("task_id", ""))
    if task is not None and task.holder is not None and task.holder not in RESERVE:
        yield Actor(person=task.holder, role=Role.REVIEWER, department=task.department, hall=world.hall)
    if Role.APPLICANT in kind.roles:
        applicant = world.case.applicant or fields.get("applicant")
        yield Actor(person=applicant.applicant_id if applicant else "P1", role=Role.APPLICANT)
        yield Actor(person="anonymous", role=Role.APPLICANT)
    if Role.CLOCK in kind.roles:
        yield CLOCK
    if Role.IMPORTER in kind.roles:
        yield Actor(person=IMPORT, role=Role.IMPORTER)
    hall = world.city.halls.get(fields.get("hall_id") or fields.get("hall") or world.hall)
    windows = () if hall is None else tuple(hall.windows)
    department = world.case.department if task is None else task.department
    staff = [(person, post) for person, post in world.staff_of(world.hall) if person not in RESERVE]
    for person, post in sorted(staff, key=lambda each: each[1].department != department):
        if post.role in kind.roles:
            for seat in windows if post.role in (Role.FRONT_DESK, Role.ISSUER) else (None,):
                yield Actor(person=person, role=post.role, department=post.department, hall=post.hall, window=seat)
