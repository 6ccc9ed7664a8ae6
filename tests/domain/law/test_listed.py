"""``law_scenarios.md`` names every scenario, the file of its test, and whether the office differs; the tests are held to it."""

import ast
import re
from pathlib import Path

HERE = Path(__file__).parent
LINE = re.compile(r"^- (S\d+)(?: \(\*\))? .+: \[(.+?)\]\(law/(.+?)\)(?: · (differs|mended|data of the item))?$", re.M)
PAGE = (HERE.parent / "law_scenarios.md").read_text(encoding="utf-8")
LISTED = LINE.findall(PAGE)


def scenarios_of(file: Path) -> dict[str, list[bool]]:
    """The scenarios of a file, and for each of its tests whether it is marked as one that differs."""
    found: dict[str, list[bool]] = {}
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and (name := re.match(r"test_(s\d+)_", node.name)):
            marks = [ast.unparse(each) for each in node.decorator_list]
            found.setdefault(name[1].upper(), []).append(any(each.startswith("differs(") for each in marks))
    return found


def test_every_scenario_is_listed_once_with_the_file_of_its_tests() -> None:
    numbers = [number for number, *_ in LISTED]
    assert numbers == [f"S{n:02}" for n in range(1, len(numbers) + 1)]
    told = {(number, file) for number, name, file, _ in LISTED if name == file}
    there = {(number, file.name) for file in HERE.glob("test_*.py") for number in scenarios_of(file)}
    assert told == there


def test_what_differs_is_said_on_the_page() -> None:
    told = {number for number, _, _, how in LISTED if how == "differs"}
    there = {n for file in HERE.glob("test_*.py") for n, marks in scenarios_of(file).items() if any(marks)}
    assert told == there


def test_what_differed_once_is_told_of_with_what_the_office_does_now() -> None:
    section = PAGE.partition("## How those that differed ended")[2].partition("\n## ")[0]
    rows = [line.split(" | ")[0] for line in section.splitlines() if line.startswith("| S")]
    told = {number for row in rows for number in re.findall(r"S\d+", row)}
    assert told == {number for number, _, _, how in LISTED if how in ("mended", "data of the item")}
