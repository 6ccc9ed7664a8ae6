"""A rebuild beside the live view: the same rows with any number of workers, swapped in at once, and a way back."""

import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, select, text

from adapters.bootstrap import Installation
from adapters.simulation.simulation import simulate
from adapters.store.driver.database import writing
from adapters.workers.rebuilding import WorkerDied, spread_over
from projections.engine import generations
from projections.engine.folding import ViewStopped
from projections.engine.generations import ViewOutdated
from projections.engine.rebuild import Rebuild
from projections.engine.swapping import RebuildRefused
from projections.views.all_views import VIEWS
from projections.views.case_file import CaseFile
from projections.views.intake_register import IntakeRegister
from tests.projections.city import SMALL, content, differences, opened
from tests.projections.rebuilds import alone, here, swapping

NAMES = [view.name for view in VIEWS]


@pytest.mark.usefixtures("pieces_of_a_case")
def test_one_two_and_four_workers_make_the_same_rows_as_catching_up(city: Installation) -> None:
    city.runner().catch_up()
    whole = content(city)
    for number, workers in enumerate((1, 2, 4), start=2):
        runner = city.runner()
        with spread_over(city.settings, workers, runner) as spread:
            rows = Rebuild(runner).run(NAMES, spread)
        assert rows == sum(len(each) for each in whole.values())
        assert content(city) == whole
        assert {s.generation for s in city.runner().status()} == {number}
    assert differences(city) == []


@pytest.mark.usefixtures("pieces_of_a_case")
def test_a_rebuild_that_was_interrupted_is_gone_on_with(city: Installation) -> None:
    city.runner().catch_up()
    whole = content(city)
    first = alone(city)
    at = first.begin(["case_file"])
    pieces = first.pieces(at)
    assert len(pieces) > 3
    assert first.fold_piece(pieces[0]) > 0
    assert first.fold_piece(pieces[0]) == 0, "a piece that somebody has done is not done twice"
    assert alone(city).begin(["case_file"]) == at
    assert len(alone(city).pieces(at)) == len(pieces) - 1
    assert "1 of" in (next(s for s in city.runner().status() if s.view == "case_file").rebuild or "")

    alone(city).run(["case_file"], here(city))

    assert content(city) == whole
    assert {s.rebuild for s in city.runner().status()} == {None}


def test_begun_afresh_nothing_of_the_interrupted_one_is_used(city: Installation) -> None:
    (left,) = alone(city).begin(["case_file"])
    (fresh,) = alone(city).begin(["case_file"], afresh=True)
    assert (left, fresh) == (("case_file", 2), ("case_file", 3))
    assert swapping(city).drop_former("case_file") == 1
    with city.reading() as connection:
        assert {"case_file_2", "case_file_3"}.isdisjoint(inspect(connection).get_table_names())


def test_what_is_recorded_during_a_rebuild_is_in_it(city: Installation) -> None:
    city.runner().catch_up()
    work = alone(city)
    at = work.begin(NAMES)
    for piece in work.pieces(at):
        work.fold_piece(piece)
    simulate(city, SMALL.model_copy(update={"seed": 6}), lambda done, total: None)
    city.runner().catch_up()
    for each in at:
        work.complete(each)
        swapping(city).swap(each)
    assert {s.position for s in city.runner().status()} == {city.log.head()}
    assert differences(city) == []


@pytest.mark.parametrize(
    "spoil",
    [
        "delete from case_file_2 where version = 1",
        "update case_file_2 set words = 'nothing happened' where version = 2",
        "insert into case_file_2 select * from case_file_1 where version = 1 and case_id = "
        "(select max(case_id) from case_file_1)",
    ],
    ids=["a row is lost", "a row differs", "a row is there that was not folded"],
)
def test_a_checksum_that_differs_stops_the_swap(city: Installation, spoil: str) -> None:
    city.runner().catch_up()
    whole = content(city)
    work = alone(city)
    (at,) = work.begin(["case_file"])
    pieces = work.pieces([at])
    for piece in pieces:
        work.fold_piece(piece)
    with writing(city.engine) as connection:
        if spoil.startswith("insert") and connection.dialect.name == "sqlite":
            spoil = spoil.replace("select *", "select 'stranger', " + _other_columns())
        connection.execute(text(spoil))

    with pytest.raises(ViewStopped, match=r"case_file is not swapped in: .* the fold made \d+ rows with checksum \d+"):
        work.complete(at)

    assert content(city) == whole
    assert "checksum" in (next(s for s in city.runner().status() if s.view == "case_file").rebuild or "")
    alone(city).run(["case_file"], here(city))
    assert content(city) == whole
    assert differences(city) == []


