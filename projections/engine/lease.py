"""A worker's hold on a generation of a view: one worker at a time, and a fencing number that stops one believed dead.

A lease lasts a few seconds and is renewed by each batch. Who takes over counts the fence up; a worker that was
paused and comes back finds another fence and cannot commit.
"""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Table, or_, select, update
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from projections.engine.clock import now_stamp
from projections.engine.generations import At, one, table_of
from projections.engine.projection import View
from projections.engine.tables import generations, parked

LEASE_MS = 5_000
"""How long a dead worker keeps others waiting, at most."""
RENEW_SECONDS = 1.5
"""How often an idle worker says that it lives."""


class LeaseLost(Exception):
    """Somebody else took the view over, or changed it; nothing was written."""


@dataclass(slots=True)
class Held:
    """A generation that this worker holds. ``stopped_cases`` are the histories with parked events."""

    view: View
    generation: int
    fence: int
    position: int
    stopped_cases: set[str] = field(default_factory=set)

    @property
    def at(self) -> At:
        """Which one it is."""
        return self.view.name, self.generation

    @property
    def table(self) -> Table:
        """Where its rows are."""
        return table_of(self.view.table, self.generation)


def lapsed() -> ColumnElement[bool]:
    """Whether a holder has not been heard of for too long; or has a lease longer than any, since the clock went back."""
    now = clock_ms()
    return or_(generations.c.held_until < now, generations.c.held_until > now + 2 * LEASE_MS)


def take(connection: Connection, view: View, generation: int, holder: str) -> Held | None:
    """Take a generation that nobody holds, or whose holder has not been heard of. None when somebody has it."""
    at = (view.name, generation)
    free = or_(generations.c.holder.is_(None), generations.c.holder == holder, lapsed())
    taken = connection.execute(
        update(generations)
        .where(one(at), free)
        .values(holder=holder, fence=generations.c.fence + 1, held_until=clock_ms() + LEASE_MS)
    )
    if not taken.rowcount:
        return None
    fence, position = connection.execute(select(generations.c.fence, generations.c.position).where(one(at))).one()
    cases = select(parked.c.stream_id).where(parked.c.view == view.name, parked.c.generation == generation).distinct()
    return Held(view, generation, fence, position, set(connection.execute(cases).scalars()))


def move(connection: Connection, held: Held, end: int) -> None:
    """Move the checkpoint of what is held to ``end``. Raises ``LeaseLost`` when it is held no longer."""
    _still(connection, held, position=end, updated_at=now_stamp(), error=None)


def renew(connection: Connection, held: Held) -> None:
    """Say that the holder lives. Raises ``LeaseLost`` when it is held no longer."""
    _still(connection, held)


def complain(connection: Connection, held: Held, error: str) -> None:
    """Write down why a view stands still. Raises ``LeaseLost``."""
    _still(connection, held, updated_at=now_stamp(), error=error)


def release(connection: Connection, held: Held) -> None:
    """Let others have it at once; nothing happens when it is held no longer."""
    mine = one(held.at) & (generations.c.fence == held.fence)
    connection.execute(update(generations).where(mine).values(holder=None, held_until=0))


def break_off(connection: Connection, at: At, **values: object) -> None:
    """Change a generation from outside: whoever holds it loses it, and what it has under way does not count."""
    connection.execute(
        update(generations).where(one(at)).values(holder=None, held_until=0, fence=generations.c.fence + 1, **values)
    )


def _still(connection: Connection, held: Held, **values: object) -> None:
    mine = one(held.at) & (generations.c.fence == held.fence) & (generations.c.position == held.position)
    if not connection.execute(
        update(generations).where(mine).values(held_until=clock_ms() + LEASE_MS, **values)
    ).rowcount:
        raise LeaseLost(f"{held.view.name} is held by somebody else")


class clock_ms(FunctionElement[int]):  # noqa: N801 - a function of SQL
    """Milliseconds since 1970 by the database's clock, the same for all its workers."""

    type = BigInteger()
    inherit_cache = True


@compiles(clock_ms, "sqlite")
def _sqlite_clock(element: clock_ms, compiler: Any, **_: Any) -> str:
    return "cast((julianday('now') - 2440587.5) * 86400000 as integer)"


@compiles(clock_ms, "postgresql")
def _postgres_clock(element: clock_ms, compiler: Any, **_: Any) -> str:
    return "cast(extract(epoch from clock_timestamp()) * 1000 as bigint)"
