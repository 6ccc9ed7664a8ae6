"""A rebuild whose processes are killed in the middle: the views stay as they were, and it is gone on with."""

import os
import signal
from pathlib import Path
from threading import Event

import pytest
from rich.progress import Progress
from sqlalchemy import func, select

from adapters.bootstrap import Installation
from projections.engine.tables import chunks
from tests.benchmarks import long_log
from tests.projections.city import content, differences, opened
from tests.terminal import complaints, onewindow, start


def done(found: Installation) -> tuple[int, int]:
    """How many pieces of the rebuild under way are done, and how many there are."""
    with found.reading() as connection:
        row = connection.execute(select(func.count(chunks.c.rows), func.count())).one()
    return int(row[0]), int(row[1])


@pytest.mark.no_cover
def test_a_rebuild_that_is_interrupted_says_so_and_prints_no_traceback(database_url: str, tmp_path: Path) -> None:
    with Progress(disable=True) as progress:
        long_log.make(database_url, tmp_path / "master.key", cases=2_000, days=1, progress=progress)
    with opened(database_url, tmp_path) as found:
        before = signal.signal(signal.SIGINT, signal.default_int_handler)  # tests in the background may ignore it
        process = start(database_url, tmp_path, "project", "rebuild", "--workers", "2", new_session=True)
        signal.signal(signal.SIGINT, before)
        while done(found)[0] == 0 and process.poll() is None:
            Event().wait(0.005)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: all its processes
        _, said = process.communicate(timeout=60)
        assert (process.returncode, complaints(said)) == (
            130,
            ["onewindow: stopped; what was recorded stays recorded, run the command again to resume"],
        )
        assert {s.generation for s in found.runner().status()} == {1}


@pytest.mark.no_cover
def test_a_rebuild_killed_in_the_middle_is_gone_on_with(database_url: str, tmp_path: Path) -> None:
    with Progress(disable=True) as progress:
        long_log.make(database_url, tmp_path / "master.key", cases=3_000, days=1, progress=progress)
    with opened(database_url, tmp_path) as found:
        found.runner().catch_up()
        before = content(found)
        process = start(database_url, tmp_path, "project", "rebuild", "--workers", "2")
        while done(found)[0] == 0 and process.poll() is None:
            Event().wait(0.005)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        some, all_ = done(found)
        assert 0 < some < all_
        assert content(found) == before
        assert {s.generation for s in found.runner().status()} == {1}

        again = onewindow(database_url, tmp_path, "project", "rebuild", "--workers", "2")

        assert again.code == 0, again.err
        assert content(found) == before
        assert {s.generation for s in found.runner().status()} == {2}
        assert differences(found) == []
