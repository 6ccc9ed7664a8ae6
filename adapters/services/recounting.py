"""Counting the limits of a hall's running cases anew, after an official closure; first as a list of old and new dates."""

from collections.abc import Iterator
from dataclasses import dataclass

from adapters.bootstrap import Installation
from adapters.services.envelope import OF_ITS_OWN, Envelope
from domain.application.consequences.recount import MovedLimit, RecountLimits, recounted
from domain.identifier import ON_RECORD
from domain.record import Actor
from projections.reports.running_cases import running_cases


@dataclass(frozen=True, slots=True)
class Recounted:
    """A limit of a case that ends at another time by the newest calendar of the hall."""

    case_id: str
    limit: MovedLimit


def recount_of(installation: Installation, hall: str) -> Iterator[Recounted]:
    """The limits of all running cases of the hall that would move; nothing is recorded. Raises ``UnknownReference``."""
    city = installation.office.city()
    city.hall(hall)
    with installation.reading() as connection:
        names = running_cases(connection, hall)
    for name in names:
        case = installation.office.case(name)
        if case.under_way and not case.imported and case.hall == hall:
            yield from (Recounted(name, limit) for limit in recounted(case, city))


def recount(
    installation: Installation, hall: str, by: Actor, order: str, notice: str, envelope: Envelope = OF_ITS_OWN
) -> list[Recounted]:
    """Count them anew, case by case, and record it with the order and with what each applicant is told.

    A case whose limits do not move gets no event. Given again it does nothing more: a command id names the calendar's version.
    """
    version = installation.office.city().calendar_version(hall)
    moved = list(recount_of(installation, hall))
    for name in dict.fromkeys(each.case_id for each in moved):
        installation.office.execute(
            RecountLimits.model_validate(
                {
                    **envelope.fields(name, otherwise=f"recount/{hall}/{version}/{name}"),
                    "actor": by,
                    "case_id": name,
                    "order": order,
                    "notice": notice,
                },
                context=ON_RECORD,
            )
        )
    return moved
