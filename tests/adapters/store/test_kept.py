"""Kept connections: one a thread, given up when the server goes away and opened again."""

import threading
from pathlib import Path
from typing import Any

import pytest

from adapters.bootstrap import installation
from adapters.settings import Settings
from adapters.store import audit, migrate
from adapters.store.driver.database import connect
from adapters.store.driver.failures import DatabaseError
from adapters.store.driver.thread_connections import KeptConnections
from projections.views.all_views import VIEWS
from tests.adapters.cli.city import Day, accepted
from tests.postgres import PostgresServer


def test_each_thread_has_its_own_and_keeps_it(database: str) -> None:
    kept = KeptConnections(connect(database))
    seen: list[Any] = []

    def look() -> None:
        seen.extend({kept.run(lambda cursor: cursor) for _ in range(3)})

    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(seen)) == len(seen) == 3
    kept.close()
    kept.close()


@pytest.mark.postgres
def test_a_restart_of_the_server_is_one_clear_error_and_then_all_goes_on(tmp_path: Path) -> None:
    with PostgresServer() as server:
        url = server.create_database("office")
        migrate.upgrade(url)
        with installation(Settings(database_url=url, master_key_file=tmp_path / "key")) as found:
            day = Day(found)
            accepted(day)
            head = found.log.head()
            server.stop("immediate")
            with pytest.raises(DatabaseError, match="went away during the command"):
                found.office.case("C1")
            with pytest.raises(DatabaseError, match="cannot be reached"):
                found.office.case("C1")
            server.start()
            assert found.office.case("C1").version > 0
            found.runner().catch_up()
            assert {s.position for s in found.runner().status()} == {head}
        assert audit.verify(url, VIEWS, lambda done, total: None).findings == []
