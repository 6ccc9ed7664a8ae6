"""The log is signed and published; who holds the public key and the files finds whatever an administrator changes afterwards."""

import os
import signal
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from adapters.bootstrap import installation
from adapters.evidence.log_key import read
from adapters.settings import Settings
from adapters.simulation.plan import Plan
from adapters.simulation.simulation import simulate
from adapters.store.driver.database import connect
from domain.evidence.checkpoint import Checkpoint
from domain.evidence.tree import EMPTY
from domain.exit_code import ExitCode
from domain.hall.hall import Layout
from tests.databases import Copied
from tests.faults.changes.change import Office
from tests.faults.changes.hand import Log
from tests.faults.changes.with_a_witness import WITH_A_WITNESS
from tests.guards import guards_off
from tests.terminal import Answer, onewindow, start

NAME = "example.gov.cn/onewindow"
NOT_OF_THE_LOG = {"the_digest_of_a_command_is_another", "a_person_is_erased"}
"""What is changed beside the log: no tree over the events can tell."""


def a_city(database: str, folder: Path) -> None:
    more_of_it(database, folder, arrivals=15)


def more_of_it(database: str, folder: Path, arrivals: int) -> None:
    with installation(Settings(database_url=database, master_key_file=folder / "master.key")) as found:
        plan = Plan(halls=1, days=1, seed=arrivals, layout=Layout.AFTER, arrivals_a_day=arrivals)
        simulate(found, plan, lambda done, total: None)


class PublishedLog:
    """A log that is published: its commands, its folder and its public key."""

    def __init__(self, database: str, folder: Path) -> None:
        self.database, self.folder, self.published = database, folder, folder / "published"
        self.verifier = self.run("key", "--name", NAME).out.strip()

    def run(self, *words: str, code: int = 0) -> Answer:
        answer = onewindow(self.database, self.folder, "evidence", *words)
        assert answer.code == code, answer.err + answer.out
        return answer

    def publish(self, code: int = 0) -> Answer:
        return self.run("publish", str(self.published), "--format", "json", code=code)

    def check(self, *more: str, code: int = 0) -> list[str]:
        words = ("check", str(self.published), "--verifier", self.verifier, "--format", "json", *more)
        return [f"{each['place']}: {each['what']}" for each in self.run(*words, code=code).json["findings"]]

    def files(self) -> dict[str, bytes]:
        return {
            str(f.relative_to(self.published)): f.read_bytes() for f in self.published.rglob("[!.]*") if f.is_file()
        }


@pytest.fixture
def log(copied: Copied, tmp_path: Path) -> PublishedLog:
    return PublishedLog(copied(a_city), tmp_path)


def changed(database: str, folder: Path, change: Callable[[Office], object]) -> None:
    engine: Engine = connect(database)
    with engine.begin() as connection:
        rows = Log(connection)
        change(Office(connection, rows, folder))
        rows.put_back()
    engine.dispose()


def test_a_published_log_passes_by_itself_and_beside_the_database(log: PublishedLog) -> None:
    done = log.publish().json
    assert (done["before"], done["size"] > 300) == (0, True)
    assert log.check() == log.check("--alone") == []
    assert log.run("check", str(log.published), "--verifier", log.verifier).out.endswith("nothing differs\n")


