"""Whether the disk can hold a rebuild: new tables beside the live ones."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import structlog
from sqlalchemy import Connection, Table, func, select

from domain.errors import OfficeError
from domain.exit_code import ExitCode
from projections.engine.copy_lines import lines_of
from projections.engine.folding import Folding, changes_of
from projections.engine.generations import all_of, table_of
from projections.engine.log import Log
from projections.engine.projection import View
from projections.engine.runner import Runner
from projections.engine.tables import State

FACTOR = 1.3
"""Keys are sorted on the disk before they are there."""
SAMPLE = 1_000
SAMPLE_EVENTS = 10_000
KEYS_FACTOR = 2
"""What a database needs for a row beyond its text: its own bytes, and its keys."""


class NoRoom(OfficeError):
    """The disk cannot hold the new tables beside the old ones."""

    exit_code = ExitCode.UNAVAILABLE


def refuse_without_room(runner: Runner, names: Sequence[str], room_mb: int | None) -> None:
    """Raise ``NoRoom`` unless new tables of these views fit; ``room_mb`` where the disk cannot be seen from here."""
    needed = bytes_needed(runner, names)
    with runner.reading() as connection:
        needed = max(0, needed - _bytes_left(connection, [runner.views[name] for name in names]))
        free = room_mb * 1_000_000 if room_mb is not None else _free(connection)
    if free is None:
        structlog.get_logger().warning(
            "whether a rebuild has room is not known: the server's disk cannot be seen from here",
            needed_mb=needed // 1_000_000,
        )
    elif free < needed:
        raise NoRoom(
            f"a rebuild of {', '.join(names)} needs about {needed // 1_000_000 + 1} MB, "
            f"{free // 1_000_000} MB are free; make room, or rebuild one view at a time"
        )


def bytes_needed(runner: Runner, names: Sequence[str]) -> int:
    """About what new tables of these views take while they are made."""
    fresh, an_event = [], 0.0
    with runner.reading() as connection:
        for view in (runner.views[name] for name in names):
            size = _bytes_an_event(connection, view)
            if size is None:
                fresh.append(view)
            else:
                an_event += size
    return int((an_event + _bytes_of_sample(runner.log, fresh)) * runner.log.head() * FACTOR)


def _bytes_an_event(connection: Connection, view: View) -> float | None:
    """None where the view has no rows yet to go by."""
    (live,) = (row for row in all_of(connection, view.name) if row.state == State.LIVE)
    if not live.position:
        return None
    return _bytes(connection, table_of(view.table, live.generation)) / int(live.position)


def _bytes_left(connection: Connection, views: Sequence[View]) -> int:
    """About what an interrupted rebuild of these views left: it is gone on with, or dropped first."""
    left = [
        table_of(view.table, row.generation)
        for view in views
        for row in all_of(connection, view.name)
        if row.state == State.BUILDING
    ]
    return int(sum(_bytes(connection, table) for table in left))


def _bytes(connection: Connection, table: Table) -> float:
    """What a table and its keys take."""
    if connection.dialect.name == "postgresql":
        return float(connection.execute(select(func.pg_total_relation_size(table.name))).scalar_one())
    return _sqlite_bytes(connection, table)


def _bytes_of_sample(log: Log, views: Sequence[View]) -> float:
    """About what an event takes in all of these views: the beginning of the log is folded for it."""
    records = log.read(0, log.head(), SAMPLE_EVENTS) if views else []
    if not records:
        return 0.0
    folding = Folding(log)
    folding.learn_city(records[-1].position)
    stories = folding.stories(records)
    changes = [changes_of(view, stories, folding.city)[0] for view in views]
    size = sum(len(line) for each in changes for line in lines_of(each.inserted + each.written))
    return size / len(records) * KEYS_FACTOR


def _sqlite_bytes(connection: Connection, table: Table) -> float:
    """About the size of a table, from the text of some rows; its page map would have to be read whole for more."""
    rows = [tuple(row) for row in connection.execute(select(table).limit(SAMPLE))]
    if not rows:
        return 0.0
    count = connection.execute(select(func.count()).select_from(table)).scalar_one()
    return float(sum(map(len, lines_of(rows))) / len(rows) * count * KEYS_FACTOR)


def _free(connection: Connection) -> int | None:
    """Free bytes where the database lies; None when that is another machine, or its folder is not told."""
    url = connection.engine.url
    if connection.dialect.name == "sqlite":
        return shutil.disk_usage(Path(url.database).parent).free if url.database else None
    if url.host not in (None, "localhost", "127.0.0.1", "::1"):
        return None
    query = "select setting from pg_settings where name = 'data_directory'"
    folder = connection.exec_driver_sql(query).scalar_one_or_none()
    return shutil.disk_usage(folder).free if folder and Path(folder).is_dir() else None
