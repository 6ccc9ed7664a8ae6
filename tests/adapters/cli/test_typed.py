"""What people type: times in the hall's zone, documents as files, names that stand in no shell's history, numbers given out."""

import hashlib
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.cli.options import WrongInput, moment, zone_of
from adapters.files.city import example, loading
from domain.record import Actor, Role
from tests.adapters.cli.city import opened
from tests.terminal import environment, onewindow, start

INTAKE = (
    "case",
    "intake",
    "--hall",
    "H1",
    "--kind",
    "legal_person",
    "--item",
    "food-licence",
    "--by",
    "F1",
    "--format",
    "json",
)


@pytest.fixture
def city(database: str, tmp_path: Path) -> str:
    """The example city."""
    example.write(tmp_path / "city", datetime.now(UTC).date() - timedelta(days=1))
    with opened(database, tmp_path) as installation:
        loading.load(installation, tmp_path / "city", Actor(person="O1", role=Role.OPERATOR))
    return database


def test_a_time_without_an_offset_is_the_halls_and_is_echoed_with_it(city: str, tmp_path: Path) -> None:
    shift = ("--from", "2099-03-02T09:00", "--until", "2099-03-02T12:00+09:00", "--duty", "intake", "--by", "O1")
    answer = onewindow(city, tmp_path, "hall", "assign", "H2", "L1", "--person", "F3", *shift)
    assert "from 2099-03-02T09:00+08:00 until 2099-03-02T11:00+08:00" in answer.out, answer.err
    with opened(city, tmp_path) as installation:
        assert installation.office.city().hall("H2").shifts[-1].since == datetime(2099, 3, 2, 1, tzinfo=UTC)
        zone = zone_of(installation)
        assert moment("2099-03-02", "--before", zone) == datetime(2099, 3, 1, 16, tzinfo=UTC)


def test_a_time_that_no_hall_gives_a_zone_asks_for_its_offset() -> None:
    with pytest.raises(WrongInput, match=r"write the offset, as 2099-03-02T09:00\+08:00"):
        moment("2099-03-02T09:00", "--before")


def test_the_system_gives_out_the_numbers(city: str, tmp_path: Path) -> None:
    day = datetime.now(UTC) + timedelta(hours=8)
    answers = [onewindow(city, tmp_path, *INTAKE, "--window", "L1", "--name", "东湖饭店").json for _ in range(2)]
    assert [each["case"] for each in answers] == [f"H1-{day:%Y%m%d}-{number:04d}" for number in (1, 2)]
    assert all(each["applicant"].startswith("A-") for each in answers)
    assert answers[0]["applicant"] != answers[1]["applicant"]


def test_the_same_person_and_item_twice_on_one_day_is_a_hint_and_both_are_in(city: str, tmp_path: Path) -> None:
    def taken_in(name: str, *more: str, form: str = "json") -> Any:
        answer = onewindow(city, tmp_path, *INTAKE[:-1], form, "--window", "L1", "--name", name, *more)
        assert (answer.code, answer.err) == (0, "")
        return answer.json if form == "json" else answer.out

    first = taken_in("东湖饭店")
    assert (first["alike"], taken_in("西湖饭店")["alike"]) == ([], [])
    again = taken_in("东湖饭店")
    assert again["alike"] == [first["case"]]
    told = taken_in("东湖饭店", form="table")
    assert f"the same name, applied for the same items here today: {first['case']}, {again['case']}; if this is" in told
    renamed = taken_in("东湖大饭店", "--applicant", first["applicant"])
    assert renamed["alike"] == [first["case"]]
    back = onewindow(city, tmp_path, "case", "withdraw", again["case"], "--reason", "重复收件", "--by", "F1")
    assert back.code == 0, back.err
    assert again["case"] not in taken_in("东湖饭店")["alike"]


@pytest.mark.parametrize(("keys", "code"), [("东湖饭店\n".encode(), 0), (b"\x04", 2)])
def test_a_name_is_asked_for_at_a_terminal_and_stdout_has_the_answer_alone(
    city: str, tmp_path: Path, keys: bytes, code: int
) -> None:
    """Given a clerk at a terminal who is asked for a name and types it, or Ctrl-D."""
    terminal, end = os.openpty()
    words = [sys.executable, "-m", "adapters.cli", *INTAKE, "--window", "L1", "--name", "-"]
    os.write(terminal, keys)
    asked = subprocess.run(
        words, cwd=tmp_path, env=environment(city, tmp_path), stdin=end, capture_output=True, text=True, check=False
    )
    os.close(terminal)
    os.close(end)
    assert asked.returncode == code, asked.stderr
    prompt, *error = asked.stderr.splitlines()
    assert (prompt, len(error)) == ("name: ", 0 if code == 0 else 1)
    assert asked.stdout.startswith("{") if code == 0 else asked.stdout == ""


def test_several_desks_at_once_get_different_numbers(city: str, tmp_path: Path) -> None:
    words = (*INTAKE, "--window", "L1", "--name", "东湖饭店")
    with ThreadPoolExecutor(4) as desks:
        processes = list(desks.map(lambda _: start(city, tmp_path, *words), range(6)))
        answers = list(desks.map(lambda process: process.communicate(), processes))
    assert [process.returncode for process in processes] == [0] * 6, answers
    with opened(city, tmp_path) as installation:
        names = {row.record().originator_id for row in installation.log.every("application/", installation.log.head())}
    assert sorted(name[-4:] for name in names) == [f"{number:04d}" for number in range(1, 7)]


def test_a_document_is_hashed_from_its_file(city: str, tmp_path: Path) -> None:
    case: str = onewindow(city, tmp_path, *INTAKE, "--window", "L1", "--name", "东湖饭店").json["case"]
    (tmp_path / "plan.pdf").write_bytes(b"plan" * 100_000)
    words = ("case", "submit", case, "floor-plan", "--by", "F1")
    assert onewindow(city, tmp_path, *words, "--file", "plan.pdf").code == 0
    history: Any = onewindow(city, tmp_path, "history", case, "--format", "json")
    assert hashlib.sha256(b"plan" * 100_000).hexdigest()[:12] in history.out
    for both in ((), ("--file", "plan.pdf", "--content-hash", "ab" * 32)):
        refused = onewindow(city, tmp_path, *words, *both)
        assert (refused.code, "either with --file" in refused.err) == (2, True)
    missing = onewindow(city, tmp_path, *words, "--file", "none.pdf")
    assert (missing.code, "none.pdf: No such file or directory; check the path" in missing.err) == (2, True)


def test_names_and_numbers_come_from_standard_input(city: str, tmp_path: Path) -> None:
    words = [*INTAKE, "--window", "L1", "--name", "-", "--phone", "-"]
    command = [sys.executable, "-m", "adapters.cli", *words]
    run = subprocess.run(
        command, cwd=tmp_path, env=environment(city, tmp_path), input="东湖饭店\n13800000000\n", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    with opened(city, tmp_path) as installation:
        (case,) = {
            row.record().originator_id for row in installation.log.every("application/", installation.log.head())
        }
        applicant = installation.office.case(case.removeprefix("application/")).applicant
        assert applicant is not None
        assert applicant.phone is not None
        assert installation.vault.open("name", applicant.name) == "东湖饭店"
        assert installation.vault.open("phone", applicant.phone) == "13800000000"
    empty = onewindow(city, tmp_path, *words)
    assert (empty.code, "standard input has no line for name" in empty.err) == (2, True)
