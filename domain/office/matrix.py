"""The matrix of rights: every command by every role, and on what else it depends. Made of the commands themselves (docs/rights.md)."""

from collections.abc import Iterator
from typing import NamedTuple

from domain.application.command import CaseCommand
from domain.command import Command
from domain.hall.command import HallCommand
from domain.number_of import number_of
from domain.office import event_types
from domain.office.acting import AT_A_WINDOW
from domain.office.rights import IN_A_HALL
from domain.record import Role
from domain.ticket.command import TicketCommand

COLUMNS = (
    Role.FRONT_DESK,
    Role.ISSUER,
    Role.REVIEWER,
    Role.HEAD,
    Role.OPERATOR,
    Role.APPLICANT,
    Role.AUDITOR,
    Role.REPORTER,
    Role.IMPORTER,
    Role.CLOCK,
)
PREFACE = """# Rights

Who may give which command. This page is made from the code (`make rights`) and compared with it by a test; what a cell says is
tried for every command, every role, and by nobody, by staff of another department and of another hall, by somebody whose post
ended yesterday, and by a substitute.

A role is held by a post (`onewindow staff list`) that is in force when the command happens, or by that of an absent person for
whom one stands in; applicants need none. Department, hall and window are found: in the post, on the window's rota, in what is
said. Leaving something out never widens a right. `importer` and `clock` are the program's own; nobody can be them.

- **own hall**: a post of one hall gives rights over what is of that hall; over what is of no hall, only a post of all halls does.
- **window**: given at a window that stands: the one on whose rota the actor is, or the one they say. Where the window has a rota
  at that moment, only those on it act there, with the duty that is named. A window serves the cases of its zone.
- **door**: given at the entrance, where no window is.
- **department**: only by people of the department of the task, of the case (the one that leads), or that the question was asked of.
- **own case**: an applicant acts on their own case; whoever applied does none of the office's work in it.
- **part**: receiving, reviewing, deciding, issuing, verifying a complaint. Who had one part in a case has none that is separated
  from it (`domain/catalogue/separation.py`), also where a task is handed to them.
"""


class MatrixRow(NamedTuple):
    """One command: its name, what it is for, who may give it, and on what else it depends."""

    command: str
    about: str
    roles: frozenset[Role]
    conditions: tuple[str, ...]


def commands() -> Iterator[type[Command]]:
    """Every command that can be given, by name: those without others below them."""
    assert event_types.MODULES  # all of them are known
    of_the_office = {each for each in _below(Command) if each.__module__.startswith("domain.")}
    leaves = {each for each in of_the_office if of_the_office.isdisjoint(each.__subclasses__())}
    yield from sorted(leaves, key=lambda each: each.__name__)


def _below(kind: type[Command]) -> Iterator[type[Command]]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)


def matrix() -> list[MatrixRow]:
    """All commands by name."""
    return [
        MatrixRow(each.__name__, (each.__doc__ or "").strip().splitlines()[0], each.roles, tuple(_conditions(each)))
        for each in commands()
    ]


def _conditions(kind: type[Command]) -> Iterator[str]:
    in_a_hall = issubclass(kind, CaseCommand | TicketCommand | HallCommand)
    if kind.founding:
        yield "while there never was an operator"
    elif in_a_hall and kind.roles & IN_A_HALL:
        yield "own hall"
    elif Role.OPERATOR in kind.roles:
        yield "all halls"
    if kind.roles & AT_A_WINDOW:
        duty = f" ({kind.duty})" if kind.duty else ""
        yield "door" if kind.at_the_door else f"window{duty}"
    if kind.of_department:
        yield f"department of {kind.of_department}"
    if issubclass(kind, CaseCommand):
        yield "own case"
        if kind.station:
            yield f"part: {kind.station}"


def page() -> str:
    """The page docs/rights.md."""
    lines = matrix()
    header = "| command | " + " | ".join(role.replace("_", " ") for role in COLUMNS) + " | also |"
    rule = "| --- |" + " :-: |" * len(COLUMNS) + " --- |"
    rows = [
        f"| {each.command} | "
        + " | ".join("x" if role in each.roles else "" for role in COLUMNS)
        + f" | {', '.join(each.conditions)} |"
        for each in lines
    ]
    counted = f"{number_of(len(lines), 'command')}, {number_of(len(COLUMNS), 'role')}, {number_of(len(lines) * len(COLUMNS), 'cell')}."
    return "\n".join([PREFACE, counted, "", header, rule, *rows, ""])
