"""Days and moments as they are written: what each part says, and what is none."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from pydantic import TypeAdapter

from domain.time.written import YEARS, Day, day_of, moment_of


def zone(hours: int, minutes: int = 0) -> timezone:
    """An offset."""
    return timezone(timedelta(hours=hours, minutes=minutes))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-03-04", datetime(2025, 3, 4)),
        ("2025-03-04 09:30", datetime(2025, 3, 4, 9, 30)),
        ("2025-03-04t09:30:15", datetime(2025, 3, 4, 9, 30, 15)),
        ("2025-03-04T09:30:15.25", datetime(2025, 3, 4, 9, 30, 15, 250_000)),
        ("2025-03-04T09:30:15,000001", datetime(2025, 3, 4, 9, 30, 15, 1)),
        ("2025-03-04T09:30:15.1234569", datetime(2025, 3, 4, 9, 30, 15, 123_456)),  # what is finer is dropped
        ("2025-03-04T09:30Z", datetime(2025, 3, 4, 9, 30, tzinfo=UTC)),
        ("2025-03-04T09:30 z", datetime(2025, 3, 4, 9, 30, tzinfo=UTC)),
        ("2025-03-04T09:30+08", datetime(2025, 3, 4, 9, 30, tzinfo=zone(8))),
        ("2025-03-04T09:30+08:00", datetime(2025, 3, 4, 9, 30, tzinfo=zone(8))),
        ("2025-03-04T09:30+0545", datetime(2025, 3, 4, 9, 30, tzinfo=zone(5, 45))),
        ("2025-03-04T09:30-03:30", datetime(2025, 3, 4, 9, 30, tzinfo=zone(-3, -30))),
        ("1900-01-01T00:00", datetime(1900, 1, 1)),
        ("2999-12-31T23:59", datetime(2999, 12, 31, 23, 59)),
    ],
)
def test_a_moment_is_what_its_parts_say(text: str, moment: datetime) -> None:
    found = moment_of(text)
    assert (found, found.utcoffset()) == (moment, moment.utcoffset())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2025",
        "2025-3-4",
        "20250304",
        "2025-02-30",
        "2025-03-04T25:00",
        "2025-03-04T09",
        "2025-03-04T09:30+8",
        "1741000000",
    ],
)
def test_what_is_no_moment_says_how_one_is_written(text: str) -> None:
    with pytest.raises(ValueError, match="is not a time; write it as 2025-03-03T09:30"):
        moment_of(text)


@pytest.mark.parametrize("text", ["", "2025", "2025-3-4", "2025-02-30", "2025-03-04T09:30", "1741000000"])
def test_what_is_no_day_says_how_one_is_written(text: str) -> None:
    with pytest.raises(ValueError, match="is not a day; write it as 2025-03-03"):
        day_of(text)


def test_a_day_is_of_our_time() -> None:
    assert (day_of("1900-01-01"), day_of("2999-12-31")) == (date(1900, 1, 1), date(2999, 12, 31))
    assert (YEARS.start, YEARS.stop) == (1900, 3000)
    for text in ("1899-12-31", "3000-01-01"):
        for read in (day_of, moment_of):
            with pytest.raises(ValueError, match=f"is in the year {text[:4]}; name a year from 1900 to 2999"):
                read(text)


def test_a_day_in_a_message_is_read_in_the_same_way() -> None:
    read = TypeAdapter(Day).validate_python
    assert read("2025-03-04") == read(date(2025, 3, 4)) == date(2025, 3, 4)
    for wrong in ("2025-3-4", "1899-12-31", date(1899, 12, 31)):
        with pytest.raises(ValueError, match=r"is not a day|is in the year 1899"):
            read(wrong)
