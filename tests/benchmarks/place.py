"""The databases that are measured: a SQLite file, and a PostgreSQL with fsync on, by its Unix socket as on one machine."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from adapters.bootstrap import Installation, installation
from adapters.settings import Settings
from adapters.store import migrate
from adapters.store.driver.database import connect
from tests.postgres import PostgresServer


@dataclass(frozen=True)
class Place:
    """One kind of database; makes fresh ones."""

    kind: str
    folder: Path
    server: PostgresServer | None
    stack: ExitStack

    def beside(self, kind: str) -> "Place":
        """The same place for another kind that needs no server."""
        return self if kind == self.kind else Place(kind, self.folder, None, self.stack)

    @property
    def mark(self) -> str:
        """How a statement of the driver marks a value."""
        return "%s" if self.server else "?"

    def fresh(self) -> str:
        """The address of a fresh, empty database."""
        name = f"b{uuid.uuid4().hex}"
        return self.server.create_database(name) if self.server else f"sqlite:///{self.folder}/{name}.db"

    def installation(self) -> Installation:
        """A fresh installation with all tables."""
        url = self.fresh()
        migrate.upgrade(url)
        return self.stack.enter_context(installation(Settings(database_url=url, master_key_file=self.folder / "key")))

    def raw(self, url: str) -> Any:
        """The driver's own connection, set up as ours is, in autocommit."""
        engine = connect(url)
        self.stack.callback(engine.dispose)
        pooled = engine.raw_connection()
        connection: Any = pooled.driver_connection
        pooled.detach()
        self.stack.callback(connection.close)
        if self.server:
            connection.autocommit = True
        return connection

    def peer_environment(self) -> dict[str, str]:
        """How eventsourcing finds a fresh database of this kind with its own recorders."""
        url = make_url(self.fresh())
        if not self.server:
            return {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(url.database)}
        return {
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": str(url.database),
            "POSTGRES_HOST": self.server.host,
            "POSTGRES_PORT": str(self.server.port),
            "POSTGRES_USER": "postgres",
            "POSTGRES_PASSWORD": "none",
        }


@contextmanager
def places(folder: Path, kinds: Sequence[str]) -> Iterator[list[Place]]:
    """The databases to measure on."""
    with ExitStack() as stack:
        found = []
        for kind in kinds:
            server = (
                stack.enter_context(PostgresServer(fsync=True, by_socket=True, max_connections="300"))
                if kind == "postgres"
                else None
            )
            found.append(Place(kind, folder, server, stack))
        yield found
