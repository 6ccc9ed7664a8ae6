"""``calendar recount`` for a whole hall: no running case is left out, whatever its limit is counted from."""

from pathlib import Path

from tests.adapters.cli.test_desk import APPLICANT, DESK, Hall
from tests.office import HASH

STORM = "[[override]]\nday = 2025-03-06\nclosed = true\nreason = '台风停工'\n"
ORDER = ("calendar", "recount", "--hall", "H1", "--by", "O1", "--order", "公告 2025-3", "--notice", "顺延一日")


def test_a_recount_finds_every_case_of_the_hall_what_waits_for_a_notice_and_what_is_to_be_handed_over_too(
    database: str, tmp_path: Path
) -> None:
    """All on 3 March; five, ten and twenty working days are one later each, without the 6th."""
    hall = Hall(database, tmp_path)
    hall.ready()
    intake = ("case", "intake", "--item", "food", "--hall", "H1", "--window", "W1", *APPLICANT, "--by", "F1")
    hall.type(*intake[:2], "C2", *intake[2:])
    hall.type(*intake[:2], "C3", *intake[2:])
    for material in ("id", "lease"):
        hall.type("case", "submit", "C3", material, "--content-hash", HASH, "--as", "applicant", "--by", "P1")
        hall.type("case", "check", "C3", material, "--verdict", "accepted", *DESK)
    hall.type("case", "accept", "C3", *DESK)
    (tmp_path / "storm.toml").write_text(STORM, encoding="utf-8")
    hall.type("calendar", "load", str(tmp_path / "storm.toml"), "--hall", "H1", "--person", "O1")
    listed = hall.type(*ORDER, "--dry-run", "--format", "json").json["limits"]
    moved = {(each["case"], each["limit"]["part"], each["limit"]["due_at"][:10]) for each in listed}
    assert moved == {
        ("C1", "delivery", "2025-03-18"),
        ("C2", "notice", "2025-03-11"),
        ("C3", "decision", "2025-03-18"),
        ("C3", "statutory", "2025-04-01"),
        ("C3", "food:market", "2025-03-18"),
    }
    assert hall.type(*ORDER, "--format", "json").json["limits"] == listed
    assert hall.type(*ORDER, "--format", "json").json["limits"] == []
    for case in ("C1", "C2", "C3"):
        assert "重新计算期限" in hall.type("history", case).out
