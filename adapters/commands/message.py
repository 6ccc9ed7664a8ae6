"""A command as a program sends it: which one, its id, who gives it, when it happened, what the sender saw, and its content.

The models are made of the command classes, so there is no second list of fields. What a program cannot send is left out: a
box of sealed text, the source of an imported row.
"""

import json
from functools import cache
from types import UnionType
from typing import Annotated, Any, Generic, Literal, TypeVar, Union, cast, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model
from pydantic.fields import FieldInfo

from adapters.commands.bad_message import BadMessage, MessageRule
from adapters.commands.json_object import json_object
from adapters.commands.names import offered
from adapters.language.refused_value import sentence
from adapters.reading.quoted import quoted
from domain.command import LIVE, Command
from domain.people.applicant import SealedApplicant
from domain.record import Actor, CommandId, Identifier, Role
from domain.sealing import Sealed
from domain.time.written import Moment

BOXES = (Sealed, SealedApplicant)
STRICT = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
SenderRole = Literal[
    Role.FRONT_DESK,
    Role.ISSUER,
    Role.REVIEWER,
    Role.HEAD,
    Role.OPERATOR,
    Role.APPLICANT,
    Role.AUDITOR,
    Role.REPORTER,
]
"""The roles that a person can have."""


class Sender(BaseModel):
    """Who gives the command: a person's number, never a name, and the role. Where they sit is found in their post and on the rota
    where it is not given."""

    model_config = STRICT
    person: Identifier
    role: SenderRole
    department: Identifier | None = None
    hall: Identifier | None = None
    window: Identifier | None = None


Data = TypeVar("Data", bound=BaseModel)


class Message(BaseModel, Generic[Data]):
    """One command as it is sent."""

    model_config = STRICT
    command: str
    id: Annotated[CommandId | None, Field(description="Names this command for good: sent again, it is one effect.")] = (
        None
    )
    occurred_at: Annotated[
        Moment | None, Field(description="When it happened, with its offset; null: when it is decided.")
    ] = None
    by: Sender
    seen: Annotated[
        int | None, Field(ge=0, description="How many events the history had that its sender saw; else it is refused.")
    ] = None
    data: Data


def message(line: bytes) -> Message[BaseModel]:
    """What a line says, validated. Raises ``BadMessage``."""
    value = json_object(line)
    kind = value.get("command")
    if not isinstance(kind, str):
        problem = "is missing" if kind is None else "is not text"
        raise BadMessage(MessageRule.COMMAND, ("command",), f"{problem}; write a command's name")
    if kind not in offered():
        raise BadMessage(
            MessageRule.COMMAND,
            ("command",),
            f"{quoted(kind)!r} is not a command; see docs/schemas/commands for all of them",
        )
    try:
        return model_of(kind).model_validate_json(json.dumps(value), strict=True)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise BadMessage(MessageRule.SCHEMA, _place(first["loc"]), sentence(first)) from error


def command_of(read: Message[Any], command_id: str) -> Command:
    """The command that a message asks for, under an id. Raises ``BadMessage``."""
    content = {name: getattr(read.data, name) for name in read.data.model_fields_set}
    stamped = {
        "command_id": command_id,
        "actor": Actor(**dict(read.by)),
        "occurred_at": read.occurred_at or LIVE,
        "expected_version": read.seen,
    }
    try:
        return offered()[read.command].model_validate({**stamped, **content})
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise BadMessage(MessageRule.SCHEMA, ("data", *_place(first["loc"])), sentence(first)) from error


@cache
def model_of(name: str) -> type[Message[BaseModel]]:
    """The model of a command's message. Raises ``LookupError``."""
    kind = offered()[name]
    common = frozenset(Command.model_fields)
    content: dict[str, Any] = {
        field: (_sendable(info), ... if info.is_required() else info.default)
        for field, info in kind.model_fields.items()
        if field not in common
    }
    data = create_model(kind.__name__, __config__=STRICT, __doc__=kind.__doc__, **content)
    generic: Any = Message
    literal: Any = Literal
    parts: dict[str, Any] = {"__base__": generic[data], "command": (literal[name], ...)}
    return cast("type[Message[BaseModel]]", create_model(f"{kind.__name__}Message", **parts))


def _sendable(field: FieldInfo) -> Any:
    """A field's type without the boxes in which the office seals a text: nobody else fills one."""
    annotation: Any = field.annotation
    if get_origin(annotation) in (Union, UnionType):
        annotation = Union[tuple(part for part in get_args(annotation) if part not in BOXES)]  # noqa: UP007
    return Annotated[(annotation, *field.metadata)] if field.metadata else annotation


def _place(location: tuple[int | str, ...]) -> tuple[int | str, ...]:
    return tuple(part for part in location if part != "constrained-str")
