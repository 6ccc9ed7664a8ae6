"""``calendar``: what a hall counts as working days."""

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import typer

from adapters.cli.options import (
    DatabaseOption,
    Format,
    FormatOption,
    opened,
)
from adapters.cli.output import say, say_json, say_table
from domain.hall.calendars import LoadCalendar
from domain.record import Actor, Role

HallOption = Annotated[str, typer.Option(metavar="H", help="The hall.")]


def add_to(app: typer.Typer) -> None:
    """Put the commands into the command line."""
    calendar = typer.Typer(help="The calendar of a hall.", no_args_is_help=True)
    calendar.command("load")(load_file)
    calendar.command("show")(show)
    app.add_typer(calendar, name="calendar")


def load_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Years and days (TOML).")],
    hall: HallOption,
    person: Annotated[str, typer.Option(help="Who enters it.")] = "operator",
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Enter years (public holidays, make-up days) and single days into a hall's calendar."""
    from adapters.files.calendar_file import load

    entered = load(file)
    with opened(database) as house:
        version = house.office.city().calendar_version(hall)
        content = sha256(repr((entered.years, entered.overrides)).encode()).hexdigest()[:16]
        command = LoadCalendar(
            command_id=f"calendar/{hall}/{version}/{content}",
            actor=Actor(person=person, role=Role.OPERATOR, hall=hall),
            occurred_at=datetime.now(UTC),
            hall_id=hall,
            years=entered.years,
            overrides=entered.overrides,
        )
        house.office.execute(command)
        after = house.office.city().calendar_version(hall)
    say(
        format_,
        f"calendar of hall {hall}: {after - version} entries new",
        hall=hall,
        new=after - version,
        version=after,
    )


def show(hall: HallOption, database: DatabaseOption = None, format_: FormatOption = Format.TABLE) -> None:
    """The years a hall's calendar knows, and its own days."""
    with opened(database) as house:
        city = house.office.city()
        data = city.hall(hall).calendars[-1]
        version = city.calendar_version(hall)
    if format_ is Format.JSON:
        say_json({"hall": hall, "version": version, "calendar": data})
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
