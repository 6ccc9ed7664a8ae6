"""Departments (部门) in the folder."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from adapters.files.catalogue.exporting import label
from adapters.files.file_model import FileLabel, FileModel
from domain.city import City
from domain.people.establishing import EstablishDepartment
from domain.record import Identifier

if TYPE_CHECKING:
    from adapters.files.city.entry import Entry
    from adapters.files.city.load_step import Difference


class FileDepartment(FileModel):
    """A department."""

    department: Identifier
    name: FileLabel


def compare(entries: Iterable["Entry[FileDepartment]"], difference: "Difference") -> None:
    """Departments that are new are established."""
    named = set()
    for entry in entries:
        content = entry.content
        named.add(content.department)
        known = difference.city.departments.get(content.department)
        if known is None or known.name is None:
            difference.step(
                entry.problem("department", "", "department"),
                EstablishDepartment,
                f"department {content.department} is established",
                department_id=content.department,
                label=content.name.label,
            )
        elif known.name != content.name.label:
            what = f"department {content.department} is named {known.name} on record; a department keeps its name: write it so, or establish a new one"
            difference.problems.append(entry.problem("difference", what, "name"))
    difference.only_in_city += [f"department {name}" for name in difference.city.departments if name not in named]


def told(city: City) -> list[dict[str, Any]]:
    """All departments as a file has them."""
    return [
        {"department": name, "name": label(department.name)}
        for name, department in sorted(city.departments.items())
        if department.name is not None
    ]
