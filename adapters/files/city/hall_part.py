"""Halls (大厅) in the folder: their windows, hours, calendar, and whom their queues call first."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import ZoneInfo

from msgspec import structs
from pydantic import BeforeValidator, Field

from adapters.files.calendar_file import OFFICE_HOURS, FileDay, FileYear, seeded, spans_of_hours
from adapters.files.catalogue.exporting import label, present
from adapters.files.file_model import FileLabel, FileModel
from adapters.files.hall_file import FileWindow
from domain.hall.calendars import LoadCalendar
from domain.hall.favours import NameFavours
from domain.hall.hall import Duty, Hall, Layout, Shift, Window
from domain.hall.hours import ChangeOpeningHours
from domain.hall.staffing import AssignStaff
from domain.hall.windows import CloseWindow, MergeWindows, MoveWindow, OpenHall, OpenWindow
from domain.number_of import number_of
from domain.people.favour import Favour
from domain.record import Identifier, Text
from domain.time.calendar import MIDNIGHT, CalendarData, CalendarYear, CalendarYearMissing, DayOverride, Session
from domain.time.written import LocalMoment
from domain.time.zone import zone_named

if TYPE_CHECKING:
    from adapters.files.city.entry import Entry
    from adapters.files.city.load_step import Difference

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def _known(value: Any) -> CalendarYear:
    """A year whose public holidays the program knows."""
    if not (isinstance(value, str) and value.isascii() and value.isdigit()):
        raise ValueError("write a year as 2026; write out a year that is not built in under `years`")
    try:
        return seeded(years=[int(value)]).years[0]
    except CalendarYearMissing as missing:
        known = f"{missing.known[0]} to {missing.known[-1]}"
        raise ValueError(
            f"the public holidays of {value} are not known here ({known} are); write them out under `years`"
        ) from missing


Hours = Annotated[
    tuple[Session, ...], BeforeValidator(spans_of_hours), Field(description='hours as `["09:00-12:00", "13:30-17:30"]`')
]
KnownYear = Annotated[
    CalendarYear, BeforeValidator(_known), Field(description="a year whose public holidays are known, as `2026`")
]


class FileShift(FileModel):
    """Somebody at a window. Times without an offset are those of the hall."""

    window: Identifier
    person: Identifier
    since: LocalMoment = Field(alias="from")
    until: LocalMoment
    duties: tuple[Duty, ...]

    def value(self, zone: ZoneInfo) -> Shift:
        """The shift of a hall in this zone (UTC)."""
        since, until = (at.replace(tzinfo=at.tzinfo or zone).astimezone(UTC) for at in (self.since, self.until))
        return Shift(self.person, self.window, since, until, tuple(dict.fromkeys(self.duties)))


class FileHall(FileModel):
    """A hall. What is not said of hours, weekdays, years and favours stays as it is; a new hall has the usual ones."""

    hall: Identifier
    name: FileLabel
    layout: Layout
    time_zone: str = "Asia/Shanghai"
    reason: Text | None = None
    hours: Hours | None = None
    weekdays: tuple[Day, ...] | None = None
    public_holidays: tuple[KnownYear, ...] | None = None
    years: tuple[FileYear, ...] = ()
    days: tuple[FileDay, ...] = ()
    favours: tuple[Favour, ...] | None = None
    windows: tuple[FileWindow, ...]
    rota: tuple[FileShift, ...] = ()

    def all_years(self) -> tuple[CalendarYear, ...]:
        """The years that are named, known ones and those written out."""
        return tuple(
            sorted((*(self.public_holidays or ()), *(year.value() for year in self.years)), key=lambda year: year.year)
        )

    def overrides(self) -> tuple[DayOverride, ...]:
        """The hall's own days."""
        return tuple(sorted((day.value() for day in self.days), key=lambda day: day.day))

    def calendar(self) -> CalendarData:
        """The calendar of a hall that opens so."""
        every = seeded(time_zone=self.time_zone)
        years = self.all_years() if self.public_holidays is not None or self.years else every.years
        weekdays = every.weekdays if self.weekdays is None else tuple(map(DAYS.index, self.weekdays))
        return CalendarData(
            time_zone=self.time_zone,
            sessions=OFFICE_HOURS if self.hours is None else self.hours,
            weekdays=weekdays,
            years=years,
            overrides=self.overrides(),
        )


def compare(entries: Iterable["Entry[FileHall]"], difference: "Difference") -> None:
    """Halls that are new open; of the others what changed: windows, hours, calendar, favours."""
    named = set()
    for entry in entries:
        named.add(entry.content.hall)
        known = difference.city.halls.get(entry.content.hall)
        if known is None or known.name is None:
            _open(entry, difference)
            continue
        _keeps(entry, known, difference)
        _calendar(entry, known, difference)
        _windows(entry, known, difference)
        _favours(entry, known, difference)
    difference.only_in_city += [f"hall {name}" for name in difference.city.halls if name not in named]


