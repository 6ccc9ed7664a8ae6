"""In which role somebody acts: found in their posts, where a command is given by several roles and they hold one of them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from domain.city import City
from domain.record import Actor, Role

OFFICE = frozenset(Role) - {Role.APPLICANT, Role.CLOCK, Role.IMPORTER}
"""The roles that a post has."""


def in_held_role(actor: Actor, roles: Iterable[Role], city: City, at: datetime) -> Actor:
    """The actor in the role that was assumed, if they hold it; else in the only one of ``roles`` that they hold.

    Posts of those for whom they stand in count, too. Where that finds none, or several, the actor stays as they are, and the
    office says what they hold.
    """
    if actor.role not in OFFICE:
        return actor
    held = {post.role for who in (actor.person, *city.absent(actor.person, at)) for post in city.posts(who, at)}
    fitting = held & OFFICE & set(roles)
    if actor.role in held or len(fitting) != 1:
        return actor
    return replace(actor, role=fitting.pop())
