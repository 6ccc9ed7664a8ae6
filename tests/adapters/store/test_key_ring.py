"""Personal data: sealed from the first event on, readable with its key, "erased" once that is destroyed, nowhere in the clear."""

import base64
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, text, update

from adapters.bootstrap import installation
from adapters.settings import Settings
from adapters.store import key_ring
from adapters.store.driver.database import connect, reading, writing
from adapters.store.driver.failures import DatabaseError
from adapters.store.key_ring import KeyRing
from adapters.store.master_key import MasterKey
from adapters.store.schema import person_keys
from domain.application.path.intake import RegisterIntake
from domain.application.terms import Channel
from domain.people.applicant import Applicant
from domain.people.applicant_kind import ApplicantKind
from domain.sealing import DAMAGED, ERASED, SEALED, Sealed
from tests.adapters.cli.city import Day, accepted, content_of, opened
from tests.office import CLERK, NAME, START, applicant, setting_up
from tests.terminal import onewindow


@pytest.fixture
def ring(database: str, tmp_path: Path) -> Iterator[KeyRing]:
    engine = connect(database)
    yield KeyRing(engine, MasterKey(tmp_path / "keys" / "master.key"))
    engine.dispose()


def another(database: str, key_file: Path, given: str | None = None) -> KeyRing:
    return KeyRing(connect(database), MasterKey(key_file, given))


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(st.characters(exclude_categories=["Cs"]), min_size=1), person=st.sampled_from(["P1", "P2"]))
def test_text_in_any_script_comes_out_as_it_went_in(ring: KeyRing, words: str, person: str) -> None:
    sealed = ring.seal(f"applicant/{person}", "name", words)
    assert ring.open("name", sealed) == words
    assert ring.seal(f"applicant/{person}", "name", words) == sealed
    assert ring.seal(f"applicant/{person}", "phone", words).box != sealed.box
    assert ring.open("phone", sealed) == ERASED
    assert ring.open("name", Sealed(key=sealed.key, box=base64.urlsafe_b64encode(bytes(40)).decode())) == ERASED


def test_a_key_that_was_destroyed_reads_as_erased_and_one_that_is_elsewhere_as_sealed(
    ring: KeyRing, database: str, tmp_path: Path
) -> None:
    sealed = ring.seal("applicant/P1", "name", NAME)
    key_file = tmp_path / "keys" / "master.key"
    assert another(database, key_file).open("name", sealed) == NAME
    assert another(database, tmp_path / "nowhere").open("name", sealed) == SEALED
    with writing(connect(database)) as connection:
        connection.execute(delete(person_keys))
    assert another(database, key_file).open("name", sealed) == ERASED


def test_a_person_who_is_erased_is_so_for_a_process_that_runs(
    ring: KeyRing, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_ring, "SECONDS_AT_HAND", 0.0)
    before = ring.seal("applicant/P1", "name", NAME)
    assert ring.open("name", before) == NAME
    with writing(connect(database)) as connection:
        connection.execute(delete(person_keys))
    assert ring.open("name", before) == ERASED
    after = ring.seal("applicant/P1", "name", NAME)
    assert after != before
    assert another(database, tmp_path / "keys" / "master.key").open("name", after) == NAME


def test_a_master_key_that_is_missing_is_not_made_where_others_are_wrapped(
    ring: KeyRing, database: str, tmp_path: Path
) -> None:
    ring.seal("applicant/P1", "name", NAME)
    with pytest.raises(DatabaseError, match="the one given is none"):
        another(database, tmp_path / "nowhere").seal("applicant/P2", "name", NAME)
    assert not (tmp_path / "nowhere").exists()


def test_a_damaged_key_is_named(ring: KeyRing, database: str, tmp_path: Path) -> None:
    sealed = ring.seal("applicant/P1", "name", NAME)
    with writing(connect(database)) as connection:
        connection.execute(update(person_keys).values(wrapped=bytes(60)))
    afresh = another(database, tmp_path / "keys" / "master.key")
    assert afresh.open("name", sealed) == DAMAGED
    with pytest.raises(DatabaseError, match="the row applicant/P1 of person_keys is damaged"):
        afresh.seal("applicant/P1", "phone", "1")


def test_processes_that_make_the_master_key_at_once_have_one(tmp_path: Path) -> None:
    files = [tmp_path / str(number) / "master.key" for number in range(20)]
    with ProcessPoolExecutor(8) as processes:
        for file in files:
            made = set(processes.map(read_or_make, [file] * 16))
            assert made == {MasterKey(file).read()}
            assert list(file.parent.iterdir()) == [file]


def read_or_make(file: Path) -> bytes:
    return MasterKey(file).read_or_make()


