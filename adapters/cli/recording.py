"""What every command of the command line takes that records something: the id of its command, and when it happened."""

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from inspect import Parameter, signature
from typing import Annotated, Any

import typer

from adapters.bootstrap import Installation
from adapters.cli.options import WrongInput, moment, zone_of
from adapters.services.envelope import Envelope
from domain.command import LIVE
from domain.identifier import in_one_form, plain

CommandIdOption = Annotated[
    str | None,
    typer.Option(
        "--command-id",
        metavar="ID",
        help="An id for the command, chosen by you; the same id with the same content is recorded once and answers the same.",
        show_default="a new one",
    ),
]
OccurredAtOption = Annotated[
    str | None, typer.Option("--occurred-at", metavar="TIME", help="When it happened.", show_default="now")
]
OPTIONS = {"command_id": CommandIdOption, "occurred_at": OccurredAtOption}
BEFORE = ("database", "format_")
"""The options that come last."""

_TYPED: ContextVar[tuple[str | None, str | None]] = ContextVar("typed", default=(None, None))


def records(command: Callable[..., None]) -> Callable[..., None]:
    """The command with both options; ``envelope`` says what was typed."""

    @wraps(command)
    def run(*words: Any, command_id: str | None = None, occurred_at: str | None = None, **options: Any) -> None:
        token = _TYPED.set((command_id and _command_id(command_id), occurred_at))
        try:
            command(*words, **options)
        finally:
            _TYPED.reset(token)

    taken = signature(command)
    added = [
        Parameter(name, Parameter.POSITIONAL_OR_KEYWORD, default=None, annotation=option)
        for name, option in OPTIONS.items()
    ]
    given = list(taken.parameters.values())
    last = [parameter for parameter in given if parameter.name in BEFORE]
    first = [parameter for parameter in given if parameter.name not in BEFORE]
    setattr(run, "__signature__", taken.replace(parameters=[*first, *added, *last]))  # noqa: B010
    run.__annotations__ = {**command.__annotations__, **OPTIONS}
    return run


def chosen_id() -> str | None:
    """The id that was typed."""
    return _TYPED.get()[0]


def envelope(installation: Installation) -> Envelope:
    """What was typed; a time without an offset is of the zone of all halls. Raises ``WrongInput``."""
    command_id, occurred_at = _TYPED.get()
    if occurred_at is None:
        return Envelope(command_id, LIVE)
    return Envelope(command_id, moment(occurred_at, "--occurred-at", zone_of(installation)))


def _command_id(typed: str) -> str:
    """An id that was typed. Raises ``WrongInput``."""
    try:
        return plain(in_one_form(typed))
    except ValueError as error:
        raise WrongInput(f"--command-id: {error}") from error
