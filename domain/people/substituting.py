"""Absence: a substitute acts with the posts of an absent person for a time. The event says both (``Act.stands_in_for``)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace

from domain.errors import NotAllowed, RuleBroken, UnknownReference
from domain.people.joining import StaffCommand
from domain.people.staff import Staff, Substitution
from domain.record import Act, Event, Identifier, Role, Text, event
from domain.time.written import Moment

if TYPE_CHECKING:
    from domain.city import City


@event("staff.substitute_named", "指定代理 substitute named")
class SubstituteNamed(Event):
    """Somebody acts with the posts of this person from a moment until another (UTC)."""

    substitute: str
    since: datetime
    until: datetime
    reason: str

    def evolve(self, state: Staff, act: Act) -> Staff:
        named = Substitution(self.substitute, self.since, self.until)
        return replace(state, substitutions=(*state.substitutions, named))


@event("staff.substitution_ended", "结束代理 substitution ended")
class SubstitutionEnded(Event):
    """The person is back before the time: the substitute acts for them no more."""

    substitute: str

    def evolve(self, state: Staff, act: Act) -> Staff:
        at = act.occurred_at
        ended = tuple(
            replace(each, until=max(at, each.since)) if each.substitute == self.substitute and at < each.until else each
            for each in state.substitutions
        )
        return replace(state, substitutions=ended)


class AbsenceCommand(StaffCommand):
    """About the absence of one person: by an operator, or by a head of a department in which they have a post."""

    roles: ClassVar = frozenset({Role.OPERATOR, Role.HEAD})

    substitute: Identifier

    def _of_ones_department(self, state: Staff, city: City) -> None:
        posts = self._known(state, city)
        if self.actor.role is Role.OPERATOR:
            return
        if all(post.department is None or post.department != self.actor.department for post in posts):
            raise NotAllowed(
                f"head of a department of {self.person}",
                f"{self.actor.person} is a head of {self.actor.department}, where {self.person} has no post",
            )


class NameSubstitute(AbsenceCommand):
    """Let somebody of the staff act with the posts of an absent person for a time."""

    since: Moment | None = None
    until: Moment
    reason: Text

    def decide(self, state: Staff, city: City) -> Sequence[Event]:
        self._of_ones_department(state, city)
        since = (self.since or self.occurred_at).astimezone(UTC)
        if self.substitute == self.person:
            raise RuleBroken("staff", f"{self.person} cannot stand in for themselves; name somebody else")
        if not city.posts(self.substitute, since):
            raise UnknownReference(f"substitute {self.substitute} is not on the staff at {since.isoformat()}")
        if not self.occurred_at <= since < self.until:
            raise RuleBroken(
                "staff", "a substitution must begin now or later, and end after it begins; correct its times"
            )
        until = self.until.astimezone(UTC)
        if any(each.since < until and since < each.until for each in state.substitutions):
            raise RuleBroken("staff", f"{self.person} has a substitute in that time already; end that first")
        return [SubstituteNamed(substitute=self.substitute, since=since, until=until, reason=self.reason)]


class EndSubstitution(AbsenceCommand):
    """End a substitution before its time."""

    def decide(self, state: Staff, city: City) -> Sequence[Event]:
        self._of_ones_department(state, city)
        if not any(e.substitute == self.substitute and self.occurred_at < e.until for e in state.substitutions):
            raise UnknownReference(f"{self.substitute} does not stand in for {self.person}; there is nothing to end")
        return [SubstitutionEnded(substitute=self.substitute)]
