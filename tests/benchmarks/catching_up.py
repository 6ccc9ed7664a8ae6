"""Catching up views from nothing, exactly once. Beside a raw bulk upsert, and the peer's projection of one row an event."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from sqlalchemy import update

from adapters.bootstrap import Installation
from adapters.store.driver.database import reading, writing
from projections.engine.projection import View
from projections.engine.runner import Runner
from projections.engine.tables import generations
from tests.benchmarks.measure import Bar, Round, Timed, Work
from tests.benchmarks.peer_projection import peer_projection
from tests.benchmarks.place import Place

AT_ONCE = 1_000


def catching_up(place: Place, city: Installation, views: Sequence[View], peer_events: int, bars: Sequence[Bar]) -> Work:
    """Catch these views up with the log of a city; the peer projects ``peer_events``."""
    head = city.log.head()

    @contextmanager
    def ours() -> Iterator[Timed]:
        with writing(city.engine) as transaction:
            for view in views:
                transaction.exec_driver_sql(f"{'truncate' if place.server else 'delete from'} {view.name}_1")
            transaction.execute(update(generations).values(position=0))
        yield Runner(city.log, partial(reading, city.engine), partial(writing, city.engine), views).catch_up

    return Work(
        database=place.kind,
        unit="events/s",
        ours=ours,
        limit=_raw(place, head),
        peers=[peer_projection(place, peer_events)],
        bars=bars,
    )


def _raw(place: Place, amount: int) -> Round:
    """One small row an event, written by hand a thousand a transaction; nothing read, decoded or folded."""
    connection = place.raw(place.fresh())
    connection.execute("create table raw_rows (id text primary key, position bigint)")
    values = "select * from unnest(%s::text[], %s::bigint[])" if place.server else "values (?, ?)"
    upsert = f"insert into raw_rows {values} on conflict (id) do update set position = excluded.position"
    batches = [
        [(f"case/{n}", n) for n in range(start, min(start + AT_ONCE, amount))] for start in range(0, amount, AT_ONCE)
    ]

    @contextmanager
    def ready() -> Iterator[Timed]:
        connection.execute("truncate raw_rows" if place.server else "delete from raw_rows")

        def run() -> int:
            for rows in batches:
                connection.execute("begin")
                if place.server:
                    connection.execute(upsert, tuple(map(list, zip(*rows, strict=True))))
                else:
                    connection.executemany(upsert, rows)
                connection.execute("commit")
            return amount

        yield run

    return ready
