"""What the drivers say when a database cannot be used, as one sentence that says why and what to do.

By codes, not by texts, which a server writes in its own language. Texts are left where there are no codes: when a
server cannot be reached, or lets nobody in.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from adapters.reading.quoted import quoted
from adapters.store.driver.rights import lacking
from domain.errors import OfficeError
from domain.exit_code import ExitCode

INTEGRITY = (sqlite3.IntegrityError, psycopg.IntegrityError)
"""What the drivers raise when a row is there already."""
DRIVERS = (sqlite3.Error, psycopg.Error)
"""What the drivers raise where they are used directly."""

GONE = "{} went away during the command; a command without an answer is recorded whole or not at all, so run it again"
STARTING = "{} is starting; try again in a moment"
BUSY = "{} was held by another program for too long; nothing was recorded, try again later"
LOCKED = "{} was locked by another program for too long; nothing was recorded, try again later"
FULL = "the disk of {} is full; make room, nothing was recorded"
CROWDED = "{} has no room for another connection; try again later, or raise max_connections"
BROKEN_DISK = (
    "the disk of {} answers with an error; a command without an answer is recorded whole or not at all, check the disk"
)
DAMAGED = "{} is damaged; restore it from a backup"
READ_ONLY = "{} can only be read; use a database that this user may write"
NO_RIGHTS = "the user of {} may not do this; grant the rights on the tables"
TIMED_OUT = "{} stopped the statement, because it took longer than its statement_timeout; nothing was recorded, try again later or raise it"
BROKEN_OFF = "{} stopped the statement: it took longer than its statement_timeout, or an administrator ended it; nothing was recorded, try again"
NO_ENTRY = "the user of {} lacks connect on the database; grant it as `onewindow db grants` says"
STOOD_ON = "SQL views that are not onewindow's use tables of {}; drop them, try again, then create them again"
REFUSED = "{} refused the user or the password; correct them"
MISSING = "{} or its tables do not exist; create the database and run `onewindow db upgrade`"

SQLITE = {
    sqlite3.SQLITE_BUSY: LOCKED,
    sqlite3.SQLITE_LOCKED: LOCKED,
    sqlite3.SQLITE_READONLY: "{} cannot be written; check the rights on the file and its folder",
    sqlite3.SQLITE_CANTOPEN: "{} cannot be opened; check that the folder exists and may be written",
    sqlite3.SQLITE_NOTADB: "{} is not an SQLite database; name another file",
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_IOERR: BROKEN_DISK,
}
"""By SQLite's primary result codes."""
POSTGRES = {
    "57P03": STARTING,
    "57P": GONE,
    "08": GONE,
    "25P03": GONE,
    "25P04": GONE,
    "55P03": BUSY,
    "57014": BROKEN_OFF,
    "40": BUSY,
    "53100": FULL,
    "53300": CROWDED,
    "58": BROKEN_DISK,
    "XX001": DAMAGED,
    "XX002": DAMAGED,
    "25006": READ_ONLY,
    "42501": NO_RIGHTS,
    "2BP01": STOOD_ON,
    "28": REFUSED,
    "3D": MISSING,
    "3F": MISSING,
    "42P01": MISSING,
    "42703": MISSING,
    "42883": MISSING,
}
"""By the beginnings of SQLSTATE codes, the longer before the shorter."""
UNREACHED = ("connection failed", "connection is bad", "connection timeout", "failed to resolve", "invalid connection")
"""How psycopg, in English everywhere, begins to say that there was no connection; what follows are the server's words."""
TURNED_AWAY = {
    "starting up": STARTING,
    "shutting down": GONE,
    "password": REFUSED,
    "authentication": REFUSED,
    "pg_hba.conf": REFUSED,
    "permission denied for database": NO_ENTRY,
    "does not exist": MISSING,
    "too many c": CROWDED,
    "connection slots": CROWDED,
}
"""Words of a server that lets nobody in, where they are English."""


class DatabaseError(OfficeError):
    """The database cannot be used as it is; the text says why and what to do."""

    exit_code = ExitCode.UNAVAILABLE


def address_of(engine: Engine) -> str:
    """The address of a database as a person wrote it, without its password."""
    url = engine.url.set(drivername=engine.url.get_backend_name())
    url = url.difference_update_query([name for name in url.query if "password" in name.lower()])
    return url.render_as_string(hide_password=True).replace("file%3A", "file:")


@contextmanager
def plain_errors(engine: Engine) -> Iterator[None]:
    """Raise ``DatabaseError`` for what the driver says about the database itself.

    A row that is there already is left to those who know what it means.
    """
    try:
        yield
    except (DBAPIError, *DRIVERS) as error:
        said = error.orig if isinstance(error, DBAPIError) else error
        if isinstance(error, psycopg.OperationalError):
            engine.dispose()  # the server has gone: the other connections of the pool are as dead as this one
        sentence = _sentence(said)
        if sentence is None:
            raise
        address = quoted(address_of(engine))
        missing = _missing(engine, address, str(said)) if sentence == NO_RIGHTS else None
        raise DatabaseError(missing or sentence.format(address)) from error


def _missing(engine: Engine, address: str, said: str) -> str | None:
    """A sentence that names what the user lacks, where the server said on what."""
    if (found := lacking(engine, said)) is None:
        return None
    if not found.rights:
        return f"the user {found.user} of {address} may not do this: only the owner of {found.name} may; use that role"
    return (
        f"the user {found.user} of {address} lacks {', '.join(found.rights)}; use the role that has it, or grant it as "
        "`onewindow db grants` says"
    )


def _sentence(said: BaseException | None) -> str | None:
    if isinstance(said, INTEGRITY):
        return None
    if isinstance(said, sqlite3.Error):
        return _of_sqlite(said)
    if not isinstance(said, psycopg.Error):
        return None
    if said.sqlstate == "57014" and "statement timeout" in str(said):
        return TIMED_OUT
    if said.sqlstate is not None:
        return next((sentence for code, sentence in POSTGRES.items() if said.sqlstate.startswith(code)), None)
    if str(said).startswith(UNREACHED):
        return _unreached(str(said))
    return GONE if isinstance(said, psycopg.OperationalError) else None


def _of_sqlite(said: sqlite3.Error) -> str | None:
    text = str(said)
    if text.startswith("no such table"):
        return "{} has no tables of onewindow yet; run `onewindow db upgrade`"
    if text.startswith("no such column"):
        return "{} has tables of an older version; run `onewindow db upgrade`"
    return SQLITE.get(getattr(said, "sqlite_errorcode", 0) & 0xFF)


def _unreached(text: str) -> str:
    reason = quoted(text.splitlines()[0].removeprefix("connection failed: ")).replace("{", "{{").replace("}", "}}")
    if "certificate" in text or "SSL error" in text:
        return f"{{}} shows no certificate that is trusted for it ({reason}); check sslrootcert and the host in the address"
    known = next((sentence for words, sentence in TURNED_AWAY.items() if words in text), None)
    return known or f"{{}} cannot be reached ({reason}); check that the server runs and the address is right"
