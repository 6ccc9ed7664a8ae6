"""Taking a log in: every row one command, in chunks of one transaction each; a second import adds nothing."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time
from hashlib import blake2b
from itertools import islice
from pathlib import Path

from pydantic import ValidationError

from adapters.bootstrap import House
from adapters.exchange.csv_log import read_csv
from adapters.exchange.log_row import BadRow, LogRow
from adapters.exchange.mapping import CASE, Mapping
from adapters.exchange.xes_log import read_xes
from domain.application.beside.recorded_steps import RecordStep
from domain.catalogue.item import ApprovalStep, ItemVersion, Limits
from domain.catalogue.publishing import PublishItem
from domain.errors import OfficeError
from domain.hall.hall import Layout
from domain.hall.windows import OpenHall
from domain.label import Label
from domain.people.applicant_kind import ApplicantKind
from domain.people.establishing import EstablishDepartment
from domain.record import Actor, Role, Source
from domain.time.calendar import MIDNIGHT, CalendarData, CalendarYear, Session
from domain.time.working_time import Limit, Unit

CHUNK = 500
"""Rows a transaction."""
UNNAMED = "unnamed"
"""Who did a step for which the log names nobody."""
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Imported:
    """What an import did: rows read, cases among them, events added, known already, refused."""

    rows: int = 0
    cases: int = 0
    added: int = 0
    known: int = 0
    refused: int = 0
    rejects: str | None = None


def import_log(house: House, file: Path, mapping: Mapping, rejects: Path, progress: Progress) -> Imported:
    """Check the whole file, then import it. A file that is broken anywhere (``BrokenLog``) changes nothing.

    What a row says wrong is written to ``rejects`` (CSV: line, reason, text), made only when there is any.
    """
    total = sum(1 for _ in rows_of(file, mapping))
    _prepare(house, mapping)
    done = Imported()
    refused: list[BadRow] = []
    commands = _commands(rows_of(file, mapping), mapping, done, refused)
    for chunk in _chunks(commands):
        answers = house.office.execute_all([command for _, command in chunk])
        for (row, _), answer in zip(chunk, answers, strict=True):
            if isinstance(answer, OfficeError):
                refused.append(BadRow(line=row.line, reason=str(answer), text=f"{row.case}: {row.activity}"))
            elif answer.repeated:
                done.known += 1
            else:
                done.added += 1
        progress(done.rows, total)
    done.refused = len(refused)
    rejects.unlink(missing_ok=True)
    if refused:
        _write_rejects(rejects, refused)
        done.rejects = str(rejects)
    return done


def rows_of(file: Path, mapping: Mapping) -> Iterator[LogRow | BadRow]:
    """The rows of a log, by the ending of its name. Raises ``BrokenLog``."""
    reader = read_xes if file.name.endswith((".xes", ".xes.gz")) else read_csv
    return reader(file, mapping)


def _chunks(commands: Iterable[tuple[LogRow, RecordStep]]) -> Iterator[Sequence[tuple[LogRow, RecordStep]]]:
    source = iter(commands)
    while chunk := list(islice(source, CHUNK)):
        yield chunk


def _commands(
    rows: Iterable[LogRow | BadRow], mapping: Mapping, done: Imported, refused: list[BadRow]
) -> Iterator[tuple[LogRow, RecordStep]]:
    seen: dict[str, tuple[int, bytes]] = {}
    for row in rows:
        done.rows += 1
        if isinstance(row, BadRow):
            refused.append(row)
            if row.case is not None:
                ordinal, known = seen.get(row.case, (0, b""))
                seen[row.case] = (ordinal + 1, known)
            continue
        ordinal, known = seen.get(row.case, (0, b""))
        seen[row.case] = (ordinal + 1, known)
        attributes = blake2b(repr(sorted(row.case_attributes.items())).encode(), digest_size=8).digest()
        try:
            command = _command(row, mapping, ordinal + 1, news=attributes != known)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            reason = f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}; mend the row and import it again"
            refused.append(BadRow(line=row.line, reason=reason, text=f"{row.case}: {row.activity}"))
            continue
        seen[row.case] = (ordinal + 1, attributes)
        done.cases = len(seen)
        yield row, command


def _command(row: LogRow, mapping: Mapping, ordinal: int, *, news: bool) -> RecordStep:
    # The moment itself is the event's occurred_at; how a file spells it differs between CSV and XES.
    attributes = {key: value for key, value in row.attributes.items() if key != mapping.columns.time}
    columns = mapping.columns
    for column, value in (
        (columns.lifecycle, row.lifecycle),
        (columns.instance, row.instance),
        (columns.department, row.department),
        (columns.channel, row.channel),
    ):
        if column is not None and value is not None and not column.startswith(CASE):
            attributes[column] = value
    return RecordStep(
        command_id=f"import/{mapping.name}/{row.case}/{ordinal}",
        correlation_id=f"import/{mapping.name}/{row.case}",
        actor=Actor(
            person=row.resource or UNNAMED, role=Role.IMPORTER, department=row.department, hall=mapping.hall.id
        ),
        occurred_at=row.occurred_at,
        case_id=row.case,
        hall=mapping.hall.id,
        item=mapping.item.id,
        meaning=mapping.activities.get(row.activity),
        source=Source(
            log=mapping.name,
            ordinal=ordinal,
            activity=row.activity,
            department=row.department,
            channel=row.channel,
            group=row.group,
            resource=row.resource,
            attributes=attributes,
            case_attributes=dict(row.case_attributes) if news else {},
        ),
    )


def _prepare(house: House, mapping: Mapping) -> None:
    """Make the hall, its department and the item that the mapping names, where they are not there yet."""
    office, city, now = house.office, house.office.city(), house.now()
    actor = Actor(person="import", role=Role.IMPORTER, hall=mapping.hall.id)
    asked = f"import/{mapping.name}"
    label = Label(zh=mapping.hall.name_zh, en=mapping.hall.name_en)
    if mapping.hall.id not in city.departments:
        office.execute(
            EstablishDepartment(
                command_id=f"{asked}/department",
                actor=actor,
                occurred_at=now,
                department_id=mapping.hall.id,
                label=label,
            )
        )
    if mapping.hall.id not in city.halls:
        office.execute(
            OpenHall(
                command_id=f"{asked}/hall",
                actor=actor,
                occurred_at=now,
                hall_id=mapping.hall.id,
                label=label,
                layout=Layout.BEFORE,
                windows=(),
                calendar=_calendar(mapping),
            )
        )
    if mapping.item.id not in city.items:
        office.execute(
            PublishItem(
                command_id=f"{asked}/item",
                actor=actor,
                occurred_at=now,
                item_id=mapping.item.id,
                item=_item(mapping),
            )
        )


def _calendar(mapping: Mapping) -> CalendarData:
    """The calendar of the log's hall, as its mapping writes it."""
    hall = mapping.hall
    return CalendarData(
        time_zone=hall.time_zone,
        sessions=tuple(Session(opens=opens, closes=closes) for opens, closes in map(_hours, hall.calendar.sessions)),
        weekdays=hall.calendar.weekdays,
        years=tuple(
            CalendarYear(year=y.year, holidays=y.holidays, makeup_days=y.makeup_days) for y in hall.calendar.years
        ),
    )


