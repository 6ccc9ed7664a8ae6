"""Appending through the recorder: so many events a transaction, each with the key of its command, one connection."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count, islice
from uuid import UUID, uuid4

from eventsourcing.persistence import StoredEvent

from domain.office.office import CommandKey
from tests.benchmarks.cases import EVENTS, Transaction, rows_of
from tests.benchmarks.measure import Bar, Peer, Round, Timed, Work
from tests.benchmarks.peer_case import Matter, Matters
from tests.benchmarks.place import Place
from tests.benchmarks.raw_append import raw_append
from tests.benchmarks.sqlalchemy_rounds import sqlalchemy_peer


def appending(place: Place, size: int, amount: int) -> Work:
    """Append ``amount`` events, ``size`` a transaction."""
    installation = place.installation()
    recorder = installation.office.recorder

    @contextmanager
    def ours() -> Iterator[Timed]:
        given = transactions()

        def run() -> int:
            for rows, keys in given:
                recorder.insert_events(rows, commands=keys)
            return amount

        yield run

    transactions = _fresh(size, amount)
    return Work(
        database=place.kind,
        unit="events/s",
        ours=ours,
        limit=raw_append(place, place.installation().settings.database_url, transactions),
        peers=[
            Peer(f"eventsourcing.{place.kind}", _peer(place, transactions, amount)),
            *sqlalchemy_peer(place, "append", size=size, amount=amount, lengths=_lengths()),
        ],
        bars=[Bar(0.80)],
    )


def _lengths() -> list[int]:
    """The bytes of each event of a case, data and metadata together."""
    return [len(row.state) + len(row.metadata.encode()) for row in rows_of(0)]


def transactions_of(numbers: Iterable[int | str], size: int, amount: int) -> list[Transaction]:
    """Transactions of new cases under these numbers, ``size`` rows each, until there are ``amount`` rows."""
    return [
        (rows[start : start + size], [CommandKey(f"{number}/{start}", bytes(32), size)])
        for number in islice(numbers, max(1, amount // EVENTS))
        for rows in [rows_of(number)]
        for start in range(0, EVENTS, size)
    ]


def _fresh(size: int, amount: int) -> Callable[[], list[Transaction]]:
    """What gives fresh transactions each time."""
    numbers = count()
    return lambda: transactions_of(numbers, size, amount)


def peer_transactions(transactions: Sequence[Transaction]) -> list[list[StoredEvent]]:
    """The peer's: as many events of as many bytes (our data and metadata together), but no command keys."""
    topic = f"{Matter.__module__}:{Matter.__name__}.StepTaken"
    ids: dict[UUID | str, UUID] = {}
    return [
        [
            StoredEvent(
                originator_id=ids.setdefault(row.originator_id, uuid4()),
                originator_version=row.originator_version,
                topic=topic,
                state=row.state + row.metadata.encode(),
            )
            for row in rows
        ]
        for rows, _ in transactions
    ]


def _peer(place: Place, transactions: Callable[[], Sequence[Transaction]], amount: int) -> Round:
    app = Matters(place.peer_environment())

    @contextmanager
    def ready() -> Iterator[Timed]:
        given = peer_transactions(transactions())

        def run() -> int:
            for events in given:
                app.recorder.insert_events(events)
            return amount

        yield run

    return ready
