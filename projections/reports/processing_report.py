"""The report of processing time: how many, mean and percentiles by group, computed from the view."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from itertools import groupby

from sqlalchemy import ColumnElement, Connection, Table, func, select

from domain.application.terms import Outcome, Status
from domain.errors import OfficeError
from projections.engine.generations import live
from projections.views.processing_time import ProcessingTime

PERCENTILES = {"p50_s": 0.50, "p90_s": 0.90, "p99_s": 0.99}
NO_GROUP = "-"


class Grouping(StrEnum):
    """What a report is grouped by."""

    CHANNEL = "channel"
    DEPARTMENT = "department"
    ITEM = "item"
    WINDOW = "window"
    HALL = "hall"
    ZONE = "zone"
    LAYOUT = "layout"
    MONTH = "month"
    ACTIVITY = "activity"
    RESULT = "result"


class Stage(StrEnum):
    """What is measured; see ``projections.views.processing_time``."""

    TOTAL = "total"
    INTAKE = "intake"
    APPROVAL = "approval"
    DECISION = "decision"
    DELIVERY = "delivery"
    STEP = "step"
    WAITING = "waiting"
    SERVING = "serving"


class Result(StrEnum):
    """What became of a case: what was decided, or how it ended without a decision."""

    GRANTED = Outcome.GRANTED.value
    PARTLY_GRANTED = Outcome.PARTLY_GRANTED.value
    REFUSED = Outcome.REFUSED.value
    NOT_ACCEPTED = Status.NOT_ACCEPTED.value
    SENT_BACK = Status.SENT_BACK.value
    TERMINATED = Status.TERMINATED.value
    WITHDRAWN = Status.WITHDRAWN.value
    MERGED = Status.MERGED.value


NOT_COMPLETED = (Result.WITHDRAWN.value, Result.MERGED.value)
"""Results of a case that nobody completed: its applicant took it back, or it was registered twice."""


class Clock(StrEnum):
    """All the time, or the hall's working time without stopped clocks."""

    CALENDAR = "calendar"
    WORKING = "working"


Figures = Mapping[str, str | int | float]


class CalendarTooShort(OfficeError):
    """Working time cannot be told for some cases: the calendar of their hall lacks a year."""


def processing_time_report(
    connection: Connection,
    *,
    by: Grouping,
    stage: Stage,
    clock: Clock,
    since: date | None = None,
    until: date | None = None,
    result: Result | None = None,
) -> list[Figures]:
    """Figures by group, in seconds, of what ended on the days ``since`` to ``until`` (the hall's days, both counted).

    Each has ``group`` (``-`` for none), ``cases`` (how many measured spans: one a case; one a task for ``approval``,
    one a step for ``step``), ``corrected`` (how many of them stand on a corrected value), ``mean_s`` and the percentiles with
    linear interpolation. ``result`` asks for one result only; without it the ``total`` of cases that were withdrawn or merged
    is left out unless they are grouped by it. Raises ``CalendarTooShort``.
    """
    table = live(connection, ProcessingTime)
    group = func.substr(table.c.ended_on, 1, 7) if by is Grouping.MONTH else table.c[by.value]
    measure = table.c.calendar_us if clock is Clock.CALENDAR else table.c.working_us
    query = select(group, measure, table.c.hall, table.c.corrected_by).where(table.c.stage == stage.value)
    if since is not None:
        query = query.where(table.c.ended_on >= since.isoformat())
    if until is not None:
        query = query.where(table.c.ended_on <= until.isoformat())
    if result is not None:
        query = query.where(table.c.result == result.value)
    elif stage is Stage.TOTAL and by is not Grouping.RESULT:
        query = query.where(completed(table))
    rows = connection.execute(query.order_by(group), execution_options={"yield_per": 50_000})
    figures: list[Figures] = []
    for name, members in groupby(rows, key=lambda row: row[0]):
        spans: list[int] = []
        corrected = 0
        for _, microseconds, hall, corrected_by in members:
            if microseconds is None:
                raise CalendarTooShort(
                    f"the calendar of hall {hall} lacks a year that cases of group {name!r} run through, so their working time cannot be computed; load it with `onewindow calendar load --hall {hall} FILE` before they end"
                )
            spans.append(microseconds)
            corrected += corrected_by is not None
        figures.append(_figures(NO_GROUP if name is None else name, spans, corrected))
    return figures


def completed(times: Table) -> ColumnElement[bool]:
    """Which rows are of cases that were completed; those of a log from elsewhere count."""
    return times.c.result.is_(None) | times.c.result.not_in(NOT_COMPLETED)


def _figures(group: str, microseconds: list[int], corrected: int) -> Figures:
    import numpy as np  # a tenth of a second that only a report pays

    seconds = np.quantile(np.array(microseconds, dtype=np.float64), list(PERCENTILES.values())) / 1e6
    return {
        "group": group,
        "cases": len(microseconds),
        "corrected": corrected,
        "mean_s": sum(microseconds) / len(microseconds) / 1e6,
        **dict(zip(PERCENTILES, map(float, seconds), strict=True)),
    }
