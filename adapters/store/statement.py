"""Statements that run all day: written in SQLAlchemy Core, compiled once, run by the driver itself.

SQLAlchemy's own work for a statement costs more than SQLite's for these, and as much as a round trip to PostgreSQL.
"""

from typing import Any

from sqlalchemy import Engine, Insert, Select


class Statement:
    """One statement for one kind of database. Its values are named by ``bindparam``, or by the columns of an insert."""

    def __init__(self, engine: Engine, statement: Select[Any] | Insert) -> None:
        compiled = statement.compile(engine)
        self._text = str(compiled)
        self._fixed = {name: value for name, value in compiled.params.items() if value is not None}
        self._places: list[str] | None = compiled.positiontup

    def rows(self, connection: Any, /, **values: Any) -> list[tuple[Any, ...]]:
        """All its rows as plain tuples, by a connection of the driver."""
        found: list[tuple[Any, ...]] = self._executed(connection, values).fetchall()
        return found

    def run(self, connection: Any, /, **values: Any) -> None:
        """Run it, by a connection of the driver."""
        self._executed(connection, values)

    def _executed(self, connection: Any, values: dict[str, Any]) -> Any:
        given = {**self._fixed, **values}
        places = self._places
        return connection.execute(self._text, given if places is None else [given[name] for name in places])
