"""The options that every command takes, and opening an installation with them."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, NamedTuple
from zoneinfo import ZoneInfo

import structlog
import typer
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from adapters.bootstrap import Installation, installation
from adapters.cli.refused_moments import ZONE, names_a_moment
from adapters.language.legible import legible
from adapters.settings import Settings, refuse_former_place
from domain.errors import OfficeError
from domain.time.written import day_of, moment_of
from projections.engine.projection import View
from projections.engine.runner import ViewsBehind


class Format(StrEnum):
    """How the answer is written on stdout."""

    TABLE = "table"
    JSON = "json"


FormatOption = Annotated[Format, typer.Option("--format", help="A table for people, JSON for programs.")]


class ReportFormat(StrEnum):
    """How a report is written on stdout."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


ReportFormatOption = Annotated[
    ReportFormat, typer.Option("--format", help="A table for people, JSON for programs, CSV for spreadsheets.")
]
DatabaseOption = Annotated[
    str | None,
    typer.Option(
        "--database",
        envvar="ONEWINDOW_DATABASE_URL",
        help="sqlite:///path or postgresql://user@host/name.",
        show_default="onewindow.db in ONEWINDOW_HOME",
    ),
]


class Typed(NamedTuple):
    """A moment that a person typed (UTC), and the zone in which it was meant."""

    at: datetime
    zone: ZoneInfo | None

    def __str__(self) -> str:
        return echo(self.at, self.zone)


class WrongInput(OfficeError):
    """What was typed cannot be taken."""


def settings_for(database: str | None) -> Settings:
    """The settings, with the database given on the command line. Raises ``FormerPlace``, ``NoHome``."""
    settings = Settings() if database is None else Settings(database_url=database)
    refuse_former_place(settings)
    return settings


@contextmanager
def opened(database: str | None, *, shorter_log: bool = False) -> Iterator[Installation]:
    """An installation on the database of the command line.

    Raises ``LogShorter`` where the log ends before its views do; only what examines or repairs that takes a ``shorter_log``.
    """
    with installation(settings_for(database)) as found:
        if not shorter_log:
            found.runner().refuse_shorter_log()
        try:
            yield found
        except OfficeError as refusal:
            if names_a_moment(str(refusal)):
                with suppress(OfficeError):  # the database may be what refuses
                    ZONE.set(zone_of(found))
            raise


WaitForOption = Annotated[
    int | None,
    typer.Option("--wait-for", metavar="POSITION", min=1, help="Wait until the views have the event at this position."),
]
WaitSecondsOption = Annotated[float, typer.Option("--wait-seconds", min=0, help="Wait at most this many seconds.")]


SECONDS_FOR_A_VIEW = 10.0
"""How long a command that decides from a view waits for who keeps it up."""


def up_to_date(installation: Installation, view: type[View], wait_for: int | None, seconds: float) -> None:
    """Have a view see what was recorded up to a position, or up to now; say in the log when it lacks events all the same.

    Raises ``ViewsBehind`` when a position that was asked for is not there in time.
    """
    try:
        installation.caught_up(view(), seconds, wait_for)
    except ViewsBehind as behind:
        if wait_for is not None:
            raise
        structlog.get_logger().warning("the view is behind the log", view=view.name, reason=str(behind))
    standing = next(each for each in installation.runner().status() if each.view == view.name)
    if standing.parked:
        structlog.get_logger().warning(
            "the view could not take some events; see `onewindow project parked`",
            view=view.name,
            parked=standing.parked,
        )


def moment(text: str, option: str, zone: ZoneInfo | None = None) -> datetime:
    """A moment that a person typed (UTC): ISO 8601; a day alone is its first moment; without an offset it is of the zone.

    Raises ``WrongInput`` naming the option, also where neither an offset nor a zone says which moment is meant.
    """
    try:
        parsed = moment_of(text)
    except ValueError as error:
        raise WrongInput(f"{option}: {text!r} {error}") from error
    if parsed.tzinfo is None and zone is None:
        raise WrongInput(f"{option} {text!r}: the halls are in different time zones; write the offset, as {text}+08:00")
    return parsed.replace(tzinfo=parsed.tzinfo or zone).astimezone(UTC)


def zone_of(installation: Installation, hall: str | None = None) -> ZoneInfo | None:
    """The zone in which a time without an offset is meant: the hall's, else the one that all halls have in common."""
    city = installation.office.city()
    if hall is not None:
        return ZoneInfo(city.hall(hall).calendars[-1].time_zone)
    zones = {each.calendars[-1].time_zone for each in city.halls.values() if each.calendars}
    return ZoneInfo(zones.pop()) if len(zones) == 1 else None


def moment_for(database: str | None, text: str, option: str, hall: str | None = None) -> Typed:
    """A moment that a person typed for a hall, or for the city. Raises ``WrongInput``, ``UnknownReference``."""
    with opened(database) as installation:
        zone = zone_of(installation, hall)
    return Typed(moment(text, option, zone), zone)


def echo(at: datetime, zone: ZoneInfo | None) -> str:
    """A moment with its offset, as 2025-10-22T17:00+08:00."""
    return at.astimezone(zone or UTC).isoformat(timespec="minutes")


def day(text: str | None, option: str) -> date | None:
    """A day that a person typed. Raises ``WrongInput`` naming the option."""
    if text is None:
        return None
    try:
        return day_of(text)
    except ValueError as error:
        raise WrongInput(f"{option}: {text!r} {error}") from error


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr; nothing where stderr is no terminal."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(legible(what), total=None)

        def show(done: int, total: int) -> None:
            progress.update(task, completed=done, total=max(total, 1))

        yield show
