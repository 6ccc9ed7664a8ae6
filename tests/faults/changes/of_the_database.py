"""What stands around the events: views, guards, tables."""

from sqlalchemy import text

from projections.views.all_views import VIEWS
from tests.faults.changes.change import Office, Told, change


def _by_kind(office: Office, sqlite: str, postgres: str) -> None:
    kind = office.connection.dialect.name
    for statement in (sqlite if kind == "sqlite" else postgres).split(";\n"):
        office.connection.execute(text(statement))


def _guard(office: Office) -> str:
    return (
        "trigger events_never_updated" if office.connection.dialect.name == "sqlite" else "trigger events_never_changed"
    )


@change
def a_view_is_said_to_have_seen_nothing(office: Office) -> Told:
    _by_kind(office, *["update view_generations set position = 0 where view = 'case_file'"] * 2)
    return Told("view case_file", "stands at position 0 and has rows")


@change
def a_view_is_said_to_be_of_another_version(office: Office) -> Told:
    _by_kind(office, *["update view_generations set version = 99 where view = 'case_file'"] * 2)
    return Told("view case_file", "was made by version 99 of its fold")


@change
def a_view_has_no_live_rows(office: Office) -> Told:
    assert "open_work" in {view.name for view in VIEWS}
    _by_kind(office, *["update view_generations set state = 'former' where view = 'open_work'"] * 2)
    return Told("view open_work", "has no live rows")


@change
def the_trigger_that_forbids_changes_is_gone(office: Office) -> Told:
    _by_kind(office, "drop trigger events_never_updated", "drop trigger events_never_changed on events")
    return Told(_guard(office), "is missing")


@change
def the_trigger_that_forbids_changes_is_off(office: Office) -> Told:
    """SQLite knows no trigger that is off; one that never fires is as good."""
    _by_kind(
        office,
        "drop trigger events_never_updated;\n"
        "create trigger events_never_updated before update on events when false "
        "begin select raise(abort, 'no event is ever changed or deleted (rule 10)'); end",
        "alter table events disable trigger events_never_changed",
    )
    return Told(_guard(office), "rows can be changed")


@change
def the_trigger_that_forbids_changes_does_nothing(office: Office) -> Told:
    _by_kind(
        office,
        "drop trigger events_never_updated;\ncreate trigger events_never_updated before update on events begin select 1; end",
        "create or replace function events_never_changed() returns trigger language plpgsql as $$begin return null; end$$",
    )
    return Told(_guard(office), "is not as the migrations made it")


@change
def a_trigger_of_somebody_else_acts_on_what_is_recorded(office: Office) -> Told:
    _by_kind(
        office,
        "create trigger helpful after insert on events begin select 1; end",
        "create function helpful() returns trigger language plpgsql as $$begin return null; end$$;\n"
        "create trigger helpful after insert on events for each row execute function helpful()",
    )
    return Told("trigger helpful", "on table events is not of onewindow's migrations")


@change
def an_index_is_gone(office: Office) -> Told:
    _by_kind(office, *["drop index attempts_person"] * 2)
    return Told("tables", "attempts_person")
