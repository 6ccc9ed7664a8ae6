"""Hostile identifiers and texts through every command and every output: refused in a sentence, or recorded and shown legibly."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.bootstrap import utc_now
from adapters.commands.names import name_of, offered
from adapters.language.legible import is_legible
from domain.application.path.intake import RegisterIntake
from domain.application.terms import Channel
from domain.command import LIVE, Command
from domain.exit_code import ExitCode
from domain.identifier import ON_RECORD, plain
from domain.people.applicant import Applicant
from domain.people.applicant_kind import ApplicantKind
from domain.record import Actor, Role
from tests.adapters.cli.city import MORNING, a_city, content_of, opened
from tests.adapters.cli.every_option import NAMES, TEXTS, Place, places
from tests.adapters.cli.test_wrong_inputs import MAPPING
from tests.databases import Copied
from tests.office import Listening, accepted
from tests.terminal import Answer, onewindow, typed

NAMED, TOLD = places(NAMES), places(TEXTS)
LOOK_ALIKE = (
    "C1 ",
    "\ufeffC1",
    "C\u200b1",
    "C1\u200d",
    "C\u200e1",
    "\u061cC1",
    "C\u20281",
    "C1\u2029",
    "C\u00ad1",
    "-C1",
    "C1\ufe0f",
)
STEERING = ("C\x9b2J1", "C1\x7f", "C\u202e1", "\x1b]0;owned\x07", "C\n1", "C\r1", "C\x001")
FORMULAS = ("=1+1", "+1", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0")
ODD = (
    "e\u0301",
    "../../etc/passwd",
    "'; drop table events; --",
    "%s{0}",
    "[red]x[/red]",
    "ticket/C1",
    "🏛️",
    "نامه",
    "CON",
    " ",
    "",
)
WORDS = (*LOOK_ALIKE, *STEERING, *FORMULAS, *ODD, "x" * 5_000, "11010519491231002X")

INTAKE = (
    "case",
    "intake",
    "--hall",
    "H1",
    "--window",
    "W1",
    "--kind",
    "natural_person",
    "--name",
    "李",
    "--item",
    "food",
)
INTAKE += ("--by", "F1")


def asked(database: str, folder: Path, *words: str) -> Answer:
    """An answer that is no defect, and in which nothing steers or hides."""
    answer = typed(database, folder, utc_now, *words)
    assert answer.code not in (ExitCode.DEFECT, ExitCode.DIFFERENCE), (words, answer)
    assert "Traceback" not in answer.err, (words, answer)
    assert is_legible(answer.out), (words, answer)
    assert is_legible(answer.err), (words, answer)
    return answer


def lists() -> Iterator[tuple[str, ...]]:
    """What shows everything that was recorded."""
    for format_ in ("table", "json"):
        for command in (
            ("history", "C1"),
            ("desk", "--hall", "H1", "--window", "W1"),
            ("queue", "--department", "market"),
            ("open",),
            ("intake", "--hall", "H1"),
            ("case", "find"),
            ("staff", "list"),
            ("hall", "list"),
            ("hall", "show", "H1"),
            ("hall", "excluded", "H1"),
            ("department", "list"),
            ("catalogue", "list"),
            ("ticket", "queue", "H1"),
            ("attempts",),
        ):
            yield (*command, "--format", format_)
    yield ("catalogue", "export")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(place=st.sampled_from(NAMED), word=st.sampled_from(WORDS) | st.text(max_size=12))
def test_no_identifier_that_is_typed_is_a_defect(hostile_office: tuple[str, Path], place: Place, word: str) -> None:
    database, folder = hostile_office
    asked(database, folder, *place.words(word))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(place=st.sampled_from(TOLD), word=st.sampled_from(WORDS) | st.text(max_size=40))
def test_no_text_that_is_typed_is_a_defect(hostile_office: tuple[str, Path], place: Place, word: str) -> None:
    database, folder = hostile_office
    asked(database, folder, *place.words(word))


@pytest.fixture
def hostile_office(copied: Copied, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A small city; and, once hostile words were typed, every list of it is legible and every record is as it was recorded."""
    database = copied(a_city)
    yield database, tmp_path
    for words in lists():
        asked(database, tmp_path, *words)
    verified = onewindow(database, tmp_path, "verify")
    assert verified.code == ExitCode.DONE, verified


@pytest.mark.parametrize("word", [*LOOK_ALIKE, *STEERING])
def test_what_looks_like_a_case_that_is_there_is_not_recorded_beside_it(
    copied: Copied, tmp_path: Path, word: str
) -> None:
    database = copied(a_city)
    before = content_of(database)
    answer = asked(database, tmp_path, *INTAKE, "--", word)
    assert answer.code == ExitCode.WRONG_USAGE, answer
    assert content_of(database)["events"] == before["events"]


