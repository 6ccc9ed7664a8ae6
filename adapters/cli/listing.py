"""What the lists of open work have in common on the command line: their options, lines as they are shown, and the past."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from msgspec.structs import asdict
from sqlalchemy import Connection

from adapters.bootstrap import Installation
from adapters.cli.answers.work import AsOf, WorkLine
from adapters.cli.options import echo, moment, progress_bar, up_to_date
from adapters.cli.options import zone_of as hall_zone
from adapters.cli.output import last_moment, local
from adapters.services.as_it_stood import Known, as_it_stood
from domain.city import City
from domain.record import stamp
from domain.sealing import Sealed
from projections.lists.list_page import Listed
from projections.views.intake_register import IntakeRegister
from projections.views.open_work import OpenWork

FindOption = Annotated[
    str | None,
    typer.Option("--find", metavar="TEXT", help="Only rows whose applicant, case or item contains this text."),
]
LimitOption = Annotated[int, typer.Option(metavar="N", min=1, max=10_000, help="At most this many rows per list.")]
AfterOption = Annotated[
    str | None,
    typer.Option("--after", metavar="CURSOR", help="Show the next page: the value of `next` on the page before."),
]
AtOption = Annotated[
    str | None,
    typer.Option(
        "--at",
        metavar="TIME",
        help="Show the list as it stood at that time; this reads the whole log.",
        show_default="now",
    ),
]
KnownOption = Annotated[
    Known, typer.Option("--at-by", help="With --at: show what had occurred by then, or what was recorded by then.")
]


@dataclass(frozen=True, slots=True)
class Reading:
    """Where lists are read: now, or as they stood at ``moment``, which then is the time of their lights."""

    connection: Connection
    city: City
    moment: datetime
    past: Known | None = None
    zone: ZoneInfo | None = None

    @property
    def as_of(self) -> AsOf | None:
        """What programs are told of the past: which moment, and which time of the events counts."""
        return AsOf(at=stamp(self.moment), by=self.past.value) if self.past else None

    def of(self, title: str) -> str:
        """A title that says when it was so."""
        if self.past is None:
            return title
        return f"{title}, as it stood at {echo(self.moment, self.zone)} (by what had {self.past})"


@contextmanager
def now_or_then(
    installation: Installation, at: str | None, known: Known, wait_for: int | None = None, seconds: float = 10.0
) -> Iterator[Reading]:
    """The lists as they stand, with all that was recorded so far; or as they stood."""
    if at is not None:
        zone = hall_zone(installation)
        then = moment(at, "--at", zone)
        with (
            progress_bar("reading the histories") as progress,
            as_it_stood(installation, then, known, progress) as (past, city),
        ):
            yield Reading(past, city, then, known, zone)
        return
    for view in (OpenWork, IntakeRegister):
        up_to_date(installation, view, wait_for, seconds)
    with at_present(installation, installation.now()) as reading:
        yield reading


@contextmanager
def at_present(installation: Installation, moment: datetime) -> Iterator[Reading]:
    """The lists as the views have them, with the lights of a moment."""
    with installation.reading() as connection:
        yield Reading(connection, installation.office.city(), moment)


def line_of(installation: Installation, line: Listed) -> WorkLine:
    """One thing that a case waits for, as programs read it."""
    return WorkLine(
        case=line.case_id,
        task=line.work,
        waits_for=line.waits_for,
        of=line.department if line.side in ("department", "upcoming") else line.side,
        status=line.task_status or line.waits_for,
        light=line.light.value,
        due_at=line.due_at,
        statutory_light=line.statutory_light and line.statutory_light.value,
        statutory_due_at=line.statutory_due_at,
        since_at=line.since,
        age_s=line.age_s,
        snoozed_until=line.snoozed_until,
        item=line.item,
        items=line.items.split(", "),
        applicant=name_in(installation, line.applicant),
        department=line.department,
        hall=line.hall,
        zone=line.zone,
        window=line.window,
        case_status=line.status,
        holder=line.holder,
        asks_for=line.asks_for,
        parked=line.parked,
    )


def name_in(installation: Installation, sealed: Sealed | None) -> str | None:
    """The name of an applicant, or what is said in its place; None where nobody is named."""
    return None if sealed is None else installation.vault.open("name", sealed)


def row_of(reading: Reading, line: WorkLine) -> dict[str, object]:
    """The same as a row of a table, its times by the clock of its hall."""
    zone = zone_in(reading.city, line.hall)
    return {
        **asdict(line),
        "items": ", ".join(line.items),
        "due": None if line.due_at is None else last_moment(line.due_at, zone),
        "statutory_due": None if line.statutory_due_at is None else last_moment(line.statutory_due_at, zone),
        "since": local(line.since_at, zone),
        "age_h": line.age_s / 3600,
    }


def zone_in(city: City, hall: str | None) -> ZoneInfo:
    """The time zone of a hall, UTC where it is none."""
    return ZoneInfo("UTC" if hall is None else city.hall(hall).calendars[-1].time_zone)


def holds(installation: Installation, line: Listed, text: str) -> bool:
    """Whether a line is about an applicant, a case, an item or a task whose name holds a text."""
    names = [line.case_id, line.items, line.work]
    if line.applicant is not None:
        names.append(installation.vault.open("name", line.applicant))
    return any(text in name for name in names)
