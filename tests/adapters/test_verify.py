"""``verify``: whatever is changed by hand in the log or in a view is found, and its place is named."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, text

from adapters.bootstrap import installation
from adapters.settings import Settings
from adapters.simulation.plan import Plan
from adapters.simulation.simulation import simulate
from adapters.store import migrate
from adapters.store.audit import Audit, check, verify
from adapters.store.driver.database import connect
from adapters.store.schema import events
from domain.hall.hall import Layout
from projections.views.all_views import VIEWS
from tests.databases import Copied

COLUMNS = [column.name for column in events.columns]


thoroughly = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Hand:
    """Somebody with all rights on the database, who changes stored rows; everything is undone afterwards."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def rows(self, query: str) -> list[Any]:
        """Rows of a query."""
        with self._engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]

    def ask(self, query: str) -> list[Any]:
        """The first column of a query."""
        return [row[0] for row in self.rows(query)]

    def after(self, *statements: str, **values: Any) -> Audit:
        """What verify finds after these statements."""
        with self._engine.connect() as connection, connection.begin() as transaction:
            for guard in self._guards_off(connection):
                connection.execute(text(guard))
            for statement in statements:
                used = {name: value for name, value in values.items() if f":{name}" in statement}
                connection.execute(text(statement), used)
            audit = check(connection, VIEWS, lambda done, total: None)
            transaction.rollback()
        return audit

    def _guards_off(self, connection: Connection) -> list[str]:
        if connection.dialect.name == "sqlite":
            return ["drop trigger events_never_updated", "drop trigger events_never_deleted"]
        return ["alter table events disable trigger events_never_changed"]


def a_city(database: str, folder: Path) -> None:
    with installation(Settings(database_url=database, master_key_file=folder / "master.key")) as found:
        simulate(found, Plan(halls=1, days=1, seed=3, layout=Layout.AFTER, arrivals_a_day=6), lambda done, total: None)
        found.runner().catch_up()


@pytest.fixture
def city(copied: Copied) -> str:
    """A small simulated city, projected."""
    return copied(a_city)


@pytest.fixture
def hand(city: str) -> Iterator[Hand]:
    """Somebody who may do anything to the database."""
    engine = connect(city)
    yield Hand(engine)
    engine.dispose()


def places(audit: Audit) -> str:
    return "\n".join(f"{finding.place}: {finding.what}" for finding in audit.findings)


def test_an_untouched_city_passes(city: str) -> None:
    audit = verify(city, VIEWS, lambda done, total: None)
    assert audit.findings == []
    assert audit.not_projected == []
    assert audit.events > 50
    assert audit.views["case_file"] > 40


def test_a_view_that_lags_is_compared_where_it_stands(database: str, tmp_path: Path) -> None:
    with installation(Settings(database_url=database, master_key_file=tmp_path / "master.key")) as found:
        plan = Plan(halls=1, days=1, seed=3, layout=Layout.AFTER, arrivals_a_day=3)
        simulate(found, plan, lambda done, total: None)
        found.runner().catch_up()
        later = plan.model_copy(update={"seed": 4})
        simulate(found, later, lambda done, total: None)
    audit = verify(database, VIEWS, lambda done, total: None)
    assert audit.findings == []


def changed(value: Any, at: int, to: int) -> Any:
    """The value with one byte, or a number's digit, changed."""
    if isinstance(value, int):
        return value + to
    raw = bytearray(value if isinstance(value, bytes) else value.encode())
    place = at % len(raw)
    raw[place] = to if raw[place] != to else to % 127 + 1
    return bytes(raw) if isinstance(value, bytes) else raw.decode(errors="replace")


def some_positions(hand: Hand) -> st.SearchStrategy[int]:
    return st.sampled_from(hand.ask("select position from events"))


@pytest.mark.no_cover
@thoroughly
@given(data=st.data())
def test_any_changed_byte_of_an_event_row_is_found_and_its_place_named(hand: Hand, data: st.DataObject) -> None:
    position = data.draw(some_positions(hand), "row")
    column = data.draw(st.sampled_from(COLUMNS), "column")
    (value,) = hand.ask(f'select "{column}" from events where position = {position}')
    new = changed(value, data.draw(st.integers(0, 10_000), "byte"), data.draw(st.integers(1, 127), "to"))
    if column in ("position", "version"):  # where another row stands the database itself refuses
        new += hand.ask("select max(position) from events")[0]
    if column == "stream_id":  # the same where another history has as many events
        assume(new not in hand.ask("select stream_id from events"))
    audit = hand.after(f'update events set "{column}" = :new where position = :position', new=new, position=position)
    assert audit.findings, (column, position, value, new)
    named = position + 1 if column == "position" else position
    assert f"position {named} " in places(audit) or position == hand.ask("select max(position) from events")[0]


