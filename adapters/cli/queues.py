"""``desk`` and ``queue``: what windows and departments read all day."""

from dataclasses import asdict as plain
from datetime import datetime
from typing import Annotated

import typer
from msgspec.structs import asdict

from adapters.bootstrap import Installation
from adapters.cli.answers.work import DeskLists, HolderLoad, QueueLoad, QueuePage, ReceivedLine
from adapters.cli.listing import (
    AfterOption,
    AtOption,
    FindOption,
    KnownOption,
    LimitOption,
    Reading,
    at_present,
    holds,
    line_of,
    name_in,
    now_or_then,
    row_of,
    zone_in,
)
from adapters.cli.options import (
    DatabaseOption,
    Format,
    FormatOption,
    WaitForOption,
    WaitSecondsOption,
    WrongInput,
    opened,
)
from adapters.cli.output import local, say_json, say_table, tell
from adapters.services.as_it_stood import Known
from domain.number_of import number_of
from domain.people.applicant_kind import ApplicantKind
from domain.time.light import Light
from projections.lists.desk import Desk, DeskList, desk_list
from projections.lists.desk import desk as desk_of
from projections.lists.list_page import NO_PAGE, Listed, Page
from projections.lists.queue import EVERYTHING, Filter, Load, Show, Sort, length
from projections.lists.queue import load as load_of
from projections.lists.queue import queue as queue_of
from projections.views.intake_register import Receipt
from projections.views.work import WaitsFor


def add_to(app: typer.Typer) -> None:
    """Put the commands into the command line."""
    app.command("desk")(desk)
    app.command("queue")(queue)


