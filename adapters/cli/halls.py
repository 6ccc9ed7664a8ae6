"""``hall``: halls and their windows, as they are and as they were on any day; who sits where."""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from msgspec.structs import asdict

from adapters.cli.answers.city import Exclusion, HallLine, HallWindows, Seat, WindowCount, WindowGroup, WindowLine
from adapters.cli.answers.receipts import Changed
from adapters.cli.dispatch import Asked, ByOption, ReasonOption, give
from adapters.cli.options import DatabaseOption, Format, FormatOption, WrongInput, day, moment_for, opened
from adapters.cli.output import local, say, say_json, say_table
from adapters.cli.recording import envelope, records
from adapters.files.calendar_file import spans_of_hours
from adapters.files.hall_file import laid_out
from adapters.files.hall_file import load as load_file
from adapters.language.translation import in_language
from domain.application.consequences.lapses import DeferralLapsed, HandingOverHeld, PartSentBack
from domain.command import Command
from domain.hall.exclusions import ExcludeApplicant, ReadmitApplicant
from domain.hall.favours import NameFavours
from domain.hall.hall import Duty, Window, WindowKind
from domain.hall.hours import ChangeOpeningHours
from domain.hall.staffing import AssignStaff, RelieveStaff
from domain.hall.windows import CloseWindow, JoinWindows, MergeWindows, MoveWindow, OpenWindow
from domain.number_of import number_of
from domain.people.applicant_kind import ApplicantKind
from domain.people.favour import Favour
from domain.record import Actor, Role, stamp
from projections.reports.window_count import window_counts

BROKEN = (DeferralLapsed, PartSentBack, HandingOverHeld)
"""The events that say that a promised material did not come."""

HallArgument = Annotated[str, typer.Argument(metavar="HALL", help="The hall.")]
WindowArgument = Annotated[str, typer.Argument(metavar="WINDOW", help="The window.")]
ZoneOption = Annotated[ApplicantKind, typer.Option(help="For natural or for legal persons.")]
FloorOption = Annotated[int | None, typer.Option(metavar="N", help="The floor.")]
OnOption = Annotated[
    str | None, typer.Option("--as-of", metavar="DAY", help="Show it as it was on this day.", show_default="now")
]


class Weekday(StrEnum):
    """A day of the week, Monday first."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


class Grouping(StrEnum):
    """What windows are counted by."""

    HALL = "hall"
    ZONE = "zone"
    KIND = "kind"


def add_to(app: typer.Typer) -> None:
    """Put the commands into the command line."""
    hall = typer.Typer(
        help="Halls (大厅), their windows (窗口), who sits there, and who is excluded from deferred acceptance (容缺受理).",
        no_args_is_help=True,
    )
    commands: dict[str, Callable[..., None]] = {
        "list": list_,
        "show": show,
        "windows": windows,
        "load": load,
        "open-window": open_window,
        "move-window": move_window,
        "merge-windows": merge_windows,
        "close-window": close_window,
        "lay-out": lay_out,
        "hours": hours,
        "assign": assign,
        "relieve": relieve,
        "favours": favours,
        "exclude": exclude,
        "readmit": readmit,
        "excluded": excluded,
    }
    for name, command in commands.items():
        hall.command(name)(command)
    app.add_typer(hall, name="hall")


def list_(database: DatabaseOption = None, format_: FormatOption = Format.TABLE) -> None:
    """List all halls."""
    with opened(database) as installation:
        rows = [
            HallLine(
                hall=hall.hall_id,
                name=str(hall.name),
                layout=hall.layout.value,
                windows=len(hall.windows),
                time_zone=hall.calendars[-1].time_zone,
            )
            for hall in installation.office.city().halls.values()
        ]
    if format_ is Format.JSON:
        say_json(rows)
    else:
        say_table(
            number_of(len(rows), "hall"),
            list(map(asdict, rows)),
            ["hall", "name", "layout", "windows", "time_zone"],
            "none yet",
        )


def show(
    hall: HallArgument, as_of: OnOption = None, database: DatabaseOption = None, format_: FormatOption = Format.TABLE
) -> None:
    """Show the windows of a hall, on any day, and who sits there now."""
    when = day(as_of, "--as-of")
    with opened(database) as installation:
        city, now = installation.office.city(), installation.now()
        found = city.hall(hall)
        zone = city.newest_calendar(hall).zone
        standing = list(found.windows.values()) if when is None else found.windows_on(when)
    lines = [
        WindowLine(
            window=window.window_id,
            kind=window.kind.value,
            zone=window.zone.value,
            department=window.department,
            floor=window.floor,
            staff=[
                Seat(person=s.person, until=stamp(s.until), duties=list(s.duties))
                for s in (found.at_window(window.window_id, now) if when is None else [])
            ],
        )
        for window in sorted(standing, key=lambda window: window.window_id)
    ]
    if format_ is Format.JSON:
        say_json(HallWindows(hall=hall, name=str(found.name), layout=found.layout.value, windows=lines))
    else:
        rows = [{**asdict(line), "staff": "; ".join(_seated(seat, zone) for seat in line.staff)} for line in lines]
        title = f"{hall} {found.name}: {number_of(len(rows), 'window')}" + (f" on {when}" if when else "")
        say_table(title, rows, ["window", "kind", "zone", "department", "floor", "staff"], "none")


def _seated(seat: Seat, zone: ZoneInfo) -> str:
    return in_language(f"{seat.person} until {local(seat.until, zone)} ({', '.join(seat.duties)})")


def windows(
    on: Annotated[str | None, typer.Option("--on", metavar="DAY", help="The day.", show_default="now")] = None,
    by: Annotated[list[Grouping] | None, typer.Option(help="Count by this; may be given several times.")] = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Count the windows on any day, by hall, zone and kind."""
    groups = by or list(Grouping)
    when = day(on, "--on")
    with opened(database) as installation:
        found = window_counts(installation.office.city(), when)
    counted: dict[tuple[str, ...], int] = {}
    for each in found:
        key = tuple(str(getattr(each, group.value)) for group in groups)
        counted[key] = counted.get(key, 0) + each.windows
    names = [group.value for group in groups]
    rows = [
        WindowGroup(windows=number, **dict(zip(names, key, strict=True))) for key, number in sorted(counted.items())
    ]
    total = sum(each.windows for each in found)
    if format_ is Format.JSON:
        say_json(WindowCount(day=when, windows=total, groups=rows))
    else:
        title = f"{number_of(total, 'window')} {f'on {when}' if when else 'now'}"
        say_table(title, list(map(asdict, rows)), [*names, "windows"], "none")


