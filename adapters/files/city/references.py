"""What files say of each other: every name that another file must have, each with its line; nothing twice."""

from collections.abc import Iterable, Iterator
from typing import Any

from adapters.files.city.entry import Entry
from adapters.files.city.folder import Folder
from adapters.files.city.problems import Problem
from domain.city import City


def problems(folder: Folder, city: City) -> Iterator[Problem]:
    """Names that neither the folder nor the city has, and what appears twice."""
    yield from _twice("department", folder.departments, "department")
    yield from _twice("hall", folder.halls, "hall")
    yield from _twice("service item", folder.items, "item", "effective_from")
    yield from _twice("package", folder.packages, "package", "effective_from")
    yield from _twice("staff", folder.staff, "person")
    yield from _departments(folder, city)
    yield from _posts(folder, city)
    yield from _rotas(folder, city)
    yield from _parts(folder, city)


def _twice(noun: str, entries: Iterable[Entry[Any]], *keys: str) -> Iterator[Problem]:
    first: dict[tuple[Any, ...], Entry[Any]] = {}
    for entry in entries:
        key = tuple(getattr(entry.content, name) for name in keys)
        known = first.setdefault(key, entry)
        if known is not entry:
            name = " from ".join(map(str, key))
            where = f"{known.marked.file.name}:{known.line(keys[0])}"
            yield entry.problem("twice", f"{noun} {name} stands at {where} too; keep one", keys[0])


def _departments(folder: Folder, city: City) -> Iterator[Problem]:
    known = {entry.content.department for entry in folder.departments} | set(city.departments)
    for hall in folder.halls:
        for number, window in enumerate(hall.content.windows):
            if window.department is not None:
                yield from _unknown(hall, known, window.department, "windows", number, "department")
    for item in folder.items:
        yield from _unknown(item, known, item.content.lead_department, "lead_department")
        for number, step in enumerate(item.content.approvals):
            yield from _unknown(item, known, step.department, "approvals", number, "department")
    for package in folder.packages:
        yield from _unknown(package, known, package.content.lead_department, "lead_department")
        if package.content.extended_by is not None:
            yield from _unknown(package, known, package.content.extended_by, "extended_by")


def _unknown(entry: Entry[Any], known: set[str], name: str, *where: str | int) -> Iterator[Problem]:
    if name not in known:
        what = f"department {name} is not known; write it under `departments`, or correct the name"
        yield entry.problem("reference", what, *where)


def _posts(folder: Folder, city: City) -> Iterator[Problem]:
    departments = {entry.content.department for entry in folder.departments} | set(city.departments)
    halls = {entry.content.hall for entry in folder.halls} | set(city.halls)
    for person in folder.staff:
        for number, post in enumerate(person.content.posts):
            if post.department is not None:
                yield from _unknown(person, departments, post.department, "posts", number, "department")
            if post.hall is not None and post.hall not in halls:
                what = f"hall {post.hall} is not known; write it under `halls`, or correct the name"
                yield person.problem("reference", what, "posts", number, "hall")


def _rotas(folder: Folder, city: City) -> Iterator[Problem]:
    known = {entry.content.person for entry in folder.staff} | set(city.staff)
    for hall in folder.halls:
        for number, shift in enumerate(hall.content.rota):
            if shift.person not in known:
                what = f"{shift.person} is not on the staff; write them under `staff`, or correct the number"
                yield hall.problem("reference", what, "rota", number, "person")


def _parts(folder: Folder, city: City) -> Iterator[Problem]:
    known = {entry.content.item for entry in folder.items} | set(city.items)
    for package in folder.packages:
        for number, part in enumerate(package.content.parts):
            if part.item not in known:
                what = f"service item {part.item} is not known; write it under `items`, or correct the name"
                yield package.problem("reference", what, "parts", number, "item")
