"""Refused attempts (越权): who tried what without the right to. Kept apart from the histories, added to and never changed."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.exc import IntegrityError

from adapters.store.driver.database import single_statements
from adapters.store.driver.failures import plain_errors
from adapters.store.schema import attempts
from domain.command import Command
from domain.errors import NotAllowed
from domain.personal_number import personal_kind
from domain.record import LOOKS_LIKE_A_NUMBER, stamp

WAIT_MS = 1_000
"""How long an attempt waits for others who write; the answer to who tried must not wait longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One refused command: numbers only, no names. ``missing`` is the right that was not held; the time is a UTC stamp."""

    number: int
    at: str
    command: str
    history: str
    person: str | None
    role: str
    department: str | None
    hall: str | None
    window: str | None
    missing: str
    command_id: str


def keep(engine: Engine, command: Command, refusal: NotAllowed, at: datetime) -> None:
    """Keep an attempt; the same command again is the same attempt. Raises ``DatabaseError``."""
    actor = command.actor
    row = {
        "at": stamp(at.astimezone(UTC)),
        "command": type(command).__name__,
        "history": command.stream_id,
        "person": _number(actor.person),
        "role": actor.role.value,
        "department": _number(actor.department),
        "hall": _number(actor.hall),
        "window": _number(actor.window),
        "missing": refusal.right,
        "command_id": command.command_id,
    }
    with plain_errors(engine), single_statements(engine).connect() as connection, suppress(IntegrityError):
        if engine.dialect.name == "sqlite":
            _waiting_at_most(connection, WAIT_MS)
        connection.execute(insert(attempts).values(row))


def _waiting_at_most(connection: Connection, milliseconds: int) -> None:
    """This connection waits no longer for a lock; it is not given back to be used by others."""
    connection.exec_driver_sql(f"pragma busy_timeout = {milliseconds}")
    connection.detach()


def _number(text: str | None) -> str | None:
    """What was typed where it looks like a number of the office; a name that somebody typed is not kept."""
    fits = text is not None and LOOKS_LIKE_A_NUMBER.fullmatch(text) and personal_kind(text) is None
    return text if fits else None


def kept(connection: Connection, since: datetime | None, person: str | None, limit: int) -> Sequence[Attempt]:
    """The attempts, the latest first."""
    query = select(attempts).order_by(attempts.c.number.desc()).limit(limit)
    if since is not None:
        query = query.where(attempts.c.at >= stamp(since.astimezone(UTC)))
    if person is not None:
        query = query.where(attempts.c.person == person)
    found: Any = connection.execute(query)
    return [Attempt(**row._mapping) for row in found]
