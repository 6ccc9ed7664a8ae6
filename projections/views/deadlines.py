"""What is due when: until when somebody may act before the law or the hall acts. A row a case or ticket, for the next of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, Index, Table, func, select

from domain.application.consequences.deadlines import deadlines
from domain.application.state import Application
from domain.city import City
from domain.history import APPLICATIONS, TICKETS
from domain.record import stamp
from domain.ticket.lapses import day_ends
from domain.ticket.ticket import Ticket
from projections.engine.generations import live
from projections.engine.projection import Row, View
from projections.engine.tables import Name, metadata

table = Table(
    "deadlines",
    metadata,
    Column("case_id", Name, primary_key=True),
    Column("kind", Name, nullable=False),
    Column("part", Name, nullable=False),
    Column("at", Name, nullable=False),
    Column("hall", Name),
    Index("deadlines_at", "at", "case_id"),
)


class Deadlines(View):
    """What is to be done next on a case, and until when; what comes after it shows once that is past. A visit has its day."""

    name = "deadlines"
    version = 3
    table = table
    follows = (APPLICATIONS, TICKETS)

    def of_case(self, case: Application, city: City) -> Iterable[Row]:
        found = deadlines(case, city, newest=False)
        if found:
            yield case.case_id, found[0].kind.value, found[0].part, stamp(found[0].at), case.hall

    def of_ticket(self, ticket: Ticket, city: City) -> Iterable[Row]:
        if (end := day_ends(ticket, city)) is not None:
            yield TICKETS + ticket.ticket_id, "visit", "", stamp(end), ticket.hall


@dataclass(frozen=True, slots=True)
class Due:
    """The next deadline of a case or a ticket; ``at`` is a UTC stamp."""

    case_id: str
    kind: str
    part: str
    at: str
    hall: str | None


def due(connection: Connection, before: datetime | None, limit: int) -> list[Due]:
    """The first ``limit`` deadlines by time, those that pass before a moment where one is given."""
    rows = live(connection, Deadlines)
    query = select(rows).order_by(rows.c.at, rows.c.case_id).limit(limit)
    if before is not None:
        query = query.where(rows.c.at < stamp(before))
    return [Due(row.case_id, row.kind, row.part, row.at, row.hall) for row in connection.execute(query)]


def overdue(connection: Connection, before: datetime) -> list[str]:
    """The cases and tickets with a deadline that passes before a moment, the longest overdue first."""
    rows = live(connection, Deadlines)
    query = select(rows.c.case_id).where(rows.c.at < stamp(before)).order_by(rows.c.at, rows.c.case_id)
    return list(connection.execute(query).scalars())


def latest(connection: Connection) -> datetime | None:
    """The last of all deadlines (UTC), None when there is none."""
    last = connection.execute(select(func.max(live(connection, Deadlines).c.at))).scalar_one()
    return None if last is None else datetime.fromisoformat(last)
