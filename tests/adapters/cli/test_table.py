"""Tables: at a terminal within its width and no word split; in a pipe a line a row, nothing cut and nothing padded."""

import io
import re
from typing import Any
from unittest.mock import patch

import pytest
from rich.cells import cell_len
from rich.console import Console

from adapters.cli import table
from adapters.cli.output import say_table

QUEUE: dict[str, Any] = {
    "light": "yellow",
    "due": "2025-03-17 23:59",
    "statutory_light": "green",
    "statutory_due": "2025-03-31 23:59",
    "case": "H1-20250303-0001",
    "task": "restaurant-licence:fire-review",
    "waits_for": "approve",
    "applicant": "武汉东湖餐饮管理有限公司",
    "hall": "H1",
    "status": "claimed",
    "holder": "R1",
    "age_h": 123.4,
}
WINDOWS = {
    "window": "W1",
    "kind": "comprehensive_intake",
    "zone": "natural_person",
    "staff": "F1 until 17:00 (intake, queue)",
}


def drawn(rows: list[dict[str, Any]], width: int) -> str:
    """The table on a terminal of some width."""
    screen = Console(width=width, file=io.StringIO(), force_terminal=True, color_system=None)
    columns = [table.Column(name, [str(row[name]) for row in rows], right=False) for name in rows[0]]
    table.at_a_terminal(screen, columns)
    assert isinstance(screen.file, io.StringIO)
    return screen.file.getvalue()


def piped(rows: list[dict[str, Any]], width: str = "80") -> list[str]:
    out = io.StringIO()
    with patch("sys.stdout", out), patch.dict("os.environ", {"COLUMNS": width}):
        say_table("a title", rows, list(rows[0]))
    return out.getvalue().splitlines()


@pytest.mark.parametrize("width", [60, 80, 120, 200])
@pytest.mark.parametrize("row", [QUEUE, WINDOWS], ids=["many columns", "some columns"])
def test_a_table_fits_its_terminal_and_splits_no_word(row: dict[str, Any], width: int) -> None:
    text = drawn([row, {**row}], width)
    assert max(cell_len(line.rstrip()) for line in text.splitlines()) <= width
    for value in (*row, *map(str, row.values())):
        for word in re.split(r"\s|[\u4e00-\u9fff]+", value):
            assert word in text, word


def test_a_row_that_is_too_wide_is_a_paragraph() -> None:
    first, *others = drawn([QUEUE], 80).splitlines()
    assert first.startswith("light: yellow  due: 2025-03-17 23:59")
    assert others
    assert all(line.startswith("  ") for line in others)


def test_a_table_that_fits_has_its_rows_beside_each_other() -> None:
    lines = drawn([WINDOWS], 80).splitlines()
    assert [line for line in lines if "W1" in line and "comprehensive_intake" in line]


def test_a_pipe_has_a_line_a_row_with_tabs_between() -> None:
    rows = [QUEUE, {**QUEUE, "applicant": "长" * 400, "task": None, "status": "two\nlines\tand a tab"}]
    title, heading, first, second = piped(rows)
    assert title == "a title"
    assert heading.split("\t") == list(QUEUE)
    assert first.split("\t") == [str(value) for value in QUEUE.values()]
    cells = dict(zip(QUEUE, second.split("\t"), strict=True))
    assert (cells["applicant"], cells["task"], cells["status"]) == ("长" * 400, "", "two lines and a tab")
    assert piped(rows, width="20") == piped(rows, width="500")
