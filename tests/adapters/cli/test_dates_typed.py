"""Days and times that somebody types, whatever they are: an answer or a plain refusal from every command, never a defect."""

from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.cli.options import WrongInput, day, moment
from adapters.files.city import example
from adapters.store import migrate
from domain.exit_code import ExitCode
from domain.time.written import YEARS
from tests.adapters.cli.city import Day, accepted, opened
from tests.adapters.cli.every_option import TIMES, Place, places
from tests.terminal import Answer, typed

PLACES = places(TIMES)
NEVER = ("0001-01-01T00:00+14:00", "9999-12-31", "2016-12-31T23:59:60Z", "0001-01-01..9999-12-31")
NEVER_IN_A_FILE = (*NEVER, "2025-03-03T24:00", "2025-03-03T09:00+24:00", "1741000000", "")
AT_THE_EDGE = ("1900-01-01T00:00+23:59", "2999-12-31", "1900-01-01..2999-12-31")
READS_IT_LATER = (("case", "move"), ("task", "approve-alike"))
"""What has nothing to do here, and so no time at which it did."""


def now() -> datetime:
    return datetime(2025, 3, 3, 3, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the database of a small city."""
    folder = tmp_path_factory.mktemp("office")
    migrate.upgrade(f"sqlite:///{folder}/onewindow.db")
    with opened(f"sqlite:///{folder}/onewindow.db", folder) as found:
        accepted(Day(found))
        found.runner().catch_up()
    return folder


def asked(office: Path, *words: str) -> Answer:
    answer = typed(f"sqlite:///{office}/onewindow.db", office, now, *words)
    assert answer.code not in (ExitCode.DEFECT, ExitCode.DIFFERENCE), (words, answer)
    assert "Traceback" not in answer.err
    return answer


def test_days_and_times_are_typed_in_many_places() -> None:
    assert len(PLACES) > 100


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_a_time_that_never_is_is_wrong_usage(office: Path, place: Place) -> None:
    for value in NEVER:
        answer = asked(office, *place.words(value))
        nothing_there = answer.code == ExitCode.NOT_FOUND or place.command in READS_IT_LATER
        assert answer.code == ExitCode.WRONG_USAGE or nothing_there, (value, answer)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_a_time_at_the_edge_of_what_is_counted_has_an_answer(office: Path, place: Place) -> None:
    for value in AT_THE_EDGE:
        asked(office, *place.words(value))


@given(st.text() | st.datetimes().map(datetime.isoformat) | st.dates().map(str))
def test_whatever_is_typed_is_a_time_of_our_years_or_refused(text: str) -> None:
    for read in (partial(moment, text, "--at", None), partial(day, text, "--on")):
        with suppress(WrongInput):
            found = read()
            assert found is not None
            assert YEARS.start - 1 <= found.year <= YEARS.stop


POST = "role: operator, all_halls: true"


@pytest.mark.parametrize("value", NEVER_IN_A_FILE)
@pytest.mark.parametrize("which", ["from", "until"])
@pytest.mark.parametrize("part", ["rota", "post", "item"])
def test_a_time_that_never_is_is_refused_in_a_file(tmp_path: Path, part: str, which: str, value: str) -> None:
    folder = tmp_path / "city"
    example.write(folder, datetime(2025, 3, 1, tzinfo=UTC).date())
    hall, staff = folder / "halls" / "H1.yaml", folder / "staff.yaml"
    item = folder / "items" / "residence-permit.yaml"
    if part == "rota":
        hall.write_text(_in_the_place_of_the_first(hall.read_text(), f"{which}: 202", f'{which}: "{value}"'))
    elif part == "post":
        staff.write_text(staff.read_text().replace(POST, f'{POST}, {which}: "{value}"'))
    else:
        item.write_text(item.read_text().replace("effective_from: 2025-01-01", f'effective_from: "{value}"'))
    answer = asked(tmp_path, "city", "check", str(folder))
    assert (answer.code, "nothing is loaded" in answer.err) == (ExitCode.WRONG_USAGE, True), answer


def _in_the_place_of_the_first(text: str, begins: str, new: str) -> str:
    before, _, rest = text.partition(begins)
    ends = min(rest.index(end) for end in (",", "}") if end in rest)
    return f"{before}{new}{rest[ends:]}"
