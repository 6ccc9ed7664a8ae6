"""Help and usage errors in the language of who reads them: the texts of commands and options, and typer's own words."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from typer.exceptions import TyperException

from adapters.cli.error_object import for_programs
from adapters.language.catalogue import chinese_of
from adapters.language.language import is_chinese
from adapters.language.legible import legible
from adapters.language.translation import in_language
from domain.errors import OfficeError

NAMED = re.compile(r"(?:option|argument|for|Option)[^'-]*'?(--?[a-z][a-z-]*|[A-Z_]+)\b")
"""What a sentence of typer is about."""
FRAME = {
    "ARGUMENTS_PANEL_TITLE": "Arguments",
    "OPTIONS_PANEL_TITLE": "Options",
    "COMMANDS_PANEL_TITLE": "Commands",
    "ERRORS_PANEL_TITLE": "Error",
    "ABORTED_TEXT": "Aborted.",
    "DEFAULT_STRING": "[default: {}]",
    "ENVVAR_STRING": "[env var: {}]",
    "REQUIRED_LONG_STRING": "[required]",
    "RICH_HELP": "Try [blue]'{command_path} {help_option}'[/] for help.",
}
"""What typer writes around help and errors, by the names of its constants."""
USAGE = "Usage: "


class WrongUsage(OfficeError):
    """What was typed is no command, no option, or lacks one; ``field`` is the first option or argument that is named."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        named = NAMED.search(sentence)
        self.field = named[1] if named else None


def in_language_of_reader(command: Any) -> None:
    """Put the help of a command, its options and the commands below it into Chinese where that is read."""
    if not is_chinese():
        return
    command.help = _help(command.help)
    for parameter in command.params:
        parameter.help = _help(getattr(parameter, "help", None))
        if isinstance(getattr(parameter, "show_default", None), str):
            parameter.show_default = _help(parameter.show_default)
    usage, show = command.get_usage, command.format_help
    command.get_usage = lambda ctx: usage(ctx).replace(USAGE, _frame(USAGE), 1)

    def shown(ctx: Any, formatter: Any) -> None:
        put_frame(command.get_help_option(ctx))
        show(ctx, formatter)

    command.format_help = shown
    for part in getattr(command, "commands", {}).values():
        in_language_of_reader(part)


@contextmanager
def usage_errors() -> Iterator[None]:
    """Have an error of usage say what it says legibly, in the language of who reads it, and typer write its frame in it.

    Raises ``WrongUsage`` instead where the answer is for a program.
    """
    try:
        yield
    except TyperException as error:
        if hasattr(error, "format_message") and for_programs(sys.argv[1:]):
            raise WrongUsage(error.format_message()) from error
        if hasattr(error, "format_message"):
            if is_chinese():
                put_frame(None)
            sentence = legible(in_language(error.format_message()))
            vars(error)["format_message"] = lambda: sentence
        raise


def put_frame(help_option: Any) -> None:
    """Have typer write its headings in the language of who reads them, and fold Chinese, which has no blanks to break at.

    ``help_option`` is the ``--help`` of the command that is shown, if any.
    """
    from rich.columns import Columns
    from rich.table import Table
    from typer import rich_utils

    class FoldedColumns(Columns):
        def __rich_console__(self, *given: Any) -> Any:
            return map(_folded, super().__rich_console__(*given))

    class FoldedTable(Table):
        def __rich_console__(self, *given: Any) -> Any:
            return super(FoldedTable, _folded(self)).__rich_console__(*given)

    if help_option is not None:
        help_option.help = _frame(help_option.help)
    frame: dict[str, Any] = {constant: _frame(text) if is_chinese() else text for constant, text in FRAME.items()}
    frame |= {"Columns": FoldedColumns, "Table": FoldedTable} if is_chinese() else {"Columns": Columns, "Table": Table}
    vars(rich_utils).update(frame)


def _folded(table: Any) -> Any:
    for column in table.columns:
        column.overflow = "fold"
    return table


def _help(text: str | None) -> str | None:
    return text and _helps().get(text, text)


@cache
def _helps() -> dict[str, str]:
    """Help by the English, whole and by its first paragraph, which is all that a list of commands shows."""
    whole: dict[str, str] = chinese_of("help")
    return {english.split("\n\n")[0]: chinese.split("\n\n")[0] for english, chinese in whole.items()} | whole


def _frame(text: str) -> str:
    return str(chinese_of("frame").get(text, text))
