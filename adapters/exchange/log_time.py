"""Times as logs write them: ISO 8601 with or without an offset, or in a form that the mapping names, turned into UTC."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from adapters.reading.limits import TIME_CHARACTERS
from domain.record import stamp
from domain.time.written import ISO, moment_in, of_our_time

_SHORTEST = len("2011-10-11 13:45")
_LONGEST_NUMBER = 20
"""More digits of a number since 1970 than any year has."""


EPOCHS = {"epoch seconds": 1_000_000, "epoch milliseconds": 1_000, "epoch microseconds": 1}
"""What ``time_format`` may say of a number since 1970 (UTC), in microseconds."""
PARTS = {"yyyy": "%Y", "yy": "%y", "dd": "%d", "mm": "%m", "HH": "%H", "MM": "%M", "SS": "%S"}
"""How ``time_format`` may be written, beside the codes of strptime; small ``mm`` is the month."""
DATE_ONLY = "date"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def strptime_form(form: str) -> str:
    """A ``time_format`` in the codes of strptime: ``dd/mm/yyyy HH:MM`` is ``%d/%m/%Y %H:%M``, ``date`` is ``%Y-%m-%d``."""
    if form == DATE_ONLY:
        return "%Y-%m-%d"
    return form if "%" in form else re.sub("|".join(PARTS), lambda part: PARTS[part[0]], form)


def check_form(form: str) -> None:
    """Raise ``ValueError`` unless a ``time_format`` names a moment whole."""
    if form in EPOCHS:
        return
    if len(form) > TIME_CHARACTERS:
        raise ValueError(f"is longer than {TIME_CHARACTERS} characters, too long for a form of a time; shorten it")
    codes = strptime_form(form)
    rest = re.sub("%[A-Za-z%]", "", codes)
    whole = "%c" in codes or "%x" in codes or (("%Y" in codes or "%y" in codes) and ("%d" in codes or "%j" in codes))
    if not whole or re.search("[a-zA-Z]{2}", rest):
        known = ", ".join((*EPOCHS, DATE_ONLY))
        raise ValueError(
            f"{form!r} is not a form of a time; write dd/mm/yyyy HH:MM, codes of strptime, or one of {known}"
        )
    sample = datetime(2020, 3, 17, 13, 45, 30, tzinfo=UTC)
    try:
        datetime.strptime(sample.strftime(codes), codes)  # noqa: DTZ007  # raises for a code that it does not know
    except re.error as error:
        raise ValueError(f"{form!r} names a part of the time twice; name it once") from error


def read_time(text: str, zone: ZoneInfo | None, form: str | None = None) -> datetime:
    """The moment that ``text`` names, in UTC; ``zone`` is that of times without an offset.

    ``form`` is how the log writes its times, where that is not ISO 8601: ``dd/mm/yyyy HH:MM``, codes of strptime,
    ``epoch seconds``, ``epoch milliseconds``, ``date``. A day without an hour is its first moment. A full ISO time is
    taken under any form.

    Digits past the microsecond are dropped. A local time that a change of the clocks makes twice is
    the first of the two; one that it skips counts with the offset before the change. Raises
    ``ValueError`` with a clause that says what is wrong and what to do.
    """
    return of_our_time(_read(text, zone, form))


def _read(text: str, zone: ZoneInfo | None, form: str | None = None) -> datetime:
    """The moment, of any year."""
    if len(text) > TIME_CHARACTERS:
        raise ValueError(f"is longer than {TIME_CHARACTERS} characters, too long for a time; correct it in the log")
    plain = text.strip()
    parts = _full(plain)
    if parts is None and form is not None:
        return _as_formed(plain, zone, form)
    if parts is None:
        raise ValueError(
            "is not an ISO 8601 date and time; write it as 2011-10-11T13:45:40+02:00, or set time_format in the mapping"
        )
    if (parts[10] or "00") > "23":
        raise ValueError("has an offset of a day or more; correct it in the log")
    try:
        at = moment_in(parts)
    except ValueError as error:
        raise ValueError(f"names a time that does not exist ({error}); correct it in the log") from error
    return _in_utc(at, zone)


def _full(text: str) -> re.Match[str] | None:
    """The parts of an ISO time that is no day alone."""
    parts = ISO.fullmatch(text)
    return None if parts is None or parts[4] is None else parts


def _as_formed(text: str, zone: ZoneInfo | None, form: str) -> datetime:
    try:
        if form in EPOCHS:
            seconds = Decimal(text)
            if seconds.adjusted() > _LONGEST_NUMBER:
                raise ArithmeticError(text)  # to write out its zeros would take long
            return EPOCH + timedelta(microseconds=int(seconds * EPOCHS[form]))
        at = datetime.strptime(text, strptime_form(form))  # noqa: DTZ007  # the zone comes below, where there is none
    except (ValueError, ArithmeticError) as error:
        raise ValueError(
            f"is not written as time_format says ({form}); correct it in the log or the mapping"
        ) from error
    return _in_utc(at, zone)


def _in_utc(at: datetime, zone: ZoneInfo | None) -> datetime:
    if at.tzinfo is None and zone is None:
        raise ValueError("has no offset; set time_zone in the mapping to the zone the log was written in")
    try:
        return (at if at.tzinfo is not None else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"names a time that does not exist ({error}); correct it in the log") from error


def canonical(text: str, zone: ZoneInfo | None) -> str:
    """``text`` as the records write times (UTC, microseconds, Z) if it is a full ISO time.

    Else it stays as it is, also where rewriting would guess (no offset, no zone) or lose digits
    (nanoseconds).
    """
    if not _SHORTEST <= len(text) <= TIME_CHARACTERS or text[4] != "-" or not text[0].isdigit():
        return text
    return _canonical(text, zone)


@lru_cache(maxsize=4096)  # the attributes of a case come again with each of its events
def _canonical(text: str, zone: ZoneInfo | None) -> str:
    parts = _full(text)
    if parts is None or (parts[7] or "")[6:].strip("0"):
        return text
    try:
        return stamp(_read(text, zone))
    except ValueError:
        return text
