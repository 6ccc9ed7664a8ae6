"""Which generation of a view's table everybody reads, and making, finishing and dropping the others.

A reader looks up the live generation in its own snapshot and reads that table: a swap is the change of one row, so
nobody waits for it and nobody sees an empty table or half of one.
"""

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    MetaData,
    Row,
    Table,
    insert,
    quoted_name,
    select,
    text,
    update,
)

from domain.errors import OfficeError
from domain.exit_code import ExitCode
from projections.engine.projection import View
from projections.engine.tables import State, generations, numbers

if TYPE_CHECKING:
    from alembic.operations import Operations

RIGHTS = text("""
select case when acl.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(acl.grantee)) end as grantee,
    string_agg(distinct acl.privilege_type, ', ') as rights
from pg_class c, aclexplode(c.relacl) acl
where c.oid = to_regclass(:name) and acl.grantee <> current_user::regrole
group by acl.grantee order by acl.grantee
""")
"""Who else may do what with a table."""
At = tuple[str, int]
"""The name of a view and the number of a generation of it."""


class ViewOutdated(OfficeError):
    """The live rows of a view were made by another version of its fold than this program reads."""

    exit_code = ExitCode.VIEW_STOPPED


@cache
def table_of(table: Table, generation: int) -> Table:
    """The table of a view in one generation."""
    made = table.to_metadata(MetaData(), name=f"{table.name}_{generation}")
    for index in made.indexes:
        index.name = quoted_name(f"{index.name}_{generation}", None)
    return made


def live(connection: Connection, view: View | type[View]) -> Table:
    """The live table of a view, as the connection's transaction sees it. Raises ``ViewOutdated``."""
    here = (generations.c.view == view.name) & (generations.c.state == State.LIVE)
    generation, made_by = connection.execute(select(generations.c.generation, generations.c.version).where(here)).one()
    if made_by != view.version:
        raise ViewOutdated(
            f"view {view.name} was made by version {made_by} of its fold, this onewindow reads version {view.version}; "
            f"run `onewindow project rebuild {view.name}`"
        )
    return table_of(view.table, generation)


def one(at: At) -> ColumnElement[bool]:
    """The condition that picks one generation."""
    return (generations.c.view == at[0]) & (generations.c.generation == at[1])


def all_of(connection: Connection, view: str, *, lock: bool = False) -> list[Row[tuple[object, ...]]]:
    """All generations of a view, oldest first; locked until the transaction ends where asked."""
    query = select(generations).where(generations.c.view == view).order_by(generations.c.generation)
    if lock:
        connection.execute(query.with_for_update()).all()  # then look again: who was waited for may have begun another
    return list(connection.execute(query))


def former_of(rows: Iterable[Row[Any]]) -> Row[Any] | None:
    """The generation to go back to, of all of a view in their order."""
    return next((row for row in reversed(list(rows)) if row.state == State.FORMER), None)


def next_number(connection: Connection, view: str) -> int:
    """A number that no generation of the view had before, within a transaction that locks them."""
    last = connection.execute(select(numbers.c.last).where(numbers.c.view == view)).scalar_one_or_none()
    number = 1 + max(last or 0, *(int(row.generation) for row in all_of(connection, view)))
    if last is None:
        connection.execute(insert(numbers).values(view=view, last=number))
    else:
        connection.execute(update(numbers).where(numbers.c.view == view).values(last=number))
    return number


def create(connection: Connection, table: Table) -> None:
    """Make the empty table of a new generation.

    On PostgreSQL without its keys, which ``add_keys`` adds once it is full; SQLite would have to stop every writer for that.
    """
    later = connection.dialect.name == "postgresql"
    columns = [
        Column(c.name, c.type, primary_key=c.primary_key and not later, nullable=c.nullable, autoincrement=False)
        for c in table.columns
    ]
    _operations(connection).create_table(table.name, *columns)
    if not later:
        _add_indexes(connection, table)


def give_rights(connection: Connection, live_table: Table, table: Table) -> None:
    """Let those read and write the table of a new generation who may do so with the live one (PostgreSQL)."""
    if connection.dialect.name == "postgresql":
        for grantee, rights in connection.execute(RIGHTS, {"name": live_table.name}).all():
            connection.exec_driver_sql(f"grant {rights} on {table.name} to {grantee}".replace("%", "%%"))


def add_keys(connection: Connection, table: Table) -> None:
    """Make the indexes that ``create`` left out, if they are not there yet, and let the database look at what it holds.

    Whoever reads the table meanwhile need not wait.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("set local maintenance_work_mem = '256MB'")
        # the processors are for those who read and write meanwhile
        connection.exec_driver_sql("set local max_parallel_maintenance_workers = 0")
        keys = [column.name for column in table.primary_key]
        _operations(connection).create_index(_key_of(table), table.name, keys, unique=True, if_not_exists=True)
        _add_indexes(connection, table)
    connection.exec_driver_sql(f"analyze {table.name}")


def finish(connection: Connection, table: Table) -> None:
    """Make the primary key of the index that ``add_keys`` left."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"alter table {table.name} add primary key using index {_key_of(table)}")


def drop(connection: Connection, table: Table) -> None:
    """Drop the table of a generation."""
    _operations(connection).drop_table(table.name)


def _add_indexes(connection: Connection, table: Table) -> None:
    for index in sorted(table.indexes, key=lambda each: str(each.name)):
        _operations(connection).create_index(
            str(index.name),
            table.name,
            [column.name for column in index.columns],
            unique=bool(index.unique),
            if_not_exists=True,
        )


def _key_of(table: Table) -> str:
    return f"{table.name}_pkey"


def _operations(connection: Connection) -> "Operations":
    from alembic.migration import MigrationContext  # only where tables are made
    from alembic.operations import Operations

    return Operations(MigrationContext.configure(connection))
