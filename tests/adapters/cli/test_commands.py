"""The command line as its users meet it: real processes, both databases, tables for people and JSON for programs."""

import os
import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.store import revision
from adapters.store.driver.database import connect
from adapters.store.event_log import EventLog
from projections.views.all_views import VIEWS
from tests.adapters.cli.city import MORNING, NAME, Day, a_city, accepted, content_of, opened, received
from tests.databases import Copied
from tests.terminal import complaints, onewindow, start

SMALL = ("simulate", "--halls", "1", "--days", "1", "--seed", "4")


def test_a_database_is_made_once(database_url: str, tmp_path: Path) -> None:
    first = onewindow(database_url, tmp_path, "db", "upgrade")
    assert (first.code, "was empty" in first.out) == (0, True)
    again = onewindow(database_url, tmp_path, "db", "upgrade", "--format", "json")
    assert again.json == {"before": revision.newest(), "after": revision.newest()}
    assert onewindow(database_url, tmp_path, "verify").code == 0
    assert onewindow(database_url, tmp_path, "report", "processing-time", "--by", "hall").code == 0


def test_a_city_is_simulated_read_reported_and_verified(database: str, tmp_path: Path) -> None:
    def run(*words: str) -> object:
        answer = onewindow(database, tmp_path, *words, "--format", "json")
        assert (answer.code, complaints(answer.err)) == (0, []), answer
        return answer.json

    applications = 0
    for layout in ("before", "after"):
        done = run(*SMALL, "--layout", layout)
        assert done["refused"] == 0  # type: ignore[index]
        applications += done["applications"]  # type: ignore[index]
        assert done["applications"] >= 30  # type: ignore[index]
    assert run(*SMALL)["added"] == 0  # type: ignore[index]
    status = run("project", "status")
    assert {view["lag"] for view in status} == {0}  # type: ignore[attr-defined]
    assert run("project")["position"] == status[0]["position"]  # type: ignore[index]
    assert run("project", "rebuild", "case_file")["rows"] > 900  # type: ignore[index]
    figures = run("report", "processing-time", "--by", "layout", "--clock", "working")
    assert [f["group"] for f in figures] == ["after", "before"]  # type: ignore[attr-defined]
    assert list(figures[0]) == ["group", "layout", "cases", "corrected", "mean_s", "p50_s", "p90_s", "p99_s"]  # type: ignore[index]
    assert figures[0]["mean_s"] < figures[1]["mean_s"]  # type: ignore[index]
    assert run("report", "processing-time", "--by", "month", "--stage", "approval", "--to", "2024-01-01") == []
    assert run("verify")["findings"] == []  # type: ignore[index]
    for table in (("project", "status"), ("verify",), ("report", "processing-time", "--by", "item")):
        assert onewindow(database, tmp_path, *table).code == 0
    written = run("export", "xes", "city.xes.gz")
    assert written["cases"] == applications  # type: ignore[index]


def test_one_case_is_replayed_as_it_stood(copied: Copied, tmp_path: Path) -> None:
    database = copied(a_city)

    def states(*words: str) -> tuple[str, int]:
        told = onewindow(database, tmp_path, "history", "C1", "--format", "json", *words).json
        return told["state"]["status"], len(told["events"])

    assert states() == ("in_review", 5)
    assert states("--at-version", "2") == ("received", 2)
    assert states("--as-of", "2025-03-03T09:05+08:00") == ("received", 2)
    table = onewindow(database, tmp_path, "history", "C1")
    assert NAME in table.out
    assert "2025-03-03 09:04" in table.out  # in the hall's zone
    queue = onewindow(
        database, tmp_path, "queue", "--department", "market", "--at", "2025-03-04", "--format", "json"
    ).json
    assert (queue["open"], queue["tasks"][0]["applicant"], queue["tasks"][0]["light"]) == (1, NAME, "green")
    assert NAME in onewindow(database, tmp_path, "queue", "--department", "market").out
    assert (
        NAME in onewindow(database, tmp_path, "desk", "--hall", "H1", "--window", "W1", "--at", "2025-03-03T02:00Z").out
    )
    assert onewindow(database, tmp_path, "queue", "--department", "market", "--find", "nobody").out.count("C1") == 0


def test_who_gives_a_command_and_then_looks_sees_it(database: str, tmp_path: Path) -> None:
    with opened(database, tmp_path) as found:
        received(Day(found))
    for words in (("desk", "--hall", "H1", "--window", "W1"), ("open",), ("open", "--waits-for", "check")):
        answer = onewindow(database, tmp_path, *words)
        assert (answer.code, answer.err, "C1" in answer.out) == (0, "", True)


