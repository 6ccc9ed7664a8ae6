"""The data files with what a person reads: what events say in each language, and the Chinese of everything else.

The Chinese stands in files by subject, each with sections: ``sentences`` of answers and errors, ``help`` and its ``frame``,
what typer says of wrong ``usage``, and ``words`` of values by kind. A section is what all files have in it.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@cache
def chinese_of(section: str) -> dict[str, Any]:
    """A section of all files: English to Chinese, or of ``words`` a kind to its values."""
    whole: dict[str, Any] = {}
    for path in chinese_files():
        _add(whole, contents(path).get(section, {}))
    return whole


def chinese_files() -> list[Path]:
    """The files with the Chinese, by name. Nothing stands in two of them."""
    return sorted((FOLDER / "zh").glob("*.toml"))


@cache
def event_sentences() -> dict[str, dict[str, str]]:
    """What each type of event says, by its stored name and the language."""
    return contents(FOLDER / "events.toml")


@cache
def contents(path: Path) -> dict[str, Any]:
    """What a data file has."""
    with path.open("rb") as opened:
        return tomllib.load(opened)


def _add(whole: dict[str, Any], part: Mapping[str, Any]) -> None:
    for name, value in part.items():
        if isinstance(value, Mapping):
            _add(whole.setdefault(name, {}), value)
        else:
            whole[name] = value
