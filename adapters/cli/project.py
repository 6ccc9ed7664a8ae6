"""``project``: keep the views up with the log; rebuild them, go back, see to what they could not take."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event
from typing import Annotated

import structlog
import typer
from msgspec.structs import asdict

from adapters.bootstrap import Installation
from adapters.cli.answers.records import GenerationsDropped, Retried, ViewBack, ViewsRebuilt, ViewsStand
from adapters.cli.options import (
    DatabaseOption,
    Format,
    FormatOption,
    WrongInput,
    opened,
    progress_bar,
)
from adapters.cli.output import say, say_json, say_table
from adapters.logs import work_at_length
from adapters.services import clock as ticking
from adapters.store.driver.failures import DatabaseError
from adapters.workers.disk_space import refuse_without_room
from adapters.workers.rebuilding import spread_over, step_back
from domain.exit_code import ExitCode
from domain.number_of import number_of
from projections.engine.parking import parked_events
from projections.engine.readers import OthersReadIt
from projections.engine.rebuild import Rebuild
from projections.engine.runner import Progress, Runner
from projections.engine.swapping import Swapping
from projections.views.all_views import VIEWS

WORKERS = max(1, (os.cpu_count() or 1) - 1)
"""One processor is left to those who work while views are rebuilt."""
RETRY_SECONDS = 1.0
"""How long a follower waits before it tries a database again that went away."""

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The view.")]
NamesArgument = Annotated[
    list[str] | None, typer.Argument(metavar="[NAME]...", help="The views; all if none is named.")
]
WorkersOption = Annotated[
    int, typer.Option(min=1, max=64, help="The number of processes.", show_default="all processors but one")
]


def add_to(app: typer.Typer) -> None:
    """Put the commands into the command line."""
    project = typer.Typer(
        help="The views: catch up, follow, status, rebuild, roll back, parked events.", invoke_without_command=True
    )
    project.callback()(catch_up)
    for command in (status, rebuild, rollback, drop, parked, retry):
        project.command(command.__name__)(command)
    app.add_typer(project, name="project")


def catch_up(
    context: typer.Context,
    follow: Annotated[bool, typer.Option("--follow", help="Keep the views up to date until stopped.")] = False,
    tick: Annotated[bool, typer.Option(help="While following, record the consequences of limits that pass.")] = True,
    lapse_overdue: Annotated[
        bool,
        typer.Option("--lapse-overdue", help="While following, do so even after a week without any recorded event."),
    ] = False,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Fold what was recorded since into all views."""
    if context.invoked_subcommand is not None:
        return
    if follow:
        work_at_length()
    with opened(database) as installation:
        runner = installation.runner()
        with progress_bar("projecting") as progress:
            _rebuild_outdated(runner, installation, progress)
            position = runner.catch_up(progress)
        stopped = _told_to_stop() if follow else None  # until here a signal ends it at once: nothing is half-written
        say(format_, f"all views stand at position {position}", ViewsStand(position=position))
        if stopped is not None:
            _follow(installation, stopped, tick=tick, lapse_overdue=lapse_overdue)


def status(database: DatabaseOption = None, format_: FormatOption = Format.TABLE) -> None:
    """Show each view: version, position, lag in events and seconds, parked events, last error."""
    with opened(database, shorter_log=True) as installation:
        runner = installation.runner()
        head = installation.log.head()
        found = runner.status()
        if format_ is Format.JSON:
            say_json(found)
        else:
            standing = [asdict(each) for each in found]
            shown = ["view", "version", "position", "lag", "lag_s", "parked", "error"]
            shown += [name for name in ("stale", "former", "rebuild") if any(each[name] for each in standing)]
            say_table(f"views; the log ends at {head}", standing, shown)
        runner.refuse_shorter_log()


