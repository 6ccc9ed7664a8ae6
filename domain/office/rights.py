"""Who may: a role for each command; a hall, a zone and a rota for those who sit in one; their own cases for applicants.

The actor is one whom ``domain.office.acting`` has found: what they claim they hold.
"""

from typing import Any

from domain.city import City
from domain.command import Command
from domain.errors import NotAllowed
from domain.hall.hall import Hall
from domain.office.acting import AT_A_WINDOW
from domain.record import Role

IN_A_HALL = frozenset({Role.FRONT_DESK, Role.ISSUER, Role.REVIEWER, Role.HEAD, Role.OPERATOR})
"""Who acts on what is of their own hall, where their post is of one."""


def of_the_role(command: Command) -> None:
    """Raise ``NotAllowed`` unless the role that is claimed may give this command."""
    actor, asked = command.actor, type(command).__name__
    if actor.role not in command.roles:
        right = " or ".join(sorted(command.roles))
        raise NotAllowed(right, f"{actor.person} acts as {actor.role}, which may not give {asked}")
    if command.source is not None and actor.role is not Role.IMPORTER:
        raise NotAllowed(
            Role.IMPORTER.value,
            f"{actor.person} acts as {actor.role}; only the import may say that {asked} comes from a log (source)",
        )


def permit(command: Command, state: Any, city: City) -> None:
    """Raise ``NotAllowed`` unless the actor, whose role may give this command, may give it on this state.

    Departments: see rule 5, at each task.
    """
    actor, asked = command.actor, type(command).__name__
    hall = command.place_of(state)
    bound = hall is not None or actor.role is Role.OPERATOR
    if actor.role in IN_A_HALL and bound and actor.hall is not None and actor.hall != hall:
        right = "all halls" if hall is None else f"hall {hall}"
        raise NotAllowed(right, f"{actor.person} is of hall {actor.hall}; {asked} needs the right {right}")
    whose = command.applicant_of(state)
    if actor.role is Role.APPLICANT and whose != actor.person and not _is_nobodys(command, state, whose):
        raise NotAllowed(
            f"applicant of {command.stream_id}", f"{actor.person} is not the applicant; only the applicant may do this"
        )
    if actor.role not in (Role.APPLICANT, Role.CLOCK, Role.IMPORTER) and whose == actor.person:
        raise NotAllowed(
            "another person than the applicant", f"{actor.person} is the applicant; another person must serve them"
        )
    if actor.role in AT_A_WINDOW and not command.at_the_door and actor.hall is not None:
        there = city.hall(actor.hall)
        _serves_the_zone(command, state, there)
        _is_on_the_rota(command, there)


def _is_nobodys(command: Command, state: Any, whose: str | None) -> bool:
    """Whether an applicant may act because it is no applicant's: one of whom nobody knows, or what anybody may do."""
    return whose is None and (command.for_anybody(state) or not state.version)


def _serves_the_zone(command: Command, state: Any, hall: Hall) -> None:
    """Raise ``NotAllowed`` where somebody sits at a window of another zone than the case's."""
    window, wanted = hall.windows.get(command.actor.window or ""), command.zone_of(state)
    if window is not None and wanted is not None and window.zone != wanted:
        raise NotAllowed(
            f"zone {wanted}",
            f"window {window.window_id} of hall {hall.hall_id} serves the zone {window.zone}, not {wanted}",
        )


def _is_on_the_rota(command: Command, hall: Hall) -> None:
    """Raise ``NotAllowed`` where a window has a rota at that moment, and the actor is not on it with the duty.

    Without a rota at that moment anybody with a post in the hall may.
    """
    if not hall.shifts:
        return
    window = command.actor.window
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
