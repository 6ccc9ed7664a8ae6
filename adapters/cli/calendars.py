"""``calendar``: what a hall counts as working days."""

from hashlib import sha256
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from adapters.cli.answers.city import CalendarLoaded, CaseLimit, HallCalendar, LimitsRecounted
from adapters.cli.options import (
    DatabaseOption,
    Format,
    FormatOption,
    WaitForOption,
    WaitSecondsOption,
    opened,
    up_to_date,
)
from adapters.cli.output import last_moment, say, say_json, say_table
from adapters.cli.recording import envelope, records
from domain.hall.calendars import LoadCalendar
from domain.number_of import number_of
from domain.record import Actor, Role

HallOption = Annotated[str, typer.Option(metavar="H", help="The hall.")]


def add_to(app: typer.Typer) -> None:
    """Put the commands into the command line."""
    calendar = typer.Typer(
        help="The calendar of a hall (工作日历): public holidays, make-up days, days of its own.", no_args_is_help=True
    )
    calendar.command("load")(load_file)
    calendar.command("show")(show)
    calendar.command("recount")(recount)
    app.add_typer(calendar, name="calendar")


@records
def load_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Years and days (TOML).")],
    hall: HallOption,
    person: Annotated[
        str, typer.Option("--by", "--person", metavar="PERSON", help="The operator who enters it, by number.")
    ],
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Enter years (public holidays, make-up days) and single days into a hall's calendar."""
    from adapters.files.calendar_file import load

    entered = load(file)
    with opened(database) as installation:
        version = installation.office.city().calendar_version(hall)
        content = sha256(repr((entered.years, entered.overrides)).encode()).hexdigest()[:16]
        command = LoadCalendar(
            **envelope(installation).fields(otherwise=f"calendar/{hall}/{version}/{content}"),
            actor=Actor(person=person, role=Role.OPERATOR, hall=hall),
            hall_id=hall,
            years=entered.years,
            overrides=entered.overrides,
        )
        installation.office.execute(command)
        after = installation.office.city().calendar_version(hall)
    say(
        format_,
        f"calendar of hall {hall}: {number_of(after - version, 'new entry', 'new entries')}",
        CalendarLoaded(hall=hall, new=after - version, version=after),
    )


def show(hall: HallOption, database: DatabaseOption = None, format_: FormatOption = Format.TABLE) -> None:
    """Show the years of a hall's calendar, and its own days."""
    with opened(database) as installation:
        city = installation.office.city()
        data = city.hall(hall).calendars[-1]
        version = city.calendar_version(hall)
    if format_ is Format.JSON:
        say_json(HallCalendar(hall=hall, version=version, calendar=data))
        return
    rows = [
        {"year": y.year, "holidays": len(y.holidays), "make-up days": ", ".join(str(d) for d in y.makeup_days)}
        for y in data.years
    ]
    say_table(
        f"calendar of hall {hall}, version {version}, {data.time_zone}", rows, ["year", "holidays", "make-up days"]
    )
    days = [
        {
            "day": str(o.day),
            "sessions": ", ".join(f"{s.opens:%H:%M}-{s.closes:%H:%M}" for s in o.sessions) or "closed",
            "counts": "working day" if o.is_working_day else "no working day",
            "reason": o.reason,
        }
        for o in data.overrides
    ]
    say_table("days of its own", days, ["day", "sessions", "counts", "reason"], "none")


@records
def recount(
    hall: HallOption,
    order: Annotated[str, typer.Option(metavar="TEXT", help="The order of the closure.")],
    notice: Annotated[str, typer.Option(metavar="TEXT", help="What the applicants are told.")],
    person: Annotated[str, typer.Option("--by", metavar="PERSON", help="The person who orders it.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list the old and the new dates.")] = False,
    wait_for: WaitForOption = None,
    wait_seconds: WaitSecondsOption = 10.0,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Recount the limits of a hall's running cases by its newest calendar, after a closed day was loaded.

    Loading a day moves no running limit; this command does, by the order, case by case. Use --dry-run first.
    """
    from adapters.services.recounting import recount as count_anew
    from adapters.services.recounting import recount_of
    from projections.views.deadlines import Deadlines
    from projections.views.open_work import OpenWork

    with opened(database) as installation:
        for view in (Deadlines, OpenWork):
            up_to_date(installation, view, wait_for, wait_seconds)
        by = Actor(person=person, role=Role.OPERATOR, hall=hall)
        if dry_run:
            moved = list(recount_of(installation, hall))
        else:
            moved = count_anew(installation, hall, by, order, notice, envelope(installation))
        zone = ZoneInfo(installation.office.city().hall(hall).calendars[-1].time_zone)
    if format_ is Format.JSON:
        limits = [CaseLimit(case=each.case_id, limit=each.limit) for each in moved]
        say_json(LimitsRecounted(hall=hall, dry_run=dry_run, limits=limits))
        return
    rows = [
        {
            "case": each.case_id,
            "limit": each.limit.part,
            "former": None if each.limit.former is None else last_moment(each.limit.former, zone),
            "now": last_moment(each.limit.due_at, zone),
        }
        for each in moved
    ]
    what = "would move" if dry_run else "moved"
    say_table(
        f"hall {hall}: {number_of(len(rows), 'limit')} {what}",
        rows,
        ["case", "limit", "former", "now"],
        "no limit moves",
    )
