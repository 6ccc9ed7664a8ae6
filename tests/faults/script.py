"""What the writers of a soak do: whole cases, command by command, the same each time it is asked."""

from collections.abc import Iterator
from itertools import count

from domain.command import Command
from tests.benchmarks.cases import commands_of

SHARED_EVERY = 3
"""Each third case is worked on by two writers, who send the very same commands."""
CASES_APART = 1_000_000


def script(writer: int) -> Iterator[Command]:
    """The commands of a writer (0 to 3), without end; 0 and 1, 2 and 3 share cases."""
    pair = writer // 2
    for turn in count(1):
        shared = turn % SHARED_EVERY == 0
        owner = 10 + pair if shared else writer
        yield from commands_of(owner * CASES_APART + turn)
