"""The reform (改革) of a service item: one thing changes from a day on, for a reason, by an order. Each makes a new version.

Applications under way keep the version they were taken in under (rule 2).
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace as with_changes
from datetime import date
from typing import TYPE_CHECKING, Any, TypedDict

from msgspec.structs import replace

from domain.catalogue.item import ItemVersion, Limits, RequiredMaterial, ServiceItem
from domain.catalogue.publishing import CatalogueCommand, check, offered
from domain.errors import RuleBroken, UnknownReference
from domain.record import Act, Event, Identifier, Text, event
from domain.time.written import Day

if TYPE_CHECKING:
    from domain.city import City


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(Event):
    """One thing of the last version changes; ``order`` is the document (文号) that says so."""

    effective_from: date
    reason: str
    order: str

    def changed(self, version: ItemVersion) -> ItemVersion:
        """The version with the change in it."""
        raise NotImplementedError

    def applied(self, version: ItemVersion) -> ItemVersion:
        """The next version."""
        return with_changes(self.changed(version), version=version.version + 1, effective_from=self.effective_from)

    def evolve(self, state: ServiceItem, act: Act) -> ServiceItem:
        return replace(state, versions=(*state.versions, self.applied(state.versions[-1])))


def _with_material(version: ItemVersion, name: str, /, **changes: Any) -> ItemVersion:
    materials = tuple(with_changes(m, **changes) if m.material_id == name else m for m in version.materials)
    return with_changes(version, materials=materials)


@event("catalogue.material_added", "增加材料 material added")
class MaterialAdded(Change):
    """One more material is asked for."""

    material: RequiredMaterial

    def changed(self, version: ItemVersion) -> ItemVersion:
        return with_changes(version, materials=(*version.materials, self.material))


@event("catalogue.material_shared", "材料共用 material shared")
class MaterialShared(Change):
    """A material is the one that other items know as ``shared_as``: asked for once where both are applied for (rule 3)."""

    material_id: str
    shared_as: str

    def changed(self, version: ItemVersion) -> ItemVersion:
        return _with_material(version, self.material_id, material_id=self.shared_as)


@event("catalogue.material_made_deferrable", "材料可容缺 material made deferrable")
class MaterialMadeDeferrable(Change):
    """An application may be accepted while the material is still missing (容缺受理)."""

    material_id: str

    def changed(self, version: ItemVersion) -> ItemVersion:
        return _with_material(version, self.material_id, deferrable=True)


@event("catalogue.material_abolished", "取消材料 material abolished")
class MaterialAbolished(Change):
    """A material is not asked for any more (rule 3). It stays in the version, with the order that abolished it."""

    material_id: str

    def changed(self, version: ItemVersion) -> ItemVersion:
        return _with_material(version, self.material_id, abolished=self.order)


@event("catalogue.limits_changed", "调整时限 limits changed", schema=2)
class LimitsChanged(Change):
    """Other limits are promised. Schema 2 as schema 3 of ``ItemPublished``."""

    limits: Limits

    def changed(self, version: ItemVersion) -> ItemVersion:
        return with_changes(version, limits=self.limits)


@event("catalogue.put_online", "网上可办 put online")
class PutOnline(Change):
    """One may apply online."""

    def changed(self, version: ItemVersion) -> ItemVersion:
        return with_changes(version, online=True)


@event("catalogue.item_withdrawn", "事项停办 item withdrawn")
class ItemWithdrawn(Event):
    """The item cannot be applied for from a day on; applications under way go on."""

    effective_from: date
    reason: str
    order: str

    def evolve(self, state: ServiceItem, act: Act) -> ServiceItem:
        return replace(state, withdrawn_from=self.effective_from)


class Why(TypedDict):
    """From when on, why, and by which order."""

    effective_from: date
    reason: str
    order: str


class OrderedCommand(CatalogueCommand):
    """Ordered from a day on, not before the last version takes effect."""

    effective_from: Day
    reason: Text
    order: Text

    def _after(self, last: ItemVersion) -> ItemVersion:
        if self.effective_from < last.effective_from:
            raise RuleBroken(
                "catalogue",
                f"service item {self.item_id}: effective_from {self.effective_from} lies before {last.effective_from}, when the last version takes effect; name a later day",
            )
        return last

    def _why(self) -> Why:
        return {"effective_from": self.effective_from, "reason": self.reason, "order": self.order}


class ReformCommand(OrderedCommand):
    """Change one thing of an item."""

    @abstractmethod
    def change(self, last: ItemVersion) -> Change:
        """The event, if it changes anything. Raises an ``OfficeError``."""

    def decide(self, state: ServiceItem, city: City) -> Sequence[Event]:
        last = self._after(offered(state))
        change = self.change(last)
        check(self.item_id, change.applied(last), last.version + 1, city)
        return [change]

    def _material(self, last: ItemVersion, material_id: str) -> RequiredMaterial:
        for material in last.materials:
            if material.material_id == material_id:
                return material
        asked = ", ".join(m.material_id for m in last.materials) or "nothing"
        raise UnknownReference(f"service item {self.item_id} has no material {material_id}; it has {asked}")

    def _must(self, holds: bool, sentence: str) -> None:
        if not holds:
            raise RuleBroken("catalogue", f"service item {self.item_id}: {sentence}")


class AddMaterial(ReformCommand):
    """Ask for one more material."""

    material: RequiredMaterial

    def change(self, last: ItemVersion) -> Change:
        return MaterialAdded(material=self.material, **self._why())


class ShareMaterial(ReformCommand):
    """Name a material as other items name it."""

    material_id: Identifier
    shared_as: Identifier

    def change(self, last: ItemVersion) -> Change:
        self._material(last, self.material_id)
        self._must(self.material_id != self.shared_as, f"material {self.material_id} has that name already")
        return MaterialShared(material_id=self.material_id, shared_as=self.shared_as, **self._why())


class MakeDeferrable(ReformCommand):
    """Let applications be accepted while a material is missing."""

    material_id: Identifier

    def change(self, last: ItemVersion) -> Change:
        material = self._material(last, self.material_id)
        self._must(not material.deferrable, f"material {self.material_id} is deferrable already")
        return MaterialMadeDeferrable(material_id=self.material_id, **self._why())


class AbolishMaterial(ReformCommand):
    """Ask for a material no more."""

    material_id: Identifier

    def change(self, last: ItemVersion) -> Change:
        material = self._material(last, self.material_id)
        self._must(
            material.abolished is None, f"material {self.material_id} was abolished already by {material.abolished}"
        )
        return MaterialAbolished(material_id=self.material_id, **self._why())


class ChangeLimits(ReformCommand):
    """Promise other limits."""

    limits: Limits

    def change(self, last: ItemVersion) -> Change:
        self._must(self.limits != last.limits, "the item has these limits already")
        return LimitsChanged(limits=self.limits, **self._why())


class TakeOnline(ReformCommand):
    """Let people apply online."""

    def change(self, last: ItemVersion) -> Change:
        self._must(not last.online, "it is online already")
        return PutOnline(**self._why())


class WithdrawItem(OrderedCommand):
    """Offer an item no more."""

    def decide(self, state: ServiceItem, city: City) -> Sequence[Event]:
        self._after(offered(state))
        return [ItemWithdrawn(**self._why())]
