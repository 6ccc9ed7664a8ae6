"""Times as logs write them: ISO 8601 with or without an offset, turned into UTC."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from domain.record import stamp

# Not left to datetime.fromisoformat: what it takes differs between Python versions.
_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?"
    r" ?(?:([Zz])|([+-])(\d\d)(?::?([0-5]\d))?)?",
    re.ASCII,
)
_SHORTEST = len("2011-10-11 13:45")


def read_time(text: str, zone: ZoneInfo | None) -> datetime:
    """The moment that ``text`` names, in UTC; ``zone`` is that of times without an offset.

    Digits past the microsecond are dropped. A local time that a change of the clocks makes twice is
    the first of the two; one that it skips counts with the offset before the change. Raises
    ``ValueError`` with a clause that says what is wrong and what to do.
    """
    parts = _ISO.fullmatch(text.strip())
    if parts is None:
        raise ValueError("is no ISO 8601 date and time; write it as 2011-10-11T13:45:40+02:00")
    year, month, day, hour, minute, second, fraction, zulu, sign, hours, minutes = parts.groups()
    offset: tzinfo | None = zone
    if zulu:
        offset = UTC
    elif sign:
        span = timedelta(hours=int(hours), minutes=int(minutes or 0))
        offset = _offset(-span if sign == "-" else span)
    if offset is None:
        raise ValueError("has no offset; set time_zone in the mapping to the zone the log was written in")
    micros = int((fraction or "0")[:6].ljust(6, "0"))
    try:
        local = datetime(
            int(year),
            int(month),
            int(day),
            int(hour),
            int(minute),
            int(second or 0),
            micros,
            offset,
        )
        return local.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"names a time that does not exist ({error}); correct it in the log") from error


def _offset(span: timedelta) -> timezone:
    try:
        return timezone(span)
    except ValueError as error:
        raise ValueError("has an offset of a day or more; correct it in the log") from error


def canonical(text: str, zone: ZoneInfo | None) -> str:
    """``text`` as the records write times (UTC, microseconds, Z) if it is a full ISO time.

    Else it stays as it is, also where rewriting would guess (no offset, no zone) or lose digits
    (nanoseconds).
    """
    if len(text) < _SHORTEST or text[4] != "-" or not text[0].isdigit():
        return text
    return _canonical(text, zone)


@lru_cache(maxsize=4096)  # the attributes of a case come again with each of its events
def _canonical(text: str, zone: ZoneInfo | None) -> str:
    parts = _ISO.fullmatch(text)
    if parts is None or (parts[7] or "")[6:].strip("0"):
        return text
    try:
        return stamp(read_time(text, zone))
    except ValueError:
        return text