def rebuild(
    names: NamesArgument = None,
    workers: WorkersOption = WORKERS,
    afresh: Annotated[
        bool, typer.Option("--afresh", help="Start over instead of resuming an interrupted rebuild.")
    ] = False,
    park: Annotated[
        bool, typer.Option("--park", help="Switch over even if the new view parks more events than the live one.")
    ] = False,
    room: Annotated[
        int | None,
        typer.Option(metavar="MB", min=0, help="Free space on the server's disk, if it cannot be read from here."),
    ] = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Rebuild views beside the live ones and switch over; work goes on meanwhile. If it is killed, run it again to resume."""
    wanted = _known(names or [view.name for view in VIEWS])
    work_at_length()
    step_back()
    with opened(database, shorter_log=True) as installation:
        runner = installation.runner()
        refuse_without_room(runner, wanted, room)
        with (
            progress_bar(f"rebuilding {', '.join(wanted)}") as progress,
            spread_over(installation.settings, workers, runner) as spread,
        ):
            rows = Rebuild(runner).run(wanted, spread, progress, afresh=afresh, park=park)
    say(format_, f"rebuilt {', '.join(wanted)}: {number_of(rows, 'row')}", ViewsRebuilt(views=wanted, rows=rows))


def rollback(name: NameArgument, database: DatabaseOption = None, format_: FormatOption = Format.TABLE) -> None:
    """Bring back the former generation of a view, caught up with the log."""
    (view,) = _known([name])
    with opened(database) as installation:
        generation = Swapping(installation.runner()).rollback(view)
    say(format_, f"view {view} is back at generation {generation}", ViewBack(view=view, generation=generation))


def drop(name: NameArgument, database: DatabaseOption = None, format_: FormatOption = Format.TABLE) -> None:
    """Drop the former generation of a view and the remains of an interrupted rebuild; the live one stays."""
    (view,) = _known([name])
    with opened(database, shorter_log=True) as installation:
        dropped = Swapping(installation.runner()).drop_former(view)
    say(
        format_,
        f"view {view}: {number_of(dropped, 'generation')} dropped",
        GenerationsDropped(view=view, dropped=dropped),
    )


def parked(database: DatabaseOption = None, format_: FormatOption = Format.TABLE) -> None:
    """List events that a view could not apply, and those that follow one in the same case."""
    with opened(database) as installation, installation.reading() as connection:
        found = parked_events(connection)
    if format_ is Format.JSON:
        say_json(found)
    else:
        say_table(
            number_of(len(found), "parked event"),
            [asdict(each) for each in found],
            ["view", "case_id", "version", "position", "error", "parked_at"],
            "none",
        )


def retry(names: NamesArgument = None, database: DatabaseOption = None, format_: FormatOption = Format.TABLE) -> None:
    """Apply parked events again after their cause is fixed. Exit 5 if some are still parked."""
    wanted = _known(names or [view.name for view in VIEWS])
    with opened(database) as installation, progress_bar("retrying") as progress:
        were, still = installation.runner().retry(wanted, progress)
    say(format_, f"{number_of(were, 'event')} parked before, {still} still parked", Retried(parked=were, still=still))
    if still:
        raise typer.Exit(ExitCode.VIEW_STOPPED)


def _told_to_stop() -> Event:
    """Set once a signal says so."""
    stopped = Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: stopped.set())
    return stopped


def _follow(installation: Installation, stopped: Event, *, tick: bool, lapse_overdue: bool) -> None:
    with ThreadPoolExecutor(1) as beside:
        follow = partial(ticking.follow, installation.settings, stopped, lapse_overdue=lapse_overdue)
        clock = beside.submit(follow) if tick else None
        try:
            while not stopped.is_set():
                try:
                    installation.runner().follow(stopped.is_set)
                except DatabaseError as error:
                    structlog.get_logger().warning("the views wait for their database", reason=str(error))
                    stopped.wait(RETRY_SECONDS)
        finally:
            stopped.set()
    if clock is not None:
        clock.result()  # what ended it ends this


def _rebuild_outdated(runner: Runner, installation: Installation, progress: Progress) -> None:
    """Views whose rows another version of their fold made: nobody can read them here, so what the new one cannot take is parked."""
    stale = [each.view for each in runner.status() if each.stale]
    if not stale:
        return
    work_at_length()
    refuse_without_room(runner, stale, None)
    with spread_over(installation.settings, WORKERS, runner, apart=True) as spread:
        try:
            Rebuild(runner).run(stale, spread, progress, park=True)
        except OthersReadIt as reading:
            structlog.get_logger().warning("others read rows that are no longer kept up", reason=str(reading))
    for each in runner.status():
        if each.view in stale and each.parked:
            structlog.get_logger().warning(
                "a view parked events, see project parked", view=each.view, parked=each.parked
            )


def _known(names: list[str]) -> list[str]:
    known = [view.name for view in VIEWS]
    if strange := [name for name in names if name not in known]:
        raise WrongInput(f"there is no view {strange[0]!r}; there are {', '.join(known)}")
    return sorted(set(names))
