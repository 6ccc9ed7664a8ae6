"""Every way a log writes a time, and every way it gets one wrong."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.exchange.log_time import canonical, read_time
from domain.record import stamp
from domain.time.written import YEARS

SHANGHAI = ZoneInfo("Asia/Shanghai")
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2024-02-01T09:00:00+08:00", "2024-02-01T01:00:00.000000Z"),
        ("2024-02-01 09:00:00+0800", "2024-02-01T01:00:00.000000Z"),
        ("2024-02-01 09:00:00.5 +08", "2024-02-01T01:00:00.500000Z"),
        ("2024-02-01T09:00:00,123456789Z", "2024-02-01T09:00:00.123456Z"),
        ("2024-02-01T09:00z", "2024-02-01T09:00:00.000000Z"),
        ("2024-02-01T00:00:00-05:30", "2024-02-01T05:30:00.000000Z"),
        (" 2024-02-01T09:00:00 ", "2024-02-01T01:00:00.000000Z"),
    ],
)
def test_a_time_is_read_as_utc(text: str, utc: str) -> None:
    assert stamp(read_time(text, SHANGHAI)) == utc


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2024-02-30T09:00:00Z", "does not exist"),
        ("2024-02-01T25:00:00Z", "does not exist"),
        ("0001-01-01T00:00:00+08:00", "does not exist"),
        ("2024-02-01", "not an ISO 8601"),
        ("01/02/2024 09:00", "not an ISO 8601"),
        ("２０２４-02-01T09:00:00Z", "not an ISO 8601"),
        ("2024-02-01T09:00:00+99:00", "offset"),
        ("2024-02-01T09:00:00+08:75", "not an ISO 8601"),
        ("2016-12-31T23:59:60Z", "does not exist"),
        ("2024-02-01T24:00:00Z", "does not exist"),
    ],
)
def test_what_is_no_time_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_time(text, SHANGHAI)
    assert canonical(text, SHANGHAI) == text


def test_a_time_without_offset_needs_the_mappings_zone() -> None:
    with pytest.raises(ValueError, match="has no offset; set time_zone in the mapping"):
        read_time("2024-02-01T09:00:00", None)
    assert canonical("2024-02-01T09:00:00", None) == "2024-02-01T09:00:00"


def test_when_the_clocks_change_the_first_of_two_equal_times_counts() -> None:
    assert read_time("2011-10-30T02:30:00", AMSTERDAM) == datetime(2011, 10, 30, 0, 30, tzinfo=UTC)
    assert read_time("2011-03-27T02:30:00", AMSTERDAM) == datetime(2011, 3, 27, 1, 30, tzinfo=UTC)


def test_an_attribute_keeps_digits_that_the_records_cannot_hold() -> None:
    precise = "2024-02-01T09:00:00.123456789Z"
    assert canonical(precise, None) == precise
    assert canonical("2024-02-01 09:00:00.123456000Z", None) == "2024-02-01T09:00:00.123456Z"


@given(
    st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 12, 31)),
    st.integers(-23 * 60, 23 * 60),
)
def test_any_time_with_an_offset_is_read_back(local: datetime, minutes: int) -> None:
    moment = local.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    assert canonical(moment.isoformat(" "), None) == stamp(moment)
    if moment.astimezone(UTC).year in YEARS and local.year in YEARS:
        assert read_time(moment.isoformat(), None) == moment
    else:
        with pytest.raises(ValueError, match="is in the year"):
            read_time(moment.isoformat(), None)


@given(st.text())
def test_what_is_canonical_stays(text: str) -> None:
    once = canonical(text, SHANGHAI)
    assert canonical(once, SHANGHAI) == once
