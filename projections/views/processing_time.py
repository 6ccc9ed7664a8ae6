"""Processing time: a row a case and a row a stage, in calendar, working and suspended microseconds.

``intake`` runs from receipt to acceptance (or refusal to accept), ``approval`` (a row a task) from its opening to
its approval or refusal, ``decision`` from acceptance to decision, ``delivery`` from decision, or refusal to accept, to the handing over,
``total`` from receipt to the end. Of an imported log ``total`` runs from the earliest row of a case to its latest, and a
``step`` from the row before by time, in the order of the file where times are equal. A ticket has a row a wait (``waiting``: until it is called) and a row a
matter (``serving``: from the call, or the matter before, until it is done). Calendar time is all of it; working time is the hall's working
time with the spans left out in which the clock stood still; suspended time is the calendar time of those spans.

A case that was reopened is measured anew from its reopening, as a round of its own (``part`` ends with ``#2`` in the second);
what was measured before stays, and the time in between is nobody's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import pairwise

from msgspec import Struct
from sqlalchemy import BigInteger, Column, Index, Integer, Table

from domain.application.components import Mark
from domain.application.state import Application
from domain.application.terms import Correctable
from domain.city import City
from domain.history import APPLICATIONS, TICKETS
from domain.record import stamp
from domain.ticket.ticket import Ticket
from domain.time.calendar import CalendarYearMissing
from domain.time.working_time import Span, Unit, stopped_us
from projections.engine.projection import Row, Transition, View
from projections.engine.tables import Name, metadata

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
    Column("result", Name),
    Index("processing_time_stage", "stage", "ended_on"),
)
"""``from_event`` and ``to_event`` are the numbers of the two events of the history that a figure is made of (rule 12).
``due_at`` is when it had to be done, where a limit runs; ``matter`` the case that a visitor was served for;
``corrected_by`` the number of the event of the case that corrected a value of the row, where one did; ``result`` what became of
the case in the round that the row is of, None while that is open. ``case_id`` of
a ticket begins with ``ticket/``. ``ended_on`` is the hall's local day. ``working_us`` is empty where the hall's calendar lacks a year that lies in between; a report says so."""


class Place(Struct, frozen=True, gc=False):
    """Whose time it is, and where it was spent: the columns that the rows of one history share."""

    name: str
    channel: str | None
    item: str | None
    hall: str | None
    zone: str | None
    layout: str | None


class Measured(Struct, frozen=True, gc=False):
    """A span of a case between two of its events; ``due`` where a limit runs, counted in ``unit``."""

    stage: str
    part: str
    department: str | None
    start: Mark
    end: Mark
    due: datetime | None = None
    unit: Unit = Unit.WORKING_DAYS
    activity: str | None = None


STAGE, PART, FROM_EVENT, TO_EVENT, RESULT = (
    list(table.columns.keys()).index(name) for name in ("stage", "part", "from_event", "to_event", "result")
)
"""Where a row says which span it is of; and, last of all, what became of the case."""


class ProcessingTime(View):
    """How long a case and its stages took, and how long visitors waited and were served."""

    name = "processing_time"
    version = 5
    table = table
    follows = (APPLICATIONS, TICKETS)

    def of_case(self, case: Application, city: City) -> Iterable[Row]:
        return [_row(round_, city, span) for round_, span in _rounds(case)]

    def after(self, story: Sequence[Transition], before: Sequence[Row], city: City) -> list[Row]:
        """What was measured stays: a span between the same two events is the same, unless what frames it has changed."""
        first, last = story[0].before, story[-1].after
        if not (isinstance(first, Application) and isinstance(last, Application) and _frame(first) == _frame(last)):
            return super().after(story, before, city)
        if _ends(first) == _ends(last):
            return list(before)
        known = {(row[STAGE], row[PART], row[FROM_EVENT], row[TO_EVENT]): row for row in before}
        rows = []
        for round_, span in _rounds(last):
            row = known.get((span.stage, span.part, span.start.event, span.end.event))
            if row is None:
                row = _row(round_, city, span)
            elif row[RESULT] != round_.result:
                row = (*row[:RESULT], round_.result)
            rows.append(row)
        return rows

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


def _rounds(case: Application) -> Iterator[tuple[Application, Measured]]:
    """What is measured of each round of a case, with the case as it stood at the end of that round."""
    if case.former is not None:
        yield from _rounds(case.former)
    yield from ((case, span) for span in _spans(case))


def _spans(case: Application) -> Iterator[Measured]:
    """What is measured of the last round of a case as it stands."""
    started, decided = case.reopened or case.started, case.decided
    if started is None or case.clock is None:
        return
    if case.imported:
        yield from _rows(case)
        return
    accepted = case.begun
    mark = "" if case.reopened is None else f"#{case.round}"
    if case.reopened is None and (checked := accepted or case.not_accepted or case.ended) is not None:
        yield Measured("intake", "", case.department, started, checked)
    for task in case.tasks.values():
        if task.settled is not None and task.opened.event >= started.event:
            opened, settled, due = task.opened, task.settled, task.due_at
            yield Measured("approval", task.task_id + mark, task.department, opened, settled, due, task.unit)
    if accepted is not None and decided is not None:
        yield Measured("decision", mark, case.department, accepted, decided, case.due_at, case.unit)
    if case.concluded is not None and case.issued is not None:
        yield Measured("delivery", mark, case.department, case.concluded, case.issued)
    if case.ended is not None:
        yield Measured("total", mark, case.department, started, case.ended)


def _rows(case: Application) -> Iterator[Measured]:
    """What is measured of a case of a log: from its earliest row to its latest, and from each row to the next."""
    rows = case.rows_by_time
    if rows:
        yield Measured("total", "", case.department, rows[0].mark, rows[-1].mark)
    for before, row in pairwise(rows):
        part, department = f"{row.mark.event:09d}", row.department or case.department
        yield Measured("step", part, department, before.mark, row.mark, activity=row.activity)


def _frame(case: Application) -> tuple[object, ...]:
    """What each row of a case follows from, beside the two events of its span."""
    return (
        case.suspensions,
        case.corrections,
        case.imported,
        case.channel_label,
        case.department,
        case.items,
        case.window,
        case.hall,
        case.zone,
        case.layout,
        case.round,
    )


def _ends(case: Application) -> tuple[object, ...]:
    """What says which spans of a round are over, and with which result; what follows from it is as before while it is."""
    return (
        case.result,
        case.started,
        case.accepted,
        case.concluded,
        case.issued,
        case.ended,
        case.rows,
        [task.settled for task in case.tasks.values()],
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


def _row(case: Application, city: City, span: Measured) -> Row:
    """A span of a case, without what its clock stood still."""
    start, end = span.start, span.end
    said = (start.event, end.event)
    by = [c.by for c in case.corrections if c.field is not Correctable.OCCURRED_AT or c.event in said]
    return _facts(
        _place(case),
        city,
        span.stage,
        span.part,
        span.department,
        case.window,
        start,
        end,
        case.stopped_spans(end.at) if case.suspensions else (),
        due=_due(case, city, span.due, span.unit, end),
        activity=span.activity,
        corrected_by=max(by, default=None),
        result=case.result,
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
    result: str | None = None,
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
        result,
    )
