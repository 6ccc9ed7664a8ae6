"""What stands in the cells of tables is in Chinese where it is words of the office, whoever wrote them."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.store import migrate
from tests.adapters.cli.city import Day, accepted, opened
from tests.office import START
from tests.terminal import typed

Told = Callable[..., str]


@pytest.fixture
def told(tmp_path: Path) -> Told:
    """What a command answers in Chinese on the third day of a small city."""
    url = f"sqlite:///{tmp_path}/onewindow.db"
    migrate.upgrade(url)
    with opened(url, tmp_path) as found:
        accepted(Day(found))
        found.runner().catch_up()

    def told(*words: str) -> str:
        answer = typed(url, tmp_path, lambda: START + timedelta(days=2), "--lang", "zh", *words)
        assert answer.code == 0, answer
        return answer.out

    return told


def test_the_figures_of_the_reform_say_in_chinese_what_they_are(told: Told) -> None:
    out = told("report", "reform", "--before", "2025-02-24..2025-02-28", "--after", "2025-03-03..2025-03-05")
    assert "时期末的窗口数 (大厅)" in out
    assert "按时决定的百分比 (决定)" in out
    assert out.splitlines()[1].split("\t").count("基数") == 2


def test_a_post_in_all_halls_is_in_all_halls_in_chinese(told: Told) -> None:
    out = told("staff", "list", "--role", "operator")
    assert "全部大厅" in out
    assert "all halls" not in out
