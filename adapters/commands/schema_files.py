"""The files of JSON Schemas: how their text looks, and a folder that holds them and nothing else."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def text_of(schema: Mapping[str, Any]) -> str:
    """The text of a schema."""
    return json.dumps(schema, ensure_ascii=True, indent=2) + "\n"


def write(folder: Path, texts: Mapping[str, str]) -> None:
    """Write these texts by the names of their files, and nothing else, into a folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
