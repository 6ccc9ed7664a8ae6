"""What an operator and a department could not ask for on the command line: departments, hours, windows, materials, limits, clocks."""

from pathlib import Path
from typing import Any

import pytest

from tests.adapters.cli.city import Day, a_city, accepted, opened
from tests.databases import Copied
from tests.terminal import Answer, onewindow


@pytest.fixture
def city(copied: Copied) -> str:
    return copied(a_city)


def test_a_department_is_established(city: str, tmp_path: Path) -> None:
    words = ("department", "establish", "fire", "--zh", "消防救援局", "--en", "Fire", "--by", "O1")
    assert onewindow(city, tmp_path, *words).code == 0
    again = onewindow(city, tmp_path, *words)
    assert (again.code, "is already established" in again.err) == (15, True)
    listed = onewindow(city, tmp_path, "department", "list", "--format", "json").json
    assert [(each["department"], each["items"]) for each in listed] == [("fire", 0), ("market", 1)]
    assert "消防救援局" in onewindow(city, tmp_path, "department", "list").out


def test_a_hall_gets_its_hours_and_its_windows_anew(city: str, tmp_path: Path) -> None:
    why = ("--reason", "便民", "--by", "O1")
    done = onewindow(city, tmp_path, "hall", "hours", "H1", "--hours", "08:00-12:00", "--weekday", "saturday", *why)
    assert (done.code, "open 08:00-12:00" in done.out) == (0, True)
    calendar = onewindow(city, tmp_path, "calendar", "show", "--hall", "H1", "--format", "json").json["calendar"]
    assert (calendar["sessions"], calendar["weekdays"]) == ([{"opens": "08:00:00", "closes": "12:00:00"}], [5])
    wrong = onewindow(city, tmp_path, "hall", "hours", "H1", "--hours", "8 to 12", *why)
    assert (wrong.code, "write it as 09:00-12:00" in wrong.err) == (2, True)
    (tmp_path / "halls.yaml").write_text(
        "halls:\n  - hall: H1\n    name: {zh: 大厅, en: Hall}\n    layout: before\n    windows:\n"
        "      - {window: D1, kind: department, zone: natural_person, department: market}\n",
        encoding="utf-8",
    )
    assert onewindow(city, tmp_path, "hall", "lay-out", "H1", "halls.yaml", "--by", "O1").code == 0
    assert [
        w["window"] for w in onewindow(city, tmp_path, "hall", "show", "H1", "--format", "json").json["windows"]
    ] == ["D1"]
    other = onewindow(city, tmp_path, "hall", "lay-out", "H9", "halls.yaml", "--by", "O1")
    assert (other.code, "hall H9 is not in this file, which has H1; correct the name" in other.err) == (2, True)


def test_an_item_asks_for_one_more_material_and_promises_other_limits(city: str, tmp_path: Path) -> None:
    def change(*words: str) -> Answer:
        why = ("--from", "2027-01-01", "--order", "改革令 9", "--reason", "便民", "--by", "O1")
        return onewindow(city, tmp_path, "catalogue", "change", "food", *why, *words)

    assert change("--add-material", "lease=租赁合同/Lease", "--limit", "decision=8 working_days").code == 0
    today: Any = onewindow(city, tmp_path, "catalogue", "show", "food", "--format", "json").json
    assert ([m["material_id"] for m in today["in_force"]["materials"]], today["valid"]) == (["id-card"], "in force")
    assert today["versions"] == [{"version": 3, "valid": "from 2027-01-01"}]
    listed: Any = onewindow(city, tmp_path, "catalogue", "list", "--format", "json").json
    assert [(r["version"], r["valid"]) for r in listed if r["item"] == "food"] == [
        (1, "in force"),
        (3, "from 2027-01-01"),
    ]
    every: Any = onewindow(city, tmp_path, "catalogue", "show", "food", "--all", "--format", "json").json
    assert [(r["version"], r["valid"]) for r in every["versions"]] == [(2, "never"), (3, "from 2027-01-01")]
    as_of = ("--as-of", "2027-01-01", "--format", "json")
    shown: Any = onewindow(city, tmp_path, "catalogue", "show", "food", *as_of).json["in_force"]
    assert shown["limits"]["decision"]["amount"] == 8
    assert [m["material_id"] for m in shown["materials"]] == ["id-card", "lease"]
    for words, sentence in (
        (("--limit", "decision 8"), "names are notice, decision"),
        (("--limit", "decision=8"), "write a limit as"),
        (("--limit", "notice=none"), "notice: Value error, write a limit"),
        (("--add-material", "lease"), "is not MATERIAL=中文/English"),
    ):
        refused = change(*words)
        assert (refused.code, sentence in refused.err) == (2, True), refused.err


def test_a_clock_is_stopped_and_runs_again(database: str, tmp_path: Path) -> None:
    with opened(database, tmp_path) as found:
        accepted(Day(found))
    who = ("--department", "market", "--by", "R1")
    told = ("--ground", "expert_review", "--notice", "专家评审约十日", "--working-days", "10")
    assert onewindow(database, tmp_path, "task", "stop-clock", "C1", "review-1", *told, *who).code == 0
    again = onewindow(database, tmp_path, "task", "stop-clock", "C1", "review-1", *told, *who)
    assert (again.code, "use another id" in again.err) == (15, True)
    assert onewindow(database, tmp_path, "task", "resume-clock", "C1", "review-1", *who).code == 0
