"""The reference says what the code has: nothing is in no page, and every page is as the code makes it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from domain.errors import OfficeError
from domain.exit_code import ExitCode
from domain.office import event_types
from domain.record import EVENT_TYPES
from projections.views.all_views import VIEWS
from tests.reference import environment
from tests.reference.all_pages import PAGES, ROOT
from tests.reference.command_tree import tree
from tests.reference.kinds import fields_of

SOURCES = ("adapters", "domain", "migrations", "projections", "tests")
VARIABLE = re.compile(r"_?ONEWINDOW_[A-Z_]*[A-Z]")


def text(page: str) -> str:
    return (ROOT / "docs" / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_as_the_code_makes_it(path: str) -> None:
    assert (ROOT / path).read_text(encoding="utf-8") == PAGES[path](), "run `make reference`"


def test_every_event_type_with_its_fields_is_in_the_catalogue() -> None:
    assert event_types.MODULES
    sections = dict(re.findall(r"^### (\S+)\n(.*?)(?=^##)", text("reference/events.md"), re.MULTILINE | re.DOTALL))
    for name, kind in EVENT_TYPES.items():
        assert f"\nSchema {kind.schema}." in sections[name], name
        for field in fields_of(kind):
            assert f"| `{field}` |" in sections[name], (name, field)


def test_every_refusal_ends_with_an_exit_code_of_the_reference() -> None:
    assert all(isinstance(kind.exit_code, ExitCode) for kind in (OfficeError, *_below(OfficeError)))
    literal = re.compile(r"typer\.Exit\(\d|sys\.exit\(\d|exit_code = \d")
    files = [path for room in ("adapters", "domain", "projections") for path in (ROOT / room).rglob("*.py")]
    assert [path.name for path in files if literal.search(path.read_text(encoding="utf-8"))] == []


def _below(kind: type[OfficeError]) -> Iterator[type[OfficeError]]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)


def test_every_view_with_its_columns_is_in_the_reference() -> None:
    sections = dict(re.findall(r"^## (\S+)\n(.*?)(?=^## |\Z)", text("reference/views.md"), re.MULTILINE | re.DOTALL))
    assert sorted(sections) == sorted(view.name for view in VIEWS)
    for view in VIEWS:
        for column in view.table.columns:
            assert f"| `{column.name}` |" in sections[view.name], (view.name, column.name)


def commands(command: Any, words: str) -> Iterator[tuple[str, list[str]]]:
    options = [name for each in command.params for name in (*each.opts, *each.secondary_opts) if name.startswith("-")]
    yield words, [name for name in options if name != "--help"]
    for name, below in getattr(command, "commands", {}).items():
        yield from commands(below, f"{words} {name}")


@pytest.mark.parametrize("page", ["reference/command-line.md", "onewindow.1"])
def test_every_command_and_option_is_in_the_reference_and_the_manual(page: str) -> None:
    said = text(page).replace("\\-", "-")
    heads = "## " if page.endswith(".md") else ".SS "
    sections = dict(re.findall(rf"^{heads}(.+)\n((?:(?!^{heads}).*\n)*)", said, re.MULTILINE))
    known = list(commands(tree(), "onewindow"))
    assert len(known) > 100
    for words, options in known:
        assert not options or words in sections, words
        for option in options:
            assert re.search(rf"{option}(?![a-z-])", sections[words]), (words, option)


def test_every_variable_of_the_environment_is_in_the_reference() -> None:
    files = [file for top in SOURCES for file in (ROOT / top).rglob("*.py")]
    found = {name for file in files for name in VARIABLE.findall(file.read_text(encoding="utf-8"))}
    page = text("reference/environment.md")
    assert {name for name in found if f"| `{name}` |" not in page} == set()
    assert set(environment.variables()) <= {*VARIABLE.findall(page)}
