"""Bringing a database to this software's schema."""

from time import monotonic, sleep

import structlog
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, text

from adapters.store.driver.database import connect, writing
from adapters.store.driver.failures import DatabaseError, address_of
from adapters.store.revision import FOLDER, known, newest, present

WAIT_SECONDS = 10.0
SECONDS_A_TRY = 1.0
SECONDS_BETWEEN_TRIES = 0.5
IN_THE_WAY = """
select pid, usename, application_name, state, extract(epoch from now() - xact_start) as seconds
from pg_stat_activity
where pid <> pg_backend_pid() and datname = current_database() and xact_start is not null and pid in (
    select pid from pg_locks where granted and (
        locktype = 'advisory' or relation in (
            select oid from pg_class where relnamespace = current_schema()::regnamespace
        )
    )
)
order by xact_start limit 5
"""
"""Who holds a lock on our tables, the longest first. What they ask for is not told: it may be about a person."""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def upgrade(url: str, revision: str = "head", wait_seconds: float = WAIT_SECONDS) -> tuple[str | None, str]:
    """Bring the database to the newest schema (or to ``revision``). Returns the revisions before and after.

    Whoever uses the tables goes on: on PostgreSQL an upgrade asks for them for a second at a time, so nobody queues
    behind it for longer, and gives up after ``wait_seconds``. Raises ``DatabaseError`` then, naming who is in the
    way, and for a database that a newer onewindow made, or that cannot be used.
    """
    engine = connect(url)
    try:
        before = present(engine)
        if before is not None:
            known(before, engine)
        log, begun = structlog.get_logger().bind(before=before, to=_target(revision)), monotonic()
        if before != _target(revision):
            log.info("upgrade of the database begun")
        until = begun + wait_seconds
        while not _upgraded(engine, revision, may_fail=monotonic() + SECONDS_A_TRY < until):
            sleep(SECONDS_BETWEEN_TRIES)
        after = present(engine) or newest()
        if after != before:
            log.info("database upgraded", seconds=round(monotonic() - begun, 1))
        return before, after
    finally:
        engine.dispose()


def _target(revision: str) -> str:
    return newest() if revision == "head" else revision


def _upgraded(engine: Engine, revision: str, *, may_fail: bool) -> bool:
    """Whether all steps were made; none was where the tables are in use. Raises ``DatabaseError`` unless it may fail."""
    config = _config()
    try:
        with writing(engine) as connection:
            _alone(connection)
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
        return True
    except DatabaseError as error:
        if not _in_use(error):
            raise
        if may_fail:
            return False
        raise DatabaseError(
            f"the tables of {address_of(engine)} are in use{_by_whom(engine)}; nothing was changed: end that use, or try again with a longer --wait-seconds"
        ) from error


def _in_use(error: DatabaseError) -> bool:
    said = error.__cause__
    return getattr(getattr(said, "orig", said), "sqlstate", None) == "55P03"


def _by_whom(engine: Engine) -> str:
    with engine.connect() as connection:
        found = connection.execute(text(IN_THE_WAY)).all()
    return "".join(
        f"; by process {row.pid} of {row.usename} ({row.application_name or 'no name'}, {row.state}, "
        f"for {row.seconds:.0f} s)"
        for row in found
    )


def _alone(connection: Connection) -> None:
    """On PostgreSQL, let one upgrade wait for another, as on SQLite; and refuse what cannot hold every name."""
    if connection.dialect.name != "postgresql":
        return
    connection.execute(text(f"set local lock_timeout = {SECONDS_A_TRY * 1000:.0f}"))
    connection.execute(text("select pg_advisory_xact_lock(hashtext('onewindow_schema'))"))
    encoding = connection.execute(text("show server_encoding")).scalar_one()
    if encoding != "UTF8":
        raise DatabaseError(
            f"{address_of(connection.engine)} has the encoding {encoding}, which cannot hold every name; "
            "make it anew with `createdb --encoding UTF8 --template template0`"
        )
