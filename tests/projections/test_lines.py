"""Lines are what PostgreSQL's COPY takes and gives, whatever the text; and a checksum is the same in any order."""

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.engine.copy_lines import FORMAT, block_of, checksum, lines_of
from tests.postgres import PostgresServer

texts = st.one_of(
    st.none(),
    st.sampled_from(
        [
            "\\N",
            "null",
            '"',
            "\\",
            '\\"',
            "a,b",
            "]\n[",
            "\\.",
            "\t",
            "a\nb",
            "\r\n",
            "\x1e",
            "\x0b\x0c\x08",
            "窗口\t收件",
            "",
        ]
    ),
    st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), max_size=20),
)
rows = st.lists(st.tuples(texts, st.integers(-(2**62), 2**62), st.booleans(), texts), min_size=1, max_size=20)


@pytest.mark.postgres
def test_what_is_copied_in_is_the_same_and_comes_out_as_the_same_lines(postgres_server: PostgresServer) -> None:
    url = postgres_server.create_database("lines").replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create table t (n serial, a text, b bigint, c boolean, d text)")

        @given(given_rows=rows)
        def there_and_back(given_rows: list[tuple[object, ...]]) -> None:
            connection.execute("truncate t")
            lines = lines_of(given_rows)
            with connection.cursor() as cursor:
                with cursor.copy(f"copy t (a, b, c, d) from stdin ({FORMAT})") as copy:
                    copy.write(block_of(lines))
                assert cursor.execute("select a, b, c, d from t order by n").fetchall() == given_rows
                out = f"copy (select a, b, c::text, d from t order by n) to stdout ({FORMAT}, force_quote (a, d))"
                with cursor.copy(out) as copy:
                    assert [bytes(line).removesuffix(b"\n") for line in copy] == lines

        there_and_back()
    postgres_server.drop_database("lines")


@given(some=rows, data=st.data())
def test_a_checksum_knows_no_order_but_every_row(some: list[tuple[object, ...]], data: st.DataObject) -> None:
    lines = lines_of(some)
    assert len(lines) == len(some)
    assert checksum(data.draw(st.permutations(lines))) == checksum(lines)
    assert checksum(lines[1:]) != checksum(lines)
