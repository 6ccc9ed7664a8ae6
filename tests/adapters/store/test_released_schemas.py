"""A database of each released schema, with cases in it, is brought to today's: its histories stay as they are."""

import gzip
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Boolean, MetaData, select

from adapters.bootstrap import installation
from adapters.settings import Settings
from adapters.store import audit, migrate, revision
from adapters.store.driver.database import connect, writing
from adapters.store.schema import events
from domain.history import APPLICATIONS
from domain.sealing import ERASED
from projections.views.all_views import VIEWS

FOLDER = Path(__file__).parent / "released"
MASTER_KEY = "_BzcR5j3O-miit7tYyeC7Rd1jTIrnIcxdhKx2lPRr6Y="
"""The key under which the names in these databases were sealed; it seals nothing else."""
RELEASED = sorted(file.name.removesuffix(".sql.gz") for file in FOLDER.glob("*.sql.gz"))


def restore(release: str, url: str, folder: Path) -> None:
    """Fill an empty database with the rows of a released one, under the schema that it had then."""
    script = gzip.decompress((FOLDER / f"{release}.sql.gz").read_bytes()).decode()
    source = folder / "released.db" if url.startswith("postgresql") else Path(url.removeprefix("sqlite:///"))
    with sqlite3.connect(source) as former:
        former.executescript(script)
        if url.startswith("postgresql"):
            migrate.upgrade(url, release.removeprefix("schema_"))
            copy(former, url)


def copy(former: sqlite3.Connection, url: str) -> None:
    """Copy every row into the tables of the same names."""
    former.row_factory = sqlite3.Row
    engine = connect(url)
    reflected = MetaData()
    reflected.reflect(engine)
    with writing(engine) as connection:
        for name, table in reflected.tables.items():
            truths = [column.name for column in table.columns if isinstance(column.type, Boolean)]
            rows: list[dict[str, Any]] = [dict(row) for row in former.execute(f"select * from {name}")]
            if name in ("log_head", "view_generations", "view_numbers", "alembic_version"):
                connection.execute(table.delete())
            if rows:
                converted = [row | {column: bool(row[column]) for column in truths} for row in rows]
                connection.execute(table.insert(), converted)
    engine.dispose()


def stored(url: str) -> list[tuple[Any, ...]]:
    """Every row of the log as it lies there."""
    engine = connect(url)
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(select(events).order_by(events.c.position))]
    engine.dispose()
    return rows


@pytest.mark.parametrize("release", RELEASED)
def test_a_released_database_is_upgraded_and_every_history_stays(
    release: str, database_url: str, tmp_path: Path
) -> None:
    restore(release, database_url, tmp_path)
    before = stored(database_url)
    assert migrate.upgrade(database_url) == (release.removeprefix("schema_"), revision.newest())
    assert stored(database_url) == before
    with installation(Settings(database_url=database_url, master_key=MASTER_KEY)) as upgraded:
        assert upgraded.runner().catch_up() == len(before)
        names = {row[1].removeprefix(APPLICATIONS) for row in before if row[1].startswith(APPLICATIONS)}
        cases = [upgraded.office.case(name) for name in names]
        applicants = [case.applicant for case in cases if case.applicant is not None]
        assert len(applicants) == len(names) > 0
        assert ERASED not in {upgraded.vault.open("name", applicant.name) for applicant in applicants}
    found = audit.verify(database_url, VIEWS, lambda done, total: None, anew_after=len(before))
    assert (found.findings, found.left_out) == ([], len(before))
