"""JSON Schemas of all answers, made of their types; ``python -m adapters.cli.answers.schemas`` writes them to docs/schemas/answers."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from adapters.cli.answers.registry import answers_of
from adapters.cli.main import whole
from adapters.commands.schema_files import DIALECT, text_of, write

VERSION = 1
"""Of all of them. A change by which an answer loses a field, or gives one another type, makes the next one."""
FOLDER = Path(__file__).parents[3] / "docs" / "schemas" / "answers"


def answering() -> list[str]:
    """Every command that takes ``--format``."""
    return sorted(name for name, options in _commands(whole(), "") if "--format" in options)


def _commands(group: Any, before: str) -> Iterator[tuple[str, set[str]]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command, f"{before}{name} ")
        else:
            yield before + name, {option for parameter in command.params for option in parameter.opts}


def schemas() -> dict[str, str]:
    """The text of each schema by its file's name."""
    return {f"{name.replace(' ', '-')}.v{VERSION}.json": text_of(schema_of(name)) for name in answering()}


@cache
def schema_of(command: str) -> dict[str, Any]:
    """The schema of what a command answers with ``--format json``. Raises ``LookupError``."""
    head = {
        "$schema": DIALECT,
        "$id": f"urn:onewindow:answer:{command.replace(' ', '-')}:v{VERSION}",
        "title": command,
    }
    ways, parts = msgspec.json.schema_components(answers_of(command), ref_template="#/$defs/{name}")
    answer = ways[0] if len(ways) == 1 else {"oneOf": list(ways)}
    return {**head, **answer, **({"$defs": parts} if parts else {})}


if __name__ == "__main__":
    write(FOLDER, schemas())
