"""``case find``: an application by what somebody knows of it."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from msgspec.structs import asdict

from adapters.bootstrap import Installation
from adapters.cli.answers.work import FoundCase, FoundCases
from adapters.cli.dispatch import not_on_the_command_line
from adapters.cli.listing import AfterOption, LimitOption, name_in, zone_in
from adapters.cli.options import (
    SECONDS_FOR_A_VIEW,
    DatabaseOption,
    Format,
    FormatOption,
    WaitForOption,
    WaitSecondsOption,
    WrongInput,
    day,
    opened,
    up_to_date,
    zone_of,
)
from adapters.cli.output import local, say_json, say_table, tell
from adapters.cli.queues import say_next
from domain.application.terms import Status
from domain.city import City
from domain.number_of import number_of
from domain.record import stamp
from domain.sealing import UNREAD, Sealed
from projections.lists.register import Wanted, find
from projections.views.intake_register import IntakeRegister, Receipt

NAMES_AT_MOST = 20_000
"""So many names are opened in one search."""
COLUMNS = ["case", "status", "items", "applicant", "hall", "window", "received", "ended"]


def find_cases(
    number: Annotated[str | None, typer.Argument(metavar="[NUMBER]", help="A case number, or the end of one.")] = None,
    applicant: Annotated[str | None, typer.Option(metavar="P", help="The applicant's number.")] = None,
    name: Annotated[
        str | None, typer.Option(metavar="NAME|-", help="The applicant's exact name; - reads it from standard input.")
    ] = None,
    item: Annotated[str | None, typer.Option(metavar="ITEM", help="Applied for this service item.")] = None,
    state: Annotated[Status | None, typer.Option(help="In this state.")] = None,
    is_open: Annotated[bool, typer.Option("--open", help="Only cases that have not ended.")] = False,
    hall: Annotated[str | None, typer.Option(metavar="H", help="In this hall.")] = None,
    received: Annotated[
        str | None, typer.Option(metavar="DAY|DAY..DAY", help="Received on this day, or on one of these days.")
    ] = None,
    limit: LimitOption = 50,
    after: AfterOption = None,
    wait_for: WaitForOption = None,
    wait_seconds: WaitSecondsOption = SECONDS_FOR_A_VIEW,
    database: DatabaseOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Find applications, the latest first: by number, applicant, item, state, hall and day."""
    name = not_on_the_command_line(name, "the applicant's name")
    with opened(database) as installation:
        city = installation.office.city()
        if hall is not None:
            city.hall(hall)
        if item is not None:
            city.item(item)
        since, until = _days(received, zone_of(installation, hall))
        wanted = Wanted(
            number=number,
            applicant=applicant,
            item=item,
            status=state,
            is_open=is_open,
            hall=hall,
            since=since,
            until=until,
        )
        up_to_date(installation, IntakeRegister, wait_for, wait_seconds)
        with installation.reading() as connection:
            found = find(connection, wanted, limit, after, _called(installation, name), NAMES_AT_MOST)
        cases = [_found(installation, each) for each in found.receipts]
    if format_ is Format.JSON:
        say_json(FoundCases(cases=cases, next=found.next))
        return
    rows = [_row(city, each) for each in cases]
    say_table(f"{number_of(len(rows), 'application')}, the latest first", rows, COLUMNS, "none")
    if found.looked_at == NAMES_AT_MOST:
        tell(
            f"searched {NAMES_AT_MOST} names; narrow the search with --hall, --item or --received, or continue with --after",
        )
    say_next(found.next)


def _called(installation: Installation, name: str | None) -> Callable[[Sealed], bool] | None:
    wanted = None if name is None else name.strip()
    return (
        None
        if wanted is None
        else lambda sealed: wanted not in UNREAD and installation.vault.open("name", sealed) == wanted
    )


def _days(text: str | None, zone: ZoneInfo | None) -> tuple[str | None, str | None]:
    """The first moment of a day or of several days, and the first one after them, as UTC stamps. Raises ``WrongInput``."""
    if text is None:
        return None, None
    if zone is None:
        raise WrongInput("--received: the halls are in different time zones; name one with --hall")
    first, _, last = text.partition("..")
    begins, ends = day(first, "--received"), day(last or first, "--received")
    assert begins is not None
    assert ends is not None
    if ends < begins:
        raise WrongInput(f"--received {text}: {ends} lies before {begins}; put the earlier day first")
    return _midnight(begins, zone), _midnight(ends + timedelta(days=1), zone)


def _midnight(on: date, zone: ZoneInfo) -> str:
    return stamp(datetime.combine(on, time(), zone))


def _found(installation: Installation, receipt: Receipt) -> FoundCase:
    return FoundCase(
        case=receipt.case_id,
        status=receipt.status,
        items=receipt.items.split(", "),
        applicant=name_in(installation, receipt.applicant),
        hall=receipt.hall,
        window=receipt.window,
        received_at=receipt.received_at,
        ended_at=receipt.ended_at,
        parked=receipt.parked,
    )


def _row(city: City, found: FoundCase) -> dict[str, object]:
    zone = zone_in(city, found.hall)
    return {
        **asdict(found),
        "items": ", ".join(found.items),
        "received": local(found.received_at, zone),
        "ended": None if found.ended_at is None else local(found.ended_at, zone),
    }
