"""The report of processing time by combinations, of selections: each equals what the exported log says of them."""

import csv
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from itertools import permutations
from pathlib import Path
from typing import Any

import duckdb
import pytest

from adapters.bootstrap import Installation
from adapters.disk.target import Target
from adapters.exchange.log_lines import export_lines
from adapters.simulation.plan import Plan
from adapters.simulation.simulation import settle, simulate
from domain.hall.hall import Layout
from projections.reports.evidence import evidence
from projections.reports.processing_report import Clock, Grouping, Stage, processing_time_report
from projections.reports.reform import Figure, Period, reform_report
from projections.reports.selection import Result, selected
from tests.adapters.reform_in_sql import figures_by_duckdb
from tests.adapters.report_in_sql import report_by_duckdb, spans_of
from tests.adapters.test_reform import made_of
from tests.databases import Copied
from tests.projections.city import opened
from tests.terminal import onewindow

DAYS = date(2025, 3, 4), date(2025, 9, 30)
"""So that some cases end before them and some after."""
GROUPINGS = ("hall", "channel", "item", "result", "layout", "month")
SELECTIONS: tuple[dict[str, list[str]], ...] = (
    {},
    {"hall": ["H02"]},
    {"item": ["signboard", "residence"]},
    {"channel": ["online", "window"], "result": ["granted"]},
    {"hall": ["H01"], "result": ["refused", "withdrawn", "not_accepted"]},
    {"hall": ["H01", "H02"], "item": ["food-shop"], "channel": ["window"]},
)


def nobody(done: int, total: int) -> None:
    """Nobody looks."""


def two_halls(database: str, folder: Path) -> None:
    """Two halls for some days, before and after the reform; all has ended and is projected, the log lies in ``log.jsonl``."""
    with opened(database, folder) as found:
        for layout in Layout:
            plan = Plan(halls=2, days=2, seed=11, layout=layout, arrivals_a_day=14)
            done = simulate(found, plan, nobody)
            settle(found, done.last, finish=True, progress=nobody)
        found.runner().catch_up()
        export_lines(found, Target(folder / "log.jsonl"), nobody)


@pytest.fixture
def halls(copied: Copied, tmp_path: Path) -> Iterator[tuple[Installation, duckdb.DuckDBPyConnection]]:
    """The city, and the spans that DuckDB finds in its log."""
    database = copied(two_halls)
    with opened(database, tmp_path) as found, spans_of(tmp_path / "log.jsonl") as log:
        yield found, log


def ours(found: Installation, by: tuple[str, ...], stage: str, clock: str, only: dict[str, list[str]]) -> list[Any]:
    with found.reading() as connection:
        selection = selected(
            connection,
            found.office.city(),
            halls=only.get("hall", ()),
            items=only.get("item", ()),
            channels=only.get("channel", ()),
            results=[Result(name) for name in only.get("result", ())],
        )
        rows = processing_time_report(
            connection,
            by=[Grouping(name) for name in by],
            stage=Stage(stage),
            clock=Clock(clock),
            since=DAYS[0],
            until=DAYS[1],
            only=selection,
        )
    return [
        (tuple(row[name] for name in by), *(row[name] for name in ("cases", "mean_s", "p50_s", "p90_s")))
        for row in rows
    ]


def test_each_combination_of_groups_and_selections_equals_a_query_on_the_exported_log(
    halls: tuple[Installation, duckdb.DuckDBPyConnection],
) -> None:
    found, log = halls
    compared = 0
    for by in (*permutations(GROUPINGS, 1), *permutations(GROUPINGS, 2), ("hall", "month", "channel", "result")):
        for only in SELECTIONS:
            for stage, clock in (("total", "working"), ("decision", "calendar")):
                theirs = report_by_duckdb(log, by, stage, clock, only, DAYS)
                told = ours(found, by, stage, clock, only)
                assert [row[:2] for row in told] == [row[:2] for row in theirs], (by, only, stage)
                for mine, other in zip(told, theirs, strict=True):
                    assert mine[2:] == pytest.approx(other[2:], abs=1e-3), (by, only, stage, mine[0])
                compared += len(theirs)
    assert compared > 1000


