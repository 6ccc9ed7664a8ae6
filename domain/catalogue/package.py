"""Packages (一件事一次办): several service items of several departments that are applied for as one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from domain.catalogue.sourced_limit import SourcedLimit
from domain.errors import UnknownReference
from domain.evolving import Versioned
from domain.label import Label
from domain.people.applicant_kind import ApplicantKind
from domain.record import ADDED, Identifier
from domain.time.working_time import Limit
from domain.time.written import Day


class Refusal(StrEnum):
    """What happens to the other parts when one is refused."""

    ALL_OR_NOTHING = "all_or_nothing"
    EACH_BY_ITSELF = "each_by_itself"


class HandedOver(StrEnum):
    """When the results of a package are handed over: all together, or each as it is done."""

    TOGETHER = "together"
    EACH = "each"


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
    article 42); None where nobody said it. ``handed_over`` is together where nobody said it.
    ``left_alone`` says that a single item which is left of it is no joint handling any more: its own limits count from the acceptance, with
    at least this much time from the withdrawal of the others on; None: the limits of the package stay.
    ``extended_by`` is the department whose head extends: in joint handling the people's government (article 42), else the lead.
    """

    version: int
    effective_from: Day
    name: Label
    zone: ApplicantKind
    lead_department: Identifier
    parts: tuple[PackagePart, ...]
    limit: Limit
    refusal: Refusal
    extension: Limit | None = None
    statutory: Limit | None = None
    statutory_extension: Limit | None = None
    handed_over: Annotated[HandedOver | None, ADDED] = None
    extended_by: Annotated[Identifier | None, ADDED] = None
    left_alone: Annotated[SourcedLimit | None, ADDED] = None

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
