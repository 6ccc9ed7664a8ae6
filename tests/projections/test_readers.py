"""An SQL view of others on a table of ours stops no rebuild; it is named, its table is kept, and nothing half-made is left."""

import json
from contextlib import nullcontext
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from adapters.bootstrap import Installation
from adapters.store.driver.database import writing
from projections.engine.generations import all_of
from projections.engine.readers import OthersReadIt
from tests.adapters.cli.city import MORNING, a_city
from tests.databases import Copied
from tests.projections.city import differences, opened
from tests.projections.rebuilds import alone, here, swapping
from tests.terminal import complaints, typed


def run(found: Installation, sql: str) -> None:
    with writing(found.engine) as connection:
        connection.execute(text(sql))


def states(found: Installation) -> list[tuple[int, str]]:
    with found.reading() as connection:
        return [(int(row.generation), str(row.state)) for row in all_of(connection, "case_file")]


def tables(found: Installation) -> list[str]:
    with found.reading() as connection:
        return sorted(name for name in inspect(connection).get_table_names() if name.startswith("case_file"))


def test_a_view_of_others_is_named_and_stops_no_rebuild(city: Installation) -> None:
    city.runner().catch_up()
    run(city, "create view licences as select case_id, title from case_file_1")
    run(city, "create view of_licences as select case_id from licences")
    for generation in (2, 3):
        with pytest.raises(OthersReadIt, match="done, but view licences reads case_file_1") as refused:
            alone(city).run(["case_file", "open_work"], here(city))
        assert refused.value.exit_code == 2
        assert states(city)[-1] == (generation, "live")
    assert states(city) == [(1, "discarded"), (2, "former"), (3, "live")]
    assert tables(city) == ["case_file_1", "case_file_2", "case_file_3"]
    assert differences(city) == []
    with city.reading() as connection:
        assert connection.execute(text("select count(*) from of_licences")).scalar_one() > 0

    run(city, "drop view of_licences")
    run(city, "drop view licences")
    alone(city).run(["case_file"], here(city))
    assert states(city) == [(3, "former"), (4, "live")]
    assert tables(city) == ["case_file_3", "case_file_4"]


def test_who_drops_and_who_goes_back_hears_of_it_too(city: Installation) -> None:
    city.runner().catch_up()
    alone(city).run(["case_file"], here(city))
    run(city, "create view licences as select case_id from case_file_2")
    with pytest.raises(OthersReadIt, match="view licences reads case_file_2"):
        swapping(city).rollback("case_file")
    assert states(city) == [(1, "live"), (2, "former")]
    with pytest.raises(OthersReadIt, match="run `onewindow project drop case_file`"):
        swapping(city).drop_former("case_file")
    run(city, "drop view licences")
    assert swapping(city).drop_former("case_file") == 1
    assert tables(city) == ["case_file_1"]


def test_views_that_are_outdated_are_rebuilt_all_the_same_and_a_warning_says_who_reads_the_former_rows(
    copied: Copied, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = copied(a_city)
    with opened(office, tmp_path) as found:
        run(found, "create view licences as select case_id from case_file_1")
        run(found, "update view_generations set version = 0 where view = 'case_file'")
        monkeypatch.setattr("adapters.cli.project.spread_over", lambda *_, apart: nullcontext(here(found)))
        answer = typed(office, tmp_path, lambda: MORNING, "project")
        assert (answer.code, [json.loads(line)["level"] for line in complaints(answer.err)]) == (0, ["warning"])
        assert "view licences reads case_file_1, whose rows are no longer kept up" in answer.err
        assert states(found) == [(1, "former"), (2, "live")]
