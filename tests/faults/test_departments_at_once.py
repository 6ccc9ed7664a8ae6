"""Departments that act on their own tasks of one case in the same instant never refuse each other. Real processes."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.bootstrap import installation
from adapters.settings import Settings
from adapters.store.driver.database import connect, writing
from domain.application.path.approvals import ClaimTask
from domain.catalogue.publishing import PublishItem
from domain.label import Label
from domain.people.establishing import EstablishDepartment
from domain.record import Actor, Role
from tests.faults import department
from tests.loaded import ROOT, Loaded
from tests.office import OPERATOR, Listening, accepted, item, joining, material, reviewer
from tests.terminal import environment, start

FOUR = ("market", "fire", "housing", "health")
CASES = 40
"""Four departments claim a task of each: 160 commands, and as many approvals."""
AT_TERMINALS = int(os.environ.get("ONEWINDOW_TEST_RACE", "10"))
"""Of so many cases they claim them over the command line, too; of all of them by `make race`."""


@pytest.fixture
def hall(database: str, tmp_path: Path) -> str:
    """Cases accepted today that four departments have to approve, side by side."""
    office = Listening()
    fields = {"department_id": "health", "label": Label(zh="卫生健康局", en="Health")}
    office.when(EstablishDepartment, OPERATOR, minutes=0, **fields)
    office.when(PublishItem, OPERATOR, minutes=0, item_id="permit", item=item(*FOUR, materials=[material("id")]))
    for name in FOUR:
        joins = joining(reviewer(name, f"R-{name}"), command_id=f"joins-{name}", actor=OPERATOR, occurred_at=office.now)
        office.give(joins)
    for number in range(CASES):
        office.now = datetime.now(UTC) - timedelta(hours=1)
        accepted("permit", office=office, case_id=f"C{number}")
    with installation(Settings(database_url=database, master_key_file=tmp_path / "key")) as opened:
        for command in office.setting_up + office.asked:
            opened.office.execute(command)
    return database


@pytest.mark.no_cover
@pytest.mark.parametrize("ahead", [(0, 0, 0, 0), (0, 30, 60, 90)], ids=["one clock", "clocks that differ"])
def test_four_departments_that_act_at_once_refuse_nobody(hall: str, tmp_path: Path, ahead: tuple[int, ...]) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", department.__name__, hall, str(tmp_path), name, str(CASES), str(seconds)],
            cwd=ROOT,
            env=environment(hall, tmp_path),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name, seconds in zip(FOUR, ahead, strict=True)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    answers = [process.communicate(timeout=150)[0].split("\n") for process in _told(processes)]
    assert [answer for told in answers for answer in told if answer not in ("done", "")] == []
    with installation(Settings(database_url=hall, master_key_file=tmp_path / "key")) as opened:
        for number in range(CASES):
            times = [record.act.occurred_at for record in opened.office.history(f"C{number}")]
            assert times == sorted(times)
            assert all(task.settled for task in opened.office.case(f"C{number}").tasks.values())


def _told(processes: "list[subprocess.Popen[str]]") -> "list[subprocess.Popen[str]]":
    """The processes, each told to begin before any of them is waited for."""
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    return processes


@pytest.mark.no_cover
def test_four_departments_at_their_terminals_refuse_nobody(hall: str, tmp_path: Path) -> None:
    """The same over the command line: a process for each command, four at any moment."""

    def terminal(name: str) -> list[tuple[int, str]]:
        own = Loaded()
        try:
            by = ("--department", name, "--by", f"R-{name}")
            claims = [("task", "claim", f"C{number}", f"permit:{name}", *by) for number in range(AT_TERMINALS)]
            answers = [own.run(words, tmp_path, environment(hall, tmp_path)) for words in claims]
        finally:
            own.close()
        return [(code, err) for code, _, err in answers]

    with ThreadPoolExecutor(len(FOUR)) as pool:
        answers = [answer for told in pool.map(terminal, FOUR) for answer in told]
    assert answers == [(0, "")] * (AT_TERMINALS * len(FOUR))
    with installation(Settings(database_url=hall, master_key_file=tmp_path / "key")) as opened:
        for number in range(AT_TERMINALS):
            tasks = opened.office.case(f"C{number}").tasks
            assert {name: tasks[f"permit:{name}"].holder for name in FOUR} == {name: f"R-{name}" for name in FOUR}


@pytest.mark.no_cover
def test_departments_at_their_terminals_refuse_nobody_while_the_database_is_held(hall: str, tmp_path: Path) -> None:
    """Given command lines that wait for another writer; each took its time when it began, in the order of nobody."""
    engine = connect(hall)
    with writing(engine) as connection:
        connection.exec_driver_sql("update log_head set position = position")
        waiting = [
            start(hall, tmp_path, "task", "claim", "C0", f"permit:{name}", "--department", name, "--by", f"R-{name}")
            for name in FOUR
        ]
        with pytest.raises(subprocess.TimeoutExpired):
            waiting[-1].wait(8)
        assert [process.poll() for process in waiting] == [None] * len(FOUR)
    assert [process.communicate(timeout=60)[1] for process in waiting] == [""] * len(FOUR)
    assert [process.returncode for process in waiting] == [0] * len(FOUR)
    engine.dispose()


@pytest.mark.no_cover
def test_a_desk_whose_clock_is_slow_goes_on_at_the_time_of_the_other_desk(hall: str, tmp_path: Path) -> None:
    quick = datetime.now(UTC) + timedelta(minutes=2)
    actor = Actor(person="R-market", role=Role.REVIEWER, department="market")
    with installation(Settings(database_url=hall, master_key_file=tmp_path / "key")) as opened:
        claim = ClaimTask(command_id="quick", actor=actor, case_id="C1", task_id="permit:market", occurred_at=quick)
        opened.office.execute(claim)
        words = ("task", "claim", "C1", "permit:fire", "--department", "fire", "--by", "R-fire")
        slow = start(hall, tmp_path, *words)
        assert slow.communicate(timeout=60)[1] == ""
        assert slow.returncode == 0
        assert [record.act.occurred_at for record in opened.office.history("C1")][-2:] == [quick, quick]
