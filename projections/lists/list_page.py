"""A line of any list of open work, its light, and pages of them.

A page goes on behind a key, not behind a count, so that nothing is left out or shown twice while work comes and goes.
Orders are total, and the same on both databases: text is compared byte by byte, and what is missing comes first.
"""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Table, and_, column, func, select, tuple_, union_all

from domain.errors import OfficeError
from domain.record import stamp
from domain.sealing import Sealed
from domain.time.light import Light, light_of
from projections.engine.parking import is_parked

Conditions = Sequence[ColumnElement[bool]]


class WrongCursor(OfficeError):
    """What was given as the end of the page before is none, or of a list in another order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One thing that a case waits for. Times are UTC stamps, ``applicant`` is sealed; ``age_s`` is calendar seconds since ``since``.

    ``due_at`` is the earlier of its own limit and the case's promised one, and ``light`` the worse of theirs; ``statutory_due_at``
    is the law's limit for the decision, with a light of its own, None where no law is named or none runs. ``parked`` says that the view could not take the case's
    latest events (``projections.engine.parking``).
    """

    case_id: str
    work: str
    waits_for: str
    side: str
    department: str | None
    hall: str | None
    zone: str | None
    window: str | None
    item: str | None
    items: str
    status: str
    task_status: str | None
    holder: str | None
    asks_for: str | None
    light: Light
    since: str
    due_at: str | None
    statutory_due_at: str | None
    statutory_light: Light | None
    snoozed_until: str | None
    age_s: int
    applicant: Sealed | None
    parked: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Lines in their order, each with the key behind which the rest begins; ``next`` is that of the next page, None on the last one."""

    lines: list[Listed]
    ends: list[str]
    next: str | None

    def only(self, holds: Callable[[Listed], bool], limit: int) -> "Page":
        """The first so many lines for which something holds."""
        fit = [(line, end) for line, end in zip(self.lines, self.ends, strict=True) if holds(line)]
        shown = fit[:limit]
        following = shown[-1][1] if len(fit) > limit else self.next
        return Page([line for line, _ in shown], [end for _, end in shown], following)


NO_PAGE = Page([], [], None)


def page(
    connection: Connection,
    work: Table,
    branches: Sequence[Conditions],
    order: Sequence[ColumnElement[Any]],
    at: datetime,
    limit: int | None = None,
    after: str | None = None,
) -> Page:
    """The first ``limit`` lines of any of the branches behind ``after``, as they look at a moment. Branches do not overlap.

    Raises ``WrongCursor``.
    """
    keys = [each.label(f"key_{number}") for number, each in enumerate(order)]
    behind = [] if after is None else [tuple_(*order) > tuple_(*values_of(after, len(order)))]
    first = None if limit is None else limit + 1  # one more shows that there are more

    def of(conditions: Conditions) -> Select[Any]:
        query = select(*work.columns, is_parked(work).label("parked"), *keys).where(*conditions, *behind)
        return query.order_by(*order).limit(first)

    if len(branches) == 1:
        query: Any = of(branches[0])
    else:
        parts = [select(of(branch).subquery()) for branch in branches]
        query = union_all(*parts).order_by(*(column(key.name) for key in keys)).limit(first)
    found = connection.execute(query).all()
    shown = found[:limit]
    ends = [cursor(row[-len(keys) :]) for row in shown]
    return Page([line(row, at) for row in shown], ends, ends[-1] if len(found) > len(shown) else None)


def cursor(values: Sequence[Any]) -> str:
    """Where a page ends, as one word."""
    return base64.urlsafe_b64encode(json.dumps(list(values), ensure_ascii=False).encode()).decode().rstrip("=")


def values_of(after: str, width: int) -> list[Any]:
    """What a cursor says. Raises ``WrongCursor``."""
    try:
        values = json.loads(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))
    except ValueError:
        values = None
    if not isinstance(values, list) or len(values) != width or not all(isinstance(v, str | int) for v in values):
        raise WrongCursor(
            f"--after: {after!r} is no page of this list; copy the value of `next`, and keep the same order"
        )
    return values


def missing_first(value: ColumnElement[Any]) -> ColumnElement[Any]:
    """A name to sort by, the missing ones first on both databases."""
    return func.coalesce(value, "")


def line(row: Row[Any], at: datetime) -> Listed:
    """The line that a row makes at a moment."""
    moment = at.astimezone(UTC)
    now, lawful = stamp(moment), row.statutory_due_at
    due_at = min((each for each in (row.due_at, row.case_due_at) if each is not None), default=None)
    return Listed(
        case_id=row.case_id,
        work=row.work,
        waits_for=row.waits_for,
        side=row.side,
        department=row.department,
        hall=row.hall,
        zone=row.zone,
        window=row.window,
        item=row.item,
        items=row.items,
        status=row.status,
        task_status=row.task_status,
        holder=row.holder,
        asks_for=row.asks_for,
        light=light_of(now, row.warn_at, row.red_at, row.clock_stopped),
        since=row.since,
        due_at=due_at,
        statutory_due_at=lawful,
        statutory_light=lawful and light_of(now, row.statutory_warn_at, lawful, row.clock_stopped),
        snoozed_until=row.snoozed_until,
        age_s=max(0, int((moment - datetime.fromisoformat(row.since)).total_seconds())),
        applicant=Sealed(key=row.applicant_key, box=row.applicant_box) if row.applicant_key else None,
        parked=row.parked,
    )


def lit(work: Table, light: Light, now: str) -> ColumnElement[bool]:
    """Which work has a light; the same as its line tells."""
    return _lit(work, work.c.warn_at, work.c.red_at, light, now)


def lit_by_law(work: Table, light: Light, now: str) -> ColumnElement[bool]:
    """Which work is of a case whose statutory limit has a light; none where no such limit runs."""
    found = _lit(work, work.c.statutory_warn_at, work.c.statutory_due_at, light, now)
    return and_(work.c.statutory_due_at.is_not(None), found)


def _lit(
    work: Table, warn_at: ColumnElement[Any], due_at: ColumnElement[Any], light: Light, now: str
) -> ColumnElement[bool]:
    warned = warn_at.is_not(None) & (warn_at < now)
    match light:
        case Light.PAUSED:
            return and_(work.c.clock_stopped)
        case Light.RED:
            return and_(~work.c.clock_stopped, due_at < now)
        case Light.YELLOW:
            return and_(~work.c.clock_stopped, due_at >= now, warned)
        case Light.GREEN:
            return and_(~work.c.clock_stopped, due_at >= now, ~warned)
