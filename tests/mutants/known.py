"""Mutants that are known to change nothing that anybody can see: the tables of ``docs/mutants.md``, each with its reason."""

import re
from pathlib import Path

PAGE = Path("docs") / "mutants.md"
FILE = re.compile(r"^### `([^`]+)`$")
ROW = re.compile(r"^\| `` (.+?) `` \| `` (.+?) `` \| (.+) \|$")


def known(root: Path) -> dict[str, dict[tuple[str, str], str]]:
    """By file, on which line each such mutant begins and what it does, and why nothing changes."""
    found: dict[str, dict[tuple[str, str], str]] = {}
    page = root / PAGE
    file = ""
    for line in page.read_text(encoding="utf-8").splitlines() if page.exists() else ():
        if heading := FILE.match(line):
            file = heading[1]
        elif row := ROW.match(line):
            code, words = (text.replace("\\|", "|") for text in row.groups()[:2])
            found.setdefault(file, {})[code, words] = row[3]
    return found
