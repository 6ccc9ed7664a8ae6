"""A second application for the same: the same person, the same item, the same hall and day, still open. A hint, never a refusal."""

import structlog

from adapters.bootstrap import Installation
from domain.application.state import Application
from domain.record import stamp
from domain.sealing import UNREAD, Sealed
from projections.engine.folding import ViewStopped
from projections.engine.runner import ViewsBehind
from projections.lists.register import Wanted, find
from projections.views.intake_register import IntakeRegister, Receipt

SECONDS_FOR_THE_VIEW = 10.0
NAMES_AT_MOST = 2_000
"""So many names of the hall's day are opened to compare; no hall takes in more of one item."""


def received_alike(installation: Installation, case: Application) -> list[Receipt]:
    """Other open applications that its hall received on the same day for one of its items, by the same person.

    The same person is who has the same number, or exactly the same name. The application is recorded already, so a register
    that does not see in time what was recorded is said in the log, and nothing is compared.
    """
    if case.hall is None or case.applicant is None or case.started is None:
        return []
    number, name = case.applicant.name.key, installation.vault.open("name", case.applicant.name)

    def same(other: Sealed) -> bool:
        return other.key == number or (name not in UNREAD and installation.vault.open("name", other) == name)

    city = installation.office.city()
    days = city.newest_calendar(case.hall)
    begins, ends = days.day_bounds(days.local_day(case.started.at))
    try:
        installation.caught_up(IntakeRegister(), SECONDS_FOR_THE_VIEW)
    except (ViewsBehind, ViewStopped) as behind:
        structlog.get_logger().warning(
            "not looked for an application that is alike", case=case.case_id, reason=str(behind)
        )
        return []
    found: dict[str, Receipt] = {}
    with installation.reading() as connection:
        for ref in case.items:
            wanted = Wanted(hall=case.hall, item=ref.item_id, is_open=True, since=stamp(begins), until=stamp(ends))
            page = find(connection, wanted, NAMES_AT_MOST, named=same, most=NAMES_AT_MOST)
            found |= {each.case_id: each for each in page.receipts if each.case_id != case.case_id}
    return sorted(found.values(), key=lambda each: (each.received_at, each.case_id))
