"""Whom a hall calls first beyond those whom the law favours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from domain.errors import RuleBroken
from domain.hall.command import HallCommand
from domain.hall.hall import Hall
from domain.people.favour import Favour
from domain.record import Act, Event, Text, event

if TYPE_CHECKING:
    from domain.city import City


@event("hall.favours_named", "优先对象 favours named")
class FavoursNamed(Event):
    """These are called first from now on, beside those whom the law favours."""

    favours: tuple[Favour, ...]
    reason: str

    def evolve(self, state: Hall, act: Act) -> Hall:
        return replace(state, favours=tuple(favour.value for favour in self.favours))


class NameFavours(HallCommand):
    """Name whom the hall calls first; none takes back what was said before."""

    favours: tuple[Favour, ...]
    reason: Text

    def decide(self, state: Hall, city: City) -> Sequence[Event]:
        named = tuple(dict.fromkeys(self.favours))
        if lawful := [favour for favour in named if favour.by_law]:
            raise RuleBroken("hall", f"favours: {', '.join(lawful)} are called first by law; name only further ones")
        if tuple(favour.value for favour in named) == self.opened(state).favours:
            return []
        return [FavoursNamed(favours=named, reason=self.reason)]
