"""No slip destroys a file: whatever a command is told to write to, nothing that stands there is lost."""

import os
import shutil
import signal
import socket
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from hashlib import sha256
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.bootstrap import utc_now
from adapters.disk.target import BadTarget, Target
from adapters.disk.whole_file import becoming, sync, whole_file, write_new
from adapters.disk.whole_folder import FolderInUse, whole_folder
from adapters.exchange.mapping import load_mapping
from adapters.store import migrate
from domain.exit_code import ExitCode
from tests.adapters.cli.city import Day, a_city, accepted, opened
from tests.databases import Copied
from tests.loaded import forks
from tests.terminal import onewindow, typed

LOG = "case,activity,time\n1,a,2025-03-03T10:00\n"
MAPPING = "receipt"
COLUMNS = [name for name in load_mapping(MAPPING).columns.model_dump().values() if isinstance(name, str)]
BAD_LOG = f"{','.join(COLUMNS)}\n{','.join('x' for _ in COLUMNS)}\n"
COMMANDS = {
    "export log": (".jsonl", lambda target: ["export", "log", target]),
    "export xes": (".xes", lambda target: ["export", "xes", target]),
    "rejects": (".csv", lambda target: ["import", "log.csv", "--mapping", MAPPING, "--rejects", target]),
    "backup": (".db", lambda target: ["db", "backup", target, "--keys", "apart.db"]),
    "backup of keys": (".db", lambda target: ["db", "backup", "apart.db", "--keys", target]),
    "rotated key": (".key", lambda target: ["key", "rotate", "--new-key-file", target]),
    "city example": ("", lambda target: ["city", "init", target]),
    "city": ("", lambda target: ["city", "export", target]),
}
FORCED = ("export log", "export xes")


def existing(folder: Path, target: Path) -> None:
    target.write_text("a letter")


def link(folder: Path, target: Path) -> None:
    (folder / "elsewhere").mkdir()
    (folder / "elsewhere" / "letter").write_text("a letter")
    target.symlink_to(folder / "elsewhere" / "letter")


def dangling(folder: Path, target: Path) -> None:
    target.symlink_to(folder / "nowhere")


def device(folder: Path, target: Path) -> None:
    with socket.socket(socket.AF_UNIX) as door:  # a special file that anybody can make
        door.bind(str(target))


def pipe(folder: Path, target: Path) -> None:
    os.mkfifo(target)  # whoever opened it would wait for good


def link_to_a_device(folder: Path, target: Path) -> None:
    target.symlink_to("/dev/full")


def same_as(name: str) -> Callable[[Path, Path], None]:
    def second_name(folder: Path, target: Path) -> None:
        os.link(folder / name, target)

    return second_name


def other_database(folder: Path, target: Path) -> None:
    shutil.copy(folder / "other.db", target)


def directory(folder: Path, target: Path) -> None:
    target.mkdir()
    (target / "letter").write_text("a letter")


KINDS = {
    "existing": existing,
    "link": link,
    "dangling link": dangling,
    "device": device,
    "pipe": pipe,
    "link to a device": link_to_a_device,
    "input": same_as("log.csv"),
    "database": same_as("onewindow.db"),
    "another database": other_database,
    "key": same_as("master.key"),
    "directory": directory,
}


