"""Extensions (article 42), promises beyond the law, and service on Saturdays. Scenarios S68 to S74."""

from datetime import date
from typing import Any

import pytest

from domain.application.limits.both_limits import lit
from domain.application.limits.extension import ExtendLimit, ExtensionRefused, RefuseExtension
from domain.application.limits.suspension import ResumeClock, StopClock
from domain.application.terms import Ground
from domain.catalogue.item import ApprovalStep
from domain.catalogue.publishing import PublishItem
from domain.hall.calendars import LoadCalendar
from domain.time.calendar import DayOverride
from domain.time.light import Light
from domain.time.working_time import Limit, Unit
from tests.domain.law.common_ground import D1, G1, H1, HOURS, R1, HallN, at, end_of, version_of_a
from tests.office import OPERATOR, days

TOLD = {"notice": "延期告知书：现场情况复杂"}
ALL_TWENTY = version_of_a(decision=days(20))
"""Item A where all that the law gives is promised, so that both limits end together."""
REVIEW = {"suspension_id": "e", "ground": Ground.EXPERT_REVIEW, "notice": "专家评审告知书"}


def accepted(**given: Any) -> HallN:
    """Given item A accepted on Monday 3 March; by law until Monday 31 March."""
    return HallN(a=ALL_TWENTY).on(3, 3).accepted(**given)


def by_law(office: HallN) -> object:
    return office.limits()[1]


def test_s68_by_somebody_who_touched_no_task() -> None:
    """Given A accepted 3 Mar, statutory due Mon 31 Mar; H1 himself had taken over and approved a task on 12 Mar.
    When R1 asks 24 Mar, (a) H1 grants, (b) R1 grants, (c) D1, who handled nothing and holds the right of a head,
    grants with reasons Tue 25 Mar.
    Then (a), (b) refused; (c) allowed: due Tue 15 Apr; P1 told in writing why (延期告知书), by 31 Mar.
    Two-way T27: D1 who extended may still decide / not. Choice: may (an extension handles nothing; 42 wants the
    responsible head); data.
    Source: rule 9.
    """
    office = accepted().on(3, 12).approve(by=H1)
    assert "H1 handles or handled A:review" in office.on(3, 24).refused(ExtendLimit, H1, **TOLD)
    assert "may not give ExtendLimit" in office.refused(ExtendLimit, R1, **TOLD)
    office.on(3, 25).when(ExtendLimit, D1, **TOLD)
    assert by_law(office) == end_of(4, 15)
    office.decide(by=D1)


def test_s69_once_and_before_the_end() -> None:
    """Given S68(c).
    When a second one is asked 10 Apr: refused (once). Given no extension: granted Mon 31 Mar 16:30: allowed; Tue 1 Apr
    09:00: refused, passed; the case goes red and must still be decided.
    """
    office = accepted().on(3, 25)
    office.when(ExtendLimit, D1, **TOLD)
    assert "has had its one extension" in office.on(4, 10).refused(ExtendLimit, D1, **TOLD)
    accepted().on(3, 31, 16, 30).when(ExtendLimit, D1, **TOLD)
    office = accepted()
    assert "passed" in office.on(4, 1, 9).refused(ExtendLimit, D1, **TOLD)
    promised, lawful = lit(office.case(), at(4, 1, 9))
    assert promised is not None
    assert lawful is not None
    assert (promised.light, lawful.light) == (Light.RED, Light.RED)
    office.approve().decide()


def test_s70_while_the_clock_stands_still_the_limit_has_not_passed() -> None:
    """Given A due Mon 31 Mar; expert review told 24 Mar 09:00, still running.
    When D1 extends Thu 3 Apr.
    Then allowed: 14 wd used (4-7, 10-14, 17-21 Mar), 6 remain; review ends Thu 10 Apr 17:00 (13 wd stopped: 24-28, 31
    Mar, 1-3, 7-10 Apr): due Fri 18 Apr (11, 14-18 Apr), extended + 10 (21-25, 27-30 Apr, 6 May) = Tue 6 May. Refusing
    it as "passed on 31 March" is wrong.

    Read by T38: the day on which the clock stops is used, so twelve days stood still (25 to 28, 31 March, 1 to 3, 7 to
    10 April): due Thursday 17 April; ten more (18, 21 to 25, 27 to 30 April) is Wednesday 30 April.
    """
    office = accepted()
    office.on(3, 24, 9).when(StopClock, R1, **REVIEW)
    office.on(4, 3).when(ExtendLimit, D1, **TOLD)
    office.on(4, 10, 17).when(ResumeClock, R1, suspension_id="e")
    assert by_law(office) == end_of(4, 30)


def test_s70_without_the_extension() -> None:
    office = accepted()
    office.on(3, 24, 9).when(StopClock, R1, **REVIEW)
    office.on(4, 10, 17).when(ResumeClock, R1, suspension_id="e")
    assert by_law(office) == end_of(4, 17)