def test_it_grows_and_nothing_that_was_published_changes(log: PublishedLog, tmp_path: Path) -> None:
    first = log.publish().json["size"]
    before = log.files()
    more_of_it(log.database, tmp_path, arrivals=9)
    done = log.publish().json
    assert (done["before"], done["size"] // 256 > first // 256) == (first, True), "a tile was filled"
    assert {name: raw for name, raw in log.files().items() if name in before and name != "checkpoint"} == {
        name: raw for name, raw in before.items() if name != "checkpoint"
    }
    assert log.check() == []
    assert log.publish().json["checkpoint"] == done["checkpoint"]
    log.published = tmp_path / "elsewhere"  # a mirror that begins anew has the same tree
    log.publish()
    assert log.check() == []


def test_both_databases_give_the_same_bytes(log: PublishedLog, tmp_path: Path) -> None:
    """The order, the rows and the hashes are the same, so all files but the signature of this key are."""
    log.publish()
    backup, keys = tmp_path / "records.backup", tmp_path / "keys.backup"
    other = f"sqlite:///{tmp_path}/other.db"
    assert onewindow(log.database, tmp_path, "db", "backup", str(backup), "--keys", str(keys)).code == 0
    assert onewindow(other, tmp_path, "db", "restore", str(backup), "--keys", str(keys)).code == 0
    mine = log.files()
    log.database, log.published = other, tmp_path / "of-the-other"
    log.publish()
    assert log.files() == mine


@pytest.mark.parametrize(
    "change", [each for each in WITH_A_WITNESS if each.__name__ not in NOT_OF_THE_LOG], ids=lambda each: each.__name__
)
def test_what_verify_cannot_find_is_found_by_whoever_has_what_was_published(
    log: PublishedLog, tmp_path: Path, change: Callable[[Office], object]
) -> None:
    log.publish()
    changed(log.database, tmp_path, change)
    found = log.check(code=ExitCode.DIFFERENCE)
    assert found
    assert found[0].startswith("event at position ")
    assert log.check("--alone") == [], "what was published is as it was"


def test_a_log_that_lost_its_end_or_was_changed_is_not_signed(log: PublishedLog, tmp_path: Path) -> None:
    log.publish()
    shorter, _, anew, *_ = WITH_A_WITNESS
    changed(log.database, tmp_path, shorter)
    assert "look for the newest backup" in log.publish(code=ExitCode.DIFFERENCE).err
    changed(log.database, tmp_path, anew)
    more_of_it(log.database, tmp_path, arrivals=5)
    log.published = tmp_path / "again"
    assert "they were changed since" in log.publish(code=ExitCode.DIFFERENCE).err
    assert not (log.published / "checkpoint").exists()


def test_a_byte_of_what_was_published_is_found(log: PublishedLog) -> None:
    log.publish()
    for name, raw in log.files().items():
        file, place = log.published / name, len(raw) // 2
        file.write_bytes(raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :])
        answer = onewindow(
            log.database, log.folder, "evidence", "check", str(log.published), "--verifier", log.verifier, "--alone"
        )
        assert answer.code in (ExitCode.DIFFERENCE, ExitCode.WRONG_USAGE), name
        assert "Traceback" not in answer.err
        file.write_bytes(raw)
    gone = log.published / "tile/entries/000"
    gone.unlink()
    assert any("is missing" in each for each in log.check("--alone", code=ExitCode.DIFFERENCE))


def test_an_event_is_proven_without_the_log(log: PublishedLog, tmp_path: Path) -> None:
    log.publish()
    words = ("--from", str(log.published), "--verifier", log.verifier)
    written = log.run("proof", "7", *words).out
    file = tmp_path / "seven.tlog-proof"
    file.write_text(written)
    told = log.run("check", str(file), "--verifier", log.verifier, "--format", "json").json
    engine = connect(log.database)
    with engine.connect() as connection:
        row = connection.execute(text("select stream_id, version, hash from events where position = 7")).one()
    engine.dispose()
    assert (told["position"], told["version"]) == (7, row.version)
    assert b64decode(written.splitlines()[1].split()[1]).endswith(bytes(row.hash))
    for wrong in (written.replace("index 6", "index 5"), written[:-20], "nothing\n"):
        file.write_text(wrong)
        log.run("check", str(file), "--verifier", log.verifier, code=ExitCode.DIFFERENCE)
    file.write_text(written)
    other = PublishedLog(log.database, tmp_path)
    stranger = onewindow(log.database, tmp_path, "evidence", "key", "--name", "other", "--key", str(tmp_path / "k")).out
    assert "is not signed by other" in other.run("check", str(file), "--verifier", stranger.strip(), code=2).err


def test_who_is_killed_while_publishing_publishes_again(log: PublishedLog, tmp_path: Path) -> None:
    """Killed at any moment: what is there then is what was published before, and the next run goes on."""
    log.publish()
    more_of_it(log.database, tmp_path, arrivals=9)
    for _ in range(3):
        process = start(log.database, log.folder, "evidence", "publish", str(log.published))
        files = len(log.files())
        while process.poll() is None and len(log.files()) == files:
            os.sched_yield()
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert log.check("--alone") == []
    log.publish()
    assert log.check() == []


def test_a_key_that_others_can_read_and_what_is_no_key_are_refused(log: PublishedLog, tmp_path: Path) -> None:
    key = tmp_path / "home" / "log.key"
    assert key.stat().st_mode & 0o777 == 0o600
    key.chmod(0o640)
    assert "chmod 600" in log.publish(code=2).err
    key.chmod(0o600)
    assert log.run("key").out.strip() == log.verifier
    assert "is the key of example.gov.cn" in log.run("key", "--name", "another", code=2).err
    key.write_text("not a key")
    assert "is no key of a log" in log.publish(code=2).err
    assert "is no name of a log" in log.run("key", "--name", "a b", "--key", str(tmp_path / "new"), code=2).err


def test_no_name_and_no_number_of_a_case_is_in_what_is_published(log: PublishedLog) -> None:
    log.publish()
    engine = connect(log.database)
    with engine.connect() as connection:
        names = {row[0].partition("/")[2] for row in connection.execute(text("select stream_id from events"))}
    engine.dispose()
    everything = b"".join(log.files().values())
    assert not [name for name in names if len(name) > 3 and name.encode() in everything]


def test_a_row_that_is_no_text_any_more_is_named(log: PublishedLog) -> None:
    log.publish()
    engine = connect(log.database)
    with engine.begin() as connection, guards_off(connection):
        connection.execute(text("update events set data = '{}' where position = 9"))
    engine.dispose()
    assert any(each.startswith("event at position 9 ") for each in log.check(code=ExitCode.DIFFERENCE))


