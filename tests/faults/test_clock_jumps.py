"""A clock that jumps: it decides how soon somebody takes over, never what is recorded or shown."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import update

from adapters.bootstrap import installation
from adapters.settings import Settings
from adapters.store import audit
from adapters.store.driver.database import writing
from projections.engine.tables import generations
from projections.views.all_views import VIEWS
from projections.views.processing_time import table as processing_time
from tests.benchmarks.cases import commands_of, whole_case
from tests.clocks import WRONG_CLOCK
from tests.projections.city import content, differences

HOUR_MS = 3_600_000
STARTED_AT = list(processing_time.columns).index(processing_time.c.started_at)


@pytest.mark.parametrize("jump", [-HOUR_MS, HOUR_MS], ids=["back", "forward"])
def test_who_died_before_the_database_clock_jumped_keeps_nobody_waiting(
    database: str, tmp_path: Path, jump: int
) -> None:
    with installation(Settings(database_url=database, master_key_file=tmp_path / "key")) as found:
        for command in (*whole_case().setting_up, *commands_of(1)):
            found.office.execute(command)
        dead = found.runner()
        for view in VIEWS:
            assert dead.hold(view, 1) is not None
        with writing(found.engine) as connection:  # seen from after the jump, the leases end so much later or earlier
            connection.execute(update(generations).values(held_until=generations.c.held_until - jump))
        other = found.runner()
        assert [view.name for view in VIEWS if other.hold(view, 1) is None] == []


def test_a_recording_clock_that_jumps_changes_neither_order_nor_figures(database: str, tmp_path: Path) -> None:
    random = Random(7)

    def jumping() -> datetime:
        return datetime(2026, 6, 1, tzinfo=UTC) + timedelta(days=random.uniform(-90, 90))

    with installation(Settings(database_url=database, master_key_file=tmp_path / "key"), jumping) as found:
        for command in whole_case().setting_up:
            found.office.execute(command)
        for number in range(5):
            for command in commands_of(number):
                found.office.execute(command)
        found.runner().catch_up()
        assert differences(found) == []
        told = audit.verify(database, VIEWS, lambda done, total: None).findings
        assert told
        assert all(WRONG_CLOCK in each.what for each in told), "verify names the clock, and nothing else"
        rows = found.log.read(0, found.log.head(), 10_000)
        assert [row.position for row in rows] == list(range(1, len(rows) + 1))
        recorded = [row.record().act.recorded_at for row in rows]
        assert recorded != sorted(recorded)
        totals = [row for row in content(found)["processing_time"] if row[1] == "total"]
        assert (len(totals), len({row[STARTED_AT:] for row in totals})) == (5, 1), "the same matter, the same figures"
