"""The register of receipts (收件登记簿): every application that came in, at which window, when, and how it stands. A row a case."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Index, Row, Table, Text, select

from domain.application.state import Application
from domain.city import City
from domain.record import stamp
from domain.sealing import Sealed
from projections.engine.generations import live
from projections.engine.parking import is_parked
from projections.engine.projection import Row as ViewRow
from projections.engine.projection import Transition, View
from projections.engine.tables import Name, metadata

table = Table(
    "intake_register",
    metadata,
    Column("case_id", Name, primary_key=True),
    Column("hall", Name),
    Column("zone", Name),
    Column("window", Name),
    Column("department", Name),
    Column("items", Text, nullable=False),
    Column("status", Name, nullable=False),
    Column("received_at", Name, nullable=False),
    Column("ended_at", Name),
    Column("applicant_key", Name),
    Column("applicant_box", Text),
    Index("intake_register_received", "hall", "window", "received_at", "case_id"),
    Index("intake_register_latest", "received_at", "case_id"),
    Index("intake_register_applicant", "applicant_key", "received_at", "case_id"),
)
"""The applicant stands here sealed."""


class IntakeRegister(View):
    """Which applications came in."""

    name = "intake_register"
    table = table

    def after(self, story: Sequence[Transition], before: Sequence[ViewRow], city: City) -> list[ViewRow]:
        was, case = story[0].before, story[-1].after
        assert isinstance(was, Application)
        assert isinstance(case, Application)
        unchanged = (
            was.status is case.status
            and was.window == case.window
            and was.hall == case.hall
            and was.items is case.items
            and was.started is case.started
            and was.ended is case.ended
            and was.department is case.department
            and was.applicant is case.applicant
        )
        return list(before) if before and unchanged else super().after(story, before, city)

    def of_case(self, case: Application, city: City) -> Iterable[ViewRow]:
        if case.started is None or not case.items:
            return
        name = case.applicant and case.applicant.name
        yield (
            case.case_id,
            case.hall,
            case.zone,
            case.window,
            case.department,
            ", ".join(f"{ref.item_id}@{ref.version}" for ref in case.items),
            case.status.value,
            stamp(case.started.at),
            None if case.ended is None else stamp(case.ended.at),
            name and name.key,
            name and name.box,
        )


@dataclass(frozen=True, slots=True)
class Receipt:
    """One application of the register; times are UTC stamps, ``applicant`` is sealed.

    ``parked`` says that the view could not take the case's latest events (``projections.engine.parking``).
    """

    case_id: str
    status: str
    items: str
    department: str | None
    received_at: str
    ended_at: str | None
    hall: str | None
    window: str | None
    applicant: Sealed | None
    parked: bool


def received(
    connection: Connection, hall: str, windows: Sequence[str], start: str, end: str, limit: int | None = None
) -> list[Receipt]:
    """What these windows of a hall received from one moment to before another (UTC stamps), the first first."""
    rows = live(connection, IntakeRegister)
    query = (
        select(rows, is_parked(rows).label("parked"))
        .where(rows.c.hall == hall, rows.c.window.in_(windows), rows.c.received_at >= start, rows.c.received_at < end)
        .order_by(rows.c.received_at, rows.c.case_id)
        .limit(limit)
    )
    return [receipt_of(row) for row in connection.execute(query)]


def under_way_with(connection: Connection, item: str) -> list[str]:
    """The cases about a service item that have not ended, by number."""
    cases = live(connection, IntakeRegister)
    named = (", " + cases.c["items"]).contains(f", {item}@", autoescape=True)
    query = select(cases.c.case_id).where(cases.c.ended_at.is_(None), named).order_by(cases.c.case_id)
    return list(connection.execute(query).scalars())


def receipt_of(row: Row[Any]) -> Receipt:
    """The application of a row that also says whether its case is parked."""
    return Receipt(
        row.case_id,
        row.status,
        row.items,
        row.department,
        row.received_at,
        row.ended_at,
        row.hall,
        row.window,
        Sealed(key=row.applicant_key, box=row.applicant_box) if row.applicant_key else None,
        row.parked,
    )
