"""Who rebuilds lets everybody else on the machine go first."""

import os
import subprocess
import sys

from adapters.rebuilding import STEP_BACK
from tests.loaded import ROOT

TWICE = "import os; from adapters.rebuilding import step_back; step_back(); step_back(); print(os.nice(0))"


def test_a_process_that_was_begun_by_one_that_stepped_back_goes_no_further_back() -> None:
    for before in (0, STEP_BACK // 2, STEP_BACK + 5):
        words = ["nice", "-n", str(before), sys.executable, "-c", TWICE]
        found = subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True)
        assert int(found.stdout) == max(min(os.nice(0) + before, 19), STEP_BACK)
