"""``task`` and ``queue``: what people of a department do all day, as they type it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from adapters.bootstrap import Installation
from domain.application.beside.assignment import SnoozeTask
from domain.application.path.acceptance import Accept
from domain.application.path.approvals import ClaimTask
from domain.command import Command
from domain.errors import NotAllowed
from tests.office import Listening, accepted, reviewer
from tests.projections.city import opened
from tests.terminal import Answer, onewindow

CASES = ("C1", "C2", "C3")
Run = Callable[..., Answer]
THEN = ("--at", "2025-03-03T10:00+08:00")
"""When nobody had taken anything yet; the tests act today."""


def asked() -> list[Command]:
    """The commands that make three accepted applications for two departments, one after the other."""
    office = Listening()
    for case in CASES:
        accepted("building", office=office, case_id=case)
    return office.setting_up + office.asked


def given(found: Installation) -> None:
    """The same in an installation whose views have seen it."""
    for command in asked():
        found.office.execute(command)
    found.runner().catch_up()


@pytest.fixture
def run(database: str, tmp_path: Path) -> Run:
    """Three cases at the housing department, which comes before fire."""
    with opened(database, tmp_path) as found:
        given(found)

    def run(*words: str, code: int = 0) -> Answer:
        answer = onewindow(database, tmp_path, *words, *(["--format", "json"] if code == 0 else []))
        assert answer.code == code, answer.err
        if words[0] == "task":
            onewindow(database, tmp_path, "project")
        return answer

    return run


def queue(run: Run, *words: str, department: str = "housing") -> list[tuple[str, str, str | None]]:
    tasks = run("queue", "--department", department, *words).json["tasks"]
    return [(task["case"], task["status"], task["holder"]) for task in tasks]


def test_the_four_queues_of_a_department(run: Run) -> None:
    here = ("--department", "housing", "--by", "R1")
    run("task", "claim", "C2", "building:housing", *here)
    assert queue(run, "--show", "mine", "--holder", "R1") == [("C2", "claimed", "R1")]
    assert queue(run, "--show", "unassigned") == [("C1", "open", None), ("C3", "open", None)]
    assert queue(run, "--show", "all") == [("C1", "open", None), ("C2", "claimed", "R1"), ("C3", "open", None)]
    assert queue(run, "--show", "upcoming", department="fire") == [(case, "upcoming", None) for case in CASES]
    assert queue(run, department="fire") == []
    assert "--show mine needs --holder" in run("queue", "--department", "fire", "--show", "mine", code=2).err
    run("task", "approve", "C2", "building:housing", *here, "--opinion", "同意")
    assert queue(run, department="fire") == [("C2", "open", None)]


def test_a_queue_is_narrowed_and_ordered(run: Run) -> None:
    run("task", "claim", "C3", "building:housing", "--department", "housing", "--by", "R1")
    assert [case for case, _, _ in queue(run, "--sort", "holder")][-1] in CASES
    assert queue(run, "--hall", "H2") == queue(run, "--item", "food") == queue(run, "--zone", "legal_person") == []
    assert (
        len(queue(run, "--hall", "H1", "--zone", "natural_person", "--item", "building", "--light", "green", *THEN))
        == 3
    )
    tasks = run("queue", "--department", "housing", "--light", "red").json["tasks"]
    assert [task["light"] for task in tasks] == ["red"] * 3
    load = run("queue", "--department", "housing", "--load").json["load"]
    assert {row["holder"]: (row["tasks"], row["red"], row["yellow"]) for row in load} == {
        None: (2, 2, 0),
        "R1": (1, 1, 0),
    }


def test_a_task_goes_from_hand_to_hand(run: Run) -> None:
    here = ("C1", "building:housing", "--department", "housing")
    run("task", "claim", *here, "--by", "R1")
    run("task", "delegate", *here, "--by", "R1", "--to", "R2")
    assert ("C1", "claimed", "R2") in queue(run)
    assert "is held by R2" in run("task", "release", *here, "--by", "R1", code=12).err
    run("task", "reassign", *here, "--by", "B3", "--to", "R1", "--reason", "休假")
    run("task", "release", *here, "--by", "R1")
    assert ("C1", "open", None) in queue(run)


def test_questions_stand_in_the_queue_of_who_is_asked(run: Run) -> None:
    here = ("C1", "building:housing", "--department", "housing", "--by", "R1")
    run("task", "claim", *here)
    run("task", "ask", *here, "--of", "market", "--question", "是否登记")
    (task,) = run("queue", "--department", "market").json["tasks"]
    number = task["task"].partition("?")[2]
    assert (task["waits_for"], task["asks_for"]) == ("answer", "是否登记")
    run("task", "answer", "C1", number, "--answer", "已登记", "--department", "market", "--by", "M1")
    assert queue(run, department="market") == []
    run("task", "ask", *here, "--question", "请联系申请人")
    desk = run("desk", "--hall", "H1", "--window", "W1").json
    assert [(entry["case"], entry["asks_for"]) for entry in desk["asked"]] == [("C1", "请联系申请人")]


def test_what_is_alike_is_approved_at_once_and_each_case_has_its_event(run: Run, database: str, tmp_path: Path) -> None:
    here = ("--department", "housing", "--by", "R1")
    for case in ("C1", "C3"):
        run("task", "claim", case, "building:housing", *here)
    alike = ("task", "approve-alike", "--item", "building", *here)
    assert [row["answer"] for row in run(*alike, "--dry-run").json["tasks"]] == ["held", "held"]
    assert run(*alike, "--opinion", "同意").json["refused"] == 0
    with opened(database, tmp_path) as found:
        for case, approved in (("C1", True), ("C2", False), ("C3", True)):
            events = [record.event.type_name for record in found.office.history(case)]
            assert ("application.task_approved" in events) == approved
    assert run(*alike).json["tasks"] == []


def test_what_is_put_aside_is_left_out_until_its_time(run: Run, database: str, tmp_path: Path) -> None:
    """The cases lie in the past, so the commands are given with their own times."""
    with opened(database, tmp_path) as found:
        at = datetime.fromisoformat("2025-03-03T11:00:00+08:00")
        here = {"actor": reviewer("housing"), "case_id": "C1", "task_id": "building:housing"}
        found.office.execute(ClaimTask(command_id="t1", occurred_at=at, **here))
        found.office.execute(SnoozeTask(command_id="t2", occurred_at=at, until=at + timedelta(days=1), **here))
        found.runner().catch_up()
    assert [case for case, _, _ in queue(run, "--no-snoozed", "--at", "2025-03-03T12:00+08:00")] == ["C2", "C3"]
    later = ("queue", "--department", "housing", "--no-snoozed", "--at", "2025-03-05")
    assert len(run(*later).json["tasks"]) == 3


def test_who_acts_for_another_department_is_refused(run: Run) -> None:
    answer = run("task", "approve", "C1", "building:housing", "--department", "market", "--by", "M1", code=12)
    assert "belongs to department housing" in answer.err


def test_an_attempt_without_the_right_is_refused_and_logged_and_records_nothing(database: str, tmp_path: Path) -> None:
    with opened(database, tmp_path) as found:
        given(found)
        head = found.log.head()
        accept = Accept(command_id="x", actor=reviewer("housing"), occurred_at=found.now(), case_id="C1")
        with capture_logs() as logged, pytest.raises(NotAllowed, match="missing right: front_desk"):
            found.office.execute(accept)
        assert found.log.head() == head
    (line,) = logged
    assert (line["event"], line["command"], line["person"], line["missing"]) == (
        "not allowed",
        "Accept",
        "R1",
        "front_desk",
    )
