"""The benchmark runs, at a size at which its figures mean nothing, and says what readers of its file rely on."""

import json
from pathlib import Path

import pytest

from tests.benchmarks import __main__ as bench
from tests.benchmarks.works import Size

TINY = Size(
    rounds=1,
    single=10,
    tens=10,
    commanded=1,
    loaded=2,
    log=200,
    peer_log=20,
    projected_by_peer=20,
    reported=100,
)
KEYS = {"work", "database", "unit", "ours", "limit", "of_limit", "peers", "bars"}


@pytest.mark.no_cover
@pytest.mark.sqlite
def test_every_work_has_its_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(bench, "QUICK", TINY)

    assert bench.main(["--quick", "--database", "sqlite", "--format", "json"]) == 0

    figures = json.loads((tmp_path / "var" / "bench.json").read_text())
    assert json.loads(capsys.readouterr().out) == figures
    assert len({figure["work"] for figure in figures}) == len(figures) == 14
    for figure in figures:
        assert figure.keys() == KEYS
        assert figure["ours"] > 0
        assert figure["of_limit"] == pytest.approx(figure["ours"] / figure["limit"])
        for peer in figure["peers"]:
            assert peer["of_peer"] == pytest.approx(figure["ours"] / peer["rate"])
        for bar in figure["bars"]:
            if bar["of"] == "limit":
                other = bar.get("otherwise")
                would_do = other is not None and figure["ours"] >= other["times"]
                assert bar["reached"] == (figure["of_limit"] >= bar["times"] or would_do)


@pytest.mark.no_cover
@pytest.mark.sqlite
def test_the_table_names_every_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(bench, "QUICK", TINY)

    assert bench.main(["--quick", "--database", "sqlite", "--work", "append"]) == 0

    said = capsys.readouterr().out
    assert "append 1 event" in said
    assert "append 10 events" in said
    assert "eventsourcing.sqlite" in said
