"""Whole commands: load the case, decide, serialise, append. Beside the raw append of the same events."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from tests.benchmarks.cases import Transaction, appends_of, commands_of, whole_case
from tests.benchmarks.measure import Bar, Timed, Work
from tests.benchmarks.place import Place
from tests.benchmarks.raw_append import raw_append


def commanding(place: Place, amount: int) -> Work:
    """Take ``amount`` cases from intake to issue, a command at a time."""
    installation = place.installation()
    for command in whole_case().setting_up:
        installation.office.execute(command)
    numbers, raw_numbers = count(), count()

    @contextmanager
    def ours() -> Iterator[Timed]:
        commands = [command for _ in range(amount) for command in commands_of(next(numbers))]

        def run() -> int:
            for command in commands:
                installation.office.execute(command)
            return len(commands)

        yield run

    def transactions() -> list[Transaction]:
        return [append for _ in range(amount) for append in appends_of(next(raw_numbers))]

    return Work(
        database=place.kind,
        unit="commands/s",
        ours=ours,
        limit=raw_append(place, place.installation().settings.database_url, transactions, count_commands=True),
        bars=[Bar(0.35)],
    )
