"""The entry point: all commands, and how an error ends one: one sentence on stderr, nothing half-written."""

import os
import platform
import sys
from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from typer.main import get_command

from adapters.cli import streams
from adapters.cli.commands import COMMANDS
from adapters.cli.lazy_group import ImportedWhenAsked
from adapters.cli.refused_moments import by_local_clock
from adapters.language.language import LANGUAGE, VARIABLE, Language, of_environment
from adapters.language.legible import in_brief, legible_json
from adapters.language.translation import in_language
from domain.errors import OfficeError
from domain.exit_code import ExitCode

if TYPE_CHECKING:
    from pydantic import ValidationError

TYPED_AS = {
    "actor.person": "--by",
    "actor.department": "--department",
    "actor.hall": "--hall",
    "actor.window": "--window",
    "case_id": "CASE",
    "command_id": "--command-id",
    "occurred_at": "--occurred-at",
    "home": "ONEWINDOW_HOME",
}
"""What is typed for a field that has another name."""

app = typer.Typer(
    name="onewindow",
    help="Records of government halls: one window, many departments. Every case is a history of events.",
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


def _speak(wanted: Language | None) -> None:
    if wanted is not None:
        LANGUAGE.set(wanted)


def whole() -> ImportedWhenAsked:
    """The command line with every command in it: for what reads it, as its tests and its reference do."""
    group = get_command(app)
    assert isinstance(group, ImportedWhenAsked)
    group.have(*COMMANDS)
    return group


@app.callback()
def _options(
    _: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Show the version and exit.")
    ] = False,
    log_level: Annotated[
        str | None,
        typer.Option(
            envvar="ONEWINDOW_LOG_LEVEL",
            metavar="debug|info|warning|error",
            help="Write log lines of this level and above to stderr.",
            show_default="warning; info for `project --follow`, `project rebuild`, `db upgrade`, `tick`, `import`",
        ),
    ] = None,
    lang: Annotated[
        Language | None,
        typer.Option(
            callback=_speak,
            is_eager=True,
            envvar=VARIABLE,
            help="The language of help, answers and errors.",
            show_default="that of the locale",
        ),
    ] = None,
) -> None:
    from adapters import logs as telemetry

    try:
        telemetry.configure(log_level)
    except KeyError as error:
        raise typer.BadParameter(
            f"{log_level!r} is not one of debug, info, warning, error; write one of them"
        ) from error


def main() -> None:
    """Run a command. The README's table says what its exit codes mean."""
    streams.make_ready()
    LANGUAGE.set(of_environment(os.environ))
    if unreadable := streams.unreadable(sys.argv[1:]):
        _fail(unreadable, ExitCode.WRONG_USAGE)
    try:
        _run()
    except OfficeError as refusal:
        _refuse(refusal)
    except SystemExit as ended:
        if ended.code == ExitCode.INTERRUPTED:
            _fail("stopped; what was recorded stays recorded, run the command again to resume", ExitCode.INTERRUPTED)
        if isinstance(ended.__context__, BrokenPipeError):
            _nobody_reads()
        raise
    except BrokenPipeError:
        _nobody_reads()
    except OSError as error:
        _fail(
            f"{error.filename or 'the output'}: {error.strerror}; check the path and the rights", ExitCode.WRONG_USAGE
        )
    except Exception as error:
        import structlog
        from pydantic import ValidationError

        if isinstance(error, ValidationError):
            _fail(_refused(error), ExitCode.WRONG_USAGE)
        structlog.get_logger().debug("a defect of onewindow", exc_info=error)
        what = f"{type(error).__name__}: {error}"
        _fail(f"a defect of onewindow, please report it ({what}); --log-level debug shows where", ExitCode.DEFECT)


def _run() -> None:
    try:
        app()
    finally:
        sys.stdout.flush()


def _nobody_reads() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    sys.exit(ExitCode.UNREAD)


def _refused(error: "ValidationError") -> str:
    """The first thing that a command's model refuses, by the option it was typed for where that has another name."""
    from adapters.language.refused_value import sentence

    first = error.errors(include_input=False, include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"] if part != "constrained-str")
    return f"{TYPED_AS.get(place, place)}: {sentence(first)}"


def _refuse(refusal: OfficeError) -> None:
    from adapters.cli.error_object import error_object, for_programs

    if for_programs(sys.argv[1:]):
        _say_error(error_object(refusal), refusal.exit_code)
    _say(str(refusal), refusal.exit_code)


def _fail(sentence: str, code: ExitCode) -> None:
    from adapters.cli.error_object import for_programs, plain_error

    if for_programs(sys.argv[1:]):
        _say_error(plain_error(code, sentence), code)
    _say(sentence, code)


def _say(sentence: str, code: int) -> NoReturn:
    print(f"onewindow: {in_brief(by_local_clock(in_language(sentence)))}", file=sys.stderr)
    sys.exit(code)


def _say_error(error: dict[str, Any], code: int) -> NoReturn:
    """The error as one line of JSON, the last one on stderr; its sentence is English, whatever the language."""
    import msgspec

    print(legible_json(msgspec.json.encode({"error": error})), file=sys.stderr)
    sys.exit(code)
