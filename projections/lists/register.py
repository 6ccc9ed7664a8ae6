"""Finding applications in the register of receipts: by number, applicant, item, state, hall and day; the latest first."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, Table, select, tuple_

from domain.application.terms import Status
from domain.sealing import Sealed
from projections.engine.generations import live
from projections.engine.parking import is_parked
from projections.lists.list_page import cursor, values_of
from projections.views.intake_register import IntakeRegister, Receipt, receipt_of

ROWS_AT_ONCE = 500
Named = Callable[[Sealed], bool]
"""Whether a sealed name is the one that is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What an application must be to be found; None asks for nothing. Times are UTC stamps, ``until`` is not in it.

    ``number`` is a case number or its end, ``applicant`` an applicant's number.
    """

    number: str | None = None
    applicant: str | None = None
    item: str | None = None
    status: Status | None = None
    is_open: bool = False
    hall: str | None = None
    since: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Applications, the latest received first; ``next`` is where the next page begins, None on the last one.

    ``looked_at`` counts the rows whose names were opened; the search ended at ``most`` of them.
    """

    receipts: list[Receipt]
    next: str | None
    looked_at: int


def find(
    connection: Connection,
    wanted: Wanted,
    limit: int,
    after: str | None = None,
    named: Named | None = None,
    most: int = 20_000,
) -> Found:
    """The first ``limit`` applications behind ``after``. Names are sealed, so ``named`` opens those of at most ``most`` rows.

    Where it ends there, ``next`` goes on with the search. Raises ``WrongCursor``.
    """
    rows = live(connection, IntakeRegister)
    receipts: list[Receipt] = []
    looked_at = 0
    while True:
        size = limit + 1 if named is None else ROWS_AT_ONCE
        page = _page(connection, rows, wanted, size, after)
        for receipt in page:
            if len(receipts) == limit or looked_at == most:
                return Found(receipts, after, looked_at)
            after = cursor((receipt.received_at, receipt.case_id))
            looked_at += named is not None
            if named is None or (receipt.applicant is not None and named(receipt.applicant)):
                receipts.append(receipt)
        if len(page) < size:
            return Found(receipts, None, looked_at)


def _page(connection: Connection, rows: Table, wanted: Wanted, size: int, after: str | None) -> list[Receipt]:
    query = select(rows, is_parked(rows).label("parked"))
    if wanted.number is not None:
        query = query.where(rows.c.case_id.endswith(wanted.number, autoescape=True))
    if wanted.applicant is not None:
        query = query.where(rows.c.applicant_key == f"applicant/{wanted.applicant}")
    if wanted.item is not None:
        query = query.where((", " + rows.c["items"]).contains(f", {wanted.item}@", autoescape=True))
    if wanted.status is not None:
        query = query.where(rows.c.status == wanted.status.value)
    if wanted.is_open:
        query = query.where(rows.c.ended_at.is_(None))
    if wanted.hall is not None:
        query = query.where(rows.c.hall == wanted.hall)
    if wanted.since is not None:
        query = query.where(rows.c.received_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(rows.c.received_at < wanted.until)
    if after is not None:
        query = query.where(tuple_(rows.c.received_at, rows.c.case_id) < tuple_(*values_of(after, 2)))
    ordered = query.order_by(rows.c.received_at.desc(), rows.c.case_id.desc()).limit(size)
    return [receipt_of(row) for row in connection.execute(ordered)]
