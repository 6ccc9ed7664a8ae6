"""The same work with eventsourcing's own recorders: an aggregate of about ten events, a projection of one row an event."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from eventsourcing.sqlite import SQLiteFactory, SQLiteTrackingRecorder
from psycopg.sql import SQL

from tests.benchmarks.place import Place

WORDS = "签章不清，请补正后重新提交 please supplement"


class Matter(Aggregate):
    """A case in eventsourcing's ordinary way."""

    @event("Registered")
    def __init__(self, applicant: str, item: str, hall: str, window: str, actor: str, command: str) -> None:
        self.applicant, self.item, self.hall, self.window, self.actor = applicant, item, hall, window, actor
        self.command = command
        self.steps: list[str] = []

    @event("StepTaken")
    def take(self, step: str, actor: str, department: str, hall: str, command: str, words: str) -> None:
        """One step."""
        self.steps.append(step)
        self.actor = actor


class Matters(Application[UUID]):
    """The peers' application."""


def matter(number: int) -> Matter:
    """A matter of ten events, of about the bytes ours have."""
    made = Matter("王小明" * 12, "restaurant", "H01", "W01", f"H01-{number}", f"sim/{number}/0")
    for step in range(9):
        made.take(f"step-{step}", f"H01-market-{step}", "market", "H01", f"sim/{number}/{step}", WORDS)
    return made


def appending(place: Place, size: int, amount: int) -> Callable[[], int]:
    """Append ``amount`` events, ``size`` a transaction, through their recorder."""
    app = Matters(place.peer_environment())
    made = iter(range(10**9))

    def run() -> int:
        batches = []
        while len(batches) * size < amount:
            stored = [app.mapper.to_stored_event(e) for e in matter(next(made)).collect_events()]
            batches += [stored] if size == 10 else [[e] for e in stored]
        for batch in batches:
            app.recorder.insert_events(batch)
        return len(batches) * size

    return run


def loading(place: Place, amount: int) -> Callable[[], int]:
    """Load ``amount`` aggregates of ten events."""
    app = Matters(place.peer_environment())
    matters = [matter(number) for number in range(amount)]
    for each in matters:
        app.save(each)

    def run() -> int:
        for each in matters:
            app.repository.get(each.id)
        return amount

    return run


def reading(place: Place, amount: int) -> Callable[[], int]:
    """Read the log of ``amount`` events, decoded."""
    app = Matters(place.peer_environment())
    for number in range(amount // 10):
        app.save(matter(number))

    def run() -> int:
        start, read = 1, 0
        while page := app.recorder.select_notifications(start, 1000):
            for notification in page:
                app.mapper.to_domain_event(notification)
            start, read = page[-1].id + 1, read + len(page)
        return read

    return run


class PostgresRows(PostgresTrackingRecorder):
    """One row an event, with its tracking, in one transaction."""

    def __init__(self, datastore: Any, **kwargs: Any) -> None:
        super().__init__(datastore, **kwargs)
        self.sql_create_statements.append(
            SQL("create table if not exists peer_rows (id text primary key, position bigint)")
        )

    def add(self, name: str, tracking: Tracking) -> None:
        """Write one."""
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute("insert into peer_rows values (%s, %s)", (name, tracking.notification_id))


class SQLiteRows(SQLiteTrackingRecorder):
    """One row an event, with its tracking, in one transaction."""

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


def projecting(place: Place, amount: int) -> tuple[str, Callable[[], int]]:
    """Catch up ``amount`` events with a one-row projection, exactly once, into a fresh view.

    Their SQLite recorder has no subscription, so there a loop feeds their projection from the log.
    """
    environment = place.peer_environment()
    app = Matters(environment)
    for number in range(amount // 10):
        app.save(matter(number))
    last = app.recorder.max_notification_id()

    def run() -> int:
        forget(place, environment)
        with ProjectionRunner(
            application_class=Matters, projection_class=Rows, view_class=PostgresRows, env=environment
        ) as runner:
            runner.wait(last, timeout=600)
        return amount

    def loop() -> int:
        view: Any = SQLiteFactory(env=place.peer_environment()).tracking_recorder(SQLiteRows)
        projection, start = Rows(view), 1
        while page := app.recorder.select_notifications(start, 500):
            for notification in page:
                projection.process_event(app.mapper.to_domain_event(notification), Tracking("Matters", notification.id))
            start = page[-1].id + 1
        return amount

    return ("eventsourcing ProjectionRunner", run) if place.server else ("eventsourcing.sqlite, a loop", loop)


def forget(place: Place, environment: dict[str, str]) -> None:
    """Take out what the peer projected before."""
    assert place.server is not None
    connection = place.raw(place.server.url_of(environment["POSTGRES_DBNAME"]))
    for table in ("peer_rows", "rows_tracking", "notification_tracking"):
        connection.execute(f"drop table if exists {table}")
    connection.close()
