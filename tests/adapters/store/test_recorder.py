"""The recorder: one order without holes or skips, one effect a command, nothing ever changed; on both databases."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from eventsourcing.persistence import IntegrityError, ProgrammingError, StoredEvent
from msgspec.structs import replace
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from adapters.bootstrap import Installation, installation
from adapters.settings import Settings
from adapters.store.driver.append import append_postgres
from adapters.store.driver.database import connect
from adapters.store.schema import events
from domain.application.beside.recorded_steps import StepRecorded
from domain.application.beside.withdrawal import Withdraw
from domain.application.path.acceptance import Accept
from domain.errors import CommandReused, Overtaken
from domain.hall.favours import NameFavours
from domain.office.office import CommandKey
from domain.people.favour import Favour
from domain.record import Act, Actor, Record, Role
from tests.loaded import forks
from tests.office import CITIZEN, CLERK, OPERATOR, START, setting_up
from tests.office import received as received_in_memory

MOMENT = datetime(2025, 3, 3, 1, 0, tzinfo=UTC)


@contextmanager
def opened(database: str, folder: Path) -> Iterator[Installation]:
    with installation(Settings(database_url=database, master_key_file=folder / "key")) as found:
        yield found


@pytest.fixture
def found(database: str, tmp_path: Path) -> Iterator[Installation]:
    with opened(database, tmp_path) as opened_house:
        yield opened_house


def step(stream: str, version: int, words: str = "一步") -> Record:
    act = Act(
        actor=Actor(person="R", role=Role.IMPORTER),
        command_id=f"{stream}/{version}",
        correlation_id=stream,
        occurred_at=MOMENT,
        recorded_at=MOMENT,
    )
    return Record(f"application/{stream}", version, StepRecorded(activity=words), act)


def append(house_: Installation, *records: Record, commands: tuple[CommandKey, ...] = ()) -> list[int]:
    return [r.notification.id for r in house_.office.events.put(records, commands=commands)]


def positions(house_: Installation) -> list[int]:
    return [r.position for r in house_.log.read(0, house_.log.head(), 100_000)]


def test_what_is_recorded_comes_back_as_it_was(found: Installation) -> None:
    assert append(found, step("A", 1), step("B", 1, "欧阳 🏛 \\ \" '"), step("A", 2)) == [1, 2, 3]
    read = list(found.office.events.get("application/A"))
    assert [(r.originator_version, r.position) for r in read if isinstance(r, Record)] == [(1, 1), (2, 3)]
    (record,) = found.office.recorder.select_streams(["application/B"])
    assert record.event == StepRecorded(activity="欧阳 🏛 \\ \" '")
    assert record.act.recorded_at == MOMENT
    with connect(found.settings.database_url).connect() as connection:
        data = connection.execute(text("select data from events where position = 2")).scalar_one()
    assert data == '{"activity":"欧阳 🏛 \\\\ \\" \'"}'


def test_stretches_of_histories_and_of_the_log(found: Installation) -> None:
    append(found, *(step("A", n) for n in range(1, 6)))
    recorder = found.office.recorder

    def versions(**how: Any) -> list[int]:
        return [e.originator_version for e in recorder.select_events("application/A", **how)]

    assert versions(gt=2) == [3, 4, 5]
    assert versions(lte=2) == [1, 2]
    assert versions(desc=True, limit=2) == [5, 4]
    assert [n.id for n in recorder.select_notifications(2, 2)] == [2, 3]
    assert [n.id for n in recorder.select_notifications(2, 9, stop=4, inclusive_of_start=False)] == [3, 4]
    assert [n.id for n in recorder.select_notifications(None, 9, topics=["application.withdrawn"])] == []
    assert recorder.max_notification_id() == 5
    assert recorder.insert_events([]) == []
    with pytest.raises(ProgrammingError, match="rows made by RecordMapper"):
        recorder.insert_events([StoredEvent("x", 1, "t", b"{}")])


def test_a_sample_of_the_log_says_where_to_cut_the_histories_into_pieces(found: Installation) -> None:
    streams, random = [f"{number:03}" for number in range(300)], Random(1)
    for version in range(1, 11):
        append(found, *(step(stream, version) for stream in random.sample(streams, len(streams))))
    append(found, *(step(f"Z{number:03}", 1) for number in range(700)))

    cuts = found.log.cuts(500, upto=3_000)

    assert cuts == sorted(set(cuts))
    bounds = pairwise(["application/", *cuts, "application0"])
    pieces = [len(found.log.between(first, end, upto=3_000)) for first, end in bounds]
    assert sum(pieces) == 3_000
    assert len(pieces) in (6, 7)
    assert all(300 <= events <= 700 for events in pieces[:-1]), pieces
    assert pieces[-1] <= 700
    assert found.log.cuts(500, upto=0) == []


def test_a_lost_race_or_a_gap_records_nothing_and_uses_up_no_position(found: Installation) -> None:
    append(found, step("A", 1))
    for lost in (step("A", 1), step("A", 3)):
        with pytest.raises(IntegrityError):
            append(found, step("B", 1), lost)
    assert append(found, step("A", 2)) == [2]
    assert positions(found) == [1, 2]


def test_a_gap_within_what_is_appended_at_once_records_nothing(found: Installation) -> None:
    with pytest.raises(IntegrityError):
        append(found, step("A", 1), step("B", 1), step("A", 3))
    assert append(found, step("A", 1)) == [1]


def test_rule_8_each_command_of_one_append_answers_with_its_own_last_event(found: Installation) -> None:
    """Three commands given again all answered position 1, on PostgreSQL, where their ends were counted wrongly."""
    keys = (CommandKey("one", b"1", 1), CommandKey("two", b"2", 2), CommandKey("three", b"3", 1))
    append(found, step("A", 1), step("B", 1), step("B", 2), step("A", 2), commands=keys)
    answers = found.office.recorder.select_answers(["one", "two", "three"])
    told = {name: (receipt.position, receipt.version) for name, (_, receipt) in answers.items()}
    assert told == {"one": (1, 1), "two": (3, 2), "three": (4, 2)}


def of_the_city(stream: str, version: int) -> Record:
    """A row of the city; what it says does not matter to the store."""
    return replace(step("", version), originator_id=stream)


def test_the_last_row_of_the_city_is_where_the_city_stands(found: Installation) -> None:
    recorder = found.office.recorder
    append(found, of_the_city("hall/H1", 1), step("A", 1), of_the_city("hall/H1", 2), step("A", 2))
    assert recorder.city_position() == 3
    append(found, step("A", 3))
    assert recorder.city_position() == 3
    append(found, step("A", 4), of_the_city("item/food", 1), step("A", 5))
    assert recorder.city_position() == 7  # of the positions 6, 7 and 8


def test_what_was_decided_by_a_city_that_has_moved_is_not_recorded_and_leaves_the_log_free(found: Installation) -> None:
    append(found, of_the_city("hall/H1", 1))
    decided_by = found.office.recorder.city_position()
    append(found, of_the_city("hall/H2", 1))
    with pytest.raises(IntegrityError, match="the city"):
        found.office.events.put([of_the_city("hall/H1", 2)], city_seen=decided_by)
    assert positions(found) == [1, 2]
    found.office.events.put([of_the_city("hall/H1", 2)], city_seen=2)
    assert (positions(found), found.office.recorder.city_position()) == ([1, 2, 3], 3)


def test_a_gap_in_a_history_of_the_city_records_nothing_and_leaves_the_log_free(found: Installation) -> None:
    append(found, of_the_city("hall/H1", 1))
    with pytest.raises(IntegrityError):
        found.office.events.put([of_the_city("hall/H1", 3)], city_seen=1)
    found.office.events.put([of_the_city("hall/H1", 2)], city_seen=1)
    assert positions(found) == [1, 2]


def test_a_known_command_records_nothing(found: Installation) -> None:
    key = CommandKey("once", b"digest", 1)
    append(found, step("A", 1), commands=(key,))
    with pytest.raises(IntegrityError):
        append(found, step("A", 2), commands=(key,))
    assert positions(found) == [1]
    (digest, receipt) = found.office.recorder.select_answers(["once"])["once"]
    assert (digest, receipt.version, receipt.position, receipt.repeated) == (b"digest", 1, 1, True)


def test_rule_10_no_event_is_ever_changed_or_deleted(found: Installation) -> None:
    append(found, step("A", 1))
    for statement in ("update events set data = '{}'", "delete from events"):
        with connect(found.settings.database_url).connect() as connection, connection.begin() as transaction:
            with pytest.raises(DBAPIError, match="rule 10"):
                connection.execute(text(statement))
            transaction.rollback()
    assert positions(found) == [1]


def _write(database: str, folder: str, name: str, amount: int) -> None:
    with opened(database, Path(folder)) as own:
        for n in range(1, amount + 1):
            append(own, step(f"{name}-{n}", 1), step(f"{name}-{n}", 2))


def test_a_reader_skips_nothing_while_processes_write(found: Installation, database: str, tmp_path: Path) -> None:
    context = forks()
    writers = [context.Process(target=_write, args=(database, str(tmp_path), f"w{n}", 40)) for n in range(3)]
    for writer in writers:
        writer.start()
    seen: list[int] = []
    while len(seen) < 240:
        assert any(w.is_alive() for w in writers) or found.log.head() == 240
        seen += [r.position for r in found.log.read(seen[-1] if seen else 0, found.log.head(), 1000)]
    for writer in writers:
        writer.join()
    assert seen == list(range(1, 241))


HELD = text("select not pg_try_advisory_xact_lock(hashtext('onewindow_log'))")


@pytest.mark.postgres
def test_nobody_appends_between_the_look_at_the_city_and_what_is_decided_by_it(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """The log is held from before the look until the end, and free afterwards."""
    server = request.getfixturevalue("postgres_server")
    database = server.create_database("held_for_the_city", request.getfixturevalue("migrated_template"))
    held: list[bool] = []
    try:
        with opened(database, tmp_path) as found, found.engine.connect() as other:

            def looked_at(statements: Any, rows: Any, keys: Any, city_seen: int | None) -> list[int]:
                ask = statements.rows

                class Watched:
                    def rows(self, sql: str, arguments: Any) -> Any:
                        answer = ask(sql, arguments)
                        if "city_position" in sql:
                            held.append(other.execute(HELD).scalar_one())
                        return answer

                return append_postgres(Watched(), rows, keys, city_seen)  # type: ignore[arg-type]

            append(found, of_the_city("hall/H1", 1))
            found.office.recorder._append = looked_at  # type: ignore[attr-defined]
            found.office.events.put([of_the_city("hall/H1", 2)], city_seen=1)
            other.rollback()
            assert held == [True]
            assert other.execute(HELD).scalar_one() is False
    finally:
        server.drop_database("held_for_the_city")


@pytest.mark.postgres
def test_an_append_waits_for_one_that_is_not_committed_yet(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """Transactions held open in the wrong order: the later one cannot be seen first."""
    server = request.getfixturevalue("postgres_server")
    database = server.create_database("wrong_order", request.getfixturevalue("migrated_template"))
    try:
        with opened(database, tmp_path) as found, found.engine.connect() as slow:
            slow.exec_driver_sql("begin")
            slow.exec_driver_sql("select * from log_head for update")
            late = threading.Thread(target=append, args=(found, step("late", 1)))
            late.start()
            late.join(timeout=0.5)
            assert late.is_alive()
            assert positions(found) == []
            slow.exec_driver_sql("commit")
            late.join(timeout=30)
            assert positions(found) == [1]
    finally:
        server.drop_database("wrong_order")


def test_a_subscription_goes_on_as_events_come(found: Installation) -> None:
    append(found, step("A", 1), step("A", 2))
    with found.office.recorder.subscribe(gt=0) as subscription:
        assert [next(subscription).id, next(subscription).id] == [1, 2]
        news: list[int] = []
        reader = threading.Thread(target=lambda: news.append(next(subscription).id))
        reader.start()
        append(found, step("A", 3))
        reader.join(timeout=30)
        assert news == [3]


def test_a_subscription_that_is_stopped_lets_out_who_waits(found: Installation) -> None:
    wrong: list[threading.ExceptHookArgs] = []
    before, threading.excepthook = threading.excepthook, wrong.append
    try:
        for _ in range(20):
            rest: list[Any] = []
            subscription = found.office.recorder.subscribe(gt=0)
            waiting = threading.Thread(target=rest.extend, args=(subscription,))
            waiting.start()
            threading.Event().wait(0.01)
            subscription.stop()
            waiting.join(timeout=30)
            assert (rest, waiting.is_alive()) == ([], False)
    finally:
        threading.excepthook = before
    assert wrong == []


def test_rule_8_the_same_command_twice_is_one_effect(found: Installation) -> None:
    for command in setting_up():
        found.office.execute(command)
    office = received_in_memory("food")
    intake = next(iter(office.cases["application/C1"]))
    found.office.events.put([Record("application/C1", 1, intake.event, intake.act)])
    withdraw = Withdraw(command_id="w", actor=CITIZEN, occurred_at=START + timedelta(hours=1), case_id="C1")
    first = found.office.execute(withdraw)
    again = found.office.execute(withdraw)
    assert (again.position, again.version, again.repeated) == (first.position, first.version, True)
    with pytest.raises(CommandReused, match="recorded before with other content"):
        found.office.execute(withdraw.model_copy(update={"reason": "另一个"}))
    accept = Accept(command_id="a", actor=CLERK, occurred_at=START + timedelta(hours=2), case_id="C1")
    answers = found.office.execute_all([withdraw, accept])
    assert answers[0] == again
    assert "possible only while" in str(answers[1])


def test_rule_8_a_command_that_asks_for_what_is_so_by_its_own_doing_is_answered_as_before(found: Installation) -> None:
    for command in setting_up():
        found.office.execute(command)
    favoured = NameFavours(
        command_id="f", actor=OPERATOR, occurred_at=START, hall_id="H1", favours=(Favour.PREGNANT,), reason="便民"
    )
    first = found.office.execute(favoured)
    again = found.office.execute(favoured)
    assert (again.position, again.version, again.repeated) == (first.position, first.version, True)
    with pytest.raises(CommandReused):
        found.office.execute(favoured.model_copy(update={"reason": "另一个"}))
    other = found.office.execute(favoured.model_copy(update={"command_id": "g"}))
    assert (other.position, other.repeated) == (0, True)


def test_a_command_overtaken_every_time_says_so(found: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*_: Any, **__: Any) -> Any:
        raise IntegrityError("lost")

    monkeypatch.setattr(found.office.recorder, "insert_events", lost)
    with pytest.raises(Overtaken, match="nothing was recorded, try again"):
        found.office.execute(setting_up()[0])
    assert positions(found) == []


def test_the_future_is_not_recorded(found: Installation) -> None:
    command = setting_up()[0].model_copy(update={"occurred_at": datetime.now(UTC) + timedelta(hours=1)})
    with pytest.raises(Exception, match="lies in the future"):
        found.office.execute(command)


def test_the_log_has_exactly_these_columns() -> None:
    assert [c.name for c in events.columns][:9] == [
        "position", "stream_id", "version", "type", "schema_version", "recorded_at", "metadata", "data", "hash",
    ]  # fmt: skip
