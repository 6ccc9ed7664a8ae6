"""What a script learns from an import: its exit code says whether something was left out."""

from pathlib import Path

from tests.adapters.exchange.test_changed_logs import CHECKED, HEADER, MAPPING, OTHER, RECEIVED, SENT
from tests.terminal import complaints, onewindow

UNKNOWN_YEAR = "c9,a,1970-01-01T00:00:00Z,,,"
NO_TIME = "c9,a,soon,,,"


def test_an_import_says_by_its_exit_code_what_it_left_out(database: str, tmp_path: Path) -> None:
    (tmp_path / "made.toml").write_text(MAPPING, encoding="utf-8")

    def code(*rows: str, words: tuple[str, ...] = ()) -> int:
        (tmp_path / "made.csv").write_text("\n".join((HEADER, *rows)) + "\n", encoding="utf-8")
        answer = onewindow(database, tmp_path, "import", "made.csv", "--mapping", "made.toml", *words)
        assert complaints(answer.err) == []
        return answer.code

    assert code() == 10
    assert code(UNKNOWN_YEAR) == 9
    assert code(NO_TIME) == 9
    assert code(RECEIVED, UNKNOWN_YEAR, CHECKED, SENT, OTHER) == 8
    assert code(RECEIVED, CHECKED, SENT, OTHER) == 0
    assert code(RECEIVED, SENT, OTHER) == 11
    assert code(RECEIVED, SENT, OTHER, words=("--part",)) == 0
    assert code(RECEIVED, SENT, OTHER, words=("--accept-changes", "--reason", "entered twice")) == 0
    assert code(RECEIVED, SENT, OTHER) == 0


def test_what_differs_is_listed_for_people_and_for_programs(database: str, tmp_path: Path) -> None:
    (tmp_path / "made.toml").write_text(MAPPING, encoding="utf-8")
    (tmp_path / "made.csv").write_text("\n".join((HEADER, RECEIVED, CHECKED, SENT)) + "\n", encoding="utf-8")
    words = ("import", "made.csv", "--mapping", "made.toml")
    assert onewindow(database, tmp_path, *words).code == 0
    changed = CHECKED.replace("01-07", "01-17")
    (tmp_path / "made.csv").write_text("\n".join((HEADER, RECEIVED, changed)) + "\n", encoding="utf-8")
    shown = onewindow(database, tmp_path, *words).out
    assert "1 changed and 1 gone (not recorded; see --accept-changes" in shown
    assert "changed: time" in shown
    told = onewindow(database, tmp_path, *words, "--format", "json").json
    assert [(each["what"], each["event"]) for each in told["differences"]] == [("changed: time", 2), ("gone", 3)]
    assert (told["changed"], told["gone"], told["accepted"]) == (1, 1, False)