def desk(
    hall: Annotated[str, typer.Option(metavar="H", help="The hall.")],
    window: Annotated[str, typer.Option(metavar="W", help="The window.")],
    limit: LimitOption = 50,
    only: Annotated[DeskList | None, typer.Option("--list", help="Only one of its lists.")] = None,
    after: AfterOption = None,
    at: AtOption = None,
    at_by: KnownOption = Known.OCCURRED,
    find: FindOption = None,
    wait_for: WaitForOption = None,
    wait_seconds: WaitSecondsOption = 10.0,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Show a window's desk: cases received today, in hand, waiting for applicants or asked about by a department, and results to hand out.

    Cases in hand stay listed from day to day. Imported cases are in no list.
    """
    if after is not None and only is None:
        raise WrongInput("--after continues one list; name it with --list")
    with opened(database) as installation, now_or_then(installation, at, at_by, wait_for, wait_seconds) as reading:
        _show_desk(installation, reading, hall, window, limit, find, format_, only, after)


def show_desk(installation: Installation, hall: str, window: str, limit: int, when: datetime) -> None:
    """The lists of a window as they stand, with the lights of a moment."""
    with at_present(installation, when) as reading:
        _show_desk(installation, reading, hall, window, limit)


def _show_desk(
    installation: Installation,
    reading: Reading,
    hall: str,
    window: str,
    limit: int,
    find: str | None = None,
    format_: Format = Format.TABLE,
    only: DeskList | None = None,
    after: str | None = None,
) -> None:
    place = reading.city.hall(hall)
    kind, first = place.window(window).kind.value, None if find else limit
    where = (reading.connection, reading.city, hall, window)
    if only is None:
        found = desk_of(*where, reading.moment, first)
    else:
        found = Desk([], False, {only: desk_list(*where, only, reading.moment, first, after)})
    pages = {name: _only(installation, each, find, limit) for name, each in found.lists.items()}
    received = [_received(installation, each) for each in found.received]
    received = [each for each in received if find is None or _names(each, find)]
    lines = {name.value: [line_of(installation, line) for line in each.lines] for name, each in pages.items()}
    following = {name.value: each.next for name, each in pages.items() if each.next is not None}
    if format_ is Format.JSON:
        answer = DeskLists(
            hall=hall,
            window=window,
            kind=kind,
            as_of=reading.as_of,
            more=[*(["received"] if found.more else []), *following],
            next=following,
            received=None if only else received[:limit],
            **lines,
        )
        say_json(answer)
        return
    zone = zone_in(reading.city, hall)
    receipts = [
        {**asdict(each), "items": ", ".join(each.items), "since": local(each.received_at, zone)} for each in received
    ]
    lists = {name: [row_of(reading, line) for line in of] for name, of in lines.items()}
    if only is None:
        count = f"the first {limit}" if found.more else str(len(receipts))
        title = reading.of(f"{place.name}, window {window} ({kind}): received today 今日收件, {count}")
        say_table(title, receipts[:limit], ["case", "applicant", "items", "case_status", "since"])
    for name, rows in lists.items():
        count = f"the first {len(rows)}" if name in following else str(len(rows))
        title = reading.of(f"{place.name}, window {window} ({kind}): {TITLES[DeskList(name)]}, {count}")
        say_table(
            title,
            rows,
            [
                "light",
                "case",
                "applicant",
                "items",
                "waits_for",
                "since",
                "due",
                "statutory_light",
                "statutory_due",
                "asks_for",
            ],
        )
        say_next(following.get(name))


TITLES = {
    DeskList.IN_HAND: "in hand 待办",
    DeskList.WAITING: "waiting for the applicant 待补正",
    DeskList.ASKED: "asked by a department 待答复",
    DeskList.RESULTS: "results to hand out 待出件",
}


def queue(
    department: Annotated[str, typer.Option(metavar="D", help="The department.")],
    show: Annotated[
        Show,
        typer.Option(help="My tasks, tasks that nobody has taken, tasks that wait for another department, or all."),
    ] = Show.ALL,
    waits_for: Annotated[WaitsFor | None, typer.Option(help="Only work that waits for this step.")] = None,
    holder: Annotated[
        str | None, typer.Option(metavar="PERSON", help="The person who holds the tasks; `--show mine` needs it.")
    ] = None,
    hall: Annotated[str | None, typer.Option(metavar="H", help="Only in this hall.")] = None,
    zone: Annotated[ApplicantKind | None, typer.Option(help="Only in this zone.")] = None,
    item: Annotated[str | None, typer.Option(metavar="ITEM", help="Only this service item.")] = None,
    light: Annotated[Light | None, typer.Option(help="Only with this light.")] = None,
    statutory_light: Annotated[
        Light | None, typer.Option(help="Only cases whose statutory limit has this light.")
    ] = None,
    snoozed: Annotated[bool, typer.Option(help="Include tasks put aside until later.")] = True,
    sort: Annotated[Sort, typer.Option(help="Sort by this.")] = Sort.DUE,
    load: Annotated[bool, typer.Option("--load", help="Count the tasks by holder instead.")] = False,
    limit: LimitOption = 50,
    after: AfterOption = None,
    at: AtOption = None,
    at_by: KnownOption = Known.OCCURRED,
    find: FindOption = None,
    wait_for: WaitForOption = None,
    wait_seconds: WaitSecondsOption = 10.0,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Show a department's open tasks, in one hall or in all: what to approve, answer, decide or make ready, with holder, age and light."""
    if show is Show.MINE and holder is None:
        raise WrongInput("--show mine needs --holder; name the person whose tasks to show")
    wanted = Filter(
        show=show, waits_for=waits_for, holder=holder, hall=hall, zone=zone, item=item, light=light,
        statutory_light=statutory_light, snoozed=snoozed, sort=sort,
    )  # fmt: skip
    with opened(database) as installation, now_or_then(installation, at, at_by, wait_for, wait_seconds) as reading:
        if load:
            _show_load(installation, reading, department, wanted, find, format_)
        else:
            _show_queue(installation, reading, department, limit, wanted, find, format_, after)


def _show_load(
    installation: Installation, reading: Reading, department: str, wanted: Filter, find: str | None, format_: Format
) -> None:
    """How much each person of a department has to do, of what passes the filter."""
    name = reading.city.department(department).name
    if find is None:
        loads = load_of(reading.connection, department, reading.moment, wanted)
    else:
        lines = queue_of(reading.connection, department, reading.moment, None, wanted).lines
        loads = _loads([line for line in lines if holds(installation, line, find)])
    rows = [HolderLoad(**plain(each)) for each in loads]
    if format_ is Format.JSON:
        say_json(QueueLoad(department=department, as_of=reading.as_of, load=rows))
        return
    table = [{**asdict(row), "holder": row.holder or "(nobody yet)"} for row in rows]
    columns = ["holder", "tasks", "yellow", "red", "paused"]
    say_table(reading.of(f"{name} ({department}): open tasks by holder"), table, columns, "no open tasks")


def _loads(lines: list[Listed]) -> list[Load]:
    by_holder: dict[str, list[Listed]] = {}
    for line in lines:
        by_holder.setdefault(line.holder or "", []).append(line)
    counted = (Light.YELLOW, Light.RED, Light.PAUSED)
    return [
        Load(holder or None, len(own), *(sum(line.light is light for line in own) for light in counted))
        for holder, own in sorted(by_holder.items())
    ]


def show_queue(installation: Installation, department: str, limit: int, when: datetime) -> None:
    """The work of a department as it stands, with the lights of a moment."""
    with at_present(installation, when) as reading:
        _show_queue(installation, reading, department, limit, EVERYTHING)


def _show_queue(
    installation: Installation,
    reading: Reading,
    department: str,
    limit: int,
    wanted: Filter,
    find: str | None = None,
    format_: Format = Format.TABLE,
    after: str | None = None,
) -> None:
    name = reading.city.department(department).name
    where = (reading.connection, department, reading.moment)
    if find is None:
        found, total = queue_of(*where, limit, wanted, after), length(*where, wanted)
    else:
        total = sum(holds(installation, line, find) for line in queue_of(*where, None, wanted).lines)
        found = _only(installation, queue_of(*where, None, wanted, after), find, limit)
    lines = [line_of(installation, line) for line in found.lines]
    if format_ is Format.JSON:
        say_json(QueuePage(department=department, as_of=reading.as_of, open=total, tasks=lines, next=found.next))
        return
    rows = [row_of(reading, line) for line in lines]
    columns = [
        "light",
        "due",
        "statutory_light",
        "statutory_due",
        "case",
        "task",
        "waits_for",
        "applicant",
        "hall",
        "status",
        "holder",
        "age_h",
    ]
    upcoming = wanted.show is Show.UPCOMING
    tasks = number_of(total, "task that waits", "tasks that wait") if upcoming else number_of(total, "open task")
    title = f"{name} ({department}): {len(rows)} of {tasks} by {_ORDERS[wanted.sort]}"
    say_table(reading.of(title), rows, columns)
    say_next(found.next)


_ORDERS = {
    Sort.DUE: "due time",
    Sort.OPENED: "age",
    Sort.ITEM: "service item",
    Sort.HALL: "hall",
    Sort.HOLDER: "holder",
}


def say_next(following: str | None) -> None:
    """Below a table that goes on: how to see the rest."""
    if following is not None:
        tell(f"next: --after {following}")


def _only(installation: Installation, found: Page, find: str | None, limit: int) -> Page:
    return (
        found if find is None or found is NO_PAGE else found.only(lambda line: holds(installation, line, find), limit)
    )


def _received(installation: Installation, receipt: Receipt) -> ReceivedLine:
    return ReceivedLine(
        case=receipt.case_id,
        applicant=name_in(installation, receipt.applicant),
        items=receipt.items.split(", "),
        department=receipt.department,
        case_status=receipt.status,
        received_at=receipt.received_at,
        parked=receipt.parked,
    )


def _names(line: ReceivedLine, text: str) -> bool:
    return any(text in name for name in (line.case, line.applicant or "", *line.items))