def test_the_command_says_the_same_in_json_and_in_csv(
    halls: tuple[Installation, duckdb.DuckDBPyConnection], tmp_path: Path
) -> None:
    found, log = halls
    asked = ["--by", "month", "--by", "hall", "--by", "channel", "--channel", "window", "--channel", "post"]
    asked += ["--item", "signboard", "--from", DAYS[0].isoformat(), "--to", DAYS[1].isoformat()]
    only = {"channel": ["window", "post"], "item": ["signboard"]}
    theirs = report_by_duckdb(log, ("month", "hall", "channel"), "total", "working", only, DAYS)
    assert len(theirs) > 3

    def run(form: str) -> str:
        database = found.settings.database_url
        answer = onewindow(database, tmp_path, "report", "processing-time", *asked, "--format", form)
        assert (answer.code, answer.err) == (0, ""), answer
        return answer.out

    rows = list(csv.DictReader(StringIO(run("csv"))))
    assert list(rows[0]) == ["month", "hall", "channel", "cases", "corrected", "mean_s", "p50_s", "p90_s", "p99_s"]
    assert [((row["month"], row["hall"], row["channel"]), int(row["cases"])) for row in rows] == [
        row[:2] for row in theirs
    ]
    for row, (_, _, *seconds) in zip(rows, theirs, strict=True):
        assert [int(row[name]) for name in ("mean_s", "p50_s", "p90_s")] == pytest.approx(seconds, abs=0.51)
    table = run("table").splitlines()
    assert table[1].split("\t")[:4] == ["month", "hall", "channel", "cases"]
    assert len(table) == len(theirs) + 2


def test_evidence_is_told_by_the_clock_of_the_hall(
    halls: tuple[Installation, duckdb.DuckDBPyConnection], tmp_path: Path
) -> None:
    found, log = halls
    asked = ("report", "evidence", "on-time", "--from", DAYS[0].isoformat(), "--to", DAYS[1].isoformat())
    happened: dict[int, int] = dict(log.execute("select position, epoch_us(happened) from log").fetchall())

    def run(*form: str) -> str:
        answer = onewindow(found.settings.database_url, tmp_path, *asked, *form)
        assert (answer.code, answer.err) == (0, ""), answer
        return answer.out

    rows = list(csv.DictReader(StringIO(run("--format", "csv"))))
    assert len(rows) > 50
    for row in rows:
        at = datetime.fromisoformat(row["occurred_at"])
        assert (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) == happened[int(row["position"])]
        assert row["occurred_at"].endswith("+08:00")
        assert re.search(r", due 2025-\d\d-\d\dT(17:30|23:59)\+08:00$", row["about"]), row["about"]
    parts = json.loads(run("--format", "json"))
    assert [each["occurred_at"] for part in parts for each in part["events"]] == [row["occurred_at"] for row in rows]
    first = run("--limit", "1").splitlines()[2]
    assert f"{rows[0]['occurred_at'][:16]}+08:00" in first


def of_hall(file: Path, hall: str) -> Path:
    """The log of one hall alone, as a file: its own history, its cases and tickets, and the catalogue."""
    events = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    there = {f"hall/{hall}"}
    there |= {e["history"] for e in events if e["event"] == 1 and e["data"].get("hall") == hall}
    own = [e for e in events if e["history"] in there or e["history"].startswith("item/")]
    alone = file.with_name(f"{hall}.jsonl")
    alone.write_text("".join(json.dumps(e) + "\n" for e in own), encoding="utf-8")
    return alone


def test_the_reform_of_one_hall_is_what_its_own_log_says(
    halls: tuple[Installation, duckdb.DuckDBPyConnection], tmp_path: Path
) -> None:
    found, _ = halls
    periods = Period(date(2025, 3, 3), date(2025, 8, 28)), Period(date(2025, 9, 1), date(2025, 12, 31))
    for hall in ("H01", "H02"):
        log = of_hall(tmp_path / "log.jsonl", hall)
        with found.reading() as connection:
            city = found.office.city()
            report = reform_report(connection, city, *periods, [hall])
            for place, period in enumerate(periods):
                for figure, (value, of) in figures_by_duckdb(log, *period).items():
                    mine = report[Figure(figure)][place]
                    assert (mine.of, mine.value) == (of, pytest.approx(value, abs=1e-9)), (hall, figure)
                    parts = list(evidence(connection, found.log, city, Figure(figure), period, halls=[hall]))
                    assert made_of(Figure(figure), parts, of) == pytest.approx(value, abs=1e-9), (hall, figure)
    told = onewindow(
        found.settings.database_url, tmp_path, "report", "reform", "--before", "2025-03-03..2025-08-28",
        "--after", "2025-09-01..2025-12-31", "--hall", "H02", "--format", "json",
    )  # fmt: skip
    total = next(each for each in told.json if each["figure"] == "total")
    assert total["after"]["of"] == report[Figure.TOTAL][1].of
    assert total["after"]["evidence"].endswith("--from 2025-09-01 --to 2025-12-31 --hall H02")
    parts = onewindow(
        found.settings.database_url, tmp_path, *total["after"]["evidence"].split()[1:], "--format", "json"
    )
    assert len(parts.json) == total["after"]["of"]
