"""The promised and the statutory limit of a decision side by side, worked by hand; the sum of each example is written out.

The hall closes at 17:30. In 2025 nobody works from 28 January to 4 February, on 4 April and from 1 to 8 October; 26 January,
8 February, 28 September and 11 October are worked.
"""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.application.beside.reopening import Reopen
from domain.application.consequences.deadlines import Tick, deadlines
from domain.application.consequences.lapses import LightTurned
from domain.application.consequences.recount import RecountLimits, recounted
from domain.application.limits.both_limits import lit
from domain.application.limits.extension import ExtendLimit
from domain.application.limits.suspension import ResumeClock, StopClock
from domain.application.path.acceptance import Accept, Accepted
from domain.application.path.intake import RegisterIntake
from domain.application.state import Application
from domain.application.terms import Channel, Ground
from domain.catalogue.package import PackagePart, PackageVersion, Refusal
from domain.catalogue.packaging import PublishPackage
from domain.catalogue.publishing import PublishItem
from domain.hall.calendars import LoadCalendar
from domain.label import Label
from domain.record import CLOCK, Act
from domain.time.calendar import CalendarYear
from domain.time.light import Light
from domain.time.working_time import Limit, Unit
from tests.office import (
    NATURAL,
    OPERATOR,
    Office,
    accepted,
    applicant,
    checked,
    days,
    decided,
    head,
    item,
    material,
    received,
    reviewer,
)

MARKET = reviewer("market")
STOP = {"suspension_id": "s", "ground": Ground.HEARING, "presided_by": "B2", "notice": "听证"}
BY_ORDER = {"order": "国办发〔2026〕", "notice": "法定期限的书面告知"}
CALENDAR_DAY = Limit(amount=1, unit=Unit.CALENDAR_DAYS)


