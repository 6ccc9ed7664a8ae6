"""What a command is told from: its own events, the state before them, and the fields that event and command share by name."""

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from domain.city import City
from domain.command import Command
from domain.identifier import ON_RECORD
from domain.record import EVENT_TYPES, Record

ITS_OWN = frozenset(Command.model_fields)
SUBJECT = {
    "application": "case_id",
    "ticket": "ticket_id",
    "hall": "hall_id",
    "department": "department_id",
    "staff": "person",
    "item": "item_id",
    "package": "package_id",
}
"""Which field of a command names its history, by how that begins."""


class Recorded(NamedTuple):
    """The own events of one command, without what lapsed before it, and what they were decided on."""

    records: Sequence[Record]
    told_by: Record
    """The event that says most of the command."""
    state: Any
    city: City


def as_it_is(state: Any) -> Any:
    """The state itself."""
    return state


class Recalled(NamedTuple):
    """A command that may have recorded the events. ``seen`` makes the state on which it is decided again of the one before it."""

    command: Command
    seen: Callable[[Any], Any] = as_it_is


Recalling = Callable[[Recorded], Iterable[Recalled]]
Field = Callable[[Recorded], Any]


def said(name: str) -> Field:
    """A field that the event calls otherwise."""
    return lambda found: getattr(found.told_by.event, name)


def always(value: Any) -> Field:
    """A field that is the same whenever this event follows."""
    return lambda found: value


def by_name(kind: type[Command], **others: Field) -> Recalling:
    """The command of a kind whose fields stand in the event under their own names, but for some ``others``."""

    def recall(found: Recorded) -> Iterable[Recalled]:
        yield Recalled(made(kind, found, {name: field(found) for name, field in others.items()}))

    return recall


def command_beside(type_name: str) -> type[Command] | None:
    """The command of an event where its module has one and no other."""
    module = sys.modules[EVENT_TYPES[type_name].__module__]
    beside = [each for each in vars(module).values() if _is_command(each) and each.__module__ == module.__name__]
    return beside[0] if len(beside) == 1 else None


def _is_command(each: object) -> bool:
    return isinstance(each, type) and issubclass(each, Command) and "decide" in vars(each)


def made(kind: type[Command], found: Recorded, others: Mapping[str, Any]) -> Command:
    """A command of a kind with what its events say. Raises pydantic's ``ValidationError`` where that is no such command."""
    event, act = found.told_by.event, found.told_by.act
    subject, _, name = found.told_by.originator_id.partition("/")
    values: dict[str, Any] = {
        "command_id": act.command_id,
        "actor": act.actor,
        "occurred_at": act.occurred_at,
        "correlation_id": act.correlation_id,
        "causation_id": act.causation_id,
        "source": act.source,
    }
    values |= {each: getattr(event, each) for each in kind.model_fields if each not in ITS_OWN and hasattr(event, each)}
    return kind.model_validate({**values, SUBJECT[subject]: name, **others}, context=ON_RECORD)
