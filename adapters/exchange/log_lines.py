"""The log as it lies there, a line of JSON an event: for whoever wants to check a figure without this software."""

from collections.abc import Callable

import msgspec

from adapters.bootstrap import Installation
from adapters.disk.target import Target
from adapters.disk.whole_file import whole_file
from adapters.store.codec import LoggedRow

PAGE = 5_000
Progress = Callable[[int, int], None]


def export_lines(installation: Installation, target: Target, progress: Progress) -> int:
    """Write every event in the order of its position; gzip where the name ends in ``.gz``. Returns how many.

    A line has ``position``, ``history``, ``event`` (its number in it), ``type``, ``schema``, ``recorded_at``, what is said
    of the circumstances (``occurred_at``, ``actor``, ``command_id`` ...) and ``data``. Personal data stays sealed. The file
    appears when it is whole. Raises ``BadTarget``, ``OSError``.
    """
    head, position = installation.log.head(), 0
    with whole_file(target) as out:
        while position < head:
            rows = installation.log.read(position, head, PAGE)
            out.write(b"".join(map(_line, rows)))
            position = rows[-1].position
            progress(position, head)
    return head


def _line(row: LoggedRow) -> bytes:
    said = {
        "position": row.position,
        "history": row.originator_id,
        "event": row.originator_version,
        "type": row.type_name,
        "schema": row.schema_version,
        "recorded_at": row.recorded_at,
        **{name: value for name, value in msgspec.json.decode(row.metadata).items() if name != "recorded_at"},
        "data": msgspec.Raw(row.data.encode()),
    }
    return msgspec.json.encode(said) + b"\n"
