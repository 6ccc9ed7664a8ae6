"""Intake at the edge: case numbers given out in their order, applicants' numbers at random; whoever else does so at the same time."""

from dataclasses import asdict, dataclass
from typing import Any
from uuid import uuid4

from adapters.bootstrap import Installation
from domain.application.path.intake import RegisterIntake
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
    installation: Installation, by: Actor, case: str | None, expected_version: int | None, **fields: Any
) -> Registered:
    """Register an application, under the next number of the hall's day where none is given: H1-20250303-0001.

    Raises an ``OfficeError`` when it cannot be taken in.
    """
    common = {"actor": asdict(by), "expected_version": expected_version, **fields}
    applicant = str(fields["applicant"].applicant_id)
    if case is not None:
        given = {**common, "command_id": f"cli/{uuid4()}", "case_id": case}
        return Registered(case, applicant, installation.office.execute(RegisterIntake.model_validate(given)).position)
    prefix = _prefix(installation, fields["hall"])
    last = installation.log.last_stream(APPLICATIONS + prefix)
    serial = 1 if last is None else _serial(last) + 1
    while True:
        number = f"{prefix}{serial:04d}"
        given = {**common, "command_id": f"cli/{uuid4()}", "case_id": number}
        try:
            receipt = installation.office.execute(RegisterIntake.model_validate(given))
        except RuleBroken:
            if not installation.office.records(APPLICATIONS + number):
                raise
            serial += 1  # somebody was faster
            continue
        return Registered(number, applicant, receipt.position)


def _prefix(installation: Installation, hall: str) -> str:
    city = installation.office.city()
    day = city.calendar(hall, city.calendar_version(hall)).local_day(installation.now())
    return f"{hall}-{day:%Y%m%d}-"


def _serial(stream_id: str) -> int:
    number = stream_id.rpartition("-")[2]
    return int(number) if number.isascii() and number.isdigit() else 0
