"""The roles that ``onewindow db grants`` prints, on a real PostgreSQL: the whole command line as each of them.

The owner upgrades and rebuilds, the service does the office's work, the reader reads; none but the owner can touch what is recorded,
and a refusal names the right that is missing.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import ProgrammingError

from adapters.bootstrap import installation
from adapters.settings import Settings
from adapters.store import migrate
from adapters.store.driver.database import connect, reading, writing
from adapters.store.driver.failures import DatabaseError
from adapters.store.driver.rights import KEEP, SERVICE
from adapters.store.grants import BadRole, Roles, grants
from tests.adapters.cli.city import MORNING
from tests.adapters.cli.every_command import (
    HASH,
    NOT_HERE,
    Line,
    an_application_at_nine,
    every_command,
    leaves,
)
from tests.projections.city import differences
from tests.terminal import onewindow, typed

pytestmark = pytest.mark.postgres
ROLES = Roles()
OWNED = text(
    "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace "
    "and relowner::regrole::text like :role union "
    "select proname from pg_proc where pronamespace = 'public'::regnamespace and proowner::regrole::text like :role"
)
MAY = text(
    "select relname, array(select right_name from unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', "
    "'trigger']) right_name where has_table_privilege(:role, c.oid, right_name)) from pg_class c "
    "where relkind = 'r' and relnamespace = 'public'::regnamespace"
)
CHANGES = (
    "update events set data = ''",
    "delete from events",
    "truncate events",
    "alter table events disable trigger all",
    "drop trigger events_never_changed on events",
    "drop function events_never_changed() cascade",
    "update commands set position = 0",
    "delete from commands",
    "update person_keys set master = ''",
    "delete from person_keys",
    "delete from attempts",
    "drop table events",
    "create table mine (a int)",
)


def give_rights(url: str, *words: str) -> None:
    """As a superuser does with what ``onewindow db grants`` prints."""
    sql = onewindow(url, Path("/tmp"), "db", "grants", *words)
    assert (sql.code, sql.err) == (0, "")
    engine = connect(url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(sql.out.replace("%", "%%"))
    engine.dispose()


def asked(url: str, statement: object, **values: str) -> list[tuple[object, ...]]:
    engine = connect(url)
    with reading(engine) as connection:
        found = [tuple(row) for row in connection.execute(statement, values)]  # type: ignore[call-overload]
    engine.dispose()
    return found


def as_role(url: str, role: str) -> str:
    return make_url(url).set(username=role).render_as_string()


@pytest.fixture
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A database of an owner, upgraded by them; the address is that of the superuser."""
    server = request.getfixturevalue("postgres_server")
    made = server.create_database("with_roles")
    give_rights(made)
    assert migrate.upgrade(as_role(made, ROLES.owner))[0] is None
    give_rights(made)
    yield made
    server.drop_database("with_roles")


def of_database(done: list[Line], code: int = 4) -> list[tuple[str, str]]:
    """The commands that ended because of the database, and what they said last."""
    return [(line.words, line.answer.err.splitlines()[-1]) for line in done if line.answer.code in (code, 70)]


@pytest.mark.no_cover
@pytest.mark.timeout(600)
def test_the_whole_command_line_as_each_role(url: str, tmp_path: Path) -> None:
    owner, service, reader = (as_role(url, role) for role in ROLES)
    assert {row[0] for row in asked(url, OWNED, role=ROLES.owner)} == {row[0] for row in asked(url, OWNED, role="%")}
    an_application_at_nine(service, tmp_path)

    done = every_command(service, tmp_path)
    assert {line.command for line in done} == set(leaves()) - NOT_HERE
    assert sum(line.answer.code == 0 for line in done) > 100
    refused = dict(of_database(done))
    assert set(refused) == {"key rotate", "project rebuild"}
    assert refused["key rotate"].endswith("may not do this: only the owner of person_keys may; use that role")

    after = every_command(owner, tmp_path, "owner", at_hours=3)
    assert of_database(after) == []
    assert [line.words for line in after if line.answer.code] == [RESTORE]  # into a database that holds records
    with installation(Settings(database_url=service, master_key_file=tmp_path / "master.key")) as found:
        found.runner().catch_up()  # what the owner rebuilt is kept up by the service
        assert differences(found) == []
    assert of_database(every_command(owner, tmp_path, "read write", at_hours=4)) == []

    typed(service, tmp_path, lambda: MORNING, "project")
    beside = tmp_path / "reader"
    beside.mkdir()
    shutil.copy(tmp_path / "master.key", beside)
    read = every_command(reader, beside, "read none", at_hours=8)
    assert [(line.words, line.answer.err) for line in read if line.answer.code not in (0, 14)] == []
    recorded = asked(url, text("select max(position) from events"))
    written = every_command(reader, beside, "write", at_hours=8)
    assert asked(url, text("select max(position) from events")) == recorded
    assert {line.answer.code for line in written} <= {0, 2, 4, 8, 9, 12, 13, 14, 15, 16}
    told = {said for _, said in of_database(written)}
    assert len(of_database(written)) > 10
    assert all("lacks " in said and "as `onewindow db grants` says" in said for said in told), told


