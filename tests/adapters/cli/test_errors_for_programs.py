"""With ``--format json`` an error is one line of JSON, the last one on stderr, and nothing stands on stdout."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.terminal import onewindow, typed

NOW = datetime(2025, 3, 3, 2, tzinfo=UTC)
KEYS = {"code", "rule", "field", "message", "hint"}
WRONG: dict[str, tuple[tuple[str, ...], int, dict[str, Any]]] = {
    "a right": (("task", "claim", "C1", "t", "--by", "R1"), 13, {"code": "not_allowed", "rule": "reviewer"}),
    "nobody recorded it": (("hall", "show", "H9"), 14, {"code": "not_found", "rule": None}),
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


def test_a_database_that_cannot_be_used_is_no_defect(tmp_path: Path) -> None:
    answer = typed(f"sqlite:///{tmp_path}/none.db", tmp_path, lambda: NOW, "hall", "list", "--format", "json")
    assert (answer.code, answer.out) == (4, "")
    assert json.loads(answer.err.splitlines()[-1])["error"]["code"] == "unavailable"


def test_what_the_command_line_itself_refuses_is_wrong_usage(migrated_file: Path, tmp_path: Path) -> None:
    """Neither the document's file nor its hash is named."""
    words = ("case", "submit", "C1", "m", "--by", "F1", "--format", "json")
    answer = typed(f"sqlite:///{migrated_file}", tmp_path, lambda: NOW, *words)
    assert answer.code == 2
    assert json.loads(answer.err.splitlines()[-1])["error"]["code"] == "wrong_usage"


WRONG_USAGE: dict[str, tuple[tuple[str, ...], str]] = {
    "an option is missing": (("task", "claim", "C1", "t"), "--by"),
    "an option is unknown": (("hall", "show", "H1", "--colour"), "--colour"),
    "a value is none": (("open", "--limit", "many"), "--limit"),
}


@pytest.mark.parametrize("name", WRONG_USAGE)
def test_wrong_usage_is_one_line_of_json_too(tmp_path: Path, name: str) -> None:
    words, field = WRONG_USAGE[name]
    answer = onewindow(f"sqlite:///{tmp_path}/x.db", tmp_path, *words, "--format", "json")
    assert (answer.code, answer.out) == (2, "")
    (line,) = answer.err.splitlines()
    error = json.loads(line)["error"]
    assert (error["code"], error["field"]) == ("wrong_usage", field)
