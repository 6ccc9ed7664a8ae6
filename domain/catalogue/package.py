"""Packages (一件事一次办): several service items of several departments that are applied for as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace

from domain.applicant_kind import ApplicantKind
from domain.command import Command
from domain.errors import RuleBroken, UnknownReference
from domain.evolving import Versioned
from domain.label import Label
from domain.record import Act, Event, Identifier, Role, Text, event
from domain.working_time import Limit

if TYPE_CHECKING:
    from domain.city import City


class Refusal(StrEnum):
    """What happens to the other parts when one is refused."""

    ALL_OR_NOTHING = "all_or_nothing"
    EACH_BY_ITSELF = "each_by_itself"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackagePart:
    """One item of a package. It comes after others, and only where the applicant's case meets a condition."""

    item_id: Identifier
    after: tuple[Identifier, ...] = ()
    only_if: Identifier | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageVersion:
    """What a package holds and promises from ``effective_from`` on: one limit beside those of its departments.

    ``statutory`` and ``statutory_extension`` are what the law allows its joint handling (45 working days and 15 more,
    article 42); None where nobody said it.
    """

    version: int
    effective_from: date
    name: Label
    zone: ApplicantKind
    lead_department: Identifier
    parts: tuple[PackagePart, ...]
    limit: Limit
    refusal: Refusal
    extension: Limit | None = None
    statutory: Limit | None = None
    statutory_extension: Limit | None = None

    def problems(self, city: City) -> list[str]:
        """What is wrong with it, a sentence each; none when it can be published."""
        found: list[str] = []
        before: list[str] = []
        if len(self.parts) < 2:
            found.append("parts: a package has at least two; publish a single item instead")
        for part in self.parts:
            if part.item_id in before:
                found.append(f"parts: {part.item_id} stands twice; name each once")
            found += [
                f"parts: {part.item_id} comes after {other}, which does not stand before it; reorder the parts"
                for other in part.after
                if other not in before
            ]
            if part.item_id not in city.items:
                found.append(f"parts: service item {part.item_id} is not in the catalogue; publish it first")
            elif city.items[part.item_id].versions[-1].zone is not self.zone:
                found.append(f"parts: {part.item_id} is not for a {self.zone}")
            before.append(part.item_id)
        if self.lead_department not in city.departments:
            found.append(f"lead_department: {self.lead_department} is not known; establish it first")
        for name, promised, law in (
            ("limit", self.limit, self.statutory),
            ("extension", self.extension, self.statutory_extension),
        ):
            if promised is not None and law is not None and promised.exceeds(law):
                found.append(
                    f"{name}: the promised {promised.amount} exceed the statutory {law.amount} {law.unit}; promise less"
                )
        return found

    def applies(self, conditions: Sequence[str]) -> tuple[PackagePart, ...]:
        """The parts for a case that meets these conditions."""
        return tuple(part for part in self.parts if part.only_if is None or part.only_if in conditions)


class Package(Versioned, frozen=True, kw_only=True):
    """A package with all its versions; none is ever changed."""

    package_id: str
    versions: tuple[PackageVersion, ...] = ()

    def at(self, number: int) -> PackageVersion:
        """Version ``number`` (from 1)."""
        if not 1 <= number <= len(self.versions):
            raise UnknownReference(f"package {self.package_id} has no version {number}")
        return self.versions[number - 1]

    def in_force(self, day: date) -> PackageVersion:
        """The newest version effective on ``day``. Raises ``UnknownReference``."""
        for candidate in reversed(self.versions):
            if candidate.effective_from <= day:
                return candidate
        raise UnknownReference(f"package {self.package_id} is not in force on {day}; publish a version for that day")


@event("package.published", schema=2)
class PackagePublished(Event):
    """A package can be applied for, or is offered in a new version; applications under way keep theirs (rule 2).

    Schema 2 knows what the law allows its joint handling.
    """

    package: PackageVersion
    reason: str | None = None

    def evolve(self, state: Package, act: Act) -> Package:
        return replace(state, versions=(*state.versions, self.package))


class PublishPackage(Command):
    """Offer a package, or a new version of it with the reason."""

    roles: ClassVar = frozenset({Role.OPERATOR})
    package_id: Identifier
    package: PackageVersion
    reason: Text | None = None

    @property
    def stream_id(self) -> str:
        return f"package/{self.package_id}"

    def new(self) -> Package:
        return Package(package_id=self.package_id)

    def decide(self, state: Package, city: City) -> Sequence[Event]:
        problems = self.package.problems(city)
        expected = len(state.versions) + 1
        if self.package.version != expected:
            problems.append(f"version: the next version is {expected}, not {self.package.version}")
        if state.versions:
            last = state.versions[-1].effective_from
            if self.package.effective_from <= last:
                problems.append(f"effective_from: a new version takes effect after the last one, which is of {last}")
            if self.reason is None:
                problems.append("reason: say why the package changes")
        if problems:
            raise RuleBroken("catalogue", f"package {self.package_id}: " + "; ".join(problems))
        return [PackagePublished(package=self.package, reason=self.reason)]
