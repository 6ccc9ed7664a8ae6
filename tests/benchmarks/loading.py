"""Loading a case of ten events to its state, one case after the other."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from tests.benchmarks.cases import rows_of
from tests.benchmarks.matters import matters
from tests.benchmarks.measure import Bar, Peer, Round, Timed, Work
from tests.benchmarks.place import Place
from tests.benchmarks.sqlalchemy_rounds import sqlalchemy_peer


def loading(place: Place, amount: int) -> Work:
    """Load ``amount`` cases."""
    installation = place.installation()
    for number in range(amount):
        installation.office.recorder.insert_events(rows_of(number))

    @contextmanager
    def ours() -> Iterator[Timed]:
        def run() -> int:
            for number in range(amount):
                installation.office.case(f"b{number}")
            return amount

        yield run

    return Work(
        database=place.kind,
        unit="cases/s",
        ours=ours,
        limit=_raw(place, installation.settings.database_url, amount),
        peers=[
            Peer("eventsourcing.sqlite", _peer(place.beside("sqlite"), amount)),
            *([Peer("eventsourcing.postgres", _peer(place, amount))] if place.server else []),
            *sqlalchemy_peer(place, "load", amount=amount),
        ],
        bars=[Bar(1.5, "eventsourcing.sqlite")],
    )


def _raw(place: Place, url: str, amount: int) -> Round:
    """The rows of each case, their data and metadata parsed as JSON."""
    cursor = place.raw(url).cursor()
    query = (
        "select version, type, schema_version, recorded_at, data, metadata from events "
        f"where stream_id = {place.mark} order by version"
    )

    @contextmanager
    def ready() -> Iterator[Timed]:
        def run() -> int:
            for number in range(amount):
                for row in cursor.execute(query, (f"application/b{number}",)).fetchall():
                    json.loads(row[4])
                    json.loads(row[5])
            return amount

        yield run

    return ready


def _peer(place: Place, amount: int) -> Round:
    app, ids = matters(place, amount)

    @contextmanager
    def ready() -> Iterator[Timed]:
        def run() -> int:
            for each in ids:
                app.repository.get(each)
            return amount

        yield run

    return ready
