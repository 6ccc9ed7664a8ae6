"""A real PgBouncer between onewindow and PostgreSQL: the whole command line in transaction mode; an unnamed one is refused."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import psycopg
import pytest
from sqlalchemy import URL, make_url

from adapters.store import migrate
from adapters.store.driver.database import connect, reading
from adapters.store.driver.failures import DatabaseError
from projections.views.all_views import VIEWS
from tests.adapters.cli.city import MORNING, an_application, opened
from tests.adapters.cli.every_command import NOT_HERE, an_application_at_nine, every_command, leaves
from tests.pgbouncer import needs_pgbouncer, pgbouncer
from tests.projections.city import differences
from tests.terminal import typed

pytestmark = [pytest.mark.postgres, needs_pgbouncer]


@pytest.fixture
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty database on the server itself."""
    server = request.getfixturevalue("postgres_server")
    yield server.create_database("behind_a_pooler")
    server.drop_database("behind_a_pooler")


def named(through: URL, mode: str) -> str:
    return through.update_query_dict({"pooler": mode}).render_as_string()


@pytest.mark.no_cover
@pytest.mark.timeout(400)
def test_the_whole_command_line_works_behind_a_pooler_of_transactions(database: str, tmp_path: Path) -> None:
    with pgbouncer(database, "transaction") as through:
        address = named(through, "transaction")
        migrate.upgrade(address)
        an_application_at_nine(address, tmp_path)
        done = every_command(address, tmp_path)
        broken = [(line.command, line.answer.err) for line in done if line.answer.code in (4, 5, 6, 70)]
        assert broken == []
        assert {line.command for line in done} == set(leaves()) - NOT_HERE
        assert sum(line.answer.code == 0 for line in done) > 105
        with opened(address, tmp_path) as found:
            assert differences(found) == []
        left = "select count(*) from pg_prepared_statements union all select count(*) from pg_listening_channels()"
        with psycopg.connect(str(make_url(address).set(drivername="postgresql", query={}))) as connection:
            assert connection.execute(left).fetchall() == [(0,), (0,)]


def test_a_follower_behind_a_pooler_of_transactions_sees_what_others_record(database: str, tmp_path: Path) -> None:
    with pgbouncer(database, "transaction") as through:
        address = named(through, "transaction")
        migrate.upgrade(address)
        stopped = Event()
        with opened(address, tmp_path) as follows, opened(address, tmp_path) as others:
            follower = Thread(target=follows.runner().follow, args=(stopped.is_set,))
            follower.start()
            try:
                an_application(address, tmp_path)
                others.runner().wait_for(others.log.head(), [view.name for view in VIEWS], 30)
            finally:
                stopped.set()
                follower.join()
            assert differences(others) == []


def test_many_at_once_share_few_sessions_and_none_meets_a_statement_of_another(database: str, tmp_path: Path) -> None:
    with pgbouncer(database, "transaction") as through:
        address = named(through, "transaction")
        migrate.upgrade(address)
        an_application(address, tmp_path)

        def hand_in(number: int) -> int:
            file = (
                "case",
                "submit",
                "C1",
                "id-card",
                "--content-hash",
                f"{number:064x}",
                "--window",
                "W1",
                "--by",
                "F1",
            )
            return typed(address, tmp_path, lambda: MORNING + timedelta(minutes=90), *file).code

        with opened(address, tmp_path) as found:
            offices = [found.another_office() for _ in range(12)]
            with ThreadPoolExecutor(12) as pool:
                histories = list(pool.map(lambda office: len(office.history("C1")), offices * 5))
        assert set(histories) == {1}
        assert [hand_in(number) for number in range(3)] == [0, 0, 0]


def test_a_pooler_that_the_address_does_not_name_is_refused_in_a_sentence(database: str, tmp_path: Path) -> None:
    migrate.upgrade(database)
    for mode in ("transaction", "session"):
        with pgbouncer(database, mode) as through:
            refused = typed(through.render_as_string(), tmp_path, lambda: MORNING, "history", "C1")
            assert refused.code == 4
            assert "is reached through a pooler; write pooler=transaction into the address" in refused.err
            answer = typed(named(through, mode), tmp_path, lambda: MORNING, "verify")
            assert (answer.code, answer.err) == (0, ""), answer


def test_a_server_that_does_not_keep_what_is_acknowledged_is_refused_behind_a_pooler(database: str) -> None:
    name = make_url(database).database
    for setting, value in (("synchronous_commit", "off"), ("default_transaction_isolation", "serializable")):
        on_the_server(database, f"alter database {name} set {setting} = '{value}'")
        with pgbouncer(database, "transaction") as through:
            engine = connect(named(through, "transaction"))
            told = pytest.raises(DatabaseError, match=f"has {setting} = {value}, which cannot be set behind")
            with told, reading(engine):
                pass
            engine.dispose()
        on_the_server(database, f"alter database {name} reset {setting}")


def on_the_server(database: str, statement: str) -> None:
    with psycopg.connect(str(make_url(database).set(drivername="postgresql")), autocommit=True) as direct:
        direct.execute(statement.encode())


def test_another_word_for_a_pooler_is_refused() -> None:
    with pytest.raises(DatabaseError, match="write pooler=transaction or pooler=session"):
        connect("postgresql://user@host/onewindow?pooler=statement")
