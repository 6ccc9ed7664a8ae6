"""A single item that is left of a package under its own limits: the days that stood still, what was extended, and a year not known yet.

Package K1 has 45 working days, promised and by law; A alone has ten promised, twenty by law. Accepted on Monday 3 March 2025.
"""

from dataclasses import replace

from domain.application.beside.reopening import Reopen
from domain.application.beside.termination import Terminate, TerminationGround
from domain.application.beside.withdrawal import WithdrawPart
from domain.application.limits.extension import ExtendLimit
from domain.application.limits.suspension import ResumeClock, StopClock
from domain.application.terms import Ground
from domain.catalogue.package import PackagePart, PackageVersion, Refusal
from domain.catalogue.packaging import PublishPackage
from domain.catalogue.sourced_limit import SourcedLimit
from tests.domain.law.common_ground import D1, G1, L1, P1, R1, HallN, end_of, package
from tests.office import OPERATOR, days

RULE = "本市一件事一次办办法 第九条"
TEST = {"suspension_id": "t", "ground": Ground.TEST, "notice": "检测告知书"}


def hall(least: int = 1, **changes: object) -> HallN:
    """Given that what is left of K1 has its own limits, with so many working days from then on at least."""
    return HallN(
        k1=replace(package(Refusal.ALL_OR_NOTHING), left_alone=SourcedLimit(limit=days(least), source=RULE), **changes)
    )


def stopped_and_alone(office: HallN) -> HallN:
    """Given a test from Monday 10 to Tuesday 11 March, and B withdrawn on that Tuesday."""
    office.on(3, 10).when(StopClock, R1, **TEST)
    office.on(3, 11).when(ResumeClock, R1, suspension_id="t")
    office.when(WithdrawPart, P1, item_id="B")
    return office


def test_a_stop_that_is_over_gives_its_days_to_the_own_limits() -> None:
    """Ten days until the 17th and one more, the 18th; twenty until the 31st and one more, 1 April."""
    assert stopped_and_alone(hall().on(3, 3).accepted(package="K1")).limits() == (end_of(3, 18), end_of(4, 1))


def test_a_stop_at_the_moment_of_the_acceptance_gives_its_days_too() -> None:
    """Stopped from Monday the 3rd to Wednesday the 5th: two days."""
    office = hall().on(3, 3).accepted(package="K1")
    office.when(StopClock, R1, minutes=0, **TEST)
    office.on(3, 5).when(ResumeClock, R1, suspension_id="t")
    office.when(WithdrawPart, P1, item_id="B")
    assert office.limits() == (end_of(3, 19), end_of(4, 2))


def test_what_was_extended_keeps_the_limits_of_the_package() -> None:
    office = hall().on(3, 3).accepted(package="K1")
    office.when(ExtendLimit, G1, notice="延期告知书")
    before = office.limits()
    office.on(3, 11).when(WithdrawPart, P1, item_id="B")
    assert office.limits() == before


def test_a_package_of_which_one_part_alone_was_ever_asked_for_keeps_its_limit() -> None:
    """Of two parts one has a condition that is not met: nobody left, so the package's eight days count, until Thursday the 13th."""
    office = HallN()
    small = PackageVersion(
        **{name: getattr(package(Refusal.ALL_OR_NOTHING), name) for name in PackageVersion.__slots__}
        | {
            "parts": (PackagePart(item_id="A"), PackagePart(item_id="B", only_if="large")),
            "limit": days(8),
            "left_alone": SourcedLimit(limit=days(1), source=RULE),
        }
    )
    office.when(PublishPackage, OPERATOR, package_id="K3", package=small)
    office.on(3, 3).accepted(package="K3")
    assert [ref.item_id for ref in office.case().items] == ["A"]
    assert office.limits()[0] == end_of(3, 13)


def test_of_three_parts_two_are_no_single_item() -> None:
    office = HallN()
    three = replace(
        package(Refusal.ALL_OR_NOTHING),
        parts=tuple(PackagePart(item_id=name) for name in ("A", "B", "food")),
        left_alone=SourcedLimit(limit=days(1), source=RULE),
    )
    office.when(PublishPackage, OPERATOR, package_id="K3", package=three)
    office.on(3, 3).accepted(package="K3")
    before = office.limits()
    office.on(3, 11).when(WithdrawPart, P1, item_id="B")
    assert office.limits() == before
    office.when(WithdrawPart, P1, item_id="food")
    assert office.limits() == (end_of(3, 17), end_of(3, 31))


def test_a_stop_of_the_round_before_a_reopening_gives_no_days() -> None:
    """Stopped from the 3rd to the 5th, terminated, and reopened on Monday the 10th: ten days are over on the 24th, twenty on 8 April."""
    office = hall().on(3, 3).accepted(package="K1")
    office.when(StopClock, R1, **TEST)
    office.on(3, 5).when(ResumeClock, R1, suspension_id="t")
    over = {"ground": TerminationGround.FORCE_MAJEURE, "reasons": "不可抗力", "legal_basis": "行政许可法 70"}
    office.when(Terminate, D1, **over)
    office.on(3, 10).when(Reopen, L1, order="复议〔2025〕12号", reason="事实不清")
    office.on(3, 11).when(WithdrawPart, P1, item_id="B")
    assert office.limits() == (end_of(3, 24), end_of(4, 8))


def test_where_the_package_ends_in_a_year_that_is_not_known_what_is_left_has_its_least_time_all_the_same() -> None:
    """Accepted on Monday 16 November 2026: the package's 45 days end in 2027, which the hall does not know; promised are 25 days, until
    21 December. A alone has ten until the 30th and twenty until 14 December. B is withdrawn on Friday 11 December: five days from
    then on are over on the 18th, for both."""
    office = hall(5, limit=days(25)).on(11, 16, year=2026).accepted(package="K1")
    assert office.limits() == (end_of(12, 21, 2026), None)
    office.on(12, 11, year=2026).when(WithdrawPart, P1, item_id="B")
    assert office.limits() == (end_of(12, 18, 2026), end_of(12, 18, 2026))
