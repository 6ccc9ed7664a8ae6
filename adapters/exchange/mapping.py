"""How a log from elsewhere is read: which column is what, which hall and service item it is of."""

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from functools import cached_property
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from adapters.exchange.log_encoding import known_encoding
from adapters.exchange.log_time import check_form
from adapters.reading.quoted import quoted
from adapters.reading.toml_file import TooMuch, read_toml
from domain.application.beside.recorded_steps import Meaning
from domain.errors import OfficeError
from domain.record import Identifier, Text
from domain.time.zone import zone_named

CASE = "case:"
"""What a column begins with that speaks of the case: in XES an attribute of the trace."""

SHIPPED = resources.files("adapters.exchange") / "mappings"
"""Where the mappings lie that come with the project."""

_SESSION = re.compile(r"(?P<begin>([01]\d|2[0-3]):[0-5]\d)-(?P<end>([01]\d|2[0-3]):[0-5]\d|24:00)", re.ASCII)


class MappingError(OfficeError):
    """A mapping that cannot be used; a sentence with the file, the key, the rule, what to do."""


def _known_zone(name: str) -> str:
    zone_named(name)
    return name


def _session(text: str) -> str:
    hours = _SESSION.fullmatch(text)
    if hours is None or hours["begin"] >= hours["end"]:
        raise ValueError(f"{text} is not a span of hours; write it as 09:00-17:00, the end after the start")
    return text


def _one_character(text: str) -> str:
    if len(text) != 1 or text in '"\r\n\0':
        raise ValueError("must be one character, but not a quotation mark or a line break")
    return text


def _usable_form(form: str) -> str:
    check_form(form)
    return form


Encoding = Annotated[str, AfterValidator(known_encoding)]
TimeForm = Annotated[str, AfterValidator(_usable_form)]
ZoneName = Annotated[str, AfterValidator(_known_zone)]
Session = Annotated[str, AfterValidator(_session)]
Weekday = Annotated[int, Field(ge=0, le=6)]
Column = Annotated[str, Field(min_length=1)]


class _Part(BaseModel):
    """A table of the file: nothing in it may be unknown, nothing changes after loading."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Columns(_Part):
    """Column names of the CSV; in XES the event's key, or ``case:KEY`` for the trace's."""

    case: Column
    activity: Column
    time: Column
    department: Column | None = None
    resource: Column | None = None
    channel: Column | None = None
    group: Column | None = None
    lifecycle: Column | None = None
    instance: Column | None = None

    @model_validator(mode="after")
    def _of_the_event(self) -> Self:
        for key, column in (("activity", self.activity), ("time", self.time)):
            if column.startswith(CASE):
                raise ValueError(
                    f"{key} belongs to each event, so {column} cannot be a column of the case; remove it there"
                )
        return self

    def named(self) -> Iterator[tuple[str, str]]:
        """Key and column of each that the mapping names."""
        said = ((key, getattr(self, key)) for key in type(self).model_fields)
        return ((key, column) for key, column in said if column is not None)

    @cached_property
    def taken(self) -> frozenset[str]:
        """The event's columns that become fields of a row, and so are no attributes of it."""
        return frozenset(column for _, column in self.named() if not column.startswith(CASE))


class CsvForm(_Part):
    """How the CSV is written."""

    delimiter: Annotated[str, AfterValidator(_one_character)] = ","


class CalendarYear(_Part):
    """A year's public holidays, and the days of rest that are worked to make up for them."""

    year: Annotated[int, Field(ge=1900, le=2200)]
    holidays: tuple[date, ...] = ()
    makeup_days: tuple[date, ...] = ()

    @model_validator(mode="after")
    def _within_the_year(self) -> Self:
        days = (*self.holidays, *self.makeup_days)
        if strays := [day for day in days if day.year != self.year]:
            raise ValueError(f"{strays[0]} is not a day of {self.year}; put it under its own year")
        if len(set(days)) != len(days):
            raise ValueError(f"a day of {self.year} appears twice; remove one")
        return self


