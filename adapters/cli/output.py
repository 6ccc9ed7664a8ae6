"""Answers on stdout: sentences and tables for people, JSON for programs."""

import sys
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import msgspec

from adapters.cli.options import Format
from adapters.language.legible import legible, legible_json
from adapters.language.translation import cell_in_language, heading_in_language, in_language
from domain.time.last_minute import last_minute

if TYPE_CHECKING:
    from adapters.cli.table import Column


def say(format_: Format, sentence: str, answer: Any) -> None:
    """One sentence for people, a typed answer for programs (``adapters.cli.answers``)."""
    if format_ is Format.JSON:
        say_json(answer)
    else:
        tell(sentence)


def tell(sentence: str) -> None:
    """One sentence for people."""
    print(legible(in_language(sentence)))


def say_json(value: Any) -> None:
    """JSON, one document."""
    print(legible_json(msgspec.json.format(msgspec.json.encode(value), indent=2)))


def say_table(title: str, rows: Sequence[Mapping[str, Any]], columns: Sequence[str], empty: str = "nothing") -> None:
    """A table of rows, or one line when there are none.

    At a terminal it is drawn within its width; elsewhere it is a line a row, the cells separated by tabs.
    """
    if not rows:
        print(legible(f"{in_language(title)}: {in_language(empty)}"))
        return
    print(legible(in_language(title)))
    from adapters.cli import table

    made = [_column(column, rows) for column in columns]
    if sys.stdout.isatty():
        table.at_a_terminal(screen(), made)
    else:
        print("\n".join(table.in_a_pipe(made)))


def _column(name: str, rows: Sequence[Mapping[str, Any]]) -> "Column":
    from adapters.cli.table import Column

    number = all(isinstance(row[name], int | float) for row in rows)
    cells = [cell_in_language(name, _cell(row[name])) for row in rows]
    return Column(heading_in_language(name), cells, right=number)


def local(stamp: str, zone: tzinfo) -> str:
    """A UTC stamp of the records as the clock of a hall shows it."""
    return datetime.fromisoformat(stamp).astimezone(zone).strftime("%Y-%m-%d %H:%M")


def shown(stamp: str, zone: tzinfo | None) -> str:
    """A UTC stamp by the clock of the halls; where they have no zone in common, in UTC with its offset."""
    return datetime.fromisoformat(stamp).isoformat(timespec="minutes") if zone is None else local(stamp, zone)


def last_moment(at: datetime | str, zone: ZoneInfo) -> str:
    """A due moment as the last minute that is still in time: the end of a day reads 23:59 of it, never 00:00 of the next."""
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return last_minute(moment, zone).strftime("%Y-%m-%d %H:%M")


def screen() -> Any:
    """The terminal on stdout; it says when nobody reads any more, so that the command ends as any other in a pipe does."""
    from rich.console import Console

    class Screen(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    return Screen()


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
