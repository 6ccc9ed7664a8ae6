"""Prepared statements: values come back as they were given, and an error leaves the connection as it was."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.store.driver.arrays import bytes_array, number_array, text_array
from adapters.store.driver.prepared import PreparedStatements
from tests.postgres import PostgresServer

pytestmark = pytest.mark.postgres
texts = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), max_size=20)
numbers = st.integers(-(2**63), 2**63 - 1)


@pytest.fixture
def connection(postgres_server: PostgresServer) -> "Iterator[psycopg.Connection[Any]]":
    with psycopg.connect(postgres_server.url.replace("+psycopg", ""), autocommit=True) as made:
        made.execute("create temporary table t (n bigint primary key)")
        yield made


def test_values_come_back_as_they_were_given(connection: "psycopg.Connection[Any]") -> None:
    statements = PreparedStatements(connection)
    text = "select $1::text, $2::bigint, $3::bytea, $4::text[], $5::bigint[], $6::bytea[], $7::text"

    @given(st.tuples(texts, numbers, st.binary(), st.lists(texts), st.lists(numbers), st.lists(st.binary())))
    def there_and_back(row: tuple[str, int, bytes, list[str], list[int], list[bytes]]) -> None:
        arrays = text_array(row[3]), number_array(row[4]), bytes_array(row[5])
        assert statements.rows(text, [*row[:3], *arrays, None]) == [(*row, None)]

    there_and_back()
    (prepared,) = connection.execute("select count(*) from pg_prepared_statements where statement = %s", [text])
    assert prepared == (1,), "prepared once, however often it runs"


def test_what_the_server_refuses_is_raised_as_psycopg_does_and_all_goes_on(
    connection: "psycopg.Connection[Any]",
) -> None:
    statements = PreparedStatements(connection)
    keep, held = "insert into t values ($1)", "select n from t order by n"
    assert statements.rows(keep, [1]) == []
    with pytest.raises(psycopg.errors.UniqueViolation, match="t_pkey"):
        statements.rows(keep, [1])
    with pytest.raises(psycopg.errors.UndefinedTable, match="nowhere"):
        statements.rows("select * from nowhere", [])
    with pytest.raises(psycopg.errors.InvalidTextRepresentation):
        statements.rows(keep, ["one"])
    with pytest.raises(ZeroDivisionError), connection.transaction():
        statements.rows(keep, [2])
        assert statements.rows(held, []) == [(1,), (2,)]
        raise ZeroDivisionError
    assert statements.rows(held, []) == [(1,)], "it ran within the transaction, which was taken back"
