"""Processing time: a row a case and a row a stage, in calendar, working and suspended microseconds.

``intake`` runs from receipt to acceptance (or refusal to accept), ``approval`` (a row a task) from its opening to
its approval or refusal, ``decision`` from acceptance to decision, ``delivery`` from decision to the handing over,
``total`` from receipt to the end; ``step`` only for imported logs, from the event before in the same case, and
their ``total`` from the first to the last event. A ticket has a row a wait (``waiting``: until it is called) and a row a
matter (``serving``: from the call, or the matter before, until it is done). Calendar time is all of it; working time is the hall's working
time with the spans left out in which the clock stood still; suspended time is the calendar time of those spans.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import BigInteger, Column, Index, Integer, Table

from domain.application.state import Application, Mark
from domain.calendar import CalendarYearMissing
from domain.city import City
from domain.history import APPLICATIONS, TICKETS
from domain.record import stamp
from domain.ticket.ticket import Ticket
from domain.working_time import Span, Unit, stopped_us
from projections.projection import Row, Turn, View
from projections.tables import Name, metadata

table = Table(
    "processing_time",
    metadata,
    Column("case_id", Name, primary_key=True),
    Column("stage", Name, primary_key=True),
    Column("part", Name, primary_key=True),
    Column("activity", Name),
    Column("channel", Name),
    Column("department", Name),
    Column("item", Name),
    Column("window", Name),
    Column("hall", Name),
    Column("zone", Name),
    Column("layout", Name),
    Column("ended_on", Name, nullable=False),
    Column("started_at", Name, nullable=False),
    Column("ended_at", Name, nullable=False),
    Column("from_event", Integer, nullable=False),
    Column("to_event", Integer, nullable=False),
    Column("calendar_us", BigInteger, nullable=False),
    Column("working_us", BigInteger),
    Column("suspended_us", BigInteger, nullable=False),
    Column("due_at", Name),
    Column("matter", Name),
    Column("corrected_by", Integer),
    Index("processing_time_stage", "stage", "ended_on"),
)
"""``from_event`` and ``to_event`` are the numbers of the two events of the history that a figure is made of (rule 12).
``due_at`` is when it had to be done, where a limit runs; ``matter`` the case that a visitor was served for;
``corrected_by`` the number of the event of the case that corrected a value of the row, where one did. ``case_id`` of
a ticket begins with ``ticket/``. ``ended_on`` is the hall's local day. ``working_us`` is empty where the hall's calendar lacks a year that lies in between; a report says so."""


class Place(Struct, frozen=True, gc=False):
    """Whose time it is, and where it was spent: the columns that the rows of one history share."""

    name: str
    channel: str | None
    item: str | None
    hall: str | None
    zone: str | None
    layout: str | None


class ProcessingTime(View):
    """How long a case and its stages took, and how long visitors waited and were served."""

    name = "processing_time"
    version = 2
    table = table
    follows = (APPLICATIONS, TICKETS)

    def of_case(self, case: Application, city: City) -> Iterable[Row]:
        if case.started is None or case.clock is None:
            return
        place, window = _place(case), case.window
        if case.imported:
            yield _row(case, city, place, "total", "", case.department, window, case.started, case.clock)
            return
        if (checked := case.accepted or case.ended) is not None:
            yield _row(case, city, place, "intake", "", case.department, window, case.started, checked)
        for task in case.tasks.values():
            if task.settled is not None:
                opened, settled = task.opened, task.settled
                due = _due(case, city, task.due_at, task.unit, settled)
                yield _row(case, city, place, "approval", task.task_id, task.department, window, opened, settled, due)
        if case.accepted is not None and case.decided is not None:
            accepted, decided = case.accepted, case.decided
            due = _due(case, city, case.due_at, case.unit, decided)
            yield _row(case, city, place, "decision", "", case.department, window, accepted, decided, due)
        if case.decided is not None and case.issued is not None:
            yield _row(case, city, place, "delivery", "", case.department, window, case.decided, case.issued)
        if case.ended is not None:
            yield _row(case, city, place, "total", "", case.department, window, case.started, case.ended)

    def of_ticket(self, ticket: Ticket, city: City) -> Iterable[Row]:
        name, items = TICKETS + ticket.ticket_id, "+".join(ticket.matters)
        place = Place(name, "window", items, ticket.hall, ticket.zone, ticket.layout)
        for number, wait in enumerate(ticket.waits, start=1):
            if wait.called is not None:
                part, start, end = str(number), wait.since, wait.called
                yield _facts(
                    place, city, "waiting", part, ticket.department, wait.window, start, end, activity=ticket.purpose
                )
        for number, done in enumerate(ticket.served, start=1):
            yield _facts(
                place,
                city,
                "serving",
                str(number),
                ticket.department,
                done.window,
                done.begun,
                done.done,
                activity=ticket.purpose,
                matter=done.case_id,
            )

    def of_turn(self, turn: Turn, city: City) -> Iterable[Row]:
        source, before, after = turn.record.act.source, turn.before.clock, turn.after.clock
        if source is None or before is None or after is None:
            return
        case = turn.after
        assert isinstance(case, Application)
        number = turn.record.originator_version
        start = Mark(before.at, before.calendar, number - 1)
        end = Mark(after.at, turn.record.act.calendar, number)
        department, part = source.department or case.department, f"{number:09d}"
        yield _row(
            case, city, _place(case), "step", part, department, case.window, start, end, activity=source.activity
        )


def _place(case: Application) -> Place:
    items = "+".join(ref.item_id for ref in case.items) or None
    return Place(case.case_id, case.channel_label, items, case.hall, case.zone, case.layout)


def _due(case: Application, city: City, due: datetime | None, unit: Unit, end: Mark) -> datetime | None:
    """When it was due as the clock stood at its end: a clock that stood still then has not moved the time recorded yet."""
    if due is None or due >= end.at or case.hall is None or end.calendar is None:
        return due
    stops = [start for start, stop in case.stopped_spans(end.at) if start <= due and stop == end.at]
    return city.calendar(case.hall, end.calendar).shifted(due, stops[0], end.at, unit) if stops else due


def _row(
    case: Application,
    city: City,
    place: Place,
    stage: str,
    part: str,
    department: str | None,
    window: str | None,
    start: Mark,
    end: Mark,
    due: datetime | None = None,
    activity: str | None = None,
) -> Row:
    """A span of a case, without what its clock stood still."""
    stopped = case.stopped_spans(end.at) if case.suspensions else ()
    said = {start.event, end.event, *((case.started.event,) if case.started else ())}
    corrected = max((by for number, by in case.corrections.items() if number in said), default=None)
    return _facts(
        place,
        city,
        stage,
        part,
        department,
        window,
        start,
        end,
        stopped,
        due=due,
        activity=activity,
        corrected_by=corrected,
    )


def _facts(
    place: Place,
    city: City,
    stage: str,
    part: str,
    department: str | None,
    window: str | None,
    start: Mark,
    end: Mark,
    stopped: Sequence[Span] = (),
    *,
    due: datetime | None = None,
    activity: str | None = None,
    matter: str | None = None,
    corrected_by: int | None = None,
) -> Row:
    working: int | None = None
    ended_on = stamp(end.at)[:10]
    if place.hall is not None and end.calendar is not None:
        days = city.calendar(place.hall, end.calendar)
        ended_on = days.local_day(end.at).isoformat()
        try:
            working = days.working_us_outside(start.at, end.at, stopped)
        except CalendarYearMissing:
            working = None
    elapsed = end.at - start.at
    return (
        place.name,
        stage,
        part,
        activity,
        place.channel,
        department,
        place.item,
        window,
        place.hall,
        place.zone,
        place.layout,
        ended_on,
        stamp(start.at),
        stamp(end.at),
        start.event,
        end.event,
        (elapsed.days * 86_400 + elapsed.seconds) * 1_000_000 + elapsed.microseconds,
        working,
        stopped_us(start.at, end.at, stopped) if stopped else 0,
        stamp(due) if due is not None else None,
        matter,
        corrected_by,
    )
