"""The works that are measured."""

import json
from collections.abc import Iterator
from itertools import count
from typing import Any

import duckdb
import numpy as np
from sqlalchemy import delete

from adapters.simulation.plan import Plan
from adapters.simulation.simulation import simulate
from adapters.store.append import content
from adapters.store.codec import RecordMapper, StoredRow
from adapters.store.database import writing
from adapters.wiring import House
from domain.application.feedback import Withdraw
from domain.application.intake import RegisterIntake
from domain.application.materials import SubmitMaterial
from domain.application.state import Channel
from domain.office import CommandKey
from domain.record import Record
from projections.case_file import CaseFile
from projections.projection import View
from projections.report import By, Clock, Stage, processing_time_report
from projections.runner import Runner
from projections.tables import checkpoints
from projections.views import VIEWS
from tests.benchmarks import peers
from tests.benchmarks.measure import Round, Work
from tests.benchmarks.place import Place
from tests.office import CLERK, HASH, START, applicant, issued, setting_up

COLUMNS = "position, stream_id, version, type, schema_version, recorded_at, metadata, data, hash, link"


def template() -> list[Record]:
    """Ten events of one case, as the office makes them."""
    return issued("restaurant").cases["application/C1"][:10]


def rows_for(mapper: RecordMapper, records: list[Record], number: int) -> list[StoredRow]:
    """The rows of a new case with these events."""
    return [
        mapper.to_stored_event(Record(f"application/b{number}", r.originator_version, r.event, r.act)) for r in records
    ]


