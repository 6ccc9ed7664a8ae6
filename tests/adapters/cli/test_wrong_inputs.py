"""Wrong inputs: each gives one clear sentence on stderr, an exit code that is not 0, and changes nothing."""

import gzip
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from adapters.store import migrate
from adapters.store.driver.database import connect
from tests.adapters.cli.city import a_city, claimed_by_another, content_of, decided_case
from tests.databases import Copied
from tests.terminal import Answer, onewindow

CSV_HEADER = "case,activity,time\n"
MAPPING = """
name = "small"
[columns]
case = "case"
activity = "activity"
time = "time"
[hall]
id = "H9"
name_zh = "大厅"
name_en = "Hall"
time_zone = "Asia/Shanghai"
[hall.calendar]
sessions = ["09:00-17:00"]
weekdays = [0, 1, 2, 3, 4]
[[hall.calendar.year]]
year = 2025
[item]
id = "any"
name_zh = "事项"
name_en = "Item"
"""


def write(folder: Path, name: str, content: str | bytes) -> str:
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(file)


def imported(folder: Path, name: str, content: str | bytes, mapping: str = MAPPING) -> list[str]:
    return ["import", write(folder, name, content), "--mapping", write(folder, "small.toml", mapping)]


XES = '<log xmlns="http://www.xes-standard.org/"><trace><string key="concept:name" value="1"/><event>'

WRONG: dict[str, tuple[Callable[[Path], list[str]], str]] = {
    "an unknown case": (lambda f: ["history", "2099-1"], "case 2099-1 is not known"),
    "a version that is not there": (lambda f: ["history", "C1", "--at-version", "99"], "there is no version 99"),
    "a bad time": (lambda f: ["history", "C1", "--as-of", "31.02.2025"], "is not a time"),
    "both a time and a version": (
        lambda f: ["history", "C1", "--as-of", "2025-01-01", "--at-version", "1"],
        "not both",
    ),
    "a time before the case": (lambda f: ["history", "C1", "--as-of", "1999-01-01"], "had no event yet"),
    "a day that is no day": (
        lambda f: ["report", "processing-time", "--by", "hall", "--from", "2025-02-30"],
        "is not a day",
    ),
    "a span that ends before it begins": (
        lambda f: ["report", "processing-time", "--by", "hall", "--from", "2025-02-03", "--to", "2025-01-01"],
        "lies after",
    ),
    "an unknown department": (lambda f: ["queue", "--department", "moon"], "department moon is not known"),
    "an unknown hall": (lambda f: ["desk", "--hall", "H99", "--window", "W1"], "hall H99 is not known"),
    "an unknown window": (lambda f: ["desk", "--hall", "H1", "--window", "W99"], "has no window W99"),
    "an unknown view": (lambda f: ["project", "rebuild", "nothing"], "there is no view 'nothing'"),
    "an unknown view to go back to": (lambda f: ["project", "rollback", "nothing"], "there is no view 'nothing'"),
    "no generation to go back to": (lambda f: ["project", "rollback", "case_file"], "no former generation"),
    "a rebuild that the disk cannot hold": (
        lambda f: ["project", "rebuild", "case_file", "--room", "0"],
        "0 MB are free; make room",
    ),
    "a mapping that is not there": (
        lambda f: ["import", write(f, "a.csv", CSV_HEADER), "--mapping", "nothing"],
        "nothing",
    ),
    "a log that is not there": (lambda f: ["import", "nowhere.csv", "--mapping", "receipt"], "nowhere.csv"),
    "a mapping with an unknown key": (
        lambda f: imported(f, "a.csv", CSV_HEADER, MAPPING + "\n[colour]\nred = 1\n"),
        "colour",
    ),
    "a mapping that is no TOML": (lambda f: imported(f, "a.csv", CSV_HEADER, "name = "), "TOML"),
    "a CSV with a missing column": (lambda f: imported(f, "a.csv", "case,activity\n1,a\n"), "no column"),
    "a CSV that is not text": (lambda f: imported(f, "a.csv", CSV_HEADER.encode() + b"1,\xff\xfe,x\n"), "UTF-8"),
    "an XES that is not XML": (lambda f: imported(f, "a.xes", "case;activity"), "a.xes"),
    "an XES that breaks off": (lambda f: imported(f, "a.xes", XES + "<string"), "a.xes"),
    "a gz that breaks off": (lambda f: imported(f, "a.xes.gz", gzip.compress(XES.encode() * 99)[:-20]), "a.xes.gz"),
    "an empty log": (lambda f: imported(f, "a.csv", ""), "a.csv"),
    "a simulation without halls": (
        lambda f: ["simulate", "--halls", "0", "--days", "1", "--seed", "1"],
        "halls",
    ),
    "a calendar file that is wrong": (
        lambda f: ["calendar", "load", write(f, "c.toml", "[[year]]\nyear = 'x'\n"), "--hall", "H1", "--by", "O1"],
        "c.toml",
    ),
    "a calendar for an unknown hall": (
        lambda f: ["calendar", "load", write(f, "c.toml", "[[year]]\nyear = 2027\n"), "--hall", "H77", "--by", "O1"],
        "H77",
    ),
    "a period that is none": (
        lambda f: ["report", "reform", "--before", "2025-03-03", "--after", "2025-09-01..2025-12-31"],
        "--before '2025-03-03' is not a period",
    ),
    "periods that overlap": (
        lambda f: ["report", "reform", "--before", "2025-03-03..2025-09-01", "--after", "2025-09-01..2025-12-31"],
        "let the second begin later",
    ),
    "evidence of no days": (
        lambda f: ["report", "evidence", "waiting", "--from", "2025-09-01", "--to", "2025-08-01"],
        "lies after",
    ),
    "a ticket that nobody took": (lambda f: ["ticket", "show", "T1"], "ticket T1 is not known"),
    "a ticket for an item that is not there": (
        lambda f: ["ticket", "take", "H1", "--zone", "natural_person", "--matter", "moon", "--by", "D1"],
        "service item moon is not in the catalogue",
    ),
    "a ticket in an unknown hall": (
        lambda f: ["ticket", "take", "H9", "--zone", "natural_person", "--matter", "food", "--by", "D1"],
        "hall H9 is not known",
    ),
    "a call to an unknown window": (
        lambda f: ["ticket", "call", "H1", "W99", "--by", "F1"],
        "has no window W99",
    ),
    "a log where no file may be": (lambda f: ["export", "log", "no/such/folder/a.jsonl"], "no/such/folder"),
    "an export where no file may be": (lambda f: ["export", "xes", "no/such/folder/a.xes"], "no/such/folder"),
}