def test_a_value_of_another_kind_in_an_event_row_is_found_and_its_place_named(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/city.db"  # SQLite keeps any kind of value in any column but the key
    migrate.upgrade(url)
    a_city(url, tmp_path)
    engine = connect(url)
    hand = Hand(engine)
    for column in COLUMNS:
        if column == "position":
            continue
        for new in ("no such", b"no such"):
            for position in (1, 20):
                change = f'update events set "{column}" = :new where position = :position'
                audit = hand.after(change, new=new, position=position)
                assert f"position {position} " in places(audit), (column, new)
    engine.dispose()


@pytest.mark.no_cover
@thoroughly
@given(data=st.data())
def test_any_deleted_event_row_is_found(hand: Hand, data: st.DataObject) -> None:
    position = data.draw(some_positions(hand), "row")
    audit = hand.after("delete from events where position = :position", position=position)
    last = position == hand.ask("select max(position) from events")[0]
    assert ("head of the log" if last else f"position {position + 1} ") in places(audit)


@pytest.mark.no_cover
@thoroughly
@given(data=st.data())
def test_two_swapped_event_rows_are_found(hand: Hand, data: st.DataObject) -> None:
    one = data.draw(some_positions(hand), "one")
    other = data.draw(some_positions(hand).filter(lambda position: position != one), "other")
    audit = hand.after(
        "update events set position = -1 where position = :one",
        "update events set position = :one where position = :other",
        "update events set position = :other where position = -1",
        one=one,
        other=other,
    )
    assert f"position {one} " in places(audit)
    assert f"position {other} " in places(audit)


@pytest.mark.no_cover
@thoroughly
@given(data=st.data())
def test_any_changed_row_of_a_view_is_found_and_its_place_named(hand: Hand, data: st.DataObject) -> None:
    view = data.draw(st.sampled_from(VIEWS), "view")
    columns = [c.name for c in view.table.columns]
    rows = hand.rows(f"select * from {view.name}_1")
    if not rows:
        return
    row = data.draw(st.sampled_from(rows), "row")
    full = [i for i, value in enumerate(row) if value not in (None, "")]
    column = data.draw(st.sampled_from(full), "column")
    is_flag = columns[column] == "clock_stopped"
    new = (
        not row[column]
        if is_flag
        else changed(row[column], data.draw(st.integers(0, 999)), data.draw(st.integers(32, 126)))
    )
    key = " and ".join(f'"{columns[i]}" = :k{i}' for i in range(view.key_width))
    keys = {f"k{i}": row[i] for i in range(view.key_width)}
    place = f"view {view.name}, row {'/'.join(str(part) for part in row[: view.key_width])}"
    audit = hand.after(f'update {view.name}_1 set "{columns[column]}" = :new where {key}', new=new, **keys)
    assert place in places(audit), (columns[column], row[column], new)
    audit = hand.after(f"delete from {view.name}_1 where {key}", **keys)
    assert f"{place}: the row is missing" in places(audit)


def test_a_forged_receipt_and_a_moved_head_are_found(hand: Hand) -> None:
    assert "command forged" in places(
        hand.after("update commands set command_id = 'forged', version = 99 where position = 1")
    )
    assert "head of the log" in places(hand.after("update log_head set position = position + 1"))
    assert "city_position not as the log says" in places(hand.after("update log_head set city_position = 0"))
    assert "head of the log: is missing" in places(hand.after("delete from log_head"))
    assert "the log ends at" in places(hand.after("update view_generations set position = 99999"))


def test_rule_8_a_receipt_that_names_an_event_of_another_command_is_found(hand: Hand) -> None:
    """Three commands that all answered position 1 were found by nothing: each receipt named an event that was there."""
    first = "(select {} from commands where position = 1)"
    told = places(
        hand.after(
            f"update commands set position = 1, stream_id = {first.format('stream_id')}, version = {first.format('version')} "
            "where position = (select max(position) from commands)"
        )
    )
    assert "its receipt names position 1, an event of command" in told


def test_a_view_that_was_never_projected_is_said_to_be(hand: Hand) -> None:
    audit = hand.after("update view_generations set position = 0 where view = 'case_file'")
    assert audit.not_projected == ["case_file"]
