"""A refused command leaves no trace, in memory neither: every later answer is as if it had never been given."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.bootstrap import Installation, installation
from adapters.settings import Settings
from domain.application.beside.recorded_steps import Meaning, RecordStep
from domain.application.beside.withdrawal import Withdraw
from domain.application.path.materials import CheckMaterial, SubmitMaterial
from domain.application.terms import Verdict
from domain.city import City
from domain.command import Command
from domain.errors import CommandReused, NotAllowed, OfficeError, Outdated
from domain.evolving import fold
from domain.office.deciding import decide
from domain.office.office import Receipt
from domain.record import Actor, Event, Role, Source
from tests.office import CITIZEN, CLERK, HASH, START, STRANGER, setting_up
from tests.terminal import onewindow

IMPORTER = Actor(person="import", role=Role.IMPORTER, hall="H1")
YEARS = {"before any calendar": 1970, "in the calendar": 2025}


@pytest.fixture(scope="module", params=[pytest.param("sqlite", marks=pytest.mark.sqlite)])
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """One process that lives through all examples, on a database of its own."""
    from adapters.store import migrate

    folder = tmp_path_factory.mktemp("office")
    url = f"sqlite:///{folder}/onewindow.db"
    migrate.upgrade(url)
    with installation(Settings(database_url=url, master_key_file=folder / "key")) as opened:
        for command in setting_up():
            opened.office.execute(command)
        yield opened


def row(case_id: str, number: int, year: int, meaning: Meaning | None = None) -> Command:
    """A row of a log, in a year that the calendar knows or not."""
    return RecordStep(
        command_id=f"{case_id}/{number}",
        actor=IMPORTER,
        occurred_at=datetime(year, 1, 6, 2, number % 60, tzinfo=UTC),
        case_id=case_id,
        hall="H1",
        item="food",
        meaning=meaning,
        source=Source(log="log", ordinal=number, activity=f"step {number}"),
    )


def at_the_window(case_id: str, number: int, kind: type[Command], who: Actor, **fields: Any) -> Command:
    """Something that somebody at the window or an applicant asks for, allowed or not."""
    given = {"command_id": f"{case_id}/{number}", "actor": who, "case_id": case_id, **fields}
    return kind.model_validate({**given, "occurred_at": START + timedelta(minutes=number)})


WISHES = st.lists(
    st.one_of(
        st.tuples(st.just(RecordStep), st.sampled_from(sorted(YEARS.values())), st.sampled_from([None, *Meaning])),
        st.tuples(st.just(SubmitMaterial), st.sampled_from([CITIZEN, STRANGER, CLERK]), st.sampled_from(["id", "no"])),
        st.tuples(st.just(CheckMaterial), st.sampled_from([CITIZEN, CLERK]), st.sampled_from(list(Verdict))),
        st.tuples(st.just(Withdraw), st.sampled_from([CITIZEN, STRANGER]), st.none()),
    ),
    min_size=2,
    max_size=12,
)


def asked(case_id: str, number: int, wish: tuple[Any, ...]) -> Command:
    """The command of a wish."""
    kind, first, second = wish
    if kind is RecordStep:
        return row(case_id, number, first, second)
    if kind is SubmitMaterial:
        return at_the_window(case_id, number, kind, first, material_id=second, content_hash=HASH)
    if kind is CheckMaterial:
        return at_the_window(case_id, number, kind, first, material_id="id", verdict=second, reason="看不清")
    return at_the_window(case_id, number, kind, first)


def without_memory(opened: Installation, command: Command) -> list[Event] | str:
    """What follows from a command on the history as it is stored, and on nothing else: events, or the refusal."""
    city = City()
    for record in opened.office.recorder.select_city(0):
        city.learn(record)
    state = fold(command.new(), opened.office.recorder.select_history(command.stream_id, 0))
    try:
        made, _ = decide(command.sealed(opened.vault), state, city, opened.now())
    except OfficeError as refusal:
        return str(refusal)
    return [record.event for record in made]


def recorded(opened: Installation, command: Command) -> list[Event]:
    """The events that a command made."""
    records = opened.office.records(command.stream_id)
    return [record.event for record in records if record.act.command_id == command.command_id]


NUMBERS = iter(range(10**9))


@pytest.mark.no_cover
@settings(max_examples=60)
@given(wishes=WISHES)
def test_each_answer_follows_from_what_is_stored_and_from_nothing_else(
    office: Installation, wishes: list[tuple[Any, ...]]
) -> None:
    """Given one command a call, in a process that lives on, whatever was refused before."""
    case_id = f"C{next(NUMBERS)}"
    for number, wish in enumerate(wishes):
        command = asked(case_id, number, wish)
        expected = without_memory(office, command)
        (answer,) = office.office.execute_all([command])
        refused = isinstance(answer, OfficeError)
        assert (str(answer) if refused else recorded(office, command)) == expected


@pytest.mark.no_cover
@settings(max_examples=60)
@given(wishes=WISHES)
def test_many_in_one_call_are_answered_as_one_after_the_other(
    office: Installation, wishes: list[tuple[Any, ...]]
) -> None:
    together, apart = f"C{next(NUMBERS)}", f"C{next(NUMBERS)}"
    at_once = office.office.execute_all([asked(together, number, wish) for number, wish in enumerate(wishes)])
    for number, wish in enumerate(wishes):
        (answer,) = office.office.execute_all([asked(apart, number, wish)])
        other = at_once[number]
        assert type(other) is type(answer)
        if isinstance(answer, Receipt) and isinstance(other, Receipt):
            assert (other.version, other.repeated) == (answer.version, answer.repeated)
        else:
            assert str(other).replace(together, apart) == str(answer)
    kinds = [[record.event for record in office.office.records(f"application/{name}")] for name in (together, apart)]
    assert kinds[0] == kinds[1]


def test_a_row_of_a_year_without_calendar_is_refused_and_the_next_one_comes_in(database: str, tmp_path: Path) -> None:
    """Nobody else writes, so nothing may be told as a lost race."""
    with installation(Settings(database_url=database, master_key_file=tmp_path / "key")) as opened:
        for command in setting_up():
            opened.office.execute(command)
        rows = [row("c1", 1, 1970), row("c1", 2, 2020), row("c1", 3, 2025), row("c1", 4, 1970), row("c1", 5, 2025)]
        answers = opened.office.execute_all(rows)
        refused = [number for number, answer in enumerate(answers) if isinstance(answer, OfficeError)]
        assert refused == [0, 1, 3]
        assert "has no data for 1970" in str(answers[0])
        late = opened.office.execute(row("c1", 6, 2025))
        assert late.version == 3


def test_the_row_after_a_refused_one_in_the_next_call_is_recorded(database: str, tmp_path: Path) -> None:
    """Given five hundred rows of a case, the last of which is refused: what comes later goes on from 499."""
    with installation(Settings(database_url=database, master_key_file=tmp_path / "key")) as opened:
        for command in setting_up():
            opened.office.execute(command)
        rows = [row("c1", number, 2025 if number < 500 else 1970) for number in range(1, 501)]
        answers = opened.office.execute_all(rows)
        assert isinstance(answers[-1], OfficeError)
        assert opened.office.execute(row("c1", 501, 2025)).version == 500


def test_a_command_on_an_older_sight_is_told_what_changed(database: str, tmp_path: Path) -> None:
    """Given a clerk who saw two events of a case to which two more came."""
    with installation(Settings(database_url=database, master_key_file=tmp_path / "key")) as opened:
        for command in (*setting_up(), *(row("c1", number, 2025) for number in range(1, 5))):
            opened.office.execute(command)
        seen = row("c1", 5, 2025).model_copy(update={"expected_version": 2})
        with pytest.raises(
            Outdated, match=r"has 4 events, not the 2 that you saw; the last since then: 步骤 step recorded by"
        ):
            opened.office.execute(seen)
        with pytest.raises(Outdated, match="not the 9 that you saw; look at it again"):
            opened.office.execute(seen.model_copy(update={"expected_version": 9}))
        assert opened.office.execute(seen.model_copy(update={"expected_version": 4})).version == 5
        again = opened.office.execute(seen.model_copy(update={"expected_version": 4}))
        assert (again.version, again.repeated) == (5, True)


def test_a_command_on_an_older_sight_may_still_not_be_told_to_everybody(database: str, tmp_path: Path) -> None:
    """Who may not act learns that, and nothing of what happened."""
    with installation(Settings(database_url=database, master_key_file=tmp_path / "key")) as opened:
        for command in (*setting_up(), row("c1", 1, 2025), row("c1", 2, 2025)):
            opened.office.execute(command)
        seen = row("c1", 3, 2025).model_copy(update={"expected_version": 1, "actor": CLERK})
        with pytest.raises(NotAllowed):
            opened.office.execute(seen)


def test_a_command_given_twice_in_one_call_is_one_effect_and_no_lost_race(database: str, tmp_path: Path) -> None:
    with installation(Settings(database_url=database, master_key_file=tmp_path / "key")) as opened:
        for command in setting_up():
            opened.office.execute(command)
        once, other = row("c1", 1, 2025), row("c1", 2, 2025)
        first, second, again = opened.office.execute_all([once, other, once])
        assert isinstance(first, Receipt)
        assert isinstance(second, Receipt)
        assert isinstance(again, Receipt)
        assert (first.version, second.version, again.version, again.repeated) == (1, 2, 1, True)
        changed = row("c1", 9, 2025).model_copy(update={"command_id": "c1/1"})
        answers = opened.office.execute_all([row("c2", 1, 2025), row("c2", 1, 2025), changed])
        assert [type(answer) for answer in answers] == [Receipt, Receipt, CommandReused]
        twice = [row("c3", 1, 2025), row("c3", 2, 2025).model_copy(update={"command_id": "c3/1"})]
        with pytest.raises(CommandReused):
            opened.office.execute_together(twice)
        assert opened.office.records("application/c3") == []


def test_the_command_line_tells_what_changed_in_words_and_as_json(database: str, tmp_path: Path) -> None:
    with installation(Settings(database_url=database, master_key_file=tmp_path / "master.key")) as opened:
        for command in (*setting_up(), row("c1", 1, 2025), row("c1", 2, 2025)):
            opened.office.execute(command)
    words = ("case", "--expect-version", "1", "withdraw", "c1", "--by", "F1", "--window", "W1", "--reason", "x")
    answer = onewindow(database, tmp_path, *words)
    assert answer.code == 7
    assert "has 2 events, not the 1 that you saw; the last since then: 步骤 step recorded by import (importer) at" in (
        answer.err
    )
    told = onewindow(database, tmp_path, *words, "--format", "json")
    error = json.loads(told.err)["error"]
    assert (told.code, told.out, error["code"], error["field"]) == (7, "", "outdated", "seen")
    assert [(each["event"], each["title"]) for each in error["details"]["changes"]] == [(2, "步骤 step recorded")]
