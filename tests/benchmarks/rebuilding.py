"""Rebuilding one view beside the live one: folded, written, checked and given its keys. Beside a raw bulk write."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Table, select

from adapters.bootstrap import Installation
from adapters.store.driver.database import reading, writing
from adapters.workers.rebuilding import spread_over
from projections.engine import bulk, generations
from projections.engine.copy_lines import FORMAT, block_of, lines_of
from projections.engine.generations import live, table_of
from projections.engine.projection import View
from projections.engine.rebuild import Rebuild
from tests.benchmarks.measure import Bar, Peer, Round, Timed, Work
from tests.benchmarks.place import Place

ONE = "one process"
RAW = 9_999
"""A generation that only the benchmark has."""


def rebuilding(place: Place, city: Installation, view: View, workers: int, bars: list[Bar]) -> Work:
    """Rebuild a view of a city by so many processes, which are there already."""
    city.runner().catch_up()
    head = city.log.head()

    def by(processes: int) -> Round:
        runner = city.runner()
        spread = place.stack.enter_context(spread_over(city.settings, processes, runner))

        @contextmanager
        def ready() -> Iterator[Timed]:
            def run() -> int:
                Rebuild(runner).run([view.name], spread, afresh=True)
                return head

            yield run

        return ready

    return Work(
        database=place.kind,
        unit="events/s",
        ours=by(workers),
        limit=_raw(city, view, head),
        peers=[Peer(ONE, by(1))] if workers > 1 else [],
        bars=bars,
    )


def _raw(city: Installation, view: View, head: int) -> Round:
    """The rows of the view written at once into an equal table with its keys; nothing read or folded."""
    with reading(city.engine) as connection:
        rows = [tuple(row) for row in connection.execute(select(live(connection, view)))]
    table: Table = table_of(view.table, RAW)
    block = block_of(lines_of(rows))

    @contextmanager
    def ready() -> Iterator[Timed]:
        def run() -> int:
            with writing(city.engine) as connection:
                generations.create(connection, table)
                if connection.dialect.name == "sqlite":
                    bulk.insert(connection, table, rows)
                else:
                    driver: Any = connection.connection.driver_connection
                    with driver.cursor().copy(f"copy {table.name} from stdin ({FORMAT})") as copy:
                        copy.write(block)
                generations.add_keys(connection, table)
                generations.finish(connection, table)
            return head

        yield run
        with writing(city.engine) as connection:
            generations.drop(connection, table)

    return ready
