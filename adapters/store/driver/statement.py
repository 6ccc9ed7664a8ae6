"""Statements that run all day: written in SQLAlchemy Core, compiled once, run by the driver itself.

SQLAlchemy's own work for a statement costs more than SQLite's for these, and as much as a round trip to PostgreSQL.
"""

import sqlite3
from typing import Any

from sqlalchemy import Engine, Insert, Select

from adapters.store.driver.prepared import PreparedStatements

PLACES = {"sqlite": "qmark", "postgresql": "numeric_dollar"}
"""How each database marks the place of a value."""


class Statement:
    """One statement for one kind of database. Its values are named by ``bindparam``, or by the columns of an insert."""

    def __init__(self, engine: Engine, statement: Select[Any] | Insert) -> None:
        dialect: Any = type(engine.dialect)
        compiled = statement.compile(dialect=dialect(paramstyle=PLACES[engine.dialect.name]))
        self._text = str(compiled)
        self._fixed = {name: value for name, value in compiled.params.items() if value is not None}
        self._places: list[str] = compiled.positiontup or []

    def rows(self, by: sqlite3.Cursor | PreparedStatements, /, **values: Any) -> list[tuple[Any, ...]]:
        """Run it. All its rows as plain tuples."""
        named = {**self._fixed, **values}
        given = [named[name] for name in self._places]
        if isinstance(by, PreparedStatements):
            return by.rows(self._text, given)
        return by.execute(self._text, given).fetchall()
