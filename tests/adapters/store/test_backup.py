"""A backup is what was recorded at one moment, whoever goes on working; restored into either database it is the same."""

import os
import shutil
import signal
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import delete, select

from adapters.store import audit, revision
from adapters.store.driver.database import connect, writing
from adapters.store.schema import attempts, commands, events, log_head, person_keys
from domain.label import Label
from domain.people.establishing import EstablishDepartment
from domain.sealing import ERASED, SEALED
from projections.views.all_views import VIEWS
from tests.adapters.cli.city import NAME, SETTING_UP, Day, opened, received
from tests.databases import Copied
from tests.faults.changes.hand import Log
from tests.terminal import Answer, onewindow, start

CASE = "C1"
STORE = (events, commands, log_head, attempts, person_keys)


def an_office(database: str, folder: Path) -> None:
    with opened(database, folder) as found:
        received(Day(found), CASE)
    refused = onewindow(database, folder, "case", "accept", CASE, "--by", "R1")
    assert refused.code == 13


@pytest.fixture
def office(copied: Copied) -> str:
    """A database with one application and one refused attempt; its master key lies in the test's folder."""
    return copied(an_office)


@pytest.fixture(params=["sqlite", "postgres"])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database to restore into, of either kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/elsewhere.db"
        return
    server = request.getfixturevalue("postgres_server")
    yield server.create_database("elsewhere")
    server.drop_database("elsewhere")


def rows(database: str) -> list[list[tuple[object, ...]]]:
    engine = connect(database)
    with engine.connect() as connection:
        found = [
            [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in connection.execute(query)]
            for query in (select(table).order_by(*table.primary_key.columns) for table in STORE)
        ]
    engine.dispose()
    return found


def backed_up(database: str, folder: Path) -> Answer:
    return onewindow(database, folder, "db", "backup", "records.db", "--keys", "apart/keys.db", "--format", "json")


def test_what_is_restored_is_what_was_recorded(office: str, elsewhere: str, tmp_path: Path) -> None:
    answer = backed_up(office, tmp_path)
    assert (answer.code, answer.json["events"], answer.json["schema"]) == (0, len(rows(office)[0]), revision.newest())
    restored = onewindow(elsewhere, tmp_path, "db", "restore", "records.db", "--keys", "apart/keys.db")
    assert (restored.code, restored.err) == (0, "")
    assert rows(elsewhere) == rows(office)
    assert onewindow(elsewhere, tmp_path, "project").code == 0
    assert audit.verify(elsewhere, VIEWS, lambda done, total: None).findings == []
    history = onewindow(elsewhere, tmp_path, "history", CASE, "--format", "json").json
    assert history["state"]["applicant"]["name"] == NAME
    again = onewindow(elsewhere, tmp_path, "case", "accept", CASE, "--by", "R1")
    assert (again.code, len(rows(elsewhere)[3])) == (13, len(rows(office)[3]) + 1)


def test_the_records_alone_open_no_name(office: str, tmp_path: Path) -> None:
    backed_up(office, tmp_path)
    alone = f"sqlite:///{tmp_path}/records.db"
    assert rows(alone)[0] == rows(office)[0]
    assert rows(alone)[4] == []
    assert NAME not in onewindow(alone, tmp_path, "history", CASE).out
    for file in (tmp_path / "records.db", tmp_path / "apart" / "keys.db"):
        assert NAME.encode() not in file.read_bytes()
        assert file.stat().st_mode & 0o777 == 0o600
        assert not list(file.parent.glob(f"{file.name}-*"))


def test_a_backup_of_an_office_at_work_is_of_one_moment(office: str, tmp_path: Path) -> None:
    over = Event()

    def work() -> int:
        with opened(office, tmp_path) as found:
            number = 0
            while not over.is_set() or number < 20:
                number += 1
                label = Label(zh=f"部门{number}", en=f"Department {number}")
                command = EstablishDepartment(
                    command_id=f"work-{number}", actor=SETTING_UP, department_id=f"D{number}", label=label
                )
                found.office.execute(command)
                found.vault.seal(f"applicant/W{number}", "name", NAME)
        return number

    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(work)
        before = len(rows(office)[0])
        for number in range(3):
            made = onewindow(office, tmp_path, "db", "backup", f"r{number}.db", "--keys", f"k{number}.db")
            assert made.code == 0, made.err
        over.set()
        assert working.result() >= 20
    for number in range(3):
        copy = f"sqlite:///{tmp_path}/copy{number}.db"
        back = onewindow(copy, tmp_path, "db", "restore", f"r{number}.db", "--keys", f"k{number}.db")
        assert back.code == 0, back.err
        held = rows(copy)
        assert before <= len(held[0]) <= len(rows(office)[0])
        assert held[0] == rows(office)[0][: len(held[0])]
        assert audit.verify(copy, VIEWS, lambda done, total: None).findings == []


