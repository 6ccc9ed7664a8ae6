"""What was written many rows at once lies there as it was given, whatever the text: its checksum says so on both databases."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import BigInteger, Boolean, Column, Integer, MetaData, Table, Text

from adapters.store.driver.database import connect, writing
from projections.engine import bulk
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
