"""Six weeks of two halls, in which rare things happen, on both databases: no open case in no list on any of twenty mornings."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete

from adapters.simulation.plan import Plan
from adapters.store.driver.database import writing
from projections.engine.generations import live as rows_of
from projections.views.open_work import OpenWork
from tests.anybody.year import MORNINGS, Morning, Year, live
from tests.office import START
from tests.projections.city import SMALL, opened

SIX_WEEKS = Plan(halls=2, days=42, seed=1, arrivals_a_day=2, finish=False)


@pytest.mark.no_cover
@pytest.mark.timeout(600)
def test_on_no_morning_of_six_weeks_is_an_open_case_in_no_list(database: str, tmp_path: Path) -> None:
    found: list[Morning] = []
    with opened(database, tmp_path) as city:
        happened = live(city, SIX_WEEKS, found.append, lambda done, total: None, often=8)
    assert len(found) == MORNINGS
    assert [morning for morning in found if morning.nowhere] == []
    assert found[-1].open > 10
    assert happened.total() > 50
    assert len(happened) > 10


def test_a_case_that_fell_out_of_every_list_is_found(database: str, tmp_path: Path) -> None:
    with opened(database, tmp_path) as city:
        live(city, SMALL.model_copy(update={"finish": False}), lambda morning: None, lambda done, total: None)
        city.now = lambda: START + timedelta(days=182)  # the evening of that day
        year = Year(city, 1, frozenset(), lambda morning: None)
        year.learn()
        lost = next(case.case_id for case in year.cases.values() if case.under_way)
        assert year.looked(SMALL.first_day).nowhere == []
        with writing(city.engine) as connection:
            rows = rows_of(connection, OpenWork)
            connection.execute(delete(rows).where(rows.c.case_id == lost))
        assert year.looked(SMALL.first_day).nowhere == [lost]
