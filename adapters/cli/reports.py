"""``report``: processing time."""

from typing import Annotated

import typer

from adapters.cli.options import (
    DatabaseOption,
    Format,
    FormatOption,
    WaitForOption,
    WaitSecondsOption,
    WrongInput,
    day,
    opened,
    up_to_date,
)
from adapters.cli.output import say_json, say_table
from projections.processing_time import ProcessingTime
from projections.report import By, Clock, Stage, processing_time_report


def add_to(app: typer.Typer) -> None:
    """Put the commands into the command line."""
    report = typer.Typer(help="Reports.", no_args_is_help=True)
    report.command("processing-time")(processing_time)
    app.add_typer(report, name="report")


def processing_time(
    by: Annotated[By, typer.Option(help="What to group by.")],
    stage: Annotated[Stage, typer.Option(help="What to measure.")] = Stage.TOTAL,
    clock: Annotated[Clock, typer.Option(help="All the time, or working time without stopped clocks.")] = Clock.WORKING,
    since: Annotated[str | None, typer.Option("--from", metavar="D", help="Ended on this day or later.")] = None,
    until: Annotated[str | None, typer.Option("--to", metavar="D", help="Ended on this day or earlier.")] = None,
    wait_for: WaitForOption = None,
    wait_seconds: WaitSecondsOption = 10.0,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """How long cases and their stages took: mean and percentiles by group, in seconds (a table shows hours)."""
    first, last = day(since, "--from"), day(until, "--to")
    if first and last and first > last:
        raise WrongInput(f"--from {first} lies after --to {last}")
    with opened(database) as house:
        up_to_date(house, ProcessingTime.name, wait_for, wait_seconds)
        with house.reading() as connection:
            figures = processing_time_report(connection, by=by, stage=stage, clock=clock, since=first, until=last)
    if format_ is Format.JSON:
        say_json(figures)
        return
    rows = [
        {name.replace("_s", "_h"): value / 3600 if isinstance(value, float) else value for name, value in each.items()}
        for each in figures
    ]
    columns = ["group", "cases", "mean_h", "p50_h", "p90_h", "p99_h"]
    say_table(f"{stage.value}, {clock.value} hours by {by.value}", rows, columns, "nothing ended in this time")