class Witness:
    """Another office, on a machine of its own: it has what was published, and a key."""

    def __init__(self, log: PublishedLog, folder: Path) -> None:
        folder.mkdir()
        self.log, self.key = log, folder / "witness.key"
        words = ("key", "--name", "archive.example/witness", "--key", str(self.key), "--witness")
        self.verifier = log.run(*words).out.strip()

    def cosign(self, code: int = 0) -> Answer:
        words = ("cosign", str(self.log.published), "--verifier", self.log.verifier, "--key", str(self.key))
        return self.log.run(*words, "--format", "json", code=code)


def test_a_witness_signs_what_continues_all_that_it_saw(log: PublishedLog, tmp_path: Path) -> None:
    witness = Witness(log, tmp_path / "archive")
    log.publish()
    assert "is not signed by archive.example" in unseen(log, witness)
    first = witness.cosign().json
    more_of_it(log.database, tmp_path, arrivals=9)
    log.publish()
    assert "is not signed by archive.example" in unseen(log, witness), "the new one it has not seen yet"
    assert witness.cosign().json["size"] > first["size"]
    log.publish()  # nothing new: what the witness signed stays
    words = ("check", str(log.published), "--verifier", log.verifier, "--witness", witness.verifier, "--format", "json")
    (seen,) = log.run(*words).json["witnessed"]
    assert seen["witness"] == "archive.example/witness"
    kept = (log.published / "checkpoints" / str(first["size"])).read_text()
    assert kept == first["checkpoint"]
    log.run("check", str(log.published), "--verifier", witness.verifier, code=2)
    log.run("check", str(log.published), "--verifier", log.verifier, "--witness", log.verifier, code=2)


def unseen(log: PublishedLog, witness: Witness) -> str:
    words = ("check", str(log.published), "--verifier", log.verifier, "--witness", witness.verifier)
    return log.run(*words, code=2).err


@pytest.mark.parametrize("change", WITH_A_WITNESS[:3], ids=lambda each: each.__name__)
def test_an_office_that_makes_its_signer_forget_finds_no_witness(
    log: PublishedLog, tmp_path: Path, change: Callable[[Office], object]
) -> None:
    """The records are changed with all hashes, the signer's memory is taken away, and everything is published anew."""
    witness = Witness(log, tmp_path / "archive")
    log.publish()
    witness.cosign()
    changed(log.database, tmp_path, change)
    memory = tmp_path / "home" / "log.key.signed"
    memory.unlink()
    log.published = tmp_path / "anew"
    assert "is lost" in log.publish(code=ExitCode.DIFFERENCE).err
    key = read(tmp_path / "home" / "log.key")  # who has the key can sign that nothing was signed
    memory.write_text(key.signed(Checkpoint(NAME, 0, EMPTY).text()).written())
    log.publish()
    assert log.check() == [], "what is published is what the database says now"
    assert witness.cosign(code=ExitCode.DIFFERENCE).err
    assert "is not signed by archive.example" in unseen(log, witness)


def test_tiles_that_do_not_lead_to_the_checkpoint_get_no_witness(log: PublishedLog, tmp_path: Path) -> None:
    witness = Witness(log, tmp_path / "archive")
    log.publish()
    tile = log.published / "tile/0/000"
    raw = tile.read_bytes()
    tile.write_bytes(bytes(32) + raw[32:])
    (log.published / "tile/1/000.p/1").write_bytes(bytes(32))
    assert "lead to another root" in witness.cosign(code=ExitCode.DIFFERENCE).err


def test_a_signer_that_lost_its_memory_goes_on_from_what_was_published(log: PublishedLog, tmp_path: Path) -> None:
    log.publish()
    memory, older = tmp_path / "home" / "log.key.signed", (tmp_path / "home" / "log.key.signed").read_bytes()
    more_of_it(log.database, tmp_path, arrivals=9)
    log.publish()
    memory.write_bytes(older)
    assert "its memory is an older one" in log.publish(code=ExitCode.DIFFERENCE).err
    memory.unlink()
    assert "copy the newest file `checkpoint`" in log.publish(code=ExitCode.DIFFERENCE).err
    memory.write_bytes((log.published / "checkpoint").read_bytes())
    log.publish()
    assert log.check() == []


@pytest.mark.parametrize("raw", [b"a list of what is to be done\n", b"\xff\xfe", b"x" * 2_000_000])
def test_a_folder_with_another_checkpoint_in_it_keeps_it(log: PublishedLog, raw: bytes) -> None:
    log.published.mkdir()
    (log.published / "checkpoint").write_bytes(raw)
    assert "checkpoint" in log.publish(code=ExitCode.DIFFERENCE).err
    assert log.files() == {"checkpoint": raw}
    assert log.run("check", str(log.published), "--verifier", log.verifier, code=ExitCode.DIFFERENCE).out == ""
