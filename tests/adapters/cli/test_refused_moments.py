"""A refusal tells moments by the clock of the halls, and repeats what somebody typed that is none."""

from zoneinfo import ZoneInfo

import pytest

from adapters.cli.refused_moments import ZONE, by_local_clock


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("due at 2025-03-03T06:01:00+00:00; wait", "due at 2025-03-03 14:01; wait"),
        ("due at 2025-03-03T06:01:09.5+00:00", "due at 2025-03-03 14:01:09"),
        ("'9999-12-31T23:59:59+00:00' is in the year 9999", "'9999-12-31T23:59:59+00:00' is in the year 9999"),
        ("'2025-99-99T00:00:00+00:00' is not a time", "'2025-99-99T00:00:00+00:00' is not a time"),
    ],
)
def test_a_moment_is_told_by_the_clock_of_the_halls(sentence: str, told: str) -> None:
    token = ZONE.set(ZoneInfo("Asia/Shanghai"))
    try:
        assert by_local_clock(sentence) == told
    finally:
        ZONE.reset(token)
