"""A due moment is shown as the last minute that is in time: never as 00:00 of the next day."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from adapters.cli.output import last_moment

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (datetime(2025, 10, 9, 16, tzinfo=UTC), "2025-10-09 23:59"),  # 24:00 of 9 October in Shanghai
        (datetime(2025, 12, 31, 16, tzinfo=UTC), "2025-12-31 23:59"),
        (datetime(2024, 2, 29, 16, tzinfo=UTC), "2024-02-29 23:59"),
        (datetime(2025, 10, 9, 9, 30, tzinfo=UTC), "2025-10-09 17:30"),  # the close of business stays as it is
        (datetime(2025, 10, 9, 16, 0, 0, 1, tzinfo=UTC), "2025-10-10 00:00"),  # a limit in hours, a microsecond later
        ("2025-02-05T16:00:00.000000Z", "2025-02-05 23:59"),
    ],
)
def test_the_end_of_a_day_is_shown_on_that_day(at: datetime | str, shown: str) -> None:
    assert last_moment(at, SHANGHAI) == shown
