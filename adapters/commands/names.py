"""Names of commands for programs: ``submit-material`` for ``SubmitMaterial``. A name is for good, as the class's is (rule 8)."""

import re
from functools import cache

from domain.command import Command
from domain.office.matrix import commands
from domain.record import Role

PROGRAM = frozenset({Role.CLOCK, Role.IMPORTER})
"""The roles that only the program itself has."""
BEFORE_A_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


def name_of(kind: type[Command]) -> str:
    """The name of a command."""
    return BEFORE_A_CAPITAL.sub("-", kind.__name__).lower()


@cache
def offered() -> dict[str, type[Command]]:
    """Every command that somebody can give, by its name; those of the clock and of the import are the program's own."""
    return {name_of(kind): kind for kind in commands() if not kind.roles <= PROGRAM}
