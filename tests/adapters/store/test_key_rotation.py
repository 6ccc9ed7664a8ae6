"""The master key is changed while people are taken in: every name opens afterwards, under the new key alone."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import delete, func, insert, select

from adapters.store import key_rotation
from adapters.store.driver.database import connect, reading, writing
from adapters.store.driver.failures import DatabaseError
from adapters.store.key_ring import KeyRing
from adapters.store.key_rotation import rotate
from adapters.store.master_key import MasterKey, fingerprint
from adapters.store.schema import person_keys
from adapters.store.wrapping import wrapped
from domain.sealing import ERASED, SEALED, Sealed
from tests.office import NAME
from tests.terminal import onewindow, start

A_DESK_AT_MOST = 200
"""So many names each desk seals while the key is changed; each change wraps all of them anew."""


class Desk:
    """Somebody with the database and a master key's file, as a process of its own has them."""

    def __init__(self, database: str, key_file: Path, given: str | None = None) -> None:
        self.engine = connect(database)
        self.master = MasterKey(key_file, given)
        self.ring = KeyRing(self.engine, self.master)

    def rotate(self, new_file: Path | None = None) -> key_rotation.Rotated:
        return rotate(self.engine, self.master, lambda done, total: None, new_file)

    def close(self) -> None:
        self.ring.close()
        self.engine.dispose()


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "master.key"


@pytest.fixture
def desk(database: str, key_file: Path) -> Iterator[Desk]:
    made = Desk(database, key_file)
    yield made
    made.close()


def masters(desk: Desk) -> set[str]:
    with reading(desk.engine) as connection:
        return set(connection.execute(select(person_keys.c.master)).scalars())


def destroy_former(key_file: Path) -> None:
    for former in key_file.parent.glob(f"{key_file.name}.*"):
        former.unlink()


def test_every_name_opens_under_the_new_key_and_none_under_the_former(
    desk: Desk, database: str, key_file: Path, tmp_path: Path
) -> None:
    boxes = [desk.ring.seal(f"applicant/P{number}", "name", f"{NAME}{number}") for number in range(30)]
    before = key_file.read_text()
    done = desk.rotate()
    assert masters(desk) == {done.master}
    assert (done.keys, key_file.read_text() != before) == (30, True)
    assert done.former is not None
    assert (done.former.read_text(), done.former.stat().st_mode & 0o777, key_file.stat().st_mode & 0o777) == (
        before,
        0o600,
        0o600,
    )
    destroy_former(key_file)
    fresh = Desk(database, key_file)
    assert [fresh.ring.open("name", box) for box in boxes] == [f"{NAME}{number}" for number in range(30)]
    assert fresh.ring.seal("applicant/P3", "name", f"{NAME}3") == boxes[3]
    assert Desk(database, tmp_path / "former", before).ring.open("name", boxes[0]) == SEALED


