"""The function that appends on PostgreSQL stands in one file, as every migrated database has it, and does what it says."""

import re
from pathlib import Path

import pytest
from sqlalchemy import text

from adapters.store.driver import append
from adapters.store.driver.database import connect

FILE = Path(append.__file__).with_name("append_events.sql")
FUNCTION = re.compile(r"create function (\w+)\((.*?)\) returns (\w+) language (\w+) as \$\$(.*?)\$\$;", re.DOTALL)
STORED = text(
    "select p.proname, pg_get_function_arguments(p.oid), t.typname, l.lanname, p.prosrc from pg_proc p "
    "join pg_type t on t.oid = p.prorettype join pg_language l on l.oid = p.prolang "
    "where p.pronamespace = 'public'::regnamespace and p.prosrc ~ 'log_head|from events'"
)
TYPES = {"bigint": "int8"}


def plain(arguments: str) -> str:
    """The arguments of a function in one line, types as PostgreSQL writes them."""
    return re.sub(r"\bint\b", "integer", " ".join(arguments.split()))


@pytest.mark.postgres
@pytest.mark.parametrize("database_kind", ["postgres"], indirect=False)
def test_a_migrated_database_has_the_functions_of_the_file(database: str) -> None:
    engine = connect(database)
    with engine.connect() as connection:
        stored = {tuple(row) for row in connection.execute(STORED)}
    engine.dispose()
    written = {
        (name, plain(arguments), TYPES.get(answer, answer), language, body)
        for name, arguments, answer, language, body in FUNCTION.findall(FILE.read_text("utf-8"))
    }
    assert {row[0] for row in written} == {"append_events", "hash_at"}
    assert stored == written
