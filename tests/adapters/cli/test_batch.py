"""``batch``: lines of JSON in, a receipt or an error a line out; killed in the middle and run again, everything is done once."""

import io
import json
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from adapters.bootstrap import utc_now
from adapters.cli.batch import error_object
from adapters.commands.bad_message import MessageRule
from adapters.commands.message import Message
from adapters.services import batch
from adapters.services.batch import TOGETHER, answers, as_json, lines_of
from tests.adapters.cli.city import NAME, a_city, content_of, opened
from tests.databases import Copied
from tests.loaded import ROOT
from tests.terminal import Answer, start, typed

CLERK = {"person": "F1", "role": "front_desk", "hall": "H1", "window": "W1"}
REVIEWER = {"person": "R1", "role": "reviewer", "department": "market"}
AT = "2025-03-03T11:00:00+08:00"


def intake(case: str, **changed: Any) -> dict[str, Any]:
    """An application as a program sends it."""
    applicant = {"applicant_id": f"P-{case}", "kind": "natural_person", "name": "司马大力"}
    data = {
        "case_id": case,
        "items": ["food"],
        "channel": "window",
        "hall": "H1",
        "window": "W1",
        "applicant": applicant,
    }
    return {
        "command": "register-intake",
        "id": f"letter/{case}",
        "occurred_at": AT,
        "by": CLERK,
        "data": data,
    } | changed


def claim(**changed: Any) -> dict[str, Any]:
    """A task of the accepted case C1."""
    data = {"case_id": "C1", "task_id": "food:review"}
    return {"command": "claim-task", "id": "claim", "occurred_at": AT, "by": REVIEWER, "data": data} | changed


def written(folder: Path, *lines: dict[str, Any] | str) -> str:
    """A file of these lines."""
    file = folder / "lines.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    file.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    return str(file)


def told(answer: Answer) -> list[dict[str, Any]]:
    """The answers, one a line."""
    return [json.loads(line) for line in answer.out.splitlines()]


@pytest.fixture
def database(copied: Copied) -> str:
    return copied(a_city)


def test_each_line_is_answered_in_order_and_again_as_before(database: str, tmp_path: Path) -> None:
    file = written(tmp_path, intake("C10"), "", claim(), intake("C11"))
    first = told(typed(database, tmp_path, utc_now, "batch", file))
    assert [(each["line"], each["id"], each["history"]) for each in first] == [
        (1, "letter/C10", "application/C10"),
        (3, "claim", "application/C1"),
        (4, "letter/C11", "application/C11"),
    ]
    assert first[0]["events"] == [{"type": "application.intake_registered", "schema": 3, "version": 1}]
    assert [each["position"] for each in first] == sorted(each["position"] for each in first)
    before = content_of(database)
    again = told(typed(database, tmp_path, utc_now, "batch", file))
    assert again == [{**each, "repeated": True} for each in first]
    assert content_of(database) == before
    with opened(database, tmp_path) as found:
        record = found.office.history("C10")[0]
        applicant = found.office.case("C10").applicant
        assert applicant is not None
        assert found.vault.open("name", applicant.name) == "司马大力"
    assert record.act.actor.window == "W1"
    assert "司马大力" not in str(before)
    assert "司马大力" not in str(first)


def test_the_example_of_the_page_is_true(database: str, tmp_path: Path) -> None:
    page = (ROOT / "docs" / "batch.md").read_text(encoding="utf-8")
    (sent, answered) = re.findall(r"^```jsonl?\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    answer = typed(database, tmp_path, utc_now, "batch", written(tmp_path, *sent.splitlines()))
    assert told(answer) == [json.loads(line) for line in answered.splitlines()]
    assert set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) == {*Message.model_fields, *MessageRule}


def test_a_line_that_is_refused_says_why_and_the_others_stand(database: str, tmp_path: Path) -> None:
    file = written(
        tmp_path,
        "{",
        intake("C10", note="x"),
        intake("C11", by={**CLERK, "role": "reviewer"}),
        claim(data={"case_id": "C9", "task_id": "food:review"}),
        claim(id="early", seen=1),
        intake("C12"),
        intake("C12", by={**CLERK, "window": "W9"}),
        intake("C13", id="letter/C12"),
        claim(id="late", occurred_at="2025-03-03T09:00:30+08:00"),
    )
    answer = typed(database, tmp_path, utc_now, "batch", file)
    assert answer.code == 8, answer
    errors = {each["line"]: each["error"] for each in told(answer) if "error" in each}
    about = {line: (error["code"], error["rule"], error["field"]) for line, error in errors.items()}
    assert about == {
        1: ("wrong_usage", "json", None),
        2: ("wrong_usage", "schema", "note"),
        3: ("not_allowed", "applicant or front_desk", None),
        4: ("not_found", None, None),
        5: ("outdated", None, "seen"),
        7: ("conflict", "rule 8", None),
        8: ("conflict", "rule 8", None),
        9: ("rule_broken", "rule 7", None),
    }
    assert errors[5]["details"]["version"] > 1
    assert all(error["message"] and "[" not in error["message"] for error in errors.values())
    assert errors[9]["hint"] == "a clock never runs backwards, so enter changes in their order"
    assert NAME not in answer.out


