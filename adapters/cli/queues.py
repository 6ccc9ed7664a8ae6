"""``desk`` and ``queue``: what windows and departments read all day."""

from typing import Annotated

import typer

from adapters.cli.options import DatabaseOption, Format, FormatOption, moment, opened
from adapters.cli.output import say_json, say_table
from adapters.wiring import House
from domain.sealing import Sealed
from projections.department_queue import QueuedTask, length
from projections.department_queue import queue as queue_of
from projections.window_desk import Entry
from projections.window_desk import desk as desk_of

FindOption = Annotated[
    str | None, typer.Option("--find", metavar="TEXT", help="Only where applicant, case or item holds this text.")
]
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
    at: AtOption = None,
    find: FindOption = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """A window's desk: received today, waiting for their applicant, results to hand out."""
    with opened(database) as house:
        city = house.office.city()
        when = moment(at, "--at") if at else house.now()
        with house.reading() as connection:
            found = desk_of(connection, city, hall, window, when)
        lists = {
            "received": [_entry(house, e) for e in found.received],
            "waiting": [_entry(house, e) for e in found.waiting],
            "results": [_entry(house, e) for e in found.results],
        }
        name, kind = city.hall(hall).name, city.hall(hall).windows[window].kind.value
    shown = {title: [row for row in rows if _holds(row, find)] for title, rows in lists.items()}
    if format_ is Format.JSON:
        say_json({"hall": hall, "window": window, "kind": kind, **shown})
        return
    titles = {
        "received": "received today 今日收件",
        "waiting": "waiting for the applicant 待补正",
        "results": "results to hand out 待出件",
    }
    for key, title in titles.items():
        columns = ["case", "applicant", "items", "status", "since (UTC)", *(["waits_for"] if key == "waiting" else [])]
        say_table(f"{name}, window {window} ({kind}): {title}, {len(shown[key])}", shown[key], columns)


def queue(
    department: Annotated[str, typer.Option(metavar="D", help="The department.")],
    limit: Annotated[int, typer.Option(metavar="N", min=1, max=10_000, help="At most so many tasks.")] = 50,
    at: AtOption = None,
    find: FindOption = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """A department's open tasks by due time, with holder, age and light."""
    with opened(database) as house:
        name = house.office.city().department(department).name
        when = moment(at, "--at") if at else house.now()
        with house.reading() as connection:
            tasks = queue_of(connection, department, when, limit)
            total = length(connection, department)
        rows = [_task(house, task) for task in tasks]
    shown = [row for row in rows if _holds(row, find)]
    if format_ is Format.JSON:
        say_json({"department": department, "open": total, "tasks": shown})
        return
    columns = ["light", "due (UTC)", "case", "task", "applicant", "hall", "status", "holder", "age_h"]
    say_table(f"{name} ({department}): {len(shown)} of {total} open tasks by due time", shown, columns)


def _opened(house: House, sealed: Sealed | None) -> str | None:
    return None if sealed is None else house.vault.open("name", sealed)


def _entry(house: House, entry: Entry) -> dict[str, object]:
    return {
        "case": entry.case_id,
        "applicant": _opened(house, entry.applicant),
        "items": entry.items,
        "department": entry.department,
        "status": entry.status,
        "waits_for": entry.waits_for,
        "since (UTC)": entry.since[:16],
        "received_at": entry.received_at,
    }


def _task(house: House, task: QueuedTask) -> dict[str, object]:
    return {
        "light": task.light.value,
        "due (UTC)": task.due_at[:16],
        "case": task.case_id,
        "task": task.task_id,
        "item": task.item,
        "applicant": _opened(house, task.applicant),
        "hall": task.hall,
        "status": task.status,
        "holder": task.holder,
        "asks_for": task.asks_for,
        "due_at": task.due_at,
        "age_s": task.age_s,
        "age_h": task.age_s / 3600,
    }


def _holds(row: dict[str, object], text: str | None) -> bool:
    return text is None or any(text in str(row.get(name) or "") for name in ("applicant", "case", "items", "task"))
