"""Many commands as lines of JSON, and an answer for each: a receipt, or why it was refused. What was recorded before answers again."""

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from itertools import islice
from pathlib import Path
from traceback import extract_tb
from typing import Any, BinaryIO, NamedTuple

import structlog

from adapters.bootstrap import Installation
from adapters.commands.bad_message import BadMessage, MessageRule
from adapters.commands.message import command_of, message
from adapters.reading.limits import LONGEST_LINE
from domain.command import Command
from domain.errors import OfficeError, Overtaken
from domain.office.office import Receipt
from domain.record import Record

TOGETHER = 20
"""So many lines are recorded in one transaction."""
TAIL = 8
"""So many of the last events of a history are looked at first, for those of a command."""


class NumberedLine(NamedTuple):
    """A line with its number, from 1 on."""

    number: int
    text: bytes


class Answered(NamedTuple):
    """What became of a line; ``command_id`` is None where the line did not say one that can be read."""

    line: int
    command_id: str | None
    outcome: "Recorded | Exception"


class Recorded(NamedTuple):
    """A receipt, and the events that its command made."""

    receipt: Receipt
    events: tuple[Record, ...]


class Counted(NamedTuple):
    """How many lines a file has, and what its lines without an id are called: ``batch/DIGEST``, of the whole file."""

    lines: int
    name: str


def counted(file: Path) -> Counted:
    """Count a file's lines and name it. Raises ``OSError``."""
    digest, lines = sha256(), 0
    with file.open("rb") as stream:
        for line in lines_of(stream, digest.update):
            lines = line.number
    return Counted(lines, f"batch/{digest.hexdigest()[:32]}")


def lines_of(stream: BinaryIO, read: Callable[[bytes], object] = len) -> Iterator[NumberedLine]:
    """The lines that are not blank. Of one that is too long only its beginning is kept; ``read`` gets every byte."""
    number = 0
    while text := stream.readline(LONGEST_LINE + 1):
        read(text)
        number += 1
        rest = text
        while rest and not rest.endswith(b"\n"):
            rest = stream.readline(LONGEST_LINE)
            read(rest)
        if text.strip():
            yield NumberedLine(number, text)


def answers(
    installation: Installation, lines: Iterator[NumberedLine], name: str | None, together: int = TOGETHER
) -> Iterator[Answered]:
    """Give the commands of all lines in their order; the answers come in the same order.

    ``name`` is that of the file, of which a line without an id gets one; where it is None such a line is refused. A line
    that is refused records nothing, the others stand. Raises ``DatabaseError``, and any ``OfficeError`` that is of no line.
    """
    while some := list(islice(lines, together)):
        taken = [_taken(line, name) for line in some]
        commands = [command for _, command in taken if isinstance(command, Command)]
        given = iter(_given(installation, commands) if commands else ())
        for line, (command_id, command) in zip(some, taken, strict=True):
            answer = next(given) if isinstance(command, Command) else command
            recorded = Recorded(answer, _events(installation, answer)) if isinstance(answer, Receipt) else answer
            yield Answered(line.number, command_id, recorded)


def _taken(line: NumberedLine, name: str | None) -> tuple[str | None, Command | BadMessage]:
    """The command of a line with its id, or what is wrong with it."""
    command_id = None
    try:
        read = message(line.text)
        command_id = read.id or (name and f"{name}/{line.number}")
        if command_id is None:
            raise BadMessage(MessageRule.ID, ("id",), "is missing; give every line of standard input an id of its own")
        return command_id, command_of(read, command_id)
    except BadMessage as bad:
        return command_id, bad


def _given(installation: Installation, commands: Sequence[Command]) -> list[Receipt | Exception]:
    """The answers to some commands, which are recorded together; each by itself where that cannot be."""
    try:
        return list(installation.office.execute_all(commands))
    except Overtaken as overtaken:
        if len(commands) == 1:
            return [overtaken]
    except OfficeError:
        raise
    except Exception as defect:
        if len(commands) == 1:
            _log(commands[0], defect)
            return [defect]
    return [answer for command in commands for answer in _given(installation, [command])]


def _log(command: Command, defect: Exception) -> None:
    """Say where a defect is, without any value: a command may hold a name in the clear."""
    last = extract_tb(defect.__traceback__)[-1]
    where, kind = f"{last.filename}:{last.lineno}", type(defect).__name__
    structlog.get_logger().error("a defect of onewindow", command=command.command_id, kind=kind, where=where)


def _events(installation: Installation, receipt: Receipt) -> tuple[Record, ...]:
    """The events of a command; none where all stood already as it asked."""
    recorder, tail = installation.office.recorder, TAIL
    while receipt.position:
        after = max(0, receipt.version - tail)
        records = recorder.select_history(receipt.stream_id, after)
        made = tuple(record for record in records if record.act.command_id == receipt.command_id)
        if after == 0 or records[0].act.command_id != receipt.command_id:
            return made
        tail *= TAIL
    return ()


def as_json(answered: Answered, error: Callable[[Exception], dict[str, Any]]) -> dict[str, Any]:
    """An answer as one object of JSON; ``error`` makes the object of a refusal."""
    head: dict[str, Any] = {"line": answered.line, "id": answered.command_id}
    if isinstance(answered.outcome, Exception):
        return {**head, "error": error(answered.outcome)}
    receipt, events = answered.outcome
    made = [{"type": r.event.type_name, "schema": r.event.schema, "version": r.originator_version} for r in events]
    where = {"position": receipt.position, "history": receipt.stream_id, "version": receipt.version}
    return {**head, **where, "repeated": receipt.repeated, "events": made}
