"""``db`` and ``--version``: what an operator looks at, and an upgrade that somebody is in the way of."""

from pathlib import Path

import pytest
from sqlalchemy import text

from adapters.store import migrate, revision
from adapters.store.driver.database import connect, writing
from adapters.store.driver.failures import DatabaseError
from tests.adapters.cli.city import an_application
from tests.databases import Copied
from tests.terminal import onewindow


def test_the_version_is_said_and_no_database_is_made(tmp_path: Path) -> None:
    answer = onewindow(f"sqlite:///{tmp_path}/none.db", tmp_path, "--version")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("onewindow ")
    assert f"schema {revision.newest()}" in answer.out
    assert not (tmp_path / "none.db").exists()


def test_an_operator_sees_what_the_database_holds(copied: Copied, tmp_path: Path) -> None:
    office = copied(an_application)
    found = onewindow(office, tmp_path, "db", "status", "--format", "json").json
    assert (found["schema"], found["newest_schema"]) == (revision.newest(), revision.newest())
    engine = connect(office)
    with engine.connect() as connection:
        assert found["events"] == connection.execute(text("select count(*) from events")).scalar_one() > 0
        assert sum(found["keys"].values()) == connection.execute(text("select count(*) from person_keys")).scalar_one()
    assert {view["view"] for view in found["views"]} >= {"open_work", "case_file"}
    assert "which is here" in onewindow(office, tmp_path, "db", "status").out
    (tmp_path / "master.key").unlink()
    assert "is not here: names under it stay sealed" in onewindow(office, tmp_path, "db", "status").out


def test_a_database_without_tables_or_with_older_ones_is_looked_at_too(database_url: str, tmp_path: Path) -> None:
    empty = onewindow(database_url, tmp_path, "db", "status").out
    assert "no tables yet; this onewindow needs" in empty
    assert "/master.key, not made yet" in empty
    migrate.upgrade(database_url, "0011")
    answer = onewindow(database_url, tmp_path, "db", "status")
    assert (answer.code, "0011; this onewindow needs" in answer.out) == (0, True)


def test_a_sound_database_has_nothing_wrong_and_a_bent_one_says_what(copied: Copied, tmp_path: Path) -> None:
    office = copied(an_application)
    sound = onewindow(office, tmp_path, "db", "check")
    assert (sound.code, sound.err) == (0, ""), sound.out
    with writing(connect(office)) as connection:
        connection.execute(text("drop index attempts_person"))
        connection.execute(text("create table of_somebody_else (a integer)"))
        connection.execute(text("update person_keys set wrapped = master::bytea" if "postgres" in office else SPOILT))
    bent = onewindow(office, tmp_path, "db", "check", "--format", "json")
    assert bent.code == 1
    told = " ".join(f"{each['place']}: {each['what']}" for each in bent.json["findings"])
    assert "attempts_person" in told
    assert "of person_keys is damaged" in told
    assert "of_somebody_else" not in told


SPOILT = "update person_keys set wrapped = cast(master as blob)"


def test_keys_without_their_master_key_are_counted(copied: Copied, tmp_path: Path) -> None:
    office = copied(an_application)
    (tmp_path / "master.key").rename(tmp_path / "elsewhere.key")
    answer = onewindow(office, tmp_path, "db", "check")
    assert (answer.code, "which is not here; names under them stay sealed" in answer.out) == (1, True)


@pytest.mark.postgres
def test_an_upgrade_says_who_is_in_the_way_and_nobody_queues_behind_it(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    server = request.getfixturevalue("postgres_server")
    url = server.create_database("in_the_way")
    migrate.upgrade(url, "0014")
    engine = connect(url)
    with engine.connect() as reader:
        reader.execute(text("select count(*) from window_desk_1"))
        with pytest.raises(DatabaseError, match=r"are in use; by process \d+ of \w+ \(onewindow, idle in transaction"):
            migrate.upgrade(url, wait_seconds=1.5)
        assert revision.present(engine) == "0014"
        with engine.connect() as other:
            assert other.execute(text("select count(*) from window_desk_1")).scalar_one() == 0
        answer = onewindow(url, tmp_path, "db", "upgrade", "--wait-seconds", "0.2")
        assert (answer.code, "nothing was changed" in answer.err) == (4, True)
    assert migrate.upgrade(url) == ("0014", revision.newest())
    engine.dispose()
    server.drop_database("in_the_way")


@pytest.mark.postgres
def test_an_upgrade_leaves_a_table_that_others_read_and_says_so(request: pytest.FixtureRequest) -> None:
    server = request.getfixturevalue("postgres_server")
    url = server.create_database("read_by_others")
    migrate.upgrade(url, "0014")
    engine = connect(url)
    with writing(engine) as connection:
        connection.execute(text("create view desks as select * from window_desk_1"))
    with pytest.raises(DatabaseError, match=r"SQL views that are not onewindow's use tables of .*; drop them"):
        migrate.upgrade(url)
    assert revision.present(engine) == "0014"
    engine.dispose()
    server.drop_database("read_by_others")
