"""Giving commands from the command line: who acts, and what is said once it is recorded."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, NamedTuple
from uuid import uuid4

import typer

from adapters.cli.options import Format, opened
from adapters.cli.output import say
from domain.command import Command
from domain.record import Actor, Role

CaseArgument = Annotated[str, typer.Argument(metavar="CASE", help="The case.")]
ByOption = Annotated[str, typer.Option("--by", metavar="PERSON", help="Who acts: a person's number, never a name.")]
DepartmentOption = Annotated[str, typer.Option(metavar="D", help="The department of who acts.")]
ReasonOption = Annotated[str, typer.Option(metavar="TEXT", help="Why.")]
SeatHallOption = Annotated[str | None, typer.Option("--hall", metavar="H", help="The hall where one sits.")]
SeatWindowOption = Annotated[str | None, typer.Option("--window", metavar="W", help="The window at which one sits.")]
HashOption = Annotated[str, typer.Option("--content-hash", metavar="SHA256", help="Of the document's bytes, in hex.")]
REFUSED = 2
"""The exit code where some of many commands were refused."""


class Asked(NamedTuple):
    """What somebody asks for; it has its id and its time once it is given."""

    kind: type[Command]
    actor: Actor
    fields: dict[str, Any]

    def at(self, now: datetime) -> Command:
        """The command, given now. Raises ``ValidationError``."""
        return self.kind.model_validate(
            {"command_id": f"cli/{uuid4()}", "actor": asdict(self.actor), "occurred_at": now, **self.fields}
        )


def give(database: str | None, format_: Format, noun: str, name: str, what: str, *asked: Asked) -> None:
    """Give commands about a case or a hall, all of them or none; say what they did and where it stands."""
    with opened(database) as house:
        now = house.now()
        position = house.office.execute_together([each.at(now) for each in asked])[-1].position
    say(format_, f"{noun} {name}: {what}, recorded at position {position}", **{noun: name, "position": position})


def give_about(
    database: str | None, format_: Format, actor: Actor, kind: type[Command], case: str, what: str, **fields: Any
) -> None:
    """Give one command about a case."""
    give(database, format_, "case", case, what, Asked(kind, actor, {"case_id": case, **fields}))


def reviewer(person: str, department: str) -> Actor:
    """Somebody of a department."""
    return Actor(person=person, role=Role.REVIEWER, department=department)
