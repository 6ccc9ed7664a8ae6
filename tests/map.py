"""The map of the code, ``docs/map.md``: every folder in the words of its own docstring. ``make map`` writes it anew."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
TOPS = ("domain", "projections", "adapters", "migrations", "tests")
HEAD = """# Map

Every folder in one sentence, its own; `make map` writes this page and a test holds it to the code. Imports point one way,
from `adapters/` to `projections/` to `domain/`; `pyproject.toml` holds the rooms within each to their floors
([why](decisions/0015-rooms.md)). A file's first line says what it is for.
"""


def folders() -> Iterator[tuple[str, str]]:
    """Each folder of Python files, as a path from the project's root, and the first sentence it says of itself."""
    for top in TOPS:
        for file in sorted((ROOT / top).rglob("__init__.py")):
            said = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
            yield file.parent.relative_to(ROOT).as_posix(), " ".join(said.split("\n\n")[0].split())


def page() -> str:
    """The whole page."""
    lines: list[str] = []
    for folder, sentence in folders():
        lines += ["", f"## {folder}/", "", sentence, ""] if "/" not in folder else [f"- `{folder}/` {sentence}"]
    return HEAD + "\n".join(lines).replace("``", "`") + "\n"


if __name__ == "__main__":
    (ROOT / "docs" / "map.md").write_text(page(), encoding="utf-8")
