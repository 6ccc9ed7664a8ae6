"""``db``: make the tables, look at the database, back it up, restore it; ``key``: the master key."""

from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import func, select

from adapters.cli.answers.records import (
    Copied,
    DatabaseExamined,
    DatabaseStatus,
    KeyRotated,
    SchemaUpgraded,
)
from adapters.cli.options import DatabaseOption, Format, FormatOption, WrongInput, opened, progress_bar, settings_for
from adapters.cli.output import say, say_json, say_table, tell
from adapters.disk.target import Target
from adapters.logs import work_at_length
from adapters.settings import Settings
from adapters.store import backup as backups
from adapters.store import examining, key_rotation, migrate, revision
from adapters.store.driver.database import connect, reading
from adapters.store.driver.failures import address_of
from adapters.store.grants import Roles
from adapters.store.grants import grants as made_grants
from adapters.store.master_key import SETTING, MasterKey
from adapters.store.schema import events, person_keys
from domain.exit_code import ExitCode
from domain.number_of import number_of

KeysOption = Annotated[
    Path, typer.Option("--keys", metavar="FILE", help="The file for the persons' keys; keep it apart from the records.")
]


def add_to(app: typer.Typer) -> None:
    """Put the commands into the command line."""
    db = typer.Typer(help="The database: create its tables, look at it, back it up, restore it.", no_args_is_help=True)
    for command in (upgrade, status, check, backup, restore, grants):
        db.command(command.__name__)(command)
    app.add_typer(db, name="db")
    key = typer.Typer(help="The master key, which wraps the keys of all persons.", no_args_is_help=True)
    key.command("rotate")(rotate)
    app.add_typer(key, name="key")


def grants(
    owner: Annotated[str, typer.Option(metavar="ROLE", help="The role that upgrades and rebuilds.")] = Roles().owner,
    service: Annotated[
        str, typer.Option(metavar="ROLE", help="The role that records and keeps the views up.")
    ] = Roles().service,
    reader: Annotated[str, typer.Option(metavar="ROLE", help="The role that reads.")] = Roles().reader,
    erasing: Annotated[
        bool, typer.Option("--erasing", help="Let the service destroy keys of persons, which erases them.")
    ] = False,
) -> None:
    """Print the SQL that gives three roles on PostgreSQL the least rights; pipe it into psql as a superuser."""
    print(made_grants(Roles(owner, service, reader), erasing=erasing), end="")


