"""Who rebuilds lets everybody else on the machine go first, and says what went wrong in one sentence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.settings import Settings
from adapters.store.driver.failures import DatabaseError
from adapters.workers.rebuilding import STEP_BACK, spread_over
from projections.engine.rebuild import Piece
from tests.loaded import ROOT
from tests.projections.city import opened


def test_what_goes_wrong_in_a_process_is_answered_not_printed(
    database: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    elsewhere = Settings(database_url=f"sqlite:///{tmp_path}/nothing.db", master_key_file=tmp_path / "key")
    with opened(database, tmp_path) as found, spread_over(elsewhere, 2, found.runner()) as spread:
        with pytest.raises(DatabaseError, match="has no tables of onewindow yet"):
            list(spread([Piece("application/", "application0", 1, ())]))
        assert capfd.readouterr().err == ""


TWICE = "import os; from adapters.workers.rebuilding import step_back; step_back(); step_back(); print(os.nice(0))"


def test_a_process_that_was_begun_by_one_that_stepped_back_goes_no_further_back() -> None:
    for before in (0, STEP_BACK // 2, STEP_BACK + 5):
        words = ["nice", "-n", str(before), sys.executable, "-c", TWICE]
        found = subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True)
        assert int(found.stdout) == max(min(os.nice(0) + before, 19), STEP_BACK)
