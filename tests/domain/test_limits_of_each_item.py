"""Of several items without a package each has its own limit (article 42): what moves it, and what does not. Worked by hand.

Accepted on Monday 3 March 2025: two days are over on Wednesday the 5th, four on Friday the 7th, ten on Monday the 17th. A storm on
the 6th closes the hall; who counts with it known has one day more.
"""

from datetime import UTC, date, datetime, timedelta

from msgspec.structs import replace

from domain.application.beside.reopening import Reopen
from domain.application.consequences.recount import RecountLimits
from domain.application.limits.both_limits import item_due
from domain.application.limits.extension import ExtendLimit
from domain.application.limits.suspension import ResumeClock, StopClock
from domain.application.path.acceptance import Accept
from domain.application.path.approvals import ApproveTask, ClaimTask
from domain.application.path.decision import Decide
from domain.application.path.intake import RegisterIntake
from domain.application.terms import Channel, Ground, Outcome
from domain.catalogue.package import PackagePart, PackageVersion, Refusal
from domain.catalogue.packaging import PublishPackage
from domain.catalogue.publishing import PublishItem
from domain.hall.calendars import LoadCalendar
from domain.label import Label
from domain.time.calendar import DayOverride
from tests.office import (
    NATURAL,
    OPERATOR,
    Office,
    accepted,
    applicant,
    checked,
    days,
    decider,
    head,
    item,
    material,
    received,
    reviewer,
)

MARKET = reviewer("market")
STORM = DayOverride(day=date(2025, 3, 6), sessions=(), reason="台风停工", counts=False)
TEST = {"suspension_id": "t", "ground": Ground.TEST, "notice": "检测告知书"}


def closing(day: int) -> datetime:
    """When the hall closes on a day of March 2025 (UTC)."""
    return datetime(2025, 3, day, 9, 30, tzinfo=UTC)


def offering() -> Office:
    """Given a quick item, which can be extended by two days, and a slow one, which cannot."""
    office = Office()
    quick = item("market", materials=[material("id")], decision=days(4), statutory=days(9), extension=days(2))
    slow = item("market", materials=[material("id")], decision=days(10), statutory=days(15))
    for name, version in (("quick", quick), ("slow", slow)):
        office.when(PublishItem, OPERATOR, item_id=name, item=version)
    return office


def both(office: Office) -> list[datetime | None]:
    """When the quick item and the slow one are due."""
    return [item_due(office.case(), office.city, name) for name in ("quick", "slow")]


def stormy(office: Office) -> None:
    """The storm is entered."""
    office.when(LoadCalendar, OPERATOR, hall_id="H1", overrides=(STORM,))


def test_each_is_due_by_its_own_days_and_nothing_is_before_the_acceptance() -> None:
    office = received("quick", "slow", office=offering())
    assert both(office) == [None, None]
    assert both(accepted("quick", "slow", office=offering())) == [closing(7), closing(17)]
    assert both(accepted("slow", "quick", office=offering())) == [closing(7), closing(17)]


def test_in_a_package_each_is_due_with_it() -> None:
    office = offering()
    package = PackageVersion(
        version=1,
        effective_from=date(2025, 1, 1),
        name=Label(zh="一件事", en="One thing"),
        zone=NATURAL,
        lead_department="market",
        parts=(PackagePart(item_id="quick"), PackagePart(item_id="slow")),
        limit=days(8),
        refusal=Refusal.EACH_BY_ITSELF,
    )
    office.when(PublishPackage, OPERATOR, package_id="both", package=package)
    intake = {"package": "both", "channel": Channel.WINDOW, "hall": "H1", "window": "W1"}
    office.when(RegisterIntake, applicant=applicant(), **intake)
    checked(office).when(Accept)
    assert both(office) == [closing(13), closing(13)]


def test_a_day_that_is_closed_later_counts_from_the_recount_on() -> None:
    """Counted anew with the storm known: 4, 5, [6], 7, 10 and ten days until the 18th."""
    office = accepted("quick", "slow", office=offering())
    stormy(office)
    assert both(office) == [closing(7), closing(17)]
    office.when(RecountLimits, OPERATOR, order="市政府公告 2025-3", notice="期限顺延一个工作日")
    assert both(office) == [closing(10), closing(18)]


def test_a_day_that_was_closed_before_the_acceptance_counts_at_once() -> None:
    office = offering()
    stormy(office)
    assert both(accepted("quick", "slow", office=office)) == [closing(10), closing(18)]


def test_a_case_that_does_not_know_its_calendar_is_counted_by_the_first() -> None:
    office = accepted("quick", "slow", office=offering())
    stormy(office)
    case = office.case()
    assert case.accepted is not None
    of_old = replace(case, accepted=replace(case.accepted, calendar=None))
    assert item_due(of_old, office.city, "quick") == closing(7)


def test_an_extension_moves_the_item_that_has_one() -> None:
    """Two days after the 7th: the 11th. The case, and what has no extension of its own, is as late as the case: 17 + 2 = the 19th."""
    office = accepted("quick", "slow", office=offering())
    office.when(ExtendLimit, head("market"), notice="延长的书面告知")
    assert office.case().due_at == closing(19)
    assert both(office) == [closing(11), closing(17)]


def test_a_stop_moves_each_by_its_days() -> None:
    """Stopped on the 4th until the 6th: two days more each."""
    office = accepted("quick", "slow", office=offering())
    office.now += timedelta(days=1)
    office.when(StopClock, MARKET, **TEST)
    office.now += timedelta(days=2)
    office.when(ResumeClock, MARKET, suspension_id="t")
    assert both(office) == [closing(11), closing(19)]


def test_a_stop_at_the_very_moment_of_the_acceptance_counts_too() -> None:
    office = accepted("quick", "slow", office=offering())
    office.when(StopClock, MARKET, minutes=0, **TEST)
    office.now += timedelta(days=2)
    office.when(ResumeClock, MARKET, suspension_id="t")
    assert both(office) == [closing(11), closing(19)]


def test_a_stop_of_the_round_before_a_reopening_moves_nothing() -> None:
    """Stopped from the 3rd to the 5th, decided, reopened on Friday the 7th: four days are over on the 13th, ten on the 21st."""
    office = accepted("quick", "slow", office=offering())
    office.when(StopClock, MARKET, **TEST)
    office.now += timedelta(days=2)
    office.when(ResumeClock, MARKET, suspension_id="t")
    for task in ("quick:market", "slow:market"):
        for command in (ClaimTask, ApproveTask):
            office.when(command, MARKET, task_id=task)
    office.when(Decide, decider("market"), outcome=Outcome.GRANTED)
    office.now += timedelta(days=2)
    office.when(Reopen, head("market", "B2"), order="复议〔2025〕12号", reason="事实不清")
    assert both(office) == [closing(13), closing(21)]
