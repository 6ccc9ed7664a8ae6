"""``project``: keep the views up with the log; ``report``: processing time."""

import signal
from threading import Event
from typing import Annotated

import typer
from msgspec.structs import asdict

from adapters.cli.options import (
    DatabaseOption,
    Format,
    FormatOption,
    WrongInput,
    day,
    opened,
    progress_bar,
    warn_if_behind,
)
from adapters.cli.output import say, say_json, say_table
from projections.report import By, Clock, Stage, processing_time_report
from projections.views import VIEWS


def add_to(app: typer.Typer) -> None:
    """Put the commands into the command line."""
    project = typer.Typer(help="The views: catch up, follow, status, rebuild.", invoke_without_command=True)
    project.callback()(catch_up)
    project.command("status")(status)
    project.command("rebuild")(rebuild)
    app.add_typer(project, name="project")
    report = typer.Typer(help="Reports.", no_args_is_help=True)
    report.command("processing-time")(processing_time)
    app.add_typer(report, name="report")


def catch_up(
    context: typer.Context,
    follow: Annotated[bool, typer.Option("--follow", help="Go on as events come, until stopped.")] = False,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Fold what was recorded since into all views."""
    if context.invoked_subcommand is not None:
        return
    stopped = Event()
    if follow:
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, lambda *_: stopped.set())
    with opened(database) as house:
        runner = house.runner()
        with progress_bar("projecting") as progress:
            position = runner.catch_up(progress)
        say(format_, f"all views stand at position {position}", position=position)
        if follow:
            runner.follow(stopped.is_set)


def status(database: DatabaseOption = None, format_: FormatOption = Format.TABLE) -> None:
    """Where each view stands, and how far behind the log."""
    with opened(database) as house:
        head = house.log.head()
        standing = [{**asdict(each), "lag": head - each.position} for each in house.runner().status()]
    if format_ is Format.JSON:
        say_json(standing)
    else:
        say_table(
            f"views; the log ends at {head}",
            standing,
            ["view", "version", "position", "lag", "stale", "updated_at", "error"],
        )


def rebuild(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The view.")],
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Fold one view anew from the events; readers see the old rows until it is done."""
    names = [view.name for view in VIEWS]
    if name not in names:
        raise WrongInput(f"there is no view {name!r}; there are {', '.join(names)}")
    with opened(database) as house, progress_bar(f"rebuilding {name}") as progress:
        rows = house.runner().rebuild(name, progress)
    say(format_, f"view {name} rebuilt: {rows} rows", view=name, rows=rows)


def processing_time(
    by: Annotated[By, typer.Option(help="What to group by.")],
    stage: Annotated[Stage, typer.Option(help="What to measure.")] = Stage.TOTAL,
    clock: Annotated[Clock, typer.Option(help="All the time, or working time without stopped clocks.")] = Clock.WORKING,
    since: Annotated[str | None, typer.Option("--from", metavar="D", help="Ended on this day or later.")] = None,
    until: Annotated[str | None, typer.Option("--to", metavar="D", help="Ended on this day or earlier.")] = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """How long cases and their stages took: mean and percentiles by group, in seconds (a table shows hours)."""
    first, last = day(since, "--from"), day(until, "--to")
    if first and last and first > last:
        raise WrongInput(f"--from {first} lies after --to {last}")
    with opened(database) as house, house.reading() as connection:
        warn_if_behind(house)
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
