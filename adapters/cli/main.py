"""The entry point: all commands, and how an error ends one: one sentence on stderr, nothing half-written."""

import platform
import sys
from importlib.metadata import version
from typing import Annotated

import typer
from typer.main import get_command

from adapters.cli.asked import ImportedWhenAsked
from adapters.cli.commands import COMMANDS
from domain.errors import OfficeError

INTERRUPTED = 130
"""The exit code that typer makes of an interrupt."""

app = typer.Typer(
    name="onewindow",
    help="Records of government halls: one window, many departments. Every case an event-sourced history.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    cls=ImportedWhenAsked,
)


def _say_version(wanted: bool) -> None:
    if wanted:
        from adapters.store.revision import newest

        print(f"onewindow {version('onewindow')}, schema {newest()}, Python {platform.python_version()}")
        raise typer.Exit


def whole() -> ImportedWhenAsked:
    """The command line with every command in it: for what reads it, as its tests and its reference do."""
    group = get_command(app)
    assert isinstance(group, ImportedWhenAsked)
    group.have(*COMMANDS)
    return group


@app.callback()
def _options(
    _: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Say the version.")
    ] = False,
    log_level: str = typer.Option("warning", envvar="ONEWINDOW_LOG_LEVEL", help="Logs on stderr from here on."),
) -> None:
    from adapters import logs as telemetry

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
        import structlog
        from pydantic import ValidationError

        if isinstance(error, ValidationError):
            first = error.errors(include_input=False, include_url=False)[0]
            _fail(f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}", OfficeError.exit_code)
        structlog.get_logger().debug("a defect of onewindow", exc_info=error)
        what = f"{type(error).__name__}: {error}"
        _fail(f"a defect of onewindow, please report it ({what}); --log-level debug says where", 70)


def _fail(sentence: str, code: int) -> None:
    print(f"onewindow: {sentence}", file=sys.stderr)
    sys.exit(code)
