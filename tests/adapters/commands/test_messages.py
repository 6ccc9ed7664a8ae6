"""Messages and their schemas: made of the commands, held to them, and hard to everything else."""

import json
import re
from collections.abc import Iterator
from dataclasses import is_dataclass
from datetime import date
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import pytest
from pydantic import AfterValidator, BaseModel

from adapters.commands.bad_message import BadMessage
from adapters.commands.message import command_of, message, model_of
from adapters.commands.names import offered
from adapters.commands.schemas import FOLDER, descriptions, schema_of, schemas
from adapters.reading.limits import LONGEST_LINE
from domain.application.beside.withdrawal import Withdraw
from domain.command import LIVE, Command
from domain.office.matrix import commands
from domain.time.written import given as given_day
from tests.office import Listening, accepted

INTERNAL = {"Tick", "LookAtClock", "RecordStep", "CorrectRow", "TakeOutRow"}
"""What only the clock and the import give."""
BY = {"person": "F1", "role": "front_desk", "hall": "H1", "window": "W1"}
APPLICANT = {"applicant_id": "P1", "kind": "natural_person", "name": "欧阳小明"}
INTAKE = {"case_id": "C1", "items": ["food"], "channel": "window", "hall": "H1", "applicant": APPLICANT}


def line(**changed: Any) -> bytes:
    sent = {"command": "register-intake", "id": "i", "by": BY, "data": INTAKE}
    return json.dumps({**sent, **changed}).encode()


def test_every_command_but_those_of_the_program_has_a_name_and_a_schema_file() -> None:
    assert {kind.__name__ for kind in commands()} - {kind.__name__ for kind in offered().values()} == INTERNAL
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", name) for name in offered())
    assert {file.name: file.read_text(encoding="utf-8") for file in FOLDER.iterdir()} == schemas(), "run `make schemas`"


