"""Queries that every command runs: written in SQLAlchemy Core, compiled once, run by the driver itself.

SQLAlchemy's own work for a statement costs more than SQLite's for these, and as much as a round trip to PostgreSQL.
"""

from typing import Any

from sqlalchemy import Engine, Select


class Statement:
    """One query for one kind of database; its rows are plain tuples. Its values are named by ``bindparam``."""

    def __init__(self, engine: Engine, query: Select[Any]) -> None:
        compiled = query.compile(engine)
        self._text = str(compiled)
        self._places: list[str] | None = compiled.positiontup

    def rows(self, connection: Any, /, **values: Any) -> list[tuple[Any, ...]]:
        """All its rows, by a connection of the driver."""
        given = values if self._places is None else [values[name] for name in self._places]
        found: list[tuple[Any, ...]] = connection.execute(self._text, given).fetchall()
        return found
