"""Changing the master key: the keys of all persons are wrapped by a new one, while the office is at work.

Some at a time, so that nobody waits long for any. Whoever seals meanwhile wraps a new person's key by a master key that
is still in use here; the last part is done with the table locked, and from then on the former key is used by nobody
(``key_ring.ADD``). What was interrupted goes on with the successor that it began with.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, Row, bindparam, func, select, text, update

from adapters.store.driver.database import writing
from adapters.store.driver.failures import DatabaseError
from adapters.store.master_key import MasterKey, fingerprint
from adapters.store.schema import person_keys
from adapters.store.wrapping import unwrapped, wrapped

Progress = Callable[[int, int], None]
KEYS_AT_ONCE = 500
REWRAP = (
    update(person_keys)
    .where(person_keys.c.key == bindparam("person"), person_keys.c.master == bindparam("former"))
    .values(wrapped=bindparam("box"), master=bindparam("next"))
)


class Rotated(NamedTuple):
    """The fingerprint of the master key in use from now on, how many keys it wraps, and where the former one lies."""

    master: str
    keys: int
    former: Path | None


def rotate(engine: Engine, master: MasterKey, progress: Progress, new_file: Path | None = None) -> Rotated:
    """Wrap the keys of all persons by a new master key, made in ``new_file``, else beside the file of the one in use.

    Raises ``DatabaseError`` when a master key that wraps some of them is not here, or nothing was sealed yet.
    """
    if master.read() is None:
        raise DatabaseError(f"there is no master key at {master.file}; it is made when the first name is sealed")
    if master.is_given and new_file is None:
        raise DatabaseError(
            "the master key in use is in ONEWINDOW_MASTER_KEY, which this command cannot change; "
            "name the file for the new one with --new-key-file, and start everything with it afterwards"
        )
    successor = master.successor(new_file)
    if successor == master.read():
        raise DatabaseError(
            f"{new_file or master.next_file} holds the master key in use; name a file that does not exist yet"
        )
    changing = _Changing(engine, master, successor, progress)
    changing.run()
    former = None if new_file else master.succeed()
    return Rotated(fingerprint(successor), changing.done, former)


class _Changing:
    def __init__(self, engine: Engine, master: MasterKey, successor: bytes, progress: Progress) -> None:
        self._engine = engine
        self._master = master
        self._successor = successor
        self._progress = progress
        self.done = 0

    def run(self) -> None:
        others = person_keys.c.master != fingerprint(self._successor)
        with writing(self._engine) as connection:
            total = connection.execute(select(func.count()).select_from(person_keys)).scalar_one()
            left = connection.execute(select(func.count()).select_from(person_keys).where(others)).scalar_one()
        self.done = total - left
        after = ""
        while rows := self._some(after):
            after = rows[-1].key
            self._progress(self.done, total)
        with writing(self._engine) as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("lock table person_keys in share row exclusive mode"))
            self._wrap(connection, connection.execute(select(person_keys).where(others)).all())
        self._progress(self.done, max(self.done, total))

    def _some(self, after: str) -> Sequence[Row[Any]]:
        query = select(person_keys).where(person_keys.c.key > after).order_by(person_keys.c.key).limit(KEYS_AT_ONCE)
        with writing(self._engine) as connection:
            rows = connection.execute(query).all()
            self._wrap(connection, [row for row in rows if row.master != fingerprint(self._successor)])
        return rows

    def _wrap(self, connection: Connection, rows: Sequence[Row[Any]]) -> None:
        changed = [
            {
                "person": row.key,
                "former": row.master,
                "box": wrapped(self._successor, row.key, unwrapped(self._of(row.master), row.key, row.wrapped)),
                "next": fingerprint(self._successor),
            }
            for row in rows
        ]
        if changed:
            connection.execute(REWRAP, changed)
        self.done += len(changed)

    def _of(self, name: str) -> bytes:
        master = self._master.called(name)
        if master is None:
            raise DatabaseError(
                f"some keys of this database are wrapped by master key {name}, which is not here; put it at "
                f"{self._master.file.with_name(f'{self._master.file.name}.{name}')} and run this again"
            )
        return master
