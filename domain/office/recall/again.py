"""Deciding again: whether what a command recorded is what follows from it on the state before, by the city of then."""

from collections.abc import Sequence
from functools import cache
from itertools import takewhile
from typing import Any, NamedTuple

from pydantic import ValidationError

from domain.application.consequences.deadlines import Tick
from domain.city import City
from domain.command import Command
from domain.errors import OfficeError
from domain.evolving import fold
from domain.history import TICKETS
from domain.office.deciding import decide
from domain.office.recall.of_cases import OF_CASES
from domain.office.recall.of_the_city import OF_THE_CITY
from domain.office.recall.of_tickets import OF_TICKETS
from domain.office.recall.recalling import Recalled, Recalling, Recorded, by_name, command_beside, made
from domain.record import Act, Event, Record, Role
from domain.ticket.lapses import LookAtClock
from domain.time.working_time import MICROSECOND

RECALLING = {**OF_CASES, **OF_TICKETS, **OF_THE_CITY}
RANK = {name: rank for rank, name in enumerate(RECALLING)}


class Otherwise(NamedTuple):
    """An event that does not follow: which one of the command's, counted from 0, and why, in a sentence."""

    number: int
    why: str


class Unknown(Exception):
    """No command of today records such events."""


def otherwise(records: Sequence[Record], state: Any, city: City) -> Otherwise | None:
    """What of a command's records does not follow from it on a state, None where all of it does.

    Raises ``Unknown`` where they are of a kind that no command of today records.
    """
    lapsed = sum(1 for _ in takewhile(_of_the_clock, records))
    if lapsed == len(records):
        return _decided(Recalled(_looking(records)), records, state, city)
    try:
        recalled = _recalled(records[lapsed:], fold(state, records[:lapsed]), city)
    except ValidationError as error:
        return Otherwise(lapsed, f"says what no command can say: {error.errors()[0]['msg']}")
    found: Otherwise | None = None
    for each in recalled:
        here = _decided(each, records, state, city)
        if here is None:
            return None
        found = found or here
    return found


def _of_the_clock(record: Record) -> bool:
    return record.act.actor.role is Role.CLOCK


def _looking(records: Sequence[Record]) -> Command:
    """The look at the clock that recorded nothing but what had lapsed; when it was is not recorded, but not later than that."""
    last = records[-1]
    found = Recorded(records, last, None, City())
    until = max(last.act.recorded_at, last.act.occurred_at + MICROSECOND)
    kind = LookAtClock if last.originator_id.startswith(TICKETS) else Tick
    return made(kind, found, {"occurred_at": until})


def _recalled(own: Sequence[Record], state: Any, city: City) -> list[Recalled]:
    """The commands that may have recorded these events. Raises ``Unknown``, pydantic's ``ValidationError``."""
    known = [record for record in own if _recalling(record.event.type_name) is not None]
    if not known:
        raise Unknown(own[0].event.type_name)
    told_by = min(known, key=lambda record: RANK.get(record.event.type_name, len(RANK)))
    recalling = _recalling(told_by.event.type_name)
    assert recalling is not None
    return list(recalling(Recorded(own, told_by, state, city)))


@cache
def _recalling(name: str) -> Recalling | None:
    """What tells the command of an event: what a table says, else the one command that stands beside the event."""
    if name in RECALLING:
        return RECALLING[name]
    kind = command_beside(name)
    return None if kind is None else by_name(kind)


def _decided(recalled: Recalled, records: Sequence[Record], state: Any, city: City) -> Otherwise | None:
    command = recalled.command
    lapsed = sum(1 for _ in takewhile(_of_the_clock, records))
    first = min(lapsed, len(records) - 1)
    try:
        made_again, _ = decide(command, recalled.seen(state), city, records[0].act.recorded_at)
    except OfficeError as refusal:
        return Otherwise(first, f"its command is refused on what was before it: {refusal}")
    except Exception as error:
        return Otherwise(first, f"its command cannot be decided on what was before it: {error!r}")
    for number, (recorded, again) in enumerate(zip(records, made_again, strict=False)):
        if type(recorded.event) is not type(again.event):
            return Otherwise(number, f"does not follow from its command; {again.event.type_name} does")
        if wrong := [*_differing(recorded.event, again.event), *_differing(recorded.act, again.act)]:
            return Otherwise(number, f"says another {', '.join(wrong)} than follows from its command")
    if len(made_again) < len(records):
        return Otherwise(len(made_again), "does not follow from its command, which ends before it")
    if len(made_again) > len(records) and lapsed < len(records):
        missing = made_again[len(records)].event.type_name
        return Otherwise(len(records) - 1, f"is the last of its command, from which {missing} follows, too")
    return None


def _differing(recorded: Event | Act, again: Event | Act) -> list[str]:
    """The names of what is other."""
    if recorded == again:
        return []
    names = type(recorded).__struct_fields__ if isinstance(recorded, Act) else type(recorded).__slots__
    return [name for name in names if getattr(recorded, name) != getattr(again, name)]
