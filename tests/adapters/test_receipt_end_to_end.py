"""The real log: 1,434 cases that nobody here wrote go in, come out with the right figures, and come back the same."""

import json
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
import r4pm

from adapters.bootstrap import Installation, installation
from adapters.disk.target import Kept, Target
from adapters.exchange.exporting import export_xes
from adapters.exchange.importing import Imported, import_log
from adapters.exchange.mapping import load_mapping
from adapters.exchange.rejects import target_of
from adapters.settings import Settings
from adapters.store.audit import verify
from projections.reports.processing_report import Clock, Grouping, Stage, processing_time_report
from projections.views.all_views import VIEWS
from tests.databases import Copied
from tests.terminal import ROOT

DATA = Path(os.environ.get("ONEWINDOW_SHARED_DATA", ROOT.parent / "shared" / "data"))
CSV, XES = DATA / "receipt.csv", DATA / "receipt.xes.gz"
pytestmark = [
    pytest.mark.no_cover,
    pytest.mark.skipif(not CSV.exists(), reason=f"the receipt log is not at {DATA}; set ONEWINDOW_SHARED_DATA"),
]


@contextmanager
def opened(database: str, folder: Path) -> Iterator[Installation]:
    with installation(Settings(database_url=database, master_key_file=folder / "master.key")) as found:
        yield found


def imported(found: Installation, file: Path, folder: Path) -> Imported:
    done = import_log(
        found, file, load_mapping("receipt"), target_of(folder / "rejects.csv", Kept()), lambda done, total: None
    )
    found.runner().catch_up()
    return done


def receipt(database: str, folder: Path) -> None:
    """The log as CSV, imported and projected."""
    with opened(database, folder) as found:
        imported(found, CSV, folder)


@pytest.mark.parametrize("file", [CSV, XES], ids=["csv", "xes"])
def test_every_row_is_taken_in_and_a_second_import_adds_nothing(database: str, tmp_path: Path, file: Path) -> None:
    with opened(database, tmp_path) as found:
        first = imported(found, file, tmp_path)
        assert (first.cases, first.rows, first.added, first.refused) == (1434, 8577, 8577, 0)
        head = found.log.head()
        again = imported(found, XES, tmp_path)
        assert (again.added, again.known, again.refused, again.differences) == (0, 8577, 0, [])
        assert found.log.head() == head
        assert not (tmp_path / "rejects.csv").exists()


DURATIONS = {
    Stage.TOTAL: 'select "{by}" g, epoch_us(max(t)) - epoch_us(min(t)) us from log group by "case:concept:name", g',
    Stage.STEP: (
        'select "{by}" g, us from (select *, epoch_us(t) - epoch_us(lag(t) over '
        '(partition by "case:concept:name" order by t, n)) us from log) where us is not null'
    ),
}


def independently(stage: Stage, column: str) -> dict[str, dict[str, float]]:
    """The same figures by DuckDB from the file."""
    log = duckdb.connect()
    log.execute("set timezone = 'UTC'")
    log.execute(
        "create table log as select *, row_number() over () n, "
        f"cast(\"time:timestamp\" as timestamptz) t from read_csv('{CSV}', all_varchar = true)"
    )
    rows = log.execute(
        f"select g, count(*), avg(us) / 1e6, quantile_cont(us, 0.5) / 1e6, quantile_cont(us, 0.9) / 1e6, "
        f"quantile_cont(us, 0.99) / 1e6 from ({DURATIONS[stage].format(by=column)}) group by g"
    ).fetchall()
    names = ("cases", "mean_s", "p50_s", "p90_s", "p99_s")
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in rows}


@pytest.mark.parametrize(
    ("stage", "by", "column"),
    [
        (Stage.TOTAL, Grouping.CHANNEL, "case:channel"),
        (Stage.TOTAL, Grouping.DEPARTMENT, "case:department"),
        (Stage.STEP, Grouping.ACTIVITY, "concept:name"),
    ],
)
def test_the_report_equals_what_another_library_computes_from_the_file(
    copied: Copied, tmp_path: Path, stage: Stage, by: Grouping, column: str
) -> None:
    with opened(copied(receipt), tmp_path) as found, found.reading() as connection:
        ours: list[Any] = processing_time_report(connection, by=[by], stage=stage, clock=Clock.CALENDAR)
    theirs = independently(stage, column)
    assert {each["group"] for each in ours} == theirs.keys()
    for each in ours:
        for name, figure in theirs[each["group"]].items():
            assert each[name] == pytest.approx(figure, abs=1e-3), (each["group"], name)


def read_by_another(file: Path, scratch: Path) -> Counter[tuple[str, ...]]:
    """(case, activity, time, group, resource) of every event, as the library r4pm reads the file."""
    r4pm.export_item(r4pm.import_item("EventLog", str(file)), str(scratch))

    def said(owner: dict[str, Any]) -> dict[str, Any]:
        return {each["key"]: each["value"]["content"] for each in owner["attributes"]}

    keys = ("concept:name", "time:timestamp", "org:group", "org:resource")
    return Counter(
        (said(trace)["concept:name"], *(said(event)[key] for key in keys))
        for trace in json.loads(scratch.read_text())["traces"]
        for event in trace["events"]
    )


def test_the_exported_log_says_the_same_to_another_reader(copied: Copied, tmp_path: Path) -> None:
    with opened(copied(receipt), tmp_path) as found:
        export_xes(found, Target(tmp_path / "out.xes"), lambda done, total: None)
    there = read_by_another(tmp_path / "out.xes", tmp_path / "out.json")
    log = duckdb.connect()
    log.execute("set timezone = 'UTC'")
    here = Counter(
        (case, activity, as_z(time), group, resource)
        for case, activity, time, group, resource in log.execute(
            'select "case:concept:name", "concept:name", "time:timestamp", "org:group", "org:resource" '
            f"from read_csv('{CSV}', all_varchar = true)"
        ).fetchall()
    )
    assert sum(here.values()) == 8577
    assert Counter({(*k[:2], as_z(k[2]), *k[3:]): n for k, n in there.items()}) == here


def as_z(written: str) -> str:
    """The same moment in one spelling."""
    return datetime.fromisoformat(written).astimezone(UTC).isoformat()


def test_verify_passes_on_it(copied: Copied) -> None:
    audit = verify(copied(receipt), VIEWS, lambda done, total: None)
    assert audit.findings == []
    assert audit.events >= 8577
    assert audit.views["case_file"] == 8577
