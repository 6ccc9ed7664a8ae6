"""``report``: processing time, the reform, and the events that a figure is made of."""

from datetime import date
from itertools import islice
from typing import Annotated, Any

import typer

from adapters.bootstrap import Installation
from adapters.cli.options import (
    DatabaseOption,
    Format,
    FormatOption,
    WaitForOption,
    WaitSecondsOption,
    WrongInput,
    day,
    opened,
    progress_bar,
    up_to_date,
)
from adapters.cli.output import say, say_json, say_table
from domain.number_of import number_of
from projections.reports.evidence import Evidence
from projections.reports.evidence import evidence as evidence_of
from projections.reports.processing_report import Clock, Grouping, Result, Stage, processing_time_report
from projections.reports.reform import MEANING, Figure, Measured, Period, reform_report
from projections.views.processing_time import ProcessingTime


def add_to(app: typer.Typer) -> None:
    """Put the commands into the command line."""
    report = typer.Typer(help="Reports.", no_args_is_help=True)
    report.command("processing-time")(processing_time)
    report.command("reform")(reform)
    report.command("evidence")(evidence)
    app.add_typer(report, name="report")


def processing_time(
    by: Annotated[Grouping, typer.Option(help="Group by this.")],
    stage: Annotated[Stage, typer.Option(help="Measure this stage.")] = Stage.TOTAL,
    clock: Annotated[Clock, typer.Option(help="All the time, or working time without stopped clocks.")] = Clock.WORKING,
    since: Annotated[str | None, typer.Option("--from", metavar="D", help="Ended on this day or later.")] = None,
    until: Annotated[str | None, typer.Option("--to", metavar="D", help="Ended on this day or earlier.")] = None,
    result: Annotated[
        Result | None, typer.Option(help="Only cases with this result; without it, all but withdrawn and merged ones.")
    ] = None,
    wait_for: WaitForOption = None,
    wait_seconds: WaitSecondsOption = 10.0,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Show how long cases and their stages took: mean and percentiles by group, in seconds (a table shows hours)."""
    first, last = day(since, "--from"), day(until, "--to")
    if first and last and first > last:
        raise WrongInput(f"--from {first} lies after --to {last}")
    with opened(database) as installation:
        up_to_date(installation, ProcessingTime, wait_for, wait_seconds)
        with installation.reading() as connection:
            figures = processing_time_report(
                connection, by=by, stage=stage, clock=clock, since=first, until=last, result=result
            )
    if format_ is Format.JSON:
        say_json(figures)
        return
    rows = [
        {name.replace("_s", "_h"): value / 3600 if isinstance(value, float) else value for name, value in each.items()}
        for each in figures
    ]
    columns = ["group", "cases", "corrected", "mean_h", "p50_h", "p90_h", "p99_h"]
    say_table(f"{stage.value}, {clock.value} hours by {by.value}", rows, columns, "nothing ended in this time")


PeriodHelp = "Two days with .. between them, both counted: 2025-03-03..2025-08-29."
SHOWN = 50
"""Parts of a figure that a table shows unless told otherwise."""


def reform(
    before: Annotated[str, typer.Option(metavar="D..D", help=PeriodHelp)],
    after: Annotated[str, typer.Option(metavar="D..D", help=PeriodHelp)],
    wait_for: WaitForOption = None,
    wait_seconds: WaitSecondsOption = 10.0,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Compare windows, materials, waiting, visits, time and punctuality in two periods; each figure with its parts."""
    periods = period(before, "--before"), period(after, "--after")
    with opened(database) as installation:
        up_to_date(installation, ProcessingTime, wait_for, wait_seconds)
        show_reform(installation, *periods, format_)


def show_reform(installation: Installation, before: Period, after: Period, format_: Format = Format.TABLE) -> None:
    """The figures of two periods side by side, and the commands that open them."""
    with installation.reading() as connection:
        figures = reform_report(connection, installation.office.city(), before, after)
    if format_ is Format.JSON:
        say_json([_compared(figure, of, (before, after)) for figure, of in figures.items()])
        return
    rows = []
    for figure, (was, now) in figures.items():
        meaning, of = MEANING[figure]
        rows.append(
            {
                "figure": figure.value,
                "before": was.value,
                "of": was.of,
                "after": now.value,
                "of ": now.of,
                "change %": _change(was, now),
                "what it says": f"{meaning} ({of})",
            }
        )
    title = f"before {before.first} to {before.last}, after {after.first} to {after.last}"
    say_table(title, rows, list(rows[0]))
    say(format_, f"the events of a figure: {_command('FIGURE', before)}, and with the days after")


def _compared(figure: Figure, of: tuple[Measured, Measured], periods: tuple[Period, Period]) -> dict[str, Any]:
    meaning, what = MEANING[figure]
    told = {
        name: {"value": each.value, "of": each.of, "evidence": _command(figure.value, period)}
        for name, each, period in zip(("before", "after"), of, periods, strict=True)
    }
    return {"figure": figure.value, "meaning": meaning, "made_of": what, **told, "change_percent": _change(*of)}


def _change(was: Measured, now: Measured) -> float | None:
    return None if not was.value or now.value is None else 100 * (now.value / was.value - 1)


def _command(figure: str, of: Period) -> str:
    return f"onewindow report evidence {figure} --from {of.first} --to {of.last}"


def evidence(
    figure: Annotated[Figure, typer.Argument(help="The figure to open.")],
    since: Annotated[str, typer.Option("--from", metavar="D", help="The first day of its period.")],
    until: Annotated[str, typer.Option("--to", metavar="D", help="The last day of its period.")],
    limit: Annotated[
        int | None, typer.Option(min=1, help="At most this many parts.", show_default="50 in a table, all in JSON")
    ] = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """List the events behind a figure of the reform, and the value of each part."""
    of = _ordered(day(since, "--from"), day(until, "--to"), "--from", "--to")
    with (
        opened(database) as installation,
        installation.reading() as connection,
        progress_bar(f"opening {figure}") as progress,
    ):
        up_to_date(installation, ProcessingTime, None, 0)
        every = evidence_of(connection, installation.log, installation.office.city(), figure, of, progress)
        shown = limit or (None if format_ is Format.JSON else SHOWN)
        parts = list(islice(every, shown))
        more = next(every, None) is not None
    if format_ is Format.JSON:
        say_json([_part(each) for each in parts])
        return
    rows = [
        {
            "value": each.value,
            "about": each.about,
            "events": "\n".join(
                f"{e.position}: {e.history} {e.event} {e.type} {e.occurred_at:%Y-%m-%d %H:%M}Z" for e in each.events
            ),
        }
        for each in parts
    ]
    which = f"the first {number_of(len(rows), 'part')}" if more else number_of(len(rows), "part")
    say_table(f"{which} of {MEANING[figure][0]}, {since} to {until}", rows, ["value", "about", "events"], "none")
    if more:
        say(format_, "... and more; --limit or --format json shows them")


def _part(each: Evidence) -> dict[str, Any]:
    return {"value": each.value, "about": each.about, "events": [told._asdict() for told in each.events]}


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
        raise WrongInput(f"{first_option} {first} lies after {last_option} {last}")
    return Period(first, last)
