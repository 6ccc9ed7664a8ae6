"""The case file: the history of a case in words a person reads. A row an event; none ever changes."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, Connection, Integer, Table, Text, select

from domain.application.state import Application
from domain.city import City
from domain.record import stamp
from projections.engine.generations import live
from projections.engine.projection import Row, Transition, View
from projections.engine.tables import Name, metadata
from projections.views.particulars import particulars

table = Table(
    "case_file",
    metadata,
    Column("case_id", Name, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("type", Name, nullable=False),
    Column("title", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("status", Name, nullable=False),
    Column("occurred_at", Name, nullable=False),
    Column("recorded_at", Name, nullable=False),
    Column("person", Name, nullable=False),
    Column("role", Name, nullable=False),
    Column("department", Name),
    Column("hall", Name),
    Column("window", Name),
    Column("command_id", Name, nullable=False),
)


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One event of a case as a person reads it; times are UTC stamps."""

    version: int
    position: int
    type: str
    title: str
    words: str
    status: str
    occurred_at: str
    recorded_at: str
    person: str
    role: str
    department: str | None
    hall: str | None
    window: str | None
    command_id: str


class CaseFile(View):
    """Every event of a case, one after the other."""

    name = "case_file"
    table = table

    def of_transition(self, transition: Transition, city: City) -> Iterable[Row]:
        record, act, case = transition.record, transition.record.act, transition.after
        assert isinstance(case, Application)
        yield (
            case.case_id,
            record.originator_version,
            record.position,
            record.event.type_name,
            record.event.title,
            particulars(record.event),
            str(case.status),
            stamp(act.occurred_at),
            stamp(act.recorded_at),
            act.actor.person,
            str(act.actor.role),
            act.actor.department,
            act.actor.hall,
            act.actor.window,
            act.command_id,
        )


def line(transition: Transition, city: City) -> HistoryLine:
    """The line that a transition makes."""
    (row,) = CaseFile().of_transition(transition, city)
    return HistoryLine(*row[1:])


def lines(connection: Connection, case_id: str) -> list[HistoryLine]:
    """The file of a case as projected so far, in its order."""
    file = live(connection, CaseFile)
    query = select(*list(file.columns)[1:]).where(file.c.case_id == case_id).order_by(file.c.version)
    return [HistoryLine(*row) for row in connection.execute(query)]
