"""Who may: a role for each command; a hall, a zone and a rota for those who sit in one; their own cases for applicants."""

from typing import Any

from domain.city import City
from domain.command import Command
from domain.errors import NotAllowed
from domain.hall.hall import Hall
from domain.record import Role

IN_A_HALL = frozenset({Role.FRONT_DESK, Role.ISSUER, Role.REVIEWER, Role.HEAD})
"""Who acts on the cases of their own hall, where they have one; without one they serve all halls."""
AT_A_WINDOW = frozenset({Role.FRONT_DESK, Role.ISSUER})
"""Who acts on the cases of their window's zone, and where the window has a rota only while they are on it."""


def permit(command: Command, state: Any, city: City) -> None:
    """Raise ``NotAllowed`` unless the actor may give this command on this state. Departments: see rule 5, at each task."""
    actor, asked = command.actor, type(command).__name__
    if actor.role not in command.roles:
        right = " or ".join(sorted(command.roles))
        raise NotAllowed(right, f"{actor.person} acts as {actor.role}, which may not give {asked}")
    hall = getattr(state, "hall", None) or command.hall_of(state)
    if actor.role in IN_A_HALL and actor.hall is not None and hall is not None and actor.hall != hall:
        raise NotAllowed(f"hall {hall}", f"{actor.person} is of hall {actor.hall}; {asked} is for hall {hall}")
    if actor.role is Role.APPLICANT and command.applicant_of(state) not in (None, actor.person):
        raise NotAllowed(f"applicant of {command.stream_id}", f"{actor.person} is not who applied; only they may")
    if actor.role in AT_A_WINDOW and (there := city.halls.get(actor.hall or hall or "")) is not None:
        _serves_the_zone(command, state, there)
        _is_on_the_rota(command, there)


def _serves_the_zone(command: Command, state: Any, hall: Hall) -> None:
    """Raise ``NotAllowed`` where somebody sits at a window of another zone than the case's."""
    window, wanted = hall.windows.get(command.actor.window or ""), getattr(state, "zone", None)
    if window is not None and wanted is not None and window.zone != wanted:
        raise NotAllowed(
            f"zone {wanted}",
            f"window {window.window_id} of hall {hall.hall_id} serves the zone {window.zone}, not {wanted}",
        )


def _is_on_the_rota(command: Command, hall: Hall) -> None:
    """Raise ``NotAllowed`` where a window has a rota at that moment, and the actor is not on it with the duty.

    The window is the one that the command names, else the one at which the actor sits. Without a rota anybody may.
    """
    if not hall.shifts:
        return
    window = getattr(command, "window", None) or command.actor.window
    shifts = hall.at_window(window, command.occurred_at) if window is not None else []
    duties = {duty for shift in shifts if shift.person == command.actor.person for duty in shift.duties}
    if not shifts or (duties and command.duty in (None, *duties)):
        return
    who, duty = command.actor.person, command.duty
    why = f"may do {', '.join(sorted(duties))} there, not {duty}" if duties else "is not on its rota"
    raise NotAllowed(
        f"a shift at window {window}" if duty is None else f"duty {duty} at window {window}",
        f"window {window} of hall {hall.hall_id} is staffed at {command.occurred_at.isoformat()}, and {who} {why}; "
        "see `onewindow hall show`, or have them assigned",
    )
