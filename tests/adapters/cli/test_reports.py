"""Reports on the command line: names that nobody knows, combinations without a value, and CSV that is no formula."""

import csv
from io import StringIO
from pathlib import Path

import pytest

from adapters.cli.csv_table import write_csv
from domain.application.beside.recorded_steps import RecordStep
from domain.record import Source
from tests.adapters.cli.city import Day, opened, received
from tests.databases import Copied
from tests.terminal import Answer, onewindow


def a_log(database: str, folder: Path) -> None:
    """An application, and two cases of a log from elsewhere: one came in by a channel with a hostile name, one by none."""
    with opened(database, folder) as found:
        day = Day(found)
        received(day)
        for case, channel in (("L1", "=HYPERLINK(1)"), ("L2", None)):
            for ordinal in (1, 2):
                source = Source(log="l", ordinal=ordinal, activity=f"a{ordinal}", channel=channel)
                day.do(RecordStep, person="F1", case_id=case, hall="H1", item="food", source=source)
        found.runner().catch_up()


def report(copied: Copied, folder: Path, *words: str) -> Answer:
    asked = ("report", "processing-time", "--clock", "calendar", *words)
    return onewindow(copied(a_log), folder, *asked)


@pytest.mark.parametrize(
    ("option", "name", "known"),
    [
        ("hall", "H9", "hall H9; there are H1"),
        ("item", "ghost", "item ghost; there are food"),
        ("channel", "fax", "channel fax; there are =HYPERLINK(1), import, kiosk, online, post, window"),
    ],
)
def test_a_name_that_neither_the_city_nor_a_record_knows_is_refused(
    copied: Copied, tmp_path: Path, option: str, name: str, known: str
) -> None:
    answer = report(copied, tmp_path, "--by", "hall", f"--{option}", name)
    assert (answer.code, answer.out) == (14, "")
    assert known in answer.err


def test_a_result_that_there_is_not_is_refused(copied: Copied, tmp_path: Path) -> None:
    answer = report(copied, tmp_path, "--by", "hall", "--result", "lost")
    assert answer.code == 2
    assert "granted" in answer.err


def test_what_the_city_knows_and_no_record_has_is_nothing(copied: Copied, tmp_path: Path) -> None:
    answer = report(copied, tmp_path, "--by", "hall", "--channel", "kiosk", "--format", "csv")
    assert answer == Answer(0, "hall,cases,corrected,mean_s,p50_s,p90_s,p99_s\n", "")


def test_a_combination_without_a_value_is_a_row_and_what_a_record_says_is_no_formula(
    copied: Copied, tmp_path: Path
) -> None:
    asked = ("--by", "channel", "--by", "hall", "--by", "channel")
    told = report(copied, tmp_path, *asked, "--format", "json").json
    assert [(row["group"], row["channel"], row["hall"], row["cases"]) for row in told] == [
        ("-, H1", None, "H1", 1),
        ("=HYPERLINK(1), H1", "=HYPERLINK(1)", "H1", 1),
    ]
    rows = list(csv.reader(StringIO(report(copied, tmp_path, *asked, "--format", "csv").out)))
    assert rows[0] == ["channel", "hall", "cases", "corrected", "mean_s", "p50_s", "p90_s", "p99_s"]
    assert [row[:3] for row in rows[1:]] == [["", "H1", "1"], ["'=HYPERLINK(1)", "H1", "1"]]


def test_the_reform_and_its_evidence_are_csv_too(copied: Copied, tmp_path: Path) -> None:
    database = copied(a_log)
    periods = ("--before", "2025-01-01..2025-01-31", "--after", "2025-03-01..2025-03-31")
    lines = onewindow(database, tmp_path, "report", "reform", *periods, "--format", "csv").out.splitlines()
    assert lines[:2] == ["figure,before,before_of,after,after_of,change_percent", "windows,0,0,1,1,"]
    days = ("--from", "2025-03-01", "--to", "2025-03-31")
    opened_up = onewindow(database, tmp_path, "report", "evidence", "windows", *days, "--format", "csv").out
    head, row = opened_up.splitlines()
    assert head == "part,value,about,position,history,event,type,occurred_at"
    assert row.startswith("1,1,hall H1,")
    assert row.endswith(",hall/H1,1,hall.opened,2025-03-03T09:02:00+08:00")


@pytest.mark.parametrize("begins", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "＝1"])
def test_a_text_that_begins_a_formula_is_written_after_an_apostrophe(
    begins: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write_csv(["a", "b", "c"], [{"a": begins, "b": -1.5, "c": 'x, "y"'}])
    _, (text, number, plain) = csv.reader(StringIO(capsys.readouterr().out))
    assert text.startswith("'")
    assert text[1:2] == begins[0] or text[1:].startswith("\\")
    assert (number, plain) == ("-1.5", 'x, "y"')
