"""What forbids changes is there and on: the triggers of the migrations, nothing beside them, and the functions that append."""

import re
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, text

from adapters.store import driver
from migrations.versions import v0001_store, v0012_attempts
from projections.engine.comparison import Finding

GUARDED = ("events", "attempts")
SQLITE = "select name, tbl_name, sql from sqlite_master where type = 'trigger' order by name"
POSTGRES = """
select t.tgname as name, c.relname as tbl_name, t.tgenabled::text as enabled, t.tgtype as kind, t.tgqual is null as always, p.prosrc as source
from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid
where not t.tgisinternal and c.relnamespace = current_schema()::regnamespace order by t.tgname
"""
RULES = "select rulename, tablename from pg_rules where schemaname = current_schema() order by rulename"
FUNCTIONS = (
    "select proname, prosrc from pg_proc where pronamespace = current_schema()::regnamespace and proname = any(:names)"
)
REPLICA = "select current_setting('session_replication_role')"
BEFORE_ANY_CHANGE = 2 | 8 | 16 | 32
"""pg_trigger.tgtype: before update, delete or truncate, once a statement."""
ON = "OA"
"""pg_trigger.tgenabled: on for everybody but replication, or always."""
FUNCTION = re.compile(r"create function (\w+)\s*\(.*?as \$\$(.*?)\$\$", re.DOTALL)
APPENDING = Path(driver.__file__).with_name("append_events.sql")


def check(connection: Connection) -> Iterator[Finding]:
    """Guards that are missing, off or other than the migrations made them, and triggers that they did not make."""
    yield from _sqlite(connection) if connection.dialect.name == "sqlite" else _postgres(connection)


def _sqlite(connection: Connection) -> Iterator[Finding]:
    expected = {
        f"{table}_never_{verb}d": _same(made.format(verb=verb))
        for table, made in zip(GUARDED, _made_for("SQLITE"), strict=True)
        for verb in ("update", "delete")
    }
    found = {row.name: row for row in connection.execute(text(SQLITE))}
    for name in sorted(expected.keys() - found.keys()):
        yield _missing(name)
    for name, row in found.items():
        if name not in expected:
            yield _strange(name, row.tbl_name)
        elif _same(row.sql) != expected[name]:
            yield _other(name)


def _postgres(connection: Connection) -> Iterator[Finding]:
    expected = {
        f"{table}_never_changed": (table, FUNCTION.findall(made)[0][1])
        for table, made in zip(GUARDED, _made_for("POSTGRES"), strict=True)
    }
    found = {row.name: row for row in connection.execute(text(POSTGRES))}
    for name in sorted(expected.keys() - found.keys()):
        yield _missing(name)
    for name, row in found.items():
        if name not in expected:
            yield _strange(name, row.tbl_name)
            continue
        if row.enabled not in ON:
            yield Finding(f"trigger {name}", "is off: rows can be changed; turn it on with `alter table`")
        if (
            (row.tbl_name, _same(row.source)) != (expected[name][0], _same(expected[name][1]))
            or row.kind != BEFORE_ANY_CHANGE
            or not row.always
        ):
            yield _other(name)
    for rule, table in connection.execute(text(RULES)):
        yield Finding(f"rule {rule}", f"on table {table} is not of onewindow's migrations")
    if connection.execute(text(REPLICA)).scalar_one() != "origin":
        yield Finding("triggers", "are off in this database by its setting session_replication_role")
    yield from _functions(connection)


def _functions(connection: Connection) -> Iterator[Finding]:
    """The functions by which PostgreSQL appends."""
    expected = dict(FUNCTION.findall(APPENDING.read_text(encoding="utf-8")))
    rows = connection.execute(text(FUNCTIONS), {"names": list(expected)})
    found: dict[str, list[str]] = {}
    for name, source in rows:
        found.setdefault(name, []).append(source)
    for name, source in expected.items():
        if found.get(name) != [source]:
            yield Finding(f"function {name}", "is not as the migrations made it")


def _made_for(kind: str) -> tuple[str, str]:
    return tuple(getattr(made, f"NEVER_CHANGED_{kind}") for made in (v0001_store, v0012_attempts))


def _same(sql: str) -> str:
    """Statements that differ in blanks and capitals alone are the same."""
    return " ".join(sql.split()).lower()


def _missing(name: str) -> Finding:
    return Finding(
        f"trigger {name}", "is missing: rows can be changed; restore the database, or create the trigger again"
    )


def _other(name: str) -> Finding:
    return Finding(f"trigger {name}", "is not as the migrations made it: rows can be changed")


def _strange(name: str, table: str) -> Finding:
    return Finding(f"trigger {name}", f"on table {table} is not of onewindow's migrations")
