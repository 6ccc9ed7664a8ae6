"""What a shell does to a command: streams closed, full, read to the first line only, in another encoding; odd arguments."""

import subprocess
import sys
from pathlib import Path

import pytest

from adapters.disk.target import Kept
from adapters.exchange import rejects
from adapters.exchange.rejects import HEADER
from adapters.language.legible import LONGEST
from tests.adapters.cli.city import NAME, a_city, content_of
from tests.databases import Copied
from tests.terminal import Answer, environment, onewindow

INTAKE = "case intake --hall H1 --window W1 --item food --kind natural_person --by F1 --name"


@pytest.fixture
def city(copied: Copied) -> str:
    """A city with a case."""
    return copied(a_city)


def shell(database: str, folder: Path, words: str, given: bytes | None = None, **more: str) -> Answer:
    """A line of the shell, where ``ow`` is onewindow; the exit code is that of the first command of a pipe."""
    line = f'ow() {{ "{sys.executable}" -m adapters.cli "$@"; }}; {words}; exit ${{PIPESTATUS[0]}}'
    run = subprocess.run(
        ["bash", "-c", line], cwd=folder, env=environment(database, folder) | more, input=given or b"", capture_output=True, check=False
    )  # fmt: skip
    return Answer(run.returncode, run.stdout.decode("utf-8", "replace"), run.stderr.decode("utf-8", "replace"))


@pytest.mark.parametrize("words", ["rights", "catalogue list", "hall list --format json", "--help", "history C1"])
def test_an_answer_of_which_only_the_beginning_is_read_is_no_finding_and_no_defect(
    city: str, tmp_path: Path, words: str
) -> None:
    answer = shell(city, tmp_path, f"ow {words} | true")
    assert (answer.code, answer.err) == (141, "")


def test_streams_that_the_shell_closed(city: str, tmp_path: Path) -> None:
    assert shell(city, tmp_path, "ow hall list >&-") == Answer(0, "", "")
    assert shell(city, tmp_path, "ow history nothing 2>&-") == Answer(14, "", "")
    before = content_of(city)
    without_input = shell(city, tmp_path, f"ow {INTAKE} - <&-")
    assert (without_input.code, "standard input has no line for name" in without_input.err) == (2, True)
    assert shell(city, tmp_path, f"ow {INTAKE} - <&- >&- 2>&-") == Answer(2, "", "")
    assert content_of(city) == before


def test_a_full_disk_behind_the_answer_is_told(city: str, tmp_path: Path) -> None:
    for words in ("hall list", "hall list --format json", "--help"):
        answer = shell(city, tmp_path, f"ow {words} > /dev/full")
        assert answer.code == 2
        assert "the output: No space left on device;" in answer.err.splitlines()[-1]


def test_a_terminal_that_knows_no_chinese_gets_the_answer_all_the_same(city: str, tmp_path: Path) -> None:
    ascii_only = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    answer = shell(city, tmp_path, "ow hall list", **ascii_only)
    assert (answer.code, "\\u653f\\u52a1\\u5927\\u5385 Government hall" in answer.out) == (0, True), answer.err
    refused = shell(city, tmp_path, "ow history 市", **ascii_only)
    assert (refused.code, "case \\u5e02 is not known" in refused.err) == (14, True)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (b"caf\xe9\n", "name: is not UTF-8 text"),
        (b"a\x00b\n", "name: contains a control character; remove it"),
        (b"a\x1b[31mb\n", "name: contains a control character; remove it"),
        ("a\u202eb\n".encode(), "name: contains a control character; remove it"),
        (b"\n", "standard input has no line for name"),
    ],
)
def test_a_name_that_cannot_be_read_is_in_no_record(city: str, tmp_path: Path, given: bytes, says: str) -> None:
    before = content_of(city)["events"]
    answer = shell(city, tmp_path, f"ow {INTAKE} -", given)
    assert (answer.code, says in answer.err) == (2, True), answer.err
    assert content_of(city)["events"] == before


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("a\x1b[2Jb", "argument 2 contains the control character U+001B; remove it"),
        ("a\u202eb", "argument 2 contains the control character U+202E; remove it"),
        ("a\udcffb", "argument 2 is not UTF-8"),
    ],
)
def test_an_argument_that_cannot_be_read_is_refused_by_its_place(
    city: str, tmp_path: Path, word: str, says: str
) -> None:
    answer = onewindow(city, tmp_path, "history", word)
    assert (answer.code, says in answer.err, answer.out) == (2, True, ""), answer.err


def test_what_was_typed_is_told_in_brief_with_what_to_do_at_the_end(city: str, tmp_path: Path) -> None:
    answer = onewindow(city, tmp_path, "history", "长" * 5000)
    assert answer.code == 14
    assert "长 … 长" in answer.err
    assert answer.err.endswith("is not known; check the number\n")
    assert len(answer.err) < LONGEST + 20


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("case", "accept", "C1", "--by", ""), "--by: is empty; write a value"),
        (("case", "accept", "", "--by", "F1"), "CASE: is empty; write a value"),
        (("case", "accept", "C1", "--by", "F1", "--window", " W1"), "--window: begins with a space, or contains"),
        (("case", "accept", "C1", "--by", "x" * 201), "--by: is longer than 200 characters; shorten it"),
        (("case", "submit", "C1", "id-card", "--content-hash", "ab", "--by", "F1"), "write its 64 hex digits"),
        (
            ("desk", "--hall", "H1", "--window", "W1", "--at", "0001-01-01"),
            "--at: '0001-01-01' is in the year 1; name a year from 1900",
        ),
        (("due", "--before", "9999-12-31T23:59:59+00:00"), "name a year from 1900 to 2999"),
        (("hall", "show", "H1", "--as-of", "0001-01-01"), "name a year from 1900 to 2999"),
        (("export", "xes", "/"), "the name must end in .xes or .xes.gz"),
        (("export", "log", "onewindow.db"), "the name must end in .jsonl or .jsonl.gz"),
        (("city", "check", "/"), "this folder has more than 1000 files"),
    ],
)
def test_what_is_wrong_is_told_by_option_and_rule(city: str, tmp_path: Path, words: tuple[str, ...], says: str) -> None:
    answer = onewindow(city, tmp_path, *words)
    assert (answer.code, says in answer.err) == (2, True), answer.err


@pytest.mark.parametrize("name", ["letters.csv", "letters.txt", "folder.csv"])
def test_refused_rows_take_the_place_of_no_other_file(city: str, tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "letters.csv").write_text(NAME)
    (tmp_path / "log.csv").write_text("case,activity,time\n1,a,2025-03-03T10:00\n")
    before = content_of(city)
    answer = onewindow(city, tmp_path, "import", "log.csv", "--mapping", "receipt", "--rejects", name)
    assert (answer.code, name in answer.err) == (2, True), answer.err
    assert (tmp_path / "letters.csv").read_text() == NAME
    assert content_of(city) == before


def test_refused_rows_take_the_place_of_those_before(tmp_path: Path) -> None:
    (tmp_path / "refused.csv").write_text(f"{','.join(HEADER)}\n7,old,x\n")
    target = rejects.target_of(tmp_path / "refused.csv", Kept())
    rejects.check(target)
    rejects.write(target, [])
    assert not (tmp_path / "refused.csv").exists()
