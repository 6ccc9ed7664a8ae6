"""With ``--format json`` an error is one line of JSON, the last one on stderr, and nothing stands on stdout."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.terminal import typed

NOW = datetime(2025, 3, 3, 2, tzinfo=UTC)
KEYS = {"code", "rule", "field", "message", "hint"}
WRONG: dict[str, tuple[tuple[str, ...], int, dict[str, Any]]] = {
    "a right": (("task", "claim", "C1", "t", "--by", "R1"), 2, {"code": "not_allowed", "rule": "reviewer"}),
    "nobody recorded it": (("hall", "show", "H9"), 2, {"code": "not_found", "rule": None}),
    "a file that is not there": (("city", "check", "nowhere"), 2, {"code": "wrong_usage"}),
    "an option": (
        (
            "case",
            "intake",
            "--hall",
            "H1",
            "--kind",
            "natural_person",
            "--name",
            "\x1b[2J",
            "--item",
            "food",
            "--by",
            "F1",
        ),
        2,
        {"code": "wrong_usage"},
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_an_error_is_one_line_of_json(migrated_file: Path, tmp_path: Path, name: str) -> None:
    words, code, expected = WRONG[name]
    answer = typed(f"sqlite:///{migrated_file}", tmp_path, lambda: NOW, *words, "--format", "json")
    assert (answer.code, answer.out) == (code, "")
    error = json.loads(answer.err.splitlines()[-1])["error"]
    assert error.keys() >= KEYS
    assert expected.items() <= error.items()
    said = typed(f"sqlite:///{migrated_file}", tmp_path, lambda: NOW, *words)
    assert said.code == code
    assert said.err.splitlines()[-1].startswith("onewindow: ")
