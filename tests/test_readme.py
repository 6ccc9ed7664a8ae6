"""The README's city of one's own, run as it stands there: in an empty folder, by real processes, on both databases."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.adapters.cli.city import opened
from tests.loaded import ROOT
from tests.terminal import environment

README = (ROOT / "README.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """The commands of a section, block after block, in their order."""
    (text,) = re.findall(rf"^## {title}\n(.*?)^## ", README, re.MULTILINE | re.DOTALL)
    return "\n".join(re.findall(r"^    (.*)$", text, re.MULTILINE))


def run(script: str, folder: Path, database: str) -> subprocess.CompletedProcess[str]:
    """Run commands one after the other until one fails."""
    command = folder.parent / f"{folder.name}-bin" / "onewindow"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m adapters.cli "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    env = environment(database, folder) | {"PATH": f"{command.parent}:{os.environ['PATH']}"}
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script], cwd=folder, env=env, capture_output=True, text=True, check=False
    )


def test_a_city_of_ones_own_in_the_order_of_the_readme(database_url: str, tmp_path: Path) -> None:
    """Two halls, four departments and 20 staff; one application from intake to hand-over, by people who are different ones."""
    script, folder = section("A city of one's own"), tmp_path / "empty"
    folder.mkdir()
    assert len(re.findall(r"\bonewindow ", script)) < 40
    done = run(script, folder, database_url)
    assert done.returncode == 0, done.stderr + done.stdout
    assert "2 halls, 20 staff" in done.stdout
    assert "4 departments" in done.stdout
    assert "the city is so already; nothing is recorded" in done.stdout
    assert re.search(r"^1 changes recorded.*\n  hall H2 has other hours", done.stdout, re.MULTILINE)
    assert "the result is handed over" in done.stdout
    with opened(database_url, folder) as house:
        (case,) = {row.record().originator_id for row in house.log.every("application/", house.log.head())}
        records = house.office.history(case.removeprefix("application/"))
    assert re.fullmatch(r"application/H1-\d{8}-0001", case)
    assert {record.act.actor.person for record in records} == {"F1", "U1", "U9", "I1"}
