"""The options that every command takes, and opening a house with them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated

import structlog
import typer
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from adapters.settings import Settings
from adapters.wiring import House, house
from domain.errors import OfficeError


class Format(StrEnum):
    """How the answer is written on stdout."""

    TABLE = "table"
    JSON = "json"


FormatOption = Annotated[Format, typer.Option("--format", help="A table for people, JSON for programs.")]
DatabaseOption = Annotated[
    str | None,
    typer.Option(
        "--database",
        envvar="ONEWINDOW_DATABASE_URL",
        help="sqlite:///path or postgresql://user@host/name.",
        show_default="sqlite:///var/onewindow.db",
    ),
]


class WrongInput(OfficeError):
    """What was typed cannot be taken."""


def settings_for(database: str | None) -> Settings:
    """The settings, with the database given on the command line."""
    return Settings() if database is None else Settings(database_url=database)


@contextmanager
def opened(database: str | None) -> Iterator[House]:
    """A house on the database of the command line."""
    with house(settings_for(database)) as found:
        yield found


def warn_if_behind(house: House) -> None:
    """Say in the log when the views have not seen everything yet, so that nobody takes them for the present."""
    head = house.log.head()
    behind = {s.view: head - s.position for s in house.runner().status() if s.position < head}
    if behind:
        structlog.get_logger().warning("views are behind the log; run `onewindow project`", events_behind=behind)


def moment(text: str, option: str) -> datetime:
    """A moment that a person typed: ISO 8601; a day alone is its first moment; without an offset it is UTC.

    Raises ``WrongInput`` naming the option.
    """
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError as error:
        raise WrongInput(
            f"{option} {text!r} is not a time; write it as 2025-03-03T09:30+08:00 or 2025-03-03"
        ) from error
    return parsed.replace(tzinfo=parsed.tzinfo or UTC).astimezone(UTC)


def day(text: str | None, option: str) -> date | None:
    """A day that a person typed. Raises ``WrongInput`` naming the option."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise WrongInput(f"{option} {text!r} is not a day; write it as 2025-03-03") from error


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr; nothing where stderr is no terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    from rich.console import Console

    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=None)

        def show(done: int, total: int) -> None:
            progress.update(task, completed=done, total=max(total, 1))

        yield show