def test_what_comes_after_the_first_error_is_left_out_where_asked(database: str, tmp_path: Path) -> None:
    file = written(tmp_path, intake("C10"), "{", intake("C11"))
    answer = typed(database, tmp_path, utc_now, "batch", file, "--stop-at-first-error")
    assert (answer.code, [each["line"] for each in told(answer)]) == (8, [1, 2])
    with opened(database, tmp_path) as found:
        assert found.office.records("application/C10")
        assert not found.office.records("application/C11")


def test_a_line_without_an_id_is_named_by_its_file_and_on_standard_input_refused(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nameless = {name: value for name, value in intake("C10").items() if name != "id"}
    file = written(tmp_path, nameless)
    first, again = (told(typed(database, tmp_path, utc_now, "batch", file))[0] for _ in range(2))
    assert first["id"].startswith("batch/")
    assert first["id"].endswith("/1")
    assert again == {**first, "repeated": True}
    lines = io.TextIOWrapper(io.BytesIO(json.dumps(nameless).encode() + b"\n" + json.dumps(intake("C11")).encode()))
    monkeypatch.setattr(sys, "stdin", lines)
    answer = typed(database, tmp_path, utc_now, "batch", "-")
    assert (answer.code, told(answer)[0]["error"]["rule"], told(answer)[1]["id"]) == (8, "id", "letter/C11")


def test_a_defect_of_one_line_leaves_the_others(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = "domain.application.path.approvals.ClaimTask.decide"
    monkeypatch.setattr(broken, lambda *_: 1 / 0)
    sent = [intake("C10"), claim(), intake("C11")]
    with opened(database, tmp_path) as found:
        stream = io.BytesIO(b"\n".join(json.dumps(line).encode() for line in sent))
        made = [as_json(each, error_object) for each in answers(found, lines_of(stream), None)]
    assert ["error" in each for each in made] == [False, True, False]
    assert made[1]["error"]["code"] == "defect"


def test_a_line_without_an_end_is_read_in_pieces() -> None:
    """A file of any size without a line's end takes no more memory than one line."""

    class Endless(io.RawIOBase):
        left = 50 * batch.LONGEST_LINE

        def readline(self, size: int | None = -1) -> bytes:
            assert size is not None
            assert size <= batch.LONGEST_LINE + 1
            size = min(size, self.left)
            self.left -= size
            return b"x" * size

    (line,) = lines_of(Endless())  # type: ignore[arg-type]
    assert len(line.text) == batch.LONGEST_LINE + 1


@pytest.mark.sqlite
def test_killed_in_the_middle_it_is_resumed_by_the_same_command(
    filled_files: Callable[[Any], Path], tmp_path: Path
) -> None:
    """Given a file of many lines, when the process is killed after some answers, then a second run does the rest once."""
    shutil.copytree(filled_files(a_city), tmp_path, dirs_exist_ok=True)
    database = f"sqlite:///{tmp_path}/onewindow.db"
    total = 10 * TOGETHER
    file = written(tmp_path, *(intake(f"K{number}") for number in range(total)))
    process = start(database, tmp_path, "batch", file)
    assert process.stdout is not None
    before = [json.loads(process.stdout.readline()) for _ in range(TOGETHER + 1)]
    process.kill()
    process.communicate()
    with opened(database, tmp_path) as found:
        done = sum(bool(found.office.records(f"application/K{number}")) for number in range(total))
    assert TOGETHER < done < total
    answer = typed(database, tmp_path, utc_now, "batch", file)
    after = told(answer)
    assert answer.code == 0
    assert len(after) == total
    assert [each["repeated"] for each in after] == [True] * done + [False] * (total - done)
    assert after[: len(before)] == [{**each, "repeated": True} for each in before]
    with opened(database, tmp_path) as found:
        assert all(len(found.office.records(f"application/K{number}")) == 1 for number in range(total))
