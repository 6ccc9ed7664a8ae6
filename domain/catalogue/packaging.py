"""A package is offered, or offered in a new version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace

from domain.catalogue.package import HandedOver, Package, PackageVersion, Refusal
from domain.catalogue.promises import excess
from domain.command import Command
from domain.errors import RuleBroken
from domain.record import Act, Event, Identifier, Role, Text, event
from domain.time.comparison import outlasts

if TYPE_CHECKING:
    from domain.city import City


@event("package.published", "一件事发布 package published", schema=5)
class PackagePublished(Event):
    """A package can be applied for, or is offered in a new version; applications under way keep theirs (rule 2).

    Schema 2 knows what the law allows its joint handling, schema 3 whether its items are handed over each as it is done,
    schema 4 who extends its limit, schema 5 what counts for a single item that is left of it.
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
        found = problems(self.package, city)
        expected = len(state.versions) + 1
        if self.package.version != expected:
            found.append(f"version: the next version is {expected}, not {self.package.version}")
        if state.versions:
            last = state.versions[-1].effective_from
            if self.package.effective_from <= last:
                found.append(
                    f"effective_from: a new version must take effect after the last one, which is of {last}; name a later day"
                )
            if self.reason is None:
                found.append("reason: say why the package changes")
        if found:
            raise RuleBroken("catalogue", f"package {self.package_id}: " + "; ".join(found))
        return [PackagePublished(package=self.package, reason=self.reason)]


def problems(package: PackageVersion, city: City) -> list[str]:
    """What is wrong with a version of a package, a sentence each; none when it can be published."""
    found: list[str] = []
    before: list[str] = []
    if len(package.parts) < 2:
        found.append("parts: a package has at least two; publish a single item instead")
    for part in package.parts:
        if part.item_id in before:
            found.append(f"parts: {part.item_id} appears twice; name each once")
        found += [
            f"parts: {part.item_id} comes after {other}, which does not stand before it; reorder the parts"
            for other in part.after
            if other not in before
        ]
        if part.item_id not in city.items:
            found.append(f"parts: service item {part.item_id} is not in the catalogue; publish it first")
        elif city.items[part.item_id].versions[-1].zone is not package.zone:
            found.append(f"parts: {part.item_id} is not for a {package.zone}; leave it out")
        before.append(part.item_id)
    if package.lead_department not in city.departments:
        found.append(f"lead_department: {package.lead_department} is not known; establish it first")
    if package.extended_by is not None and package.extended_by not in city.departments:
        found.append(f"extended_by: {package.extended_by} is not known; establish it first")
    if package.handed_over is HandedOver.EACH and package.refusal is not Refusal.EACH_BY_ITSELF:
        found.append(
            f"handed_over: {HandedOver.EACH} is only for a package whose refusal is {Refusal.EACH_BY_ITSELF}; where one refusal settles all items, leave it out"
        )
    calendars = city.calendars()
    found += excess("limit", package.limit, package.statutory, calendars)
    if package.statutory is None:
        found += _beyond_its_items(package, city)
    found += excess("extension", package.extension, package.statutory_extension, calendars)
    return found


def _beyond_its_items(package: PackageVersion, city: City) -> list[str]:
    """What refuses a promise that outlasts the law of every item, where no limit of joint handling is named (article 42)."""
    laws = [
        city.items[part.item_id].versions[-1].limits.statutory_decision
        for part in package.parts
        if part.item_id in city.items
    ]
    if any(outlasts(package.limit, law, city.calendars()) is None for law in laws) or not laws:
        return []
    return [
        f"limit: the promised {package.limit} are longer than the law allows each item; name `statutory` where it is handled jointly (45 working days, article 42), or promise less"
    ]
