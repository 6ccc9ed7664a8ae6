"""``tick`` and ``due``: limits that act by themselves, and what is due when."""

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from msgspec.structs import asdict

from adapters.bootstrap import Installation
from adapters.cli.answers.work import DueLine, LimitsPassed
from adapters.cli.options import (
    DatabaseOption,
    Format,
    FormatOption,
    WaitForOption,
    WaitSecondsOption,
    moment,
    opened,
    progress_bar,
    up_to_date,
    zone_of,
)
from adapters.cli.output import last_moment, say, say_json, say_table
from adapters.logs import work_at_length
from adapters.services.clock import tick_all
from domain.exit_code import ExitCode
from domain.number_of import number_of
from projections.views.deadlines import Deadlines
from projections.views.deadlines import due as due_at

MOST = 10_000
"""So many deadlines are listed at most."""


def add_to(app: typer.Typer) -> None:
    """Put the commands into the command line."""
    app.command("tick")(tick)
    app.command("due")(due)


def tick(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only list the limits that have passed; record nothing.")
    ] = False,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Record the consequences of limits that have passed, each at the time that the law gives it.

    A run that is late, repeated or on two machines records each consequence once. `onewindow project --follow` does this
    continuously. Exit 5 if a case could not be checked.
    """
    if dry_run:
        with opened(database) as installation:
            installation.runner().catch_up()
            _show_due(installation, installation.now(), MOST, format_)
        return
    work_at_length()
    with opened(database) as installation, progress_bar("checking the limits") as progress:
        done = tick_all(installation, progress)
    failed = f"; {number_of(done.failed, 'case')} could not be checked, see the log" if done.failed else ""
    say(
        format_,
        f"{number_of(done.lapsed, 'limit')} had passed{failed}",
        LimitsPassed(lapsed=done.lapsed, failed=done.failed),
    )
    if done.failed:
        raise typer.Exit(ExitCode.VIEW_STOPPED)


def due(
    before: Annotated[
        str | None, typer.Option("--before", metavar="TIME", help="Only what is due before this time.")
    ] = None,
    limit: Annotated[int, typer.Option(metavar="N", min=1, max=10_000, help="At most this many rows.")] = 50,
    wait_for: WaitForOption = None,
    wait_seconds: WaitSecondsOption = 10.0,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Show what is due next in each case: notices, supplements, promised materials, the lights of limits."""
    with opened(database) as installation:
        until = moment(before, "--before", zone_of(installation)) if before else None
        up_to_date(installation, Deadlines, wait_for, wait_seconds)
        _show_due(installation, until, limit, format_)


def _show_due(installation: Installation, until: datetime | None, limit: int, format_: Format) -> None:
    """The next deadline of each case, those before a moment where one is given."""
    with installation.reading() as connection:
        found = due_at(connection, until, limit)
    city = installation.office.city()
    zones = {each.hall: city.hall(each.hall).calendars[-1].time_zone for each in found if each.hall}
    lines = [
        DueLine(case=each.case_id, what=each.kind, part=each.part, hall=each.hall, due_at=each.at) for each in found
    ]
    if format_ is Format.JSON:
        say_json(lines)
    else:
        rows = [
            {**asdict(line), "due": last_moment(line.due_at, ZoneInfo(zones.get(line.hall or "", "UTC")))}
            for line in lines
        ]
        say_table(f"the first {len(rows)} by due time", rows, ["due", "what", "part", "case", "hall"], "nothing is due")
