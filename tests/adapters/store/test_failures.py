"""What the databases say, in one sentence: by its kind, whatever words stand in it, and never with a password."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, create_engine, text

from adapters.bootstrap import installation
from adapters.settings import Settings
from adapters.store import audit, migrate, revision
from adapters.store.driver.database import connect, reading, writing
from adapters.store.driver.failures import DatabaseError, address_of
from domain.errors import CommandReused
from domain.label import Label
from domain.people.establishing import EstablishDepartment
from projections.views.all_views import VIEWS
from tests.adapters.cli.city import Day, accepted
from tests.office import setting_up
from tests.postgres import PostgresServer


@pytest.mark.parametrize(
    "address",
    [
        "postgresql//u:secret@h/db",
        "postgresql://u:secret@h:54x/db",
        "postgresql://u:secret@h/db",
        "postgresql://h/db?password=secret",
        "postgresql://h/db?sslpassword=secret&sslmode=require",
        "secret",
    ],
)
def test_no_sentence_names_a_password(address: str) -> None:
    try:
        said = address_of(connect(address))
    except DatabaseError as error:
        said = str(error)
    assert "secret" not in said


def test_an_address_without_a_password_is_said_as_it_was_given(tmp_path: Path) -> None:
    for address in ("postgresql://clerk@h/db", f"sqlite:///{tmp_path}/a.db", "sqlite:///file:a.db?mode=ro&uri=true"):
        assert address_of(connect(address)) == address


@pytest.fixture
def engine(postgres_server: PostgresServer) -> Iterator[Engine]:
    """The server's own database."""
    made = connect(postgres_server.url)
    yield made
    made.dispose()


@contextmanager
def role(engine: Engine, words: str = "") -> Iterator[Engine]:
    """The same database for a user of its own."""
    name = f"r{uuid4().hex}"
    with engine.begin() as connection:
        connection.execute(text(f"create role {name} login {words}"))
    theirs = connect(engine.url.set(username=name).render_as_string(hide_password=False))
    try:
        yield theirs
    finally:
        theirs.dispose()
        with engine.begin() as connection:
            connection.execute(text(f"drop role {name}"))


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("select pg_terminate_backend(pg_backend_pid())", "went away during the command"),
        ("set local statement_timeout = 1; select pg_sleep(10)", "took longer than its statement_timeout"),
        ("select * from nowhere", "do not exist; create the database"),
        ("set transaction read only; create table t (n int)", "can only be read"),
        ("do $$ begin raise disk_full; end $$", "is full; make room"),
        ("do $$ begin raise deadlock_detected; end $$", "held by another program"),
        ("do $$ begin raise idle_in_transaction_session_timeout; end $$", "went away during the command"),
    ],
)
def test_what_a_server_says_is_known_by_its_code(engine: Engine, statement: str, says: str) -> None:
    with pytest.raises(DatabaseError, match=says), writing(engine) as connection:
        connection.exec_driver_sql(statement)
    with reading(engine) as connection:
        assert connection.execute(text("select 1")).scalar_one() == 1


@pytest.mark.postgres
def test_a_server_that_lets_nobody_in_says_why(engine: Engine) -> None:
    def said(wrong: Engine) -> str:
        with pytest.raises(DatabaseError) as refused, reading(wrong):
            pass
        wrong.dispose()
        return str(refused.value)

    def elsewhere(**parts: object) -> Engine:
        return connect(engine.url.set(**parts).render_as_string(hide_password=False))

    assert "do not exist; create the database" in said(elsewhere(database="nowhere"))
    assert "cannot be reached (failed to resolve host" in said(elsewhere(host="nowhere.invalid"))
    assert "cannot be reached (connection to server" in said(elsewhere(host="127.0.0.1", port=1))
    with pytest.raises(DatabaseError, match="is not understood \\(invalid connection option"):
        elsewhere(query={"{nonsense}": "1"})
    with role(engine, "connection limit 0") as crowded:
        assert "no room for another connection" in said(crowded)
    with role(engine) as locked_out:
        with engine.begin() as connection:
            connection.execute(text(f"alter role {locked_out.url.username} nologin"))
        assert "is not permitted to log in)" in said(locked_out)


@pytest.mark.postgres
def test_a_session_is_used_as_the_log_needs_it_whatever_user_and_environment_say(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    with role(engine) as careless:
        with engine.begin() as connection:
            for setting in ("synchronous_commit = off", "default_transaction_isolation = 'repeatable read'"):
                connection.execute(text(f"alter role {careless.url.username} set {setting}"))
        with careless.connect() as connection:
            found = [
                connection.execute(text(f"show {name}")).scalar_one()
                for name in ("client_encoding", "synchronous_commit", "transaction_isolation")
            ]
    assert found == ["UTF8", "on", "read committed"]
    with role(engine) as careful:
        with engine.begin() as connection:
            connection.execute(text(f"alter role {careful.url.username} set synchronous_commit = remote_apply"))
        with careful.connect() as connection:
            assert connection.execute(text("show synchronous_commit")).scalar_one() == "remote_apply"


@pytest.mark.postgres
def test_a_database_that_cannot_hold_every_name_is_refused(engine: Engine, postgres_server: PostgresServer) -> None:
    name = f"t{uuid4().hex}"
    alone = create_engine(engine.url, isolation_level="AUTOCOMMIT")
    with alone.connect() as connection:
        how = "encoding 'LATIN1' lc_collate 'C' lc_ctype 'C' template template0"
        connection.execute(text(f"create database {name} {how}"))
    alone.dispose()
    url = engine.url.set(database=name).render_as_string(hide_password=False)
    with pytest.raises(DatabaseError, match="has the encoding LATIN1, which cannot hold every name"):
        migrate.upgrade(url)
    assert revision.present(connect(url)) is None
    postgres_server.drop_database(name)


def test_several_who_upgrade_at_once_wait_for_each_other(database_url: str) -> None:
    with ProcessPoolExecutor(4) as processes:
        done = list(processes.map(migrate.upgrade, [database_url] * 4))
    assert {after for _, after in done} == {revision.newest()}


@pytest.mark.parametrize("words", ["the log is malformed", "connection failed", "no such table", "disk is full"])
def test_a_repeated_command_is_one_whatever_its_id_says(database: str, tmp_path: Path, words: str) -> None:
    with installation(Settings(database_url=database, master_key_file=tmp_path / "key")) as found:
        found.office.execute(setting_up()[0])
        command = setting_up()[1].model_copy(update={"command_id": words})
        first = found.office.execute(command)
        assert (found.office.execute(command).position, found.log.head()) == (first.position, first.position)
        with pytest.raises(CommandReused):
            found.office.execute(setting_up()[2].model_copy(update={"command_id": words}))


def test_a_head_that_does_not_fit_its_log_is_not_taken_for_a_lost_race(database: str, tmp_path: Path) -> None:
    with installation(Settings(database_url=database, master_key_file=tmp_path / "key")) as found:
        day = Day(found)
        accepted(day)
        found.runner().catch_up()
        head = found.log.head()
        with writing(found.engine) as connection:
            connection.execute(text("update log_head set position = position - 1"))
        with pytest.raises(DatabaseError, match="its head does not match its log; nothing was recorded"):
            day.do(EstablishDepartment, department_id="new", label=Label(zh="新", en="New"))
        assert found.log.head() == head - 1
    places = [each.place for each in audit.verify(database, VIEWS, lambda done, total: None).findings]
    assert "head of the log" in places