def at(month: int, day: int, hour: int = 10, minute: int = 0, year: int = 2025) -> datetime:
    """A moment by the hall's clock, as UTC."""
    return datetime(year, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def closing(month: int, day: int, year: int = 2025) -> datetime:
    """When the hall closes on a day."""
    return at(month, day, 17, 30, year)


def offering(promised: Limit, by_law: Limit, extension: Limit | None = None) -> Office:
    """Given an office whose item ``law`` has these limits of its decision."""
    office = Office()
    version = item("market", materials=[material("id")], decision=promised, statutory=by_law, extension=extension)
    office.when(PublishItem, OPERATOR, item_id="law", item=version)
    return office


def accepted_at(moment: datetime, promised: Limit, by_law: Limit, extension: Limit | None = None) -> Office:
    """Given an application that was accepted at a moment."""
    office = offering(promised, by_law, extension)
    office.now = moment - timedelta(minutes=4)  # received, handed in, checked, and accepted at the moment
    return accepted("law", office=office)


def both(office: Office) -> tuple[datetime | None, datetime | None]:
    """When the promised and the statutory limit end."""
    case = office.case()
    return case.due_at, case.statutory_due_at


def stood_still(office: Office, since: datetime, until: datetime) -> Office:
    """Given that the clock stood still meanwhile."""
    office.now = since - timedelta(minutes=1)
    office.when(StopClock, MARKET, **STOP)
    office.now = until - timedelta(minutes=1)
    office.when(ResumeClock, MARKET, suspension_id="s")
    return office


ACCEPTED = [
    # accepted, promised, by law, the end of each, and the days that count
    # 4 .. 7, 10 March = 5; 10 .. 14 = 9, 17 .. 21 = 14, 24 .. 28 = 19, 31 March = 20
    (at(3, 3), days(5), days(20), closing(3, 10), closing(3, 31)),
    # 9, 10, 11, 13, 14 October = 5; 13 .. 17 = 8, 20 .. 24 = 13, 27 .. 31 = 18, 3, 4 November = 20
    (at(9, 30), days(5), days(20), closing(10, 14), closing(11, 4)),
    # before the National Day and after it: 28, 29 September = 2; 30 September = 3, 9 .. 11 October = 6, 13 .. 17 = 11,
    # 20 .. 24 = 16, 27 .. 30 October = 20
    (at(9, 26), days(2), days(20), closing(9, 29), closing(10, 30)),
    # 26, 27 January, 5 .. 8, 10 February = 7; 5 .. 8 = 6, 10 .. 14 = 11, 17 .. 21 = 16, 24 .. 27 February = 20
    (at(1, 24), days(7), days(20), closing(2, 10), closing(2, 27)),
    # where all that the law gives is promised, both end together
    (at(9, 30), days(20), days(20), closing(11, 4), closing(11, 4)),
    # seven hours: 30 September 10 to 12 and 13:30 to 17:30 = 6, 9 October 9 to 10 = 7
    (at(9, 30), Limit(amount=7, unit=Unit.WORKING_HOURS), days(20), at(10, 9), closing(11, 4)),
    # one calendar day is Saturday 27 September, which is followed by the worked Sunday until 24:00; the law's one working
    # day ends on that Sunday at 17:30, and the promise with it
    (at(9, 26), CALENDAR_DAY, days(1), closing(9, 28), closing(9, 28)),
    # 20 days by the law's calendar: 30 September + 20 = 20 October, a Monday, 24:00; promised 9, 10 October
    (at(9, 30), days(2), Limit(amount=20, unit=Unit.CALENDAR_DAYS), closing(10, 10), at(10, 21, 0)),
]


@pytest.mark.parametrize(("moment", "promised", "by_law", "due_at", "statutory_due_at"), ACCEPTED)
def test_an_acceptance_records_both_limits(
    moment: datetime, promised: Limit, by_law: Limit, due_at: datetime, statutory_due_at: datetime
) -> None:
    office = accepted_at(moment, promised, by_law)
    assert both(office) == (due_at, statutory_due_at)
    (event,) = (r.event for r in office.cases["application/C1"] if isinstance(r.event, Accepted))
    assert (event.due_at, event.statutory_due_at) == (due_at, statutory_due_at)


def test_a_deemed_acceptance_records_both_from_the_receipt() -> None:
    """Received on 27 January: 5 .. 8 February = 4, 10 .. 14 = 9, 17 = 10; 18 .. 21 = 14, 24 .. 28 = 19, 3 March = 20."""
    office = offering(days(10), days(20))
    office.now = at(1, 27) - timedelta(minutes=1)
    received("law", office=office)
    office.now = at(2, 11)
    office.when(Tick, CLOCK)
    assert both(office) == (closing(2, 17), closing(3, 3))


def test_a_stop_of_the_clock_moves_both_by_the_days_that_it_took() -> None:
    """Stopped on 5 March, resumed on the 12th: 6, 7, 10, 11, 12 do not count.

    Promised eight: 4, 5, 13, 14, 17 .. 20 March. By law twenty: 31 March and five more: 1 .. 3 April, [4 to 6], 7, 8 April.
    """
    office = accepted_at(at(3, 3), days(8), days(20))
    assert both(office) == (closing(3, 13), closing(3, 31))
    stood_still(office, at(3, 5), at(3, 12))
    assert both(office) == (closing(3, 20), closing(4, 8))


def test_a_promise_that_had_passed_before_the_stop_stays_passed_and_the_law_waits() -> None:
    """Promised five until 10 March; stopped from the 12th to the 19th: 13, 14, 17, 18, 19 do not count: 8 April, as above."""
    office = stood_still(accepted_at(at(3, 3), days(5), days(20)), at(3, 12), at(3, 19))
    assert both(office) == (closing(3, 10), closing(4, 8))


def test_a_stop_does_not_carry_a_promise_in_calendar_days_beyond_the_law() -> None:
    """Promised one calendar day after 29 September: the 30th. Stopped on the 29th, resumed on 9 October: by law the day after
    it, Friday the 10th, until 17:30; the promised day would have been the 10th until 24:00."""
    office = stood_still(accepted_at(at(9, 29), CALENDAR_DAY, days(1)), at(9, 29, 11), at(10, 9))
    assert both(office) == (closing(10, 10), closing(10, 10))


def test_overlapping_stops_count_once_for_both() -> None:
    """5 to 11 March and 10 to 12 March are 5 to 12 March, as above."""
    office = accepted_at(at(3, 3), days(8), days(20))
    test = {**STOP, "suspension_id": "t", "ground": Ground.TEST, "presided_by": None}
    for day, command, fields in (
        (5, StopClock, STOP),
        (10, StopClock, test),
        (11, ResumeClock, {"suspension_id": "s"}),
        (12, ResumeClock, {"suspension_id": "t"}),
    ):
        office.now = at(3, day)
        office.when(command, MARKET, **fields)
    assert both(office) == (closing(3, 20), closing(4, 8))


def test_an_extension_adds_to_each_what_its_own_side_gives() -> None:
    """Promised ten and five: 21 October; 22 .. 24, 27, 28 October. By law twenty and ten: 4 November; 5 .. 7, 10 .. 14, 17, 18."""
    office = offering(days(10), days(20))
    version = item(
        "market", materials=[material("id")], decision=days(10), statutory=days(20), extension=days(5), by_law=days(10)
    )
    office.when(PublishItem, OPERATOR, item_id="more", item=version)
    office.now = at(9, 30) - timedelta(minutes=4)
    accepted("more", office=office)
    assert both(office) == (closing(10, 21), closing(11, 4))
    office.when(ExtendLimit, head("market", "B1"), notice="延长的书面告知")
    assert both(office) == (closing(10, 28), closing(11, 18))
    assert office.case().tasks["more:market"].due_at == closing(10, 28)


def test_an_item_that_names_the_laws_extension_alone_keeps_its_promise_and_is_extended_until_the_law_is_late() -> None:
    """Promised ten until 17 March, by law twenty until the 31st; ten more: 1 .. 3 April, [4 to 6], 7 .. 11 = 8, 14, 15 April."""
    limits = {"decision": days(10), "statutory": days(20), "by_law": days(10)}
    for day, refused in ((25, None), (31, "passed at 2025-03-31T09:30:00+00:00")):
        office = offering(days(10), days(20))
        office.when(PublishItem, OPERATOR, item_id="more", item=item("market", materials=[material("id")], **limits))
        office.now = at(3, 3) - timedelta(minutes=4)
        accepted("more", office=office)
        office.now = at(3, day, 18)
        if refused is not None:
            assert refused in office.refused(ExtendLimit, head("market", "B1"), notice="延期告知书")
            continue
        office.when(ExtendLimit, head("market", "B1"), notice="延期告知书")
        assert both(office) == (closing(3, 17), closing(4, 15))
        assert office.case().tasks["more:market"].due_at == closing(3, 17)
        assert "has had its one extension" in office.refused(ExtendLimit, head("market", "B1"), notice="延期告知书")


def test_where_no_extension_of_the_law_is_named_both_get_the_same() -> None:
    """Twenty until 4 November, ten more: 5 .. 7, 10 .. 14, 17, 18 November; the promise never outlasts the law."""
    office = accepted_at(at(9, 30), days(20), days(20), extension=days(10))
    office.when(ExtendLimit, head("market", "B1"), notice="延长的书面告知")
    assert both(office) == (closing(11, 18), closing(11, 18))


def jointly(by_law: Limit | None) -> PackageVersion:
    """A package of two items: fifteen working days promised and five more, by law 45 and 15 (article 42)."""
    return PackageVersion(
        version=1,
        effective_from=date(2025, 1, 1),
        name=Label(zh="一件事", en="One thing"),
        zone=NATURAL,
        lead_department="market",
        parts=(PackagePart(item_id="law"), PackagePart(item_id="homestead")),
        limit=days(15),
        refusal=Refusal.ALL_OR_NOTHING,
        extension=days(5),
        statutory=by_law,
        statutory_extension=by_law and days(15),
    )


def of_a_package(by_law: Limit | None) -> Office:
    """Given an application for the package, accepted on 30 September."""
    office = offering(days(10), days(20))
    office.when(PublishPackage, OPERATOR, package_id="shop", package=jointly(by_law))
    office.now = at(9, 30) - timedelta(minutes=4)
    intake = {"package": "shop", "channel": Channel.WINDOW, "hall": "H1", "window": "W1"}
    office.when(RegisterIntake, applicant=applicant(), **intake)
    checked(office).when(Accept)
    return office


def test_joint_handling_has_45_working_days_by_law_beside_what_the_package_promises() -> None:
    """Promised fifteen: 9 .. 11, 13 .. 17, 20 .. 24, 27, 28 October; five more: 29 .. 31 October, 3, 4 November.

    By law 45: 9 .. 11 = 3, five in each of the eight weeks from 13 October to 5 December = 43, 8, 9 December = 45; fifteen
    more: 10 .. 12 = 3, 15 .. 19 = 8, 22 .. 26 = 13, 29, 30 December = 15.
    """
    office = of_a_package(days(45))
    assert both(office) == (closing(10, 28), closing(12, 9))
    office.when(ExtendLimit, head("market", "B1"), notice="延长的书面告知")
    assert both(office) == (closing(11, 4), closing(12, 30))


def test_a_package_that_names_no_law_of_joint_handling_is_under_the_law_of_its_items() -> None:
    """The longest is 21: 9 .. 11 October = 3, 13 .. 17 = 8, 20 .. 24 = 13, 27 .. 31 = 18, 3 .. 5 November = 21; five more: 6, 7, 10 .. 12."""
    office = of_a_package(None)
    assert both(office) == (closing(10, 28), closing(11, 5))
    office.when(ExtendLimit, head("market", "B1"), notice="延长的书面告知")
    assert both(office) == (closing(11, 4), closing(11, 12))


def test_a_reopened_case_has_both_limits_anew() -> None:
    """Reopened on 3 March: ten are over on the 17th, twenty on the 31st."""
    office = decided("food")
    office.when(Reopen, head("market", "B1"), order="复议〔2025〕12号", reason="事实不清")
    assert both(office) == (closing(3, 17), closing(3, 31))


def test_nobodys_acceptance_waits_for_a_calendar_that_the_state_council_has_not_announced() -> None:
    """Accepted on 10 December 2026: five days end on the 17th; twenty end in 2027, which the hall does not know yet.

    Once it is announced: 11 December = 1, 14 .. 18 = 6, 21 .. 25 = 11, 28 .. 31 = 15, [1 to 3 January], 4 .. 8 January = 20.
    """
    office = accepted_at(at(12, 10, year=2026), days(5), days(20))
    assert both(office) == (closing(12, 17, 2026), None)
    assert recounted(office.case(), office.city) == []
    announced(office)
    office.when(RecountLimits, OPERATOR, **BY_ORDER)
    assert both(office) == (closing(12, 17, 2026), closing(1, 8, 2027))
    assert recounted(office.case(), office.city) == []
    promised, by_law = lit(office.case(), at(1, 8, year=2027))
    assert promised is not None
    assert by_law is not None
    assert (promised.light, by_law.light) == (Light.RED, Light.YELLOW)


def test_nobodys_clock_waits_for_it_either() -> None:
    """Accepted on 1 December 2026: twenty days end on the 29th. Stopped from the 3rd to the 10th: 4, 7 .. 10 do not count: 2027.

    2, 3 = 2; 11 = 3, 14 .. 18 = 8, 21 .. 25 = 13, 28 .. 31 = 17, [1 to 3 January], 4 .. 6 January = 20. Promised five: 11, 14, 15.
    """
    office = accepted_at(at(12, 1, year=2026), days(5), days(20))
    assert both(office) == (closing(12, 8, 2026), closing(12, 29, 2026))
    stood_still(office, at(12, 3, year=2026), at(12, 10, year=2026))
    assert both(office) == (closing(12, 15, 2026), None)
    announced(office)
    office.when(RecountLimits, OPERATOR, **BY_ORDER)
    assert both(office) == (closing(12, 15, 2026), closing(1, 6, 2027))


def test_an_extension_into_a_year_that_is_not_known_is_counted_when_it_is() -> None:
    """Accepted on 1 December 2026: five until the 8th and one more, the 9th; twenty until the 29th and ten more: 30, 31 = 2,

    [1 to 3 January], 4 .. 8 January = 7, 11 .. 13 January = 10.
    """
    office = offering(days(5), days(20))
    limits = {"decision": days(5), "statutory": days(20), "extension": days(1), "by_law": days(10)}
    version = item("market", materials=[material("id")], **limits)
    office.when(PublishItem, OPERATOR, item_id="more", item=version)
    office.now = at(12, 1, year=2026) - timedelta(minutes=4)
    accepted("more", office=office)
    office.when(ExtendLimit, head("market", "B1"), notice="延长的书面告知")
    assert both(office) == (closing(12, 9, 2026), None)
    announced(office)
    office.when(RecountLimits, OPERATOR, **BY_ORDER)
    assert both(office) == (closing(12, 9, 2026), closing(1, 13, 2027))


def announced(office: Office) -> None:
    """The holidays of 2027 as far as they matter here: the first three days of January."""
    new_year = CalendarYear(year=2027, holidays=tuple(date(2027, 1, day) for day in (1, 2, 3)), makeup_days=())
    office.when(LoadCalendar, OPERATOR, hall_id="H1", years=(new_year,))


def test_each_limit_has_its_own_light() -> None:
    """Accepted on 30 September at 10:00. By law 6 hours of that day and 20 days of 7 hours are 146; three quarters are 109.5:

    6 hours, fourteen days until 27 October (98), 28 October 9 to 12 (3) and 13:30 to 16:00 (2.5).
    """
    office = accepted_at(at(9, 30), days(5), days(20))

    def lights(moment: datetime) -> tuple[Light | None, ...]:
        return tuple(each and each.light for each in lit(office.case(), moment))

    assert lights(at(10, 9)) == (Light.GREEN, Light.GREEN)
    assert lights(closing(10, 14)) == (Light.YELLOW, Light.GREEN)
    assert lights(closing(10, 14) + timedelta(minutes=1)) == (Light.RED, Light.GREEN)
    assert lights(at(10, 28, 16)) == (Light.RED, Light.GREEN)
    assert lights(at(10, 28, 16, 1)) == (Light.RED, Light.YELLOW)
    assert lights(closing(11, 4) + timedelta(minutes=1)) == (Light.RED, Light.RED)
    office.now = at(10, 9)
    office.when(StopClock, MARKET, **STOP)
    assert lights(at(12, 1)) == (Light.PAUSED, Light.PAUSED)


def test_to_be_late_by_the_law_is_another_fact_than_to_be_late_by_the_promise() -> None:
    office = accepted_at(at(9, 30), days(5), days(20))

    def turned(moment: datetime) -> list[tuple[str, Light]]:
        office.now = moment
        events = office.when(Tick, CLOCK)
        return [(e.part, e.light) for e in events if isinstance(e, LightTurned) and not e.part.startswith("law:")]

    assert turned(at(10, 15)) == [("decision", Light.RED)]
    assert turned(closing(11, 4) - timedelta(minutes=1)) == []
    assert turned(at(11, 5)) == [("statutory", Light.RED)]
    assert office.case().lights["statutory"] is Light.RED
    assert turned(at(12, 30)) == []


def test_while_the_clock_stands_still_no_limit_of_the_law_passes() -> None:
    office = accepted_at(at(3, 3), days(8), days(20))
    office.now = at(3, 5)
    office.when(StopClock, MARKET, **STOP)
    office.now = at(6, 2)
    assert office.when(Tick, CLOCK) == []


def test_a_case_that_was_accepted_before_has_the_promised_limit_alone() -> None:
    before = Accepted(due_at=closing(3, 17), unit=Unit.WORKING_DAYS)
    act = Act(actor=MARKET, command_id="c", correlation_id="c", occurred_at=at(3, 3), calendar=1)
    case = before.evolve(Application(case_id="C1"), act)
    promised, by_law = lit(case, at(3, 16))
    assert promised == (closing(3, 17), Light.GREEN)
    assert by_law is None


def test_a_decided_case_has_no_limit_of_its_decision() -> None:
    office = decided("food")
    assert lit(office.case(), at(12, 31)) == (None, None)
    assert {each.part for each in deadlines(office.case(), office.city)} == {"delivery"}


TEN_AND_THIRTY = (Limit(amount=10, unit=Unit.CALENDAR_DAYS), Limit(amount=30, unit=Unit.CALENDAR_DAYS))


def test_a_holiday_to_which_the_end_gave_way_is_given_once_however_often_the_clock_stood_still() -> None:
    """Accepted on 22 September: ten calendar days are over on 2 October, which gives way to the 9th; thirty on 22 October.

    Stopped from the 24th to the 26th: 23, 24 = 2; 27 .. 30 = 6, 1 .. 4 October = 10: the 4th gives way to the 9th as well.
    Stopped once more from the 29th to the 30th: 23, 24, 27 .. 29 = 5, 1 .. 5 October = 10: the 9th. By law 22 + 2 + 1: the
    25th, a Saturday, gives way to Monday the 27th.
    """
    office = accepted_at(at(9, 22), *TEN_AND_THIRTY)
    assert both(office) == (at(10, 10, 0), at(10, 23, 0))
    stood_still(office, at(9, 24), at(9, 26))
    assert both(office) == (at(10, 10, 0), at(10, 25, 0))
    assert office.case().tasks["law:market"].due_at == at(10, 10, 0)
    office.now = at(9, 29)
    office.when(StopClock, MARKET, **{**STOP, "suspension_id": "t"})
    office.now = at(9, 30)
    office.when(ResumeClock, MARKET, suspension_id="t")
    assert both(office) == (at(10, 10, 0), at(10, 28, 0))
    assert office.case().tasks["law:market"].due_at == at(10, 10, 0)


def test_a_stop_over_the_holiday_adds_its_days_to_the_day_on_which_the_period_ends_by_itself() -> None:
    """Stopped from 24 September to 10 October, sixteen days: 2 + 16 = 18 October, a Saturday: Monday the 20th."""
    office = stood_still(accepted_at(at(9, 22), *TEN_AND_THIRTY), at(9, 24), at(10, 10))
    assert both(office) == (at(10, 21, 0), at(11, 8, 0))  # by law 22 October + 16 = 7 November, a Friday


def test_overlapping_stops_add_their_days_once_in_calendar_days_too() -> None:
    """24 to 28 September and 26 to 30 September are six days: 2 + 6 = 8 October gives way to the 9th."""
    office = accepted_at(at(9, 22), *TEN_AND_THIRTY)
    test = {**STOP, "suspension_id": "t", "ground": Ground.TEST, "presided_by": None}
    for day, command, fields in (
        (24, StopClock, STOP),
        (26, StopClock, test),
        (28, ResumeClock, {"suspension_id": "s"}),
        (30, ResumeClock, {"suspension_id": "t"}),
    ):
        office.now = at(9, day)
        office.when(command, MARKET, **fields)
    assert both(office) == (at(10, 10, 0), at(10, 29, 0))  # by law 22 + 6 = 28 October


def test_after_an_extension_days_of_a_stop_are_added_to_the_day_on_which_the_limit_ends() -> None:
    """Extended by three days from the 9th: 12 October, a Sunday: Monday the 13th. Stopped for two days: the 15th."""
    extension = Limit(amount=3, unit=Unit.CALENDAR_DAYS)
    office = accepted_at(at(9, 22), *TEN_AND_THIRTY, extension=extension)
    office.when(ExtendLimit, head("market", "B1"), notice="延长的书面告知")
    assert both(office)[0] == at(10, 14, 0)
    stood_still(office, at(9, 24), at(9, 26))
    assert both(office)[0] == at(10, 16, 0)


def test_a_clock_that_stops_on_the_day_to_which_the_end_gave_way_leaves_the_day_of_its_restart() -> None:
    """The 2 October gave way to the 9th, on which the clock stopped, until Monday the 13th: the end of the 13th."""
    office = stood_still(accepted_at(at(9, 22), *TEN_AND_THIRTY), at(10, 9), at(10, 13))
    assert both(office) == (at(10, 14, 0), at(10, 28, 0))  # by law 22 + 4 = 26 October, a Sunday: Monday the 27th
