"""Alembic alone makes the tables; they are the ones the code reads; a way back keeps every event."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, text

from adapters.bootstrap import installation
from adapters.settings import Settings
from adapters.simulation.plan import Plan
from adapters.simulation.simulation import simulate
from adapters.store import audit, migrate, revision, schema
from adapters.store.driver.database import connect, writing
from adapters.store.driver.failures import DatabaseError
from projections.engine import tables
from projections.engine.generations import table_of
from projections.views.all_views import VIEWS


def test_the_tables_and_indexes_are_the_ones_the_code_reads(database: str) -> None:
    code = MetaData()
    fixed = (tables.generations, tables.numbers, tables.parked, tables.chunks)
    for table in (*schema.metadata.tables.values(), *fixed, *(table_of(view.table, 1) for view in VIEWS)):
        table.to_metadata(code)
    engine = connect(database)
    with engine.connect() as connection:
        options = {"compare_type": True, "include_name": lambda name, kind, parents: name != "alembic_version"}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, code) == []
    engine.dispose()


def test_a_new_database_is_read_before_anybody_projects(database: str) -> None:
    """Each view begins with the fold of the code; a fold that was changed without its migration fails here."""
    engine = connect(database)
    with engine.connect() as connection:
        rows = connection.execute(text("select view, version from view_generations")).all()
    engine.dispose()
    assert {row.view: row.version for row in rows} == {view.name: view.version for view in VIEWS}


def test_the_views_go_and_come_back_with_their_rows(database: str, tmp_path: Path) -> None:
    with installation(Settings(database_url=database, master_key_file=tmp_path / "key")) as found:
        simulate(found, Plan(halls=1, days=1, seed=2, arrivals_a_day=3), lambda done, total: None)
        found.runner().catch_up()
        events = found.log.head()
    engine = connect(database)
    config = migrate._config()
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
    with pytest.raises(DatabaseError, match=f"has schema 0001, this onewindow needs {revision.newest()}"):
        revision.check(engine)
    engine.dispose()
    assert migrate.upgrade(database) == ("0001", revision.newest())
    with installation(Settings(database_url=database, master_key_file=tmp_path / "key")) as found:
        assert found.runner().catch_up() == events
    assert audit.verify(database, VIEWS, lambda done, total: None).findings == []


def test_open_work_without_the_laws_limit_is_folded_again_after_a_way_back(database: str, tmp_path: Path) -> None:
    with installation(Settings(database_url=database, master_key_file=tmp_path / "key")) as found:
        simulate(found, Plan(halls=1, days=1, seed=2, arrivals_a_day=3, finish=False), lambda done, total: None)
        found.runner().catch_up()
    engine = connect(database)
    config = migrate._config()
    with writing(engine) as connection:
        lawful = text("select count(*) from open_work_1 where statutory_due_at is not null")
        assert connection.execute(lawful).scalar_one() > 0
        config.attributes["connection"] = connection
        command.downgrade(config, "0015")
    engine.dispose()
    assert migrate.upgrade(database) == ("0015", migrate.newest())
    with installation(Settings(database_url=database, master_key_file=tmp_path / "key")) as found:
        found.runner().catch_up()
    assert audit.verify(database, VIEWS, lambda done, total: None).findings == []


def test_there_is_no_way_back_before_the_first_event(database: str) -> None:
    engine = connect(database)
    config = migrate._config()
    with pytest.raises(NotImplementedError, match="would delete the records"), writing(engine) as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    revision.check(engine)
    with engine.connect() as connection:
        assert connection.execute(text("select count(*) from log_head")).scalar_one() == 1
    engine.dispose()


@pytest.mark.postgres
def test_an_append_does_not_look_for_room_in_old_pages(request: pytest.FixtureRequest) -> None:
    """A vacuum tells of it, and PostgreSQL would run one whenever a fifth has been added."""
    server = request.getfixturevalue("postgres_server")
    database = server.create_database("at_the_end", request.getfixturevalue("migrated_template"))
    engine = connect(database)
    with engine.connect() as connection:
        given = connection.execute(text("select reloptions from pg_class where oid = 'events'::regclass")).scalar_one()
    engine.dispose()
    server.drop_database("at_the_end")
    assert given == ["autovacuum_vacuum_insert_threshold=-1"]


def test_every_command_knows_the_schemas_without_loading_alembic() -> None:
    scripts = ScriptDirectory.from_config(migrate._config())
    assert revision.revisions() == [script.revision for script in reversed(list(scripts.walk_revisions()))]
    assert revision.newest() == scripts.get_current_head()
    look = "import sys, adapters.cli.queues; print('alembic' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"
