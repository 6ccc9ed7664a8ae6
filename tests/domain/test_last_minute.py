"""The last minute that is in time: the end of a day is told as 23:59 of it, every other moment as it is."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.time.last_minute import last_minute

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("due", "told"),
    [
        (datetime(2025, 3, 10, 9, 30, tzinfo=UTC), "2025-03-10T17:30:00+08:00"),
        (datetime(2025, 3, 10, 16, 0, tzinfo=UTC), "2025-03-10T23:59:00+08:00"),  # 24:00 of the 10th in Shanghai
        (datetime(2025, 3, 10, 0, 0, tzinfo=UTC), "2025-03-10T08:00:00+08:00"),  # 0:00 elsewhere is no end of a day
        (datetime(2025, 3, 10, 17, 0, tzinfo=UTC), "2025-03-11T01:00:00+08:00"),
        (datetime(2025, 3, 10, 16, 1, tzinfo=UTC), "2025-03-11T00:01:00+08:00"),
        (datetime(2025, 3, 10, 16, 0, 1, tzinfo=UTC), "2025-03-11T00:00:01+08:00"),
    ],
)
def test_a_due_moment_by_the_clock_of_the_hall(due: datetime, told: str) -> None:
    assert last_minute(due, SHANGHAI).isoformat() == told


def test_a_microsecond_after_the_end_of_a_day_is_of_the_next() -> None:
    due = datetime(2025, 3, 10, 16, 0, tzinfo=UTC) + timedelta(microseconds=1)
    assert last_minute(due, SHANGHAI) == due
