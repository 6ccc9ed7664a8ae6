"""A command that is forked from the process that waits ends as one that a shell starts."""

from pathlib import Path

import pytest

from tests.terminal import Answer, onewindow, start


@pytest.mark.parametrize("words", [["project", "--help"], ["queue", "--department", "market"], ["nonsense"]])
def test_streams_and_exit_code_are_those_of_a_cold_start(tmp_path: Path, words: list[str]) -> None:
    url = f"sqlite:///{tmp_path}/empty.db"
    cold = start(url, tmp_path, *words)
    out, err = cold.communicate(timeout=110)
    assert onewindow(url, tmp_path, *words) == Answer(cold.returncode, out, err)
