"""The databases the tests run on, as fixtures, and the line that says how many tests ran on each."""

import os
import shutil
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import create_engine, text

from adapters import logs
from tests.postgres import PostgresServer

logs.configure()  # as a command does: to stderr, so that what a test reads on stdout is the answer alone
settings.register_profile("office", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("office")

GIVEN = "ONEWINDOW_TEST_POSTGRES_DSN"
"""Names the address of a server that is there already; its user may create databases."""
KINDS = ("sqlite", "postgres")


class GivenServer:
    """A PostgreSQL somebody else runs."""

    def __init__(self, url: str) -> None:
        self._engine = create_engine(url, isolation_level="AUTOCOMMIT")

    def create_database(self, name: str, template: str = "template1") -> str:
        with self._engine.connect() as connection:
            connection.execute(text(f'create database "{name}" template "{template}"'))
        return self._engine.url.set(database=name).render_as_string(hide_password=False)

    def drop_database(self, name: str) -> None:
        with self._engine.connect() as connection:
            connection.execute(text(f'drop database if exists "{name}" with (force)'))


@pytest.fixture(scope="session", autouse=True)
def no_real_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Whatever a test forgets to name goes into a folder of the tests, never into the home of who runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ONEWINDOW_HOME", str(tmp_path_factory.mktemp("home") / "onewindow"))
        yield


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer | GivenServer]:
    """A server for this worker's tests, started when the first one asks."""
    if url := os.environ.get(GIVEN):
        yield GivenServer(url)
    else:
        with PostgresServer() as server:
            yield server


@pytest.fixture(params=[pytest.param(kind, marks=getattr(pytest.mark, kind)) for kind in KINDS])
def database_kind(request: pytest.FixtureRequest) -> str:
    """The kind of database a test runs on: each test that asks runs on both."""
    return str(request.param)


@pytest.fixture
def database_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh, empty database."""
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path}/onewindow.db"
        return
    server = request.getfixturevalue("postgres_server")
    name = f"t{uuid.uuid4().hex}"
    yield server.create_database(name)
    server.drop_database(name)


Filling = Callable[[str, Path], None]
"""Fills a database that has all tables, at an address; the master key it needs goes into a folder."""
Copied = Callable[[Filling], str]
"""The address of a fresh database that is filled already."""


def nothing(url: str, folder: Path) -> None:
    """Leave the tables empty."""


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied."""
    from adapters.store import migrate

    file = tmp_path_factory.mktemp("migrated") / "template.db"
    migrate.upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def migrated_template(postgres_server: PostgresServer | GivenServer) -> Iterator[str]:
    """A migrated PostgreSQL database, to be copied."""
    from adapters.store import migrate

    name = f"template_{uuid.uuid4().hex}"
    migrate.upgrade(postgres_server.create_database(name))
    yield name
    postgres_server.drop_database(name)


@pytest.fixture(scope="session")
def filled_files(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Filling], Path]:
    """The folder of a SQLite file that was filled, to be copied: each filling is done once a session."""

    @cache
    def filled(filling: Filling) -> Path:
        folder = tmp_path_factory.mktemp("filled")
        shutil.copy(migrated_file, folder / "onewindow.db")
        filling(f"sqlite:///{folder}/onewindow.db", folder)
        return folder

    return filled


@pytest.fixture(scope="session")
def filled_templates(
    postgres_server: PostgresServer | GivenServer, migrated_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[Filling], tuple[str, Path]]]:
    """A PostgreSQL database that was filled, to be copied, and the folder of its master key: once a session."""
    names: list[str] = []

    @cache
    def filled(filling: Filling) -> tuple[str, Path]:
        folder = tmp_path_factory.mktemp("filled")
        names.append(f"template_{uuid.uuid4().hex}")
        filling(postgres_server.create_database(names[-1], migrated_template), folder)
        return names[-1], folder

    yield filled
    for name in names:
        postgres_server.drop_database(name)


@pytest.fixture
def copied(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Copied]:
    """The address of a fresh database filled in a certain way; the master key of it is in the test's folder."""
    if database_kind == "sqlite":

        def copy_file(filling: Filling) -> str:
            folder = request.getfixturevalue("filled_files")(filling)
            shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
            return f"sqlite:///{tmp_path}/onewindow.db"

        yield copy_file
        return
    server = request.getfixturevalue("postgres_server")
    names: list[str] = []

    def copy_template(filling: Filling) -> str:
        template, folder = request.getfixturevalue("filled_templates")(filling)
        shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
        names.append(f"t{uuid.uuid4().hex}")
        return str(server.create_database(names[-1], template))

    yield copy_template
    for name in names:
        server.drop_database(name)


@pytest.fixture
def database(copied: Copied) -> str:
    """The address of a fresh database with all tables."""
    return copied(nothing)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count, on the process that sees all reports, the tests that ran on each database."""
    if report.when == "call" and not report.skipped:
        kind = next((kind for kind in KINDS if kind in report.keywords), "none")
        RAN[kind] += 1


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests ran on each database."""
    terminalreporter.write_line(
        f"databases: {RAN['sqlite']} tests on SQLite, {RAN['postgres']} tests on PostgreSQL, {RAN['none']} tests that need none"
    )


RAN: Counter[str] = Counter()
