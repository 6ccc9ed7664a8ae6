"""Who acts: role, department, hall and window of a command's actor, found in the staff's posts and on the rota.

Leaving something out never widens a right: what is not said is found, or asked for; what is said and not held is refused.
"""

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
    place = command.place_of(state)
    held = _narrowed(command, _held(command, city), place, city)
    if len(held) == 1:
        return Acting(_seated(command, held[0].post, place, city), held[0].absent)
    seats: dict[Actor, str | None] = {}
    for each in held:
        seats.setdefault(_seated(command, each.post, place, city), each.absent)
    if len(seats) > 1:
        raise NotAllowed(
            "one post",
            f"{actor.person} could act as {_listed(held)}; name the department or hall",
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


def _program(command: Command, state: Any) -> Actor:
    """The clock and the import, which are no persons and which nobody can be; a row of a log is of the hall that is named."""
    actor = command.actor
    expected = actor.person == CLOCK.person
    if actor.role is Role.IMPORTER:
        expected = actor.person == IMPORT or command.source is not None
    if not expected:
        raise NotAllowed(actor.role.value, f"{actor.person} cannot act as {actor.role}; only the program itself does")
    if actor.role is Role.IMPORTER and actor.hall is None:
        return replace(actor, hall=command.place_of(state))
    return actor


def _held(command: Command, city: City) -> list[Held]:
    """The posts of the role that is claimed, one's own first. Raises ``NotAllowed`` where there is none."""
    person, role, at = command.actor.person, command.actor.role, command.occurred_at
    own = city.posts(person, at)
    held = [Held(post) for post in own if post.role is role]
    held += [
        Held(post, absent) for absent in city.absent(person, at) for post in city.posts(absent, at) if post.role is role
    ]
    if not held:
        others = f"holds {_listed([Held(post) for post in own])}" if own else "is not on the staff"
        raise NotAllowed(role.value, f"{person} is no {role} at {at.isoformat()}, but {others}")
    return held


def _narrowed(command: Command, held: list[Held], place: str | None, city: City) -> list[Held]:
    """Those posts that fit what the actor says, and the hall that it is about."""
    actor = command.actor
    halls = [named for named in (actor.hall, place) if named is not None]
    if actor.role is not Role.OPERATOR:
        for named in halls:
            city.hall(named)
    if actor.department is not None:
        fitting = [each for each in held if each.post.department == actor.department]
        held = _some(command, held, fitting, f"department {actor.department}")
    for named in halls:
        fitting = [each for each in held if each.post.hall is None or each.post.hall == named]
        held = _some(command, held, fitting, f"hall {named}")
    return held


def _some(command: Command, held: list[Held], fitting: list[Held], right: str) -> list[Held]:
    """The posts that fit. Raises ``NotAllowed`` where none of those that are held does."""
    if not fitting:
        asked = type(command).__name__
        raise NotAllowed(right, f"{command.actor.person} is {_listed(held)}; {asked} needs the right {right}")
    return fitting


def _seated(command: Command, post: Post, place: str | None, city: City) -> Actor:
    """The actor of a post, at the window where the role acts at one. Raises ``NotAllowed`` where none is known."""
    claimed = None if post.role is Role.OPERATOR else command.actor.hall  # an operator's hall is that of the thing
    person, role = command.actor.person, command.actor.role
    actor = Actor(person=person, role=role, department=post.department, hall=post.hall or claimed or place)
    if actor.role not in AT_A_WINDOW:
        return actor
    if actor.hall is None:
        raise NotAllowed("a hall", f"{actor.person} is {post}; name the hall where they act")
    hall = city.hall(actor.hall)
    seats = [shift.window_id for shift in hall.of_person(actor.person, command.occurred_at)]
    standing = [seat for seat in seats if hall.stands(seat, command.occurred_at)]
    window = command.named_window or next(iter(standing or seats), None)
    if window is None:
        if command.at_the_door:
            return actor
        raise NotAllowed(
            "a window",
            f"{actor.person} acts at a window of hall {actor.hall}; name the window, or have them assigned to one",
        )
    if not hall.stands(window, command.occurred_at):
        there = ", ".join(sorted(hall.windows)) or "none"
        if command.named_window is None:
            raise NotAllowed(
                f"window {window}",
                f"{person} is on the rota of window {window} of hall {actor.hall}, which does not stand any more; "
                f"say at which window they act, or have them assigned to one; it has {there}",
            )
        raise NotAllowed(f"window {window}", f"hall {actor.hall} has no window {window}; it has {there}")
    return Actor(person=person, role=role, department=actor.department, hall=actor.hall, window=window)


def _listed(held: list[Held]) -> str:
    return "; ".join(f"{each.post}{f' for {each.absent}' if each.absent else ''}" for each in held)
