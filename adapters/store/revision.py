"""Which schema a database has, which one this software works with, and refusing to work on another one.

Every command asks this; Alembic itself is loaded only where tables are made or changed (``migrate.py``).
"""

from functools import cache
from pathlib import Path

from sqlalchemy import Engine, inspect, text

import migrations
from adapters.store.driver.database import reading
from adapters.store.driver.failures import DatabaseError, address_of

FOLDER = Path(migrations.__file__).parent


@cache
def revisions() -> list[str]:
    """Every schema revision that this software knows, in their order."""
    return sorted(file.name[1:5] for file in (FOLDER / "versions").glob("v[0-9][0-9][0-9][0-9]_*.py"))


def newest() -> str:
    """The schema revision this software works with."""
    return revisions()[-1]


def present(engine: Engine) -> str | None:
    """The schema revision of a database, None for an empty one. Raises ``DatabaseError``."""
    with reading(engine) as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("select version_num from alembic_version")).scalar_one_or_none()


def check(engine: Engine) -> None:
    """Raise ``DatabaseError`` unless the database has exactly this software's schema."""
    revision = present(engine)
    where = address_of(engine)
    if revision is None:
        raise DatabaseError(f"{where} has no tables of onewindow yet; run `onewindow db upgrade`")
    known(revision, engine)
    if revision != newest():
        raise DatabaseError(
            f"{where} has schema {revision}, this onewindow needs {newest()}; run `onewindow db upgrade`"
        )


def known(revision: str, engine: Engine) -> None:
    """Raise ``DatabaseError`` for a schema that a newer onewindow made."""
    if revision not in revisions():
        where = address_of(engine)
        raise DatabaseError(
            f"{where} has schema {revision}, which this onewindow ({newest()}) does not know; install a newer onewindow"
        )
