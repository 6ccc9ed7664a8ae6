"""The report of processing time: percentiles by department from the view. Beside the cursor alone, and DuckDB in memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb
import numpy as np

from adapters.bootstrap import Installation
from adapters.store.driver.database import writing
from projections.engine.generations import live
from projections.reports.processing_report import Clock, Grouping, Stage, processing_time_report
from projections.views.processing_time import ProcessingTime
from tests.benchmarks.measure import Peer, Timed, Work
from tests.benchmarks.place import Place

QUERY = "select department, working_us from processing_time_1 where stage = 'approval' order by department"
DUCKDB = (
    "select g, count(*), avg(us), quantile_cont(us, 0.5), quantile_cont(us, 0.9), quantile_cont(us, 0.99) "
    "from spans group by g"
)


def reporting(place: Place, city: Installation, amount: int) -> Work:
    """Report on ``amount`` approvals: those of a city, copied as often as it takes."""
    city.runner().catch_up()
    _multiply(city, amount)
    connection = place.raw(city.settings.database_url)
    rows = connection.execute(QUERY).fetchall()
    groups, spans = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])

    @contextmanager
    def ours() -> Iterator[Timed]:
        def run() -> int:
            with city.reading() as transaction:
                figures = processing_time_report(
                    transaction, by=[Grouping.DEPARTMENT], stage=Stage.APPROVAL, clock=Clock.WORKING
                )
            return sum(int(each["cases"]) for each in figures)

        yield run

    @contextmanager
    def limit() -> Iterator[Timed]:
        def run() -> int:
            return len(connection.execute(QUERY).fetchall())

        yield run

    @contextmanager
    def peer() -> Iterator[Timed]:
        with duckdb.connect() as database:
            database.register("spans", {"g": groups, "us": spans})

            def run() -> int:
                found: list[Any] = database.execute(DUCKDB).fetchall()
                return sum(int(each[1]) for each in found)

            yield run

    return Work(
        database=place.kind,
        unit="cases/s",
        ours=ours,
        limit=limit,
        peers=[Peer("duckdb", peer)],
    )


def _multiply(city: Installation, amount: int) -> None:
    """Copy the approvals of the view under other case numbers until there are ``amount``."""
    with writing(city.engine) as transaction:
        table = live(transaction, ProcessingTime)
        others = ", ".join(f'"{column.name}"' for column in list(table.columns)[1:])
        stage = "where stage = 'approval'"
        there = int(transaction.exec_driver_sql(f"select count(*) from {table.name} {stage}").scalar_one())
        for copy in range(1, -(-amount // there)):
            transaction.exec_driver_sql(
                f"insert into {table.name} (case_id, {others}) "
                f"select case_id || '/{copy}', {others} from {table.name} {stage} and case_id not like '%%/%%'"
            )
