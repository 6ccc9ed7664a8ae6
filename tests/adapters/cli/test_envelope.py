"""``--command-id`` and ``--occurred-at``: on every command that records something, and what they do."""

import dis
import importlib
import inspect
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest

from adapters.cli.main import whole
from tests.adapters.cli.test_desk import APPLICANT, CITIZEN, DESK, HASH, MARKET, Hall
from tests.projections.city import opened

OPTIONS = {"--command-id", "--occurred-at"}
WITHOUT = {
    "import": "a row of a log has its own times, and its place in the log is its id",
    "simulate": "a simulated city has a clock of its own, and ids of its seed",
    "demo": "the same",
    "tick": "a limit lapses at the time that the law says, and is its id",
    "project": "`--follow` ticks",
    "batch": "each line has an id and a time of its own",
    "ticket call": "calls to a window are numbered, so that of two at the same moment one calls; its id is that number",
}
"""What records something without both options, and why."""
GIVES = {"execute", "execute_all", "execute_together"}
"""What an office has for recording."""


def below(command: Any, words: str = "") -> Iterator[tuple[str, Any]]:
    """Every command by its words, and every group that does something by itself."""
    if not hasattr(command, "commands") or (words and command.invoke_without_command):
        yield words, command
    for name, part in getattr(command, "commands", {}).items():
        yield from below(part, f"{words} {name}".strip())


def codes(code: CodeType) -> Iterator[CodeType]:
    """A function's code, with what stands within it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from codes(constant)


def reached(function: FunctionType, seen: set[FunctionType]) -> Iterator[CodeType]:
    """The code of a function and of every function of the adapters that it names, however far."""
    if function in seen:
        return
    seen.add(function)
    for code in codes(function.__code__):
        yield code
        modules = [importlib.import_module(name) for name in code.co_names if name.startswith("adapters.")]
        for step in dis.get_instructions(code):
            if step.opname == "LOAD_GLOBAL":
                yield from named(function.__globals__.get(step.argval), code, seen)
            elif step.opname == "IMPORT_FROM":
                for module in modules:
                    yield from named(getattr(module, step.argval, None), code, seen)


def named(value: Any, code: CodeType, seen: set[FunctionType]) -> Iterator[CodeType]:
    value = inspect.unwrap(value) if callable(value) else value
    if isinstance(value, FunctionType) and value.__module__.startswith("adapters."):
        yield from reached(value, seen)
    elif isinstance(value, ModuleType) and value.__name__.startswith("adapters."):
        for name in code.co_names:
            if isinstance(part := vars(value).get(name), FunctionType):
                yield from reached(part, seen)


def gives_commands(function: FunctionType) -> bool:
    """Whether a function asks an office to record something, itself or by what it calls."""
    return any("office" in code.co_names and GIVES & set(code.co_names) for code in reached(function, set()))


def test_every_command_that_records_something_takes_an_id_and_a_time() -> None:
    lacking, giving = set(), 0
    for words, command in below(whole()):
        function = inspect.unwrap(command.callback)
        records = gives_commands(function)
        giving += records
        options = {name for parameter in command.params for name in parameter.opts}
        assert not options & OPTIONS or records, f"{words} takes them and records nothing"
        if records and not options >= OPTIONS:
            lacking.add(words)
    assert giving > 70
    assert lacking == set(WITHOUT)


@pytest.fixture
def hall(database: str, tmp_path: Path) -> Hall:
    return Hall(database, tmp_path)


def position(hall: Hall, *words: str) -> int:
    return int(hall.type(*words, "--format", "json").json["position"])


def events(hall: Hall) -> int:
    with opened(hall._database, hall._folder) as found:
        return found.log.head()


def test_a_command_given_again_answers_as_before_and_with_other_content_is_refused(hall: Hall) -> None:
    hall.received()
    words = ("case", "submit", "C1", "id", *CITIZEN, "--command-id", "letter-1")
    first = position(hall, *words, "--content-hash", HASH)
    recorded = events(hall)
    assert position(hall, *words, "--content-hash", HASH) == first
    refused = hall.type(*words, "--content-hash", "cd" * 32, code=15)
    assert "letter-1 was recorded before with other content" in refused.err
    assert events(hall) == recorded


def test_what_is_completed_at_the_edge_is_the_same_when_it_is_given_again(hall: Hall) -> None:
    """Numbers of cases, applicants and tickets, the wait that was told, the number of a question, the code of a rating."""
    counter = ("--hall", "H1", "--window", "W1", "--by", "F1")
    person = ("--kind", "natural_person", "--name", "欧阳小明")
    visit = ("H1", "--zone", "natural_person", "--matter", "food", "--by", "F1")
    first: dict[str, Any] = {}
    for words in (
        ("case", "intake", "--item", "food", *counter, *person, "--command-id", "i"),
        ("ticket", "take", *visit, "--command-id", "t"),
        ("ticket", "book", *visit, "--at", "2025-03-04T10:00", "--command-id", "b"),
    ):
        first = hall.type(*words, "--format", "json").json
        recorded = events(hall)
        again = hall.type(*words, "--format", "json").json
        assert again == first, words
        assert events(hall) == recorded, words


def test_a_result_handed_over_again_shows_no_other_code(hall: Hall) -> None:
    hall.ready()
    words = ("hand-over", "--window", "W3", "--receiver", "司马大力", "--taken-by", "applicant", "--identity-checked")
    words = (*words, "--by", "I1", "--command-id", "h", "--format", "json")
    first = hall.case(*words).json
    again = hall.case(*words).json
    assert first["rating_code"]
    assert again == {**first, "rating_code": None}


def test_many_commands_of_one_request_have_ids_of_their_own(hall: Hall) -> None:
    hall.received()
    hall.type("case", "intake", "C2", "--item", "food", "--hall", "H1", "--window", "W1", *APPLICANT, "--by", "F1")
    words = ("case", "merge", "C2", "--into", "C1", "--reason", "twice", "--by", "F1", "--window", "W1")
    first = position(hall, *words, "--command-id", "m")
    recorded = events(hall)
    assert position(hall, *words, "--command-id", "m") == first
    assert events(hall) == recorded
    assert hall.records()[-1].act.command_id == "m/2"


def test_a_time_that_is_given_is_when_it_happened(hall: Hall) -> None:
    hall.received()
    hall.now += timedelta(hours=2)
    hall.case("submit", "id", "--content-hash", HASH, *CITIZEN, "--occurred-at", "2025-03-03T09:30")
    assert hall.records()[-1].act.occurred_at == datetime(2025, 3, 3, 1, 30, tzinfo=UTC)
    refused = hall.case("check", "id", "--verdict", "accepted", *DESK, "--occurred-at", "2025-03-03T09:15", code=12)
    assert "a clock never runs backwards" in refused.err
    refused = hall.case("check", "id", "--verdict", "accepted", *DESK, "--occurred-at", "soon", code=2)
    assert "--occurred-at: 'soon' is not a time" in refused.err
    refused = hall.case("check", "id", "--verdict", "accepted", *DESK, "--command-id", "a\tb", code=2)
    assert "--command-id: holds the character U+0009, which nobody sees there" in refused.err


def test_tasks_and_questions_take_them(hall: Hall) -> None:
    hall.accepted("id", "lease")
    claim = ("task", "claim", "C1", "food:market", *MARKET, "--command-id", "c")
    assert position(hall, *claim) == position(hall, *claim)
    ask = ("task", "ask", "C1", "food:market", "--question", "是否完整", *MARKET, "--command-id", "q")
    assert position(hall, *ask) == position(hall, *ask)
