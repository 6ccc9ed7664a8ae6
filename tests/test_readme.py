"""The README's commands, run as they stand there: in their order, in an empty folder, by real processes, on both databases."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.adapters.cli.city import opened
from tests.adapters.test_receipt_end_to_end import CSV
from tests.loaded import ROOT
from tests.terminal import environment

README = (ROOT / "README.md").read_text(encoding="utf-8")
LONGEST = 150
NOT_RUN = {
    "Try it": "it is this very run, and the demo, which has tests of its own",
    "PostgreSQL": "it makes a server's database and a service; all other sections are run on PostgreSQL, too",
}
SIMULATED = "sqlite:///simulated.db"


def sections() -> dict[str, str]:
    """The commands of each section, block after block, in their order."""
    texts = re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", README, re.MULTILINE | re.DOTALL)
    blocks = {title: "\n".join(re.findall(r"^    (.*)$", text, re.MULTILINE)) for title, text in texts}
    return {title: block for title, block in blocks.items() if block}


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= LONGEST


TUTORIALS = ("city-of-your-own.md", "city-of-your-own.zh.md")


@pytest.mark.parametrize("page", TUTORIALS)
def test_a_tutorial_has_the_commands_that_are_run_here(page: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    lines = re.findall(r"^    (.*)$", text, re.MULTILINE)
    assert lines == [line.split("  #")[0].rstrip() for line in sections()["A city of one's own"].splitlines()]


def run(script: str, folder: Path, database: str) -> subprocess.CompletedProcess[str]:
    """Run commands one after the other until one fails."""
    command = folder.parent / f"{folder.name}-bin" / "onewindow"
    command.parent.mkdir(exist_ok=True)
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m adapters.cli "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    env = environment(database, folder) | {"PATH": f"{command.parent}:{os.environ['PATH']}"}
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script], cwd=folder, env=env, capture_output=True, text=True, check=False
    )


@pytest.fixture
def another_database(database_kind: str, request: pytest.FixtureRequest) -> Callable[[], str]:
    """The address of one more empty database."""

    def made() -> str:
        if database_kind == "sqlite":
            return SIMULATED
        server = request.getfixturevalue("postgres_server")
        request.addfinalizer(lambda: server.drop_database("readme_simulated"))
        return str(server.create_database("readme_simulated"))

    return made


@pytest.mark.no_cover
@pytest.mark.timeout(400)
def test_the_blocks_of_the_readme_run_in_their_order(
    database_url: str, another_database: Callable[[], str], tmp_path: Path
) -> None:
    """Two halls, four departments and 20 staff; one application from intake to hand-over; then a simulated city and a log."""
    folder, blocks = tmp_path / "empty", sections()
    folder.mkdir()
    assert list(blocks) == ["Try it", "A city of one's own", "A simulated city", "A real log", "PostgreSQL"]
    own = blocks["A city of one's own"]
    assert len(re.findall(r"\bonewindow ", own)) < 40
    done = run(own, folder, database_url)
    assert done.returncode == 0, done.stderr + done.stdout
    assert "2 halls, 20 staff" in done.stdout
    assert "4 departments" in done.stdout
    assert "the city is so already; nothing is recorded" in done.stdout
    assert re.search(r"^1 change recorded.*\n  hall H2 has other hours", done.stdout, re.MULTILINE)
    assert "the result is handed over" in done.stdout
    with opened(database_url, folder) as installation:
        (case,) = {
            row.record().originator_id for row in installation.log.every("application/", installation.log.head())
        }
        records = installation.office.history(case.removeprefix("application/"))
    assert re.fullmatch(r"application/H1-\d{8}-0001", case)
    assert {record.act.actor.person for record in records} == {"F1", "U9", "I1"}

    simulated = another_database()
    city = run(blocks["A simulated city"].replace(SIMULATED, simulated), folder, database_url)
    assert city.returncode == 0, city.stderr + city.stdout
    assert city.stdout.rstrip().endswith("nothing differs")
    if CSV.exists():
        shutil.copy(CSV, folder)
        log = run(blocks["A real log"], folder, simulated)
        assert log.returncode == 0, log.stderr + log.stdout
    assert set(NOT_RUN) == {"Try it", "PostgreSQL"}
