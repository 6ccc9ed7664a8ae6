"""Appending through the recorder: so many events a transaction, each with the key of its command, one connection."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from uuid import UUID, uuid4

from eventsourcing.persistence import StoredEvent

from domain.office import CommandKey
from tests.benchmarks.cases import EVENTS, Transaction, rows_of
from tests.benchmarks.matters import Matter, Matters
from tests.benchmarks.measure import Round, Timed, Work
from tests.benchmarks.place import Place
from tests.benchmarks.raw_append import raw_append


def appending(place: Place, size: int, amount: int) -> Work:
    """Append ``amount`` events, ``size`` a transaction."""
    house = place.house()
    recorder = house.office.recorder

    @contextmanager
    def ours() -> Iterator[Timed]:
        given = transactions()

        def run() -> int:
            for rows, keys in given:
                recorder.insert_events(rows, commands=keys)
            return amount

        yield run

    transactions = _transactions(size, amount)
    return Work(
        database=place.kind,
        unit="events/s",
        ours=ours,
        limit=raw_append(place, place.house().settings.database_url, transactions),
        peer=_peer(place, transactions, amount),
        peer_name=f"eventsourcing.{place.kind}",
    )


def _transactions(size: int, amount: int) -> Callable[[], list[Transaction]]:
    """What gives fresh transactions of new cases, ``size`` rows each."""
    numbers = count()

    def fresh() -> list[Transaction]:
        return [
            (rows[start : start + size], [CommandKey(f"{number}/{start}", bytes(32), size)])
            for number in (next(numbers) for _ in range(amount // EVENTS))
            for rows in [rows_of(number)]
            for start in range(0, EVENTS, size)
        ]

    return fresh


def _peer(place: Place, transactions: Callable[[], Sequence[Transaction]], amount: int) -> Round:
    """Their recorder with as many events of as many bytes (our data and metadata together), but no command keys."""
    app = Matters(place.peer_environment())
    topic = f"{Matter.__module__}:{Matter.__name__}.StepTaken"

    @contextmanager
    def ready() -> Iterator[Timed]:
        ids: dict[UUID | str, UUID] = {}
        given = []
        for rows, _ in transactions():
            given.append(
                [
                    StoredEvent(
                        originator_id=ids.setdefault(row.originator_id, uuid4()),
                        originator_version=row.originator_version,
                        topic=topic,
                        state=row.state + row.metadata.encode(),
                    )
                    for row in rows
                ]
            )

        def run() -> int:
            for events in given:
                app.recorder.insert_events(events)
            return amount

        yield run

    return ready
