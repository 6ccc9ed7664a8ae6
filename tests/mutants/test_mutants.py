"""What is bent, what is left as it is, and that nothing of it stays behind."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.mutants.known import known
from tests.mutants.mutating import mutants
from tests.mutants.running import Unmeasured, Verdict, run

ROOT = Path(__file__).parents[2]


def bent(source: str) -> list[tuple[int, str]]:
    """The line and the words of every mutant."""
    return [(mutant.line, mutant.words) for mutant in mutants(source.encode())]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("late = now > due", ["now > due -> (now >= due)", "now > due -> (now <= due)"]),
        ("x = step is None", ["step is None -> (step is not None)"]),
        ("x = limit or longest", ["limit or longest -> (limit and longest)", "limit or longest -> longest", "limit or longest -> limit"]),
        ("x = not late", ["not late -> late"]),
        ("x = max(limits)", ["max(limits) -> min(limits)"]),
        ("x = all(done)", ["all(done) -> any(done)"]),
        ("x = due(start, limit)", ["due(start, limit) -> due(limit, start)"]),
        ("WARNING = 75", ["75 -> 76", "75 -> 74"]),
        ("x = [c for c in cases if c.open]", ["[c for c in cases if c.open] -> [c for c in cases]"]),
        ("x = early if good else late", ["good -> (not good)", "early if good else late -> early", "early if good else late -> late"]),
        ("x = a + b", ["a + b -> (a - b)"]),
        ("x.renewed = rows", ["x.renewed = rows -> pass"]),
        ("keep(rows)", ["keep(rows) -> pass"]),
    ],
)  # fmt: skip
def test_a_rule_is_bent_in_each_small_way(code: str, words: list[str]) -> None:
    assert sorted(text for _, text in bent(code)) == sorted(words)


def test_what_says_nothing_of_a_rule_stays_as_it_is() -> None:
    assert bent(
        '"""A text with 5 words."""\n'
        "from typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n"
        "    from city import City\n"
        "@event('accepted', schema=2)\n"
        "class Accepted(Event, frozen=True):\n"
        "    due: Annotated[int, Field(le=10)]\n"
        "def decide(case: Case[1]) -> list[2]:\n"
        "    log.info('accepted', days=case.days + 1)\n"
        "    return f'{case.number + 1}'\n"
    ) == []  # fmt: skip


def test_every_other_byte_stays() -> None:
    source = "# 办件\ndef late(due, now):  # 逾期\n    return (now\n            > due)\n".encode()
    first, _ = mutants(source)
    assert first.source == "# 办件\ndef late(due, now):  # 逾期\n    return ((now >= due))\n".encode()
    assert (first.line, list(first.lines), first.in_function) == (3, [3, 4], True)


def test_each_mutant_that_is_known_to_change_nothing_is_one() -> None:
    """The page is about the code as it is: a row of which the code has gone, goes as well."""
    page = known(ROOT)
    assert page
    for file, rows in page.items():
        made = {(mutant.code, mutant.words) for mutant in mutants((ROOT / file).read_bytes())}
        assert sorted(set(rows) - made) == [], file


RULE = """ALLOWED = 5


def late(due, now):
    return now > due


def share(limit):
    return limit * 75 // 100


def forgotten(case):
    return not case
"""
TESTS = """from domain.rule import ALLOWED, late, share


def test_late():
    assert late(1, 2) and not late(2, 1)


def test_share():
    assert share(1000) == 750
    assert ALLOWED > 3
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project with a rule, and tests that look at some of it."""
    root = tmp_path / "project"
    for name, text in {"domain/rule.py": RULE, "domain/__init__.py": "", "tests/domain/test_rule.py": TESTS}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    shutil.copytree(
        ROOT / "tests" / "mutants", root / "tests" / "mutants", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(ROOT / "tests" / "__init__.py", root / "tests" / "__init__.py")
    (root / "docs").mkdir()
    (root / "docs" / "mutants.md").write_text(
        "### `domain/rule.py`\n\n| line | mutant | why |\n| --- | --- | --- |\n| `` ALLOWED = 5 `` | `` 5 -> 6 `` | no law counts so far |\n",
        encoding="utf-8",
    )
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    return root


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where copies are made."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def test_what_no_test_notices_is_named_and_the_working_tree_is_left_alone(project: Path, temporary: Path) -> None:
    before = {path: path.read_bytes() for path in project.rglob("*.py")}
    (verdict,) = run(project, {"domain/rule.py": ()}, 1, {})
    assert {path: path.read_bytes() for path in project.rglob("*.py")} == before
    assert list(temporary.iterdir()) == []
    assert isinstance(verdict, Verdict)
    # that five is six is known; that it is four, and what is late at the last moment, is not noticed; `forgotten` has no test
    assert [mutant.words for mutant in verdict.survivors] == ["5 -> 4", "now > due -> (now >= due)"]
    assert [mutant.words for mutant in verdict.unreached] == ["not case -> case"]
    assert (verdict.mutants, verdict.known, verdict.noticed) == (11, 1, 7)


def test_some_lines_of_a_file_are_tried_alone(project: Path, temporary: Path) -> None:
    (verdict,) = run(project, {"domain/rule.py": {5}}, 1, {})
    assert (verdict.mutants, [mutant.words for mutant in verdict.survivors]) == (2, ["now > due -> (now >= due)"])


def test_tests_that_fail_as_the_code_is_say_nothing_of_a_mutant(project: Path, temporary: Path) -> None:
    (project / "domain" / "rule.py").write_text(RULE.replace("75", "74"), encoding="utf-8")
    with pytest.raises(Unmeasured, match="do not pass as the code is"):
        list(run(project, {"domain/rule.py": ()}, 1, {}))
    assert list(temporary.iterdir()) == []


def test_it_stops_at_once_and_leaves_nothing_behind(project: Path, temporary: Path, tmp_path: Path) -> None:
    """A test that never ends is at work when it is told to stop."""
    begun = tmp_path / "begun"
    endless = f"import os, pathlib, time\n\n\ndef test_endless():\n    pathlib.Path({str(begun)!r}).write_text(str(os.getpid()))\n    time.sleep(600)\n"
    (project / "tests" / "domain" / "test_rule.py").write_text(endless, encoding="utf-8")
    for name in ("databases", "postgres"):  # what the program looks at beside its own room
        (project / "tests" / f"{name}.py").write_text('GIVEN = "X"\n', encoding="utf-8")
    running = subprocess.Popen(
        [sys.executable, "-m", "tests.mutants", "domain/rule.py"],
        cwd=project,
        env={**os.environ, "TMPDIR": str(temporary), "PYTHONPATH": str(project)},
        stdout=subprocess.PIPE,
        text=True,
    )
    until = time.monotonic() + 60
    while not (begun.exists() and begun.read_text()):
        assert running.poll() is None
        assert time.monotonic() < until
        time.sleep(0.01)
    running.send_signal(signal.SIGTERM)
    out, _ = running.communicate(timeout=30)
    assert (running.returncode, out) == (130, "stopped; the copies are gone\n")
    assert list(temporary.iterdir()) == []
    with pytest.raises(ProcessLookupError):
        os.kill(int(begun.read_text()), 0)
