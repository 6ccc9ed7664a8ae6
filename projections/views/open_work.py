"""Open work (待办): everything that a case under way waits for, in whose list it stands, and since when. A row each.

Every case under way has at least one row, at every version of its history, in the list of somebody who can act on it or under
"waits for the applicant" of the hall that is responsible. Histories that were imported are logs: nobody works on them, and
they have no rows. The lists that people read are parts of this view (``projections.lists``).
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from sqlalchemy import Boolean, Column, Index, Table, Text

from domain.application.components import ItemRef
from domain.application.state import Application
from domain.city import City
from domain.record import stamp
from projections.engine.projection import Row, View
from projections.engine.tables import Name, metadata
from projections.views.work import FEEDBACK, RATING, Work, work_of

NEVER = "9999-12-31T23:59:59.999999Z"
"""Where nothing is due, so that it is sorted behind all that is."""

table = Table(
    "open_work",
    metadata,
    Column("case_id", Name, primary_key=True),
    Column("work", Name, primary_key=True),
    Column("waits_for", Name, nullable=False),
    Column("side", Name, nullable=False),
    Column("department", Name),
    Column("item", Name),
    Column("task_status", Name),
    Column("holder", Name),
    Column("asks_for", Text),
    Column("since", Name, nullable=False),
    Column("warn_at", Name),
    Column("due_at", Name),
    Column("red_at", Name, nullable=False),
    Column("snoozed_until", Name),
    Column("hall", Name),
    Column("window", Name),
    Column("zone", Name),
    Column("items", Text, nullable=False),
    Column("status", Name, nullable=False),
    Column("clock_stopped", Boolean, nullable=False),
    Column("case_due_at", Name),
    Column("applicant_key", Name),
    Column("applicant_box", Text),
    Column("statutory_due_at", Name),
    Column("statutory_warn_at", Name),
    Index("open_work_queue", "side", "department", "red_at", "case_id", "work"),
    Index("open_work_holder", "side", "department", "holder", "red_at", "case_id", "work"),
    Index("open_work_hall", "hall", "side", "window", "since", "case_id", "work"),
    Index("open_work_since", "waits_for", "since", "case_id", "work"),
)
"""``due_at`` is the limit of the work itself, ``case_due_at`` the promised one of the case, ``red_at`` the earlier of them;
``statutory_due_at`` is the law's for the case, beside them. The applicant stands here sealed; a screen opens it, and forgets it when its key is gone.
Whoever rated anonymously is named to nobody: a department's queue is read by those whom the grade is about."""


class OpenWork(View):
    """What cases wait for, by whom, since when."""

    name = "open_work"
    version = 6
    table = table

    def of_case(self, case: Application, city: City) -> Iterable[Row]:
        if case.imported or case.started is None:
            return ()
        work = work_of(case, city)
        return _rows(case, work) if work else ()


def _rows(case: Application, work: Sequence[Work]) -> list[Row]:
    name = case.applicant and case.applicant.name
    undecided = case.decided is None and case.ended is None
    case_due = stamp(case.due_at) if case.due_at is not None and undecided else None
    lawful, warned = (case.statutory_due_at, case.statutory_warn_at) if undecided else (None, None)
    of_case = (case.zone, _named(case.items), case.status.value, case.clock_stopped, case_due)
    limits = (None if lawful is None else stamp(lawful), None if warned is None else stamp(warned))
    common = (*of_case, name and name.key, name and name.box, *limits)
    nobody = case.rectification is not None and case.rectification.anonymous
    unnamed = (*of_case, None, None, *limits) if nobody else common
    return [_row(case, each, case_due, unnamed if each.waits_for is RATING else common) for each in work]


def _row(case: Application, work: Work, case_due: str | None, common: Row) -> Row:
    due = None if work.due_at is None else stamp(work.due_at)
    return (
        case.case_id,
        work.name,
        work.waits_for,
        work.side,
        work.department,
        work.item,
        work.task_status,
        work.holder,
        work.asks_for,
        stamp(work.since),
        None if work.warn_at is None else stamp(work.warn_at),
        due,
        min(due or NEVER, case_due or NEVER),
        None if work.snoozed_until is None else stamp(work.snoozed_until),
        case.hall,
        None if work.side is FEEDBACK else case.window,
        *common,
    )


@lru_cache(maxsize=10_000)
def _named(items: tuple[ItemRef, ...]) -> str:
    return ", ".join(f"{ref.item_id}@{ref.version}" for ref in items)
