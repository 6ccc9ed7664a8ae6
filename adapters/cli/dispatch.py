"""Giving commands from the command line: who acts, and what is said once it is recorded."""

import sys
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import asdict
from hashlib import file_digest
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from adapters.bootstrap import Installation
from adapters.cli.answers.kinds import Answer
from adapters.cli.answers.receipts import RECEIPTS
from adapters.cli.options import Format, WrongInput, opened
from adapters.cli.output import say
from adapters.cli.recording import envelope
from adapters.services.held_role import in_held_role
from domain.command import Command
from domain.exit_code import ExitCode
from domain.record import Actor, Role

CaseArgument = Annotated[str, typer.Argument(metavar="CASE", help="The case.")]
ByOption = Annotated[str, typer.Option("--by", metavar="PERSON", help="The person who acts, by number, never by name.")]
DepartmentOption = Annotated[
    str | None,
    typer.Option(
        metavar="D", help="The department in which the person acts; needed only for a person with posts in several."
    ),
]
ReasonOption = Annotated[str, typer.Option(metavar="TEXT", help="The reason.")]
SeatHallOption = Annotated[str | None, typer.Option("--hall", metavar="H", help="The hall where you sit.")]
SeatWindowOption = Annotated[str | None, typer.Option("--window", metavar="W", help="The window at which you sit.")]
HashOption = Annotated[
    str | None,
    typer.Option("--content-hash", metavar="SHA256", help="The SHA-256 of the document, in hex; or name the --file."),
]
DocumentOption = Annotated[
    Path | None, typer.Option("--file", metavar="PATH", help="The document; only its SHA-256 is recorded.")
]


SEEN: ContextVar[int | None] = ContextVar("seen", default=None)
"""The version of the case that the sender of the command saw."""


def on_sight(
    expect_version: Annotated[
        int | None,
        typer.Option(metavar="N", min=0, help="Refuse (exit 7) unless the case has exactly this many events."),
    ] = None,
) -> None:
    """What every command of a group takes: the version of the case that its sender saw."""
    SEEN.set(expect_version)


class Asked(NamedTuple):
    """What somebody asks for; it has its id once it is given, and its time once it is decided."""

    kind: type[Command]
    actor: Actor
    fields: dict[str, Any]

    def command(self, installation: Installation, expected_version: int | None = None, part: str = "") -> Command:
        """The command of its actor in a role that they hold; ``part`` tells it apart where one request gives many.

        Raises ``ValidationError``.
        """
        stamped = envelope(installation)
        at = stamped.moment(installation.now())
        actor = in_held_role(self.actor, self.kind.roles, installation.office.city(), at)
        given = {"actor": asdict(actor), "expected_version": expected_version, **stamped.fields(part)}
        return self.kind.model_validate({**given, **self.fields})


def hash_of(content_hash: str | None, file: Path | None) -> str:
    """The SHA-256 of a document, as it was typed or of the file that was named. Raises ``WrongInput``, ``OSError``."""
    if (content_hash is None) == (file is None):
        raise WrongInput("name the document either with --file PATH or by its SHA-256 with --content-hash")
    if file is None:
        return content_hash or ""
    with file.open("rb") as opened_file:
        return file_digest(opened_file, "sha256").hexdigest()


def not_on_the_command_line(text: str | None, what: str) -> str | None:
    """A text that was typed; for ``-`` a line of standard input, asked for at a terminal. So it is in no shell's history."""
    if text != "-":
        return text
    if sys.stdin.isatty():
        print(f"{what}: ", end="", file=sys.stderr, flush=True)
    try:
        line = sys.stdin.readline().strip()
    except UnicodeDecodeError as error:
        raise WrongInput(f"standard input is not UTF-8, so {what} cannot be read; send it as UTF-8") from error
    if not line:
        if sys.stdin.isatty():
            print(file=sys.stderr)  # the error stands on a line of its own
        raise WrongInput(f"standard input has no line for {what}; write one for each `-`, in the order of the options")
    return line


def give(
    database: str | None,
    format_: Format,
    noun: str,
    name: str,
    what: str,
    *asked: Asked,
    receipt: Callable[..., Answer] | None = None,
) -> None:
    """Give commands about a case or a hall, all of them or none; say what they did and where it stands.

    The version that the sender saw (``on_sight``) is that of the first one's history; ``receipt`` makes the answer for programs
    where it says more than others.
    """
    first, *others = asked
    with opened(database) as installation:
        commands = [first.command(installation, SEEN.get())]
        commands += [other.command(installation, part=str(number)) for number, other in enumerate(others, start=2)]
        position = installation.office.execute_together(commands)[-1].position
    answer = (receipt or RECEIPTS[noun])(**{noun: name}, position=position)
    say(format_, f"{noun} {name}: {what}, recorded at position {position}", answer)


def give_about(
    database: str | None, format_: Format, actor: Actor, kind: type[Command], case: str, what: str, **fields: Any
) -> None:
    """Give one command about a case."""
    give(database, format_, "case", case, what, Asked(kind, actor, {"case_id": case, **fields}))


def end_with_refused(refused: int, of: int) -> None:
    """End with the exit code that says whether some or all of many were refused; go on where none was."""
    if refused:
        raise typer.Exit(ExitCode.ALL_REFUSED if refused == of else ExitCode.SOME_REFUSED)


def reviewer(person: str, department: str | None) -> Actor:
    """Somebody of a department."""
    return Actor(person=person, role=Role.REVIEWER, department=department)
