"""``import`` and ``export``: logs in and out."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from adapters.cli.options import (
    DatabaseOption,
    Format,
    FormatOption,
    opened,
    progress_bar,
)
from adapters.cli.output import say
from adapters.exchange.exporting import export_xes
from adapters.exchange.importing import import_log
from adapters.exchange.log_lines import export_lines
from adapters.exchange.mapping import load_mapping
from adapters.settings import DEFAULT_FOLDER


def add_to(app: typer.Typer) -> None:
    """Put the commands into the command line."""
    app.command("import")(import_)
    export = typer.Typer(help="Logs out.", no_args_is_help=True)
    export.command("xes")(xes)
    export.command("log")(log)
    app.add_typer(export, name="export")


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An event log: .csv, .csv.gz, .xes or .xes.gz.")],
    mapping: Annotated[str, typer.Option(metavar="NAME|FILE", help="What its columns and activities mean (TOML).")],
    rejects: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where refused rows go.", show_default="var/rejects/FILE.csv")
    ] = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Take an event log in, with its own times and its order within a case, and project it. A second import adds nothing."""
    meaning = load_mapping(mapping)
    target = rejects or DEFAULT_FOLDER / "rejects" / f"{file.name}.csv"
    with opened(database) as house, progress_bar(f"importing {file.name}") as progress:
        done = import_log(house, file, meaning, target, progress)
        house.runner().catch_up(progress)
    refused = f"{done.refused} refused" + (f", see {done.rejects}" if done.rejects else "")
    say(
        format_,
        f"{done.cases} cases, {done.rows} events read: {done.added} added, {done.known} known already, {refused}",
        **asdict(done),
    )


def xes(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write: .xes or .xes.gz.")],
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Write all cases as an XES log."""
    with opened(database) as house, progress_bar(f"exporting {file.name}") as progress:
        done = export_xes(house, file, progress)
    say(format_, f"{done.cases} cases, {done.events} events written to {file}", file=str(file), **asdict(done))


def log(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write: .jsonl or .jsonl.gz.")],
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Write every event of every history as a line of JSON, so that a figure can be checked without this software."""
    with opened(database) as house, progress_bar(f"exporting {file.name}") as progress:
        events = export_lines(house, file, progress)
    say(format_, f"{events} events written to {file}", file=str(file), events=events)
