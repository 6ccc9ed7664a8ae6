"""Separations (岗位分离): who received a case does not review it, who reviewed does not decide, who decided does not issue.

Looked at whenever somebody takes a part in a case: by a command of their own, or because a task is given to them.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from domain.application.command import CaseCommand
from domain.application.state import Application
from domain.application.terms import TaskStatus
from domain.catalogue.separation import Separation, Station
from domain.errors import NotAllowed
from domain.record import Role

if TYPE_CHECKING:
    from domain.city import City

DONE = {
    Station.RECEIVING: "received",
    Station.REVIEWING: "reviewed",
    Station.DECIDING: "decided",
    Station.ISSUING: "handed over",
    Station.VERIFYING: "verified the complaint about",
    Station.PRESIDING: "presided the hearing of",
    Station.REFUSING: "refused, before the appeal, a task of",
}


def took_part(case: Application, station: Station, person: str) -> bool:
    """Whether somebody had a part in a case so far: whoever ever held a task reviewed, released or handed on or not."""
    match station:
        case Station.RECEIVING:
            return person in case.at_the_desk
        case Station.REVIEWING:
            return any(person in task.handled_by for task in case.tasks.values())
        case Station.DECIDING:
            return person in case.decided_by
        case Station.ISSUING:
            return person == case.issued_by or any(person == r.issued_by for r in case.item_results.values())
        case Station.PRESIDING:
            return any(person == stop.presided_by for stop in case.suspensions)
        case Station.REFUSING:
            return _refused_before(case, person)
        case Station.VERIFYING:
            return False


def _refused_before(case: Application, person: str) -> bool:
    """Whether somebody refused a task in a former round, which an appeal ended."""
    former = case.former
    if former is None:
        return False
    refused = any(t.settled_by == person for t in former.tasks.values() if t.status is TaskStatus.REFUSED)
    return refused or _refused_before(former, person)


def keep_apart(case: Application, city: City, station: Station, *people: str) -> None:
    """Raise ``NotAllowed`` where one of these people had another part in the case that is to be somebody else's."""
    for separation, other in _apart(station):
        who = next((person for person in sorted(people) if took_part(case, other, person)), None)
        if who is not None and kept(separation, case, city):
            raise NotAllowed(
                f"separation {separation}",
                f"{who} {DONE[other]} case {case.case_id}; {station} is for another person, ask a colleague",
            )


def kept(separation: Separation, case: Application, city: City) -> bool:
    """Whether any item of the case keeps a separation, at its pinned version (rule 2)."""
    pinned = city.pinned(tuple((ref.item_id, ref.version) for ref in case.items))
    return not pinned or any(version.keeps(separation) for version in pinned)


@cache
def _apart(station: Station) -> tuple[tuple[Separation, Station], ...]:
    return tuple((each, other) for each in Separation if (other := each.other(station)) is not None)


def check(command: CaseCommand, case: Application, city: City) -> None:
    """Raise ``NotAllowed`` where a command would give one person two parts that are two persons'."""
    station = command.station
    if station is None or not case.version or command.actor.role in (Role.CLOCK, Role.IMPORTER, Role.APPLICANT):
        return
    keep_apart(case, city, station, *command.takes_part())