def upgrade(
    wait_seconds: Annotated[
        float,
        typer.Option(
            min=0.1, max=3600, help="Give up if the tables stay in use for more than this many seconds (PostgreSQL)."
        ),
    ] = migrate.WAIT_SECONDS,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Create the tables, or upgrade them to this version: all of them or none."""
    work_at_length()
    before, after = migrate.upgrade(settings_for(database).database_url, wait_seconds=wait_seconds)
    done = f"schema {after}" + (" already" if before == after else f", was {before or 'empty'}")
    say(format_, f"database ready: {done}", SchemaUpgraded(before=before, after=after))


def status(database: DatabaseOption = None, format_: FormatOption = Format.TABLE) -> None:
    """Show what the database holds: schema, events, keys, and where each view stands. Works on any schema."""
    settings = settings_for(database)
    engine = connect(settings.database_url)
    try:
        schema = revision.present(engine)
        found: dict[str, Any] = {"database": address_of(engine), "schema": schema, "newest_schema": revision.newest()}
        found["master_key_file"] = None if settings.master_key else str(settings.master_key_file)
        if schema is not None:
            with reading(engine) as connection:
                last = select(func.coalesce(func.max(events.c.position), 0), func.max(events.c.recorded_at))
                found["events"], found["last_recorded_at"] = connection.execute(last).one()
                masters = select(person_keys.c.master, func.count()).group_by(person_keys.c.master)
                found["keys"] = {row[0]: row[1] for row in connection.execute(masters)}
    finally:
        engine.dispose()
    with_views = schema == revision.newest()
    if with_views:
        with opened(database, shorter_log=True) as installation:
            found["views"] = installation.runner().status()
    if format_ is Format.JSON:
        say_json(DatabaseStatus(**found))
    else:
        _say_status(found, _master(settings))


def _say_status(found: dict[str, Any], master: MasterKey) -> None:
    rows = [{"what": "database", "value": found["database"]}, {"what": "schema", "value": _schema(found)}]
    rows.append({"what": "master key", "value": _place_of(master)})
    if "events" in found:
        rows.append({"what": "events", "value": str(found["events"])})
        rows.append({"what": "last recorded (UTC)", "value": found["last_recorded_at"] or "nothing yet"})
        for name, count in found["keys"].items():
            here = "is here" if master.called(name) else "is not here: names under it stay sealed"
            rows.append({"what": "persons' keys", "value": f"{count} under master key {name}, which {here}"})
    for view in found.get("views", []):
        rows.append(
            {
                "what": f"view {view.view}",
                "value": f"at {view.position}, {number_of(view.lag, 'event')} behind",
            }
        )
    say_table("status", rows, ["what", "value"])


def _schema(found: dict[str, Any]) -> str:
    schema, newest = found["schema"], found["newest_schema"]
    if schema == newest:
        return f"{schema}, the newest"
    return f"{schema or 'no tables yet'}; this onewindow needs {newest}, run `onewindow db upgrade`"


def _place_of(master: MasterKey) -> str:
    if master.is_given:
        return f"given in {SETTING}"
    return f"{master.file}{'' if master.file.exists() else ', not made yet'}"


def _master(settings: Settings) -> MasterKey:
    return MasterKey(settings.master_key_file, settings.master_key.get_secret_value() if settings.master_key else None)


def check(database: DatabaseOption = None, format_: FormatOption = Format.TABLE) -> None:
    """Examine the database itself: its file or indexes, its tables, every key. Exit 1 if something is wrong. `verify` examines the records."""
    with (
        opened(database, shorter_log=True) as installation,
        progress_bar("examining") as progress,
        installation.reading() as connection,
    ):
        findings = examining.examine(connection, installation.master, progress)
    if format_ is Format.JSON:
        say_json(DatabaseExamined(findings=findings))
    else:
        for each in findings:
            tell(f"WRONG  {each.place}: {each.what}")
        if not findings:
            tell("nothing is wrong with the database; `onewindow verify` examines the records")
    if findings:
        raise typer.Exit(ExitCode.DIFFERENCE)


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file for the records; it must not exist yet.")],
    keys: KeysOption,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Write all records into one file and the persons' keys into another, as of one moment, while work goes on."""
    with opened(database, shorter_log=True) as installation, progress_bar("backing up") as progress:
        records, persons = (
            Target(each, field, installation.kept(), force=None) for field, each in (("FILE", file), ("--keys", keys))
        )
        done = backups.backup(installation.engine, records, persons, progress)
    _say_copied(
        format_,
        f"{number_of(done.events, 'event')} in {file}, {number_of(done.keys, 'key')} in {keys}; the master key is in neither",
        done,
    )


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The records, as `db backup` wrote them.")],
    keys: Annotated[
        Path | None, typer.Option("--keys", metavar="FILE", help="The persons' keys, as `db backup` wrote them.")
    ] = None,
    without_keys: Annotated[
        bool,
        typer.Option(
            "--without-keys", help="Restore without keys, for example because they are lost: no name can be read."
        ),
    ] = False,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Fill an empty database, SQLite or PostgreSQL, with a backup from either. The backup is verified first; all of it is restored, or nothing."""
    if (keys is None) is not without_keys:
        raise WrongInput("give either --keys FILE or --without-keys")
    with progress_bar("restoring") as progress:
        done = backups.restore(settings_for(database).database_url, file, keys, progress)
    _say_copied(
        format_,
        f"restored {number_of(done.events, 'event')} and {number_of(done.keys, 'key')}; run `onewindow project` for the views",
        done,
    )


def _say_copied(format_: Format, sentence: str, done: backups.Copied) -> None:
    say(format_, sentence, Copied(**done._asdict()))


def rotate(
    new_key_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where to make the new key.", show_default="the place of the current key"),
    ] = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Make a new master key and wrap every person's key with it, while work goes on. If it is interrupted, run it again to resume."""
    with opened(database) as installation, progress_bar("wrapping keys") as progress:
        done = key_rotation.rotate(installation.engine, installation.master, progress, new_key_file)
    sentence = f"master key {done.master} now wraps {number_of(done.keys, 'key')}"
    if done.former is not None:
        sentence += f"; the former one is at {done.former}: destroy it once no backup of keys from before is needed"
    former = None if done.former is None else str(done.former)
    say(format_, sentence, KeyRotated(master=done.master, keys=done.keys, former=former))
