"""``import`` and ``export``: logs in and out."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from adapters.cli.answers.records import LinesWritten, XesWritten
from adapters.cli.options import DatabaseOption, Format, FormatOption, WrongInput, opened, progress_bar
from adapters.cli.output import say, say_table
from adapters.disk.target import Target
from adapters.exchange.exporting import export_xes
from adapters.exchange.importing import Imported, Wanted, import_log
from adapters.exchange.log_lines import export_lines
from adapters.exchange.mapping import load_mapping
from adapters.exchange.rejects import target_of
from adapters.logs import work_at_length
from domain.exit_code import ExitCode
from domain.number_of import number_of

ForceOption = Annotated[bool, typer.Option("--force", help="Replace a file of this name.")]
LISTED = 50
"""So many differences are shown; all of them with ``--format json``."""


def add_to(app: typer.Typer) -> None:
    """Put the commands into the command line."""
    app.command("import")(import_)
    export = typer.Typer(help="Export the records as logs.", no_args_is_help=True)
    export.command("xes")(xes)
    export.command("log")(log)
    app.add_typer(export, name="export")


def import_(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="An event log: CSV, XES, .xlsx or Parquet; plain, gzip or alone in a zip."),
    ],
    mapping: Annotated[
        str, typer.Option(metavar="NAME|FILE", help="The mapping of its columns and activities (TOML).")
    ],
    rejects: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The file for refused rows, which can be corrected and imported itself.",
            show_default="rejects/FILE.csv beside the database",
        ),
    ] = None,
    part: Annotated[
        bool,
        typer.Option("--part", help="The file has only a part of its cases: rows that it lacks do not count as gone."),
    ] = False,
    accept_changes: Annotated[
        bool, typer.Option("--accept-changes", help="Record rows that are gone or changed as the file has them.")
    ] = False,
    reason: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Why the log changed.", show_default="the file's name")
    ] = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Import an event log with its own times and its order within a case, and update the views. Importing it again adds nothing.

    A later file of the log may have new rows anywhere. Rows that are gone or changed are listed, and recorded only with
    --accept-changes. Exit 8 if a row was refused, 9 if all were, 10 if there was none, 11 if a difference was not recorded.
    """
    work_at_length()
    meaning = load_mapping(mapping)
    with opened(database) as installation, progress_bar(f"importing {file.name}") as progress:
        place = rejects or installation.settings.rejects / f"{file.name}.csv"
        target = target_of(place, installation.kept(file, Path(mapping)))
        wanted = Wanted(part=part, accepted_because=(reason or file.name) if accept_changes else None)
        done = import_log(installation, file, meaning, target, progress, wanted)
        installation.runner().catch_up(progress)
    _say(done, format_)
    if (code := _exit_code(done)) != 0:
        raise typer.Exit(code)


def _say(done: Imported, format_: Format) -> None:
    refused = number_of(done.refused, "refused row")
    refused = f"{refused}, see {done.rejects}" if done.rejects else refused
    recorded = "recorded" if done.accepted else "not recorded; see --accept-changes, and --part for a part of a log"
    differ = f", {done.changed} changed and {done.gone} gone ({recorded})" if done.differences else ""
    counted = f"{done.added} added, {done.known} known already, {refused}{differ}"
    say(format_, f"{number_of(done.cases, 'case')}, {number_of(done.rows, 'event')} read: {counted}", done)
    if format_ is Format.TABLE and done.differences:
        columns = ["what", "case", "event", "line", "recorded", "now"]
        shown = [asdict(each) for each in done.differences[:LISTED]]
        more = len(done.differences) - len(shown)
        say_table(f"what differs{f' ({more} more)' if more else ''}", shown, columns, "nothing")


def _exit_code(done: Imported) -> ExitCode:
    """0 where the file is taken whole; else what a script must not miss."""
    if not done.rows:
        return ExitCode.NO_ROWS
    if done.refused:
        return ExitCode.ALL_REFUSED if done.refused == done.rows else ExitCode.SOME_REFUSED
    return ExitCode.ROWS_DIFFER if done.differences and not done.accepted else ExitCode.DONE


def _ending(file: Path, ending: str) -> None:
    """Raises ``WrongInput`` for another kind of file, which stands there perhaps and would be lost."""
    if not file.name.endswith((ending, f"{ending}.gz")):
        raise WrongInput(f"{file}: the name must end in {ending} or {ending}.gz; name another file")


def xes(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write: .xes or .xes.gz.")],
    force: ForceOption = False,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Write all cases as an XES log."""
    _ending(file, ".xes")
    with opened(database) as installation, progress_bar(f"exporting {file.name}") as progress:
        done = export_xes(installation, Target(file, "FILE", installation.kept(), force), progress)
    say(
        format_,
        f"{number_of(done.cases, 'case')}, {number_of(done.events, 'event')} written to {file}",
        XesWritten(file=str(file), cases=done.cases, events=done.events),
    )


def log(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write: .jsonl or .jsonl.gz.")],
    force: ForceOption = False,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Write every event of every history as a line of JSON, so that a figure can be checked without this software."""
    _ending(file, ".jsonl")
    with opened(database) as installation, progress_bar(f"exporting {file.name}") as progress:
        events = export_lines(installation, Target(file, "FILE", installation.kept(), force), progress)
    say(format_, f"{number_of(events, 'event')} written to {file}", LinesWritten(file=str(file), events=events))
