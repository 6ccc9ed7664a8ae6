"""Publishing: an item offered for the first time, and whole new versions of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace

from domain.catalogue.item import ItemVersion, ServiceItem
from domain.catalogue.promises import beyond_the_law
from domain.command import Command
from domain.errors import RuleBroken, Taken, UnknownReference
from domain.record import Act, Event, Identifier, Role, Text, event

if TYPE_CHECKING:
    from domain.city import City


@event("catalogue.item_published", "事项发布 item published", schema=6)
class ItemPublished(Event):
    """A service item can be applied for; its first version.

    Schema 2 knows more limits, and whether one may apply online; schema 3 the limits of the law, how far ahead a material may be
    promised, and the law under which a supplement stops the clock; schema 4 which separations an item does without; schema 6
    which reading of the law is the item's own: of an inspection, of the end of a notice's time, of the delivery, of a revocation.
    """

    item: ItemVersion

    def evolve(self, state: ServiceItem, act: Act) -> ServiceItem:
        return replace(state, versions=(self.item,))


@event("catalogue.item_revised", "事项修订 item revised", schema=6)
class ItemRevised(Event):
    """A new version with the reason; applications under way keep theirs (rule 2). Schemas as in ``ItemPublished``."""

    item: ItemVersion
    reason: str

    def evolve(self, state: ServiceItem, act: Act) -> ServiceItem:
        return replace(state, versions=(*state.versions, self.item))


class CatalogueCommand(Command):
    """Asked of one service item."""

    roles: ClassVar = frozenset({Role.OPERATOR})

    item_id: Identifier

    @property
    def stream_id(self) -> str:
        return f"item/{self.item_id}"

    def new(self) -> ServiceItem:
        return ServiceItem(item_id=self.item_id)


def offered(state: ServiceItem) -> ItemVersion:
    """The last version of an item that can be applied for. Raises ``UnknownReference``, ``RuleBroken``."""
    if not state.versions:
        raise UnknownReference(f"service item {state.item_id} is not known; publish it first")
    if state.withdrawn_from is not None:
        raise RuleBroken("catalogue", f"service item {state.item_id} was withdrawn from {state.withdrawn_from} on")
    return state.versions[-1]


def check(item_id: str, version: ItemVersion, expected: int, city: City) -> None:
    """Raise ``RuleBroken`` with everything that is wrong with a new version, of which ``expected`` is the number."""
    problems = [*version.problems(), *beyond_the_law(version, city.calendars())]
    if version.version != expected:
        problems.append(f"version: the next version is {expected}, not {version.version}")
    problems += [
        f"approvals: department {a.department} is not known; establish it first"
        for a in version.approvals
        if a.department not in city.departments
    ]
    if version.lead_department not in city.departments:
        problems.append(f"lead_department: {version.lead_department} is not known; establish it first")
    if problems:
        raise RuleBroken("catalogue", f"service item {item_id}: " + "; ".join(problems))


class PublishItem(CatalogueCommand):
    """Offer a service item for the first time."""

    roles: ClassVar = frozenset({Role.OPERATOR, Role.IMPORTER})
    item: ItemVersion

    def decide(self, state: ServiceItem, city: City) -> Sequence[Event]:
        if state.versions:
            raise Taken("catalogue", f"service item {self.item_id} is already published; revise it")
        check(self.item_id, self.item, 1, city)
        return [ItemPublished(item=self.item)]


class ReviseItem(CatalogueCommand):
    """Offer a new version of a service item."""

    item: ItemVersion
    reason: Text

    def decide(self, state: ServiceItem, city: City) -> Sequence[Event]:
        last = offered(state)
        check(self.item_id, self.item, len(state.versions) + 1, city)
        if self.item.effective_from <= last.effective_from:
            raise RuleBroken(
                "catalogue",
                f"service item {self.item_id}: effective_from must come after the last version, which is of {last.effective_from}; name a later day",
            )
        return [ItemRevised(item=self.item, reason=self.reason)]
