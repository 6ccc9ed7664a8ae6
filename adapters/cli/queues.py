"""``desk`` and ``queue``: what windows and departments read all day."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from adapters.bootstrap import House
from adapters.cli.options import (
    DatabaseOption,
    Format,
    FormatOption,
    WaitForOption,
    WaitSecondsOption,
    WrongInput,
    moment,
    opened,
    up_to_date,
    zone_of,
)
from adapters.cli.output import last_moment, local, say_json, say_table
from domain.people.applicant_kind import ApplicantKind
from domain.sealing import Sealed
from domain.time.light import Light
from projections.views.department_queue import EVERYTHING, DepartmentQueue, Filter, QueuedTask, Show, Sort, length
from projections.views.department_queue import load as load_of
from projections.views.department_queue import queue as queue_of
from projections.views.window_desk import Entry, WindowDesk
from projections.views.window_desk import desk as desk_of

FindOption = Annotated[
    str | None, typer.Option("--find", metavar="TEXT", help="Only where applicant, case or item holds this text.")
]
LimitOption = Annotated[int, typer.Option(metavar="N", min=1, max=10_000, help="At most so many rows a list.")]
AtOption = Annotated[
    str | None, typer.Option("--at", metavar="TIME", help="Look as at this time; for trying out.", show_default="now")
]


def add_to(app: typer.Typer) -> None:
    """Put the commands into the command line."""
    app.command("desk")(desk)
    app.command("queue")(queue)


def desk(
    hall: Annotated[str, typer.Option(metavar="H", help="The hall.")],
    window: Annotated[str, typer.Option(metavar="W", help="The window.")],
    limit: LimitOption = 50,
    at: AtOption = None,
    find: FindOption = None,
    wait_for: WaitForOption = None,
    wait_seconds: WaitSecondsOption = 10.0,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """A window's desk: received today, waiting for their applicant, asked by a department, results to hand out."""
    with opened(database) as house:
        up_to_date(house, WindowDesk.name, wait_for, wait_seconds)
        show_desk(
            house, hall, window, limit, moment(at, "--at", zone_of(house, hall)) if at else house.now(), find, format_
        )


def show_desk(
    house: House,
    hall: str,
    window: str,
    limit: int,
    when: datetime,
    find: str | None = None,
    format_: Format = Format.TABLE,
) -> None:
    """The lists of a window."""
    city = house.office.city()
    with house.reading() as connection:
        found = desk_of(connection, city, hall, window, when, None if find else limit)
    place, kind = city.hall(hall), city.hall(hall).windows[window].kind.value
    zone = ZoneInfo(place.calendars[-1].time_zone)
    lists = {
        name: [row for entry in entries if _holds(row := _entry(house, entry, zone), find)][:limit]
        for name, entries in (
            ("received", found.received),
            ("waiting", found.waiting),
            ("asked", found.asked),
            ("results", found.results),
        )
    }
    if format_ is Format.JSON:
        say_json({"hall": hall, "window": window, "kind": kind, **lists, "more": found.more})
        return
    titles = {
        "received": "received today 今日收件",
        "waiting": "waiting for the applicant 待补正",
        "asked": "asked by a department 待答复",
        "results": "results to hand out 待出件",
    }
    for key, title in titles.items():
        columns = [
            "case",
            "applicant",
            "items",
            "status",
            "since",
            *(["waits_for"] if key in ("waiting", "asked") else []),
        ]
        count = f"the first {limit}" if key in found.more else str(len(lists[key]))
        say_table(f"{place.name}, window {window} ({kind}): {title}, {count}", lists[key], columns)