def compare_rotas(entries: Iterable["Entry[FileHall]"], difference: "Difference") -> None:
    """Shifts that are new are assigned."""
    for entry in entries:
        known = difference.city.halls.get(entry.content.hall)
        _rota(entry, () if known is None else known.shifts, difference)


def _open(entry: "Entry[FileHall]", difference: "Difference") -> None:
    hall = entry.content
    fields = {
        "hall_id": hall.hall,
        "label": hall.name.label,
        "layout": hall.layout,
        "windows": tuple(window.value() for window in hall.windows),
        "calendar": hall.calendar(),
    }
    difference.step(entry.problem("hall", "", "hall"), OpenHall, f"hall {hall.hall} opens", **fields)
    if hall.favours:
        at = entry.problem("hall", f"favours of hall {hall.hall}", "favours")
        why = hall.reason or difference.reason or f"hall {hall.hall} opens"
        what = f"hall {hall.hall} calls {', '.join(hall.favours)} first"
        difference.step(at, NameFavours, what, hall_id=hall.hall, favours=hall.favours, reason=why)


def _keeps(entry: "Entry[FileHall]", known: Hall, difference: "Difference") -> None:
    hall, zone = entry.content, known.calendars[-1].time_zone
    if known.name != hall.name.label:
        what = f"hall {hall.hall} is named {known.name} on record; a hall keeps its name: write it so"
        difference.problems.append(entry.problem("difference", what, "name"))
    if zone != hall.time_zone:
        what = f"hall {hall.hall} is in {zone} on record; a hall keeps its time zone: write it so"
        difference.problems.append(entry.problem("difference", what, "time_zone"))


def _calendar(entry: "Entry[FileHall]", known: Hall, difference: "Difference") -> None:
    hall, calendar = entry.content, known.calendars[-1]
    years = tuple(year for year in hall.all_years() if year not in calendar.years)
    overrides = tuple(day for day in hall.overrides() if day not in calendar.overrides)
    if years or overrides:
        entered = ", ".join([*(str(year.year) for year in years), *(str(override.day) for override in overrides)])
        at = entry.problem("calendar", "", "days" if overrides else "years")
        fields = {"hall_id": hall.hall, "years": years, "overrides": overrides}
        difference.step(at, LoadCalendar, f"calendar of hall {hall.hall}: {entered}", **fields)
    weekdays = calendar.weekdays if hall.weekdays is None else tuple(map(DAYS.index, hall.weekdays))
    hours = calendar.sessions if hall.hours is None else hall.hours
    if (weekdays, hours) != (calendar.weekdays, calendar.sessions):
        at = entry.problem("calendar", f"hall {hall.hall} gets other hours", "hours")
        fields = {
            "hall_id": hall.hall,
            "sessions": hours,
            "weekdays": weekdays,
            "reason": difference.why(at, hall.reason),
        }
        difference.step(at, ChangeOpeningHours, f"hall {hall.hall} has other hours", **fields)
    if hall.public_holidays is not None or hall.years:
        written = {year.year for year in hall.all_years()}
        gone = [str(year.year) for year in calendar.years if year.year not in written]
        difference.only_in_city += [f"hall {hall.hall}: calendar of {', '.join(gone)}"] if gone else []
    days = {day.day for day in hall.overrides()}
    difference.only_in_city += [f"hall {hall.hall}: day {o.day}" for o in calendar.overrides if o.day not in days]


def _windows(entry: "Entry[FileHall]", known: Hall, difference: "Difference") -> None:
    hall = entry.content
    if hall.layout is not known.layout:
        windows = tuple(window.value() for window in hall.windows)
        at = entry.problem("hall", "", "layout")
        what = f"hall {hall.hall} has a new layout, {number_of(len(windows), 'window')}"
        difference.step(at, MergeWindows, what, hall_id=hall.hall, layout=hall.layout, windows=windows)
        return
    for number, each in enumerate(hall.windows):
        window, there = each.value(), known.windows.get(each.window)
        at = entry.problem("hall", f"window {window.window_id} of hall {hall.hall} is new", "windows", number)
        if there is None:
            fields = {"hall_id": hall.hall, "window": window, "reason": difference.why(at, hall.reason)}
            difference.step(at, OpenWindow, f"window {window.window_id} of hall {hall.hall} opens", **fields)
        elif there != window:
            _move(entry, number, there, window, difference)
    written = {window.window for window in hall.windows}
    for name in known.windows:
        if name in written:
            continue
        if not difference.remove:
            difference.only_in_city.append(f"hall {hall.hall}: window {name}")
            continue
        at = entry.problem("hall", f"window {name} of hall {hall.hall} closes", "windows")
        fields = {"hall_id": hall.hall, "window_id": name, "reason": difference.why(at, hall.reason)}
        difference.step(at, CloseWindow, f"window {name} of hall {hall.hall} closes", **fields)


