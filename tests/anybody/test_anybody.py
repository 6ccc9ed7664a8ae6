"""A machine in which anybody gives any command, on both databases."""

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from adapters.settings import Settings
from adapters.store.driver.database import connect
from tests.anybody.city import founded
from tests.anybody.machine import Anybody

EXAMPLES = int(os.environ.get("ANYBODY_EXAMPLES", "0"))
STEPS = int(os.environ.get("ANYBODY_STEPS", "15"))


@pytest.mark.no_cover
@pytest.mark.timeout(0)
def test_nothing_open_is_out_of_sight_whatever_anybody_does(
    database_kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with resetting(database_kind, request, tmp_path) as (url, keys, reset):
        engine = connect(url)

        def begin() -> Anybody:
            reset()
            return Anybody(Settings(database_url=url, master_key_file=keys / "master.key"), engine, engine.dispose)

        run_state_machine_as_test(
            begin,
            settings=settings(
                max_examples=EXAMPLES or (20 if database_kind == "sqlite" else 10),
                stateful_step_count=STEPS,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )


@contextmanager
def resetting(
    kind: str, request: pytest.FixtureRequest, folder: Path
) -> Iterator[tuple[str, Path, Callable[[], None]]]:
    """The address of a database, the folder of its master key, and what makes the city anew in it."""
    if kind == "sqlite":
        filled: Path = request.getfixturevalue("filled_files")(founded)
        file = folder / "onewindow.db"

        def copied() -> None:
            for left in folder.glob("onewindow.db*"):
                left.unlink()
            shutil.copy(filled / "onewindow.db", file)

        copied()
        yield f"sqlite:///{file}", filled, copied
        return
    template, keys = request.getfixturevalue("filled_templates")(founded)
    server, name = request.getfixturevalue("postgres_server"), f"m{uuid.uuid4().hex}"

    def created() -> None:
        server.drop_database(name)
        server.create_database(name, template)

    yield server.create_database(name, template), keys, created
    server.drop_database(name)
