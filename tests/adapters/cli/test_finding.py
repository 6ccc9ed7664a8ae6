"""``case find``: whoever knows something of an application finds it, page by page, and nobody else's."""

from collections.abc import Iterator
from datetime import datetime
from itertools import product
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from adapters.bootstrap import Installation, installation
from adapters.settings import Settings
from adapters.simulation.plan import Plan
from adapters.simulation.simulation import simulate
from domain.application.state import Application
from domain.hall.hall import Layout
from domain.history import APPLICATIONS
from domain.record import stamp
from projections.lists.register import Found, Wanted, find
from tests.databases import Copied
from tests.terminal import onewindow

SHANGHAI = ZoneInfo("Asia/Shanghai")


def two_halls(database: str, folder: Path) -> None:
    with installation(Settings(database_url=database, master_key_file=folder / "master.key")) as found:
        plan = Plan(halls=2, days=3, seed=5, layout=Layout.AFTER, arrivals_a_day=12, finish=False)
        simulate(found, plan, lambda done, total: None)
        found.runner().catch_up()


@pytest.fixture
def office(copied: Copied) -> str:
    return copied(two_halls)


@pytest.fixture
def city(office: str, tmp_path: Path) -> Iterator[Installation]:
    with installation(Settings(database_url=office, master_key_file=tmp_path / "master.key")) as found:
        yield found


def cases(city: Installation) -> list[Application]:
    """Every application as its history says, the latest received first."""
    streams = {row.originator_id for row in city.log.every(APPLICATIONS, city.log.head())}
    states = [city.office.case(stream.removeprefix(APPLICATIONS)) for stream in streams]
    assert all(state.started for state in states)
    return sorted(states, key=lambda state: (state.started.at, state.case_id), reverse=True)  # type: ignore[union-attr]


def test_every_combination_finds_what_the_histories_say(city: Installation) -> None:
    known = cases(city)
    assert len(known) > 40
    some = known[7]
    assert some.applicant is not None
    day = some.started.at.astimezone(SHANGHAI).date()  # type: ignore[union-attr]
    morning = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
    choices: dict[str, tuple[Any, ...]] = {
        "applicant": (None, some.applicant.applicant_id),
        "item": (None, some.items[0].item_id),
        "hall": (None, some.hall),
        "status": (None, some.status),
        "is_open": (False, True),
        "since": (None, stamp(morning)),
        "number": (None, some.case_id[-4:]),
    }
    found_something = 0
    for values in product(*choices.values()):
        asked = dict(zip(choices, values, strict=True))
        expected = [state.case_id for state in known if _is(state, asked, morning)]
        with city.reading() as connection:
            pages = list(_pages(connection, Wanted(**asked)))
        assert [receipt.case_id for page in pages for receipt in page.receipts] == expected, asked
        found_something += bool(expected)
    assert found_something > 60


def _is(state: Application, asked: dict[str, Any], morning: datetime) -> bool:
    assert state.applicant is not None
    assert state.started is not None
    return (
        asked["applicant"] in (None, state.applicant.applicant_id)
        and (asked["item"] is None or asked["item"] in {ref.item_id for ref in state.items})
        and asked["hall"] in (None, state.hall)
        and asked["status"] in (None, state.status)
        and (not asked["is_open"] or state.ended is None)
        and (asked["since"] is None or state.started.at >= morning)
        and (asked["number"] is None or state.case_id.endswith(asked["number"]))
    )


def _pages(connection: Any, wanted: Wanted) -> Iterator[Found]:
    after = None
    while True:
        page = find(connection, wanted, 3, after)
        yield page
        after = page.next
        if after is None:
            return


def test_a_name_is_found_exactly_and_a_search_that_ended_early_goes_on(city: Installation) -> None:
    known = cases(city)
    wanted = known[-1]
    assert wanted.applicant is not None
    name = city.vault.open("name", wanted.applicant.name)
    same = [state.case_id for state in known if city.vault.open("name", state.applicant.name) == name]  # type: ignore[union-attr]
    found: list[str] = []
    after, rounds = None, 0
    with city.reading() as connection:
        while True:
            page = find(connection, Wanted(), 10, after, lambda box: city.vault.open("name", box) == name, most=9)
            found += [receipt.case_id for receipt in page.receipts]
            after, rounds = page.next, rounds + 1
            if after is None:
                break
    assert (found, rounds) == (same, -(-len(known) // 9))


def test_a_clerk_finds_an_application_by_what_the_visitor_knows(
    office: str, city: Installation, tmp_path: Path
) -> None:
    some = cases(city)[3]
    assert some.applicant is not None
    number, person = some.case_id, some.applicant.applicant_id
    name = city.vault.open("name", some.applicant.name)
    day = some.started.at.astimezone(SHANGHAI).date().isoformat()  # type: ignore[union-attr]
    for words in ((number,), ("--applicant", person), ("--name", name, "--received", day), (number[-9:], "--open")):
        answer = onewindow(office, tmp_path, "case", "find", *words, "--format", "json")
        assert (answer.code, answer.err) == (0, ""), words
        if "--open" not in words or some.ended is None:
            assert number in {row["case"] for row in answer.json["cases"]}, words
    shown = onewindow(office, tmp_path, "case", "find", number)
    assert (number in shown.out, name in shown.out, some.status.value in shown.out) == (True, True, True)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--hall", "H99"), "hall H99 is not known"),
        (("--item", "nothing"), "service item nothing is not in the catalogue"),
        (("--received", "yesterday"), "--received: 'yesterday' is not a day"),
        (("--received", "2025-09-03..2025-09-01"), "2025-09-01 lies before 2025-09-03"),
        (("--received", "9999-12-31"), "name a year from 1900 to 2999"),
        (("--received", "0001-01-01"), "name a year from 1900 to 2999"),
        (("--after", "nowhere"), "is no page of this list"),
        (("--state", "lost"), "lost"),
    ],
)
def test_what_cannot_be_looked_for_is_said(office: str, tmp_path: Path, words: tuple[str, ...], says: str) -> None:
    answer = onewindow(office, tmp_path, "case", "find", *words)
    unknown = "is not known" in says or "is not in the catalogue" in says
    assert (answer.code, answer.out) == (14 if unknown else 2, "")
    assert says in answer.err


def test_nobody_is_found_by_a_part_of_a_name_or_by_a_wildcard(office: str, city: Installation, tmp_path: Path) -> None:
    some = cases(city)[0]
    assert some.applicant is not None
    name = city.vault.open("name", some.applicant.name)
    for words in (("--name", name[:-1]), ("%",), ("_" * len(some.case_id),), ("--applicant", "%")):
        assert onewindow(office, tmp_path, "case", "find", *words, "--format", "json").json["cases"] == [], words