def fingerprints(folder: Path) -> dict[str, object]:
    """Every name below a folder, with what it is and a hash of what it holds; not what SQLite keeps beside a database."""
    found: dict[str, object] = {}
    for file in sorted(folder.rglob("*")):
        if file.name.startswith("onewindow.db-"):
            continue
        state = file.lstat()
        held: object = None
        if stat.S_ISLNK(state.st_mode):
            held = str(file.readlink())
        elif stat.S_ISREG(state.st_mode):
            held = sha256(file.read_bytes()).hexdigest()
        found[str(file.relative_to(folder))] = (stat.S_IFMT(state.st_mode), state.st_ino, held)
    return found


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small city, its key, a log, and another database."""
    folder = tmp_path_factory.mktemp("office")
    migrate.upgrade(f"sqlite:///{folder}/onewindow.db")
    with opened(f"sqlite:///{folder}/onewindow.db", folder) as found:
        accepted(Day(found))
        found.runner().catch_up()
    migrate.upgrade(f"sqlite:///{folder}/other.db")
    (folder / "log.csv").write_text(LOG)
    return folder


CASES = {
    "command": st.sampled_from(sorted(COMMANDS)),
    "kind": st.sampled_from(sorted(KINDS)),
    "forced": st.booleans(),
}


@settings(max_examples=80)
@given(**CASES)
def test_nothing_that_stands_there_is_lost(office: Path, command: str, kind: str, forced: bool) -> None:
    nothing_is_lost(office, None, command, kind, forced)


@pytest.mark.postgres
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(**CASES)
def test_nothing_is_lost_where_the_database_is_elsewhere(
    office: Path, server: str, command: str, kind: str, forced: bool
) -> None:
    nothing_is_lost(office, server, command, kind, forced)


def nothing_is_lost(office: Path, server: str | None, command: str, kind: str, forced: bool) -> None:
    """Whatever stands where a command is to write stands there afterwards; without a server the database is a file there, too."""
    ending, words = COMMANDS[command]
    with TemporaryDirectory() as name:
        folder = Path(name) / "office"
        shutil.copytree(office, folder)
        target = folder / f"target{ending}"
        KINDS[kind](folder, target)
        force = ["--force"] if forced and command in FORCED and kind not in ("existing", "input") else []
        taken = command == "rotated key" and kind == "key"  # the key in use, as an interrupted change left it
        before = fingerprints(folder)
        answer = onewindow(server or f"sqlite:///{folder}/onewindow.db", folder, *words(target.name), *force)
        assert (answer.code in (2, 4)) or taken, (command, kind, answer)
        assert "defect" not in answer.err
        assert target.name in answer.err or taken, answer.err
        if not taken:
            assert fingerprints(folder) == before


@pytest.fixture
def server(request: pytest.FixtureRequest, office: Path) -> Iterator[str]:
    """The same city on PostgreSQL, under the same key."""
    found = request.getfixturevalue("postgres_server")
    url = found.create_database("targets", request.getfixturevalue("migrated_template"))
    with opened(url, office) as there:
        accepted(Day(there))
        there.runner().catch_up()
    yield url
    found.drop_database("targets")


@pytest.mark.parametrize("ending", ["", "-wal", "-shm"])
@pytest.mark.parametrize("command", ["backup", "backup of keys"])
def test_no_part_of_a_database_is_written_over(office: Path, tmp_path: Path, command: str, ending: str) -> None:
    shutil.copytree(office, tmp_path, dirs_exist_ok=True)
    before = fingerprints(tmp_path)
    for base in ("onewindow.db", "other.db"):
        answer = onewindow(f"sqlite:///{tmp_path}/onewindow.db", tmp_path, *COMMANDS[command][1](base + ending))
        assert (answer.code, "belongs to a database" in answer.err) == (2, True), answer.err
    assert fingerprints(tmp_path) == before


def test_an_export_takes_the_place_of_a_file_only_with_force(office: Path, tmp_path: Path) -> None:
    shutil.copytree(office, tmp_path, dirs_exist_ok=True)
    database = f"sqlite:///{tmp_path}/onewindow.db"
    (tmp_path / "a.jsonl").write_text("a letter")
    assert "--force" in onewindow(database, tmp_path, "export", "log", "a.jsonl").err
    assert (tmp_path / "a.jsonl").read_text() == "a letter"
    assert onewindow(database, tmp_path, "export", "log", "a.jsonl", "--force").code == 0
    assert (tmp_path / "a.jsonl").read_text().startswith('{"position":1,')


def test_refused_rows_lie_beside_the_database(office: Path, tmp_path: Path) -> None:
    shutil.copytree(office, tmp_path / "office")
    (tmp_path / "log.csv").write_text(BAD_LOG)
    database = f"sqlite:///{tmp_path}/office/onewindow.db"
    answer = onewindow(database, tmp_path, "import", "log.csv", "--mapping", MAPPING)
    rejects = tmp_path / "office" / "rejects" / "log.csv.csv"
    assert (answer.code, str(rejects) in answer.out) == (9, True), answer
    assert stat.S_IMODE(rejects.stat().st_mode) == 0o600
    assert stat.S_IMODE(rejects.parent.stat().st_mode) == 0o700
    assert names_in(tmp_path) == ["log.csv", "office"]


@pytest.fixture(params=[0o000, 0o022, 0o077])
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


@pytest.mark.usefixtures("umask")
def test_files_are_of_their_owner_alone(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/deep/down/onewindow.db"
    folder = tmp_path / "work"
    folder.mkdir(mode=0o700)
    migrate.upgrade(database)
    with opened(database, folder) as found:
        accepted(Day(found))
        found.runner().catch_up()
        assert stat.S_IMODE((tmp_path / "deep/down/onewindow.db-wal").stat().st_mode) == 0o600
    for words in (
        ("export", "log", "a.jsonl"),
        ("export", "xes", "a.xes.gz"),
        ("db", "backup", "apart/b.db", "--keys", "apart/more/k.db"),
        ("city", "export", "city"),
    ):
        answer = onewindow(database, folder, *words)
        assert answer.code == 0, answer.err
    for place in (tmp_path / "deep", folder):
        for each in (place, *place.rglob("*")):
            assert stat.S_IMODE(each.stat().st_mode) == (0o700 if each.is_dir() else 0o600), each


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o602])
def test_a_key_that_others_can_read_is_refused(office: Path, tmp_path: Path, mode: int) -> None:
    shutil.copytree(office, tmp_path, dirs_exist_ok=True)
    (tmp_path / "master.key").chmod(mode)
    answer = onewindow(f"sqlite:///{tmp_path}/onewindow.db", tmp_path, "history", "C1")
    assert (answer.code, f"chmod 600 {tmp_path}/master.key" in answer.err) == (4, True), answer
    (tmp_path / "master.key").chmod(0o600)
    assert onewindow(f"sqlite:///{tmp_path}/onewindow.db", tmp_path, "history", "C1").code == 0


def test_a_link_to_no_key_is_an_error(office: Path, tmp_path: Path) -> None:
    shutil.copytree(office, tmp_path, dirs_exist_ok=True)
    (tmp_path / "master.key").unlink()
    (tmp_path / "master.key").symlink_to(tmp_path / "nowhere")
    answer = onewindow(f"sqlite:///{tmp_path}/onewindow.db", tmp_path, "history", "C1")
    assert (answer.code, "is a link to a key that is not there" in answer.err) == (4, True), answer
    assert not (tmp_path / "nowhere").exists()


def names_in(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def _die_while_writing(file: Path) -> None:
    with whole_file(Target(file)) as out:
        out.write(b"half")
        os.kill(os.getpid(), signal.SIGKILL)


def test_who_is_killed_leaves_nothing_for_long(tmp_path: Path) -> None:
    process = forks().Process(target=_die_while_writing, args=(tmp_path / "a.jsonl",))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert not (tmp_path / "a.jsonl").exists()
    with whole_file(Target(tmp_path / "b.jsonl")) as out:
        out.write(b"whole")
    assert names_in(tmp_path) == ["b.jsonl"]


def _die_while_exporting(folder: Path) -> None:
    with whole_folder(folder) as new:
        write_new(new / "departments.yaml", "departments: []")
        os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("there", [False, True])
def test_who_is_killed_leaves_no_part_of_a_folder(office: Path, tmp_path: Path, there: bool) -> None:
    shutil.copytree(office, tmp_path, dirs_exist_ok=True)
    before = names_in(tmp_path)
    if there:
        (tmp_path / "city").mkdir()
    process = forks().Process(target=_die_while_exporting, args=(tmp_path / "city",))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert (tmp_path / "city").exists() is there
    assert not [*(tmp_path / "city").glob("*")]
    answer = onewindow(f"sqlite:///{tmp_path}/onewindow.db", tmp_path, "city", "export", "city")
    assert answer.code == 0, answer
    assert [name for name in names_in(tmp_path) if not name.startswith("onewindow.db-")] == sorted([*before, "city"])
    assert "departments.yaml" in names_in(tmp_path / "city")


KILLED = ("export log", "export xes", "rejects", "backup", "city example", "city")


def _die_at(number: int, database: str, folder: Path, words: list[str]) -> None:
    """Give a command in this process, which dies where it makes sure of a file or a folder for this time."""
    os.chdir(folder)
    seen = count()

    def dying(place: Path) -> None:
        if next(seen) == number:
            os.kill(os.getpid(), signal.SIGKILL)
        sync(place)

    with patch("adapters.disk.whole_file.sync", dying), patch("adapters.disk.whole_folder.sync", dying):
        answer = typed(database, folder, utc_now, *words)
    os._exit(0 if answer.code in (ExitCode.DONE, ExitCode.ALL_REFUSED) else 1)


def content(target: Path) -> object:
    """What a file or folder holds; of a backup, whether it is whole."""
    if target.is_dir():
        return {str(file.relative_to(target)): file.read_bytes() for file in target.rglob("*") if file.is_file()}
    if target.suffix == ".db":
        with closing(sqlite3.connect(target)) as found:
            return found.execute("pragma integrity_check").fetchall(), found.execute(
                "select count(*) from events"
            ).fetchall()
    return target.read_bytes()


@pytest.mark.parametrize("command", KILLED)
def test_whoever_is_killed_leaves_all_or_nothing(copied: Copied, tmp_path: Path, command: str) -> None:
    database = copied(a_city)
    ending, words = COMMANDS[command]
    (tmp_path / "log.csv").write_text(LOG if command != "rejects" else BAD_LOG)
    whole, target = tmp_path / f"whole{ending}", tmp_path / f"target{ending}"
    assert onewindow(database, tmp_path, *words(whole.name)).code in (ExitCode.DONE, ExitCode.ALL_REFUSED)
    should = content(whole)
    for number in count():
        (tmp_path / "apart.db").unlink(missing_ok=True)
        process = forks().Process(target=_die_at, args=(number, database, tmp_path, words(target.name)))
        process.start()
        process.join()
        if process.exitcode == 0:
            break
        assert process.exitcode == -signal.SIGKILL
        if target.exists():
            assert content(target) == should
            shutil.rmtree(target) if target.is_dir() else target.unlink()
    assert number > 1, "it was never killed"
    assert content(target) == should
    assert [name for name in names_in(tmp_path) if name.startswith(".onewindow-")] == []


def test_a_folder_that_a_block_failed_in_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="no room"), whole_folder(tmp_path / "city") as new:
        write_new(new / "a.yaml", "a")
        raise OSError("no room")
    assert names_in(tmp_path) == []


def test_a_folder_that_came_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    with pytest.raises(FolderInUse), whole_folder(tmp_path / "city") as new:
        write_new(new / "a.yaml", "ours")
        (tmp_path / "city").mkdir()
        (tmp_path / "city" / "letter").write_text("theirs")
    assert (names_in(tmp_path), names_in(tmp_path / "city")) == (["city"], ["letter"])


def test_the_current_folder_is_not_replaced_under_who_is_in_it(office: Path, tmp_path: Path) -> None:
    shutil.copytree(office, tmp_path / "office")
    (tmp_path / "empty").mkdir()
    for command in ("init", "export"):
        answer = onewindow(f"sqlite:///{tmp_path}/office/onewindow.db", tmp_path / "empty", "city", command, ".")
        assert (answer.code, "is the current folder" in answer.err) == (2, True), answer
    assert names_in(tmp_path / "empty") == []


def test_what_another_is_writing_is_left_alone(tmp_path: Path) -> None:
    with whole_file(Target(tmp_path / "a")) as slow:
        with whole_file(Target(tmp_path / "b")) as quick:
            quick.write(b"quick")
        slow.write(b"slow")
    assert names_in(tmp_path) == ["a", "b"]


def test_what_came_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    with pytest.raises(BadTarget), becoming(Target(tmp_path / "a")) as new:
        new.write_text("ours")
        (tmp_path / "a").write_text("theirs")
    assert (tmp_path / "a").read_text() == "theirs"
    assert names_in(tmp_path) == ["a"]
