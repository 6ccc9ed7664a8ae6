"""Which rights on PostgreSQL the role has that keeps the records, and which of them a user lacks.

Whoever upgrades and rebuilds owns the tables and needs none. Events, commands, keys of persons and refused attempts are added; nothing
but the ends and marks beside them is changed.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

READ, ADD, KEEP = ("select",), ("select", "insert"), ("select", "insert", "update", "delete")
SERVICE: dict[str, tuple[str, ...]] = {
    "alembic_version": READ,
    "attempts": ADD,
    "commands": ADD,
    "events": ADD,
    "log_head": ("select", "update"),
    "parked_events": KEEP,
    "person_keys": ADD,
    "rebuild_chunks": READ,
    "view_generations": ("select", "update"),
    "view_numbers": READ,
}
"""By table. Of the views it keeps every row; a rebuild, which makes tables, is the owner's."""
FUNCTIONS = ("append_events", "hash_at")
"""What appends, with the rights of who calls it."""
GUARDS = ("attempts_never_changed", "events_never_changed")
"""Functions that the triggers call; nobody else does."""
SEQUENCE = "attempts_number_seq"
APPENDING = ("append_events", "hash_at", "events", "commands", "log_head")
"""What an append needs at once."""
_WORD = re.compile(r"[a-z][a-z0-9_]*")
_VIEW = re.compile(r"[a-z_]+_\d+")
_ASKED = {
    "table": "select has_table_privilege(current_user, to_regclass(:name), :right)",
    "function": "select bool_and(has_function_privilege(current_user, oid, :right)) from pg_proc where proname = :name",
    "sequence": "select has_sequence_privilege(current_user, to_regclass(:name), :right)",
    "schema": "select has_schema_privilege(current_user, :name, :right)",
}


class Lacking(NamedTuple):
    """A user, and what is missing: rights, as ``insert on events``; none where only the owner of ``name`` may."""

    user: str
    name: str
    rights: tuple[str, ...]


def lacking(engine: Engine, refusal: str) -> Lacking | None:
    """What the user lacks of what a refusal of the server names, in whatever language; None where it names nothing of ours."""
    found = next((name for name in _WORD.findall(refusal) if _kind(name)), None)
    if found is None:
        return None
    try:
        with engine.connect() as connection:
            user = str(connection.execute(text("select current_user")).scalar_one())
            owner_only = "must be owner" in refusal
            names = APPENDING if found in APPENDING and not owner_only else (found,)
            rights = () if owner_only else tuple(each for name in names for each in _missing(connection, name))
    except DBAPIError:  # it went away meanwhile; the refusal is told without them
        return None
    return Lacking(user, found, rights)


def _missing(connection: Connection, name: str) -> list[str]:
    kind = _kind(name)
    asked = text(_ASKED[kind])
    return [
        " ".join((right, "on", kind, name))
        for right in _needed(kind, name)
        if connection.execute(asked, {"name": name, "right": right}).scalar_one() is False
    ]


def _kind(name: str) -> str:
    if name in FUNCTIONS + GUARDS:
        return "function"
    if name == SEQUENCE:
        return "sequence"
    if name == "public":
        return "schema"
    return "table" if name in SERVICE or _VIEW.fullmatch(name) else ""


def _needed(kind: str, name: str) -> Sequence[str]:
    match kind:
        case "function":
            return ("execute",)
        case "sequence":
            return ("usage",)
        case "schema":
            return ("usage", "create")
    return SERVICE.get(name, KEEP)
