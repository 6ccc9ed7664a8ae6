"""The address of a database as a person writes it, read whole before anything is opened: its kind, its place, its options."""

import re

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo, timeout_from_conninfo
from sqlalchemy import URL
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from adapters.reading.limits import ADDRESS_CHARACTERS
from adapters.reading.quoted import quoted
from adapters.store.driver.failures import DatabaseError
from adapters.store.driver.pooler import pooler_of
from domain.steering import STEERS

DRIVERS = {"postgresql": "postgresql+psycopg", "sqlite": "sqlite+pysqlite"}
YES_OR_NO = ("0", "1", "true", "false", "yes", "no", "on", "off")
SQLITE_OPTIONS = {
    "uri": YES_OR_NO,
    "mode": ("ro", "rw", "rwc", "memory"),
    "cache": ("shared", "private"),
    "immutable": YES_OR_NO,
    "nolock": YES_OR_NO,
    "psow": YES_OR_NO,
}
"""What may be said of a file of SQLite, in an address with ``file:`` and ``uri=true``."""
_UNREADABLE = re.compile(f"[\\t\\n{STEERS}\ud800-\udfff]")


def read_address(url: str) -> URL:
    """The address with the driver that is used. Opens and looks up nothing.

    Raises ``DatabaseError`` for one that cannot be used; its sentence shows nothing that may be a password.
    """
    if len(url) > ADDRESS_CHARACTERS:
        raise DatabaseError(f"the address of the database is longer than {ADDRESS_CHARACTERS} characters; shorten it")
    if _UNREADABLE.search(url):
        raise DatabaseError("the address of the database contains a control character; remove it")
    try:
        address = make_url(url)
    except (ArgumentError, ValueError) as error:  # whose texts may hold a password, as the address may
        raise DatabaseError(
            "--database or ONEWINDOW_DATABASE_URL is not a database address; write sqlite:///path/to/file.db or postgresql://user@host/name"
        ) from error
    if _UNREADABLE.search(address.database or ""):  # written as %00
        raise DatabaseError("the address of the database contains a control character; remove it")
    kind = address.get_backend_name()
    if kind not in DRIVERS:
        raise DatabaseError(f"databases of kind {quoted(kind)!r} are not supported; use sqlite or postgresql")
    address = address.set(drivername=DRIVERS[kind])
    _check_options(address, kind)
    return address


def _check_options(address: URL, kind: str) -> None:
    """Raise ``DatabaseError`` for what the driver would not understand."""
    for option, value in address.query.items() if kind == "sqlite" else ():
        if "uri" not in address.query or value not in SQLITE_OPTIONS.get(option, ()):
            raise DatabaseError(
                f"the address of the database has the option {quoted(option)!r}, which SQLite does not take so; "
                "correct it, leave it out, or add uri=true"
            )
    try:
        ours = address if kind == "sqlite" else pooler_of(address)[1]
        _, named = address.get_dialect()().create_connect_args(ours)
        if kind == "postgresql":
            timeout_from_conninfo(conninfo_to_dict(make_conninfo("", **named)))
    except psycopg.ProgrammingError as error:  # whose text names the option, not a password
        raise DatabaseError(
            f"the address of the database is not understood ({quoted(str(error).strip())}); correct it"
        ) from error
    except (ArgumentError, ValueError, TypeError) as error:
        raise DatabaseError(
            "the address of the database has a part that its driver does not understand; "
            "write sqlite:///path/to/file.db or postgresql://user@host/name"
        ) from error
