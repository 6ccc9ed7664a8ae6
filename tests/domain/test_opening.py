"""When a hall is open, in words and by the clock, and when it opens next. Worked by hand.

The hall works 9:00 to 12:00 and 13:30 to 17:30 on weekdays; on Saturday 8 March 2025 it serves from 19:00 to 24:00. Monday the 10th is
closed, and so is every day from 1 April to 2 May.
"""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from domain.time.calendar import MIDNIGHT, CalendarData, CalendarYear, DayOverride, Session
from domain.time.opening import hours_of, is_open_at, next_opening
from domain.time.working_time import WorkingCalendar

CLOSED = (date(2025, 3, 10), *(date(2025, 4, 1) + timedelta(days=n) for n in range(32)))
DAYS = WorkingCalendar(
    CalendarData(
        time_zone="Asia/Shanghai",
        sessions=(Session(opens=time(9), closes=time(12)), Session(opens=time(13, 30), closes=time(17, 30))),
        years=(CalendarYear(year=2025, holidays=(), makeup_days=()),),
        overrides=(
            DayOverride(
                day=date(2025, 3, 8),
                sessions=(Session(opens=time(19), closes=MIDNIGHT),),
                reason="夜间服务",
                counts=False,
            ),
            *(DayOverride(day=day, sessions=(), reason="停止办公", counts=False) for day in CLOSED),
        ),
    )
)


def at(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    """A moment by the hall's clock, as UTC."""
    return datetime(2025, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (at(7, 8, 59), False),
        (at(7, 9), True),  # from the opening on
        (at(7, 11, 59), True),
        (at(7, 12), False),  # not at its end
        (at(7, 13, 29), False),
        (at(7, 13, 30), True),
        (at(7, 17, 30), False),
        (at(8, 18, 59), False),
        (at(8, 19), True),
        (at(8, 23, 59) + timedelta(seconds=59, microseconds=999_999), True),  # until 24:00 means the last moment, too
        (at(9, 0), False),
        (at(10, 10), False),
    ],
)
def test_a_hall_is_open_from_the_beginning_of_a_session_until_before_its_end(moment: datetime, is_open: bool) -> None:
    assert is_open_at(DAYS, moment) is is_open


def test_the_hours_of_a_day_in_words() -> None:
    assert hours_of(DAYS, date(2025, 3, 7)) == "09:00-12:00, 13:30-17:30"
    assert hours_of(DAYS, date(2025, 3, 8)) == "19:00-24:00"
    assert hours_of(DAYS, date(2025, 3, 10)) == "closed"


@pytest.mark.parametrize(
    ("after", "opens"),
    [
        (at(7, 8), at(7, 9)),
        (at(7, 9), at(7, 13, 30)),  # it has opened; the next one is after lunch
        (at(7, 12), at(7, 13, 30)),
        (at(7, 14), at(8, 19)),
        (at(8, 20), at(11, 9)),  # over Sunday and the closed Monday
        (at(31, 14), None),  # thirty-one days ahead are not enough
        (at(2, 0, month=4), None),
        (at(3, 0, month=4), None),  # the last day that is looked at is 3 May, a Saturday
        (at(4, 0, month=4), None),  # and 4 May, a Sunday
        (at(5, 0, month=4), at(5, 9, month=5)),  # Monday 5 May is the last day that is looked at from 5 April on
    ],
)
def test_the_hall_opens_next(after: datetime, opens: datetime | None) -> None:
    assert next_opening(DAYS, after) == opens