def _other_columns() -> str:
    return ", ".join(f'"{column.name}"' for column in list(CaseFile.table.columns)[1:])


def test_a_new_version_of_a_fold_is_built_beside_the_old_one(
    city: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    city.runner().catch_up()
    whole = content(city)
    monkeypatch.setattr(CaseFile, "version", 2)
    assert [s.view for s in city.runner().status() if s.stale] == ["case_file"]
    with city.reading() as connection, pytest.raises(ViewOutdated, match="run `onewindow project rebuild case_file`"):
        generations.live(connection, CaseFile)
    city.runner().catch_up()  # leaves the stale one alone
    alone(city).run(["case_file"], here(city))
    assert content(city) == whole
    monkeypatch.setattr(CaseFile, "version", 1)
    monkeypatch.setattr(CaseFile, "version", 3)
    with pytest.raises(RebuildRefused, match="made by version 1 of its fold; this onewindow has version 3"):
        swapping(city).rollback("case_file")


def test_a_reader_sees_one_generation_whatever_is_swapped_meanwhile(city: Installation) -> None:
    city.runner().catch_up()
    whole = content(city)
    with city.reading() as connection:
        table = generations.live(connection, IntakeRegister)
        before = connection.execute(select(table)).all()
        alone(city).run(["intake_register"], here(city))
        assert generations.live(connection, IntakeRegister).name == table.name == "intake_register_1"
        assert connection.execute(select(table)).all() == before
    assert content(city) == whole


@pytest.mark.usefixtures("pieces_of_a_case")
def test_readers_and_writers_go_on_during_rebuilds(city: Installation, tmp_path: Path) -> None:
    city.runner().catch_up()
    stop, wrong, seen = threading.Event(), [], []

    def read() -> None:
        with opened(str(city.settings.database_url), tmp_path) as own:
            while not stop.is_set():
                rows = content(own)["case_file"]
                cases = {row[0] for row in rows}
                last = {case: max(row[1] for row in rows if row[0] == case) for case in cases}
                if len(rows) != sum(last.values()) or len(rows) < (seen[-1] if seen else 1):
                    wrong.append((len(rows), seen[-1:]))
                seen.append(len(rows))

    def follow() -> None:
        with opened(str(city.settings.database_url), tmp_path) as own:
            own.runner().follow(stop.is_set)

    others = [threading.Thread(target=read), threading.Thread(target=follow)]
    for other in others:
        other.start()
    for seed in range(3):
        alone(city).run(NAMES, here(city))
        simulate(city, SMALL.model_copy(update={"seed": 20 + seed, "arrivals_a_day": 2}), lambda done, total: None)
    city.runner().wait_for(city.log.head(), NAMES, 60)
    stop.set()
    for other in others:
        other.join()
    assert wrong == []
    assert len(set(seen)) > 1
    assert differences(city) == []


@pytest.mark.usefixtures("pieces_of_a_case")
def test_a_worker_that_dies_leaves_a_rebuild_to_go_on_with(city: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    city.runner().catch_up()
    whole = content(city)

    def dying(pieces: Any) -> Any:
        yield alone(city).fold_piece(pieces[0])
        raise WorkerDied("killed")

    with pytest.raises(WorkerDied):
        alone(city).run(["case_file"], dying)
    assert content(city) == whole
    alone(city).run(["case_file"], here(city))
    assert content(city) == whole