def _hours(session: str) -> tuple[time, time]:
    opens, _, closes = session.partition("-")
    return time.fromisoformat(opens), MIDNIGHT if closes == "24:00" else time.fromisoformat(closes)


def _item(mapping: Mapping) -> ItemVersion:
    """The service item of an imported log: its cases were decided elsewhere, so its limits are the statutory ones."""
    days = {name: Limit(amount=amount, unit=Unit.WORKING_DAYS) for name, amount in (("5", 5), ("10", 10), ("20", 20))}
    return ItemVersion(
        version=1,
        effective_from=date(1900, 1, 1),
        name=Label(zh=mapping.item.name_zh, en=mapping.item.name_en),
        zone=ApplicantKind.NATURAL_PERSON,
        lead_department=mapping.hall.id,
        materials=(),
        approvals=(ApprovalStep(step="decision", department=mapping.hall.id),),
        limits=Limits(
            notice=days["5"],
            decision=days["20"],
            delivery=days["10"],
            statutory_decision=days["20"],
            supplement=days["10"],
        ),
        legal_basis=f"imported log {mapping.name}",
    )


def _write_rejects(file: Path, refused: Sequence[BadRow]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", newline="", encoding="utf-8") as target:
        writer = csv.writer(target)
        writer.writerow(("line", "reason", "text"))
        writer.writerows((bad.line, bad.reason, bad.text) for bad in refused)
