"""Appending by sixteen threads of one process, who commit in groups. Beside one raw connection that appends one by one."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count

from tests.benchmarks.appending import transactions_of
from tests.benchmarks.cases import Transaction
from tests.benchmarks.measure import Timed, Work
from tests.benchmarks.place import Place
from tests.benchmarks.raw_append import raw_append

THREADS = 16


def sixteen_threads(place: Place, amount: int) -> Work:
    """Append ``amount`` events one by one, from all threads at once."""
    recorder = place.installation().office.recorder
    pool = place.stack.enter_context(ThreadPoolExecutor(THREADS))
    numbers = count()

    def append(transactions: Sequence[Transaction]) -> None:
        for rows, keys in transactions:
            recorder.insert_events(rows, commands=keys)

    @contextmanager
    def ours() -> Iterator[Timed]:
        shares = [transactions_of(numbers, 1, amount // THREADS) for _ in range(THREADS)]

        def run() -> int:
            list(pool.map(append, shares))
            return sum(map(len, shares))

        yield run

    return Work(
        database=place.kind,
        unit="events/s",
        ours=ours,
        limit=raw_append(
            place, place.installation().settings.database_url, lambda: transactions_of(numbers, 1, amount)
        ),
    )
