"""Any history before its first event."""

from collections.abc import Callable
from typing import Any

from domain.catalogue.item import ServiceItem
from domain.catalogue.package import Package
from domain.hall.hall import Hall
from domain.history import FOLLOWED, begun
from domain.people.department import Department
from domain.people.staff import Staff

OF_THE_CITY: dict[str, Callable[[str], Any]] = {
    "hall": lambda name: Hall(hall_id=name),
    "department": lambda name: Department(department_id=name),
    "staff": lambda name: Staff(person=name),
    "item": lambda name: ServiceItem(item_id=name),
    "package": lambda name: Package(package_id=name),
}


def any_begun(stream_id: str) -> Any:
    """A case, a ticket, or a part of the city of which nothing has happened yet. Raises ``KeyError`` for anything else."""
    if stream_id.startswith(FOLLOWED):
        return begun(stream_id)
    kind, _, name = stream_id.partition("/")
    return OF_THE_CITY[kind](name)
