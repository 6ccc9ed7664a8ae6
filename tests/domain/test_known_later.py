"""A limit of the law in a year that the hall does not know yet, counted once it does: its light, its stops, its extension.

Accepted on Thursday 10 December 2026 at 10:00. Once the first three days of January are announced: 11 December = 1, 14 .. 18 = 6,
21 .. 25 = 11, 28 .. 31 = 15, 4 .. 8 January = 20. Of the 10th six hours are left, so there are 146 in all.
"""

from datetime import UTC, date, datetime, timedelta

from msgspec.structs import replace

from domain.application.beside.reopening import Reopen
from domain.application.beside.termination import Terminate, TerminationGround
from domain.application.consequences.recount import RecountLimits
from domain.application.limits.extension import ExtendLimit
from domain.application.limits.known_later import known_by_now
from domain.application.limits.suspension import ResumeClock, StopClock
from domain.application.terms import Ground
from domain.catalogue.publishing import PublishItem
from domain.hall.calendars import LoadCalendar
from domain.time.calendar import CalendarYear
from domain.time.working_time import Unit
from tests.office import OPERATOR, ItemVersion, Office, accepted, days, head, item, material, reviewer

MARKET = reviewer("market")
TEST = {"suspension_id": "t", "ground": Ground.TEST, "notice": "检测告知书"}


def at(month: int, day: int, hour: int = 10, minute: int = 0, year: int = 2026) -> datetime:
    """A moment by the hall's clock, as UTC."""
    return datetime(year, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def closing(day: int) -> datetime:
    """When the hall closes on a day of January 2027."""
    return at(1, day, 17, 30, year=2027)


def accepted_at_ten(**versions: ItemVersion) -> Office:
    """Given an application for these items, accepted on 10 December."""
    office = Office()
    for name, version in versions.items():
        office.when(PublishItem, OPERATOR, item_id=name, item=version)
    office.now = at(12, 10) - timedelta(minutes=4)
    return accepted(*versions, office=office)


def offered(warning: int = 75, extra: int | None = None) -> ItemVersion:
    """An item with five days promised and twenty by law, and so many more of the law's."""
    limits = {"extension": extra and days(1), "by_law": extra and days(extra)}
    return item("market", materials=[material("id")], decision=days(5), warning=warning, **limits)


def announced(office: Office) -> Office:
    """Given that the first days of 2027 are known, and what was counted with the former calendar is counted anew."""
    new_year = CalendarYear(year=2027, holidays=tuple(date(2027, 1, day) for day in (1, 2, 3)), makeup_days=())
    office.when(LoadCalendar, OPERATOR, hall_id="H1", years=(new_year,))
    office.when(RecountLimits, OPERATOR, order="国办发〔2026〕", notice="法定期限的书面告知")
    return office


def test_its_light_turns_yellow_at_the_earliest_share_of_the_items() -> None:
    """Half of 146 hours are 73: six, nine days until Wednesday the 23rd, and four hours of Thursday: 14:30."""
    for shares in ((60, 50), (50, 60)):
        first, second = (offered(share) for share in shares)
        case = announced(accepted_at_ten(first=first, second=second)).case()
        assert (case.statutory_due_at, case.statutory_warn_at) == (closing(8), at(12, 24, 14, 30))


def test_a_stop_at_the_moment_of_the_acceptance_gives_its_day() -> None:
    office = accepted_at_ten(law=offered())
    office.when(StopClock, MARKET, minutes=0, **TEST)
    office.now = at(12, 11)
    office.when(ResumeClock, MARKET, suspension_id="t")
    assert announced(office).case().statutory_due_at == closing(11)  # Friday the 8th, and one day more


def test_a_stop_of_the_round_before_gives_none() -> None:
    """Reopened on Monday the 14th: 15 .. 18 = 4, 21 .. 25 = 9, 28 .. 31 = 13, 4 .. 8 January = 18, 11, 12 January = 20."""
    office = accepted_at_ten(law=offered())
    office.when(StopClock, MARKET, **TEST)
    office.now = at(12, 11)
    office.when(ResumeClock, MARKET, suspension_id="t")
    over = {"ground": TerminationGround.FORCE_MAJEURE, "reasons": "不可抗力", "legal_basis": "行政许可法 70"}
    office.when(Terminate, head("market"), **over)
    office.now = at(12, 14)
    office.when(Reopen, head("market", "B2"), order="复议〔2026〕12号", reason="事实不清")
    assert announced(office).case().statutory_due_at == closing(12)


def test_the_longest_extension_of_the_items_counts() -> None:
    """Ten more than the 8th: 11 .. 15 = 5, 18 .. 22 = 10."""
    for extra in ((3, 10), (10, 3)):
        office = accepted_at_ten(first=offered(extra=extra[0]), second=offered(extra=extra[1]))
        office.when(ExtendLimit, head("market"), notice="延长的书面告知")
        assert announced(office).case().statutory_due_at == closing(22)


def test_where_no_law_was_named_none_is_found_later() -> None:
    """A case of an older history has no unit of the law; one that is counted already has its end."""
    office = announced(accepted_at_ten(law=offered()))
    known = office.case()
    waiting = replace(known, statutory_due_at=None)
    found = known_by_now(waiting, office.city)
    assert found is not None
    assert (found.due_at, found.unit) == (closing(8), Unit.WORKING_DAYS)
    assert known_by_now(replace(waiting, statutory_unit=None), office.city) is None
    assert known_by_now(known, office.city) is None
