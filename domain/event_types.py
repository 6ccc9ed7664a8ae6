"""All event types of the office: importing this module is what makes every stored name known."""

from domain import catalogue, hall, people
from domain.application import (
    acceptance,
    approvals,
    clock,
    corrections,
    decision,
    feedback,
    intake,
    materials,
    steps,
)
from domain.record import EVENT_TYPES, Event

MODULES = (
    acceptance, approvals, catalogue, clock, corrections, decision, feedback, hall, intake, materials, people, steps,
)  # fmt: skip


def named(type_name: str) -> type[Event]:
    """The event class of a stored name. Raises ``LookupError`` for a name this software does not know."""
    if type_name not in EVENT_TYPES:
        raise LookupError(f"{type_name} is not an event type of this software; upgrade it")
    return EVENT_TYPES[type_name]
