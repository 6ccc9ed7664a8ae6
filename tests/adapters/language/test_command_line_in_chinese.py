"""The command line in Chinese, as a person of a hall types it: help, wrong usage, errors, answers and tables."""

from pathlib import Path
from unittest.mock import patch

import pytest

from adapters.bootstrap import utc_now
from adapters.language.catalogue import chinese_of
from adapters.language.template import Template
from adapters.language.translation import chinese
from tests.terminal import Answer, typed

USAGE = {
    ("task", "claim"): "Missing argument 'CASE'.",
    ("task", "claim", "C1", "t"): "Missing option '--by'.",
    ("zzzz",): "No such command 'zzzz'.",
    ("tsk",): "No such command 'tsk'. Did you mean 'task'?",
    ("hall", "list", "--zzzz"): "No such option: --zzzz",
    ("desk", "--hal"): "No such option: --hal (Possible options: --at, --hall, --help)",
    ("desk", "--hall"): "Option '--hall' requires an argument.",
    ("tick", "--dry-run=3"): "Option '--dry-run' does not take a value.",
    ("hall", "list", "x"): "Got unexpected extra argument(s) (x)",
    ("hall", "list", "--format", "x"): "Invalid value for '--format': Value error, 'x' is not one of 'table', 'json'.",
    (
        "--log-level",
        "loud",
        "due",
    ): "Invalid value: 'loud' is not one of debug, info, warning, error; write one of them",
    ("due", "--limit", "x"): (
        "Invalid value for '--limit': Input should be a valid integer, unable to parse string as an integer"
    ),
    ("due", "--limit", "0"): "Invalid value for '--limit': Input should be greater than or equal to 1",
    ("desk", "--hall", "H", "--window", "W", "--limit", "20000"): (
        "Invalid value for '--limit': Input should be less than or equal to 10000"
    ),
    ("desk", "--hall", "H", "--window", "W", "--wait-seconds", "x"): (
        "Invalid value for '--wait-seconds': Input should be a valid number, unable to parse string as a number"
    ),
}


def onewindow(tmp_path: Path, *words: str) -> Answer:
    return typed(f"sqlite:///{tmp_path}/x.db", tmp_path, utc_now, *words)


def _joined(boxed: str) -> str:
    return "".join(boxed.replace("│", "").split())


@pytest.mark.parametrize("words", USAGE, ids=" ".join)
def test_wrong_usage_is_said_in_chinese(tmp_path: Path, words: tuple[str, ...]) -> None:
    sentence = USAGE[words]
    assert _joined(sentence) in _joined(onewindow(tmp_path, *words).err)
    answer = onewindow(tmp_path, "--lang", "zh", *words)
    assert answer.code == 2
    assert chinese(sentence) != sentence
    assert _joined(chinese(sentence)) in _joined(answer.err)
    assert "错误" in answer.err


def test_each_sentence_of_wrong_usage_is_typed_here() -> None:
    typed_here = " ".join(USAGE.values())
    assert [
        english
        for english in chinese_of("usage")
        if not all(literal.strip() in typed_here for literal in Template(english).literals)
    ] == []


def test_help_is_in_chinese_and_cuts_nothing(tmp_path: Path) -> None:
    for words in ((), ("queue",), ("case",)):
        with patch.dict("os.environ", {"COLUMNS": "80"}):
            out = onewindow(tmp_path, "--lang", "zh", *words, "--help").out
        assert "用法：" in out
        assert "选项" in out
        assert "…" not in out
        assert not [word for word in ("Options", "Show this", "Commands", "[required]") if word in out]


def test_english_comes_back_after_chinese(tmp_path: Path) -> None:
    onewindow(tmp_path, "--lang", "zh", "case", "--help")
    assert "Usage: " in onewindow(tmp_path, "case", "--help").out


def test_an_answer_and_an_error_are_in_chinese(tmp_path: Path) -> None:
    assert "数据库已就绪" in onewindow(tmp_path, "--lang", "zh", "db", "upgrade").out
    assert onewindow(tmp_path, "--lang", "zh", "hall", "show", "H9").err == "onewindow: 没有大厅H9；已有暂无\n"
    assert onewindow(tmp_path, "hall", "show", "H9").err == "onewindow: hall H9 is not known; known are none yet\n"