HAND_IN = ("case", "submit", "C1", "id-card", "--content-hash", HASH, "--window", "W1", "--by", "F1")
RESTORE = "db restore {d}/records.db --keys {d}/keys.db"


def test_each_role_may_do_what_the_list_says_and_no_more(url: str) -> None:
    def may(role: str) -> dict[object, tuple[str, ...]]:
        return {name: tuple(rights) for name, rights in asked(url, MAY, role=role)}  # type: ignore[misc, has-type]

    views = {str(row[0]): KEEP for row in asked(url, text("select view || '_' || generation from view_generations"))}
    assert may(ROLES.service) == {**SERVICE, **views}
    assert may(ROLES.reader) == dict.fromkeys({**SERVICE, **views}, ("select",))
    give_rights(url, "--erasing")
    assert may(ROLES.service)["person_keys"] == ("select", "insert", "delete")
    give_rights(url)
    assert may(ROLES.service)["person_keys"] == SERVICE["person_keys"]


def test_nobody_changes_what_is_recorded(url: str, tmp_path: Path) -> None:
    an_application_at_nine(as_role(url, ROLES.service), tmp_path)
    for role in (ROLES.service, ROLES.reader):
        for change in CHANGES:
            engine = connect(as_role(url, role))
            with pytest.raises(DatabaseError, match=r"only the owner of|lacks "), writing(engine) as connection:
                connection.execute(text(change))
            engine.dispose()
    engine = connect(as_role(url, ROLES.owner))
    for change in (
        "delete from events",
        "update events set data = ''",
        "delete from attempts where true or number = 0",
    ):
        with pytest.raises(ProgrammingError, match=r"event|attempt"), engine.begin() as connection:
            connection.execute(text("insert into attempts select 1, '', '', '', '', '', '', '', '', '', 'x'"))
            connection.execute(text(change))
    engine.dispose()


@pytest.mark.parametrize(
    ("taken", "words", "lacking"),
    [
        ("insert on events", HAND_IN, "insert on table events"),
        ("execute on function append_events", HAND_IN, "execute on function append_events"),
        ("select on events", ("history", "C1"), "select on table events"),
        ("update on view_generations", ("project",), "update on table view_generations"),
        ("usage on schema public", ("history", "C1"), ""),
    ],
)  # fmt: skip
def test_a_refusal_names_the_right_that_is_missing(
    url: str, tmp_path: Path, taken: str, words: tuple[str, ...], lacking: str
) -> None:
    service = as_role(url, ROLES.service)
    an_application_at_nine(service, tmp_path)
    engine = connect(url)
    with engine.begin() as connection:
        connection.execute(text(f"revoke {taken} from {ROLES.service}"))
    engine.dispose()
    answer = typed(service, tmp_path, lambda: MORNING.replace(hour=3), *words)
    assert answer.code == 4, answer
    if lacking:  # else the server says of a table out of reach that it is not there
        address = make_url(service).set(drivername="postgresql").render_as_string()
        expected = f"the user {ROLES.service} of {address} lacks {lacking}; use the role that has it, or grant it as"
        assert expected in answer.err, answer.err


def test_a_role_of_somebody_elses_database_is_told_that_it_may_not_connect(url: str) -> None:
    engine = connect(url)
    with engine.begin() as connection:
        connection.execute(text("drop role if exists a_stranger"))
        connection.execute(text("create role a_stranger login"))
    engine.dispose()
    engine = connect(as_role(url, "a_stranger"))
    with pytest.raises(DatabaseError, match="lacks connect on the database"), reading(engine):
        pass
    engine.dispose()


@pytest.mark.parametrize("name", ["", 'a"; drop table events; --', "a'b", "$$", "名" * 22, "a\nb"])
def test_a_name_that_would_break_the_statements_is_refused(name: str) -> None:
    with pytest.raises(BadRole, match="cannot be the name of a role"):
        grants(Roles(service=name))


def test_three_roles_have_three_names() -> None:
    with pytest.raises(BadRole, match="three different names"):
        grants(Roles(owner="a", service="a"))
    assert '"one role"' in grants(Roles(service="one role"))