def test_a_number_in_another_form_is_the_same_number(copied: Copied, tmp_path: Path) -> None:
    database = copied(a_city)
    assert asked(database, tmp_path, *INTAKE, "--command-id", "e\u0301/1", "e\u0301").code == 0
    assert "repeated" not in asked(database, tmp_path, "history", "e\u0301").err
    assert (
        asked(database, tmp_path, "history", "e\u0301").code == asked(database, tmp_path, "history", "\u00e9").code == 0
    )
    again = asked(database, tmp_path, *INTAKE, "--command-id", "\u00e9/1", "\u00e9")
    assert again.code in (0, ExitCode.CONFLICT), again


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path to each text in a message but the name of its command."""
    match value:
        case str() if path != ("command",):
            yield path
        case dict():
            for name, part in value.items():
                yield from leaves(part, (*path, name))
        case list():
            for number, part in enumerate(value):
                yield from leaves(part, (*path, number))


def changed(value: Any, path: tuple[Any, ...], word: str) -> Any:
    """The message with a word in a place."""
    if not path:
        return word
    first, *rest = path
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[first] = changed(copy[first], tuple(rest), word)
    return copy


def as_sent(command: Command) -> dict[str, Any]:
    """A command as a program sends it."""
    written = command.model_dump(mode="json", exclude_unset=True)
    data = {name: value for name, value in written.items() if name not in Command.model_fields}
    sender = {name: value for name, value in written["actor"].items() if value is not None}
    sent = {"command": name_of(type(command)), "id": command.command_id, "by": sender, "data": data}
    return sent if command.occurred_at == LIVE else {**sent, "occurred_at": written["occurred_at"]}


def test_no_word_in_a_message_is_a_defect(database: str, tmp_path: Path) -> None:
    office = Listening()
    accepted(office=office)
    told = [as_sent(each) for each in office.setting_up + office.asked if type(each) in offered().values()]
    lines, number = [], 0
    for sent in told:
        lines.append(json.dumps(sent))  # as it was meant, after the hostile ones of it
        for path in leaves(sent):
            for word in (WORDS[(number + step) % len(WORDS)] for step in range(0, len(WORDS), 7)):
                number += 1
                lines.insert(-1, json.dumps(changed({**sent, "id": f"hostile/{number}"}, path, word)))
    (tmp_path / "batch.jsonl").write_text("\n".join(lines))
    answer = asked(database, tmp_path, "batch", str(tmp_path / "batch.jsonl"))
    answers = [json.loads(line) for line in answer.out.splitlines()]
    assert len(answers) == len(lines) > 500
    defects = [(lines[each["line"] - 1], each) for each in answers if each.get("error", {}).get("code") == "defect"]
    assert defects == []
    recorded = [each["history"].partition("/")[2] for each in answers if "history" in each]
    assert len(recorded) >= len(told)
    assert [name for name in recorded if plain(name) != name] == []
    assert onewindow(database, tmp_path, "verify").code == ExitCode.DONE


@pytest.mark.parametrize("name", ["A ", "\ufeffA", "A\u200bB"])
def test_what_was_recorded_when_less_was_refused_is_read_and_acted_on(
    copied: Copied, tmp_path: Path, name: str
) -> None:
    database = copied(a_city)
    with opened(database, tmp_path) as found:
        before = {
            "command_id": f"of before/{name}",
            "actor": Actor(person="F1", role=Role.FRONT_DESK, hall="H1", window="W1"),
            "occurred_at": MORNING + timedelta(hours=1),
            "case_id": name,
            "items": ("food",),
            "channel": Channel.WINDOW,
            "hall": "H1",
            "window": "W1",
            "applicant": Applicant(applicant_id="P9", kind=ApplicantKind.NATURAL_PERSON, name="李"),
        }
        found.office.execute(RegisterIntake.model_validate(before, context=ON_RECORD))
    assert asked(database, tmp_path, "project").code == 0
    shown = asked(database, tmp_path, "history", "--format", "json", "--", name)
    assert (shown.code, shown.json["case"]) == (0, name)
    ticked = asked(database, tmp_path, "tick", "--format", "json")  # its notice is long overdue
    assert ticked.code == 0, ticked
    assert asked(database, tmp_path, "project").code == 0
    after = asked(database, tmp_path, "history", "--format", "json", "--", name)
    assert len(after.json["events"]) > len(shown.json["events"])
    assert onewindow(database, tmp_path, "verify").code == ExitCode.DONE
    for words in lists():
        asked(database, tmp_path, *words)


def test_what_a_log_says_is_shown_legibly_and_means_the_same_to_programs(database: str, tmp_path: Path) -> None:
    activity = "paid \x1b[2J\x9b1m\u202eegamad\u200b\x7f"
    (tmp_path / "log.csv").write_text(f"case,activity,time\nL1,{activity},2025-03-03T10:00\n")
    (tmp_path / "small.toml").write_text(MAPPING.replace("[columns]", "time_zone = 'Asia/Shanghai'\n[columns]"))
    imported = asked(database, tmp_path, "import", str(tmp_path / "log.csv"), "--mapping", str(tmp_path / "small.toml"))
    assert imported.code == 0, imported
    told = asked(database, tmp_path, "history", "L1")
    assert "paid \\x1b[2J\\x9b1m\\u202eegamad\\u200b\\x7f" in told.out
    program = asked(database, tmp_path, "history", "L1", "--format", "json").json
    assert activity in json.dumps(program, ensure_ascii=False).replace("\\u001b", "\x1b")


def test_a_wrong_word_is_told_legibly(database: str, tmp_path: Path) -> None:
    for words in (
        ("no\u200bcommand",),
        ("desk", "--hall", "H\u200e1"),
        ("queue", "--show", "a\u2028b", "--department", "x"),
    ):
        answer = asked(database, tmp_path, *words)
        assert answer.code in (ExitCode.WRONG_USAGE, ExitCode.NOT_FOUND), answer
