"""The parts of an application: its items with their pinned versions, and which of them comes after which."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from domain.application.state import Application
from domain.application.terms import Outcome, TaskStatus
from domain.catalogue.item import ApprovalStep, ItemVersion
from domain.catalogue.package import PackageVersion, Refusal
from domain.city import checklist

if TYPE_CHECKING:
    from domain.city import City


class Part(NamedTuple):
    """One item of an application that is not withdrawn. Its tasks wait until all parts in ``after`` are approved."""

    item_id: str
    version: ItemVersion
    after: tuple[str, ...] = ()

    def tasks(self) -> list[str]:
        """The names of its tasks."""
        return [task_id(self.item_id, step) for step in self.version.approvals]


class PartStatus(StrEnum):
    """How far a part has come."""

    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"


def task_id(item: str, step: ApprovalStep) -> str:
    """A task's name in its case: the item and the step."""
    return f"{item}:{step.step}"


def package_of(case: Application, city: City) -> PackageVersion | None:
    """The pinned version of the package that was applied for, if it was one (rule 2)."""
    return None if case.package is None else city.package(case.package.package_id).at(case.package.version)


def parts(case: Application, city: City) -> list[Part]:
    """The parts of a case in their order, at their pinned versions (rule 2)."""
    package = package_of(case, city)
    after = {} if package is None else {part.item_id: part.after for part in package.parts}
    active = case.active_items
    there = {ref.item_id for ref in active}
    return [
        Part(
            ref.item_id,
            city.item(ref.item_id).at(ref.version),
            tuple(other for other in after.get(ref.item_id, ()) if other in there),
        )
        for ref in active
    ]


def binding(case: Application, city: City) -> frozenset[str]:
    """The materials that are still asked for: those of withdrawn or refused items are not, whatever was promised (rule 2).

    None where acceptance was refused.
    """
    if case.not_accepted is not None:
        return frozenset()
    left = tuple(
        p.version
        for p in parts(case, city)
        if case.item_outcomes.get(p.item_id) is not Outcome.REFUSED and p.item_id not in case.fell_with
    )
    return frozenset(checklist(left))


def held_back(case: Application, city: City, item: str | None = None) -> tuple[str, ...]:
    """The materials before which nothing is handed over, or not that item: promised and not in order yet, or not checked."""
    lacking = [name for name, found in case.materials.items() if found.verdict is None or found.owed]
    asked = binding(case, city) if lacking else frozenset()
    if lacking and item is not None:
        asked &= set(checklist(tuple(part.version for part in parts(case, city) if part.item_id == item)))
    return tuple(name for name in lacking if name in asked)


def part_statuses(case: Application, of: Sequence[Part]) -> dict[str, PartStatus]:
    """How far each part has come. One that comes after a refused one is refused with it."""
    told: dict[str, PartStatus] = {}
    for part in of:
        tasks = [case.tasks.get(name) for name in part.tasks()]
        statuses = [task.status for task in tasks if task is not None]
        if TaskStatus.REFUSED in statuses or any(told[other] is PartStatus.REFUSED for other in part.after):
            told[part.item_id] = PartStatus.REFUSED
        elif len(statuses) == len(tasks) and all(status is TaskStatus.APPROVED for status in statuses):
            told[part.item_id] = PartStatus.APPROVED
        else:
            told[part.item_id] = PartStatus.OPEN
    return told


def apart(case: Application, city: City) -> bool:
    """Whether each item is decided by itself (article 38): always without a package, else where the package says so (rule 6)."""
    package = package_of(case, city)
    return package is None or package.refusal is Refusal.EACH_BY_ITSELF


def settled(case: Application, city: City) -> bool:
    """Whether every part is approved or refused; one refusal is enough where the package falls as a whole (rule 6)."""
    stand = part_statuses(case, parts(case, city)).values()
    return PartStatus.OPEN not in stand or (not apart(case, city) and PartStatus.REFUSED in stand)
