"""What must hold after any faults: nothing lost, nothing twice, no holes, no skips, views as the events say."""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from sqlalchemy import select

from adapters.bootstrap import Installation
from adapters.store import audit
from adapters.store.schema import commands, events
from domain.history import APPLICATIONS
from projections.engine.comparison import Finding
from projections.views.all_views import VIEWS
from tests.clocks import WRONG_CLOCK
from tests.faults.reader import seen
from tests.faults.writer import acknowledged

HELD = "9000"
"""How the numbers of the cases begin that the conductor appends whole and holds (``soak.py``)."""


def violations(found: Installation, folder: Path) -> list[str]:
    """Everything that does not hold, a sentence each; the views must have caught up."""
    with found.reading() as connection:
        log = [
            (row.position, row.stream_id, json.loads(row.metadata)["command_id"])
            for row in connection.execute(select(events.c.position, events.c.stream_id, events.c.metadata))
        ]
        receipts = {r.command_id: r.position for r in connection.execute(select(commands))}
    log.sort()
    positions = [position for position, _, _ in log]
    acks = {file.name: acknowledged(file) for file in sorted(folder.glob("writer-*.acks"))}
    readers = {file.name: seen(file) for file in sorted(folder.glob("reader-*.seen"))}
    refused = [line for file in folder.glob("writer-*.refused") for line in file.read_text().splitlines()]
    return [
        *(f"a command was refused: {line}" for line in refused),
        *holes(positions),
        *lost(acks, receipts, set(positions)),
        *twice([(stream_id, command_id) for _, stream_id, command_id in log]),
        *skipped(readers, len(positions)),
        *behind(found),
        *(f"{f.place}: {f.what}" for f in _audit(found).findings if not meant(f)),
    ]


def holes(positions: Sequence[int]) -> Iterator[str]:
    """Positions must be 1, 2, 3 ..."""
    for should, is_ in enumerate(positions, start=1):
        if is_ != should:
            yield f"position {should} is missing: {is_} stands there"
            return


def lost(
    acks: Mapping[str, Sequence[tuple[str, int]]], receipts: Mapping[str, int], positions: set[int]
) -> Iterator[str]:
    """What a writer has a receipt of stands where the receipt says."""
    for writer, lines in acks.items():
        for command_id, position in lines:
            if receipts.get(command_id) != position or position not in positions:
                yield f"{writer}: {command_id} was acknowledged at {position}, recorded is {receipts.get(command_id)}"


def twice(effects: Sequence[tuple[str, str]]) -> Iterator[str]:
    """The events of a command stand together in the log, in one history: one effect."""
    ended: set[str] = set()
    under_way: tuple[str, str] = ("", "")
    for effect in effects:
        if effect != under_way:
            ended.add(under_way[1])
            if effect[1] in ended:
                yield f"command {effect[1]} had two effects"
            under_way = effect


def skipped(readers: Mapping[str, Sequence[int]], head: int) -> Iterator[str]:
    """A reader sees each position after the first once, in order; and has seen the last one."""
    for reader, numbers in readers.items():
        for before, after in pairwise(numbers):
            if after != before + 1:
                yield f"{reader} saw {after} after {before}"
        if numbers and numbers[-1] != head:
            yield f"{reader} ended at {numbers[-1]} of {head}"


def behind(found: Installation) -> Iterator[str]:
    """All views have seen everything, and could take it."""
    for standing in found.runner().status():
        if standing.lag or standing.parked or standing.error:
            yield f"view {standing.view} lags {standing.lag}, {standing.parked} parked, error {standing.error}"


def meant(finding: Finding) -> bool:
    """Whether the soak itself did it: a writer whose clock jumps, and appends of ten events that no one command decides."""
    return WRONG_CLOCK in finding.what or f"({APPLICATIONS}b{HELD}" in finding.place


def _audit(found: Installation) -> audit.Audit:
    with found.reading() as connection:
        return audit.check(connection, VIEWS, lambda done, total: None)
