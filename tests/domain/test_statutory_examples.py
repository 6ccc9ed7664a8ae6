"""Limits of the law worked by hand, over the Spring Festival and the National Day with their make-up days.

What the State Council announced: in 2025 no work from 28 January to 4 February and from 1 to 8 October, work on the
make-up days Sunday 26 January, Saturday 8 February, Sunday 28 September and Saturday 11 October; in 2026 no work from 15
to 23 February, work on the Saturdays 14 and 28 February. The hall works from 9:00 to 12:00 and from 13:30 to 17:30.
The sum of each example is its last column: the days that count, in their order.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from typing import Any

import pytest

from domain.application.consequences.deadlines import Kind, Tick, deadlines
from domain.application.consequences.lapses import DeemedAccepted, DeferralLapsed
from domain.application.limits.extension import ExtendLimit
from domain.application.limits.suspension import ResumeClock, StopClock
from domain.application.path.acceptance import Accept
from domain.application.path.approvals import ClaimTask, ReturnTask
from domain.application.path.intake import RegisterIntake
from domain.application.path.materials import CheckMaterial, GiveNotice, SubmitMaterial
from domain.application.terms import Channel, Ground, Status, Verdict
from domain.catalogue.package import PackagePart, PackageVersion, Refusal
from domain.catalogue.packaging import PublishPackage
from domain.catalogue.publishing import PublishItem
from domain.label import Label
from domain.record import CLOCK, Actor, Role
from domain.time.working_time import Limit, Unit
from tests.office import (
    CITIZEN,
    HASH,
    NATURAL,
    OPERATOR,
    Office,
    accepted,
    applicant,
    checked,
    days,
    decided,
    item,
    material,
    received,
    reviewer,
)

MARKET = reviewer("market")
HEAD = Actor(person="H9", role=Role.HEAD, department="market", hall="H1")


def at(month: int, day: int, hour: int = 10, minute: int = 0, year: int = 2025) -> datetime:
    """A moment by the hall's clock, as UTC."""
    return datetime(year, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def closing(month: int, day: int, year: int = 2025) -> datetime:
    """When the hall closes on a day."""
    return at(month, day, 17, 30, year)


def working(*spans: str, year: int = 2025) -> list[date]:
    """Days written out: ``10-09`` is one, ``10-13..17`` are several."""

    def days_of(span: str) -> Iterator[date]:
        month, _, rest = span.partition("-")
        first, _, last = rest.partition("..")
        return (date(year, int(month), number) for number in range(int(first), int(last or first) + 1))

    return list(chain.from_iterable(map(days_of, spans)))


def an_office(now: datetime, decision: int = 20, extension: int = 10) -> Office:
    """Given an office whose item ``law`` has these limits, in working days."""
    office = Office()
    office.when(
        PublishItem,
        OPERATOR,
        item_id="law",
        item=item(
            "market",
            materials=[material("id"), material("plan", deferrable=True)],
            decision=days(decision),
            statutory=days(max(20, decision)),
            extension=days(extension),
        ),
    )
    office.now = now - timedelta(minutes=1)
    return office


def jointly(limit: int, extension: int) -> PackageVersion:
    """A package of two items that promises so many working days, under what the law allows joint handling."""
    return PackageVersion(
        version=1,
        effective_from=date(2025, 1, 1),
        name=Label(zh="一件事", en="One thing"),
        zone=NATURAL,
        lead_department="market",
        parts=(PackagePart(item_id="law"), PackagePart(item_id="homestead")),
        limit=days(limit),
        refusal=Refusal.ALL_OR_NOTHING,
        extension=days(extension),
        statutory=days(45),
        statutory_extension=days(15),
    )


def accepted_on(day: datetime, **limits: int) -> Office:
    """Given an application that was received, checked and accepted on a day."""
    return accepted("law", office=an_office(day, **limits))


RECEIVED = [
    # received, notice until, the five working days after the day of receipt
    (at(1, 27), closing(2, 10), working("02-5..8", "02-10")),  # Monday, the last working day before the festival
    (at(1, 24), closing(2, 7), working("01-26..27", "02-5..7")),  # Friday; Sunday the 26th is worked
    (at(1, 26), closing(2, 8), working("01-27", "02-5..8")),  # on the make-up day itself
    (at(1, 30), closing(2, 10), working("02-5..8", "02-10")),  # online, on a day of the festival
    (at(9, 30), closing(10, 14), working("10-9..11", "10-13..14")),  # Tuesday, the last working day before the holiday
    (at(9, 26), closing(10, 10), working("09-28..30", "10-9..10")),  # Friday; Sunday the 28th is worked
    (at(10, 1), closing(10, 14), working("10-9..11", "10-13..14")),  # online, on the National Day
    (at(10, 11), closing(10, 17), working("10-13..17")),  # on the make-up Saturday
    (at(2, 13, year=2026), closing(2, 27, 2026), working("02-14", "02-24..27", year=2026)),
    (at(2, 14, year=2026), closing(2, 28, 2026), working("02-24..28", year=2026)),  # ends on a make-up Saturday
]


@pytest.mark.parametrize(("received_at", "until", "counted"), RECEIVED)
def test_article_32_the_notice_is_due_within_five_working_days(
    received_at: datetime, until: datetime, counted: list[date]
) -> None:
    office = received("law", office=an_office(received_at))
    (deadline,) = deadlines(office.case(), office.city)
    assert (deadline.kind, deadline.at) == (Kind.NOTICE, until)
    assert len(counted) == 5
    assert counted[-1] == (until + timedelta(hours=8)).date()


ANSWERED = [
    # notice given, answer until, the five working days after it
    (at(1, 24), closing(2, 7), working("01-26..27", "02-5..7")),
    (at(2, 10), closing(2, 17), working("02-11..14", "02-17")),
    (at(9, 26), closing(10, 10), working("09-28..30", "10-9..10")),
    (at(10, 10), closing(10, 16), working("10-11", "10-13..16")),
]


@pytest.mark.parametrize(("noticed_at", "until", "counted"), ANSWERED)
def test_a_supplement_is_due_within_five_working_days_of_the_notice(
    noticed_at: datetime, until: datetime, counted: list[date]
) -> None:
    office = checked(received("law", office=an_office(noticed_at)), id=Verdict.MISSING)
    office.when(GiveNotice)
    (deadline,) = deadlines(office.case(), office.city)
    assert (deadline.kind, deadline.at) == (Kind.SUPPLEMENT, until)
    assert len(counted) == 5
    assert counted[-1] == (until + timedelta(hours=8)).date()


DECISIONS = [
    # accepted, working days, due, the days that count
    (at(9, 30), 20, closing(11, 4), working("10-9..11", "10-13..17", "10-20..24", "10-27..31", "11-3..4")),
    (at(1, 24), 20, closing(2, 27), working("01-26..27", "02-5..8", "02-10..14", "02-17..21", "02-24..27")),
    (
        at(2, 14, year=2026),
        20,
        closing(3, 20, 2026),
        working("02-24..28", "03-2..6", "03-9..13", "03-16..20", year=2026),
    ),
    (at(9, 26), 20, closing(10, 30), working("09-28..30", "10-9..11", "10-13..17", "10-20..24", "10-27..30")),
    (at(1, 27), 5, closing(2, 10), working("02-5..8", "02-10")),  # a promised limit of five
    (  # joint handling: 45 working days (article 42)
        at(9, 30),
        45,
        closing(12, 9),
        working(
            "10-9..11", "10-13..17", "10-20..24", "10-27..31", "11-3..7", "11-10..14", "11-17..21", "11-24..28",
            "12-1..5", "12-8..9",
        ),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("accepted_at", "amount", "due_at", "counted"), DECISIONS)
def test_article_42_the_decision_is_due_so_many_working_days_after_the_acceptance(
    accepted_at: datetime, amount: int, due_at: datetime, counted: list[date]
) -> None:
    office = accepted_on(accepted_at, decision=amount)
    assert office.case().due_at == due_at
    assert len(counted) == amount
    assert counted[-1] == (due_at + timedelta(hours=8)).date()


EXTENSIONS = [
    # accepted, limit, extended by, due, the days that the extension adds
    (at(9, 30), 20, 10, closing(11, 18), working("11-5..7", "11-10..14", "11-17..18")),  # after Tuesday 4 November
    (at(1, 24), 20, 10, closing(3, 13), working("02-28", "03-3..7", "03-10..13")),  # after Thursday 27 February
    (at(9, 30), 45, 15, closing(12, 30), working("12-10..12", "12-15..19", "12-22..26", "12-29..30")),  # joint handling
    (at(9, 15), 10, 5, closing(10, 11), working("09-29..30", "10-9..11")),  # after Sunday 28 September
]


@pytest.mark.parametrize(("accepted_at", "amount", "more", "due_at", "counted"), EXTENSIONS)
def test_article_42_an_extension_counts_from_the_last_day_of_the_limit(
    accepted_at: datetime, amount: int, more: int, due_at: datetime, counted: list[date]
) -> None:
    office = accepted_on(accepted_at, decision=amount, extension=more)
    office.when(ExtendLimit, HEAD, notice="延长的书面告知")
    assert office.case().due_at == due_at
    assert len(counted) == more
    assert counted[-1] == (due_at + timedelta(hours=8)).date()


JOINTLY = [
    # accepted, promised, extended by, due, due after the extension; the last days of both
    (at(9, 30), 45, 15, closing(12, 9), closing(12, 30)),  # what the law allows, as summed above
    (
        at(9, 30),
        15,
        5,
        closing(10, 28),
        closing(11, 4),
    ),  # 10-9..11, 10-13..17, 10-20..24, 10-27..28; 10-29..31, 11-3..4
    (at(1, 24), 30, 15, closing(3, 13), closing(4, 3)),  # 20 until 02-27, then 02-28, 03-3..7, 03-10..13; 03-14 .. 04-3
]


@pytest.mark.parametrize(("accepted_at", "promised", "more", "due_at", "extended_to"), JOINTLY)
def test_article_42_joint_handling_has_the_packages_own_limit_and_extension(
    accepted_at: datetime, promised: int, more: int, due_at: datetime, extended_to: datetime
) -> None:
    office = an_office(accepted_at)
    office.when(PublishPackage, OPERATOR, package_id="shop", package=jointly(promised, more))
    office.now = accepted_at - timedelta(minutes=6)
    intake = {"package": "shop", "channel": Channel.WINDOW, "hall": "H1", "window": "W1"}
    office.when(RegisterIntake, applicant=applicant(), **intake)
    checked(office)
    office.now = accepted_at - timedelta(minutes=1)
    office.when(Accept)
    assert office.case().due_at == due_at
    office.when(ExtendLimit, HEAD, notice="延长的书面告知")
    assert office.case().due_at == extended_to


def test_article_42_joint_handling_promises_no_more_than_45_working_days_and_15_more() -> None:
    office = an_office(at(9, 30))
    publish = (PublishPackage, OPERATOR)
    assert "limit: the promised 46 exceed the statutory 45 working_days; promise less" in office.refused(
        *publish, package_id="shop", package=jointly(46, 15)
    )
    assert "extension: the promised 16 exceed the statutory 15 working_days; promise less" in office.refused(
        *publish, package_id="shop", package=jointly(45, 16)
    )
    office.when(*publish, package_id="shop", package=jointly(45, 15))


STOPS = [
    # accepted, the stops, due; the days that do not count, and those that follow the former due day instead
    (at(9, 30), [(at(10, 13), at(10, 20))], working("10-14..17", "10-20"), working("11-5..7", "11-10..11")),
    (at(9, 26), [(at(9, 30), at(10, 9))], working("10-9"), working("10-31")),  # over the whole holiday: one working day
    (
        at(9, 30),
        [(at(10, 13), at(10, 20)), (at(10, 16), at(10, 22))],  # a hearing and an inspection: what overlaps counts once
        working("10-14..17", "10-20..22"),
        working("11-5..7", "11-10..13"),
    ),
    (at(1, 24), [(at(1, 27), at(2, 8))], working("02-5..8"), working("02-28", "03-3..5")),
]


@pytest.mark.parametrize(("accepted_at", "stops", "uncounted", "instead"), STOPS)
def test_article_45_a_special_procedure_does_not_count(
    accepted_at: datetime, stops: list[tuple[datetime, datetime]], uncounted: list[date], instead: list[date]
) -> None:
    office = accepted_on(accepted_at)
    office.when(ClaimTask, MARKET, task_id="law:market")
    moments = [
        (start, StopClock, {"ground": Ground.HEARING, "presided_by": "B2", "notice": "书面告知"}, n)
        for n, (start, _) in enumerate(stops)
    ]
    moments += [(end, ResumeClock, {}, n) for n, (_, end) in enumerate(stops)]
    for moment, command, fields, number in sorted(moments, key=lambda each: each[0]):
        office.now = moment
        office.when(command, MARKET, suspension_id=f"s{number}", **fields)
    assert len(uncounted) == len(instead)
    assert office.case().due_at == closing(instead[-1].month, instead[-1].day)


def _ticked(office: Office, moment: datetime) -> Any:
    office.now = moment
    return office.when(Tick, CLOCK)


def test_a_notice_on_the_fifth_day_after_the_national_day_is_in_time_and_its_answer_has_five_more() -> None:
    """Received 30 September; 9, 10, 11, 13, 14 October are five; the answer has 15, 16, 17, 20, 21."""
    office = checked(received("law", office=an_office(at(9, 30))), id=Verdict.MISSING)
    office.now = at(10, 14, 17)
    office.when(GiveNotice)
    assert office.case().answer_by == closing(10, 21)


def test_a_notice_on_the_sixth_day_is_too_late_and_the_decision_counts_from_the_receipt() -> None:
    """Accepted by law from 30 September; 20 working days of that day are over on 4 November, as above."""
    office = checked(received("law", office=an_office(at(9, 30))), id=Verdict.MISSING)
    office.now = at(10, 15, 9)
    assert "is in_review" in office.refused(GiveNotice)
    deemed = _ticked(office, at(10, 15, 9))[0]
    assert isinstance(deemed, DeemedAccepted)
    assert (deemed.lapsed_at, office.case().due_at) == (closing(10, 14), closing(11, 4))


def test_an_office_that_is_silent_over_the_spring_festival_has_accepted_on_the_day_before_it() -> None:
    """Received 27 January; the notice had until 10 February; ten working days of the receipt end on 17 February.

    5, 6, 7, 8, 10, 11, 12, 13, 14, 17 February.
    """
    office = received("law", office=an_office(at(1, 27), decision=10))
    _ticked(office, at(2, 11, 9))
    case = office.case()
    assert case.accepted is not None
    assert (case.accepted.at, case.due_at) == (at(1, 27), closing(2, 17))


def test_a_complete_supplement_before_the_holiday_counts_as_accepted_when_nobody_answers() -> None:
    """The supplement came on 29 September; 30 September, 9, 10, 11, 13 October are five."""
    office = checked(received("law", office=an_office(at(9, 26))), id=Verdict.MISSING)
    office.when(GiveNotice)
    office.now = at(9, 29)
    office.when(SubmitMaterial, CITIZEN, material_id="id", content_hash=HASH)
    assert _ticked(office, at(10, 13, 17)) == []
    assert isinstance(_ticked(office, closing(10, 13))[0], DeemedAccepted)
    accepted_by_law = office.case().accepted
    assert accepted_by_law is not None
    assert accepted_by_law.at == at(9, 29, 10, 1)


def test_the_time_of_a_supplement_that_a_department_asked_for_does_not_count() -> None:
    """Accepted 26 September, due 30 October; asked on the 29th, in on 10 October: 30 September, 9, 10 October do not count."""
    office = accepted_on(at(9, 26))
    office.when(ClaimTask, MARKET, task_id="law:market")
    office.now = at(9, 29)
    office.when(ReturnTask, MARKET, task_id="law:market", materials=("id",), reason="补正")
    office.now = at(10, 10)
    office.when(SubmitMaterial, CITIZEN, material_id="id", content_hash=HASH)
    assert office.case().due_at == closing(11, 4)  # 31 October, 3 and 4 November instead


@pytest.mark.parametrize(
    ("decided_at", "until", "counted"),
    [
        (at(9, 30), closing(10, 21), working("10-9..11", "10-13..17", "10-20..21")),
        (at(1, 27), closing(2, 17), working("02-5..8", "02-10..14", "02-17")),
    ],
)
def test_article_44_the_result_is_delivered_within_ten_working_days_of_the_decision(
    decided_at: datetime, until: datetime, counted: list[date]
) -> None:
    office = decided("law", office=an_office(decided_at))
    (deadline,) = deadlines(office.case(), office.city)
    assert (deadline.kind, deadline.part, deadline.at) == (Kind.RED, "delivery", until)
    assert len(counted) == 10


def test_a_promise_to_bring_a_material_on_a_holiday_binds_until_the_end_of_the_next_working_day() -> None:
    """Civil Code, article 203: 8 October 2025 is the last day of the holiday, 9 October is worked."""
    office = checked(received("law", office=an_office(at(9, 30))), plan=Verdict.MISSING)
    promised = {"verdict": Verdict.DEFERRED, "promised_by": date(2025, 10, 8)}
    office.when(CheckMaterial, material_id="plan", **promised)
    assert _ticked(office, at(10, 9, 23, 58)) == []
    (lapsed,) = _ticked(office, at(10, 10, 0, 0))
    assert isinstance(lapsed, DeferralLapsed)
    assert office.case().status is Status.SENT_BACK


@pytest.mark.parametrize(
    ("limit", "start", "due_at"),
    [
        (Limit(amount=20, unit=Unit.CALENDAR_DAYS), at(9, 30), at(10, 21, 0)),  # 20 October, 24:00
        (
            Limit(amount=8, unit=Unit.WORKING_HOURS),
            at(9, 30, 16, 30),
            closing(10, 9),
        ),  # one hour, then 3 and 4 on the 9th
        (Limit(amount=1, unit=Unit.WORKING_DAYS, first_day_counts=True), at(9, 28), closing(9, 28)),  # on the spot
    ],
)
def test_the_unit_of_a_limit_is_data_of_the_item(limit: Limit, start: datetime, due_at: datetime) -> None:
    office = Office()
    version = item("market", materials=[material("id")], decision=limit)
    office.when(PublishItem, OPERATOR, item_id="other", item=version)
    office.now = start - timedelta(minutes=4)  # received, handed in, checked, and accepted at ``start``
    assert accepted("other", office=office).case().due_at == due_at
