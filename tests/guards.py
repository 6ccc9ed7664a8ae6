"""The guards of the log, put aside by somebody who may do anything to the database, and put back as they were."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

GUARDED = ("events", "attempts")


@contextmanager
def guards_off(connection: Connection) -> Iterator[None]:
    """Within it every row can be changed; afterwards the guards stand as before."""
    if connection.dialect.name == "sqlite":
        triggers = connection.execute(text("select name, sql from sqlite_master where type = 'trigger'")).all()
        for name, _ in triggers:
            connection.execute(text(f"drop trigger {name}"))
        yield
        for _, statement in triggers:
            connection.execute(text(statement))
        return
    for table in GUARDED:
        connection.execute(text(f"alter table {table} disable trigger user"))
    yield
    for table in GUARDED:
        connection.execute(text(f"alter table {table} enable trigger user"))
