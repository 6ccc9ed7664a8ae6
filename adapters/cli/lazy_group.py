"""The root of the command line: a command's module is imported once the command is asked for."""

import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group

from adapters.cli.commands import COMMANDS
from adapters.cli.help_language import in_language_of_reader, put_frame, usage_errors
from adapters.cli.typed_names import read_in_one_form
from adapters.language.language import is_chinese


class ImportedWhenAsked(TyperGroup):
    """A group whose list of commands costs no import; what is not imported yet has a name and a sentence only."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        for name, (_, sentence) in COMMANDS.items():
            self.add_command(TyperCommand(name, help=sentence))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that was asked for, whole."""
        self.have(args[0])
        in_language_of_reader(self)
        return super().resolve_command(ctx, args)

    def make_context(self, *given: Any, **named: Any) -> Any:
        """What a command runs in, once what was typed is read."""
        if "typer.rich_utils" in sys.modules:
            put_frame(None)
        with usage_errors():
            return super().make_context(*given, **named)

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        with usage_errors():
            return super().invoke(ctx)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The list of commands."""
        in_language_of_reader(self)
        if is_chinese():
            put_frame(self.get_help_option(ctx))
        super().format_help(ctx, formatter)

    def have(self, *names: str) -> None:
        """Import the modules of these commands."""
        for name in names:
            if name in COMMANDS and isinstance(self.commands[name], TyperCommand):
                self.commands.update(_of_module(COMMANDS[name][0]))


def _of_module(module: str) -> Mapping[str, Any]:
    part = typer.Typer()
    import_module(f"adapters.cli.{module}").add_to(part)
    commands = get_group(part).commands
    read_in_one_form(commands.values())
    return commands
