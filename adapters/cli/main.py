"""The entry point: all commands, and how an error ends one: one sentence on stderr, nothing half-written."""

import platform
import sys
from importlib.metadata import version
from typing import Annotated

import structlog
import typer
from pydantic import ValidationError
from typer.core import TyperGroup

from adapters import logs as telemetry
from adapters.cli import (
    calendars,
    cases,
    catalogue,
    city,
    city_folder,
    clock,
    database,
    departments,
    exchange,
    halls,
    open_work,
    project,
    queues,
    records,
    reports,
    staff,
    tasks,
    tickets,
)
from adapters.store.migrate import newest
from domain.errors import OfficeError

INTERRUPTED = 130
"""The exit code that typer makes of an interrupt."""

app = typer.Typer(
    name="onewindow",
    help="Records of government halls: one window, many departments. Every case an event-sourced history.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    cls=TyperGroup,
)
records.add_to(app)
database.add_to(app)
exchange.add_to(app)
city.add_to(app)
city_folder.add_to(app)
project.add_to(app)
reports.add_to(app)
queues.add_to(app)
open_work.add_to(app)
calendars.add_to(app)
clock.add_to(app)
catalogue.add_to(app)
departments.add_to(app)
halls.add_to(app)
tasks.add_to(app)
cases.add_to(app)
tickets.add_to(app)
staff.add_to(app)


def _say_version(wanted: bool) -> None:
    if wanted:
        print(f"onewindow {version('onewindow')}, schema {newest()}, Python {platform.python_version()}")
        raise typer.Exit


@app.callback()
def _options(
    _: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Say the version.")
    ] = False,
    log_level: str = typer.Option("warning", envvar="ONEWINDOW_LOG_LEVEL", help="Logs on stderr from here on."),
) -> None:
    try:
        telemetry.configure(log_level)
    except KeyError as error:
        raise typer.BadParameter(f"{log_level!r} is not one of debug, info, warning, error") from error


def main() -> None:
    """Run a command. Exit codes: 0 done, 1 verify found something, 2 wrong input, 3 overtaken, 4 database, 5 a view stands, 6 a view is behind."""
    try:
        app()
    except OfficeError as refusal:
        _fail(str(refusal), refusal.exit_code)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        _fail(f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}", OfficeError.exit_code)
    except SystemExit as ended:
        if ended.code == INTERRUPTED:
            _fail("stopped; what was recorded stands, run it again to go on", INTERRUPTED)
        raise
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(141)
    except OSError as error:
        _fail(f"{error.filename or 'a file'}: {error.strerror}; check the path and the rights", 2)
    except Exception as error:
        structlog.get_logger().debug("a defect of onewindow", exc_info=error)
        what = f"{type(error).__name__}: {error}"
        _fail(f"a defect of onewindow, please report it ({what}); --log-level debug says where", 70)


def _fail(sentence: str, code: int) -> None:
    print(f"onewindow: {sentence}", file=sys.stderr)
    sys.exit(code)
