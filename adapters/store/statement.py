"""Statements that run all day: written in SQLAlchemy Core, compiled once, run by the driver itself.

SQLAlchemy's own work for a statement costs more than SQLite's for these, and as much as a round trip to PostgreSQL.
"""

from typing import Any

from sqlalchemy import Engine, Insert, Select

PLACES = {"sqlite": "qmark", "postgresql": "format"}
"""How each driver marks the place of a value; it finds values by their places faster than by their names."""


class Statement:
    """One statement for one kind of database. Its values are named by ``bindparam``, or by the columns of an insert."""

    def __init__(self, engine: Engine, statement: Select[Any] | Insert) -> None:
        dialect: Any = type(engine.dialect)
        compiled = statement.compile(dialect=dialect(paramstyle=PLACES[engine.dialect.name]))
        self._text = str(compiled)
        self._fixed = {name: value for name, value in compiled.params.items() if value is not None}
        self._places: list[str] = compiled.positiontup or []

    def rows(self, connection: Any, /, **values: Any) -> list[tuple[Any, ...]]:
        """All its rows as plain tuples, by a connection of the driver or a cursor."""
        found: list[tuple[Any, ...]] = self._executed(connection, values).fetchall()
        return found

    def run(self, connection: Any, /, **values: Any) -> None:
        """Run it, by a connection of the driver or a cursor."""
        self._executed(connection, values)

    def _executed(self, connection: Any, values: dict[str, Any]) -> Any:
        given = {**self._fixed, **values}
        return connection.execute(self._text, [given[name] for name in self._places])
