"""Commands about the city that are given in the same instant are decided one after the other, whatever history each is of."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from adapters.bootstrap import Installation
from adapters.settings import Settings
from domain.command import Command
from domain.errors import NotAllowed, OfficeError
from domain.people.joining import LeaveStaff, RegisterFirstOperator
from domain.record import Actor, Role
from tests.adapters.cli.city import MORNING, NAME, Day, received


@pytest.fixture
def offices(database: str, tmp_path: Path) -> Iterator[Callable[[], Installation]]:
    """Houses on one database, as of several processes."""
    made: list[Installation] = []

    def another() -> Installation:
        made.append(Installation(Settings(database_url=database, master_key_file=tmp_path / "master.key")))
        return made[-1]

    yield another
    for each in made:
        each.close()


def first_operator(person: str) -> Command:
    actor = Actor(person=person, role=Role.OPERATOR)
    return RegisterFirstOperator(
        command_id=f"founding-{person}", actor=actor, occurred_at=MORNING, person=person, person_name=NAME
    )


def overtaken(own: Installation, other: Installation, by: Command) -> None:
    """Have another process record a command after the own one was decided and before it is recorded."""
    recorder: Any = own.office.recorder
    insert, commands = recorder.insert_events, [by]

    def slow(*given: Any, **named: Any) -> Any:
        while commands:
            other.office.execute(commands.pop())
        return insert(*given, **named)

    recorder.insert_events = slow


def test_of_two_first_operators_one_is_the_first(offices: Callable[[], Installation]) -> None:
    own, other = offices(), offices()
    overtaken(own, other, first_operator("O2"))
    with pytest.raises(NotAllowed, match=r"has operators on record already \(O2\)"):
        own.office.execute(first_operator("O1"))
    assert own.office.city().operators == {"O2"}


def test_of_many_first_operators_one_is_the_first(offices: Callable[[], Installation]) -> None:
    together = Barrier(8)

    def enter(number: int) -> bool:
        own = offices()
        together.wait()
        try:
            own.office.execute(first_operator(f"O{number}"))
        except NotAllowed:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(enter, range(8))) == 1
    assert len(offices().office.city().operators) == 1


def test_of_the_last_two_operators_one_stays(offices: Callable[[], Installation]) -> None:
    own, other = offices(), offices()
    received(Day(own))
    one, two, *others = at_work(own)
    for each in others:
        own.office.execute(leaving(each, by=one))
    overtaken(own, other, leaving(one, by=two))
    with pytest.raises(OfficeError, match=r"is the last operator of all halls|missing right"):
        own.office.execute(leaving(two, by=one))
    assert at_work(own) == [two]


def at_work(own: Installation) -> list[str]:
    """The operators who have their post now."""
    city, now = own.office.city(), datetime.now(UTC)
    return [p for p in sorted(city.operators) if any(post.role is Role.OPERATOR for post in city.staff[p].at(now))]


def leaving(person: str, *, by: str) -> Command:
    actor = Actor(person=by, role=Role.OPERATOR)
    return LeaveStaff(command_id=f"leave-{person}", actor=actor, person=person, reason="调离")


def test_several_that_came_in_one_call_see_each_other(offices: Callable[[], Installation]) -> None:
    own = offices()
    answers = own.office.execute_all([first_operator("O1"), first_operator("O2")])
    assert [isinstance(answer, OfficeError) for answer in answers] == [False, True]
    assert own.office.city().operators == {"O1"}
