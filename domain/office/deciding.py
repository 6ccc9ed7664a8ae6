"""From a command to records: first what lapsed before it, each at its own legal time, then what it decides."""

import dataclasses
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, TypeVar

from msgspec import structs

from domain.application import separation
from domain.application.command import CaseCommand
from domain.application.consequences import deadlines
from domain.application.state import Application
from domain.city import City
from domain.command import Command
from domain.evolving import evolve
from domain.office.acting import acting
from domain.office.rights import of_the_role, permit
from domain.record import CLOCK, Act, Event, Record
from domain.ticket import lapses
from domain.ticket.ticket import Ticket
from domain.time.lapse import Lapse

AnyCommand = TypeVar("AnyCommand", bound=Command)


def decide(command: Command, state: Any, city: City, recorded_at: datetime) -> tuple[list[Record], Any]:
    """The records that follow from a command on a state, not stored yet, and the state after them.

    Raises ``NotAllowed`` when the actor may not give it, another ``OfficeError`` when a rule forbids it. The state that is
    given stays as it is: what is refused leaves no trace.
    """
    command, stands_in_for = permitted(command, state, city)
    hall = command.hall_of(state)
    if hall is not None:
        _known_year(city, hall, command.occurred_at)
    act = Act(
        actor=command.actor,
        command_id=command.command_id,
        correlation_id=command.correlation_id or command.command_id,
        causation_id=command.causation_id,
        occurred_at=command.occurred_at.astimezone(UTC),
        recorded_at=recorded_at,
        calendar=city.calendar_version(hall) if hall is not None else None,
        source=command.source,
        stands_in_for=stands_in_for,
    )
    made: list[Record] = []

    def record(events: Iterable[Event], act: Act) -> None:
        nonlocal state
        for event in events:
            made.append(Record(command.stream_id, state.version + 1, event, act))
            state = evolve(state, made[-1])

    while lapsed := _lapse(state, city, act.occurred_at):
        clock = dataclasses.replace(CLOCK, hall=hall)
        record(lapsed.events, structs.replace(act, actor=clock, occurred_at=lapsed.at, source=None, stands_in_for=None))
    command.in_time(state)
    record(command.decide(state, city), act)
    return made, state


def permitted(command: AnyCommand, state: Any, city: City) -> tuple[AnyCommand, str | None]:
    """The command by the actor as the staff's records have them, and for whom they stand in. Raises ``NotAllowed``."""
    of_the_role(command)
    actor, stands_in_for = acting(command, state, city)
    if actor != command.actor:
        command = command.model_copy(update={"actor": actor})
    permit(command, state, city)
    if isinstance(command, CaseCommand):
        separation.check(command, state, city)
    return command, stands_in_for


def _known_year(city: City, hall: str, moment: datetime) -> None:
    """Raise ``CalendarYearMissing`` unless the hall's calendar knows the moment's year, so that its time can be told."""
    days = city.newest_calendar(hall)
    days.is_working_day(days.local_day(moment))


def _lapse(state: Any, city: City, until: datetime) -> Lapse | None:
    """What nobody did in time, of a case or a ticket."""
    match state:
        case Application():
            return deadlines.lapse(state, city, until)
        case Ticket():
            return lapses.lapse(state, city, until)
        case _:
            return None
