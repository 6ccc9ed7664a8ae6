"""Who acts: role, department, hall and window of a command's actor, found in the staff's posts and on the rota.

Leaving something out never widens a right: what is not said is found, or asked for; what is said and not held is refused.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from domain.city import City
from domain.command import Command
from domain.errors import NotAllowed
from domain.people.staff import Post
from domain.personal_number import personal_kind
from domain.record import CLOCK, IMPORT, Actor, Role

AT_A_WINDOW = frozenset({Role.FRONT_DESK, Role.ISSUER})
"""Who acts at a window, always (rule 11)."""


class Acting(NamedTuple):
    """Who acts, and with whose post where they stand in for somebody."""

    actor: Actor
    stands_in_for: str | None = None


class Held(NamedTuple):
    """A post with which somebody may act, and whose it is where it is not theirs."""

    post: Post
    absent: str | None = None


def acting(command: Command, state: Any, city: City) -> Acting:
    """The actor as an event records them. Raises ``NotAllowed`` naming the right that is missing."""
    actor = command.actor
    if actor.role is Role.APPLICANT:
        _has_a_number(actor)
        return Acting(Actor(person=actor.person, role=actor.role, hall=actor.hall))
    if actor.role in (Role.CLOCK, Role.IMPORTER):
        return Acting(_program(command, state))
    if command.founding:
        return Acting(Actor(person=actor.person, role=actor.role))
    place = place_of(command, state)
    held = _narrowed(command, list(_held(command, city)), place, city)
    seats: dict[Actor, str | None] = {}
    for each in held:
        seats.setdefault(_seated(command, each.post, place, city), each.absent)
    if len(seats) > 1:
        raise NotAllowed(
            "one post",
            f"{actor.person} could act as {_listed(held)}; say in which department or hall",
        )
    ((found, absent),) = seats.items()
    return Acting(found, absent)


def _has_a_number(applicant: Actor) -> None:
    """Raise ``NotAllowed`` for an applicant who is named by a number that says who they are."""
    kind = personal_kind(applicant.person)
    if kind is not None:
        raise NotAllowed(
            "a number of an applicant", f"this is {kind}; an applicant has a number that the office gives out"
        )


def place_of(command: Command, state: Any) -> str | None:
    """The hall that a command is about, if any: that of its case or ticket, or the one that it names."""
    named = getattr(state, "hall", None) or getattr(command, "hall_id", None) or command.hall_of(state)
    return named if isinstance(named, str) else None


def _program(command: Command, state: Any) -> Actor:
    """The clock and the import, which are no persons and which nobody can be; a row of a log is of the hall that is named."""
    actor = command.actor
    expected = actor.person == CLOCK.person
    if actor.role is Role.IMPORTER:
        expected = actor.person == IMPORT or command.source is not None
    if not expected:
        raise NotAllowed(actor.role.value, f"{actor.person} cannot act as {actor.role}; only the program itself does")
    if actor.role is Role.IMPORTER and actor.hall is None:
        return replace(actor, hall=place_of(command, state))
    return actor


def _held(command: Command, city: City) -> Iterator[Held]:
    """The posts of the role that is claimed, one's own first. Raises ``NotAllowed`` where there is none."""
    person, role, at = command.actor.person, command.actor.role, command.occurred_at
    own = city.posts(person, at)
    yield from (Held(post) for post in own if post.role is role)
    nothing = all(post.role is not role for post in own)
    for absent in city.absent(person, at):
        for post in city.posts(absent, at):
            if post.role is role:
                nothing = False
                yield Held(post, absent)
    if nothing:
        others = f"holds {_listed([Held(post) for post in own])}" if own else "is on nobody's staff"
        raise NotAllowed(role.value, f"{person} is no {role} at {at.isoformat()}, but {others}")


def _narrowed(command: Command, held: list[Held], place: str | None, city: City) -> list[Held]:
    """Those posts that fit what the actor says, and the hall that it is about."""
    actor = command.actor
    if actor.role is not Role.OPERATOR:
        for named in filter(None, (actor.hall, place)):
            city.hall(named)
    if actor.department is not None:
        held = _fitting(command, held, f"department {actor.department}", lambda p: p.department == actor.department)
    if actor.hall is not None:
        held = _fitting(command, held, f"hall {actor.hall}", lambda p: p.hall in (None, actor.hall))
    if place is not None:
        held = _fitting(command, held, f"hall {place}", lambda p: p.hall in (None, place))
    return held


def _fitting(command: Command, held: list[Held], right: str, fits: Any) -> list[Held]:
    found = [each for each in held if fits(each.post)]
    if not found:
        asked = type(command).__name__
        raise NotAllowed(right, f"{command.actor.person} is {_listed(held)}; {asked} is for {right}")
    return found


def _seated(command: Command, post: Post, place: str | None, city: City) -> Actor:
    """The actor of a post, at the window where the role acts at one. Raises ``NotAllowed`` where none is known."""
    claimed = None if post.role is Role.OPERATOR else command.actor.hall  # an operator's hall is that of the thing
    actor = replace(command.actor, department=post.department, hall=post.hall or claimed or place, window=None)
    if actor.role not in AT_A_WINDOW:
        return actor
    if actor.hall is None:
        raise NotAllowed("a hall", f"{actor.person} is {post}; say in which hall they act")
    hall = city.hall(actor.hall)
    named = getattr(command, "window", None) or command.actor.window
    window = named or next((s.window_id for s in hall.of_person(actor.person, command.occurred_at)), None)
    if window is None:
        if command.at_the_door:
            return actor
        raise NotAllowed(
            "a window",
            f"{actor.person} acts at a window of hall {actor.hall}; say at which, or have them assigned to one",
        )
    if not hall.stands(window, command.occurred_at):
        there = ", ".join(sorted(hall.windows)) or "none"
        raise NotAllowed(f"window {window}", f"hall {actor.hall} has no window {window}; it has {there}")
    return replace(actor, window=window)


def _listed(held: list[Held]) -> str:
    return "; ".join(f"{each.post}{f' for {each.absent}' if each.absent else ''}" for each in held)
