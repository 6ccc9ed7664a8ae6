"""The city as its records have it so far: halls, departments, staff and the catalogue, with all their versions."""

from collections.abc import Iterable
from copy import copy
from datetime import datetime
from typing import Self

from domain.catalogue.item import ItemVersion, RequiredMaterial, ServiceItem
from domain.catalogue.package import Package
from domain.errors import UnknownReference
from domain.evolving import evolve
from domain.hall.hall import Hall
from domain.people.department import Department
from domain.people.joined_of_old import StaffJoined
from domain.people.staff import Post, Staff
from domain.record import Record, Role
from domain.time.calendar import CalendarData
from domain.time.working_time import WorkingCalendar


class City:
    """What a command is decided by beside its own case. Learns record by record, in the order of the log."""

    def __init__(self) -> None:
        self.halls: dict[str, Hall] = {}
        self.departments: dict[str, Department] = {}
        self.items: dict[str, ServiceItem] = {}
        self.packages: dict[str, Package] = {}
        self.staff: dict[str, Staff] = {}
        self.operators: frozenset[str] = frozenset()
        """Everybody who was ever an operator."""
        self._stands_in: dict[str, frozenset[str]] = {}
        self.position = 0
        self._calendars: dict[tuple[str, int], WorkingCalendar] = {}

    def copy(self) -> Self:
        """The same city apart from this one: what it learns, this one does not know."""
        other = copy(self)
        for name, value in vars(self).items():
            if isinstance(value, dict | set):
                setattr(other, name, value.copy())
        return other

    def learn(self, record: Record) -> None:
        """Take in one record of a hall, a department, a person of the staff, a service item or a package."""
        kind, _, name = record.originator_id.partition("/")
        match kind:
            case "hall":
                self.halls[name] = evolve(self.halls.get(name) or Hall(hall_id=name), record)
            case "department":
                self.departments[name] = evolve(self.departments.get(name) or Department(department_id=name), record)
                if isinstance(record.event, StaffJoined):
                    self._joined_of_old(record.event, record.event.post(name, record.act))
            case "staff":
                self._know(evolve(self.staff.get(name) or Staff(person=name), record))
            case "package":
                self.packages[name] = evolve(self.packages.get(name) or Package(package_id=name), record)
            case "item":
                self.items[name] = evolve(self.items.get(name) or ServiceItem(item_id=name), record)
            case _:
                raise ValueError(f"{record.originator_id} is not part of the city")
        self.position = record.position

    def _joined_of_old(self, joined: StaffJoined, post: Post) -> None:
        known = self.staff.get(joined.person) or Staff(person=joined.person, name=joined.name)
        self._know(known.with_post(post))

    def _know(self, staff: Staff) -> None:
        self.staff[staff.person] = staff
        if any(post.role is Role.OPERATOR for post in staff.posts):
            self.operators |= {staff.person}
        for each in staff.substitutions:
            self._stands_in[each.substitute] = self._stands_in.get(each.substitute, frozenset()) | {staff.person}

    def posts(self, person: str, moment: datetime) -> tuple[Post, ...]:
        """The posts that somebody holds at a moment; none of one who is not on the staff."""
        known = self.staff.get(person)
        return () if known is None else known.at(moment)

    def absent(self, substitute: str, moment: datetime) -> list[str]:
        """For whom somebody stands in at a moment."""
        named = self._stands_in.get(substitute)
        if named is None:
            return []
        return [person for person in sorted(named) if self.staff[person].stood_in_for_by(substitute, moment)]

    def holds_post(
        self, person: str, moment: datetime, roles: Iterable[Role], *, department: str | None, hall: str | None
    ) -> bool:
        """Whether somebody holds a fitting post at a moment, as a substitute if need be."""
        wanted = frozenset(roles)
        return any(
            post.role in wanted
            and department in (None, post.department)
            and (None in (post.hall, hall) or post.hall == hall)
            for each in (person, *self.absent(person, moment))
            for post in self.posts(each, moment)
        )

    def colleague(
        self,
        person: str,
        moment: datetime,
        roles: Iterable[Role],
        *,
        department: str | None = None,
        hall: str | None = None,
    ) -> None:
        """Raise ``UnknownReference`` unless somebody holds a fitting post at a moment, as a substitute if need be."""
        if self.holds_post(person, moment, roles, department=department, hall=hall):
            return
        whose = f" of {department}" if department else ""
        where = f" in hall {hall}" if hall else ""
        raise UnknownReference(
            f"{person} holds no post as {' or '.join(sorted(roles))}{whose}{where} at {moment.isoformat()}; "
            "see `onewindow staff list`"
        )

    def hall(self, hall_id: str) -> Hall:
        """An open hall. Raises ``UnknownReference``."""
        if hall_id not in self.halls:
            raise UnknownReference(f"hall {hall_id} is not known; known are {listed(self.halls)}")
        return self.halls[hall_id]

    def department(self, department_id: str) -> Department:
        """A department. Raises ``UnknownReference``."""
        if department_id not in self.departments:
            raise UnknownReference(f"department {department_id} is not known; known are {listed(self.departments)}")
        return self.departments[department_id]

    def item(self, item_id: str) -> ServiceItem:
        """A service item. Raises ``UnknownReference``."""
        if item_id not in self.items:
            raise UnknownReference(f"service item {item_id} is not in the catalogue; there are {listed(self.items)}")
        return self.items[item_id]

    def package(self, package_id: str) -> Package:
        """A package. Raises ``UnknownReference``."""
        if package_id not in self.packages:
            raise UnknownReference(f"package {package_id} is not in the catalogue; there are {listed(self.packages)}")
        return self.packages[package_id]

    def pinned(self, items: tuple[tuple[str, int], ...]) -> tuple[ItemVersion, ...]:
        """The item versions of (item id, version) pairs."""
        return tuple(self.item(item_id).at(version) for item_id, version in items)

    def calendar_version(self, hall_id: str) -> int:
        """The number of the hall's newest calendar."""
        return len(self.hall(hall_id).calendars)

    def calendars(self) -> tuple[CalendarData, ...]:
        """The newest calendar of every hall; halls that count alike give one."""
        return tuple(dict.fromkeys(hall.calendars[-1] for hall in self.halls.values() if hall.calendars))

    def newest_calendar(self, hall: str) -> WorkingCalendar:
        """The calendar of a hall as it is now. Raises ``UnknownReference``."""
        return self.calendar(hall, self.calendar_version(hall))

    def calendar(self, hall_id: str, version: int) -> WorkingCalendar:
        """The hall's calendar in that version, ready to count with."""
        key = (hall_id, version)
        if key not in self._calendars:
            self._calendars[key] = WorkingCalendar(self.hall(hall_id).calendars[version - 1], name=hall_id)
        return self._calendars[key]


def checklist(versions: tuple[ItemVersion, ...]) -> dict[str, RequiredMaterial]:
    """What the items together ask for: abolished materials never, shared ones once (rule 3)."""
    return {m.material_id: m for version in versions for m in version.asked_for()}


def listed(names: Iterable[str]) -> str:
    """The first of some names in their order, for who named another."""
    found = sorted(names)
    return ", ".join(found[:12]) + (" ..." if len(found) > 12 else "") if found else "none yet"
