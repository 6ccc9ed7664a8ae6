"""Every command of the command line with words that it takes, so that a test can put another one in the place of each."""

from collections.abc import Iterator
from enum import Enum
from typing import Any, NamedTuple, get_args

from adapters.cli.main import whole

TIMES = ("TIME", "DAY", "DAY|DAY..DAY", "DAY|N", "D..D")
NAMES = (
    "CASE",
    "[CASE]",
    "HALL",
    "H",
    "WINDOW",
    "W",
    "PERSON",
    "P",
    "ITEM",
    "MATERIAL",
    "TASK",
    "QUESTION",
    "PROCEDURE",
)
NAMES += ("TICKET", "DEPARTMENT", "C", "WORD", "WINDOW...", "[NUMBER]", "[ITEM]...", "NUMBER", "CODE", "CURSOR", "ID")
TEXTS = ("TEXT", "TEXT|-", "NAME|-", "VALUE")
SAMPLES = {
    "CASE": "C1",
    "TIME": "2025-03-03T10:00+08:00",
    "DAY": "2025-03-04",
    "D": "market",
    "DEPARTMENT": "market",
    "HALL": "H1",
    "H": "H1",
    "WINDOW": "W1",
    "WINDOW...": "W1",
    "W": "W1",
    "PERSON": "F1",
    "P": "P1",
    "ITEM": "food",
    "TEXT": "word",
    "MATERIAL": "id-card",
    "TASK": "food:review",
    "NAME": "case_file",
    "D..D": "2025-01-01..2025-02-01",
    "SHA256": "ab" * 32,
    "HH:MM-HH:MM": "09:00-17:00",
    "NAME|FILE": "receipt",
    "1..5": "3",
}
SAMPLES_OF_ALL = "1"
"""What stands where nothing else is said."""


class Place(NamedTuple):
    """A place in a command for a word of a kind, and the other words that the command asks for."""

    command: tuple[str, ...]
    options: tuple[str, ...]
    arguments: tuple[str, ...]
    option: str | None
    number: int
    """Which of the arguments, where it is no option."""
    kind: str

    def words(self, value: str) -> tuple[str, ...]:
        """The command with a value in this place; an argument stands after ``--``, so that none is taken for an option."""
        if self.option:
            return (*self.command, *self.options, f"{self.option}={value}", "--", *self.arguments)
        before, after = self.arguments[: self.number], self.arguments[self.number :]
        return (*self.command, *self.options, "--", *before, value, *after)

    @property
    def name(self) -> str:
        """How a test is called."""
        return f"{' '.join(self.command)} {self.option or self.kind}"


def places(kinds: tuple[str, ...]) -> list[Place]:
    """Every place of these kinds, in the order of the commands."""
    found = []
    for command, parameters in _commands(whole()):
        for own in parameters:
            kind = _kind(command, own)
            if kind in kinds:
                found.append(_place(command, parameters, own, kind))
    return found


def _place(command: tuple[str, ...], parameters: list[Any], own: Any, kind: str) -> Place:
    options: list[str] = []
    arguments: list[str] = []
    for other in parameters:
        if other is own or not other.required:
            continue
        if other.param_type_name == "argument":
            arguments.append(_sample(command, other))
        elif other.is_flag:
            options.append(other.opts[0])
        else:
            options += [other.opts[0], _sample(command, other)]
    if own.param_type_name == "argument":
        number = [each for each in parameters if each.param_type_name == "argument"].index(own)
        return Place(command, tuple(options), tuple(arguments), None, number, kind)
    if command == ("catalogue", "diff"):
        options += ["--to" if own.opts == ["--from"] else "--from", "1"]
    return Place(command, tuple(options), tuple(arguments), own.opts[0], 0, kind)


def _commands(group: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], list[Any]]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command, (*words, name))
        else:
            yield (*words, name), command.params


def _kind(command: tuple[str, ...], parameter: Any) -> str:
    kind = parameter.metavar or ""
    return "DAY" if kind == "D" and command[0] == "report" else kind


def _sample(command: tuple[str, ...], parameter: Any) -> str:
    if (words := _words(parameter.type_descriptor.annotation)) is not None:
        return words[0]
    if command == ("report", "processing-time") and parameter.opts == ["--by"]:
        return "hall"
    return SAMPLES.get(_kind(command, parameter), SAMPLES_OF_ALL)


def _words(kind: Any) -> list[str] | None:
    """The words of a closed list."""
    for inner in (kind, *get_args(kind)):
        if isinstance(inner, type) and issubclass(inner, Enum):
            return [str(member.value) for member in inner]
    return next((found for inner in get_args(kind) if (found := _words(inner)) is not None), None)