NOT_FOUND = (
    "an unknown case",
    "an unknown department",
    "an unknown hall",
    "an unknown window",
    "a calendar for an unknown hall",
    "a ticket that nobody took",
    "a ticket for an item that is not there",
    "a ticket in an unknown hall",
    "a call to an unknown window",
)
ENDS_WITH = {"a rebuild that the disk cannot hold": 4, **dict.fromkeys(NOT_FOUND, 14)}
"""The exit codes of those that are no wrong usage."""


def refused(answer: Answer, says: str, code: int = 4) -> None:
    """One clear sentence, no traceback, and the exit code of its kind of refusal."""
    assert answer.code == code, answer
    assert says in answer.err, answer.err
    assert "Traceback" not in answer.err
    assert len([line for line in answer.err.splitlines() if line.startswith("onewindow: ")]) == 1, answer.err
    assert answer.out == ""


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_input_is_refused_and_changes_nothing(copied: Copied, tmp_path: Path, case: str) -> None:
    database = copied(a_city)
    before = content_of(database)
    words, says = WRONG[case]
    refused(onewindow(database, tmp_path, *words(tmp_path)), says, ENDS_WITH.get(case, 2))
    assert content_of(database) == before


def test_a_database_without_tables_is_refused(database_url: str, tmp_path: Path) -> None:
    refused(onewindow(database_url, tmp_path, "project"), "run `onewindow db upgrade`")


