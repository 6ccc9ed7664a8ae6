"""Everything that the office takes can be asked for on the command line, or is named here with the reason why not."""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import domain
from domain.command import Command

ADAPTERS = Path(__file__).parents[3] / "adapters"
GIVING = ("cli", "services", "files")
"""Rooms of the adapters whose commands a command line gives."""
INTERNAL = {
    "RecordStep": "only what an imported log says; `onewindow import` gives it",
    "CorrectRow": "only what an imported log says otherwise; `onewindow import --accept-changes` gives it",
    "TakeOutRow": "only what an imported log does not say any more; `onewindow import --accept-changes` gives it",
}


def concrete(kind: type[Command] = Command) -> Iterator[type[Command]]:
    """Every command that can be given."""
    for each in pkgutil.walk_packages(domain.__path__, "domain."):
        importlib.import_module(each.name)
    for subclass in kind.__subclasses__():
        if subclass.__subclasses__():
            yield from concrete(subclass)
        elif not inspect.isabstract(subclass):
            yield subclass


def named_in_code() -> set[str]:
    """Every name that the command line uses, imports apart."""
    files = [file for room in GIVING for file in (ADAPTERS / room).rglob("*.py")]
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in files]
    return {node.id for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Name)}


def test_every_command_has_a_command_line_or_a_reason() -> None:
    names = {kind.__name__ for kind in concrete()}
    assert len(names) > 50
    assert names - named_in_code() == set(INTERNAL)
