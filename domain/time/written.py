"""Days and moments as people and programs write them: ISO 8601, of the years with which the office counts."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Annotated, TypeVar

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, ValidationInfo

from domain.identifier import is_on_record

YEARS = range(1900, 3000)
"""The years of which a day or a moment may be: before and after them neither a zone nor a working day can be counted."""

# Not left to datetime.fromisoformat, nor to pydantic: what they take differs between versions, and to pydantic 2027 is a
# number of seconds since 1970.
DAY = r"(\d{4})-(\d\d)-(\d\d)"
CLOCK = r"(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?"
OFFSET = r" ?(?:([Zz])|([+-])(\d\d)(?::?([0-5]\d))?)"
ISO = re.compile(rf"{DAY}(?:[Tt ]{CLOCK}(?:{OFFSET})?)?", re.ASCII)
ONLY_A_DAY = re.compile(DAY, re.ASCII)

At = TypeVar("At", bound=date)


def of_our_time(at: At) -> At:
    """The day or moment. Raises ``ValueError`` for one of another year than ``YEARS``."""
    if at.year not in YEARS:
        raise ValueError(f"is in the year {at.year}; name a year from {YEARS.start} to {YEARS.stop - 1}")
    return at


def day_of(text: str) -> date:
    """The day that a text names, as 2025-03-03. Raises ``ValueError``."""
    if ONLY_A_DAY.fullmatch(text) is None:
        raise ValueError("is not a day; write it as 2025-03-03")
    try:
        written = date(*map(int, text.split("-")))
    except ValueError as error:
        raise ValueError("is not a day; write it as 2025-03-03") from error
    return of_our_time(written)


def moment_of(text: str) -> datetime:
    """The moment that a text names; a day alone is its first moment, and without an offset it has no zone. Raises ``ValueError``."""
    try:
        if (parts := ISO.fullmatch(text)) is None:
            raise ValueError(text)
        written = moment_in(parts)
    except ValueError as error:
        raise ValueError("is not a time; write it as 2025-03-03T09:30+08:00 or 2025-03-03") from error
    return of_our_time(written)


def moment_in(parts: re.Match[str]) -> datetime:
    """The moment that the parts of a text name, as ``ISO`` has them; digits past the microsecond are dropped. Raises ``ValueError``."""
    year, month, day, hour, minute, second, fraction, zulu, sign, hours, minutes = parts.groups()
    zone = None
    if zulu:
        zone = UTC
    elif sign:
        span = timedelta(hours=int(hours), minutes=int(minutes or 0))
        zone = timezone(-span if sign == "-" else span)
    micros = int((fraction or "0")[:6].ljust(6, "0"))
    clock = (int(hour or 0), int(minute or 0), int(second or 0), micros)
    return datetime(int(year), int(month), int(day), *clock, tzinfo=zone)


def _as_day(said: object) -> object:
    return day_of(said) if isinstance(said, str) else said


def _as_moment(said: object) -> object:
    return moment_of(said) if isinstance(said, str) else said


def given(at: At, info: ValidationInfo) -> At:
    """The day or moment that somebody gave; one on record as it stands. Raises ``ValueError``."""
    return at if is_on_record(info) else of_our_time(at)


Day = Annotated[date, BeforeValidator(_as_day), AfterValidator(given)]
"""A day that somebody gives."""
Moment = Annotated[AwareDatetime, BeforeValidator(_as_moment), AfterValidator(given)]
"""A moment that somebody gives, with its offset."""
LocalMoment = Annotated[datetime, BeforeValidator(_as_moment), AfterValidator(given)]
"""A moment that somebody gives; without an offset it is of a zone that is said elsewhere."""
