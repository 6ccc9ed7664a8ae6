"""A full disk: a clear sentence, nothing lost, nothing half-written, and all goes on once there is room."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from adapters.bootstrap import Installation, installation
from adapters.settings import Settings
from adapters.store import migrate
from adapters.store.driver.database import single_statements
from adapters.store.driver.failures import DatabaseError
from domain.command import Command
from domain.office.office import Receipt
from projections.engine.rebuild import Rebuild
from tests.benchmarks.cases import commands_of, whole_case
from tests.databases import KINDS
from tests.faults.small_disk import SmallDisk, small_disk
from tests.postgres import PostgresServer
from tests.projections.city import content, differences

pytestmark = pytest.mark.no_cover
FULL = "disk .* is full; make room"
Office = tuple[Installation, SmallDisk]


@pytest.fixture(params=[pytest.param(kind, marks=getattr(pytest.mark, kind)) for kind in KINDS])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    """An office whose database lies on a small disk; on PostgreSQL the tables and their keys, not the log of writes."""
    with small_disk(64) as disk:
        if request.param == "sqlite":
            url = f"sqlite:///{disk.folder}/onewindow.db"
            yield from _opened(url, tmp_path, disk)
            return
        with PostgresServer(autovacuum="off") as server:
            yield from _opened(server.create_database_in(disk.folder, "small"), tmp_path, disk)


def _opened(url: str, folder: Path, disk: SmallDisk) -> Iterator[Office]:
    migrate.upgrade(url)
    with installation(Settings(database_url=url, master_key_file=folder / "key")) as found:
        for command in (*whole_case().setting_up, *commands_of(0)):
            found.office.execute(command)
        found.runner().catch_up()
        yield found, disk


def commands() -> Iterator[Command]:
    """Case after case."""
    return (command for number in count(1) for command in commands_of(number))


def fill(found: Installation, disk: SmallDisk) -> None:
    """Leave hardly any room, not even in the log of writes of SQLite, which is used again and again."""
    if found.engine.dialect.name == "sqlite":
        with single_statements(found.engine).connect() as connection:
            connection.exec_driver_sql("pragma wal_checkpoint(truncate)")
    disk.nearly_fill()


def until_full(found: Installation, given: Iterator[Command]) -> tuple[list[Receipt], Command]:
    """Work until the disk is full: the receipts so far, and the command that found no room."""
    receipts: list[Receipt] = []
    for command in given:
        try:
            receipts.append(found.office.execute(command))
        except DatabaseError:
            return receipts, command
    raise AssertionError("the disk never got full")


def test_a_command_that_finds_no_room_is_recorded_once_there_is(office: Office) -> None:
    found, disk = office
    fill(found, disk)
    given = commands()
    receipts, refused = until_full(found, given)
    with pytest.raises(DatabaseError, match=FULL):
        found.office.execute(refused)
    head = found.log.head()
    assert receipts[-1].position == head, "what was acknowledged is there, what was refused is not"

    disk.make_room()

    assert found.office.execute(refused).position > head
    assert found.office.execute(refused).repeated
    for command in (next(given) for _ in range(50)):
        found.office.execute(command)
    rows = found.log.read(0, found.log.head(), 10**9)
    assert [row.position for row in rows] == list(range(1, len(rows) + 1))
    found.runner().catch_up()
    assert differences(found) == []


def test_views_stand_where_they_are_and_go_on_once_there_is_room(office: Office) -> None:
    found, disk = office
    given = commands()
    for command in (next(given) for _ in range(2_000)):
        found.office.execute(command)
    before, standing = content(found), [s.position for s in found.runner().status()]
    fill(found, disk)
    with pytest.raises(DatabaseError, match=FULL):
        found.runner().catch_up()
    assert (content(found), [s.position for s in found.runner().status()]) == (before, standing)

    disk.make_room()

    found.runner().catch_up()
    assert differences(found) == []


def test_a_rebuild_that_finds_no_room_leaves_the_views_and_is_gone_on_with(office: Office) -> None:
    found, disk = office
    given = commands()
    for command in (next(given) for _ in range(2_000)):
        found.office.execute(command)
    found.runner().catch_up()
    before = content(found)
    fill(found, disk)
    runner = found.runner()
    rebuild = Rebuild(runner)
    with pytest.raises(DatabaseError, match=FULL):
        rebuild.run(["case_file"], lambda pieces: map(rebuild.fold_piece, pieces))
    assert content(found) == before

    disk.make_room()

    rebuild.run(["case_file"], lambda pieces: map(rebuild.fold_piece, pieces))
    assert content(found) == before
    assert {s.generation for s in found.runner().status() if s.view == "case_file"} == {2}
    assert differences(found) == []
