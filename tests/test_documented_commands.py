"""Every command and option that a page names is one of the command line."""

import re
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from adapters.cli.main import app

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *(ROOT / "docs" / name for name in ("day-by-day.md", "city-of-your-own.md"))]
LINE = re.compile(r"^    (?:.*\| )?onewindow (.*)$|^\|.*`onewindow (.*?)`", re.MULTILINE)


def documented() -> list[tuple[str, str]]:
    """The page and the words of each command."""
    found: list[tuple[str, str]] = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8").replace("\\\n", " ")
        found += [(page.name, (a or b).split("  #")[0].split("#")[0].strip()) for a, b in LINE.findall(text)]
    return found


@pytest.mark.parametrize(("page", "words"), documented(), ids=lambda value: value[:60])
def test_a_documented_command_is_there_with_its_options(page: str, words: str) -> None:
    command: Any = get_command(app)
    known = {option for parameter in command.params for option in parameter.opts}
    for word in words.split():
        if word.startswith("--"):
            name = word.split("=")[0]
            assert name in known, f"{page}: {words}: there is no {name}"
        elif word in getattr(command, "commands", {}):
            command = command.commands[word]
            known |= {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    group = getattr(command, "commands", {}) and not getattr(command, "invoke_without_command", False)
    assert not group or words.endswith("..."), words


def test_the_pages_name_many_commands() -> None:
    assert len({words.split()[0] for _, words in documented()}) >= 15