def test_a_reader_waits_for_what_was_written(database: str, tmp_path: Path) -> None:
    with opened(database, tmp_path) as found:
        accepted(Day(found))
        head = found.log.head()
    words = ("queue", "--department", "market", "--format", "json")
    late = onewindow(database, tmp_path, *words, "--wait-for", str(head + 1), "--wait-seconds", "0.1")
    assert late.code == 6
    assert f"position {head + 1} is not in the views after 0.1 s: open_work stands at {head}" in late.err
    follower = start(database, tmp_path, "project", "--follow", "--no-tick")
    assert onewindow(database, tmp_path, *words, "--wait-for", str(head), "--wait-seconds", "60").json["open"] == 1
    follower.send_signal(signal.SIGTERM)
    follower.communicate(timeout=60)


def test_views_are_rebuilt_rolled_back_and_dropped(copied: Copied, tmp_path: Path) -> None:
    database = copied(a_city)

    def run(*words: str) -> object:
        return onewindow(database, tmp_path, "project", *words, "--format", "json").json

    before = run("status")
    built = run("rebuild", "--workers", "2")
    assert built["views"] == sorted(view.name for view in VIEWS)  # type: ignore[index]
    assert [(s["generation"], s["former"]) for s in run("status")] == [(2, 1)] * len(VIEWS)  # type: ignore[attr-defined]
    assert run("rollback", "case_file") == {"view": "case_file", "generation": 1}
    assert run("drop", "case_file") == {"view": "case_file", "dropped": 1}
    assert [s["position"] for s in run("status")] == [s["position"] for s in before]  # type: ignore[attr-defined]
    assert run("parked") == []
    assert run("retry") == {"parked": 0, "still": 0}
    for words in (("status",), ("parked",)):
        assert onewindow(database, tmp_path, "project", *words).code == 0
    assert onewindow(database, tmp_path, "verify").code == 0


def test_a_calendar_year_is_loaded_and_shown(copied: Copied, tmp_path: Path) -> None:
    database = copied(a_city)
    (tmp_path / "2027.toml").write_text('[[year]]\nyear = 2027\nholidays = ["2027-02-05..2027-02-11"]\n')
    load = ("calendar", "load", "2027.toml", "--hall", "H1", "--by", "O1", "--format", "json")
    assert onewindow(database, tmp_path, *load).json["new"] == 1
    assert onewindow(database, tmp_path, *load).json["new"] == 0
    assert "2027" in onewindow(database, tmp_path, "calendar", "show", "--hall", "H1").out
    shown = onewindow(database, tmp_path, "calendar", "show", "--hall", "H1", "--format", "json").json
    assert [year["year"] for year in shown["calendar"]["years"]] == [2024, 2025, 2026, 2027]


def test_a_storm_entered_later_moves_limits_only_by_an_order_which_first_lists_them(
    copied: Copied, tmp_path: Path
) -> None:
    database = copied(a_city)
    storm = f"[[override]]\nday = {MORNING.date() + timedelta(days=1)}\nclosed = true\nreason = '台风停工'\n"
    (tmp_path / "storm.toml").write_text(storm, encoding="utf-8")
    order = ("calendar", "recount", "--hall", "H1", "--by", "F1", "--order", "公告 2025-3", "--notice", "顺延一日")
    assert onewindow(database, tmp_path, *order, "--dry-run").out.strip().endswith("no limit moves")
    assert onewindow(database, tmp_path, "calendar", "load", "storm.toml", "--hall", "H1", "--person", "F1").code == 0
    assert onewindow(database, tmp_path, "project").code == 0
    before = content_of(database)
    listed = onewindow(database, tmp_path, *order, "--dry-run", "--format", "json").json
    assert content_of(database) == before
    assert [each["limit"]["part"] for each in listed["limits"]] == ["decision", "statutory", "food:review"]
    assert all(each["limit"]["former"] < each["limit"]["due_at"] for each in listed["limits"])
    done = onewindow(database, tmp_path, *order, "--format", "json").json
    assert done["limits"] == listed["limits"]
    assert onewindow(database, tmp_path, *order, "--format", "json").json["limits"] == []
    history = onewindow(database, tmp_path, "history", "C1").out
    assert "重新计算期限" in history


MAPPING = """
name = "made"
[columns]
case = "case"
activity = "activity"
time = "time"
department = "department"
resource = "who"
channel = "case:channel"
[hall]
id = "H9"
name_zh = "大厅"
name_en = "Hall"
time_zone = "Asia/Shanghai"
[hall.calendar]
sessions = ["09:00-17:00"]
weekdays = [0, 1, 2, 3, 4]
[[hall.calendar.year]]
year = 2025
[item]
id = "any"
name_zh = "事项"
name_en = "Item"
[activities]
"收件" = "application.intake_registered"
"""