def _move(entry: "Entry[FileHall]", number: int, there: Window, window: Window, difference: "Difference") -> None:
    hall = entry.content
    if (there.kind, there.department) != (window.kind, window.department):
        what = (
            f"window {window.window_id} of hall {hall.hall} is a {there.kind} window on record; a window keeps its kind "
            "and department: give the new one another number, or merge windows with `onewindow hall merge-windows`"
        )
        difference.problems.append(entry.problem("difference", what, "windows", number))
        return
    at = entry.problem("hall", f"window {window.window_id} of hall {hall.hall} moves", "windows", number)
    place = {"window_id": window.window_id, "zone": window.zone, "floor": window.floor}
    fields = {"hall_id": hall.hall, **place, "reason": difference.why(at, hall.reason)}
    difference.step(at, MoveWindow, f"window {window.window_id} of hall {hall.hall} moves", **fields)


def _favours(entry: "Entry[FileHall]", known: Hall, difference: "Difference") -> None:
    hall = entry.content
    if hall.favours is None or tuple(favour.value for favour in hall.favours) == known.favours:
        return
    at = entry.problem("hall", f"hall {hall.hall} calls other groups first", "favours")
    named = ", ".join(hall.favours) or "nobody beyond the law"
    fields = {"hall_id": hall.hall, "favours": hall.favours, "reason": difference.why(at, hall.reason)}
    difference.step(at, NameFavours, f"hall {hall.hall} calls {named} first", **fields)


def _rota(entry: "Entry[FileHall]", known: tuple[Shift, ...], difference: "Difference") -> None:
    """Shifts that are new; those that are over are let be."""
    hall = entry.content
    try:
        zone = zone_named(hall.time_zone)
    except ValueError:
        return  # said already where the hall opens, or keeps its zone
    shifts = [shift.value(zone) for shift in hall.rota]
    for number, shift in enumerate(shifts):
        if shift.until <= difference.now or shift in known:
            continue
        at = entry.problem("shift", "", "rota", number)
        fields = {"hall_id": hall.hall, **structs.asdict(shift)}
        difference.step(at, AssignStaff, f"{shift.person} is at window {shift.window_id} of hall {hall.hall}", **fields)
    for shift in known:
        if shift.until > difference.now and shift not in shifts:
            what = f"hall {hall.hall}: {shift.person} at window {shift.window_id} until {shift.until.astimezone(zone):%Y-%m-%dT%H:%M}"
            difference.only_in_city.append(f"{what}; `onewindow hall relieve` ends it")


def told(hall: Hall, now: datetime) -> dict[str, Any]:
    """A hall as a file has it."""
    assert hall.name is not None
    calendar = hall.calendars[-1]
    known = {year.year: year for year in seeded().years}
    return {
        "hall": hall.hall_id,
        "name": label(hall.name),
        "layout": hall.layout.value,
        "time_zone": calendar.time_zone,
        "hours": _hours(calendar.sessions),
        "weekdays": [DAYS[number] for number in calendar.weekdays],
        "public_holidays": [year.year for year in calendar.years if known.get(year.year) == year],
        **present(
            {
                "years": [_year(year) for year in calendar.years if known.get(year.year) != year],
                "days": [_day(day) for day in calendar.overrides],
            }
        ),
        "favours": list(hall.favours),
        "windows": [_window(window) for _, window in sorted(hall.windows.items())],
        **present(
            {"rota": [_shift(shift, ZoneInfo(calendar.time_zone)) for shift in hall.shifts if shift.until > now]}
        ),
    }


def _shift(shift: Shift, zone: ZoneInfo) -> dict[str, Any]:
    since, until = (at.astimezone(zone).isoformat(timespec="minutes") for at in (shift.since, shift.until))
    duties = [duty.value for duty in shift.duties]
    return {"window": shift.window_id, "person": shift.person, "from": since, "until": until, "duties": duties}


def _window(window: Window) -> dict[str, Any]:
    places = {"department": window.department, "floor": window.floor}
    kind = {"window": window.window_id, "kind": window.kind.value, "zone": window.zone.value}
    return {**kind, **{name: value for name, value in places.items() if value is not None}}


def _year(year: CalendarYear) -> dict[str, Any]:
    return {
        "year": year.year,
        "holidays": [str(day) for day in year.holidays],
        "makeup_days": [str(day) for day in year.makeup_days],
    }


def _day(day: DayOverride) -> dict[str, Any]:
    hours: dict[str, Any] = {"sessions": _hours(day.sessions)} if day.sessions else {"closed": True}
    counts = {} if day.counts is None else {"counts": day.counts}
    return {"day": str(day.day), "reason": day.reason, **hours, **counts}


def _hours(spans: Iterable[Session]) -> list[str]:
    return [f"{span.opens:%H:%M}-{'24:00' if span.closes == MIDNIGHT else f'{span.closes:%H:%M}'}" for span in spans]
