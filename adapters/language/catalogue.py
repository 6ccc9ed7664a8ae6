"""The data files with what a person reads, a folder a language beside this file; each is read once, where it is asked for."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@cache
def file(name: str, language: str = "zh") -> Mapping[str, Any]:
    """What a data file has, by its name without the ending: of ``zh`` English to Chinese, in sections where it has any."""
    with (FOLDER / language / f"{name}.toml").open("rb") as opened:
        return tomllib.load(opened)