@records
def load(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A YAML file with `halls`.")],
    by: ByOption,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Open the halls of a file, and the windows that existing halls lack: all of them, or none if a line is wrong."""
    with opened(database) as installation:
        receipts = load_file(installation, file, Actor(person=by, role=Role.OPERATOR), envelope(installation))
    position = receipts[-1].position if receipts else 0
    said = f"{number_of(len(receipts), 'hall or window', 'halls and windows')} opened" + (
        f", up to position {position}" if receipts else ""
    )
    say(format_, said, Changed(changed=len(receipts), position=position))


@records
def open_window(
    hall: HallArgument,
    window: WindowArgument,
    kind: Annotated[WindowKind, typer.Option(help="The kind of window.")],
    zone: ZoneOption,
    reason: ReasonOption,
    by: ByOption,
    department: Annotated[
        str | None, typer.Option(metavar="D", help="The department, for a department window.")
    ] = None,
    floor: FloorOption = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Open one more window."""
    new = Window(window_id=window, kind=kind, zone=zone, department=department, floor=floor)
    _give(database, format_, by, OpenWindow, hall, f"window {window} is open", window=new, reason=reason)


@records
def move_window(
    hall: HallArgument,
    window: WindowArgument,
    zone: ZoneOption,
    reason: ReasonOption,
    by: ByOption,
    floor: FloorOption = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Move a window to another zone or floor."""
    where: dict[str, Any] = {"window_id": window, "zone": zone, "floor": floor, "reason": reason}
    _give(database, format_, by, MoveWindow, hall, f"window {window} has moved", **where)


@records
def merge_windows(
    hall: HallArgument,
    names: Annotated[list[str], typer.Argument(metavar="WINDOW...", help="The windows to merge.")],
    into: Annotated[str, typer.Option(metavar="WINDOW", help="The comprehensive window that they become.")],
    zone: ZoneOption,
    order: Annotated[str, typer.Option(metavar="TEXT", help="The number of the document that orders it (文号).")],
    by: ByOption,
    kind: Annotated[WindowKind, typer.Option(help="The kind of window.")] = WindowKind.COMPREHENSIVE,
    floor: FloorOption = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Merge several windows into one comprehensive window."""
    new = Window(window_id=into, kind=kind, zone=zone, floor=floor)
    what = f"{', '.join(names)} are now window {into}"
    _give(database, format_, by, JoinWindows, hall, what, window_ids=tuple(names), into=new, order=order)


@records
def close_window(
    hall: HallArgument,
    window: WindowArgument,
    reason: ReasonOption,
    by: ByOption,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Close a window for good."""
    _give(database, format_, by, CloseWindow, hall, f"window {window} is closed", window_id=window, reason=reason)


@records
def lay_out(
    hall: HallArgument,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A YAML file with the hall, in the form that `hall load` reads.")
    ],
    by: ByOption,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Replace all windows of a hall at once, for example when department windows become comprehensive ones."""
    layout, windows = laid_out(file, hall)
    what = f"{number_of(len(windows), 'window')}, laid out as {layout} the reform"
    _give(database, format_, by, MergeWindows, hall, what, layout=layout, windows=windows)


@records
def hours(
    hall: HallArgument,
    hours: Annotated[
        list[str], typer.Option(metavar="HH:MM-HH:MM", help="The hours of a working day; may be given several times.")
    ],
    reason: ReasonOption,
    by: ByOption,
    weekday: Annotated[
        list[Weekday] | None,
        typer.Option(help="A working day of the week; may be given several times.", show_default="as before"),
    ] = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Set the opening hours (办公时间) of a hall from now on."""
    try:
        spans = spans_of_hours(hours)
    except ValueError as error:
        raise WrongInput(f"--hours: {error}") from error
    days = None if weekday is None else tuple(sorted({list(Weekday).index(each) for each in weekday}))
    fields = {"sessions": spans, "weekdays": days, "reason": reason}
    _give(database, format_, by, ChangeOpeningHours, hall, f"open {', '.join(hours)}", **fields)


@records
def assign(
    hall: HallArgument,
    window: WindowArgument,
    person: Annotated[str, typer.Option(metavar="PERSON", help="A person's number, never a name.")],
    since: Annotated[str, typer.Option("--from", metavar="TIME", help="When the shift begins.")],
    until: Annotated[str, typer.Option("--until", metavar="TIME", help="When the shift ends.")],
    duty: Annotated[list[Duty], typer.Option(help="What the person may do; may be given several times.")],
    by: ByOption,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Assign somebody to a window for a shift."""
    begins, ends = moment_for(database, since, "--from", hall), moment_for(database, until, "--until", hall)
    shift: dict[str, Any] = {"since": begins.at, "until": ends.at, "duties": tuple(duty)}
    _give(
        database,
        format_,
        by,
        AssignStaff,
        hall,
        f"{person} is at window {window} from {begins} until {ends}",
        person=person,
        window_id=window,
        **shift,
    )


@records
def relieve(
    hall: HallArgument,
    window: WindowArgument,
    person: Annotated[str, typer.Option(metavar="PERSON", help="A person's number, never a name.")],
    by: ByOption,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """End a person's shift now."""
    _give(database, format_, by, RelieveStaff, hall, f"{person} is relieved", person=person, window_id=window)


@records
def favours(
    hall: HallArgument,
    reason: ReasonOption,
    by: ByOption,
    favour: Annotated[
        list[Favour] | None, typer.Option(help="A group that is called first; may be given several times.")
    ] = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Set the groups that the hall calls first, in addition to those that the law favours."""
    named = ", ".join(favour or ()) or "nobody"
    what = f"{named} called first, beside those of the law"
    _give(database, format_, by, NameFavours, hall, what, favours=tuple(favour or ()), reason=reason)


@records
def exclude(
    hall: HallArgument,
    case: Annotated[str, typer.Option(metavar="CASE", help="The case whose promised material was not handed in.")],
    reason: ReasonOption,
    by: ByOption,
    until: Annotated[
        str | None, typer.Option("--until", metavar="TIME", help="When the shift ends.", show_default="for good")
    ] = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Exclude an applicant who broke a promise from deferred acceptance (容缺受理), in all halls."""
    end = until and moment_for(database, until, "--until", hall)
    with opened(database) as installation:
        history = installation.office.history(case)
        applicant = installation.office.case(case).applicant
    lapse = next((r.originator_version for r in history if isinstance(r.event, BROKEN)), None)
    if lapse is None or applicant is None:
        raise WrongInput(
            f"--case {case}: nobody broke a promise in this case; name one whose promised material was not handed in"
        )
    person = applicant.applicant_id
    fields = {"applicant_id": person, "case_id": case, "lapse": lapse, "until": end and end.at, "reason": reason}
    _give(
        database,
        format_,
        by,
        ExcludeApplicant,
        hall,
        f"{person} is excluded from deferred acceptance{f' until {end}' if end else ''}",
        **fields,
    )


@records
def readmit(
    hall: HallArgument,
    applicant: Annotated[str, typer.Option(metavar="PERSON", help="The applicant's number, never a name.")],
    reason: ReasonOption,
    by: ByOption,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """End an exclusion now."""
    fields = {"applicant_id": applicant, "reason": reason}
    _give(database, format_, by, ReadmitApplicant, hall, f"{applicant} is no longer excluded", **fields)


def excluded(hall: HallArgument, database: DatabaseOption = None, format_: FormatOption = Format.TABLE) -> None:
    """List every applicant whom a hall ever excluded from deferred acceptance."""
    with opened(database) as installation:
        rows = [
            Exclusion(
                applicant=each.applicant_id,
                case=each.case_id,
                since=stamp(each.since),
                until=None if each.until is None else stamp(each.until),
            )
            for each in installation.office.city().hall(hall).exclusions
        ]
    if format_ is Format.JSON:
        say_json(rows)
    else:
        say_table(
            f"{number_of(len(rows), 'exclusion')} of hall {hall}",
            list(map(asdict, rows)),
            ["applicant", "case", "since", "until"],
            "none",
        )


def _give(
    database: str | None, format_: Format, by: str, kind: type[Command], hall: str, what: str, **fields: Any
) -> None:
    operator = Actor(person=by, role=Role.OPERATOR, hall=hall)
    give(database, format_, "hall", hall, what, Asked(kind, operator, {"hall_id": hall, **fields}))
