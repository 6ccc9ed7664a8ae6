"""Parked events: what a view cannot take stands aside, its case waits, the others go on, and a retry mends it."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from adapters.bootstrap import Installation
from adapters.store.driver.database import writing
from adapters.workers.rebuilding import spread_over
from domain.history import APPLICATIONS
from projections.engine import runner as runner_module
from projections.engine.generations import ViewOutdated, live
from projections.engine.parking import is_parked, parked_events
from projections.engine.projection import Transition
from projections.engine.rebuild import Rebuild
from projections.views.all_views import VIEWS
from projections.views.case_file import CaseFile
from projections.views.intake_register import IntakeRegister
from projections.views.open_work import OpenWork
from tests.projections.city import again, content, differences, forget


def poisoned(monkeypatch: pytest.MonkeyPatch, case_id: str, version: int) -> None:
    """The case file cannot take one event of one case."""
    fold = CaseFile.of_transition

    def broken(self: CaseFile, transition: Transition, city: Any) -> Any:
        if (transition.after.case_id, transition.record.originator_version) == (case_id, version):
            raise LookupError("no words for this")
        return fold(self, transition, city)

    monkeypatch.setattr(CaseFile, "of_transition", broken)


def some_case(city: Installation, events: int = 5) -> str:
    """A case with at least so many events."""
    with city.reading() as connection:
        rows = connection.execute(select(live(connection, CaseFile))).all()
    return str(min(row.case_id for row in rows if row.version == events))


def test_nothing_is_retried_into_rows_of_another_version(city: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    city.runner().catch_up()
    case = some_case(city)
    forget(city)
    with monkeypatch.context() as patch:
        poisoned(patch, case, 3)
        city.runner().catch_up()
    before = content(city)
    with monkeypatch.context() as patch:
        patch.setattr(CaseFile, "version", 2)
        with pytest.raises(ViewOutdated, match="was made by version 1 of its fold"):
            city.runner().retry()
    assert content(city) == before
    assert city.runner().retry()[1] == 0


def test_one_poisoned_event_waits_with_its_case_and_the_others_go_on(
    city: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    city.runner().catch_up()
    whole, case = content(city), some_case(city)
    forget(city)
    with monkeypatch.context() as patch:
        poisoned(patch, case, 3)
        city.runner().catch_up()

        standing = {s.view: s for s in city.runner().status()}
        assert {s.position for s in standing.values()} == {city.log.head()}
        length = sum(row[0] == case for row in whole["case_file"])
        assert standing["case_file"].parked == length - 2
        assert standing["open_work"].parked == 0
        found = content(city)
        assert found["case_file"] == [r for r in whole["case_file"] if r[0] != case or r[1] < 3]
        assert {name: rows for name, rows in found.items() if name != "case_file"} == {
            name: rows for name, rows in whole.items() if name != "case_file"
        }
        with city.reading() as connection:
            parked = parked_events(connection)
            table = live(connection, CaseFile)
            marked = connection.execute(select(table.c.case_id).where(is_parked(table)).distinct()).scalars().all()
        assert marked == [case]
        assert [p.error for p in parked][:2] == [
            "LookupError: no words for this",
            f"follows position {parked[0].position}",
        ]
        assert [p.version for p in parked] == list(range(3, length + 1))
        assert any("is parked in view case_file: LookupError" in each.what for each in differences(city))

        later = again(city, case)
        city.runner().catch_up()
        assert city.runner().status()[0].parked == length - 1, "what follows a parked event is parked too"
        assert city.runner().retry() == (length - 1, length - 1), "not mended yet"

    assert city.runner().retry() == (length - 1, 0)
    assert city.runner().status()[0].parked == 0
    with city.reading() as connection:
        table = live(connection, CaseFile)
        versions = connection.execute(select(table.c.version).where(table.c.case_id == case)).scalars().all()
    assert sorted(versions) == list(range(1, later.originator_version + 1))
    assert differences(city) == []


def test_an_event_that_no_view_can_fold_waits_in_all_of_them(
    city: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    city.runner().catch_up()
    case = some_case(city)
    last = again(city, case)
    kind = type(last.event)
    with monkeypatch.context() as patch:

        def broken(self: Any, state: Any, act: Any) -> Any:
            raise ValueError("cannot be read")

        patch.setattr(kind, "evolve", broken)
        city.runner().catch_up()
        runner = city.runner()
        again(city, case)
        runner.catch_up()
        assert {s.position for s in city.runner().status()} == {city.log.head()}
        of_cases = {view.name for view in VIEWS if APPLICATIONS in view.follows}
        assert all((s.parked >= 2) == (s.view in of_cases) for s in city.runner().status())
        with city.reading() as connection:
            queue, desk = live(connection, OpenWork), live(connection, IntakeRegister)
            assert case in connection.execute(select(desk.c.case_id).where(is_parked(desk))).scalars().all()
            assert connection.execute(select(queue)).all() is not None
    were, still = city.runner().retry()
    assert (were > 0, still) == (True, 0)
    assert differences(city) == []


@pytest.mark.no_cover
def test_parking_does_not_depend_on_how_the_log_is_cut_into_batches(
    city: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    city.runner().catch_up()
    case = some_case(city)
    poisoned(monkeypatch, case, 4)
    forget(city)
    with city.reading() as connection:
        assert parked_events(connection) == []
    city.runner().catch_up()
    whole = content(city)

    def parked() -> list[tuple[int, str]]:
        with city.reading() as connection:
            return [(p.position, p.error.partition(":")[0]) for p in parked_events(connection)]

    places = [position for position, _ in parked()]

    @settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
    @given(batch=st.integers(1, 50))
    def in_batches(batch: int) -> None:
        monkeypatch.setattr(runner_module, "BATCH", batch)
        forget(city)
        city.runner().catch_up()
        assert content(city) == whole
        assert [position for position, _ in parked()] == places

    in_batches()
    runner = city.runner()
    with spread_over(city.settings, 1, runner) as spread:
        Rebuild(runner).run([view.name for view in VIEWS], spread)
    assert content(city) == whole, "a rebuild parks the same events"
    assert [position for position, _ in parked()] == places


def test_an_event_whose_data_cannot_be_read_waits_with_its_case(city: Installation) -> None:
    with writing(city.engine) as connection:
        unguarded = "drop trigger events_never_updated"
        if connection.dialect.name == "postgresql":
            unguarded = "alter table events disable trigger events_never_changed"
        connection.execute(text(unguarded))
        query = "select stream_id, data from events where stream_id like 'application/%' and version = 3 limit 1"
        stream_id, data = connection.execute(text(query)).one()
        change = text("update events set data = :data where stream_id = :stream_id and version = 3")
        connection.execute(change, {"data": data[:-1], "stream_id": stream_id})
    city.runner().catch_up()
    case = stream_id.removeprefix("application/")
    with city.reading() as connection:
        parked = parked_events(connection)
    assert {p.case_id for p in parked} == {case}
    assert "Unreadable" in parked[0].error
    assert {s.position for s in city.runner().status()} == {city.log.head()}

    with writing(city.engine) as connection:
        connection.execute(change, {"data": data, "stream_id": stream_id})
    assert city.runner().retry() == (len(parked), 0)
    assert differences(city) == []
