"""A promise keeps within the law, whatever the units: what can outlast it is not published (articles 32, 42, 44)."""

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.files.calendar_file import seeded
from domain.catalogue.item import ApprovalStep, ItemVersion
from domain.catalogue.package import PackagePart, PackageVersion, Refusal
from domain.catalogue.packaging import PublishPackage
from domain.catalogue.promises import beyond_the_law
from domain.catalogue.publishing import PublishItem, ReviseItem
from domain.catalogue.reform import AbolishMaterial
from domain.catalogue.step_order import _in_a_calendar
from domain.label import Label
from domain.time.calendar import CalendarYearMissing
from domain.time.comparison import PLAIN_WEEK, ends_later, outlasts
from domain.time.working_time import Limit, Unit, WorkingCalendar
from tests.office import NATURAL, OPERATOR, Office, days, item, material

THREE_YEARS = seeded(years=range(2024, 2027))
FIRST, LAST = date(2024, 1, 1), date(2026, 10, 31)


def calendar_days(amount: int) -> Limit:
    return Limit(amount=amount, unit=Unit.CALENDAR_DAYS)


def hours(amount: int) -> Limit:
    return Limit(amount=amount, unit=Unit.WORKING_HOURS)


def allowing(**laws: Limit) -> ItemVersion:
    """An item with other limits, and the law's beside them."""
    version = item("market", decision=days(13), statutory=days(20), extension=days(7))
    return replace(version, limits=replace(version.limits, **laws))


STEP = ApprovalStep(step="fire", department="fire", limit=calendar_days(30))


def following(*limits: Limit | None, decision: Limit) -> ItemVersion:
    """An item whose departments come one after the other, each with its limit."""
    names = [f"step-{number}" for number in range(len(limits))]
    steps = [
        ApprovalStep(step=name, department="market", after=tuple(names[:place]), limit=limit)
        for place, (name, limit) in enumerate(zip(names, limits, strict=True))
    ]
    return item(*steps, decision=decision)


@pytest.mark.parametrize(
    ("version", "late"),
    [
        (following(days(5), days(5), decision=days(10)), None),
        (following(days(5), days(6), decision=days(10)), "step-1"),  # 5 + 6 = 11
        (
            following(days(4), None, days(7), decision=days(10)),
            "step-2",
        ),  # 4 + 7 = 11; the one between has what is left
        (following(days(4), None, days(6), decision=days(10)), None),
        (item("market", "fire", decision=days(10)), None),
        (following(hours(20), hours(21), decision=hours(40)), "step-1"),
        # five working days from a Monday are Monday, three calendar days after it Thursday: the eighth working day
        (following(days(5), calendar_days(3), decision=days(8)), None),
        # five working days from a Friday are Friday, four calendar days after it Tuesday; seven working days are that Tuesday;
        # from a Monday Monday and Friday: the ninth
        (following(days(5), calendar_days(4), decision=days(7)), "step-1"),
    ],
)
def test_steps_that_follow_one_another_keep_within_the_decision_together(
    version: ItemVersion, late: str | None
) -> None:
    office = Office()
    if late is None:
        office.when(PublishItem, OPERATOR, item_id="new", item=version)
    else:
        refusal = office.refused(PublishItem, OPERATOR, item_id="new", item=version)
        assert f"step {late} comes after others, and their limits together can be longer than the" in refusal


def test_a_step_after_one_that_is_not_there_is_told_as_such_whatever_its_limit() -> None:
    lost = ApprovalStep(step="fire", department="fire", after=("nowhere",), limit=calendar_days(3))
    assert "comes after nowhere" in Office().refused(PublishItem, OPERATOR, item_id="new", item=item("market", lost))


@given(amounts=st.lists(st.integers(1, 6), min_size=2, max_size=4), promised=st.integers(2, 20))
def test_steps_are_added_as_they_are_counted(amounts: list[int], promised: int) -> None:
    """What the sum of working days says is what counting them from every day of the calendar says."""
    version = following(*map(days, amounts), decision=days(promised))
    in_calendar = _in_a_calendar(version.approvals, version.limits.decision, THREE_YEARS)
    assert (in_calendar is None) == (sum(amounts) <= promised)


