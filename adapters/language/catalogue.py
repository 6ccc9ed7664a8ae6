"""The data files with the Chinese of everything: ``zh/`` beside this file, read once each and only where Chinese is asked for."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("zh")


@cache
def file(name: str) -> Mapping[str, Any]:
    """What a data file has, by its name without the ending: English to Chinese, in sections where it has any."""
    with (FOLDER / f"{name}.toml").open("rb") as opened:
        return tomllib.load(opened)
