"""Refused rows: no cell begins a formula, and the file can be corrected and imported as a part of its log."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.exchange.rejects import HEADER
from adapters.language.formula import FORMULA, guarded, no_formula, unguarded
from domain.exit_code import ExitCode
from tests.adapters.cli.test_wrong_inputs import MAPPING
from tests.terminal import Answer, onewindow

COLUMNS = ["case", "activity", "time", "note", "=total"]
GOOD = ["1", "apply", "2025-03-03T10:00", "fine", "1"]
BAD = [
    ["-2", "=HYPERLINK(1)", "2025-03-03T10:00", "+1", "'quoted"],
    ["\ufeff3", "@SUM(A1)", "2025-03-03T11:00", "\t=1", "-5"],
    ["4", "apply", "soon", "'=1", ""],
    ["5 ", "＝1", "2025-03-03T12:00", "two\nlines", '"'],
    ["ticket/6", "apply", "2025-03-03T13:00", "of the office", "0"],
]
CORRECTED = [["2"], ["3"], ["4", "apply", "2025-03-03T09:00"], ["5"], ["6"]]
"""How the beginnings of the bad rows are corrected."""


@given(st.text() | st.sampled_from(FORMULA).flatmap(lambda sign: st.text().map(lambda rest: sign + rest)))
def test_a_guarded_cell_begins_no_formula_and_is_read_as_it_was(text: str) -> None:
    assert not guarded(text).startswith(FORMULA)
    assert not no_formula(text).startswith(FORMULA)
    assert unguarded(guarded(text)) == text


def write(file: Path, rows: list[list[str]]) -> None:
    with file.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows(rows)


def rows_in(file: Path) -> list[list[str]]:
    with file.open(newline="", encoding="utf-8") as there:
        return list(csv.reader(there))


@pytest.fixture
def desk(database: str, tmp_path: Path) -> "Desk":
    (tmp_path / "small.toml").write_text(
        MAPPING.replace("[hall]\n", "[hall]\n").replace("[columns]", "time_zone = 'Asia/Shanghai'\n[columns]")
    )
    return Desk(database, tmp_path)


class Desk:
    """Where logs are imported."""

    def __init__(self, database: str, folder: Path) -> None:
        self.database, self.folder = database, folder

    def imported(self, name: str) -> Answer:
        return onewindow(
            self.database,
            self.folder,
            "import",
            name,
            "--mapping",
            "small.toml",
            "--rejects",
            f"{name}.rejects.csv",
            "--format",
            "json",
        )

    def rejects(self, name: str) -> list[list[str]]:
        return rows_in(self.folder / f"{name}.rejects.csv")


def test_refused_rows_are_corrected_and_imported(desk: Desk) -> None:
    write(desk.folder / "log.csv", [COLUMNS, GOOD, *BAD])
    first = desk.imported("log.csv")
    assert (first.code, first.json["added"], first.json["refused"]) == (ExitCode.SOME_REFUSED, 1, len(BAD)), first
    header, *rows = desk.rejects("log.csv")
    assert header == [*HEADER, "case", "activity", "time", "note", "'=total"]
    assert [cell for row in rows for cell in row if cell.startswith(FORMULA)] == []
    assert sorted([unguarded(cell) for cell in row[3:]] for row in rows) == sorted(BAD)

    again = desk.imported("log.csv.rejects.csv")
    assert (again.code, again.json["added"]) == (ExitCode.ALL_REFUSED, 0)
    assert [row[3:] for row in desk.rejects("log.csv.rejects.csv")[1:]] == [row[3:] for row in rows]

    fixed = [[*new, *old[len(new) :]] for new, old in zip(CORRECTED, BAD, strict=True)]
    by_row = dict(zip(map(tuple, BAD), fixed, strict=True))
    told = [[*row[:3], *map(guarded, by_row[tuple(unguarded(cell) for cell in row[3:])])] for row in rows]
    write(desk.folder / "corrected.csv", [header, *told])
    corrected = desk.imported("corrected.csv")
    assert (corrected.code, corrected.json["added"]) == (ExitCode.DONE, len(BAD)), corrected
    assert desk.imported("corrected.csv").json["known"] == len(BAD)

    write(desk.folder / "whole.csv", [COLUMNS, GOOD, *fixed])
    whole = desk.imported("whole.csv")
    assert (whole.code, whole.json["added"], whole.json["known"]) == (ExitCode.DONE, 0, 1 + len(BAD)), whole


def test_a_row_without_cells_is_told_as_text_that_is_no_formula(desk: Desk) -> None:
    (desk.folder / "log.csv").write_text('case,activity,time\n=1,2\n1,"a\n')
    assert desk.imported("log.csv").code == ExitCode.ALL_REFUSED
    header, *rows = desk.rejects("log.csv")
    assert header == list(HEADER)
    assert [row[2] for row in rows] == ["'=1,2", '1,"a']


def test_a_case_in_another_form_of_unicode_is_the_same_case(desk: Desk) -> None:
    write(desk.folder / "log.csv", [COLUMNS, ["e\u0301", *GOOD[1:]], ["\u00e9", "decide", *GOOD[2:]]])
    first = desk.imported("log.csv")
    assert (first.code, first.json["cases"], first.json["added"]) == (ExitCode.DONE, 1, 2), first
    write(desk.folder / "other.csv", [COLUMNS, ["\u00e9", *GOOD[1:]], ["e\u0301", "decide", *GOOD[2:]]])
    assert desk.imported("other.csv").json["known"] == 2
