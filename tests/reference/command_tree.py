"""The commands of ``onewindow`` as a reference needs them, from the tree that the command line itself uses."""

import inspect
from collections.abc import Iterator
from datetime import datetime
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, get_args

from adapters.cli.main import whole

EVERYWHERE = ("--help",)


@cache
def tree() -> Any:
    """The whole command line, made once."""
    return whole()


class Described(NamedTuple):
    """A parameter of a command: how it is written, what it means, what holds where it is left out."""

    written: str
    about: str
    otherwise: str
    envvar: str | None


class Page(NamedTuple):
    """A command: its words, how it is called, what it does, and its parameters."""

    words: str
    usage: str
    about: str
    arguments: list[Described]
    options: list[Described]


def pages() -> Iterator[Page]:
    """Every command that can be run, and every group with options of its own, in the order of their names."""
    yield from _below(tree(), "onewindow")


def _below(command: Any, words: str) -> Iterator[Page]:
    commands = getattr(command, "commands", {})
    parameters = [parameter for parameter in command.params if _shown(parameter)]
    if parameters or not commands:
        yield _page(command, words, parameters)
    for name in sorted(commands):
        yield from _below(commands[name], f"{words} {name}")


def _page(command: Any, words: str, parameters: list[Any]) -> Page:
    arguments = [_described(each) for each in parameters if each.param_type_name == "argument"]
    options = [_described(each) for each in parameters if each.param_type_name == "option"]
    usage = " ".join([words, *(["[OPTIONS]"] if options else []), *(each.written for each in arguments)])
    if getattr(command, "commands", {}):
        usage += " COMMAND ..."
    return Page(words, usage, inspect.cleandoc(command.help or ""), arguments, options)


def _shown(parameter: Any) -> bool:
    return not getattr(parameter, "hidden", False) and not set(EVERYWHERE) & set(parameter.opts)


def _described(parameter: Any) -> Described:
    if parameter.param_type_name == "argument":
        return Described(_metavar(parameter), _about(parameter), _otherwise(parameter), None)
    names = ", ".join(parameter.opts)
    if parameter.secondary_opts:
        names += " / " + ", ".join(parameter.secondary_opts)
    if not parameter.is_flag:
        names += f" {_metavar(parameter)}"
    envvar = parameter.envvar if isinstance(parameter.envvar, str) else None
    return Described(names, _about(parameter), _otherwise(parameter), envvar)


NOUNS = {int: "N", float: "N", Path: "PATH", str: "TEXT", datetime: "TIME"}


def _metavar(parameter: Any) -> str:
    if parameter.metavar:
        return str(parameter.metavar)
    if parameter.param_type_name == "argument":
        return str(parameter.name).upper()
    kind = parameter.type_descriptor.annotation
    for inner in (*get_args(kind), kind):
        if isinstance(inner, type) and issubclass(inner, Enum):
            return "|".join(member.value for member in inner)
        if inner in NOUNS:
            return NOUNS[inner]
    raise TypeError(f"the reference has no word for {kind!r} of {parameter.opts}; add it to {__name__}")


def _about(parameter: Any) -> str:
    about = " ".join((parameter.help or "").split())
    least, most = getattr(parameter, "min", None), getattr(parameter, "max", None)
    if least is not None or most is not None:
        bounds = [f"at least {least}"] * (least is not None) + [f"at most {most}"] * (most is not None)
        about += f" {', '.join(bounds).capitalize()}."
    return about + (" May be repeated." if parameter.multiple else "")


def _otherwise(parameter: Any) -> str:
    if isinstance(parameter.show_default, str):
        return parameter.show_default
    if parameter.required:
        return "must be given"
    default = parameter.default
    if default is None or default is False or default in ((), [], ""):
        return ""
    if default is True:
        return str(parameter.opts[0])
    return str(getattr(default, "value", default))
