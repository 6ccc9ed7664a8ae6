"""The catalogue (事项目录): service items and their versions: materials, departments in their order, limits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from msgspec.structs import replace

from domain.command import Command
from domain.errors import RuleBroken, UnknownReference
from domain.evolving import Versioned
from domain.label import Label
from domain.people import ApplicantKind
from domain.record import Act, Event, Identifier, Text, event
from domain.working_time import Limit

if TYPE_CHECKING:
    from domain.city import City


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredMaterial:
    """A document an item asks for. Items that name the same ``material_id`` share it (rule 3)."""

    material_id: Identifier
    name: Label
    deferrable: bool = False
    abolished: Text | None = None
    """The order that abolished it; an abolished material stands in the version and is never asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalStep:
    """One department's part: it opens when every step in ``after`` is approved; none means at once, in parallel."""

    step: Identifier
    department: Identifier
    after: tuple[Identifier, ...] = ()
    limit: Limit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The promised limits, none longer than the statutory ones (Administrative Licensing Law, 32, 42, 44).

    ``warning`` is the share of the limit, in hundredths, after which a light turns yellow.
    """

    notice: Limit
    decision: Limit
    delivery: Limit
    statutory_decision: Limit
    supplement: Limit
    warning: int = 75


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemVersion:
    """What a service item asks and promises from ``effective_from`` on."""

    version: int
    effective_from: date
    name: Label
    zone: ApplicantKind
    lead_department: Identifier
    materials: tuple[RequiredMaterial, ...]
    approvals: tuple[ApprovalStep, ...]
    limits: Limits
    legal_basis: Text

    def asked_for(self) -> tuple[RequiredMaterial, ...]:
        """The materials an applicant must bring: all but the abolished (rule 3)."""
        return tuple(m for m in self.materials if m.abolished is None)

    def problems(self) -> list[str]:
        """What is wrong with this version, a sentence each; none when it can be published."""
        found: list[str] = []
        steps = [a.step for a in self.approvals]
        if not steps:
            found.append("approvals: at least one department must approve; add a step")
        found += [f"approvals: step {s} appears twice; name each once" for s in _repeated(steps)]
        materials = [m.material_id for m in self.materials]
        found += [f"materials: {m} appears twice; name each once" for m in _repeated(materials)]
        before: set[str] = set()
        for approval in self.approvals:
            late = [s for s in approval.after if s not in before]
            found += [
                f"approvals: {approval.step} comes after {s}, which does not stand before it; reorder the steps"
                for s in late
            ]
            before.add(approval.step)
        promised, statutory = self.limits.decision, self.limits.statutory_decision
        if promised.unit is statutory.unit and promised.amount > statutory.amount:
            found.append(
                f"limits: the promised {promised.amount} exceed the statutory {statutory.amount} {statutory.unit}; "
                "promise less"
            )
        return found


def _repeated(names: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    return [n for n in names if n in seen or seen.add(n)]  # type: ignore[func-returns-value]


class ServiceItem(Versioned, frozen=True, kw_only=True):
    """A service item (事项) with all its versions; none is ever changed."""

    item_id: str
    versions: tuple[ItemVersion, ...] = ()

    def at(self, number: int) -> ItemVersion:
        """Version ``number`` (from 1)."""
        if not 1 <= number <= len(self.versions):
            raise UnknownReference(f"service item {self.item_id} has no version {number}")
        return self.versions[number - 1]

    def in_force(self, day: date) -> ItemVersion:
        """The newest version effective on ``day``."""
        for candidate in reversed(self.versions):
            if candidate.effective_from <= day:
                return candidate
        raise UnknownReference(f"service item {self.item_id} is not in force on {day}; publish a version for that day")


@event("catalogue.item_published")
class ItemPublished(Event):
    """A service item can be applied for; its first version."""

    item: ItemVersion

    def evolve(self, state: ServiceItem, act: Act) -> ServiceItem:
        return replace(state, versions=(self.item,))


@event("catalogue.item_revised")
class ItemRevised(Event):
    """A new version with the reason; applications under way keep theirs (rule 2)."""

    item: ItemVersion
    reason: str

    def evolve(self, state: ServiceItem, act: Act) -> ServiceItem:
        return replace(state, versions=(*state.versions, self.item))


class CatalogueCommand(Command):
    """Asked of one service item."""

    item_id: Identifier
    item: ItemVersion

    @property
    def stream_id(self) -> str:
        return f"item/{self.item_id}"

    def new(self) -> ServiceItem:
        return ServiceItem(item_id=self.item_id)

    def _check(self, expected: int, city: City) -> None:
        problems = self.item.problems()
        if self.item.version != expected:
            problems.append(f"version: the next version is {expected}, not {self.item.version}")
        problems += [
            f"approvals: department {a.department} is not known; establish it first"
            for a in self.item.approvals
            if a.department not in city.departments
        ]
        if self.item.lead_department not in city.departments:
            problems.append(f"lead_department: {self.item.lead_department} is not known; establish it first")
        if problems:
            raise RuleBroken("catalogue", f"service item {self.item_id}: " + "; ".join(problems))


class PublishItem(CatalogueCommand):
    """Offer a service item for the first time."""

    def decide(self, state: ServiceItem, city: City) -> Sequence[Event]:
        if state.versions:
            raise RuleBroken("catalogue", f"service item {self.item_id} is already published; revise it")
        self._check(1, city)
        return [ItemPublished(item=self.item)]


class ReviseItem(CatalogueCommand):
    """Offer a new version of a service item."""

    reason: Text

    def decide(self, state: ServiceItem, city: City) -> Sequence[Event]:
        if not state.versions:
            raise UnknownReference(f"service item {self.item_id} is not known; publish it first")
        self._check(len(state.versions) + 1, city)
        if self.item.effective_from <= state.versions[-1].effective_from:
            raise RuleBroken("catalogue", f"service item {self.item_id}: a new version takes effect after the last one")
        return [ItemRevised(item=self.item, reason=self.reason)]
