"""The peer's projection: one row an event with its tracking in one transaction, exactly once."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from eventsourcing.sqlite import SQLiteFactory, SQLiteTrackingRecorder
from psycopg.sql import SQL

from tests.benchmarks.cases import EVENTS
from tests.benchmarks.matters import Matters, matters
from tests.benchmarks.measure import Peer, Round, Timed
from tests.benchmarks.place import Place

PAGE = 500
RUNNER = "eventsourcing ProjectionRunner"


class PostgresRows(PostgresTrackingRecorder):
    """One row an event."""

    def __init__(self, datastore: Any, **kwargs: Any) -> None:
        super().__init__(datastore, **kwargs)
        self.sql_create_statements.append(
            SQL("create table if not exists peer_rows (id text primary key, position bigint)").format()
        )

    def add(self, name: str, tracking: Tracking) -> None:
        """Write one."""
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute("insert into peer_rows values (%s, %s)", (name, tracking.notification_id), prepare=True)


class SQLiteRows(SQLiteTrackingRecorder):
    """One row an event."""

    def construct_create_table_statements(self) -> list[str]:
        made = super().construct_create_table_statements()
        return [*made, "create table if not exists peer_rows (id text primary key, position integer)"]

    def add(self, name: str, tracking: Tracking) -> None:
        """Write one."""
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute("insert into peer_rows values (?, ?)", (name, tracking.notification_id))


class Rows(Projection[Any]):
    """Their projection."""

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        self.view.add(f"{domain_event.originator_id}/{domain_event.originator_version}", tracking)


def peer_projection(place: Place, amount: int) -> Peer:
    """Rounds that project a log of ``amount`` events into a fresh view.

    Their SQLite recorder has no subscriptions, which ``ProjectionRunner`` needs: there a loop feeds the projection.
    """
    if place.server:
        return Peer(RUNNER, _runner(place, amount))
    return Peer("eventsourcing.sqlite, a loop", _loop(place, amount))


def _runner(place: Place, amount: int) -> Round:
    environment = place.peer_environment()
    app, _ = matters(place, amount // EVENTS, environment)
    last = app.recorder.max_notification_id()
    assert place.server is not None
    connection = place.raw(place.server.url_of(environment["POSTGRES_DBNAME"]))

    @contextmanager
    def ready() -> Iterator[Timed]:
        for table in ("peer_rows", "rows_tracking", "notification_tracking"):
            connection.execute(f"drop table if exists {table}")
        with ExitStack() as stack:

            def run() -> int:
                runner = stack.enter_context(
                    ProjectionRunner(
                        application_class=Matters, projection_class=Rows, view_class=PostgresRows, env=environment
                    )
                )
                runner.wait(last, timeout=600)
                return amount

            yield run

    return ready


def _loop(place: Place, amount: int) -> Round:
    app, _ = matters(place, amount // EVENTS)

    @contextmanager
    def ready() -> Iterator[Timed]:
        factory = SQLiteFactory(env=place.peer_environment())
        projection = Rows(factory.tracking_recorder(SQLiteRows))

        def run() -> int:
            start = 1
            while page := app.recorder.select_notifications(start, PAGE):
                for notification in page:
                    tracking = Tracking(app.name, notification.id)
                    projection.process_event(app.mapper.to_domain_event(notification), tracking)
                start = page[-1].id + 1
            return amount

        yield run
        factory.close()

    return ready
