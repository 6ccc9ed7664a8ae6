"""``staff`` and ``attempts``, as somebody types them: posts, substitutes, what is handed over, and what was refused."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from structlog.testing import capture_logs

from adapters.bootstrap import Installation
from adapters.store import attempts
from adapters.store.driver.database import writing
from adapters.store.driver.failures import DatabaseError
from domain.application.path.approvals import ClaimTask
from domain.errors import NotAllowed
from domain.record import Actor, Role
from tests.office import START, Listening, accepted, reviewer
from tests.projections.city import opened
from tests.terminal import Answer, typed

Type = Callable[..., Answer]
BY = ("--by", "O1")


@pytest.fixture
def hall(database: str, tmp_path: Path) -> Installation:
    """Three cases at the market department, of which R1 holds two."""
    office = Listening()
    for case in ("C1", "C2", "C3"):
        accepted("food", office=office, case_id=case)
        if case != "C3":
            office.when(ClaimTask, reviewer("market"), case_id=case, task_id="food:market")
    with opened(database, tmp_path) as found:
        for command in office.setting_up + office.asked:
            found.office.execute(command)
        found.runner().catch_up()
    return found


@pytest.fixture
def type_(hall: Installation, database: str, tmp_path: Path) -> Type:
    """Somebody types a command a minute, on the third day."""
    now = [START + timedelta(days=3)]

    def type_(*words: str, code: int = 0) -> Answer:
        now[0] += timedelta(minutes=1)
        answer = typed(database, tmp_path, lambda: now[0], *words, *(["--format", "json"] if code == 0 else []))
        assert answer.code == code, answer
        if words[0] == "task" or words[:2] in (("staff", "leave"), ("staff", "hand-over")):
            with opened(database, tmp_path) as found:
                found.runner().catch_up()
        return answer

    return type_


def test_an_empty_city_has_a_first_operator_and_no_second_one(database: str, tmp_path: Path) -> None:
    def run(*words: str) -> Answer:
        return typed(database, tmp_path, lambda: START, "staff", *words)

    assert run("first-operator", "O1", "--name", "王小明").code == 0
    assert "operators on record already (O1)" in run("first-operator", "O2", "--name", "李雷").err
    assert "either --hall H or --all-halls" in run("join", "O2", "--name", "李雷", "--role", "operator", *BY).err
    assert run("join", "O2", "--name", "李雷", "--role", "operator", "--all-halls", *BY).code == 0
    listed = run("list", "--format", "json").json
    assert [(row["person"], row["hall"]) for row in listed] == [("O1", None), ("O2", None)]
    assert "王小明" in run("show", "O1").out
    assert "王小明" not in run("list").out


def test_posts_are_given_and_taken(type_: Type) -> None:
    market = ("--role", "head", "--department", "market", "--hall", "H1")
    type_("staff", "give-role", "R1", *market, *BY)
    heads = type_("staff", "list", "--role", "head", "--department", "market", "--hall", "H1").json
    assert [row["person"] for row in heads] == ["B1", "B2", "R1"]
    type_("staff", "take-role", "R1", *market, "--reason", "免职", *BY)
    shown = type_("staff", "show", "R1").json
    assert [post["until"] is not None for post in shown["posts"] if post["role"] == "head"] == [True]
    assert "X is not on the staff" in type_("staff", "show", "X", code=14).err
    refused = type_("staff", "give-role", "R1", *market, "--by", "R1", code=13)
    assert "R1 is no operator at" in refused.err


def test_a_substitute_acts_for_somebody_until_they_are_back(type_: Type) -> None:
    claim = ("task", "claim", "C3", "food:market", "--department", "market", "--by", "F2")
    assert "F2 is no reviewer" in type_(*claim, code=13).err
    away = ("--substitute", "F2", "--until", "2025-03-20", "--reason", "休假", "--by", "B1", "--as", "head")
    type_("staff", "substitute", "R1", *away)
    type_(*claim)
    type_("staff", "back", "R1", "--substitute", "F2", *BY)
    approve = ("task", "approve", "C3", "food:market", "--department", "market", "--by", "F2")
    assert "F2 is no reviewer" in type_(*approve, code=13).err


def test_whoever_leaves_holds_nothing(type_: Type, database: str, tmp_path: Path) -> None:
    leave = ("staff", "leave", "R1", "--reason", "退休", *BY)
    refused = type_(*leave, code=12).err
    assert "R1 holds 2 tasks (food:market of C1, food:market of C2); name the person who gets them with --to" in refused
    assert "NOBODY holds no post as head or reviewer of market" in type_(*leave, "--to", "NOBODY", code=14).err
    assert type_(*leave, "--to", "R2").json["tasks"] == 2
    with opened(database, tmp_path) as found:
        holders = {case: found.office.case(case).tasks["food:market"].holder for case in ("C1", "C2")}
        assert holders == {"C1": "R2", "C2": "R2"}
    assert type_("staff", "list", "--department", "market", "--role", "reviewer").json[0]["person"] != "R1"


def test_all_tasks_are_handed_over_at_once_or_each(type_: Type, database: str, tmp_path: Path) -> None:
    over = ("staff", "hand-over", "R1", "--reason", "休假")
    head = ("--by", "B1", "--as", "head")
    assert [row["answer"] for row in type_(*over, "--to", "R2", *head, "--dry-run").json["tasks"]] == ["held", "held"]
    assert "F1 received" in type_(*over, "--to", "F1", *BY, code=13).err
    done = type_(*over, "--to", "R2", *head, "--each").json
    assert ([row["answer"] for row in done["tasks"]], done["refused"]) == (["handed over"] * 2, 0)
    assert type_(*over, "--to", "R2", *head).json["tasks"] == []


def test_a_refused_attempt_is_listed_apart_from_the_cases_and_without_a_name(
    type_: Type, database: str, tmp_path: Path
) -> None:
    with opened(database, tmp_path) as found:
        head = found.log.head()
    claim = ("task", "claim", "C3", "food:market", "--department", "market", "--by")
    for person in ("F1", "张三", "F1"):
        type_(*claim, person, code=13)
    rows: list[dict[str, Any]] = type_("attempts").json
    assert [(row["person"], row["command"], row["history"], row["missing"]) for row in rows] == [
        ("F1", "ClaimTask", "application/C3", "reviewer"),
        (None, "ClaimTask", "application/C3", "reviewer"),
        ("F1", "ClaimTask", "application/C3", "reviewer"),
    ]
    assert len(type_("attempts", "--person", "F1", "--limit", "1").json) == 1
    assert type_("attempts", "--since", "2025-04-01").json == []
    shown = datetime.fromisoformat(rows[0]["at"]).astimezone(ZoneInfo("Asia/Shanghai"))
    table = typed(database, tmp_path, lambda: START, "attempts").out
    assert (f"{shown:%Y-%m-%d %H:%M}" in table, "at (Asia/Shanghai)" in table) == (True, True)
    assert "张三" not in str(rows)
    with opened(database, tmp_path) as found:
        assert found.log.head() == head
        for change in ("delete from attempts", "update attempts set person = 'X'"):
            with pytest.raises((DBAPIError, DatabaseError)), writing(found.engine) as connection:
                connection.execute(text(change))


def test_an_attempt_that_cannot_be_kept_is_refused_all_the_same(
    hall: Installation, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise DatabaseError("the disk is full")

    monkeypatch.setattr(attempts, "keep", broken)
    nobody = Actor(person="NOBODY", role=Role.REVIEWER, department="market")
    claim = ClaimTask(command_id="x", actor=nobody, occurred_at=START, case_id="C3", task_id="food:market")
    with opened(database, tmp_path) as found, capture_logs() as logged, pytest.raises(NotAllowed):
        found.office.execute(claim)
    assert [line["log_level"] for line in logged] == ["error", "warning"]


def test_posts_and_refusals_are_told_by_the_clock_of_the_hall(database: str, tmp_path: Path, type_: Type) -> None:
    type_("staff", "substitute", "R1", "--substitute", "R2", "--until", "2025-03-10", "--reason", "ill", *BY)

    def told(*words: str) -> Answer:
        return typed(database, tmp_path, lambda: START + timedelta(days=4), *words)

    for answer in (told("staff", "show", "R1"), told("staff", "list")):
        assert answer.code == 0
        assert "Z" not in answer.out, answer.out
    assert "2025-03-10 00:00" in told("staff", "show", "R1").out
    early = ("--occurred-at", "2025-03-03T09:00")
    refused = told("task", "claim", "C3", "food:market", "--department", "market", "--by", "R1", *early)
    assert ", after 2025-03-03 09:00; a clock never runs backwards" in refused.err, refused.err
    assert "+00:00" not in refused.err