def queue(
    department: Annotated[str, typer.Option(metavar="D", help="The department.")],
    show: Annotated[
        Show, typer.Option(help="Mine, what nobody has taken, what waits for another department, or all.")
    ] = Show.ALL,
    holder: Annotated[str | None, typer.Option(metavar="PERSON", help="Whose; who asks, for `--show mine`.")] = None,
    hall: Annotated[str | None, typer.Option(metavar="H", help="Only of this hall.")] = None,
    zone: Annotated[ApplicantKind | None, typer.Option(help="Only of this zone.")] = None,
    item: Annotated[str | None, typer.Option(metavar="ITEM", help="Only this service item.")] = None,
    light: Annotated[Light | None, typer.Option(help="Only with this light.")] = None,
    snoozed: Annotated[bool, typer.Option(help="With what was put aside until later.")] = True,
    sort: Annotated[Sort, typer.Option(help="What to order by.")] = Sort.DUE,
    load: Annotated[bool, typer.Option("--load", help="Count the tasks by who holds them instead.")] = False,
    limit: LimitOption = 50,
    at: AtOption = None,
    find: FindOption = None,
    wait_for: WaitForOption = None,
    wait_seconds: WaitSecondsOption = 10.0,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """A department's tasks, in one hall or in all, with holder, age and light."""
    if show is Show.MINE and holder is None:
        raise WrongInput("--show mine needs --holder PERSON: whose tasks?")
    wanted = Filter(show=show, holder=holder, hall=hall, zone=zone, item=item, light=light, snoozed=snoozed, sort=sort)
    with opened(database) as house:
        up_to_date(house, DepartmentQueue.name, wait_for, wait_seconds)
        when = moment(at, "--at", zone_of(house, hall)) if at else house.now()
        if load:
            _show_load(house, department, when, format_)
        else:
            show_queue(house, department, limit, when, find, format_, wanted)


def _show_load(house: House, department: str, when: datetime, format_: Format) -> None:
    """How much each person of a department has to do."""
    name = house.office.city().department(department).name
    with house.reading() as connection:
        rows = [asdict(each) for each in load_of(connection, department, when)]
    if format_ is Format.JSON:
        say_json({"department": department, "load": rows})
        return
    shown = [{**row, "holder": row["holder"] or "(nobody yet)"} for row in rows]
    columns = ["holder", "tasks", "yellow", "red", "paused"]
    say_table(f"{name} ({department}): open tasks by holder", shown, columns, "no open tasks")


def show_queue(
    house: House,
    department: str,
    limit: int,
    when: datetime,
    find: str | None = None,
    format_: Format = Format.TABLE,
    wanted: Filter = EVERYTHING,
) -> None:
    """The tasks of a department."""
    city = house.office.city()
    name = city.department(department).name
    with house.reading() as connection:
        tasks = queue_of(connection, department, when, None if find else limit, wanted)
        total = length(connection, department)
    zones = {task.hall: city.hall(task.hall).calendars[-1].time_zone for task in tasks if task.hall}
    rows = [_task(house, task, ZoneInfo(zones.get(task.hall or "", "UTC"))) for task in tasks]
    shown = [row for row in rows if _holds(row, find)][:limit]
    if format_ is Format.JSON:
        say_json({"department": department, "open": total, "tasks": shown})
        return
    columns = ["light", "due", "case", "task", "applicant", "hall", "status", "holder", "age_h"]
    title = f"{len(shown)} of {total} open tasks by {_ORDERS[wanted.sort]}"
    if wanted.show is Show.UPCOMING:
        title = f"{len(shown)} tasks that wait for another department"
    say_table(f"{name} ({department}): {title}", shown, columns)


_ORDERS = {
    Sort.DUE: "due time",
    Sort.OPENED: "age",
    Sort.ITEM: "service item",
    Sort.HALL: "hall",
    Sort.HOLDER: "holder",
}


def _opened(house: House, sealed: Sealed | None) -> str | None:
    return None if sealed is None else house.vault.open("name", sealed)


def _entry(house: House, entry: Entry, zone: ZoneInfo) -> dict[str, object]:
    return {
        "case": entry.case_id,
        "applicant": _opened(house, entry.applicant),
        "items": entry.items,
        "department": entry.department,
        "status": entry.status,
        "waits_for": entry.waits_for,
        "since": local(entry.since, zone),
        "since_at": entry.since,
        "parked": entry.parked,
        "received_at": entry.received_at,
    }


def _task(house: House, task: QueuedTask, zone: ZoneInfo) -> dict[str, object]:
    return {
        "light": task.light.value,
        "due": last_moment(task.due_at, zone),
        "case": task.case_id,
        "task": task.task_id,
        "item": task.item,
        "applicant": _opened(house, task.applicant),
        "hall": task.hall,
        "zone": task.zone,
        "status": task.status,
        "holder": task.holder,
        "asks_for": task.asks_for,
        "due_at": task.due_at,
        "snoozed_until": task.snoozed_until,
        "parked": task.parked,
        "age_s": task.age_s,
        "age_h": task.age_s / 3600,
    }


def _holds(row: dict[str, object], text: str | None) -> bool:
    return text is None or any(text in str(row.get(name) or "") for name in ("applicant", "case", "items", "task"))
