"""Statements that run all day on PostgreSQL: prepared once, then sent as they are.

A cursor of psycopg looks anew at each statement, its values and its columns, which takes it as long as the server takes to
find a case.
"""

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result
from psycopg.generators import execute
from psycopg.pq import ExecStatus, Format
from psycopg.pq.abc import PGresult

from adapters.store.driver.arrays import BinaryArray

DONE = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)
Value = str | int | bytes | None
"""What a statement is given: text and whole numbers as text, bytes and our arrays in binary form."""


class PreparedStatements:
    """The statements of one connection, which has no others, for one thread. They begin no transaction, but run within one that was begun.

    Where the server's session may be another one the next time (``keeps`` is False), each is sent whole instead.
    """

    def __init__(self, connection: "psycopg.Connection[Any]", *, keeps: bool = True) -> None:
        self._connection = connection
        self._keeps = keeps
        self._names: dict[str, bytes] = {}
        self._loading = Transformer(connection)

    def rows(self, text: str, values: Sequence[Value]) -> list[tuple[Any, ...]]:
        """All rows of a statement whose values stand at $1, $2 ... Raises what psycopg raises."""
        written = [v if isinstance(v, bytes) or v is None else str(v).encode() for v in values]
        formats = [Format.BINARY if isinstance(value, bytes) else Format.TEXT for value in values]
        if self._keeps:
            name = self._names.get(text) or self._prepared(text, values)
            self._connection.pgconn.send_query_prepared(name, written, formats)
        else:
            self._connection.pgconn.send_query_params(text.encode(), written, _types(values), formats)
        result = self._result()
        if result.status != ExecStatus.TUPLES_OK:
            return []
        try:
            self._loading.set_pgresult(result)
            return self._loading.load_rows(0, result.ntuples, tuple)
        finally:
            self._loading.set_pgresult(None)  # a large answer is not kept until the next one

    def _prepared(self, text: str, values: Sequence[Value]) -> bytes:
        name = f"onewindow_{len(self._names)}".encode()
        self._connection.pgconn.send_prepare(name, text.encode(), _types(values))
        self._result()
        self._names[text] = name
        return name

    def _result(self) -> PGresult:
        result: PGresult
        (result,) = self._connection.wait(execute(self._connection.pgconn))
        if result.status not in DONE:
            raise error_from_result(result, self._connection.info.encoding)
        return result


def _types(values: Sequence[Value]) -> list[int]:
    return [value.oid if isinstance(value, BinaryArray) else 0 for value in values]
