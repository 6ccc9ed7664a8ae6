"""Numbers of things as they are typed, in one form of Unicode: a number that looks like a recorded one finds it.

What is looked for is refused in no other way, so that everything that is recorded can be read; what is to be recorded is looked at
by its command (``domain.identifier``).
"""

from collections.abc import Iterable
from typing import Any

from domain.identifier import in_one_form

NAMES = frozenset(
    {
        *("CASE", "[CASE]", "[NUMBER]", "TICKET", "TASK", "QUESTION", "PROCEDURE", "MATERIAL", "C"),
        *("HALL", "H", "WINDOW", "WINDOW...", "W", "DEPARTMENT", "D", "PERSON", "P", "ITEM", "[ITEM]..."),
    }
)
"""How an option or argument is called that takes a number of a thing."""


def read_in_one_form(commands: Iterable[Any]) -> None:
    """Have commands, and those below them, read the numbers that are typed in one form."""
    for command in commands:
        read_in_one_form(getattr(command, "commands", {}).values())
        for parameter in command.params:
            if parameter.metavar in NAMES:
                _read_in_one_form(parameter)


def _read_in_one_form(parameter: Any) -> None:
    process = parameter.process_value
    parameter.process_value = lambda ctx, value: _in_one_form(process(ctx, value))


def _in_one_form(value: Any) -> Any:
    match value:
        case str():
            return in_one_form(value)
        case list() | tuple():
            return type(value)(map(_in_one_form, value))
    return value
