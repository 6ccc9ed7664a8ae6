"""Who may: a role for each command, and a hall and a zone for those who sit in one."""

from typing import Any

from domain.city import City
from domain.command import Command
from domain.errors import NotAllowed
from domain.record import Actor, Role

IN_A_HALL = frozenset({Role.FRONT_DESK, Role.ISSUER, Role.REVIEWER, Role.HEAD})
"""Who acts on the cases of their own hall, where they have one; without one they serve all halls."""
AT_A_WINDOW = frozenset({Role.FRONT_DESK, Role.ISSUER})
"""Who acts on the cases of their window's zone."""


def permit(command: Command, state: Any, city: City) -> None:
    """Raise ``NotAllowed`` unless the actor may give this command on this state. Departments: see rule 5, at each task."""
    actor, asked = command.actor, type(command).__name__
    if actor.role not in command.roles:
        right = " or ".join(sorted(command.roles))
        raise NotAllowed(right, f"{actor.person} acts as {actor.role}, which may not give {asked}")
    hall = getattr(state, "hall", None) or command.hall_of(state)
    if actor.role in IN_A_HALL and actor.hall is not None and hall is not None and actor.hall != hall:
        raise NotAllowed(f"hall {hall}", f"{actor.person} is of hall {actor.hall}; {asked} is for hall {hall}")
    zone, wanted = _zone_of(actor, city), getattr(state, "zone", None)
    if zone is not None and wanted is not None and zone != wanted:
        raise NotAllowed(
            f"zone {wanted}", f"window {actor.window} of hall {actor.hall} serves the zone {zone}, not {wanted}"
        )


def _zone_of(actor: Actor, city: City) -> str | None:
    """The zone of the window at which somebody sits, if any."""
    if actor.role not in AT_A_WINDOW or actor.hall not in city.halls or actor.window is None:
        return None
    window = city.halls[actor.hall].windows.get(actor.window)
    return None if window is None else window.zone
