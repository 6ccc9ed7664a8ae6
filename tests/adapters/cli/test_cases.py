"""``case``: what happens beside the path, as somebody types it. The cases lie in the past, so limits have acted meanwhile."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from domain.application.path.evaluation import Evaluate
from domain.application.path.intake import RegisterIntake
from domain.application.terms import Channel, Status
from domain.catalogue.publishing import ReviseItem
from tests.office import CITIZEN, OPERATOR, Listening, Office, accepted, applicant, issued, item, material, received
from tests.projections.city import opened
from tests.terminal import Answer, onewindow


class World:
    """An installation, and somebody who types at it."""

    def __init__(self, database: str, folder: Path) -> None:
        self._database, self._folder = database, folder

    def enter(self, office: Office) -> None:
        """What was asked of an office in memory."""
        assert isinstance(office, Listening)
        with opened(self._database, self._folder) as found:
            for command in office.setting_up + office.asked:
                found.office.execute(command)
            found.runner().catch_up()

    def run(self, *words: str, code: int = 0) -> Answer:
        """Type a command."""
        answer = onewindow(self._database, self._folder, "case", *words, *(["--format", "json"] if code == 0 else []))
        assert answer.code == code, answer.err
        return answer

    def report(self, *words: str) -> list[dict[str, Any]]:
        """The report of processing time, once the views have seen all."""
        with opened(self._database, self._folder) as found:
            found.runner().catch_up()
        answer = onewindow(self._database, self._folder, "report", "processing-time", *words, "--format", "json")
        assert answer.code == 0, answer.err
        found_figures: list[dict[str, Any]] = answer.json
        return found_figures

    def status(self, case: str) -> Status:
        """How a case stands."""
        with opened(self._database, self._folder) as found:
            return found.office.case(case).status

    def types(self, case: str) -> list[str]:
        """The last part of the names of what happened to a case."""
        with opened(self._database, self._folder) as found:
            return [record.event.type_name.partition(".")[2] for record in found.office.history(case)]


@pytest.fixture
def world(database: str, tmp_path: Path) -> World:
    return World(database, tmp_path)


def test_a_duplicate_ends_and_both_histories_say_so_or_neither(world: World) -> None:
    office = received("food", office=received("food", office=Listening()), case_id="C2")
    world.enter(office)
    refused = world.run("merge", "C2", "--into", "C9", "--reason", "重复登记", "--by", "F1", "--window", "W1", code=14)
    assert "case C9 is not known" in refused.err
    assert "merged_into" not in world.types("C2")
    world.run("merge", "C2", "--into", "C1", "--reason", "重复登记", "--by", "F1", "--window", "W1")
    assert world.status("C2") is Status.MERGED
    assert world.types("C1")[-1] == "duplicate_found"


def test_an_ended_case_is_reopened_and_takes_late_documents(world: World) -> None:
    world.enter(issued("food", office=Listening()))
    world.run("file-document", "C1", "--content-hash", "ab" * 32, "--what", "补充照片", "--by", "F1", "--window", "W1")
    wrong = world.run(
        "file-document", "C1", "--content-hash", "xyz", "--what", "x", "--by", "F1", "--window", "W1", code=2
    )
    assert "content_hash" in wrong.err
    world.run(
        "reopen",
        "C1",
        "--order",
        "复议 7",
        "--result",
        "annulled",
        "--reason",
        "事实不清",
        "--department",
        "market",
        "--by",
        "B1",
    )
    assert world.types("C1")[-2:] == ["late_document_filed", "reopened"]
    assert world.status("C1") is Status.IN_REVIEW


def test_a_bad_grade_is_seen_to_by_two_people(world: World) -> None:
    office = issued("food", office=Listening())
    office.when(Evaluate, CITIZEN, grade=1)
    world.enter(office)
    world.run("rating-verify", "C1", "--founded", "--finding", "等候过长", "--by", "B1")
    world.run("rating-reply", "C1", "--measures", "增开窗口", "--reply", "已致歉", "--by", "B1")
    review = ("rating-review", "C1", "--satisfied", "--note", "满意", "--by")
    assert "another person must review it" in world.run(*review, "B1", code=12).err
    world.run(*review, "B2")
    assert world.types("C1")[-3:] == ["rating_verified", "rating_replied", "rectification_reviewed"]


def test_running_cases_move_to_a_newer_version_after_a_dry_run(world: World) -> None:
    office: Office = accepted("food", office=Listening())
    accepted("restaurant", office=office, case_id="C2")
    newer = item("market", "fire", materials=[material("id")], version=2, effective_from=date(2025, 3, 2))
    office.when(ReviseItem, OPERATOR, item_id="food", item=newer, reason="新规")
    world.enter(office)
    words = ("move", "food", "--to", "2", "--reason", "适用新规", "--by", "O1")
    (row,) = world.run(*words, "--dry-run").json["cases"]
    assert (row["case"], row["answer"]) == ("C1", "would move")
    assert row["changes"] == ["lease is not asked for any more", "fire must approve as well"]
    assert "moved_to_version" not in world.types("C1")
    assert world.run(*words).json["cases"][0]["answer"] == "moved"
    assert "moved_to_version" in world.types("C1")
    assert world.run(*words).json == {"cases": [], "refused": 0}
    assert "has no version 9" in world.run("move", "food", "--to", "9", "--reason", "x", "--by", "O1", code=14).err


def test_a_limit_that_has_passed_is_not_extended_and_an_unknown_hall_is_said(world: World) -> None:
    world.enter(accepted("homestead", office=Listening()))
    late = world.run("extend", "C1", "--notice", "告知", "--department", "housing", "--by", "B3", code=12)
    assert "it can only be extended before" in late.err
    assert (
        "hall H9 is not known"
        in world.run("transfer", "C1", "--hall", "H9", "--reason", "x", "--by", "F1", "--window", "W1", code=14).err
    )


def test_a_clerical_error_is_corrected_by_two_people_and_the_report_says_so(world: World) -> None:
    world.enter(issued("food", office=Listening()))
    words = (
        "correct",
        "C1",
        "--event",
        "1",
        "--correction",
        "窗口应为 W2",
        "--reason",
        "录入错误",
        "--by",
        "F1",
        "--window",
        "W1",
    )
    right = ("--field", "window", "--value", "W2")
    assert "by a second person" in world.run(*words, *right, "--confirmed-by", "F1", code=12).err
    assert "or neither" in world.run(*words, "--field", "window", "--confirmed-by", "F2", code=12).err
    world.run(*words, *right, "--confirmed-by", "F2")
    assert world.types("C1")[-1] == "clerical_error_corrected"
    (by_window,) = world.report("--by", "window")
    assert (by_window["group"], by_window["cases"], by_window["corrected"]) == ("W2", 1, 1)


def test_a_case_that_came_online_is_taken_in_hand_at_a_window(world: World) -> None:
    office = Listening()
    fields = {"items": ("food",), "channel": Channel.ONLINE, "hall": "H1", "applicant": applicant()}
    office.when(RegisterIntake, CITIZEN, **fields)
    world.enter(office)
    claim = ("claim", "C1", "--hall", "H1", "--window")
    assert "window W9" in world.run(*claim, "W9", "--by", "F1", code=13).err
    world.run(*claim, "W1", "--by", "F1")
    assert world.types("C1")[-1] == "intake_claimed"
    assert "is handled by window W1" in world.run(*claim, "W2", "--by", "F2", code=12).err


def test_a_grant_is_revoked_by_a_head_on_a_named_ground_and_only_once(world: World) -> None:
    world.enter(issued("food", office=Listening()))
    words = ("revoke", "C1", "--reason", "申请人隐瞒情况", "--legal-basis", "行政许可法 69", "--order", "撤 3")
    right = (*words, "--remedies", "复议", "--department", "market", "--by", "B1")
    assert "--ground" in world.run(*right, "--ground", "because", code=2).err
    world.run(*right, "--ground", "obtained_by_fraud")
    assert (world.types("C1")[-1], world.status("C1")) == ("revoked", Status.REVOKED)
    cancelled = (
        "cancel",
        "C1",
        "--ground",
        "undone",
        "--reason",
        "许可已撤销",
        "--legal-basis",
        "行政许可法 70",
        "--order",
        "注 9",
    )
    world.run(*cancelled, "--content-hash", "ab" * 32, "--department", "market", "--by", "B1")
    assert (world.types("C1")[-1], world.status("C1")) == ("licence_cancelled", Status.REVOKED)
    assert "is revoked already" in world.run(*right, "--ground", "obtained_by_fraud", code=16).err


def test_a_case_that_cannot_go_on_is_terminated_by_a_head(world: World) -> None:
    world.enter(accepted("homestead", office=Listening()))
    words = ("terminate", "C1", "--reason", "申请人死亡", "--legal-basis", "行政许可法 70", "--department", "housing")
    world.run(*words, "--ground", "applicant_died", "--by", "B3")
    assert world.types("C1")[-3:] == ["terminated", "task_closed", "task_closed"]
    assert world.status("C1") is Status.TERMINATED
    assert "it is not under way any more" in world.run(*words, "--ground", "applicant_died", "--by", "B3", code=12).err


def test_an_extension_that_was_asked_for_is_refused_by_somebody_else(world: World) -> None:
    world.enter(accepted("homestead", office=Listening()))
    words = ("refuse-extension", "C1", "--reason", "期限足够", "--department", "housing", "--by", "B3", "--asked-by")
    assert "another person must refuse it" in world.run(*words, "B3", code=12).err
    world.run(*words, "R1")
    assert world.types("C1")[-1] == "extension_refused"


def test_a_complaint_is_closed_once_it_is_found_unfounded_not_before(world: World) -> None:
    office = issued("food", office=Listening())
    office.when(Evaluate, CITIZEN, grade=1)
    world.enter(office)
    close = ("rating-close", "C1", "--reply", "经核实不属实", "--by", "B1")
    assert "verified" in world.run(*close, code=12).err
    world.run("rating-verify", "C1", "--unfounded", "--finding", "不属实", "--by", "B1")
    world.run(*close)
    assert world.types("C1")[-2:] == ["rating_verified", "complaint_closed"]


def test_what_was_open_on_a_day_and_what_was_known_of_it_on_that_day_are_two_questions(
    database: str, tmp_path: Path, world: World
) -> None:
    """The case happened in March and was entered now; nobody knew of it in March."""
    world.enter(accepted("food", office=Listening()))
    words = ("open", "--at", "2025-03-04T10:00", "--format", "json")
    happened = onewindow(database, tmp_path, *words, "--at-by", "occurred").json
    known = onewindow(database, tmp_path, *words, "--at-by", "recorded").json
    assert (happened["open"], known["open"]) == (1, 0)
    assert (happened["as_of"]["by"], known["as_of"]["by"]) == ("occurred", "recorded")
