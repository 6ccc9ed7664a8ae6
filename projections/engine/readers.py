"""Who else stands on a view's table, as an SQL view does that others made: the table is kept, and they are named."""

import re
from collections.abc import Iterable

from sqlalchemy import Connection, text

from domain.errors import OfficeError
from projections.engine.generations import all_of, table_of
from projections.engine.projection import View
from projections.engine.tables import State

OF_POSTGRES = text("""
select distinct case when d.classid = 'pg_rewrite'::regclass
    then (select pg_describe_object('pg_class'::regclass, r.ev_class, 0) from pg_rewrite r where r.oid = d.objid)
    else pg_describe_object(d.classid, d.objid, d.objsubid) end as reader
from pg_depend d
where d.refclassid = 'pg_class'::regclass and d.refobjid = to_regclass(:name) and d.deptype = 'n'
order by reader
""")
"""What PostgreSQL would not let us drop a table from under: views, keys of other tables, functions."""
OF_SQLITE = text("select name, sql from sqlite_master where type = 'view' order by name")


class OthersReadIt(OfficeError):
    """Others read a table that is kept up no more. What was asked for is done; the table stays until they are gone."""


def standing_on(connection: Connection, table: str) -> list[str]:
    """What stands on a table and is not ours, as ``view licences``."""
    if connection.dialect.name == "postgresql":
        return list(connection.execute(OF_POSTGRES, {"name": table}).scalars())
    name = re.compile(rf"\b{re.escape(table)}\b", re.IGNORECASE)
    return [f"view {view}" for view, sql in connection.execute(OF_SQLITE) if name.search(sql)]


def refuse_readers(connection: Connection, views: Iterable[View]) -> None:
    """Raise ``OthersReadIt`` where others read rows of these views that are kept up no more."""
    reading = [
        (view.name, f"{reader} reads {table}")
        for view in views
        for row in all_of(connection, view.name)
        if row.state in (State.FORMER, State.DISCARDED)
        for table in [table_of(view.table, int(row.generation)).name]
        for reader in standing_on(connection, table)
    ]
    if reading:
        raise OthersReadIt(
            f"done, but {', '.join(what for _, what in reading)}, whose rows are no longer kept up; drop what reads them, then run "
            f"{', '.join(f'`onewindow project drop {name}`' for name in sorted({name for name, _ in reading}))}"
        )
