"""The case that is appended and loaded over and over: real commands, and the rows the office makes of them."""

from collections.abc import Sequence
from functools import cache

from eventsourcing.persistence import JSONTranscoder
from msgspec.structs import replace

from adapters.store.codec import NewRow, RecordMapper
from domain.application.path.decision import Decide, MakeResultReady
from domain.application.path.feedback import IssueResult
from domain.application.terms import Outcome
from domain.command import Command
from domain.office.office import CommandKey
from domain.record import Record
from tests.office import AT_A_WINDOW, HASH, ISSUER, Listening, approved, decider

EVENTS = 10
"""How many events a loaded case has: two departments have their tasks, the first one has begun."""

Transaction = tuple[list[NewRow], list[CommandKey]]
"""What one append takes."""


@cache
def whole_case() -> Listening:
    """An office in which case C1 went from intake to issue, with two departments."""
    office = Listening()
    approved("restaurant", office=office)
    lead = str(office.case().department)
    office.when(Decide, decider(lead), outcome=Outcome.GRANTED)
    office.when(MakeResultReady, decider(lead), content_hash=HASH)
    office.when(IssueResult, ISSUER, **AT_A_WINDOW)
    return office


def commands_of(number: int) -> list[Command]:
    """The commands of a whole case of its own."""
    fresh = {"case_id": f"b{number}"}
    return [
        command.model_copy(update={**fresh, "command_id": f"b{number}/{command.command_id}"})
        for command in whole_case().asked
    ]


def rows_of(number: int | str, command_id: str | None = None) -> list[NewRow]:
    """The rows of a case of its own with ten events; all of one command where its id is given."""
    records = whole_case().cases["application/C1"][:EVENTS]
    if command_id is not None:
        records = [replace(record, act=replace(record.act, command_id=command_id)) for record in records]
    return _rows(number, records)


def appends_of(number: int) -> list[Transaction]:
    """The appends of a whole case of its own: one a command, as the office makes them."""
    by_command: dict[str, list[Record]] = {}
    for record in whole_case().cases["application/C1"]:
        by_command.setdefault(record.act.command_id, []).append(record)
    return [
        (_rows(number, records), [CommandKey(f"b{number}/{name}", bytes(32), len(records))])
        for name, records in by_command.items()
    ]


def _rows(number: int | str, records: Sequence[Record]) -> list[NewRow]:
    mapper = RecordMapper(JSONTranscoder())
    return [
        mapper.to_stored_event(Record(f"application/b{number}", r.originator_version, r.event, r.act)) for r in records
    ]
