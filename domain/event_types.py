"""All event types of the office: importing this module is what makes every stored name known."""

from domain import departments
from domain.application import (
    acceptance,
    afterwards,
    approvals,
    clock,
    corrections,
    decision,
    evaluation,
    extension,
    feedback,
    holding,
    intake,
    lapses,
    materials,
    merging,
    newer_version,
    questions,
    steps,
    transfer,
    withdrawal,
)
from domain.catalogue import packaging, publishing, reform
from domain.hall import calendars, exclusions, favours, staffing, windows
from domain.record import EVENT_TYPES, Event
from domain.ticket import calling, serving, taking
from domain.ticket import lapses as ticket_lapses

MODULES = (
    acceptance,
    afterwards,
    approvals,
    calendars,
    calling,
    clock,
    corrections,
    decision,
    departments,
    evaluation,
    exclusions,
    extension,
    favours,
    feedback,
    holding,
    intake,
    lapses,
    materials,
    merging,
    newer_version,
    packaging,
    publishing,
    questions,
    reform,
    serving,
    staffing,
    steps,
    taking,
    ticket_lapses,
    transfer,
    windows,
    withdrawal,
)


def named(type_name: str) -> type[Event]:
    """The event class of a stored name. Raises ``LookupError`` for a name this software does not know."""
    if type_name not in EVENT_TYPES:
        raise LookupError(f"{type_name} is not an event type of this software; upgrade it")
    return EVENT_TYPES[type_name]