def parts(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        yield schema
    for part in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from parts(part)


def test_a_schema_is_closed_and_bounded_and_offers_no_box_of_sealed_text() -> None:
    for schema in map(schema_of, offered()):
        assert not {"Sealed", "SealedApplicant", "Source"} & set(schema["$defs"])
        for part in parts(schema):
            assert part.get("type") != "object" or part["additionalProperties"] is False, part
            assert part.get("type") != "array" or part["maxItems"], part
            assert part.get("type") != "string" or {"enum", "const", "format", "maxLength"} & set(part), part


def test_what_stands_below_a_field_is_its_description() -> None:
    class Documented(Withdraw):
        number: int
        """How many there are,
        in pieces."""

    assert descriptions(Documented)["number"] == "How many there are, in pieces."
    assert "How many events" in descriptions(Documented)["expected_version"]


def as_sent(command: Command) -> bytes:
    """A command as a program would have sent it."""
    written = command.model_dump(mode="json", exclude_unset=True)
    data = {name: value for name, value in written.items() if name not in Command.model_fields}
    sender = {name: value for name, value in written["actor"].items() if value is not None}
    name = next(name for name, kind in offered().items() if kind is type(command))
    sent = {"command": name, "id": command.command_id, "by": sender, "data": data}
    if command.occurred_at != LIVE:
        sent["occurred_at"] = written["occurred_at"]
    return json.dumps(sent).encode()


def test_a_command_that_is_sent_is_the_command_that_was_meant() -> None:
    office = Listening()
    accepted(office=office)
    given = office.setting_up + office.asked
    assert len({type(command) for command in given}) > 5
    for command in given:
        if type(command) in offered().values():
            assert command_of(message(as_sent(command)), command.command_id) == command


HOSTILE = {
    "no JSON": (b"{", "json", ""),
    "an empty line": (b"", "json", ""),
    "a list": (b"[]", "json", ""),
    "twice the same name": (b'{"command": "accept", "command": "withdraw"}', "json", "command"),
    "a number that is none": (line(seen=float("nan")), "json", ""),
    "no UTF-8": (b'{"command": "\xff"}', "text", ""),
    "half a character": (b'{"command": "\\ud800"}', "text", "command"),
    "a control character": (line(by={**BY, "person": "F1\x1b[2J"}), "text", "by.person"),
    "a control character in a name": (line(**{"a\x00": 1}), "text", ""),
    "writing turned round": (line(data={**INTAKE, "hall": "H\u202e1"}), "text", "data.hall"),
    "too long a line": (b" " * (LONGEST_LINE + 1), "size", ""),
    "too long a text": (line(data={**INTAKE, "hall": "H" * 4001}), "size", "data.hall"),
    "too long a list": (line(data={**INTAKE, "items": ["food"] * 1001}), "size", "data.items"),
    "too deep": (b'{"a":' * 40 + b"1" + b"}" * 40, "size", ".".join("a" * 16)),
    "much too deep": (b'{"a":' * 30_000, "size", ""),
    "too large a number": (line(seen=10**30), "size", "seen"),
    "far too large a number": (b'{"seen": ' + b"9" * 5000 + b"}", "size", ""),
    "no command": (b"{}", "command", "command"),
    "a command that is a number": (line(command=1), "command", "command"),
    "an unknown command": (line(command="drop-tables"), "command", "command"),
    "a command of the clock": (line(command="tick"), "command", "command"),
    "the role of the clock": (line(by={"person": "clock", "role": "clock"}), "schema", "by.role"),
    "the role of the import": (line(by={"person": "import", "role": "importer"}), "schema", "by.role"),
    "an unknown field": (line(note="x"), "schema", "note"),
    "an unknown field of the content": (line(data={**INTAKE, "note": "x"}), "schema", "data.note"),
    "an unknown field further down": (
        line(data={**INTAKE, "applicant": {**APPLICANT, "age": 1}}),
        "schema",
        "data.applicant.age",
    ),
    "a source of its own": (line(source={"log": "x", "ordinal": 1, "activity": "y"}), "schema", "source"),
    "a box of its own": (
        line(data={**INTAKE, "applicant": {**APPLICANT, "name": {"key": "applicant/P2", "box": "AAAA"}}}),
        "schema",
        "data.applicant.name",
    ),
    "a text for a number": (line(seen="3"), "schema", "seen"),
    "a number for a text": (line(data={**INTAKE, "hall": 1}), "schema", "data.hall"),
    "a text for a list": (line(data={**INTAKE, "items": "food"}), "schema", "data.items"),
    "an identity number as the person's number": (
        line(by={**BY, "person": "11010519491231002X"}),
        "schema",
        "by.person",
    ),
    "an unknown field of a value": (
        line(
            command="open-hall",
            data={
                "hall_id": "H1",
                "label": {"zh": "a", "en": "b", "fr": "c"},
                "layout": "after",
                "windows": [],
                "calendar": {},
            },
        ),
        "schema",
        "data.label.fr",
    ),
    "a limit longer than any": (
        line(
            command="change-limits",
            data={
                "item_id": "food",
                "effective_from": "2025-01-01",
                "reason": "x",
                "order": "x",
                "limits": {"notice": {"amount": 2**40, "unit": "working_days"}},
            },
        ),
        "schema",
        "data.limits.notice.amount",
    ),
    "a missing field": (
        line(data={name: value for name, value in INTAKE.items() if name != "hall"}),
        "schema",
        "data.hall",
    ),
    "a time without an offset": (line(occurred_at="2025-03-03T09:00:00"), "schema", "occurred_at"),
    "a time as a number": (line(occurred_at=1_700_000_000), "schema", "occurred_at"),
    "a time that means now": (line(occurred_at="9999-12-31T23:59:59.999999Z"), "schema", "occurred_at"),
    "a time as seconds since 1970": (line(occurred_at="1700000000"), "schema", "occurred_at"),
    "a time before all time": (
        line(
            command="snooze-task",
            data={"case_id": "C1", "task_id": "t", "until": "0001-01-01T00:00:00+14:00"},
        ),
        "schema",
        "data.until",
    ),
}


def bare(kind: Any, seen: tuple[Any, ...] = ()) -> Iterator[Any]:
    """The types of a message's model that are a day or a moment of any year."""
    if get_origin(kind) is Annotated:
        inner, *about = get_args(kind)
        guarded = any(isinstance(each, AfterValidator) and each.func is given_day for each in about)
        yield from () if guarded else bare(inner, seen)
    elif isinstance(kind, type) and issubclass(kind, date):
        yield kind
    elif kind in seen:
        return
    elif isinstance(kind, type) and (issubclass(kind, BaseModel) or is_dataclass(kind)):
        hints = get_type_hints(kind, include_extras=True)
        for inner in hints.values():
            yield from bare(inner, (*seen, kind))
    else:
        for inner in get_args(kind):
            yield from bare(inner, seen)


@pytest.mark.parametrize("name", sorted(offered()))
def test_every_day_and_moment_that_is_sent_is_of_our_time(name: str) -> None:
    fields = model_of(name).model_fields
    data = fields["data"].annotation
    assert data is not None
    sent = [fields["occurred_at"], *data.model_fields.values()]
    assert not [kind for field in sent for kind in bare(Annotated[(field.annotation, *field.metadata, 0)])]


@pytest.mark.parametrize("about", HOSTILE)
def test_a_message_that_is_no_command_says_which_field_and_which_rule(about: str) -> None:
    sent, rule, field = HOSTILE[about]
    with pytest.raises(BadMessage) as refused:
        message(sent)
    assert (refused.value.rule, refused.value.field) == (rule, field), refused.value
    assert "欧阳" not in str(refused.value)
