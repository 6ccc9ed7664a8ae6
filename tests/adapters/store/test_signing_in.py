"""Signing in to a real PostgreSQL: its certificate is checked, and a password comes from a file, never from the address."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from adapters.store import migrate
from adapters.store.driver.database import connect, reading
from adapters.store.driver.failures import DatabaseError
from tests.authority import Issued, issued_for
from tests.postgres import HOST, PostgresServer
from tests.terminal import onewindow
from tests.tls_front import over_tls

pytestmark = pytest.mark.postgres
PASSWORD = "a pass:word with {braces} and 汉字"
WHO_MAY = b"""
local all all trust
host all postgres 127.0.0.1/32 trust
host all with_password 127.0.0.1/32 scram-sha-256
"""


@pytest.fixture(scope="module")
def issued() -> Issued:
    return issued_for("localhost")


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A server with a role that has a password."""
    made = PostgresServer()
    made.configure(hba_file=str(made.place("who_may", WHO_MAY)))
    with made:
        with psycopg.connect(f"host={HOST} port={made.port} user=postgres dbname=postgres", autocommit=True) as admin:
            admin.execute("create role with_password login")
            admin.execute(sql.SQL("alter role with_password password {}").format(PASSWORD))
        migrate.upgrade(made.create_database("office"))
        with psycopg.connect(f"host={HOST} port={made.port} user=postgres dbname=office", autocommit=True) as admin:
            admin.execute("grant select on all tables in schema public to with_password")
        yield made


@pytest.fixture(scope="module")
def secured(server: PostgresServer, issued: Issued, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port at which the server shows its certificate."""
    with over_tls(server.port, issued, tmp_path_factory.mktemp("tls")) as port:
        yield port


@pytest.fixture
def authority(issued: Issued, tmp_path: Path) -> Path:
    file = tmp_path / "ca.crt"
    file.write_bytes(issued.authority)
    return file


def test_a_server_is_the_one_that_its_certificate_names(secured: int, authority: Path, tmp_path: Path) -> None:
    address = f"postgresql://postgres@localhost:{secured}/office?sslmode=verify-full&sslrootcert={authority}"
    answer = onewindow(address, tmp_path, "db", "status", "--format", "json")
    assert answer.code == 0, answer
    engine = connect(address)
    with reading(engine) as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        assert driver.pgconn.ssl_in_use
    engine.dispose()
    refused = onewindow(address.replace("verify-full", "disable"), tmp_path, "db", "status")
    assert refused.code == 4, refused


@pytest.mark.parametrize(("host", "whose"), [(HOST, "own"), ("localhost", "another"), ("localhost", "none")], ids=str)
def test_a_server_that_its_certificate_does_not_name_is_refused(
    secured: int, authority: Path, tmp_path: Path, host: str, whose: str
) -> None:
    """Given the address of the same server under a name that is not in its certificate; an authority that did not issue it; none."""
    if whose == "another":
        authority.write_bytes(issued_for("localhost").authority)
    if whose == "none":
        authority.unlink()
    address = f"postgresql://postgres@{host}:{secured}/office?sslmode=verify-full&sslrootcert={authority}"
    answer = onewindow(address, tmp_path, "db", "status")
    assert (answer.code, "shows no certificate that is trusted for it" in answer.err) == (4, True), answer


def test_a_password_comes_from_a_file(server: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = PASSWORD.replace("\\", "\\\\").replace(":", "\\:")
    file = tmp_path / "pgpass"
    file.touch(mode=0o600)
    file.write_text(f"{HOST}:{server.port}:office:with_password:{written}\n", encoding="utf-8")
    address = f"postgresql://with_password@{HOST}:{server.port}/office"
    refused = onewindow(address, tmp_path, "db", "status")
    assert (refused.code, "refused the user or the password" in refused.err) == (4, True), refused
    monkeypatch.setenv("PGPASSFILE", str(file))
    answer = onewindow(address, tmp_path, "db", "status", "--format", "json")
    assert answer.code == 0, answer
    assert "pass" not in answer.json["database"].partition("@")[2]
    assert "braces" not in answer.out + answer.err


def test_a_service_entry_says_where_and_who(
    server: PostgresServer, secured: int, authority: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = {"host": "localhost", "port": secured, "dbname": "office", "user": "with_password"}
    entry |= {"sslmode": "verify-full", "sslrootcert": authority, "password": PASSWORD}
    file = tmp_path / "pg_service.conf"
    file.touch(mode=0o600)
    file.write_text("[office]\n" + "".join(f"{name}={value}\n" for name, value in entry.items()), encoding="utf-8")
    monkeypatch.setenv("PGSERVICEFILE", str(file))
    answer = onewindow("postgresql:///?service=office", tmp_path, "db", "status", "--format", "json")
    assert answer.code == 0, answer
    assert answer.json["database"] == "postgresql:///?service=office"
    wrong = onewindow("postgresql:///?service=elsewhere", tmp_path, "db", "status")
    assert (wrong.code, "elsewhere" in wrong.err) == (4, True), wrong


def test_a_statement_that_takes_too_long_is_told_as_such(server: PostgresServer) -> None:
    """Given a role with a statement_timeout; and an operator who ends a statement of another."""
    address = f"postgresql://postgres@{HOST}:{server.port}/office"
    engine = connect(f"{address}?options=-c%20statement_timeout%3D50")
    told = pytest.raises(DatabaseError, match="took longer than its statement_timeout; nothing was recorded")
    with told, reading(engine) as connection:
        connection.exec_driver_sql("select pg_sleep(5)")
    engine.dispose()
    engine = connect(f"{address}?options=-c%20lc_messages%3DC")
    told = pytest.raises(DatabaseError, match="or an administrator ended it; nothing was recorded")
    with told, reading(engine) as connection:
        connection.exec_driver_sql("select pg_cancel_backend(pg_backend_pid()), pg_sleep(5)")
    engine.dispose()
