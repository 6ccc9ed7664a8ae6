"""``report``: processing time, the reform, and the events that a figure is made of."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Annotated, Any

import typer
from msgspec import convert

from adapters.bootstrap import Installation
from adapters.cli.answers.reports import EventBehind, FigureOfPeriod, FiguresCompared, PartOfFigure, TimeFigures
from adapters.cli.csv_table import write_csv
from adapters.cli.options import (
    DatabaseOption,
    ReportFormat,
    ReportFormatOption,
    WaitForOption,
    WaitSecondsOption,
    WrongInput,
    day,
    opened,
    progress_bar,
    up_to_date,
)
from adapters.cli.output import say_json, say_table, tell
from adapters.language.translation import in_language, word
from domain.number_of import number_of
from projections.reports.evidence import Evidence, EvidenceEvent
from projections.reports.evidence import evidence as evidence_of
from projections.reports.processing_report import (
    NO_GROUP,
    Clock,
    Figures,
    Grouping,
    Stage,
    processing_time_report,
)
from projections.reports.reform import MEANING, Figure, Measured, Period, reform_report
from projections.reports.selection import Result, selected
from projections.views.processing_time import ProcessingTime


def add_to(app: typer.Typer) -> None:
    """Put the commands into the command line."""
    report = typer.Typer(help="Reports.", no_args_is_help=True)
    report.command("processing-time")(processing_time)
    report.command("reform")(reform)
    report.command("evidence")(evidence)
    app.add_typer(report, name="report")


COLUMNS = ["cases", "corrected", "mean_h", "p50_h", "p90_h", "p99_h"]
"""Of a table, after what it is grouped by; programs get seconds."""


HallsOption = Annotated[
    list[str] | None, typer.Option("--hall", metavar="H", help="Only this hall; may be given several times.")
]


def processing_time(
    by: Annotated[list[Grouping], typer.Option(help="Group by this; given several times, a row for each combination.")],
    stage: Annotated[Stage, typer.Option(help="Measure this stage.")] = Stage.TOTAL,
    clock: Annotated[
        Clock, typer.Option(help="Calendar time, or working time without stopped clocks.")
    ] = Clock.WORKING,
    since: Annotated[str | None, typer.Option("--from", metavar="D", help="Ended on this day or later.")] = None,
    until: Annotated[str | None, typer.Option("--to", metavar="D", help="Ended on this day or earlier.")] = None,
    halls: HallsOption = None,
    items: Annotated[
        list[str] | None,
        typer.Option("--item", metavar="ITEM", help="Only cases that ask for this item; may be given several times."),
    ] = None,
    channels: Annotated[
        list[str] | None,
        typer.Option("--channel", metavar="CHANNEL", help="Only this channel; may be given several times."),
    ] = None,
    results: Annotated[
        list[Result] | None,
        typer.Option(
            "--result",
            help="Only cases with this result; may be given several times; without it, all but withdrawn and merged ones.",
        ),
    ] = None,
    wait_for: WaitForOption = None,
    wait_seconds: WaitSecondsOption = 10.0,
    database: DatabaseOption = None,
    format_: ReportFormatOption = ReportFormat.TABLE,
) -> None:
    """Show how long cases and their stages took: mean and percentiles by group, in seconds (a table shows hours)."""
    first, last = day(since, "--from"), day(until, "--to")
    if first and last and first > last:
        raise WrongInput(f"--from {first} lies after --to {last}; put the earlier day first")
    named = {"halls": halls or (), "items": items or (), "channels": channels or ()}
    with opened(database) as installation:
        up_to_date(installation, ProcessingTime, wait_for, wait_seconds)
        with installation.reading() as connection:
            only = selected(connection, installation.office.city(), **named, results=results or ())
            figures = processing_time_report(
                connection, by=by, stage=stage, clock=clock, since=first, until=last, only=only
            )
    keys = [each.value for each in dict.fromkeys(by)]
    match format_:
        case ReportFormat.JSON:
            say_json(convert(figures, list[TimeFigures]))
        case ReportFormat.CSV:
            columns = [*keys, *(name.replace("_h", "_s") for name in COLUMNS)]
            write_csv(columns, map(_in_whole_seconds, figures))
        case ReportFormat.TABLE:
            title = f"{stage.value}, {clock.value} hours by {', '.join(keys)}"
            rows = [_in_hours(each) for each in figures]
            say_table(title, rows, [*keys, *COLUMNS], "no case ended in this period")


def _in_whole_seconds(figures: Figures) -> dict[str, str | int | None]:
    return {name: round(value) if isinstance(value, float) else value for name, value in figures.items()}


def _in_hours(figures: Figures) -> dict[str, str | int | float]:
    hours = {name.replace("_s", "_h"): value / 3600 for name, value in figures.items() if isinstance(value, float)}
    return {**{name: NO_GROUP if value is None else value for name, value in figures.items()}, **hours}


PeriodHelp = "Two days with .. between them, both counted: 2025-03-03..2025-08-29."
SHOWN = 50
"""Parts of a figure that a table shows unless told otherwise."""


def reform(
    before: Annotated[str, typer.Option(metavar="D..D", help=PeriodHelp)],
    after: Annotated[str, typer.Option(metavar="D..D", help=PeriodHelp)],
    halls: HallsOption = None,
    wait_for: WaitForOption = None,
    wait_seconds: WaitSecondsOption = 10.0,
    database: DatabaseOption = None,
    format_: ReportFormatOption = ReportFormat.TABLE,
) -> None:
    """Compare windows, materials, waiting, visits, time and punctuality in two periods; each figure with its parts."""
    periods = period(before, "--before"), period(after, "--after")
    with opened(database) as installation:
        up_to_date(installation, ProcessingTime, wait_for, wait_seconds)
        show_reform(installation, *periods, format_, halls or ())


def show_reform(
    installation: Installation,
    before: Period,
    after: Period,
    format_: ReportFormat = ReportFormat.TABLE,
    halls: Sequence[str] = (),
) -> None:
    """The figures of two periods side by side, and the commands that open them."""
    with installation.reading() as connection:
        city = installation.office.city()
        named = selected(connection, city, halls=halls).halls
        figures = reform_report(connection, city, before, after, named)
    match format_:
        case ReportFormat.JSON:
            say_json([_compared(figure, of, (before, after), named) for figure, of in figures.items()])
        case ReportFormat.CSV:
            write_csv(CHANGES, [_side_by_side(figure, of) for figure, of in figures.items()])
        case ReportFormat.TABLE:
            _show_changes(figures, before, after, named)


CHANGES = ["figure", "before", "before_of", "after", "after_of", "change_percent"]


def _side_by_side(figure: Figure, of: tuple[Measured, Measured]) -> dict[str, Any]:
    was, now = of
    return dict(zip(CHANGES, (figure.value, was.value, was.of, now.value, now.of, _change(was, now)), strict=True))


def _show_changes(
    figures: Mapping[Figure, tuple[Measured, Measured]], before: Period, after: Period, halls: Sequence[str]
) -> None:
    rows = []
    for figure, (was, now) in figures.items():
        meaning, of = MEANING[figure]
        rows.append(
            {
                "figure": figure.value,
                "before": was.value,
                "made of": was.of,
                "after": now.value,
                "made of ": now.of,
                "change %": _change(was, now),
                "what it says": f"{in_language(meaning)} ({word('made_of', of)})",
            }
        )
    title = f"before {before.first} to {before.last}, after {after.first} to {after.last}"
    say_table(title, rows, list(rows[0]))
    tell(f"the events of a figure: {_command('FIGURE', before, halls)}, and with the days after")


def _compared(
    figure: Figure, of: tuple[Measured, Measured], periods: tuple[Period, Period], halls: Sequence[str]
) -> FiguresCompared:
    meaning, what = MEANING[figure]
    before, after = (
        FigureOfPeriod(value=each.value, of=each.of, evidence=_command(figure.value, period, halls))
        for each, period in zip(of, periods, strict=True)
    )
    return FiguresCompared(
        figure=figure.value, meaning=meaning, made_of=what, before=before, after=after, change_percent=_change(*of)
    )


def _change(was: Measured, now: Measured) -> float | None:
    return None if not was.value or now.value is None else 100 * (now.value / was.value - 1)


def _command(figure: str, of: Period, halls: Sequence[str]) -> str:
    words = ["onewindow", "report", "evidence", figure, "--from", of.first.isoformat(), "--to", of.last.isoformat()]
    for hall in halls:
        words += ["--hall", hall]
    return " ".join(words)


def evidence(
    figure: Annotated[Figure, typer.Argument(help="The figure whose events to list.")],
    since: Annotated[str, typer.Option("--from", metavar="D", help="The first day of its period.")],
    until: Annotated[str, typer.Option("--to", metavar="D", help="The last day of its period.")],
    halls: HallsOption = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="At most this many parts.", show_default="50 in a table, else all")
    ] = None,
    database: DatabaseOption = None,
    format_: ReportFormatOption = ReportFormat.TABLE,
) -> None:
    """List the events behind a figure of the reform, and the value of each part."""
    of = _ordered(day(since, "--from"), day(until, "--to"), "--from", "--to")
    with (
        opened(database) as installation,
        installation.reading() as connection,
        progress_bar(f"reading the events of {figure}") as progress,
    ):
        up_to_date(installation, ProcessingTime, None, 0)
        city = installation.office.city()
        named = selected(connection, city, halls=halls or ()).halls
        every = evidence_of(connection, installation.log, city, figure, of, progress, named)
        shown = limit or (SHOWN if format_ is ReportFormat.TABLE else None)
        parts = list(islice(every, shown))
        more = next(every, None) is not None
    match format_:
        case ReportFormat.JSON:
            say_json([_part(each) for each in parts])
        case ReportFormat.CSV:
            write_csv(EVENTS, _events(parts))
        case ReportFormat.TABLE:
            which = f"the first {number_of(len(parts), 'part')}" if more else number_of(len(parts), "part")
            title = f"{which} of {MEANING[figure][0]}, {since} to {until}"
            say_table(title, [_shown(each) for each in parts], ["value", "about", "events"], "none")
            if more:
                tell("... and more; --limit or --format json shows them")


def _shown(part: Evidence) -> dict[str, object]:
    events = "\n".join(
        f"{e.position}: {e.history} {e.event} {e.type} {e.occurred_at.isoformat(timespec='minutes')}"
        for e in part.events
    )
    return {"value": part.value, "about": part.about, "events": events}


EVENTS = ["part", "value", "about", *EvidenceEvent._fields]


def _events(parts: Sequence[Evidence]) -> Iterator[dict[str, Any]]:
    """A row for each event of each part, which has the number of its part."""
    for number, part in enumerate(parts, start=1):
        for each in part.events:
            told = {**each._asdict(), "occurred_at": each.occurred_at.isoformat()}
            yield {"part": number, "value": part.value, "about": part.about, **told}


def _part(each: Evidence) -> PartOfFigure:
    events = [EventBehind(**told._asdict()) for told in each.events]
    return PartOfFigure(value=each.value, about=each.about, events=events)


def period(text: str, option: str) -> Period:
    """A period that a person typed. Raises ``WrongInput`` naming the option."""
    first, dots, last = text.partition("..")
    if not dots:
        raise WrongInput(f"{option} {text!r} is not a period; write it as 2025-03-03..2025-08-29")
    return _ordered(day(first, option), day(last, option), option, option)


def _ordered(first: date | None, last: date | None, first_option: str, last_option: str) -> Period:
    assert first is not None
    assert last is not None
    if first > last:
        raise WrongInput(f"{first_option} {first} lies after {last_option} {last}; put the earlier day first")
    return Period(first, last)
