"""Bringing a database to this software's schema, and refusing to work on another one."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

import migrations
from adapters.store.driver.database import connect, writing
from adapters.store.driver.failures import DatabaseError, address_of, plain_errors

FOLDER = Path(migrations.__file__).parent


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def newest() -> str:
    """The schema revision this software works with."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


def present(engine: Engine) -> str | None:
    """The schema revision of a database, None for an empty one."""
    with plain_errors(engine), engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(url: str, revision: str = "head") -> tuple[str | None, str]:
    """Bring the database to the newest schema (or to ``revision``). Returns the revisions before and after.

    Raises ``DatabaseError`` for a database that a newer onewindow made, or that cannot be used.
    """
    engine = connect(url)
    try:
        before = present(engine)
        if before is not None:
            _known(before, engine)
        config = _config()
        with writing(engine) as connection:
            _alone(connection)
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
        return before, present(engine) or newest()
    finally:
        engine.dispose()


def _alone(connection: Connection) -> None:
    """On PostgreSQL, let one upgrade wait for another, as on SQLite; and refuse what cannot hold every name."""
    if connection.dialect.name != "postgresql":
        return
    connection.execute(text("select pg_advisory_xact_lock(hashtext('onewindow_schema'))"))
    encoding = connection.execute(text("show server_encoding")).scalar_one()
    if encoding != "UTF8":
        raise DatabaseError(
            f"{address_of(connection.engine)} has the encoding {encoding}, which cannot hold every name; "
            "make it anew with `createdb --encoding UTF8 --template template0`"
        )


def check(engine: Engine) -> None:
    """Raise ``DatabaseError`` unless the database has exactly this software's schema."""
    revision = present(engine)
    where = address_of(engine)
    if revision is None:
        raise DatabaseError(f"{where} has no tables of onewindow yet; run `onewindow db upgrade`")
    _known(revision, engine)
    if revision != newest():
        raise DatabaseError(
            f"{where} has schema {revision}, this onewindow needs {newest()}; run `onewindow db upgrade`"
        )


def _known(revision: str, engine: Engine) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if revision not in known:
        where = address_of(engine)
        raise DatabaseError(
            f"{where} has schema {revision}, which this onewindow ({newest()}) does not know; install a newer onewindow"
        )
