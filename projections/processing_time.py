"""Processing time: a row a case and a row a stage, in calendar, working and suspended microseconds.

``intake`` runs from receipt to acceptance (or refusal to accept), ``approval`` (a row a task) from its opening to
its approval or refusal, ``decision`` from acceptance to decision, ``delivery`` from decision to the handing over,
``total`` from receipt to the end; ``step`` only for imported logs, from the event before in the same case, and
their ``total`` from the first to the last event. Calendar time is all of it; working time is the hall's working
time with the spans left out in which the clock stood still; suspended time is the calendar time of those spans.
"""

from collections.abc import Iterable

from sqlalchemy import BigInteger, Column, Index, Integer, Table

from domain.application.state import Application, Mark
from domain.calendar import CalendarYearMissing
from domain.city import City
from domain.record import stamp
from domain.working_time import stopped_us
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
    Index("processing_time_stage", "stage", "ended_on"),
)
"""``from_event`` and ``to_event`` are the numbers of the two events of the case that a figure is made of (rule 12).
``ended_on`` is the hall's local day. ``working_us`` is empty where the hall's calendar lacks a year that lies in between; a report says so."""


class ProcessingTime(View):
    """How long a case and its stages took."""

    name = "processing_time"
    table = table

    def of_case(self, case: Application, city: City) -> Iterable[Row]:
        if case.started is None or case.clock is None:
            return
        if case.imported:
            yield _row(case, city, "total", "", case.department, None, case.started, case.clock)
            return
        if (checked := case.accepted or case.ended) is not None:
            yield _row(case, city, "intake", "", case.department, None, case.started, checked)
        for task in case.tasks.values():
            if task.settled is not None:
                yield _row(case, city, "approval", task.task_id, task.department, None, task.opened, task.settled)
        if case.accepted is not None and case.decided is not None:
            yield _row(case, city, "decision", "", case.department, None, case.accepted, case.decided)
        if case.decided is not None and case.issued is not None:
            yield _row(case, city, "delivery", "", case.department, None, case.decided, case.issued)
        if case.ended is not None:
            yield _row(case, city, "total", "", case.department, None, case.started, case.ended)

    def of_turn(self, turn: Turn, city: City) -> Iterable[Row]:
        source, before, after = turn.record.act.source, turn.before.clock, turn.after.clock
        if source is None or before is None or after is None:
            return
        number = turn.record.originator_version
        start = Mark(before.at, before.calendar, number - 1)
        end = Mark(after.at, turn.record.act.calendar, number)
        department = source.department or turn.after.department
        yield _row(turn.after, city, "step", f"{number:09d}", department, source.activity, start, end)


def _row(
    case: Application,
    city: City,
    stage: str,
    part: str,
    department: str | None,
    activity: str | None,
    start: Mark,
    end: Mark,
) -> Row:
    stopped = case.stopped_spans(end.at) if case.suspensions else ()
    working: int | None = None
    ended_on = stamp(end.at)[:10]
    if case.hall is not None and end.calendar is not None:
        days = city.calendar(case.hall, end.calendar)
        ended_on = days.local_day(end.at).isoformat()
        try:
            working = days.working_us_outside(start.at, end.at, stopped)
        except CalendarYearMissing:
            working = None
    elapsed = end.at - start.at
    return (
        case.case_id,
        stage,
        part,
        activity,
        case.channel_label,
        department,
        "+".join(ref.item_id for ref in case.items) or None,
        case.window,
        case.hall,
        case.zone,
        case.layout,
        ended_on,
        stamp(start.at),
        stamp(end.at),
        start.event,
        end.event,
        (elapsed.days * 86_400 + elapsed.seconds) * 1_000_000 + elapsed.microseconds,
        working,
        stopped_us(start.at, end.at, stopped) if stopped else 0,
    )
