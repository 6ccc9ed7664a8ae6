"""``batch``: many commands as lines of JSON, with an answer for each."""

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from adapters.cli.dispatch import end_with_refused
from adapters.cli.error_object import error_object
from adapters.cli.options import DatabaseOption, WrongInput, opened, progress_bar
from adapters.language.legible import legible_json
from adapters.logs import work_at_length
from adapters.services.batch import TOGETHER, Answered, Counted, answers, as_json, counted, lines_of

STANDARD_INPUT = "-"


def add_to(app: typer.Typer) -> None:
    """Put the command into the command line."""
    app.command("batch")(batch)


def batch(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="A file with one command per line, as JSON; `-` reads standard input.")
    ],
    stop_at_first_error: Annotated[
        bool, typer.Option("--stop-at-first-error", help="Stop at the first line that is refused.")
    ] = False,
    database: DatabaseOption = None,
) -> None:
    """Run the commands of a file, one JSON object per line; the answers come in the same order. Exit 8 if a line was refused, 9 if all were.

    If it is stopped, run the same command again to resume: recorded commands give the same answers as before.
    """
    work_at_length()
    some = None if file == STANDARD_INPUT else _counted(Path(file))
    together = 1 if stop_at_first_error or some is None else TOGETHER
    given = refused = 0
    with ExitStack() as stack:
        installation = stack.enter_context(opened(database))
        bar = stack.enter_context(progress_bar("running commands"))
        stream = sys.stdin.buffer if some is None else stack.enter_context(Path(file).open("rb"))
        for answered in answers(installation, lines_of(stream), some and some.name, together):
            _say(answered)
            given += 1
            if some is not None:
                bar(answered.line, some.lines)
            if isinstance(answered.outcome, Exception):
                refused += 1
                if stop_at_first_error:
                    break
    end_with_refused(refused, given)


def _counted(file: Path) -> Counted:
    """How many lines a file has, and its name for ids. Raises ``WrongInput`` for what cannot be read twice, ``OSError``."""
    if file.exists() and not file.is_file():
        raise WrongInput(f"{file} is not a file; name a file, or read standard input with `-`")
    return counted(file)


def _say(answered: Answered) -> None:
    """An answer as one line, at once: who reads it may wait for it."""
    print(legible_json(msgspec.json.encode(as_json(answered, error_object))), flush=True)
