"""Whether a database can be relied on as it lies there: its file or indexes, its tables, the keys of the persons.

What was recorded in it is the matter of ``audit``.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, func, select, text

from adapters.store import schema
from adapters.store.driver.failures import DatabaseError
from adapters.store.master_key import MasterKey
from adapters.store.schema import person_keys
from adapters.store.wrapping import unwrapped
from domain.number_of import number_of
from projections.engine import tables
from projections.engine.comparison import Finding
from projections.engine.generations import all_of, table_of
from projections.engine.tables import State
from projections.views.all_views import VIEWS

Progress = Callable[[int, int], None]
NOT_OURS = ("alembic_version",)
KEYS_AT_ONCE = 5_000
UNUSABLE = """
select indexrelid::regclass::text from pg_index
where not (indisvalid and indisready) and indrelid in (select oid from pg_class where relnamespace = current_schema()::regnamespace)
"""
CHECKSUMS = "select coalesce(checksum_failures, 0) from pg_stat_database where datname = current_database()"


def examine(connection: Connection, master: MasterKey, progress: Progress) -> list[Finding]:
    """Everything that is not as it should be, in one snapshot. Nothing is changed."""
    return [*_file(connection), *differing_tables(connection), *opened_keys(connection, master, progress).findings]


def _file(connection: Connection) -> Iterator[Finding]:
    if connection.dialect.name == "sqlite":
        for (said,) in connection.exec_driver_sql("pragma integrity_check(50)"):
            if said != "ok":
                yield Finding("database file", f"{said}; restore it from a backup")
        return
    for (index,) in connection.execute(text(UNUSABLE)):
        yield Finding(f"index {index}", "is not usable; rebuild it with `reindex index`")
    failures = connection.execute(text(CHECKSUMS)).scalar_one()
    if failures:
        yield Finding("database", f"checksums did not match on {number_of(failures, 'page')}; look at the server's log")


def differing_tables(connection: Connection) -> Iterator[Finding]:
    """What is missing or other than the code reads it. Tables of others are left alone."""
    code = code_tables(connection)

    def ours(name: str | None, kind: str, parents: Any) -> bool:
        return kind == "schema" or (name if kind == "table" else parents.get("table_name")) in code.tables

    context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": ours})
    for difference in compare_metadata(context, code):
        what, *about = difference if isinstance(difference, tuple) else difference[0]
        names = " ".join(str(getattr(each, "name", each)) for each in about if each is not None)
        yield Finding(
            "tables", f"{str(what).replace('_', ' ')}: {names}; run `onewindow db upgrade`, or restore a backup"
        )


def code_tables(connection: Connection) -> MetaData:
    """All tables as the code reads them: of the store, of the views' progress, and each generation of each view."""
    code = MetaData()
    for table in (*schema.metadata.tables.values(), tables.generations, tables.numbers, tables.parked, tables.chunks):
        table.to_metadata(code)
    for view in VIEWS:
        for generation in all_of(connection, view.name):
            if generation.state in (State.LIVE, State.FORMER):  # one that is being built gets its indexes at its end
                table_of(view.table, generation.generation).to_metadata(code)
    return code


class Keys(NamedTuple):
    """How many keys of persons were opened, and how many their master key is not here for; and what is wrong."""

    opened: int
    absent: int
    findings: list[Finding]


def opened_keys(connection: Connection, master: MasterKey, progress: Progress) -> Keys:
    """Open every key of a person."""
    total = connection.execute(select(func.count()).select_from(person_keys)).scalar_one()
    absent: dict[str, int] = {}
    findings: list[Finding] = []
    query = select(person_keys).execution_options(yield_per=KEYS_AT_ONCE)
    for done, row in enumerate(connection.execute(query), 1):
        found = master.called(row.master) if row.master not in absent else None
        if found is None:
            absent[row.master] = absent.get(row.master, 0) + 1
        else:
            try:
                unwrapped(found, row.key, row.wrapped)
            except DatabaseError as error:
                findings.append(Finding("keys", str(error)))
        if done % KEYS_AT_ONCE == 0:
            progress(done, total)
    for name, count in absent.items():
        findings.append(
            Finding(
                "keys",
                f"master key {name} wraps {number_of(count, 'key')}, which is not here; names under them stay sealed",
            )
        )
    without = sum(absent.values())
    return Keys(total - without, without, findings)
