"""``city``: a city of one's own, as a folder of YAML files."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from adapters.bootstrap import utc_now
from adapters.cli.answers.city import CityLoaded, FilesWritten, FolderChecked, FolderCounts, FolderProblem
from adapters.cli.dispatch import ByOption
from adapters.cli.options import DatabaseOption, Format, FormatOption, opened
from adapters.cli.output import say, say_json
from adapters.cli.recording import envelope, records
from adapters.files.city import example, exporting, loading
from adapters.files.city.problems import BadFolder
from domain.number_of import number_of
from domain.record import Actor, Role

FolderArgument = Annotated[Path, typer.Argument(metavar="DIR", help="The folder of the city.")]


def add_to(app: typer.Typer) -> None:
    """Put the commands into the command line."""
    city = typer.Typer(
        help="Your own city (城市) as a folder of YAML files: departments, halls, staff, items, packages.",
        no_args_is_help=True,
    )
    for command in (init, check, load, export):
        city.command(command.__name__)(command)
    app.add_typer(city, name="city")


def init(folder: FolderArgument, format_: FormatOption = Format.TABLE) -> None:
    """Write a small example city, with comments, into a new folder. It works as it is; edit it to make it yours."""
    files = example.write(folder, utc_now().astimezone().date())
    say(
        format_,
        f"{number_of(len(files), 'file')} written to {folder}; begin with {folder / 'README.md'}",
        FilesWritten(files=list(map(str, files))),
    )


def check(folder: FolderArgument, format_: FormatOption = Format.TABLE) -> None:
    """Check the folder and list every problem with its file, line and rule. No database is read."""
    with _told(format_, FolderChecked):
        counted = loading.check(folder, utc_now())
    listed = ", ".join(f"{number} {heading}" for heading, number in counted.items())
    say(format_, f"{folder} is in order: {listed}", FolderChecked(problems=[], counts=FolderCounts(**counted)))


@records
def load(
    folder: FolderArgument,
    by: ByOption,
    reason: Annotated[
        str | None, typer.Option(metavar="TEXT", help="The reason for changes whose entry has no `reason`.")
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Close windows that no file names any more.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be recorded.")] = False,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Record what the folder has and the city lacks: all of it, or nothing. Loading the same folder again records nothing."""
    with _told(format_, CityLoaded), opened(database) as installation:
        operator = Actor(person=by, role=Role.OPERATOR)
        loaded = loading.load(
            installation,
            folder,
            operator,
            reason=reason,
            remove=remove,
            dry_run=dry_run,
            envelope=envelope(installation),
        )
    done = "to record" if dry_run else f"recorded, up to position {loaded.position}"
    sentence = (
        f"{number_of(len(loaded.steps), 'change')} {done}"
        if loaded.steps
        else "the city is so already; nothing is recorded"
    )
    lines = [sentence, *(f"  {step}" for step in loaded.steps)]
    lines += [f"in the city, but in no file: {what}" for what in loaded.only_in_city]
    answer = CityLoaded(
        problems=[], changes=list(loaded.steps), position=loaded.position, only_in_city=list(loaded.only_in_city)
    )
    say(format_, "\n".join(lines), answer)


def export(folder: FolderArgument, database: DatabaseOption = None, format_: FormatOption = Format.TABLE) -> None:
    """Write the recorded city into a new folder that `city load` can load into an empty database.

    Staff names are written in plain text where the master key opens them, and left out otherwise.
    """
    with opened(database) as installation:
        files = exporting.export(installation, folder)
    say(format_, f"{number_of(len(files), 'file')} written to {folder}", FilesWritten(files=list(map(str, files))))


@contextmanager
def _told(format_: Format, answer: type[FolderChecked] | type[CityLoaded]) -> Iterator[None]:
    """Problems of a folder as JSON on stdout too, where JSON is asked for."""
    try:
        yield
    except BadFolder as bad:
        if format_ is Format.JSON:
            say_json(answer(problems=[FolderProblem(**problem.told()) for problem in bad.problems]))
        raise
