"""What was written many rows at once lies there as it was given, whatever the text: its checksum says so on both databases."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import BigInteger, Boolean, Column, Connection, Integer, MetaData, Table, Text, event

from adapters.store.driver.database import connect, writing
from projections.engine import bulk
from projections.engine.projection import View
from projections.views.all_views import VIEWS
from tests.projections.test_lines import rows

TABLE = Table(
    "t",
    MetaData(),
    Column("n", Integer, primary_key=True),
    Column("a", Text),
    Column("b", BigInteger, nullable=False),
    Column("c", Boolean, nullable=False),
    Column("d", Text),
)
CONTROLS = "".join(map(chr, range(1, 32))) + "\x7f\x80\u2028\ufeff"
"""What JSON may write in several ways. PostgreSQL's text has no zero."""


def test_the_checksum_of_what_was_given_is_that_of_what_lies_there(database: str) -> None:
    engine = connect(database)
    with writing(engine) as connection:
        TABLE.create(connection)

    @given(given_rows=rows, changed=st.data())
    def there_and_back(given_rows: list[tuple[Any, ...]], changed: st.DataObject) -> None:
        numbered = [(n, *row) for n, row in enumerate([(CONTROLS, 0, True, None), *given_rows])]
        with writing(engine) as connection:
            connection.execute(TABLE.delete())
            total = bulk.fill(connection, TABLE, numbered)
            assert bulk.contents(connection, TABLE) == (len(numbered), total)
            some = changed.draw(st.sampled_from(numbered))
            connection.execute(TABLE.update().where(TABLE.c.n == some[0]).values(b=some[2] + 1))
            count, other = bulk.contents(connection, TABLE)
            assert count == len(numbered)
            assert other != total

    there_and_back()
    engine.dispose()


PAIRS = Table(
    "pairs",
    MetaData(),
    Column("a", Text, primary_key=True),
    Column("b", Text, primary_key=True),
    Column("c", Text),
)


@pytest.mark.parametrize("amount", [1, 3, 1_023, 1_024, 3_001])
def test_any_number_of_rows_is_written_written_over_and_taken_out(database: str, amount: int) -> None:
    engine = connect(database)
    rows_ = [(f"{n // 3}", f"{n % 3}", f"row {n}") for n in range(amount)]
    gone, kept = rows_[::2], rows_[1::2]
    with writing(engine) as connection:
        PAIRS.create(connection)
        bulk.insert(connection, PAIRS, rows_)
        bulk.write(connection, PAIRS, [(a, b, "written over") for a, b, _ in rows_])
        bulk.remove(connection, PAIRS, [row[:2] for row in gone])
        left = connection.execute(PAIRS.select()).all()
    engine.dispose()
    assert sorted(map(tuple, left)) == sorted((a, b, "written over") for a, b, _ in kept)


def test_the_widest_view_fits_into_a_statement_of_sqlite() -> None:
    widest = max(len(view.table.columns) for view in VIEWS)
    assert widest * bulk.ROWS_A_STATEMENT[0] <= 32_766, "SQLite takes no more values in a statement"


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_rows_of_sqlite_are_taken_out_by_the_index_of_their_key(view: View, tmp_path: Path) -> None:
    engine, asked = connect(f"sqlite:///{tmp_path}/plans.db"), []

    def explained(connection: Connection, cursor: Any, statement: str, values: Any, *_: object) -> None:
        if statement.startswith("delete"):
            asked.extend(cursor.connection.execute(f"explain query plan {statement}", values).fetchall())

    with writing(engine) as connection:
        view.table.create(connection)
        event.listen(connection, "before_cursor_execute", explained)
        bulk.remove(connection, view.table, [(f"case/{n}", *[n] * (view.key_width - 1)) for n in range(300)])
    engine.dispose()
    plans = [detail for *_, detail in asked]
    assert [plan for plan in plans if plan.startswith(f"SEARCH {view.table.name} ")]
    assert not [plan for plan in plans if plan.startswith(f"SCAN {view.table.name}")]
