"""Intake at the edge: case numbers given out in their order, applicants' numbers at random; whoever else does so at the same time."""

from dataclasses import asdict, dataclass
from typing import Any

from adapters.bootstrap import Installation
from adapters.services.envelope import OF_ITS_OWN, Envelope
from domain.application.path.intake import IntakeRegistered, RegisterIntake
from domain.errors import RuleBroken
from domain.history import APPLICATIONS
from domain.record import Actor


@dataclass(frozen=True, slots=True)
class Registered:
    """An application that is in: its number, its applicant's, and where it stands in the log."""

    case: str
    applicant: str
    position: int


def register(
    installation: Installation,
    by: Actor,
    case: str | None,
    expected_version: int | None,
    envelope: Envelope = OF_ITS_OWN,
    **fields: Any,
) -> Registered:
    """Register an application, under the next number of the hall's day where none is given: H1-20250303-0001.

    Raises an ``OfficeError`` when it cannot be taken in.
    """
    common = {"actor": asdict(by), "expected_version": expected_version, **envelope.fields(), **fields}
    applicant = str(fields["applicant"].applicant_id)
    if case is None and (before := envelope.first_event(installation, IntakeRegistered)) is not None:
        case = before[0].removeprefix(APPLICATIONS)
    if case is not None:
        given = {**common, "case_id": case}
        return Registered(case, applicant, installation.office.execute(RegisterIntake.model_validate(given)).position)
    prefix = _prefix(installation, fields["hall"], envelope)
    last = installation.log.last_stream(APPLICATIONS + prefix)
    serial = 1 if last is None else _serial(last) + 1
    while True:
        number = f"{prefix}{serial:04d}"
        given = {**common, "case_id": number}
        try:
            receipt = installation.office.execute(RegisterIntake.model_validate(given))
        except RuleBroken:
            if not installation.office.records(APPLICATIONS + number):
                raise
            serial += 1  # somebody was faster
            continue
        return Registered(number, applicant, receipt.position)


def applicant_of_before(installation: Installation, envelope: Envelope) -> str | None:
    """The applicant's number of the application that was registered with this id before, if it was."""
    before = envelope.first_event(installation, IntakeRegistered)
    return before[1].applicant.applicant_id if before and before[1].applicant else None


def _prefix(installation: Installation, hall: str, envelope: Envelope) -> str:
    city = installation.office.city()
    at = envelope.moment(installation.now())
    day = city.newest_calendar(hall).local_day(at)
    return f"{hall}-{day:%Y%m%d}-"


def _serial(stream_id: str) -> int:
    number = stream_id.rpartition("-")[2]
    return int(number) if number.isascii() and number.isdigit() else 0