def appending(place: Place, size: int, amount: int) -> Work:
    """Append ``amount`` events, ``size`` a transaction, with a command key each."""
    house = place.house()
    mapper, records, numbers = RecordMapper(house.office.construct_transcoder()), template(), count()

    def transactions() -> Iterator[tuple[list[StoredRow], CommandKey]]:
        for _ in range(amount // 10):
            number = next(numbers)
            rows = rows_for(mapper, records, number)
            for start in range(0, 10, size):
                yield rows[start : start + size], CommandKey(f"{number}/{start}", bytes(32), size)

    def ours() -> int:
        for rows, key in transactions():
            house.office.recorder.insert_events(rows, commands=[key])
        return amount

    return Work(
        f"append {size} event{'s' if size > 1 else ''}",
        place.kind,
        "events/s",
        ours,
        raw_append(place, transactions, amount),
        peers.appending(place, size, amount),
        f"eventsourcing.{place.kind}",
    )


def raw_append(place: Place, transactions: Any, amount: int) -> Round:
    """The fastest append of the same rows without holes that one can write by hand; no chains, no checks."""
    url = place.house().settings.database_url
    connection = place.raw(url)
    hashed = bytes(32)
    if place.server:
        statement = (
            "with head as (update log_head set position = position + %s returning position - %s as before), "
            "known as (insert into commands select %s, %s, %s, %s, before + %s from head) "
            f"insert into events ({COLUMNS}) select before + n, s, v, t, c, r, m, d, h, h from head, "
            "unnest(%s::text[], %s::int[], %s::text[], %s::int[], %s::text[], %s::text[], %s::text[], %s::bytea[]) "
            "with ordinality as given (s, v, t, c, r, m, d, h, n)"
        )

        def run_postgres() -> int:
            for rows, key in transactions():
                size, last = len(rows), rows[-1]
                arrays = [*map(list, zip(*map(content, rows), strict=True)), [hashed] * size]
                command = [key.command_id, key.digest, str(last.originator_id), last.originator_version, size]
                connection.execute(statement, [size, size, *command, *arrays], prepare=True)
            return amount

        return run_postgres

    def run_sqlite() -> int:
        for rows, key in transactions():
            connection.execute("begin immediate")
            (position,) = connection.execute("select position from log_head").fetchone()
            values = [(position + n, *content(r), hashed, hashed) for n, r in enumerate(rows, start=1)]
            connection.executemany(f"insert into events ({COLUMNS}) values (?,?,?,?,?,?,?,?,?,?)", values)
            last = rows[-1]
            command = (key.command_id, key.digest, last.originator_id, last.originator_version, position + len(rows))
            connection.execute("insert into commands values (?,?,?,?,?)", command)
            connection.execute("update log_head set position = ?", (position + len(rows),))
            connection.execute("commit")
        return amount

    return run_sqlite


def commanding(place: Place, amount: int) -> Work:
    """Whole commands: load, decide, serialise, append one event; beside the raw append of one event."""
    house = place.house()
    for command in setting_up():
        house.office.execute(command)
    numbers = count()
    records, mapper = template(), RecordMapper(house.office.construct_transcoder())
    raw_numbers = count()

    def ours() -> int:
        for _ in range(amount // 4):
            case = f"c{next(numbers)}"
            fields: dict[str, Any] = {"actor": CLERK, "occurred_at": START, "case_id": case}
            intake = {"items": ("food",), "channel": Channel.WINDOW, "hall": "H1", "window": "W1"}
            house.office.execute(RegisterIntake(command_id=f"{case}/1", applicant=applicant(), **intake, **fields))
            for n, name in enumerate(("id", "lease")):
                house.office.execute(
                    SubmitMaterial(command_id=f"{case}/m{n}", material_id=name, content_hash=HASH, **fields)
                )
            house.office.execute(Withdraw(command_id=f"{case}/w", **fields))
        return amount

    def transactions() -> Iterator[tuple[list[StoredRow], CommandKey]]:
        for _ in range(amount):
            number = next(raw_numbers)
            yield rows_for(mapper, records[:1], number), CommandKey(f"{number}", bytes(32), 1)

    return Work("whole command", place.kind, "commands/s", ours, raw_append(place, transactions, amount))


def loading(place: Place, amount: int) -> Work:
    """Load cases of ten events one by one, to their state."""
    house = place.house()
    mapper, records = RecordMapper(house.office.construct_transcoder()), template()
    for number in range(amount):
        house.office.recorder.insert_events(rows_for(mapper, records, number))
    connection = place.raw(house.settings.database_url)
    mark = "%s" if place.server else "?"
    query = f"select stream_id, version, type, data, metadata from events where stream_id = {mark} order by version"

    def ours() -> int:
        for number in range(amount):
            house.office.case(f"b{number}")
        return amount

    def limit() -> int:
        for number in range(amount):
            for row in connection.execute(query, (f"application/b{number}",)).fetchall():
                json.loads(row[3])
        return amount

    return Work(
        "load a 10-event case",
        place.kind,
        "cases/s",
        ours,
        limit,
        peers.loading(place, amount),
        f"eventsourcing.{place.kind}",
    )


def simulated(place: Place, applications: int) -> House:
    """A house with the simulated city of so many applications."""
    house = place.house()
    simulate(house, Plan(halls=1, days=1, seed=1, arrivals_a_day=applications), lambda done, total: None)
    return house


def reading(place: Place, house: House) -> Work:
    """Read the whole log in its order, decoded; beside a raw cursor."""
    head = house.log.head()
    connection = place.raw(house.settings.database_url)

    def ours() -> int:
        position = 0
        while page := house.log.read(position, head, 5_000):
            position = page[-1].position
        return head

    def limit() -> int:
        cursor = connection.cursor()
        cursor.execute(f"select {COLUMNS} from events order by position")
        read = 0
        while rows := cursor.fetchmany(5_000):
            read += len(rows)
        return read

    peer = peers.reading(place, min(head, 5_000))
    return Work("read the log", place.kind, "events/s", ours, limit, peer, f"eventsourcing.{place.kind}")


def projecting(place: Place, house: House, views: tuple[View, ...], name: str, peer_events: int) -> Work:
    """Catch up views from nothing; beside a raw bulk upsert of one row an event; and the peer's one-row projection."""
    head = house.log.head()
    runner_of = house.runner()
    peer_name, peer = peers.projecting(place, peer_events)
    connection = place.raw(house.settings.database_url)
    connection.execute("create table if not exists raw_rows (id text primary key, position bigint)")
    mark = "%s" if place.server else "?"
    upsert = f"insert into raw_rows values ({mark}, {mark}) on conflict (id) do update set position = excluded.position"
    rows = [(f"case/{n}", n) for n in range(head)]

    def ours() -> int:
        with writing(house.engine) as transaction:
            transaction.execute(delete(checkpoints))
            for view in VIEWS:
                transaction.execute(delete(view.table))
        Runner(house.log, runner_of._reading, runner_of._writing, views).catch_up()
        return head

    def limit() -> int:
        for start in range(0, head, 1000):
            connection.execute("begin")
            cursor = connection.cursor()
            cursor.executemany(upsert, rows[start : start + 1000])
            connection.execute("commit")
        return head

    return Work(name, place.kind, "events/s", ours, limit, peer, peer_name)


def reporting(place: Place, house: House) -> Work:
    """Mean and percentiles by group from the view; beside the cursor alone, and DuckDB on rows in memory."""
    house.runner().catch_up()
    connection = place.raw(house.settings.database_url)
    query = "select department, working_us from processing_time where stage = 'approval' order by department"
    rows = connection.execute(query).fetchall()
    values = np.array([row[1] for row in rows])
    groups = np.array([row[0] for row in rows])
    times = 20

    def ours() -> int:
        for _ in range(times):
            with house.reading() as transaction:
                processing_time_report(transaction, by=By.DEPARTMENT, stage=Stage.APPROVAL, clock=Clock.WORKING)
        return times * len(rows)

    def limit() -> int:
        for _ in range(times):
            connection.execute(query).fetchall()
        return times * len(rows)

    def peer() -> int:
        database = duckdb.connect()
        frame = {"g": groups, "us": values}
        database.register("spans", frame)
        for _ in range(times):
            database.execute(
                "select g, count(*), avg(us), quantile_cont(us, 0.5), quantile_cont(us, 0.9), quantile_cont(us, 0.99) "
                "from spans group by g"
            ).fetchall()
        return times * len(rows)

    return Work("report", place.kind, "cases/s", ours, limit, peer, "duckdb, rows in memory")


def works(place: Place, scale: int) -> Iterator[Work]:
    """All works on one database; ``scale`` is 1 for a full run, more for a quick one."""
    yield appending(place, 1, 600 // scale // 10 * 10)
    yield appending(place, 10, 3_000 // scale // 10 * 10)
    yield commanding(place, 400 // scale)
    yield loading(place, 300 // scale)
    city = simulated(place, max(20, 600 // scale))
    yield reading(place, city)
    peer_events = max(100, 2_000 // scale // 10 * 10)
    yield projecting(place, city, (CaseFile(),), "catch-up of one view", peer_events)
    yield projecting(place, city, VIEWS, "catch-up of all views", peer_events)
    yield reporting(place, city)
