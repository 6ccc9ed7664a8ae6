"""A year of a hall, before and after its reform: every figure of the report is proved from the exported log."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from adapters.bootstrap import Installation
from adapters.disk.target import Target
from adapters.exchange.log_lines import export_lines
from adapters.simulation.plan import Plan
from adapters.simulation.simulation import settle, simulate
from adapters.store import audit
from domain.errors import OfficeError
from domain.hall.hall import Layout
from domain.ticket.ticket import TicketState
from projections.engine.generations import live
from projections.reports.evidence import Evidence, evidence
from projections.reports.reform import Figure, Measured, Period, reform_report
from projections.views.all_views import VIEWS
from projections.views.hall_queue import HallQueue
from projections.views.open_work import OpenWork
from tests.adapters.reform_in_sql import figures_by_duckdb
from tests.projections.city import opened

BEFORE, AFTER = Period(date(2025, 3, 3), date(2025, 8, 28)), Period(date(2025, 8, 30), date(2026, 4, 30))


def nobody(done: int, total: int) -> None:
    """Nobody looks."""


@pytest.fixture
def year(database: str, tmp_path: Path) -> Iterator[Installation]:
    """A hall with an applicant or two a day, half a year before and half a year after the reform; all has ended."""
    with opened(database, tmp_path) as found:
        for layout in Layout:
            plan = Plan(halls=1, days=180, seed=4, layout=layout, arrivals_a_day=1)
            done = simulate(found, plan, nobody)
            assert done.refused == 0
            settle(found, done.last, finish=True, progress=nobody)
        yield found


def stands(year: Installation) -> set[str]:
    """What cases still wait for, and the tickets in their queues."""
    with year.reading() as connection:
        return {
            *connection.execute(select(live(connection, OpenWork).c.waits_for)).scalars(),
            *connection.execute(select(live(connection, HallQueue).c.stand)).scalars(),
        }


def made_of(figure: Figure, parts: list[Evidence], of: int) -> float | None:
    """The figure again, from its parts alone."""
    values = [each.value for each in parts]
    match figure:
        case Figure.WINDOWS | Figure.MATERIALS | Figure.ABOLISHED:
            return sum(values)
        case Figure.TICKETS | Figure.VISITS:
            return sum(values) / of
        case _:
            return sum(values) / len(values)


def test_rule_12_every_figure_equals_a_query_on_the_exported_log_and_is_made_of_its_events(
    year: Installation, tmp_path: Path
) -> None:
    file = tmp_path / "log.jsonl.gz"
    assert export_lines(year, Target(file), nobody) == year.log.head()
    with year.reading() as connection:
        assert audit.check(connection, VIEWS, nobody).findings == []
        assert stands(year) <= {TicketState.SERVED, TicketState.NO_SHOW, TicketState.GIVEN_UP}  # nothing is stuck
        city = year.office.city()
        report = reform_report(connection, city, BEFORE, AFTER)
        assert report[Figure.ABOLISHED] == (Measured(0, 12), Measured(34, 12))
        assert report[Figure.WINDOWS] == (Measured(28, 1), Measured(14, 1))
        for place, period in enumerate((BEFORE, AFTER)):
            independent = figures_by_duckdb(file, *period)
            for figure, both in report.items():
                value, of = independent[figure]
                assert both[place].of == of > 0, figure
                assert both[place].value == pytest.approx(value, abs=1e-9), figure
                parts = list(evidence(connection, year.log, city, figure, period))
                assert made_of(figure, parts, of) == pytest.approx(value, abs=1e-9), figure
                assert all(each.events for each in parts)
        was, now = report[Figure.TOTAL]
        assert was.value is not None
        assert now.value is not None
        assert now.value < was.value


def test_periods_that_overlap_are_not_compared(database: str, tmp_path: Path) -> None:
    with opened(database, tmp_path) as found, found.reading() as connection, pytest.raises(OfficeError, match="later"):
        reform_report(connection, found.office.city(), BEFORE, Period(BEFORE.last, AFTER.last))
