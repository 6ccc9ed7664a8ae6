"""People join the staff, are given posts and lose them, and leave. The first entry is an operator, who sets the city up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace

from domain.command import Command
from domain.errors import AlreadyDone, NotAllowed, RuleBroken, Taken, UnknownReference
from domain.people.staff import Post, Staff
from domain.record import PROGRAM, Act, Event, Identifier, Role, Text, event
from domain.sealing import Sealed, Vault, sealed_only
from domain.time.written import Moment

if TYPE_CHECKING:
    from domain.city import City

OF_STAFF = (Role.FRONT_DESK, Role.REVIEWER, Role.HEAD, Role.ISSUER, Role.OPERATOR, Role.AUDITOR, Role.REPORTER)
"""The roles that a post gives; all others are the applicants' and the program's."""


@event("staff.joined", "人员登记 person joined")
class PersonJoined(Event):
    """Somebody belongs to the staff from here on, with a first post (UTC); without a hall it is of all halls."""

    name: Sealed
    role: Role
    department: str | None
    hall: str | None
    since: datetime
    until: datetime | None = None

    def evolve(self, state: Staff, act: Act) -> Staff:
        post = Post(self.role, self.department, self.hall, self.since, self.until)
        return replace(state, name=self.name, left=None).with_post(post)


@event("staff.role_given", "授予岗位 role given")
class RoleGiven(Event):
    """One post more (UTC)."""

    role: Role
    department: str | None
    hall: str | None
    since: datetime
    until: datetime | None = None

    def evolve(self, state: Staff, act: Act) -> Staff:
        return state.with_post(Post(self.role, self.department, self.hall, self.since, self.until))


@event("staff.role_taken", "终止岗位 role taken")
class RoleTaken(Event):
    """A post ends here."""

    role: Role
    department: str | None
    hall: str | None
    reason: str

    def evolve(self, state: Staff, act: Act) -> Staff:
        at = act.occurred_at
        ended = [p for p in state.posts if p.same(self.role, self.department, self.hall) and not over(p, at)]
        return state.without(at, *ended)


@event("staff.left", "离岗 person left")
class PersonLeft(Event):
    """Somebody belongs to the staff no more; every post of theirs ends, and nobody stands in for them."""

    reason: str

    def evolve(self, state: Staff, act: Act) -> Staff:
        at = act.occurred_at
        substitutions = tuple(
            each if each.until <= at else replace(each, until=max(at, each.since)) for each in state.substitutions
        )
        ended = [post for post in state.posts if not over(post, at)]
        return replace(state.without(at, *ended), substitutions=substitutions, left=at)


def over(post: Post, moment: datetime) -> bool:
    """Whether a post has ended by a moment; one that only begins later has not."""
    return post.until is not None and post.until <= moment


class StaffCommand(Command):
    """Asked of one person of the staff."""

    roles: ClassVar = frozenset({Role.OPERATOR})

    person: Identifier

    @property
    def stream_id(self) -> str:
        return f"staff/{self.person}"

    def new(self) -> Staff:
        return Staff(person=self.person)

    def posts(self, state: Staff, city: City) -> tuple[Post, ...]:
        """The posts that have not ended, those of older records included."""
        own = {(post.role, post.department, post.hall, post.since) for post in state.posts}
        known = city.staff.get(self.person, state).posts
        older = [post for post in known if (post.role, post.department, post.hall, post.since) not in own]
        return tuple(post for post in (*older, *state.posts) if not over(post, self.occurred_at))

    def _known(self, state: Staff, city: City) -> tuple[Post, ...]:
        posts = self.posts(state, city)
        if not posts:
            raise UnknownReference(f"{self.person} is not on the staff; enter them with `onewindow staff join`")
        return posts


class PostCommand(StaffCommand):
    """About one post. What it is of is said: without a department it is of the hall, without a hall of all halls."""

    role: Role
    department: Identifier | None
    hall: Identifier | None
    since: Moment | None = None
    until: Moment | None = None

    def _check(self, city: City, posts: Sequence[Post]) -> None:
        if self.role not in OF_STAFF:
            raise RuleBroken("staff", f"{self.role} is not a post; posts are {', '.join(OF_STAFF)}")
        if self.role is Role.REVIEWER and self.department is None:
            raise RuleBroken("staff", f"{self.person} reviews for a department; name it with --department")
        if self.department is not None:
            city.department(self.department)
        if self.hall is not None:
            city.hall(self.hall)
        since = self._since()
        if since < self.occurred_at:
            raise RuleBroken(
                "staff",
                f"a post of {self.person} begins at {since.isoformat()}, before it is given; name a time from now on",
            )
        if self.until is not None and self.until <= since:
            raise RuleBroken("staff", f"the post of {self.person} ends before it begins; correct its times")
        if any(post.same(self.role, self.department, self.hall) for post in posts):
            held = next(post for post in posts if post.same(self.role, self.department, self.hall))
            raise AlreadyDone("staff", f"{self.person} is {held} already")

    def _since(self) -> datetime:
        return (self.since or self.occurred_at).astimezone(UTC)


class JoinStaff(PostCommand):
    """Enter somebody into the staff, with a first post."""

    person_name: Text | Sealed

    def sealed(self, vault: Vault) -> JoinStaff:
        if isinstance(self.person_name, Sealed):
            return self
        return self.model_copy(update={"person_name": vault.seal(f"staff/{self.person}", "name", self.person_name)})

    def decide(self, state: Staff, city: City) -> Sequence[Event]:
        if self.person in PROGRAM:
            raise RuleBroken("staff", f"{self.person!r} is a name of the program itself; choose another number")
        if self.posts(state, city):
            raise Taken(
                "staff",
                f"{self.person} is on the staff already; give them a further post with `onewindow staff give-role`",
            )
        self._check(city, ())
        return [
            PersonJoined(
                name=sealed_only(self.person_name),
                role=self.role,
                department=self.department,
                hall=self.hall,
                since=self._since(),
                until=self.until and self.until.astimezone(UTC),
            )
        ]


class GiveRole(PostCommand):
    """Give somebody of the staff a further post."""

    def decide(self, state: Staff, city: City) -> Sequence[Event]:
        self._check(city, self._known(state, city))
        return [
            RoleGiven(
                role=self.role,
                department=self.department,
                hall=self.hall,
                since=self._since(),
                until=self.until and self.until.astimezone(UTC),
            )
        ]


class TakeRole(StaffCommand):
    """End a post now."""

    role: Role
    department: Identifier | None
    hall: Identifier | None
    reason: Text

    def decide(self, state: Staff, city: City) -> Sequence[Event]:
        posts = self._known(state, city)
        if not any(post.same(self.role, self.department, self.hall) for post in posts):
            listed = "; ".join(map(str, posts))
            raise UnknownReference(f"{self.person} holds no such post; there are: {listed}")
        if self.role is Role.OPERATOR:
            still_run(city, self.person, self.occurred_at)
        return [RoleTaken(role=self.role, department=self.department, hall=self.hall, reason=self.reason)]


class LeaveStaff(StaffCommand):
    """End every post of somebody. What they hold is handed over first (``adapters.services.handing_over``)."""

    reason: Text

    def decide(self, state: Staff, city: City) -> Sequence[Event]:
        if any(post.role is Role.OPERATOR for post in self._known(state, city)):
            still_run(city, self.person, self.occurred_at)
        return [PersonLeft(reason=self.reason)]


class RegisterFirstOperator(StaffCommand):
    """Enter oneself as the first operator, who sets the city up: only while there never was one."""

    founding: ClassVar = True

    person_name: Text | Sealed

    def sealed(self, vault: Vault) -> RegisterFirstOperator:
        if isinstance(self.person_name, Sealed):
            return self
        return self.model_copy(update={"person_name": vault.seal(f"staff/{self.person}", "name", self.person_name)})

    def decide(self, state: Staff, city: City) -> Sequence[Event]:
        if city.operators:
            known = ", ".join(sorted(city.operators))
            raise NotAllowed(
                "operator", f"the city has operators on record already ({known}); have one of them add others"
            )
        if self.person in PROGRAM or self.person != self.actor.person:
            raise RuleBroken(
                "staff", "the first operator must enter themselves, under a number that is not the program's"
            )
        since = self.occurred_at.astimezone(UTC)
        return [
            PersonJoined(
                name=sealed_only(self.person_name), role=Role.OPERATOR, department=None, hall=None, since=since
            )
        ]


def still_run(city: City, person: str, at: datetime) -> None:
    """Raise ``RuleBroken`` unless somebody else is an operator of all halls then: a city without one is locked for good."""
    for other in city.operators - {person}:
        if any(post.role is Role.OPERATOR and post.hall is None for post in city.staff[other].at(at)):
            return
    raise RuleBroken("staff", f"{person} is the last operator of all halls; name another one first")