class Calendar(_Part):
    """When the hall works: sessions ``HH:MM-HH:MM`` on weekdays (0 is Monday), year by year."""

    sessions: Annotated[tuple[Session, ...], Field(min_length=1)]
    weekdays: Annotated[tuple[Weekday, ...], Field(min_length=1)]
    years: Annotated[tuple[CalendarYear, ...], Field(alias="year", min_length=1)]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        years = [year.year for year in self.years]
        for key, values in (("weekday", self.weekdays), ("year", years)):
            if len(set(values)) != len(values):
                raise ValueError(f"a {key} appears twice; remove one")
        return self


class HallOfLog(_Part):
    """The hall that the cases of the log are kept under."""

    id: Identifier
    name_zh: Text
    name_en: Text
    time_zone: ZoneName
    calendar: Calendar


class ItemOfLog(_Part):
    """The service item that the cases of the log are kept under."""

    id: Identifier
    name_zh: Text
    name_en: Text


class Mapping(_Part):
    """A mapping file.

    ``name`` is the log's and part of every command id, so that a second import adds nothing.
    ``time_zone`` is that of times written without an offset; without it such a row is a ``BadRow``. ``time_format`` says how
    times are written that are not ISO 8601 (``adapters.exchange.log_time``), ``encoding`` how text is that is not UTF-8.
    """

    name: Identifier
    time_zone: ZoneName | None = None
    time_format: TimeForm | None = None
    encoding: Encoding | None = None
    columns: Columns
    csv: CsvForm = CsvForm()
    hall: HallOfLog
    item: ItemOfLog
    activities: dict[str, Meaning] = {}

    @cached_property
    def zone(self) -> ZoneInfo | None:
        """The zone of times without an offset."""
        return None if self.time_zone is None else ZoneInfo(self.time_zone)


def load_mapping(name_or_path: str | Path) -> Mapping:
    """The mapping shipped under a name (``receipt``), or that of a file (``hall.toml``).

    Raises ``MappingError``.
    """
    where = _where(name_or_path)
    try:
        return Mapping.model_validate(read_toml(where))
    except OSError as error:
        why = error.strerror or str(error)
        raise MappingError(f"{where}: the mapping cannot be read ({why}); check the path") from error
    except UnicodeDecodeError as error:
        raise MappingError(f"{where}: the mapping is not UTF-8; save it as UTF-8") from error
    except TooMuch as error:
        raise MappingError(f"{where}, line {error.line}: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise MappingError(f"{where}: the mapping is not valid TOML ({quoted(str(error))}); correct it") from error
    except ValidationError as error:
        raise MappingError(f"{where}: {quoted(_sentence(error))}") from error


def _where(name_or_path: str | Path) -> Traversable:
    path = Path(name_or_path)
    if isinstance(name_or_path, Path) or path.suffix == ".toml" or len(path.parts) > 1:
        return path
    shipped = SHIPPED / f"{name_or_path}.toml"
    if shipped.is_file():
        return shipped
    names = ", ".join(sorted(file.name.removesuffix(".toml") for file in SHIPPED.iterdir()))
    raise MappingError(
        f"{name_or_path}: no mapping of this name is shipped; use one of {names}, or the path of a .toml file"
    )


def _sentence(error: ValidationError) -> str:
    """The first problem as a sentence, and how many more there are."""
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"]) or "the mapping"
    match first["type"]:
        case "missing":
            what = "is missing; add it"
        case "extra_forbidden":
            what = "is not a key of a mapping; remove it or correct its spelling"
        case "value_error":
            what = str(first["ctx"]["error"])
        case _:
            message = first["msg"]
            what = f"{message[:1].lower()}{message[1:]}, not {first['input']!r:.80}; correct it"
    more = error.error_count() - 1
    return f"{key}: {what}" + (f" (and {more} more)" if more else "")
