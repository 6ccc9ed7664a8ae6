"""The report of processing time: how many, mean and percentiles by group, computed from the view."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, func, select

from domain.errors import OfficeError
from projections.engine.generations import live
from projections.reports.selection import EVERYTHING, Result, Selection
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


NOT_COMPLETED = (Result.WITHDRAWN.value, Result.MERGED.value)
"""Results of a case that nobody completed: its applicant took it back, or it was registered twice."""


class Clock(StrEnum):
    """All the time, or the hall's working time without stopped clocks."""

    CALENDAR = "calendar"
    WORKING = "working"


Figures = Mapping[str, str | int | float | None]


class CalendarTooShort(OfficeError):
    """Working time cannot be told for some cases: the calendar of their hall lacks a year."""


def processing_time_report(
    connection: Connection,
    *,
    by: Sequence[Grouping],
    stage: Stage,
    clock: Clock,
    since: date | None = None,
    until: date | None = None,
    only: Selection = EVERYTHING,
) -> list[Figures]:
    """Figures by group, in seconds, of what ended on the days ``since`` to ``until`` (the hall's days, both counted).

    A row for each combination of ``by`` that there is, ordered by them as they are named. It has the value of each under its
    name (None for none) and all of them as ``group`` (``-`` for none); ``cases`` (how many measured spans: one a case; one a
    task for ``approval``, one a step for ``step``), ``corrected`` (how many of them stand on a corrected value), ``mean_s`` and
    the percentiles with linear interpolation. Unless ``only`` or ``by`` names results, the ``total`` of cases that were
    withdrawn or merged is left out. Raises ``CalendarTooShort``.
    """
    table = live(connection, ProcessingTime)
    groups = [_column(table, each) for each in dict.fromkeys(by)]
    measure = table.c.calendar_us if clock is Clock.CALENDAR else table.c.working_us
    query = select(measure, table.c.hall, table.c.corrected_by, *groups).where(table.c.stage == stage.value)
    query = query.where(*only.conditions(table))
    if since is not None:
        query = query.where(table.c.ended_on >= since.isoformat())
    if until is not None:
        query = query.where(table.c.ended_on <= until.isoformat())
    if stage is Stage.TOTAL and not only.results and Grouping.RESULT not in by:
        query = query.where(completed(table))
    rows = connection.execute(query.order_by(*groups), execution_options={"yield_per": 50_000})
    figures = [
        (values, _measured(values, members)) for values, members in groupby(rows, key=lambda row: tuple(row[3:]))
    ]
    figures.sort(key=lambda each: [_shown(value) for value in each[0]])  # whatever the database puts first
    return [
        {
            "group": _group(values),
            **dict(zip((each.value for each in dict.fromkeys(by)), values, strict=True)),
            **measured,
        }
        for values, measured in figures
    ]


def completed(times: Table) -> ColumnElement[bool]:
    """Which rows are of cases that were completed; those of a log from elsewhere count."""
    return times.c.result.is_(None) | times.c.result.not_in(NOT_COMPLETED)


def _column(table: Table, by: Grouping) -> ColumnElement[str]:
    return func.substr(table.c.ended_on, 1, 7) if by is Grouping.MONTH else table.c[by.value]


def _shown(value: str | None) -> str:
    return NO_GROUP if value is None else value


def _group(values: Sequence[str | None]) -> str:
    return ", ".join(map(_shown, values))


def _measured(group: Sequence[str | None], members: Iterator[Any]) -> dict[str, float]:
    """The figures of the spans of a group. Raises ``CalendarTooShort``."""
    spans: list[int] = []
    corrected = 0
    for microseconds, hall, corrected_by, *_ in members:
        if microseconds is None:
            raise CalendarTooShort(
                f"the calendar of hall {hall} lacks a year that cases of group {_group(group)!r} run through, so their working time cannot be computed; load it with `onewindow calendar load --hall {hall} FILE` before they end"
            )
        spans.append(microseconds)
        corrected += corrected_by is not None
    return _figures(spans, corrected)


def _figures(microseconds: list[int], corrected: int) -> dict[str, float]:
    import numpy as np  # a tenth of a second that only a report pays

    seconds = np.quantile(np.array(microseconds, dtype=np.float64), list(PERCENTILES.values())) / 1e6
    return {
        "cases": len(microseconds),
        "corrected": corrected,
        "mean_s": sum(microseconds) / len(microseconds) / 1e6,
        **dict(zip(PERCENTILES, map(float, seconds), strict=True)),
    }