def test_an_erased_person_opens_from_no_backup_once_the_former_master_key_is_destroyed(
    office: str, tmp_path: Path
) -> None:
    backed_up(office, tmp_path)
    with writing(connect(office)) as connection:
        connection.execute(delete(person_keys).where(person_keys.c.key.startswith("applicant/")))
    rotated = onewindow(office, tmp_path, "key", "rotate", "--format", "json").json
    after = onewindow(office, tmp_path, "db", "backup", "later.db", "--keys", "later-keys.db")
    assert after.code == 0
    copies = {"records.db": "apart/keys.db", "later.db": "later-keys.db"}
    read = {}
    for destroyed in (False, True):
        if destroyed:
            (tmp_path / rotated["former"]).unlink()
        for records, keys in copies.items():
            copy = f"sqlite:///{tmp_path}/{destroyed}-{records}"
            assert onewindow(copy, tmp_path, "db", "restore", records, "--keys", keys).code == 0
            shown = onewindow(copy, tmp_path, "history", CASE, "--format", "json").json
            read[destroyed, records] = shown["state"]["applicant"]["name"]
    assert read == {
        (False, "records.db"): NAME,
        (False, "later.db"): ERASED,
        (True, "records.db"): SEALED,
        (True, "later.db"): ERASED,
    }


def test_a_damaged_backup_restores_nothing(office: str, elsewhere: str, tmp_path: Path) -> None:
    backed_up(office, tmp_path)
    whole = tmp_path / "whole.db"
    shutil.copy(tmp_path / "records.db", whole)
    hand = sqlite3.connect(tmp_path / "records.db")
    hand.execute("drop trigger events_never_updated")
    hand.execute("update events set data = replace(data, 'food', 'fool') where type = 'application.intake_registered'")
    hand.commit()
    hand.close()
    refused = onewindow(elsewhere, tmp_path, "db", "restore", "records.db", "--keys", "apart/keys.db")
    assert refused.code == 1
    assert "is not what was recorded" in refused.err
    assert rows(elsewhere)[0] == []
    good = onewindow(elsewhere, tmp_path, "db", "restore", "whole.db", "--keys", "apart/keys.db")
    assert (good.code, rows(elsewhere)) == (0, rows(office))


def test_a_restore_that_is_killed_leaves_nothing_and_is_done_again(office: str, elsewhere: str, tmp_path: Path) -> None:
    with opened(office, tmp_path) as found:
        many = [
            EstablishDepartment(
                command_id=f"many-{number}", actor=SETTING_UP, department_id=f"M{number}", label=Label(zh="部", en="D")
            )
            for number in range(4_000)
        ]
        found.office.execute_together(many)
    backed_up(office, tmp_path)
    process = start(elsewhere, tmp_path, "db", "restore", "records.db", "--keys", "apart/keys.db")
    engine = connect(elsewhere)
    while process.poll() is None and revision.present(engine) is None:
        pass
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    engine.dispose()
    assert rows(elsewhere)[0] in ([], rows(office)[0])
    if not rows(elsewhere)[0]:
        again = onewindow(elsewhere, tmp_path, "db", "restore", "records.db", "--keys", "apart/keys.db")
        assert again.code == 0, again.err
    assert rows(elsewhere) == rows(office)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (
            ("db", "backup", "records.db", "--keys", "new.db"),
            "FILE: records.db belongs to a database",
        ),
        (("db", "backup", "new.db", "--keys", "new.db"), "records and keys go into two files"),
        (("db", "restore", "no.db", "--keys", "apart/keys.db"), "no.db does not exist"),
        (("db", "restore", "apart/keys.db", "--keys", "apart/keys.db"), "holds no records of onewindow"),
        (("db", "restore", "records.db"), "give either --keys FILE or --without-keys"),
        (("db", "restore", "records.db", "--keys", "apart/keys.db"), "holds records already; restore into an empty"),
        (("db", "restore", "text", "--without-keys"), "is not an SQLite database"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(
    office: str, tmp_path: Path, words: tuple[str, ...], says: str
) -> None:
    backed_up(office, tmp_path)
    (tmp_path / "text").write_text("this is a letter, no database, and long enough to be looked at as one" * 20)
    before, files = rows(office), sorted(each.name for each in tmp_path.iterdir())
    answer = onewindow(office, tmp_path, *words)
    assert answer.code in (2, 4), answer
    assert says in answer.err
    assert answer.err.count("\n") <= 2
    assert rows(office) == before
    assert sorted(each.name for each in tmp_path.iterdir()) == files


def test_an_office_whose_clock_was_wrong_for_a_while_is_restored(office: str, elsewhere: str, tmp_path: Path) -> None:
    """verify tells of the clock; what was recorded is not damaged by it."""
    engine = connect(office)
    with engine.begin() as connection:
        log = Log(connection)
        log.rows[-2].recorded_at = log.rows[-2].moved(hours=3)
        log.put_back()
    engine.dispose()
    assert "a clock was wrong" in onewindow(office, tmp_path, "verify").out
    assert backed_up(office, tmp_path).code == 0
    restored = onewindow(elsewhere, tmp_path, "db", "restore", "records.db", "--keys", "apart/keys.db")
    assert restored.code == 0, restored.err
    assert rows(elsewhere) == rows(office)