def test_a_newer_schema_is_refused(database: str, tmp_path: Path) -> None:
    engine = connect(database)
    with engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    engine.dispose()
    for words in (["project"], ["db", "upgrade"], ["verify"]):
        refused(onewindow(database, tmp_path, *words), "install a newer onewindow")


def test_addresses_that_are_none(tmp_path: Path) -> None:
    for url, says in {
        "nonsense": "is not a database address",
        "postgresql://u@h/d?port=zz": "has a part that its driver does not understand",
        "postgresql://u@h/d?connect_timeout=zz": "is not understood (bad value for connect_timeout",
        "sqlite:///a%00b": "contains a control character",
        "mysql://u@h/d": "use sqlite or postgresql",
        "postgresql://nobody@127.0.0.1:1/none": "cannot be reached",
        f"sqlite:///{tmp_path}": "cannot be opened",
    }.items():
        refused(onewindow(url, tmp_path, "project"), says)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    write(tmp_path, "letter.db", "Dear Sir or Madam, " * 100)
    refused(onewindow(f"sqlite:///{tmp_path}/letter.db", tmp_path, "project"), "is not an SQLite database")
    refused(onewindow(f"sqlite:///{tmp_path}/letter.db", tmp_path, "db", "upgrade"), "is not an SQLite database")


def test_a_locked_database(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/busy.db"
    migrate.upgrade(url)
    other = sqlite3.connect(tmp_path / "busy.db", isolation_level=None)
    other.execute("begin immediate")
    refused(onewindow(url, tmp_path, "simulate", "--halls", "1", "--days", "1", "--seed", "1"), "was locked")
    other.execute("rollback")
    other.close()


def test_a_database_that_may_only_be_read(tmp_path: Path) -> None:
    migrate.upgrade(f"sqlite:///{tmp_path}/mine.db")
    only_reading = f"sqlite:///file:{tmp_path}/mine.db?mode=ro&uri=true"
    refused(
        onewindow(only_reading, tmp_path, "simulate", "--halls", "1", "--days", "1", "--seed", "1"),
        "cannot be written",
    )
    assert onewindow(only_reading, tmp_path, "verify").code == 0


@pytest.mark.postgres
def test_a_user_without_the_rights(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    server = request.getfixturevalue("postgres_server")
    url = server.create_database("readers", request.getfixturevalue("migrated_template"))
    engine = connect(url)
    try:
        with engine.begin() as connection:
            connection.execute(text("create role reader login"))
            connection.execute(text("grant select on all tables in schema public to reader"))
        mine = engine.url.set(username="reader").render_as_string(hide_password=False)
        answer = onewindow(mine, tmp_path, "simulate", "--halls", "1", "--days", "1", "--seed", "1")
        refused(answer, "the user reader of postgresql://reader@")
        assert content_of(url)["events"] == []
    finally:
        with engine.begin() as connection:
            connection.execute(text("drop owned by reader"))
            connection.execute(text("drop role reader"))
        engine.dispose()
        server.drop_database("readers")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_no_rights_on_the_file(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/mine.db"
    migrate.upgrade(url)
    (tmp_path / "mine.db").chmod(0o400)
    tmp_path.chmod(0o500)
    try:
        refused(onewindow(url, tmp_path, "simulate", "--halls", "1", "--days", "1", "--seed", "1"), "cannot be written")
    finally:
        tmp_path.chmod(0o700)


def test_claimed_by_another_and_decided_twice(database: str, tmp_path: Path) -> None:
    for refusal, says in (
        (claimed_by_another(database, tmp_path), "is claimed by R1, not open"),
        (decided_case(database, tmp_path), "possible only while it is in_review"),
    ):
        assert says in str(refusal)
        assert refusal.exit_code == 12


def test_a_wrong_option_is_refused_by_name(database: str, tmp_path: Path) -> None:
    answer = onewindow(database, tmp_path, "report", "processing-time", "--by", "weather")
    assert answer.code == 2
    assert "weather" in answer.err
    assert "Traceback" not in answer.err
