"""A log that ends before its views do, because an older copy came back: everybody is told, and a rebuild repairs it."""

from pathlib import Path

import pytest
from sqlalchemy import insert, select

from adapters.store import audit
from adapters.store.driver.database import connect, writing
from adapters.store.schema import attempts, commands, events, log_head
from projections.engine.rebuild import Rebuild
from projections.views.all_views import VIEWS
from tests.adapters.cli.city import a_city, opened
from tests.databases import Copied
from tests.guards import guards_off
from tests.terminal import Answer, onewindow

CODE = 5


def older_records_come_back(database: str, backup: Path) -> None:
    """Put the records of a backup into the place of those that are there, as a careless restore does: the views stay."""
    old, new = connect(f"sqlite:///{backup}"), connect(database)
    with old.connect() as source, writing(new) as into, guards_off(into):
        for table in (events, commands, log_head, attempts):
            into.execute(table.delete())
            if rows := [dict(row._mapping) for row in source.execute(select(table))]:
                into.execute(insert(table), rows)
    old.dispose()
    new.dispose()


@pytest.fixture
def shortened(copied: Copied, tmp_path: Path) -> str:
    """A projected city whose log is that of before its application was accepted."""
    database = copied(a_city)
    run(database, tmp_path, "db", "backup", "old.db", "--keys", "old-keys.db")
    run(database, tmp_path, "task", "claim", "C1", "food:review", "--by", "R1", "--department", "market")
    run(database, tmp_path, "project")
    older_records_come_back(database, tmp_path / "old.db")
    return database


def run(database: str, folder: Path, *words: str) -> Answer:
    answer = onewindow(database, folder, *words)
    assert answer.code == 0, answer.err
    return answer


@pytest.mark.parametrize(
    "words",
    [
        ("project",),
        ("project", "--follow"),
        ("project", "status"),
        ("desk", "--hall", "H1", "--window", "W1"),
        ("history", "C1"),
        ("task", "claim", "C1", "food:review", "--by", "R1", "--department", "market"),
        ("tick",),
    ],
)
def test_everybody_is_told(shortened: str, tmp_path: Path, words: tuple[str, ...]) -> None:
    answer = onewindow(shortened, tmp_path, *words)
    assert answer.code == CODE, answer
    assert "the views were made of events up to" in answer.err
    assert "onewindow project rebuild" in answer.err


def test_a_rebuild_repairs_it(shortened: str, tmp_path: Path) -> None:
    run(shortened, tmp_path, "project", "rebuild", "--workers", "1")
    assert run(shortened, tmp_path, "project").out.startswith("all views stand at position")
    assert audit.verify(shortened, VIEWS, lambda done, total: None).findings == []
    run(shortened, tmp_path, "task", "claim", "C1", "food:review", "--by", "R1", "--department", "market")
    run(shortened, tmp_path, "project")
    assert audit.verify(shortened, VIEWS, lambda done, total: None).findings == []


def test_who_examines_or_saves_what_is_left_still_can(shortened: str, tmp_path: Path) -> None:
    assert "stands at position" in onewindow(shortened, tmp_path, "verify").out
    assert run(shortened, tmp_path, "db", "backup", "left.db", "--keys", "left-keys.db")
    assert run(shortened, tmp_path, "db", "status")


def test_nobody_goes_back_to_rows_of_lost_events(shortened: str, tmp_path: Path) -> None:
    run(shortened, tmp_path, "project", "rebuild", "--workers", "1")
    refused = onewindow(shortened, tmp_path, "project", "rollback", "case_file")
    assert (refused.code, "made of events that are lost" in refused.err) == (2, True), refused.err
    run(shortened, tmp_path, "project", "drop", "case_file")
    run(shortened, tmp_path, "project", "status")


def test_a_rebuild_that_began_on_the_longer_log_starts_over(copied: Copied, tmp_path: Path) -> None:
    database = copied(a_city)
    run(database, tmp_path, "db", "backup", "old.db", "--keys", "old-keys.db")
    run(database, tmp_path, "task", "claim", "C1", "food:review", "--by", "R1", "--department", "market")
    with opened(database, tmp_path) as found:
        rebuild = Rebuild(found.runner())
        for piece in rebuild.pieces(rebuild.begin([view.name for view in VIEWS])):
            rebuild.fold_piece(piece)
    run(database, tmp_path, "project")
    older_records_come_back(database, tmp_path / "old.db")
    run(database, tmp_path, "project", "rebuild", "--workers", "1")
    assert audit.verify(database, VIEWS, lambda done, total: None).findings == []