def test_desks_that_seal_meanwhile_lose_nothing(
    desk: Desk, database: str, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_rotation, "KEYS_AT_ONCE", 7)
    desk.ring.seal("applicant/first", "name", NAME)
    over = Event()

    def take_in(number: int) -> list[tuple[str, Sealed]]:
        own, made = Desk(database, key_file), []
        while len(made) < A_DESK_AT_MOST and not (over.is_set() and made):
            text = f"{NAME} {number} {len(made)}"
            made.append((text, own.ring.seal(f"applicant/{number}-{len(made)}", "name", text)))
            assert own.ring.open("name", made[len(made) // 2][1]) == made[len(made) // 2][0]
        own.close()
        return made

    with ThreadPoolExecutor(3) as pool:
        desks = [pool.submit(take_in, number) for number in range(3)]
        done = [desk.rotate() for _ in range(4)]
        over.set()
        sealed = [each for made in desks for each in made.result()]
    last = desk.rotate()
    destroy_former(key_file)
    fresh = Desk(database, key_file)
    assert masters(desk) == {last.master}
    assert len({each.master for each in (*done, last)}) == 5
    assert [fresh.ring.open("name", box) for _, box in sealed] == [text for text, _ in sealed]
    assert last.keys == len(sealed) + 1


def test_who_slept_while_the_key_was_changed_adds_no_key_under_the_former(
    desk: Desk, database: str, key_file: Path
) -> None:
    desk.ring.seal("applicant/P1", "name", NAME)
    sleeper = Desk(database, key_file)
    former = sleeper.master.read_or_make()
    done = desk.rotate()
    row = {"key": "applicant/P2", "wrapped": wrapped(former, "applicant/P2", bytes(32)), "master": fingerprint(former)}
    assert sleeper.ring._kept.run(sleeper.ring._add.rows, **row) == []
    assert sleeper.ring.open("name", sleeper.ring.seal("applicant/P2", "name", NAME)) == NAME
    assert masters(desk) == {done.master}


def test_a_change_that_is_killed_goes_on_with_the_key_it_began_with(database: str, tmp_path: Path) -> None:
    key_file = tmp_path / "master.key"
    desk = Desk(database, key_file)
    master = desk.master.read_or_make()
    secrets = {f"applicant/P{number:05}": os.urandom(32) for number in range(20_000)}
    rows = [
        {"key": person, "wrapped": wrapped(master, person, secret), "master": fingerprint(master)}
        for person, secret in secrets.items()
    ]
    with writing(desk.engine) as connection:
        connection.execute(insert(person_keys), rows)
    sealed = desk.ring.seal("applicant/P00007", "name", NAME)
    process = start(database, tmp_path, "key", "rotate")
    while process.poll() is None:
        with reading(desk.engine) as connection:
            changed = select(func.count()).where(person_keys.c.master != fingerprint(master))
            if connection.execute(changed).scalar_one():
                break
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert len(masters(desk)) == 2
    begun = MasterKey(key_file.with_name("master.key.next")).read()
    assert begun is not None
    assert Desk(database, key_file).ring.open("name", sealed) == NAME
    answer = onewindow(database, tmp_path, "key", "rotate", "--format", "json")
    assert (answer.code, answer.json["keys"], answer.json["master"]) == (0, 20_000, fingerprint(begun))
    destroy_former(key_file)
    assert Desk(database, key_file).ring.open("name", sealed) == NAME
    assert masters(desk) == {fingerprint(begun)}


def test_a_key_that_was_destroyed_stays_destroyed(desk: Desk, key_file: Path) -> None:
    sealed = desk.ring.seal("applicant/P1", "name", NAME)
    desk.ring.seal("applicant/P2", "name", NAME)
    with writing(desk.engine) as connection:
        connection.execute(delete(person_keys).where(person_keys.c.key == "applicant/P1"))
    assert desk.rotate().keys == 1
    assert KeyRing(desk.engine, MasterKey(key_file)).open("name", sealed) == ERASED


def test_a_key_in_the_environment_is_followed_by_one_in_a_file(database: str, tmp_path: Path) -> None:
    given = "_BzcR5j3O-miit7tYyeC7Rd1jTIrnIcxdhKx2lPRr6Y="
    desk = Desk(database, tmp_path / "no", given)
    sealed = desk.ring.seal("applicant/P1", "name", NAME)
    with pytest.raises(DatabaseError, match="name the file for the new one with --new-key-file"):
        desk.rotate()
    done = desk.rotate(tmp_path / "new.key")
    assert (done.former, masters(desk)) == (None, {done.master})
    assert Desk(database, tmp_path / "new.key").ring.open("name", sealed) == NAME
    assert Desk(database, tmp_path / "no", given).ring.open("name", sealed) == SEALED


def test_what_cannot_be_changed_says_why(desk: Desk, database: str, key_file: Path, tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="there is no master key at"):
        desk.rotate()
    desk.ring.seal("applicant/P1", "name", NAME)
    with pytest.raises(DatabaseError, match="holds the master key in use"):
        desk.rotate(key_file)
    other = Desk(database, tmp_path / "other.key")
    other.master.read_or_make()
    with pytest.raises(DatabaseError, match=r"wrapped by master key \w+, which is not here; put it at .*other\.key\."):
        other.rotate()
    assert masters(desk) == {fingerprint(desk.master.read_or_make())}
