"""Many hands: reviewers on one queue, two departments on one case, a head who reassigns meanwhile. Real processes."""

from collections import Counter
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from adapters.bootstrap import installation
from adapters.settings import Settings
from domain.application.beside.assignment import TaskReassigned
from domain.application.path.approvals import TaskApproved, TaskClaimed
from tests.faults import reviewer
from tests.faults.reviewer import NOON, STAFF
from tests.loaded import forks
from tests.office import Listening, accepted, head
from tests.office import reviewer as reviewer_of
from tests.oracle import rules_hold

CASES = 40


@pytest.fixture
def hall(database: str, tmp_path: Path) -> str:
    """Cases that two departments have to approve, and their staff."""
    office = Listening()
    for department, people in STAFF.items():
        for person in (f"R{number}" for number in range(1, people + 1)):
            office.on_the_staff(reviewer_of(department, person))
    office.on_the_staff(head("market", "head"))
    for number in range(CASES):
        office.now = NOON.replace(hour=9)
        accepted("restaurant", office=office, case_id=f"C{number}")
    with installation(Settings(database_url=database, master_key_file=tmp_path / "key"), lambda: NOON) as found:
        for command in office.setting_up + office.asked:
            found.office.execute(command)
        found.runner().catch_up()
    return database


@pytest.mark.no_cover
@pytest.mark.timeout(300)
def test_nobody_holds_a_task_twice_and_no_decision_is_lost(hall: str, tmp_path: Path) -> None:
    everybody = [(department, f"R{n}") for department, people in STAFF.items() for n in range(1, people + 1)]
    head = _start(hall, tmp_path, "market", "head")
    reviewers = [_start(hall, tmp_path, *somebody) for somebody in everybody]
    for somebody in reviewers:
        _ended(somebody)
    refused = sum(int(file.read_text()) for file in tmp_path.glob("*.refused"))
    (tmp_path / "done").touch()
    _ended(head)

    with installation(Settings(database_url=hall, master_key_file=tmp_path / "key")) as found:
        city, made = found.office.city(), Counter[type]()
        recorded: dict[str, int] = {}
        for number in range(CASES):
            records = found.office.history(f"C{number}")
            rules_hold(records, city)
            assert sum(isinstance(record.event, TaskApproved) for record in records) == 2
            made.update(type(record.event) for record in records)
            recorded |= {record.act.command_id: record.position for record in records}
    acknowledged = {
        name: int(position)
        for file in tmp_path.glob("*.acks")
        for name, position in (line.split() for line in file.read_text().splitlines())
    }
    assert {name: recorded[name] for name in acknowledged} == acknowledged
    assert made[TaskApproved] == 2 * CASES
    assert made[TaskReassigned] > 0
    assert made[TaskClaimed] >= CASES
    assert refused > 0  # they did get in each other's way


def _start(database: str, folder: Path, department: str, person: str) -> BaseProcess:
    process = forks().Process(target=reviewer.main, args=(database, folder, department, person))
    process.start()
    return process


def _ended(process: BaseProcess) -> None:
    process.join(240)
    assert process.exitcode == 0