@pytest.mark.parametrize(
    ("version", "says"),
    [
        (item("market", decision=calendar_days(90)), "decision: the promised 90 calendar_days can be longer than"),
        (item("market", decision=hours(200)), "decision: the promised 200 working_hours can be longer than"),
        (item("market", decision=days(21)), "decision: the promised 21 exceed the statutory 20 working_days"),
        (
            item("market", statutory=calendar_days(20), decision=days(15)),
            "15 working_days can be longer than the statutory 20",
        ),
        (allowing(statutory_notice=days(3)), "notice: the promised 5 exceed the statutory 3 working_days"),
        (allowing(statutory_delivery=days(8)), "delivery: the promised 10 exceed the statutory 8 working_days"),
        (allowing(statutory_extension=days(6)), "extension: the promised 7 exceed the statutory 6 working_days"),
        (
            allowing(extension=calendar_days(20), statutory_extension=days(10)),
            "extension: the promised 20 calendar_days",
        ),
        (item("market", STEP), "the 30 calendar_days of step fire are longer than the 10 working_days of the decision"),
        (item("market", replace(STEP, limit=days(11))), "the 11 working_days of step fire are longer than the 10"),
    ],
)
def test_a_promise_an_extension_or_a_step_that_can_outlast_the_law_is_refused(version: ItemVersion, says: str) -> None:
    office = Office()
    assert says in office.refused(PublishItem, OPERATOR, item_id="new", item=version)
    revised = replace(version, version=2, effective_from=date(2025, 6, 1))
    assert says in office.refused(ReviseItem, OPERATOR, item_id="food", item=revised, reason="改革")


def test_a_package_promises_no_more_in_another_unit_either() -> None:
    office = Office()
    package = PackageVersion(
        version=1,
        effective_from=date(2025, 1, 1),
        name=Label(zh="一件事", en="One thing"),
        zone=NATURAL,
        lead_department="market",
        parts=(PackagePart(item_id="food"), PackagePart(item_id="park")),
        limit=calendar_days(90),
        refusal=Refusal.ALL_OR_NOTHING,
        statutory=days(45),
    )
    refusal = office.refused(PublishPackage, OPERATOR, package_id="p", package=package)
    assert "limit: the promised 90 calendar_days can be longer than the statutory 45 working_days" in refusal
    assert office.when(PublishPackage, OPERATOR, package_id="p", package=replace(package, limit=calendar_days(40)))


def test_where_no_law_is_named_nothing_is_compared() -> None:
    version = allowing(notice=days(50), delivery=days(50), extension=days(50))
    assert Office().when(PublishItem, OPERATOR, item_id="new", item=version)


def test_twenty_six_calendar_days_keep_within_twenty_working_days_in_plain_weeks_but_not_after_a_festival() -> None:
    """In plain weeks 20 working days end 26 days after a Sunday at the soonest, 28 after a working day.

    From Monday 7 October 2024, the last day of the festival: Tue 8 .. Sat 12 = 5 (12 made up); 14-18 (10); 21-25 (15);
    Mon 28 Oct .. Fri 1 Nov = 5 (20). That is 25 days later.
    """
    assert outlasts(calendar_days(26), days(20), [PLAIN_WEEK]) is None
    assert outlasts(calendar_days(27), days(20), [PLAIN_WEEK]) is not None
    assert outlasts(calendar_days(25), days(20), [THREE_YEARS]) is None
    calendar = WorkingCalendar(THREE_YEARS)
    holiday = calendar.day_bounds(date(2024, 10, 7))[0] + timedelta(hours=10)
    assert calendar.local_day(calendar.due(holiday, days(20))) == date(2024, 11, 1)
    assert ends_later(calendar_days(26), days(20), calendar, holiday)
    assert outlasts(calendar_days(26), days(20), [THREE_YEARS]) is not None


def test_a_city_without_halls_counts_plain_weeks_of_eight_hours() -> None:
    assert outlasts(hours(160), days(20), []) is None
    assert outlasts(hours(161), days(20), []) is not None


def test_an_old_version_with_too_long_a_promise_is_corrected_with_its_next_version() -> None:
    office = Office()
    version = item("market", materials=[material("id"), material("lease")], decision=days(8))
    office.when(PublishItem, OPERATOR, item_id="new", item=version)
    order = {"item_id": "new", "effective_from": date(2025, 6, 1), "reason": "改革", "order": "2025-1"}
    assert office.when(AbolishMaterial, OPERATOR, **order, material_id="lease")


ANY_LIMIT = st.builds(
    Limit,
    amount=st.integers(1, 60),
    unit=st.sampled_from([Unit.CALENDAR_DAYS, Unit.WORKING_DAYS, Unit.WORKING_HOURS]),
    first_day_counts=st.booleans(),
)


@given(promise=ANY_LIMIT, law=ANY_LIMIT, start=st.dates(FIRST, LAST), hour=st.integers(0, 23))
def test_what_is_accepted_never_ends_after_the_law_from_any_start(
    promise: Limit, law: Limit, start: date, hour: int
) -> None:
    version = item("market", decision=promise, statutory=law)
    if not beyond_the_law(version, [THREE_YEARS]):
        calendar = WorkingCalendar(THREE_YEARS)
        begun = calendar.day_bounds(start)[0] + timedelta(hours=hour)
        with suppress(CalendarYearMissing):  # it ends in a year of which nothing is known
            assert not ends_later(promise, law, calendar, begun)
