"""Whatever a person reads has its Chinese: sentences, help, words of values, headings; and no Chinese is left over."""

import ast
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import domain
import projections
from adapters.cli.commands import COMMANDS
from adapters.cli.help_language import FRAME, USAGE
from adapters.cli.main import whole
from adapters.language.catalogue import chinese_files, chinese_of, contents
from adapters.language.template import Template
from adapters.services.as_it_stood import Known
from tests.loaded import ROOT
from tests.sentences import ROOMS, templates

HELP_OPTION = "Show this message and exit."
NOT_OF_CODE = {"nouns", "rules", "made_of", "columns", "cells"}


def test_every_sentence_has_its_chinese() -> None:
    known = {Template(english).shape for english in chinese_of("sentences")}
    assert [f"{place}: {text}" for text, place in templates().items() if Template(text).shape not in known] == []


def test_no_chinese_sentence_is_left_over() -> None:
    there = {Template(text).shape for text in templates()}
    assert [english for english in chinese_of("sentences") if Template(english).shape not in there] == []


def test_nothing_stands_in_two_files() -> None:
    counted = Counter(place for path in chinese_files() for place in _places(contents(path)))
    assert [place for place, times in counted.items() if times > 1] == []


def _places(part: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    for name, value in part.items():
        yield from ((name, *below) for below in _places(value)) if isinstance(value, dict) else [(name,)]


def test_a_chinese_sentence_has_the_places_of_its_english_one() -> None:
    words = chinese_of("words")
    for english, translation in chinese_of("sentences").items():
        assert set(Template(translation).names) == set(Template(english).names), english
        for _, kind in Template(translation).places:
            assert kind in (None, "zh", "titles") or kind in words, english


def test_all_help_has_its_chinese_and_none_is_left_over() -> None:
    texts = set(_help(whole()))
    assert sorted(texts - set(chinese_of("help"))) == []
    assert sorted(set(chinese_of("help")) - texts) == []
    firsts = {text.split("\n\n")[0] for text in texts}
    assert [sentence for _, sentence in COMMANDS.values() if sentence not in firsts] == []
    assert set(chinese_of("frame")) == {USAGE, HELP_OPTION, *FRAME.values()}


def _help(command: Any) -> Iterator[str]:
    for thing in (command, *command.params):
        texts = (getattr(thing, "help", None), getattr(thing, "show_default", None))
        yield from (text for text in texts if isinstance(text, str) and text)
    for part in getattr(command, "commands", {}).values():
        yield from _help(part)


def test_every_value_of_an_enumeration_has_its_chinese_word() -> None:
    words = {kind: sorted(values) for kind, values in chinese_of("words").items() if kind not in NOT_OF_CODE}
    assert words == {kind.__name__: sorted(kind) for kind in (*_enumerations(), Known)}


def _enumerations() -> list[type[StrEnum]]:
    for package in (domain, projections):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    return [kind for kind in StrEnum.__subclasses__() if kind.__module__.startswith(("domain.", "projections."))]


def test_every_rule_has_its_chinese_name() -> None:
    rules = {name for path in _sources() for name in _rules(path.read_text())}
    assert sorted(rules - set(chinese_of("words")["rules"])) == []


def _rules(source: str) -> Iterator[str]:
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("RuleBroken"):
            parts = ast.walk(call.args[0])
            yield from (part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str))


def test_every_heading_of_a_table_has_its_chinese() -> None:
    headings = {name for path in _sources("adapters/cli") for name in _headings(ast.parse(path.read_text()))}
    assert len(headings) > 90
    assert sorted(headings ^ set(chinese_of("words")["columns"])) == []


def _headings(module: ast.Module) -> Iterator[str]:
    """The names in the lists of columns, and in the rows that are shown with all that they have."""
    for function in ast.walk(module):
        if isinstance(function, ast.Assign) and ast.unparse(function.targets[0]).lower().endswith("columns"):
            yield from _names(function.value)
        if not isinstance(function, ast.FunctionDef):
            continue
        for call in ast.walk(function):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "say_table":
                yield from _names(call.args[2])
                if "list(rows[0])" in ast.unparse(call.args[2]):
                    yield from (name for row in ast.walk(function) if isinstance(row, ast.Dict) for name in _keys(row))


def _names(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.List | ast.Tuple):
        yield from (name for element in node.elts if (name := _name(element)))


def _name(heading: ast.expr | None) -> str | None:
    """A heading without what it says of its zone, as in ``occurred (Asia/Shanghai)``."""
    if isinstance(heading, ast.JoinedStr):
        heading = heading.values[0]
    return heading.value.partition(" (")[0] if isinstance(heading, ast.Constant) else None


def _keys(row: ast.Dict) -> list[str]:
    keys = [name for key in row.keys if (name := _name(key))]
    return keys if len(keys) > 4 else []  # fewer are facts for programs


def _sources(*rooms: str) -> Iterator[Any]:
    for room in rooms or ROOMS:
        yield from sorted((ROOT / room).rglob("*.py"))
