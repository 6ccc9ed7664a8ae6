"""Answers on stdout: tables for people, JSON for programs."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from adapters.cli.options import Format
from adapters.language.legible import legible

WIDTH_OF_PIPES = 170


class Screen(Console):
    """A console that says when nobody reads any more, so that the command ends as any other in a pipe does."""

    def on_broken_pipe(self) -> None:
        """Let the end of the pipe through."""
        raise BrokenPipeError


def say(format_: Format, sentence: str, **facts: Any) -> None:
    """One sentence for people, its facts for programs."""
    if format_ is Format.JSON:
        say_json(facts)
    else:
        console().print(legible(sentence), highlight=False, markup=False, soft_wrap=True)


def say_json(value: Any) -> None:
    """JSON, one document."""
    print(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def say_table(title: str, rows: Sequence[Mapping[str, Any]], columns: Sequence[str], empty: str = "nothing") -> None:
    """A table of rows, or one line when there are none."""
    screen = console()
    if not rows:
        screen.print(f"{title}: {empty}", highlight=False, markup=False)
        return
    screen.print(title, style="bold", highlight=False, markup=False, soft_wrap=True)
    table = Table(header_style="bold")
    for column in columns:
        number = all(isinstance(row[column], int | float) for row in rows)
        table.add_column(column, justify="right" if number else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(_cell(row[column])) for column in columns))
    screen.print(table)


def local(stamp: str, zone: tzinfo) -> str:
    """A UTC stamp of the records as the clock of a hall shows it."""
    return datetime.fromisoformat(stamp).astimezone(zone).strftime("%Y-%m-%d %H:%M")


def last_moment(at: datetime | str, zone: ZoneInfo) -> str:
    """A due moment as the last minute that is still in time: the end of a day reads 23:59 of it, never 00:00 of the next."""
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    shown = moment.astimezone(zone)
    if (shown.hour, shown.minute, shown.second, shown.microsecond) == (0, 0, 0, 0):
        shown = (moment - timedelta(minutes=1)).astimezone(zone)
    return shown.strftime("%Y-%m-%d %H:%M")


def console() -> Console:
    """The console on stdout; wide enough for a table where it is no terminal."""
    found = Screen()
    return found if found.is_terminal else Screen(width=WIDTH_OF_PIPES)


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case float():
            return f"{value:,.1f}"
        case int():
            return str(value)
        case _:
            return legible(str(value))