def test_the_master_key_is_readable_by_its_owner_only_and_always_the_same(
    ring: KeyRing, database: str, tmp_path: Path
) -> None:
    sealed = ring.seal("applicant/P1", "name", NAME)
    key_file = tmp_path / "keys" / "master.key"
    assert key_file.stat().st_mode & 0o777 == 0o600
    other = base64.urlsafe_b64encode(os.urandom(32)).decode()
    stranger = another(database, key_file, other)
    assert stranger.open("name", sealed) == SEALED
    with pytest.raises(DatabaseError, match="set ONEWINDOW_MASTER_KEY or ONEWINDOW_MASTER_KEY_FILE to the right one"):
        stranger.seal("applicant/P9", "name", NAME)
    assert another(database, tmp_path / "nowhere", key_file.read_text()).open("name", sealed) == NAME


@pytest.mark.parametrize(("key", "says"), [("short", "is not a key|holds"), ("%%%", "is not a key|holds")])
def test_a_key_that_is_none_is_refused(database: str, tmp_path: Path, key: str, says: str) -> None:
    with pytest.raises(DatabaseError, match=says):
        another(database, tmp_path / "x", key).seal("applicant/P1", "name", NAME)


DAMAGES = {"another byte": b"\x00" * 60, "cut off": b"\x01", "empty": b"", "too long": b"\x02" * 5_000}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_key_costs_one_name_and_no_list(database: str, tmp_path: Path, damage: str) -> None:
    with opened(database, tmp_path) as found:
        day = Day(found)
        accepted(day, "C1")
        other = Applicant(applicant_id="P2", kind=ApplicantKind.NATURAL_PERSON, name="李四")
        day.do(
            RegisterIntake,
            case_id="C2",
            items=("food",),
            channel=Channel.WINDOW,
            hall="H1",
            window="W1",
            applicant=other,
        )
        found.runner().catch_up()
    with writing(connect(database)) as connection:
        connection.execute(
            update(person_keys).where(person_keys.c.key == "applicant/P1").values(wrapped=DAMAGES[damage])
        )
    desk = ("desk", "--hall", "H1", "--window", "W1", "--at", "2025-03-03T10:00+08:00", "--format", "json")
    rows = onewindow(database, tmp_path, *desk).json["received"]
    assert {row["case"]: row["applicant"] for row in rows} == {"C1": DAMAGED, "C2": "李四"}
    assert DAMAGED in onewindow(database, tmp_path, "history", "C1").out
    assert "李四" in onewindow(database, tmp_path, "history", "C2").out
    assert (
        onewindow(database, tmp_path, "case", "find", "--name", "李四", "--format", "json").json["cases"][0]["case"]
        == "C2"
    )
    assert onewindow(database, tmp_path, "case", "find", "--name", DAMAGED, "--format", "json").json["cases"] == []
    for command in (("verify",), ("db", "check")):
        told = onewindow(database, tmp_path, *command)
        assert (told.code, "the row applicant/P1 of person_keys is damaged" in told.out + told.err) == (1, True), told


def test_a_name_stands_nowhere_in_the_clear_and_is_found_all_the_same(database: str, tmp_path: Path) -> None:
    with installation(Settings(database_url=database, master_key_file=tmp_path / "master.key")) as found:
        for command in setting_up():
            found.office.execute(command)
        intake = RegisterIntake(
            command_id="i",
            actor=CLERK,
            occurred_at=START,
            case_id="2025-1",
            items=("food",),
            channel=Channel.WINDOW,
            hall="H1",
            window="W1",
            applicant=applicant(),
        )
        found.office.execute(intake)
        found.runner().catch_up()
        assert found.office.execute(intake).repeated
    for table, rows in content_of(database).items():
        for secret in (NAME, "42010019900101001X", "13800000000"):
            assert secret not in repr(rows), table
            assert secret.encode() not in b"".join(v for row in rows for v in row if isinstance(v, bytes)), table
    look = ("desk", "--hall", "H1", "--window", "W1", "--at", "2025-03-03T10:00+08:00", "--format", "json")
    assert onewindow(database, tmp_path, *look, "--find", "小明").json["received"][0]["applicant"] == NAME
    assert onewindow(database, tmp_path, *look, "--find", "大明").json["received"] == []
    assert (
        onewindow(database, tmp_path, "history", "2025-1", "--format", "json").json["state"]["applicant"]["name"]
        == NAME
    )
    with writing(connect(database)) as connection:
        connection.execute(delete(person_keys))
    assert onewindow(database, tmp_path, *look).json["received"][0]["applicant"] == ERASED
    told = onewindow(database, tmp_path, "history", "2025-1", "--format", "json")
    assert (told.code, told.json["state"]["applicant"]["name"]) == (0, ERASED)
    assert onewindow(database, tmp_path, "verify").code == 0
    with reading(connect(database)) as connection:
        assert connection.execute(text("select count(*) from person_keys")).scalar_one() == 0
