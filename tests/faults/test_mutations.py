"""The checks would find it: each defect that the store and the runner are built against, put in on purpose.

The same scenario passes as the code is, and fails with the mutation. Each is a moment of the soak, held still.
"""

import os
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import update

from adapters.bootstrap import Installation
from adapters.simulation.simulation import simulate
from adapters.store.driver.append import append_postgres
from adapters.store.driver.database import connect, writing
from adapters.store.driver.prepared import PreparedStatements
from domain.errors import OfficeError
from domain.office.office import CommandKey
from projections.engine import bulk, lease
from projections.engine import runner as runner_module
from projections.engine.lease import LeaseLost
from projections.engine.tables import generations
from projections.views.open_work import OpenWork
from tests.benchmarks.cases import commands_of, rows_of, whole_case
from tests.databases import Copied
from tests.faults.checks import twice
from tests.loaded import forks
from tests.projections.city import SMALL, differences, opened, small_city


@pytest.fixture
def city(copied: Copied, tmp_path: Path) -> Iterator[Installation]:
    """A small city, not projected yet."""
    with opened(copied(small_city), tmp_path) as found:
        yield found


# checkpoint outside the transaction


def _project_and_die(database: str, folder: str, mutated: bool) -> None:
    """Work on the views, and be killed after the first batch moved its checkpoint and before it wrote its rows."""
    runner_module.BATCH = 100
    if mutated:
        move = lease.move

        def moved_alone(_: Any, held: lease.Held, end: int) -> None:
            with writing(connect(database)) as connection:
                move(connection, held, end)

        lease.move = moved_alone

    def die(_connection: Any, _table: Any, rows: Sequence[Any]) -> None:
        if rows:  # the first batches hold nothing but the city
            os.kill(os.getpid(), signal.SIGKILL)

    bulk.insert = die
    with opened(database, Path(folder)) as found:
        found.runner().catch_up()


@pytest.mark.parametrize("mutated", [False, True], ids=["as it is", "checkpoint outside the transaction"])
def test_a_worker_killed_between_checkpoint_and_rows(city: Installation, tmp_path: Path, mutated: bool) -> None:
    if mutated and city.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer: the checkpoint cannot be moved outside while the rows are written")
    process = forks().Process(target=_project_and_die, args=(city.settings.database_url, str(tmp_path), mutated))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    city.runner().catch_up()
    assert bool(differences(city)) == mutated


# positions from a plain sequence

FROM_A_SEQUENCE = """
create sequence positions;
create or replace function append_events(
    stream_ids text[], versions int[], types text[], schema_versions int[], recorded_ats text[],
    metadatas text[], datas text[], digests bytea[], previous int[], last_of_city int,
    command_ids text[], command_digests bytea[], command_ends int[]
) returns bigint language plpgsql as $$
declare
    last bigint;
begin
    for i in 1 .. cardinality(stream_ids) loop
        last := nextval('positions');
        insert into events values (last, stream_ids[i], versions[i], types[i], schema_versions[i], recorded_ats[i],
            metadatas[i], datas[i], digests[i], digests[i]);
    end loop;
    return last;
end $$;
"""


@contextmanager
def _driver(database: str) -> "Iterator[psycopg.Connection[Any]]":
    with psycopg.connect(database.replace("+psycopg", "")) as connection:
        yield connection


@pytest.mark.postgres
@pytest.mark.parametrize("mutated", [False, True], ids=["as it is", "positions from a plain sequence"])
def test_a_reader_between_two_transactions_held_in_the_wrong_order(
    request: pytest.FixtureRequest, tmp_path: Path, mutated: bool
) -> None:
    server = request.getfixturevalue("postgres_server")
    name = f"order_{mutated}".lower()
    database = server.create_database(name, request.getfixturevalue("migrated_template"))
    try:
        if mutated:
            with _driver(database) as connection:
                connection.execute(FROM_A_SEQUENCE)
        seen: list[int] = []

        def look(found: Installation) -> None:
            seen.extend(row.position for row in found.log.read(seen[-1] if seen else 0, 1_000, 1_000))

        def second() -> None:
            with _driver(database) as later:
                append_postgres(PreparedStatements(later), rows_of(2)[:2], [CommandKey("second", bytes(32), 2)])

        with opened(database, tmp_path) as found, _driver(database) as first:
            with first.transaction():
                append_postgres(PreparedStatements(first), rows_of(1)[:2], [CommandKey("first", bytes(32), 2)])
                thread = threading.Thread(target=second)
                thread.start()
                thread.join(timeout=0.5)  # it waits for the first, or is through
                look(found)
            thread.join()
            look(found)
        assert (seen != [1, 2, 3, 4]) == mutated
    finally:
        server.drop_database(name)


# no fencing


@pytest.mark.parametrize("mutated", [False, True], ids=["as it is", "no fencing"])
def test_a_worker_that_was_paused_and_taken_over(
    city: Installation, monkeypatch: pytest.MonkeyPatch, mutated: bool
) -> None:
    if mutated:

        def whoever(connection: Any, held: lease.Held, **values: Any) -> None:
            connection.execute(update(generations).where(generations.c.view == held.view.name).values(**values))

        monkeypatch.setattr(lease, "_still", whoever)
    paused, other = city.runner(), city.runner()
    held = paused.hold(OpenWork(), 1)
    assert held is not None
    with writing(city.engine) as connection:  # its lease lapses
        connection.execute(update(generations).values(held_until=0))
    taken = other.hold(OpenWork(), 1)
    assert taken is not None
    half = city.log.head() * 4 // 5  # behind the events that make the city
    other.advance([taken], city.log.head())
    if mutated:
        paused.advance([held], half)
    else:
        with pytest.raises(LeaseLost):
            paused.advance([held], half)
    simulate(city, SMALL.model_copy(update={"seed": 6, "arrivals_a_day": 1}), lambda done, total: None)
    other.advance([taken], city.log.head())
    assert bool(differences(city)) == mutated


# a retry without the command id


@pytest.mark.parametrize("mutated", [False, True], ids=["as it is", "a retry without the command id"])
def test_a_command_whose_answer_was_lost_comes_again(database: str, tmp_path: Path, mutated: bool) -> None:
    with opened(database, tmp_path) as found:
        for command in whole_case().setting_up:
            found.office.execute(command)
        wrong: list[str] = []
        for command in commands_of(1):
            found.office.execute(command)  # the answer is lost on the way
            again = command.model_copy(update={"command_id": f"{command.command_id}+"}) if mutated else command
            try:
                assert found.office.execute(again).repeated
            except (OfficeError, AssertionError) as error:
                wrong.append(str(error))
        said = [(r.originator_id, r.act.command_id.rstrip("+")) for r in found.office.history("b1")]
        assert bool(wrong) == mutated
        assert mutated or not list(twice(said))
