"""The long log is a log like any other: verify finds nothing, and what is to be open is open. It can be measured."""

import json
from pathlib import Path

import pytest
from rich.progress import Progress

from adapters.bootstrap import installation
from adapters.settings import Settings
from adapters.store import audit, migrate
from projections.lists.queue import length
from projections.views.all_views import VIEWS
from tests.benchmarks import flat, long_log


@pytest.mark.no_cover
def test_a_repeated_log_passes_verification(database_url: str, tmp_path: Path) -> None:
    with Progress(disable=True) as progress:
        made = long_log.make(database_url, tmp_path / "key", cases=300, still_open=150, days=1, progress=progress)
    with installation(Settings(database_url=database_url, master_key_file=tmp_path / "key")) as found:
        assert found.runner().catch_up() == made > 2_000
        departments = found.office.city().departments
        with found.reading() as connection:
            assert sum(length(connection, department, found.now()) for department in departments) >= 150
        case = next(iter(found.log.every("application/", made))).originator_id.removeprefix("application/")
        applicant = found.office.case(case).applicant
        assert applicant is not None
        assert found.vault.open("name", applicant.name) != "erased"
    assert audit.verify(database_url, VIEWS, lambda done, total: None).findings == []


@pytest.mark.no_cover
def test_a_long_log_is_measured_beside_a_short_one(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(flat, "CASES", 4)
    monkeypatch.setattr(flat, "ROUNDS", 1)
    short, keys = f"sqlite:///{tmp_path}/short.db", [str(tmp_path / name) for name in ("short.key", "long.key")]
    for url in (short, database_url):
        migrate.upgrade(url)

    words = ["--short", short, "--short-key", keys[0], "--long", database_url, "--long-key", keys[1]]
    assert flat.main([*words, "--format", "json"]) == 0

    told = json.loads(capsys.readouterr().out)
    assert told["events"] == {"short": 0, "long": 0}
    assert [figure["work"] for figure in told["figures"]] == [
        "append 1 event",
        "append 10 events",
        "catch-up of all views",
    ]
    for figure in told["figures"]:
        (peer,) = figure["peers"]
        assert peer["of_peer"] == pytest.approx(figure["ours"] / peer["rate"])
    with installation(Settings(database_url=database_url, master_key_file=Path(keys[1]))) as found:
        for _ in range(2):  # a log that has grown counts no more than what came since
            with flat.catching_up(found)() as timed:
                assert timed() == 4 * flat.EVENTS
