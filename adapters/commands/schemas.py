"""JSON Schemas of all messages, made of their models; ``python -m adapters.commands.schemas`` writes them to docs/schemas/commands."""

import ast
import inspect
import textwrap
from functools import cache
from pathlib import Path
from typing import Any

from adapters.commands.message import model_of
from adapters.commands.names import PROGRAM, offered
from adapters.commands.schema_files import DIALECT, text_of, write
from adapters.reading.limits import LONGEST_LIST, LONGEST_TEXT
from domain.command import Command

VERSION = 1
"""Of all of them. A change by which a message of before is refused makes the next one."""
FOLDER = Path(__file__).parents[2] / "docs" / "schemas" / "commands"
BOUNDED = ("enum", "const", "format", "maxLength")


def schemas() -> dict[str, str]:
    """The text of each schema by its file's name."""
    return {f"{name}.v{VERSION}.json": text_of(schema_of(name)) for name in offered()}


@cache
def schema_of(name: str) -> dict[str, Any]:
    """The schema of the message of a command. Raises ``LookupError``."""
    kind, made = offered()[name], model_of(name).model_json_schema()
    roles = ", ".join(sorted(role.value for role in kind.roles - PROGRAM))
    made |= {"title": name, "description": f"{_sentence(kind)} Given by: {roles}."}
    _bound(made)
    for field, description in descriptions(kind).items():
        data = made["$defs"][kind.__name__]["properties"]
        if field in data:
            data[field].setdefault("description", description)
    head = {
        "$schema": DIALECT,
        "$id": f"urn:onewindow:command:{name}:v{VERSION}",
    }
    return {**head, **made}


def descriptions(kind: type[Command]) -> dict[str, str]:
    """What stands below the fields of a command, in its class and in those it is made of."""
    found: dict[str, str] = {}
    for part in reversed([part for part in kind.__mro__ if issubclass(part, Command)]):
        body = ast.parse(textwrap.dedent(inspect.getsource(part))).body[0]
        assert isinstance(body, ast.ClassDef)
        for statement, below in zip(body.body, body.body[1:], strict=False):
            match statement, below:
                case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                    found[name] = " ".join(text.split())
    return found


def _sentence(kind: type[Command]) -> str:
    return (kind.__doc__ or "").strip().splitlines()[0]


def _bound(schema: Any) -> None:
    """Say of each text and list how long it may be at most, where its own type says nothing."""
    match schema:
        case {"type": "string"} if not any(word in schema for word in BOUNDED):
            schema["maxLength"] = LONGEST_TEXT
        case {"type": "array"}:
            schema.setdefault("maxItems", LONGEST_LIST)
    for part in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        _bound(part)


if __name__ == "__main__":
    write(FOLDER, schemas())
