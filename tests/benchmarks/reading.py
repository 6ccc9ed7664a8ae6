"""Reading the log of all cases in its order."""

from collections.abc import Iterator
from contextlib import contextmanager

from adapters.bootstrap import Installation
from tests.benchmarks.cases import EVENTS
from tests.benchmarks.matters import matters
from tests.benchmarks.measure import Bar, Peer, Round, Timed, Work
from tests.benchmarks.place import Place
from tests.benchmarks.sqlalchemy_rounds import sqlalchemy_peer

PAGE = 5_000


def reading(place: Place, city: Installation, peer_events: int, *, decoded: bool) -> Work:
    """Read the whole log of a city, as it lies or ``decoded``; the peer reads and decodes a log of ``peer_events``."""
    head = city.log.head()

    @contextmanager
    def ours() -> Iterator[Timed]:
        def run() -> int:
            position = 0
            while page := city.log.read(position, head, PAGE):
                if decoded:
                    for row in page:
                        row.record()
                position = page[-1].position
            return position

        yield run

    return Work(
        database=place.kind,
        unit="events/s",
        ours=ours,
        limit=_raw(place, city.settings.database_url),
        peers=_peers(place, peer_events) if decoded else (),
        bars=() if decoded else [Bar(0.6)],
    )


def _raw(place: Place, url: str) -> Round:
    """A cursor over the same columns (on PostgreSQL one of the server's), nothing decoded."""
    connection = place.raw(url)
    query = "select stream_id, version, type, data, position, schema_version, recorded_at, metadata from events"

    @contextmanager
    def ready() -> Iterator[Timed]:
        def run() -> int:
            read = 0
            connection.execute("begin")
            cursor = connection.cursor("log") if place.server else connection.cursor()
            cursor.execute(f"{query} order by position")
            while rows := cursor.fetchmany(PAGE):
                read += len(rows)
            cursor.close()
            connection.execute("commit")
            return read

        yield run

    return ready


def _peers(place: Place, amount: int) -> list[Peer]:
    return [
        Peer(f"eventsourcing.{place.kind}", _peer(place, amount)),
        *sqlalchemy_peer(place, "read", amount=amount),
    ]


def _peer(place: Place, amount: int) -> Round:
    app, _ = matters(place, amount // EVENTS)

    @contextmanager
    def ready() -> Iterator[Timed]:
        def run() -> int:
            start, read = 1, 0
            while page := app.recorder.select_notifications(start, PAGE):
                for notification in page:
                    app.mapper.to_domain_event(notification)
                start, read = page[-1].id + 1, read + len(page)
            return read

        yield run

    return ready
