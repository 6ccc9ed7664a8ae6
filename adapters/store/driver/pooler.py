"""A pooler between here and PostgreSQL, such as PgBouncer: what the address says of it, and what then is not used.

In transaction mode each transaction may run in another session of the server. So nothing may be left in a session: no prepared
statement, no setting, no LISTEN. What a session would be set to is asked for instead, and refused where it is otherwise.
"""

from enum import StrEnum
from typing import Any

import psycopg
from sqlalchemy import URL

from adapters.store.driver.failures import DatabaseError

NAME = "pooler"
"""The parameter of the address: ``postgresql://user@host:6432/onewindow?pooler=transaction``."""
ISOLATION = ("default_transaction_isolation", "read committed")
COMMIT = ("synchronous_commit", "on")
"""What the server must have set for the user: who waited for the head of the log sees it as it is then, and what is acknowledged
survives a crash."""
SURVIVES = ("on", "local", "remote_write", "remote_apply")
SETTINGS = "select current_setting('default_transaction_isolation'), current_setting('synchronous_commit')"


class Pooler(StrEnum):
    """How connections are pooled between here and the server."""

    NONE = "none"
    SESSION = "session"
    TRANSACTION = "transaction"


def pooler_of(url: URL) -> tuple[Pooler, URL]:
    """What an address says of a pooler, and the address without that. Raises ``DatabaseError`` for another word."""
    said = url.query.get(NAME, Pooler.NONE)
    try:
        return Pooler(str(said)), url.difference_update_query([NAME])
    except ValueError as error:
        raise DatabaseError(
            f"pooler={said} in the address of the database is not known; write pooler=transaction or pooler=session"
        ) from error


def refuse_hidden(connection: "psycopg.Connection[Any]", address: str) -> None:
    """Raise ``DatabaseError`` where a pooler answers that the address does not name: the server's process is another one."""
    (process,) = connection.execute("select pg_backend_pid()").fetchone() or (0,)
    if process != connection.info.backend_pid:
        raise DatabaseError(
            f"{address} is reached through a pooler; write pooler=transaction into the address where it pools transactions, as "
            "PgBouncer does with pool_mode = transaction (`postgresql://user@host/name?pooler=transaction`), or pooler=session"
        )


def refuse_other_settings(connection: "psycopg.Connection[Any]", address: str) -> None:
    """Raise ``DatabaseError`` where the server does not set of itself what a session cannot be set to."""
    isolation, commit = connection.execute(SETTINGS).fetchone() or ("", "")
    found = {ISOLATION: isolation, COMMIT: COMMIT[1] if commit in SURVIVES else commit}
    for (name, wanted), value in found.items():
        if value != wanted:
            raise DatabaseError(
                f"{address} has {name} = {value}, which cannot be set behind a pooler of transactions; "
                f"an administrator sets it on the server: `alter role ... set {name} = '{wanted}'`"
            )