def test_s71_joint_handling_has_45_days_and_15_more() -> None:
    """Given K accepted 3 Mar, due Thu 8 May.
    When (a) H1 (lead) grants 15 wd Tue 6 May, (b) G1 does.
    Then (a) refused: 本级人民政府负责人; (b) allowed: due Thu 29 May, once; P1 told why. G1 who signed nothing else.
    Two-way T28: K2, each by itself, is joint handling (45+15, G1) / a bundle of single procedures (20+10, each head).
    Choice: data of the package with its source; without it the shorter.
    Source: ALL 26, 42(2).
    """
    office = HallN().on(3, 3).accepted(package="K1")
    assert by_law(office) == end_of(5, 8)
    office.on(5, 6).when(ExtendLimit, G1, **TOLD)
    assert by_law(office) == end_of(5, 29)
    assert "has had its one extension" in office.refused(ExtendLimit, G1, **TOLD)


def test_s71_the_head_of_the_lead_department_does_not_extend_joint_handling() -> None:
    office = HallN().on(3, 3).accepted(package="K1")
    assert "article 42" in office.on(5, 6).refused(ExtendLimit, H1, **TOLD)


def test_s72_a_refused_request() -> None:
    """When R1 asks 24 Mar and D1 declines 25 Mar "workload is no reason".
    Then recorded with reasons, told to R1's queue; due stays 31 Mar; a new request with other facts before the end of
    31 Mar: allowed.
    Two-way T37: only the asking department is told / the applicant too. Choice: the department always, with the
    reason; the applicant when he asked for it or had been told of the request.
    """
    office = accepted()
    office.on_the_staff(R1)
    office.on(3, 25).when(RefuseExtension, D1, asked_by="R1", reason="工作量大不是理由")
    (refused,) = office.events(ExtensionRefused)
    assert isinstance(refused, ExtensionRefused)
    assert (refused.asked_by, by_law(office)) == ("R1", end_of(3, 31))
    office.on(3, 31, 16).when(ExtendLimit, D1, **TOLD)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"decision": days(25)}, "limits: decision: the promised 25 exceed"),
        ({"decision": Limit(amount=90, unit=Unit.CALENDAR_DAYS)}, "can be longer than the statutory"),
        ({"extension": days(15)}, "limits: extension: the promised 15 exceed"),
        ({"approvals": (ApprovalStep(step="review", department="market", limit=days(22)),)}, "are longer than"),
        ({}, ""),
    ],
)
def test_s73_a_catalogue_beyond_the_law_is_refused(changes: dict[str, Any], says: str) -> None:
    """When a version is published with (a) promised 25 wd, (b) 90 calendar days against 20 wd, (c) extension 15 without
    joint handling, (d) a step of 22 wd, (e) promised 10.
    Then (a)-(d) refused naming rule and article (unless another law is named as source); (e) fine: both limits, each
    with its light: accepted 3 Mar: promised Mon 17 Mar red from 18 Mar, statutory Mon 31 Mar green/yellow. An
    extension moves the statutory limit only; two-way T29, choice: the promise is not moved, it is reported as missed,
    unless the item says "with".
    """
    office = HallN()
    version = version_of_a(**changes)
    if says:
        assert says in office.refused(PublishItem, OPERATOR, item_id="Z", item=version)
    else:
        office.when(PublishItem, OPERATOR, item_id="Z", item=version)


def test_s73_both_limits_are_shown_each_with_its_light() -> None:
    """Promised until 17 March, red from then on; by law until the 31st."""
    office = HallN().on(3, 3).accepted()
    assert office.limits() == (end_of(3, 17), end_of(3, 31))
    promised, lawful = lit(office.case(), at(3, 18))
    assert promised is not None
    assert lawful is not None
    assert (promised.light, lawful.light) == (Light.RED, Light.GREEN)


def test_s73_an_extension_does_not_move_what_was_promised() -> None:
    office = HallN().on(3, 3).accepted()
    office.on(3, 14).when(ExtendLimit, D1, **TOLD)
    assert office.limits() == (end_of(3, 17), end_of(4, 15))


def with_service_on_saturdays() -> HallN:
    """Given a hall that is open on the Saturdays 8 and 15 March as a service."""
    office = HallN()
    service = tuple(
        DayOverride(day=date(2025, 3, day), sessions=HOURS, reason="周六延时服务", counts=False) for day in (8, 15)
    )
    office.when(LoadCalendar, OPERATOR, hall_id="N", overrides=service)
    return office


def test_s74_saturday_service() -> None:
    """Given hall N opens Sat 8 and 15 Mar as a service ("open", not "working day").
    When P1 applies Sat 8 Mar 10:00.
    Then taken and received on 8 Mar; no limit counts 8 or 15 Mar: notice until Fri 14 Mar; accepted 8 Mar -> statutory
    due Mon 7 Apr; a period whose last day is Sat 15 Mar (calendar days) ends Mon 17 Mar.
    """
    office = with_service_on_saturdays().on(3, 8).accepted()
    assert office.case().started is not None
    assert office.case().started.at == at(3, 8)
    assert by_law(office) == end_of(4, 7)
    office = with_service_on_saturdays().on(3, 8).apply()
    office.on(3, 14, 16, 59).look()
    assert office.case().accepted is None
    office.on(3, 17, 9).look()
    assert office.case().accepted is not None


def test_s74_a_promise_for_a_saturday_of_service_binds_until_monday() -> None:
    office = with_service_on_saturdays().on(3, 8).accepted(A4=date(2025, 3, 15))
    office.on(3, 17, 16).hand_in("A4").find_in_order("A4")
    assert office.case().under_way