def made_log(folder: Path, rows: int) -> list[str]:
    """A log whose cases lie mixed, with ties and steps backward; returns the words of its import."""
    (folder / "made.toml").write_text(MAPPING, encoding="utf-8")
    with (folder / "made.csv").open("w", encoding="utf-8") as file:
        file.write("case,activity,time,department,who,case:channel\n")
        for n in range(rows):
            activity = "收件" if n < 97 else f"步骤 {n % 7}"
            file.write(f"案-{n % 97},{activity},2025-03-{3 + n % 20:02d}T10:00:00+08:00,market,李{n % 5},窗口\n")
    return ["import", "made.csv", "--mapping", "made.toml", "--format", "json"]


@pytest.fixture
def two_databases(
    database: str, request: pytest.FixtureRequest, tmp_path: Path, database_kind: str
) -> Iterator[tuple[str, str]]:
    """Two databases of one kind."""
    if database_kind == "sqlite":
        import shutil

        shutil.copy(tmp_path / "onewindow.db", tmp_path / "other.db")
        yield database, f"sqlite:///{tmp_path}/other.db"
        return
    server = request.getfixturevalue("postgres_server")
    yield database, server.create_database("other", request.getfixturevalue("migrated_template"))
    server.drop_database("other")


def test_an_import_killed_half_way_and_run_again_is_one_clean_run(
    two_databases: tuple[str, str], tmp_path: Path
) -> None:
    broken, clean = two_databases
    words = made_log(tmp_path, 6_000)
    engine = connect(broken)
    log = EventLog(engine)
    process = start(broken, tmp_path, *words)
    while process.poll() is None and log.head() < 1_000:
        pass
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert 0 < log.head() < 6_003
    again = onewindow(broken, tmp_path, *words).json
    assert again["added"] + again["known"] == 6_000
    assert again["known"] >= 500
    assert onewindow(clean, tmp_path, *words).json["added"] == 6_000
    assert onewindow(broken, tmp_path, "verify").code == 0

    def told(url: str) -> list[tuple[object, ...]]:
        rows = content_of(url)["case_file_1"]
        return [row[:2] + row[3:8] + row[9:] for row in rows]  # but for the time of recording

    assert told(broken) == told(clean)
    engine.dispose()


def test_what_an_import_refuses_is_written_down_and_can_be_mended(database: str, tmp_path: Path) -> None:
    words = made_log(tmp_path, 300)
    whole = (tmp_path / "made.csv").read_text(encoding="utf-8")
    lines = whole.splitlines()
    lines[150] = lines[150].replace("2025-03", "2025-99")
    lines[200] = lines[200].replace("2025-03", "2031-03")
    (tmp_path / "made.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    first = onewindow(database, tmp_path, *words).json
    assert (first["added"], first["refused"]) == (298, 2)
    rejects = (tmp_path / first["rejects"]).read_text(encoding="utf-8").splitlines()
    assert rejects[0].startswith("line,reason,text,case,activity,time,")
    assert rejects[1].startswith("151,")
    assert "has no data for 2031" in rejects[2] or "lies in the future" in rejects[2]
    (tmp_path / "made.csv").write_text(whole, encoding="utf-8")
    mended = onewindow(database, tmp_path, *words).json
    assert (mended["added"], mended["known"], mended["refused"]) == (2, 298, 0)
    assert not (tmp_path / first["rejects"]).exists()


def test_a_follower_ends_in_order_when_told_to(copied: Copied, tmp_path: Path) -> None:
    database = copied(a_city)
    follower = start(database, tmp_path, "project", "--follow")
    assert follower.stdout is not None
    assert "all views stand at position" in follower.stdout.readline()
    follower.send_signal(signal.SIGTERM)
    _, err = follower.communicate(timeout=60)
    assert (follower.returncode, complaints(err)) == (0, [])


@pytest.mark.timeout(600)
def test_the_demo_shows_a_city_before_and_after(tmp_path: Path) -> None:
    answer = onewindow("sqlite:///unused.db", tmp_path, "demo")
    assert answer.code == 0, answer.err
    for shown in (
        "halls before the reform",
        "minutes of waiting for a window",
        "the longest wait",
        "a package",
        "差评整改",
        "待出件",
        "open tasks by due time",
        "nothing differs",
    ):
        assert shown in answer.out
    assert "erased" not in answer.out
