"""Every command and option that a page names is one of the command line."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from adapters.cli.commands import COMMANDS
from tests.reference.command_tree import tree
from tests.reference.environment import variables

ROOT = Path(__file__).parents[1]
PAGES = [
    ROOT / "README.md",
    *(ROOT / "docs" / name for name in ("day-by-day.md", "city-of-your-own.md", "city-of-your-own.zh.md")),
    *sorted((ROOT / "docs" / "operating").glob("*.md")),
    *sorted((ROOT / "packaging" / "systemd").glob("*.service")),
]
LINE = re.compile(r"^(?:    (?:.*\| )?|ExecStart=\S*/)onewindow (.*)$|^\|.*`onewindow (.*?)`", re.MULTILINE)


def documented() -> list[tuple[str, str]]:
    """The page and the words of each command."""
    found: list[tuple[str, str]] = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8").replace("\\\n", " ")
        found += [(page.name, (a or b).split("  #")[0].split("#")[0].strip()) for a, b in LINE.findall(text)]
    return found


@pytest.mark.parametrize(("page", "words"), documented(), ids=lambda value: value[:60])
def test_a_documented_command_is_there_with_its_options(page: str, words: str) -> None:
    command: Any = tree()
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


def test_a_service_is_given_variables_that_there_are_and_no_more_rights_than_it_needs() -> None:
    given = (ROOT / "packaging" / "systemd" / "environment").read_text(encoding="utf-8")
    assert set(re.findall(r"ONEWINDOW_[A-Z_]+", given)) <= set(variables())
    units = list((ROOT / "packaging" / "systemd").glob("*.service"))
    assert len(units) == 2
    for unit in units:
        text = unit.read_text(encoding="utf-8")
        assert {"User=onewindow", "NoNewPrivileges=yes", "ProtectSystem=strict", "UMask=0077"} <= set(text.splitlines())


def test_the_pages_name_many_commands() -> None:
    assert len({words.split()[0] for _, words in documented()}) >= 15


def test_what_the_list_of_commands_says_is_what_each_says_of_itself() -> None:
    found = {
        name: (command.help or "").split("\n\n")[0].replace("\n", " ") for name, command in tree().commands.items()
    }
    assert found == {name: sentence for name, (_, sentence) in COMMANDS.items()}


def test_the_list_of_commands_imports_none_of_them() -> None:
    look = "import sys; from adapters.cli.main import main; sys.argv = ['onewindow', '--help']\ntry: main()\nfinally: print([m for m in sys.modules if m in HEAVY])"
    heavy = ("sqlalchemy", "pydantic", "alembic", "eventsourcing", "domain.office.event_types", "yaml")
    ran = subprocess.run(
        [sys.executable, "-c", look.replace("HEAVY", repr(heavy))], capture_output=True, text=True, check=True
    )
    assert ran.stdout.splitlines()[-1] == "[]"
