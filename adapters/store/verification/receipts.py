"""Receipts (rule 8): every command whose events are in the log has one, and it names the last of them."""

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import MsgspecError, Struct
from msgspec.json import Decoder
from sqlalchemy import Connection, Row, select

from adapters.store.schema import commands
from adapters.store.verification.place import event_at
from projections.engine.comparison import Finding

PAGE = 5_000
DIGEST = 32
"""Bytes of a SHA-256."""


class _Given(Struct):
    """What of an event's circumstances says by which command it was recorded."""

    command_id: str


_given = Decoder(_Given)


def command_of(metadata: object) -> str | None:
    """The command that an event was recorded by; None where that cannot be read, which is found where the event is."""
    try:
        return _given.decode(metadata).command_id if isinstance(metadata, str) else None
    except (MsgspecError, UnicodeEncodeError):
        return None


class Receipts:
    """All receipts in the order of the positions that they name, beside the log in its order."""

    def __init__(self, connection: Connection) -> None:
        query = select(commands).order_by(commands.c.position, commands.c.command_id)
        self._rows = iter(connection.execute(query, execution_options={"yield_per": PAGE}))
        self._next: Row[Any] | None = next(self._rows, None)
        self._command: str | None = None
        self._first: Any = None
        self._last: Any = None

    def next(self, row: Any) -> Iterable[Finding]:
        """What is wrong with the receipt of the command before, once another one's first event comes."""
        command_id, ended = command_of(row.metadata), self._last
        if ended is not None and command_id == self._command:
            self._last = row
            return ()
        found = () if ended is None else list(self._of_run(self._command, self._first, ended))
        self._command, self._first, self._last = command_id, row, row
        return found

    def end(self) -> Iterator[Finding]:
        """The same at the end of the log, with the receipts that name what is not there any more."""
        if self._last is not None:
            yield from self._of_run(self._command, self._first, self._last)
        for receipt in self._upto(None):
            yield Finding(f"command {receipt.command_id}", "its receipt names an event that is not there")

    def _of_run(self, command_id: str | None, first: Any, last: Any) -> Iterator[Finding]:
        """What is wrong with the receipts that name one of the events which a command recorded one after the other."""
        found = False
        for receipt in self._upto(last.position):
            place = f"command {receipt.command_id}"
            if not isinstance(receipt.digest, bytes) or len(receipt.digest) != DIGEST:
                yield Finding(place, "the digest of its receipt is no SHA-256")
            if receipt.command_id == command_id:
                found = True
                if (receipt.position, receipt.stream_id, receipt.version) != (
                    last.position,
                    last.stream_id,
                    last.version,
                ):
                    yield Finding(
                        place,
                        f"its receipt names position {receipt.position}, its last event is at position {last.position}",
                    )
            elif receipt.position < first.position:
                yield Finding(place, "its receipt names an event that is not there")
            elif command_id is not None:
                yield Finding(place, f"its receipt names position {receipt.position}, an event of command {command_id}")
        if command_id is not None and not found:
            yield Finding(event_at(first), f"command {command_id}, which recorded it, has no receipt that names it")

    def _upto(self, position: int | None) -> Iterator[Row[Any]]:
        while self._next is not None and (position is None or self._next.position <= position):
            yield self._next
            self._next = next(self._rows, None)
