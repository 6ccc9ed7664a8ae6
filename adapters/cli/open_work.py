"""``open`` and ``intake``: everything that is open in the city, and what stands in a hall and at none of its windows."""

from dataclasses import asdict
from datetime import UTC
from typing import Annotated

import typer

from adapters.cli.answers.work import IntakePage, OpenWorkPage, WorkCount
from adapters.cli.listing import AfterOption, AtOption, KnownOption, LimitOption, line_of, now_or_then, row_of
from adapters.cli.options import (
    DatabaseOption,
    Format,
    FormatOption,
    WaitForOption,
    WaitSecondsOption,
    moment,
    opened,
    zone_of,
)
from adapters.cli.output import local, say_json, say_table
from adapters.cli.queues import say_next
from adapters.services.as_it_stood import Known
from domain.number_of import number_of
from projections.lists.desk import hall_list
from projections.lists.whole_city import Wanted, cases_open, counts, open_work
from projections.views.work import WaitsFor

COLUMNS = [
    "light",
    "since",
    "case",
    "waits_for",
    "of",
    "hall",
    "window",
    "applicant",
    "asks_for",
    "due",
    "statutory_light",
    "statutory_due",
]


def add_to(app: typer.Typer) -> None:
    """Put the commands into the command line."""
    app.command("open")(open_)
    app.command("intake")(intake)


def open_(
    waits_for: Annotated[WaitsFor | None, typer.Option(help="Only work that waits for this step.")] = None,
    hall: Annotated[str | None, typer.Option(metavar="H", help="Only in this hall.")] = None,
    department: Annotated[str | None, typer.Option(metavar="D", help="Only of this department.")] = None,
    since: Annotated[
        str | None, typer.Option(metavar="TIME", help="Only work that has waited since this time or later.")
    ] = None,
    before: Annotated[
        str | None, typer.Option(metavar="TIME", help="Only work that has waited since before this time.")
    ] = None,
    late_by_law: Annotated[
        bool, typer.Option("--late-by-law", help="Only cases whose statutory limit has passed.")
    ] = False,
    limit: LimitOption = 50,
    after: AfterOption = None,
    at: AtOption = None,
    at_by: KnownOption = Known.OCCURRED,
    wait_for: WaitForOption = None,
    wait_seconds: WaitSecondsOption = 10.0,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Show everything that open cases of the city wait for, the longest waiting first, with counts by kind and by hall.

    Imported cases are left out, because nobody acts on them.
    """
    with opened(database) as installation, now_or_then(installation, at, at_by, wait_for, wait_seconds) as reading:
        zone = zone_of(installation, hall)
        wanted = Wanted(
            waits_for=waits_for,
            hall=hall,
            department=department,
            since=moment(since, "--since", zone) if since else None,
            before=moment(before, "--before", zone) if before else None,
            late_by_law=reading.moment if late_by_law else None,
        )
        if hall is not None:
            reading.city.hall(hall)
        if department is not None:
            reading.city.department(department)
        found = open_work(reading.connection, wanted, reading.moment, limit, after)
        numbers, cases = counts(reading.connection, wanted), cases_open(reading.connection, wanted)
        lines = [line_of(installation, line) for line in found.lines]
        total = sum(each.work for each in numbers)
        if format_ is Format.JSON:
            counted = [WorkCount(**asdict(each)) for each in numbers]
            page = OpenWorkPage(
                as_of=reading.as_of, open=total, cases=cases, counts=counted, work=lines, next=found.next
            )
            say_json(page)
            return
        say_table(
            reading.of(f"open 待办: {total} in {number_of(cases, 'case')}"),
            [{**asdict(each), "since": local(each.since, zone_of(installation, each.hall) or UTC)} for each in numbers],
            ["waits_for", "hall", "work", "cases", "since"],
        )
        rows = [row_of(reading, line) for line in lines]
        say_table(f"{len(rows)} of {total}, the longest waiting first", rows, COLUMNS)
        say_next(found.next)


def intake(
    hall: Annotated[str, typer.Option(metavar="H", help="The hall.")],
    limit: LimitOption = 50,
    after: AfterOption = None,
    at: AtOption = None,
    at_by: KnownOption = Known.OCCURRED,
    wait_for: WaitForOption = None,
    wait_seconds: WaitSecondsOption = 10.0,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Show the cases of a hall that no window handles: those that came online, by kiosk, by post or from another hall. Claim one with `case claim`."""
    with opened(database) as installation, now_or_then(installation, at, at_by, wait_for, wait_seconds) as reading:
        name = reading.city.hall(hall).name
        found = hall_list(reading.connection, reading.city, hall, reading.moment, limit, after)
        lines = [line_of(installation, line) for line in found.lines]
        if format_ is Format.JSON:
            say_json(IntakePage(hall=hall, as_of=reading.as_of, work=lines, next=found.next))
            return
        rows = [row_of(reading, line) for line in lines]
        count = f"the first {len(rows)}" if found.next else str(len(rows))
        say_table(reading.of(f"{name} ({hall}): in no window's hands 大厅待领, {count}"), rows, COLUMNS)
        say_next(found.next)
