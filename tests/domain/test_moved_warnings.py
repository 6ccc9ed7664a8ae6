"""Where a limit moves, its warning moves by as much working time; and an extension in hours. Worked by hand.

The hall works 9:00 to 12:00 and 13:30 to 17:30, seven hours a day. Accepted on Monday 3 March 2025 at 10:00: six hours of that day
are left. Five days are over on Monday the 10th at 17:30, 41 hours; three quarters, 30 h 45 min, at 12:15 of Friday's working time:
6 + 7 + 7 + 7 = 27 hours until Thursday evening, and 3 h 45 min of Friday are 14:15. By law twenty days, until the 31st, 146 hours;
three quarters are 109 h 30 min: 6 + 14 days until Friday the 21st = 104, and 5 h 30 min of Monday the 24th are 16:00.
"""

from datetime import UTC, datetime, timedelta

from domain.application.beside.withdrawal import Withdraw
from domain.application.limits.both_limits import lit, warned_later
from domain.application.limits.extension import ExtendLimit
from domain.application.limits.suspension import ResumeClock, StopClock
from domain.application.terms import Ground
from domain.catalogue.publishing import PublishItem
from domain.time.working_time import Limit, Unit
from tests.office import CITIZEN, OPERATOR, Office, accepted, days, head, item, material, reviewer

MARKET = reviewer("market")
TEST = {"suspension_id": "t", "ground": Ground.TEST, "notice": "检测告知书"}
SEVEN_HOURS = Limit(amount=7, unit=Unit.WORKING_HOURS)


def march(day: int, hour: int = 17, minute: int = 30) -> datetime:
    """A moment in Shanghai, as UTC; without an hour the close of the day."""
    return datetime(2025, 3, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def accepted_at_ten(extension: Limit | None = None, promised: Limit | None = None) -> Office:
    """Given an application accepted on Monday 3 March at 10:00."""
    office = Office()
    version = item("market", materials=[material("id")], decision=promised or days(5), extension=extension)
    office.when(PublishItem, OPERATOR, item_id="law", item=version)
    office.now = march(3, 9, 56)  # received, handed in, checked, and accepted at ten
    return accepted("law", office=office)


def dates(office: Office) -> tuple[datetime | None, ...]:
    """When the promised limit ends and its light turns yellow, then the same of the law's."""
    case = office.case()
    return case.due_at, case.warn_at, case.statutory_due_at, case.statutory_warn_at


def test_both_warnings_are_three_quarters_on_the_way() -> None:
    assert dates(accepted_at_ten()) == (march(10), march(7, 14, 15), march(31), march(24, 16, 0))


def test_an_extension_moves_each_warning_by_as_many_hours() -> None:
    """Two days later: the promise on the 12th, its warning on the 11th; the law on 2 April, its warning on the 26th."""
    office = accepted_at_ten(extension=days(2))
    office.when(ExtendLimit, head("market"), notice="延长的书面告知")
    second = datetime(2025, 4, 2, 9, 30, tzinfo=UTC)
    assert dates(office) == (march(12), march(11, 14, 15), second, march(26, 16, 0))
    (task,) = office.case().tasks.values()
    assert (task.due_at, task.warn_at) == (march(12), march(11, 14, 15))


def test_an_extension_in_hours_begins_at_the_very_end_of_the_limit() -> None:
    """Seven hours after Monday the 10th at 17:30 are over on the 11th at 17:30; the warning is seven hours later, too: Monday, 14:15.

    A promise of 41 hours ends at the same moment, and seven hours more as well.
    """
    for promised in (days(5), Limit(amount=41, unit=Unit.WORKING_HOURS)):
        office = accepted_at_ten(extension=SEVEN_HOURS, promised=promised)
        assert office.case().due_at == march(10)
        office.when(ExtendLimit, head("market"), notice="延长的书面告知")
        assert dates(office)[:2] == (march(11), march(10, 14, 15))


def test_a_stop_moves_each_warning_with_its_limit() -> None:
    """From the 4th to the 6th: two days more of each."""
    office = accepted_at_ten()
    office.now = march(4, 10, 0)
    office.when(StopClock, MARKET, **TEST)
    office.now = march(6, 10, 0)
    office.when(ResumeClock, MARKET, suspension_id="t")
    second = datetime(2025, 4, 2, 9, 30, tzinfo=UTC)
    assert dates(office) == (march(12), march(11, 14, 15), second, march(26, 16, 0))


def test_a_case_that_was_withdrawn_has_no_limit_and_no_light() -> None:
    office = accepted_at_ten()
    office.when(Withdraw, CITIZEN)
    assert lit(office.case(), march(31)) == (None, None)


def test_a_limit_of_the_law_that_is_not_known_yet_is_left_out_of_what_moves() -> None:
    """Accepted on Thursday 10 December 2026 at 10:00: the law's twenty days end in 2027, which the hall does not know. Stopped over a
    day, then extended: the promise moves from the 17th to the 18th and two days more, the 22nd."""
    office = Office()
    version = item("market", materials=[material("id")], decision=days(5), extension=days(2))
    office.when(PublishItem, OPERATOR, item_id="law", item=version)
    office.now = datetime(2026, 12, 10, 1, 56, tzinfo=UTC)
    accepted("law", office=office)
    assert dates(office)[2:] == (None, None)
    for command, day, fields in ((StopClock, 14, TEST), (ResumeClock, 15, {"suspension_id": "t"})):
        office.now = datetime(2026, 12, day, 2, 0, tzinfo=UTC)
        office.when(command, MARKET, **fields)
    assert office.case().due_at == datetime(2026, 12, 18, 9, 30, tzinfo=UTC)
    office.when(ExtendLimit, head("market"), notice="延长的书面告知")
    assert office.case().due_at == datetime(2026, 12, 22, 9, 30, tzinfo=UTC)
    assert dates(office)[2:] == (None, None)


def test_a_light_that_never_turned_yellow_does_not_after_a_move() -> None:
    """As in a case whose acceptance is older than the warnings; and where the limit is not known before the move, or after it."""
    days_of_the_hall = Office().city.calendar("H1", 1)
    warn, due, later = march(7, 14, 15), march(10), march(12)
    assert warned_later(warn, due, later, days_of_the_hall) == march(11, 14, 15)
    for gone in ((None, due, later), (warn, None, later), (warn, due, None)):
        assert warned_later(*gone, days_of_the_hall) is None
