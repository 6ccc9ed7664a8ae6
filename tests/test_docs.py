"""What the docs name is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCS = [
    *(ROOT / f"{name}.md" for name in ("README", "CHANGELOG", "CONTRIBUTING", "SECURITY")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
FILE = re.compile(r"`((?:adapters|docs|domain|migrations|projections|tests)/[\w/.-]+\.\w+)`")
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


@pytest.mark.parametrize("doc", DOCS, ids=lambda doc: doc.name)
def test_the_files_and_tests_that_a_page_names_are_there(doc: Path) -> None:
    text = doc.read_text(encoding="utf-8")
    for name in FILE.findall(text):
        assert (ROOT / name).exists(), name
    for name, test in TEST.findall(text):
        assert f"def {test}(" in (ROOT / name).read_text(encoding="utf-8"), test
    for link in LINK.findall(text):
        assert (doc.parent / link).exists(), link


def test_each_of_the_twelve_rules_has_a_test_that_names_it() -> None:
    rows = re.findall(r"^\| (\d+)\. .*$", (ROOT / "docs" / "rules.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert [int(number) for number in rows] == list(range(1, 13))
    named = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "tests").rglob("test_*.py"))
    for number in range(1, 13):
        assert f"def test_rule_{number}_" in named


HOW_TO = sorted((ROOT / "docs" / "how-to").glob("add-*.md"))
STEP = re.compile(r"^\d+\. (.*?)(?=^\d+\. |^#|\Z)", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", HOW_TO, ids=lambda page: page.stem)
def test_each_step_of_a_how_to_names_a_file_and_a_test(page: Path) -> None:
    steps = STEP.findall(page.read_text(encoding="utf-8"))
    assert len(steps) >= 5
    for step in steps:
        assert [name for name in FILE.findall(step) if not name.startswith("tests/test_")], step
        assert TEST.findall(step.replace("`,\n", "` ")), step
