"""Staff (工作人员) as they stand: the posts of a person, from when to when, and who stands in for them. Values only."""

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from domain.evolving import Versioned
from domain.record import Role
from domain.sealing import Sealed


class Post(Struct, frozen=True, gc=False):
    """A role in a department and a hall (UTC); without a department it is of the hall, without a hall of all halls."""

    role: Role
    department: str | None
    hall: str | None
    since: datetime
    until: datetime | None = None

    def in_force(self, moment: datetime) -> bool:
        """Whether it is held at a moment."""
        return self.since <= moment and (self.until is None or moment < self.until)

    def same(self, role: Role, department: str | None, hall: str | None) -> bool:
        """Whether it is this post."""
        return (self.role, self.department, self.hall) == (role, department, hall)

    def __str__(self) -> str:
        whose = f" of {self.department}" if self.department else ""
        return f"{self.role}{whose} in {f'hall {self.hall}' if self.hall else 'all halls'}"


class Substitution(Struct, frozen=True, gc=False):
    """Somebody who acts with the posts of an absent person, from a moment until another (UTC)."""

    substitute: str
    since: datetime
    until: datetime

    def in_force(self, moment: datetime) -> bool:
        """Whether the substitute may act at a moment."""
        return self.since <= moment < self.until


class Staff(Versioned, frozen=True, kw_only=True):
    """One person of the staff, with every post they ever held; the name is sealed."""

    person: str
    name: Sealed | None = None
    posts: tuple[Post, ...] = ()
    substitutions: tuple[Substitution, ...] = ()
    left: datetime | None = None

    def at(self, moment: datetime) -> tuple[Post, ...]:
        """The posts in force at a moment."""
        return tuple(post for post in self.posts if post.in_force(moment))

    def stood_in_for_by(self, person: str, moment: datetime) -> bool:
        """Whether a person acts with these posts at a moment."""
        return any(each.substitute == person and each.in_force(moment) for each in self.substitutions)

    def with_post(self, post: Post) -> "Staff":
        """With one post more."""
        return replace(self, posts=(*self.posts, post))

    def without(self, at: datetime, *posts: Post) -> "Staff":
        """With these posts ended at a moment."""
        left = tuple(replace(post, until=at) if post in posts else post for post in self.posts)
        return replace(self, posts=left)
