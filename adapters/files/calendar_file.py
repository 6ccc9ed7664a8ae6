"""Where calendars come from: the public holidays of the PRC from a kept package, and the files that operators write."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from adapters.reading.quoted import quoted
from adapters.reading.toml_file import TooMuch, read_toml
from domain.errors import OfficeError
from domain.record import Text
from domain.time.calendar import MIDNIGHT, CalendarData, CalendarYear, CalendarYearMissing, DayOverride, Session
from domain.time.written import Day, day_of

OFFICE_HOURS = (
    Session(opens=time(9), closes=time(12)),
    Session(opens=time(13, 30), closes=time(17, 30)),
)
"""The hours of a hall that says nothing else."""


def seeded(
    time_zone: str = "Asia/Shanghai",
    sessions: tuple[Session, ...] = OFFICE_HOURS,
    years: Iterable[int] | None = None,
) -> CalendarData:
    """A calendar with the public holidays and make-up days of the PRC, of these years or of all that are known.

    Raises ``CalendarYearMissing`` for a year the package does not know; it is never guessed.
    """
    from chinese_calendar.constants import holidays, workdays

    known = sorted({day.year for day in holidays})
    wanted = known if years is None else sorted(set(years))
    for year in wanted:
        if year not in known:
            raise CalendarYearMissing("", year, known, time_zone)
    entries = tuple(
        CalendarYear(
            year=year,
            holidays=tuple(sorted(day for day in holidays if day.year == year and day.weekday() < 5)),
            makeup_days=tuple(sorted(day for day in workdays if day.year == year and day.weekday() >= 5)),
        )
        for year in wanted
    )
    return CalendarData(time_zone=time_zone, sessions=sessions, years=entries)


class CalendarFileError(OfficeError):
    """A calendar file that cannot be taken: the file, the place, the rule, what to do."""


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """What a calendar file enters."""

    years: tuple[CalendarYear, ...]
    overrides: tuple[DayOverride, ...]


def load(path: Path) -> CalendarFile:
    """Read a calendar file. Raises ``CalendarFileError``; nothing of a wrong file is taken.

    It holds ``[[year]]`` tables with ``year``, ``holidays`` and ``makeup_days`` (days, or "first..last"), and
    ``[[override]]`` tables with ``day``, ``reason`` and either ``sessions`` (``["09:00-12:00"]``) or ``closed = true``.
    ``counts`` says whether such a day counts as a working day; a day of rest that is opened must say it.
    """
    try:
        said = _File.model_validate(read_toml(path))
    except OSError as error:
        raise CalendarFileError(f"{path}: the calendar cannot be read ({error.strerror}); check the path") from error
    except UnicodeDecodeError as error:
        raise CalendarFileError(f"{path}: the calendar is not UTF-8; save it as UTF-8") from error
    except TooMuch as error:
        raise CalendarFileError(f"{path}, line {error.line}: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise CalendarFileError(f"{path}: the calendar is not valid TOML ({quoted(str(error))}); correct it") from error
    except ValidationError as error:
        raise CalendarFileError(f"{path}: {quoted(_sentence(error))}; correct it") from error
    entered = CalendarFile(
        years=tuple(year.value() for year in said.year),
        overrides=tuple(day.value() for day in said.override),
    )
    # The rules of a calendar stand in one place; a file alone lacks only what the hall has already.
    whole = CalendarData(time_zone="UTC", sessions=OFFICE_HOURS, years=entered.years, overrides=entered.overrides)
    if problems := whole.problems():
        raise CalendarFileError(f"{path}: {problems[0]}")
    return entered


def _sentence(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return f"{place}: a calendar file has no such entry; correct its spelling or remove it"
    return f"{place}: {first['msg'].removeprefix('Value error, ')}"


def _days(said: object) -> tuple[date, ...]:
    return tuple(sorted({day for each in _listed(said) for day in _span_of_days(each)}))


def _listed(said: object) -> list[object]:
    if not isinstance(said, list):
        raise ValueError(f"{said!r} is not a list; put it in brackets")
    return said


def _span_of_days(said: object) -> list[date]:
    # To Python a date with a time is a date; here it is no day.
    if isinstance(said, date) and not isinstance(said, datetime):
        return [said]
    first, dots, last = str(said).partition("..")
    try:
        start, end = day_of(first), day_of(last if dots else first)
    except ValueError as error:
        raise ValueError(
            f"'{said}' is not a day and no span of days; write 2027-02-05 or 2027-02-05..2027-02-11"
        ) from error
    if not start <= end or start.year != end.year:
        raise ValueError(f"'{said}' is not a span of days; write the earlier day first, both in one year")
    return [start + timedelta(days=n) for n in range((end - start).days + 1)]


def spans_of_hours(said: object) -> tuple[Session, ...]:
    """Spans of hours, as ``["09:00-12:00", "13:30-17:30"]``. Raises ``ValueError``."""
    spans = []
    for each in _listed(said):
        opens, _, closes = str(each).partition("-")
        try:
            end = MIDNIGHT if closes == "24:00" else time.fromisoformat(closes)
            spans.append(Session(opens=time.fromisoformat(opens), closes=end))
        except ValueError as error:
            raise ValueError(f"'{each}' is not a span of hours; write it as 09:00-12:00") from error
    return tuple(spans)


class CalendarPart(BaseModel):
    """A part of a calendar file; what it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Days = Annotated[
    tuple[date, ...], BeforeValidator(_days), Field(description="list of days, or of spans as `2027-02-05..2027-02-11`")
]


class FileYear(CalendarPart):
    """The public holidays and make-up days of a year."""

    year: Annotated[int, Field(ge=1900, le=2200)]
    holidays: Days = ()
    makeup_days: Days = ()

    def value(self) -> CalendarYear:
        """The year."""
        return CalendarYear(year=self.year, holidays=self.holidays, makeup_days=self.makeup_days)


class FileDay(CalendarPart):
    """The hall's own word for one day."""

    day: Day
    reason: Text
    closed: bool = False
    sessions: Annotated[
        tuple[Session, ...], BeforeValidator(spans_of_hours), Field(description='hours as `["09:00-12:00"]`')
    ] = ()
    counts: bool | None = None

    @model_validator(mode="after")
    def _either(self) -> "FileDay":
        if self.closed == bool(self.sessions):
            raise ValueError("write the sessions of the day, or closed = true (in YAML closed: true)")
        return self

    def value(self) -> DayOverride:
        """The day."""
        return DayOverride(day=self.day, sessions=self.sessions, reason=self.reason, counts=self.counts)


class _File(CalendarPart):
    year: list[FileYear] = []
    override: list[FileDay] = []

    @model_validator(mode="after")
    def _something(self) -> "_File":
        if not self.year and not self.override:
            raise ValueError("the file has no entry; write a [[year]] or an [[override]]")
        return self
