"""Appending by four processes at once, each on a connection of its own; the clock runs from when all are ready."""

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from multiprocessing.connection import Connection as Pipe
from typing import Any

from adapters.store.driver.database import connect
from adapters.store.recorder import Recorder
from tests.benchmarks.appending import peer_transactions, transactions_of
from tests.benchmarks.cases import Transaction
from tests.benchmarks.measure import Bar, Peer, Round, Timed, Work
from tests.benchmarks.peer_case import Matters
from tests.benchmarks.place import Place
from tests.benchmarks.raw_append import appended, plain

WRITERS = 4
Appending = Callable[[list[Transaction]], Callable[[], None]]
"""Takes what is to be appended, and gives what the clock measures."""
Side = Callable[[Any], AbstractContextManager[Appending]]


def four_writers(place: Place, size: int, amount: int) -> Work:
    """Append ``amount`` events by four processes, ``size`` a transaction."""
    share = amount // WRITERS
    peers = []
    if place.server:
        environment = place.peer_environment()
        Matters(environment).close()  # makes its tables, which the writers must not do all at once
        environment |= {"CREATE_TABLE": "false"}
        peers = [Peer("eventsourcing.postgres", _round(place, share, peer, environment, size))]
    here, beside = place.installation().settings.database_url, place.installation().settings.database_url
    return Work(
        database=place.kind,
        unit="events/s",
        ours=_round(place, share, our_own, here, size),
        limit=_round(place, share, raw, beside, size),
        peers=peers,
        bars=[Bar(0.80), *([Bar(2, "eventsourcing.postgres")] if place.server else [])],
    )


@contextmanager
def our_own(url: str) -> Iterator[Appending]:
    """What a process of ours runs."""
    recorder = Recorder(connect(url))

    def ready(given: list[Transaction]) -> Callable[[], None]:
        def run() -> None:
            for rows, keys in given:
                recorder.insert_events(rows, commands=keys)

        return run

    yield ready
    recorder.close()


@contextmanager
def raw(url: str) -> Iterator[Appending]:
    """What a process of the limit runs."""
    engine = connect(url)
    connection: Any = engine.raw_connection().driver_connection
    if engine.dialect.name == "postgresql":
        connection.autocommit = True
    cursor = connection.cursor()

    def ready(given: list[Transaction]) -> Callable[[], None]:
        made = [plain(*each) for each in given]

        def run() -> None:
            for rows, command in made:
                appended(cursor, rows, command)

        return run

    yield ready


@contextmanager
def peer(environment: dict[str, str]) -> Iterator[Appending]:
    """What a process of the peer runs."""
    app = Matters(environment)

    def ready(given: list[Transaction]) -> Callable[[], None]:
        made = peer_transactions(given)

        def run() -> None:
            for events in made:
                app.recorder.insert_events(events)

        return run

    yield ready
    app.close()


def _round(place: Place, share: int, side: Side, where: Any, size: int) -> Round:
    """Rounds by four processes that stay: each says when it is ready and when it is done; all are told to begin together."""
    context = multiprocessing.get_context("spawn")
    writers: list[Pipe] = []

    @contextmanager
    def ready() -> Iterator[Timed]:
        if not writers:
            for number in range(WRITERS):
                here, there = context.Pipe()
                process = context.Process(target=_work, args=(side, where, size, share, number, there), daemon=True)
                process.start()
                there.close()  # the process has its own: when it dies, whoever waits for it here is told
                writers.append(here)
                place.stack.callback(here.close)  # after the process has gone: who finds it closed ends with an error
                place.stack.callback(process.join)
                place.stack.callback(process.kill)
        _all_have_answered()

        def run() -> int:
            for writer in writers:
                writer.send(None)
            _all_have_answered()
            return WRITERS * share

        yield run

    def _all_have_answered() -> None:
        for writer in writers:
            writer.recv()

    return ready


def _work(side: Side, where: Any, size: int, share: int, number: int, parent: Pipe) -> None:
    with side(where) as append:
        for turn in count():
            given = append(transactions_of((f"w{turn}-{number}-{case}" for case in range(share)), size, share))
            parent.send(None)
            parent.recv()
            given()
            parent.send(None)
