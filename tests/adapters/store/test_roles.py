"""The roles of docs/operating/postgresql-roles.sql: each can do its work on a real PostgreSQL, and none can change an event."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import ProgrammingError

from adapters.bootstrap import installation
from adapters.settings import Settings
from adapters.store import migrate
from adapters.store.driver.database import connect, writing
from adapters.store.driver.failures import DatabaseError
from tests.adapters.cli.city import MORNING, an_application
from tests.loaded import ROOT
from tests.projections.city import differences
from tests.projections.rebuilds import alone, here
from tests.terminal import typed

ROLES = (ROOT / "docs" / "operating" / "postgresql-roles.sql").read_text(encoding="utf-8")
BACKUP = ("db", "backup", "{}/records.db", "--keys", "{}/keys.db")
READING = (
    ("queue", "--department", "market"),
    ("report", "processing-time", "--by", "hall", "--clock", "calendar"),
    ("history", "C1"),
    ("verify",),
    ("db", "check"),
    BACKUP,
)
OWNED = text(
    "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace "
    "and relowner::regrole::text like :role union "
    "select proname from pg_proc where pronamespace = 'public'::regnamespace and proowner::regrole::text like :role"
)
CHANGES = (
    "update events set data = ''",
    "delete from events",
    "truncate events",
    "alter table events disable trigger all",
    "update commands set position = 0",
    "delete from attempts",
    "drop table events",
)


def give_roles(url: str) -> None:
    """As the superuser does, by ``psql -f``."""
    engine = connect(url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(ROLES.replace("%", "%%"))
    engine.dispose()


def owned(url: str, role: str = "%") -> set[str]:
    """The tables and functions of the schema that a role owns, or that there are."""
    engine = connect(url)
    with engine.connect() as connection:
        found = connection.execute(OWNED, {"role": role})
        return set(found.scalars())


def as_role(url: str, role: str) -> str:
    return make_url(url).set(username=f"onewindow_{role}").render_as_string()


@pytest.mark.postgres
def test_each_role_does_its_work_and_none_can_change_an_event(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    server = request.getfixturevalue("postgres_server")
    url = server.create_database("with_roles")
    request.addfinalizer(lambda: server.drop_database("with_roles"))
    give_roles(url)
    assert migrate.upgrade(as_role(url, "upgrade"))[0] is None
    give_roles(url)

    assert owned(url, "onewindow_upgrade") == {word for word in owned(url) if f"'{word}'" in ROLES}
    assert owned(url) - owned(url, "onewindow_upgrade") == owned(url, "onewindow_views")

    append, views, read = (as_role(url, role) for role in ("append", "views", "read"))
    an_application(append, tmp_path)
    with installation(Settings(database_url=views, master_key_file=tmp_path / "master.key")) as projector:
        projector.runner().catch_up()
        for _ in range(2):  # the second drops a table that the migrations had made
            alone(projector).run(["case_file", "open_work"], here(projector))
        assert differences(projector) == []

    def noon() -> datetime:
        return MORNING + timedelta(hours=3)

    for words in READING:
        answer = typed(read, tmp_path, noon, *(word.format(tmp_path) for word in words))
        assert (answer.code, answer.err) == (0, ""), (words, answer.err)
    handed_in = ("case", "submit", "C1", "id-card", "--content-hash", "ab" * 32, "--window", "W1", "--by", "F1")
    refused = typed(read, tmp_path, noon, *handed_in)
    assert (refused.code, "may not do this" in refused.err) == (4, True), refused
    done = typed(append, tmp_path, noon, *handed_in)
    assert done.code == 0, done.err
    assert typed(views, tmp_path, noon, "project").code == 0
    ticked = typed(append, tmp_path, lambda: MORNING + timedelta(days=30), "tick")
    assert (ticked.code, "limits had passed" in ticked.out) == (4, False), "its views are kept up by others"

    for role in ("append", "views", "read"):
        for change in CHANGES:
            engine = connect(as_role(url, role))
            with pytest.raises(DatabaseError, match="may not do this"), writing(engine) as connection:
                connection.execute(text(change))
            engine.dispose()
    engine = connect(as_role(url, "upgrade"))
    with pytest.raises(ProgrammingError, match="event"), engine.begin() as connection:
        connection.execute(text("delete from events"))
    engine.dispose()
