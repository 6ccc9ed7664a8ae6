"""Halls with other calendars, and halls that are closed after the fact. Scenarios S93 to S95 and S104 to S107, with their sums."""

from datetime import date

from domain.application.beside.transfer import Transfer
from domain.application.consequences.deadlines import Kind, deadlines
from domain.application.consequences.lapses import DeferralLapsed
from domain.application.consequences.recount import LimitsRecounted, RecountLimits
from domain.application.limits.suspension import ResumeClock, StopClock
from domain.application.terms import Ground
from domain.hall.calendars import LoadCalendar
from domain.record import Role
from domain.time.calendar import DayOverride
from tests.domain.law.common_ground import CALENDAR, HOURS, R1, HallN, back_room, end_of, midnight_after
from tests.domain.law.test_supplements import MISSING
from tests.office import OPERATOR

EXPERTS = {"suspension_id": "e", "ground": Ground.EXPERT_REVIEW, "notice": "专家评审告知书"}
ORDER = {"order": "市政务〔2025〕8号", "notice": "因台风闭馆，期限重新计算"}
RM, DM = back_room("RM", "market", hall="M"), back_room("DM", "market", Role.HEAD, "M")


def beside_hall_m(closed_on: date) -> HallN:
    """Given hall M, like N but for one day on which it is closed and which does not count."""
    office = HallN()
    office.open_hall("M", CALENDAR.with_override(DayOverride(day=closed_on, sessions=(), reason="馆庆闭馆")))
    return office


def transferred(office: HallN, day: int) -> HallN:
    office.on(3, day).when(Transfer, hall="M", reason="属地办理")
    return office


def closed_after_the_fact(office: HallN, day: int) -> HallN:
    """When it is entered afterwards that hall N was closed on a day of March."""
    override = DayOverride(day=date(2025, 3, day), sessions=(), reason="台风闭馆")
    office.when(LoadCalendar, OPERATOR, hall_id="N", overrides=(override,))
    return office


def delivery(office: HallN) -> object:
    return next(each.at for each in deadlines(office.case(), office.city) if each.part == "delivery")


def notice(office: HallN) -> object:
    return next(each.at for each in deadlines(office.case(), office.city) if each.kind is Kind.NOTICE)


def test_s93_a_case_goes_on_at_a_hall_with_another_calendar() -> None:
    """Given item A accepted Mon 3 Mar at N, by law until Mon 31 Mar; hall M is closed on Wed 12 Mar.
    When it is transferred on Mon 10 Mar and granted at M on Tue 11 Mar.
    Then the limit that ran keeps its end, 31 Mar; the ten days for the delivery begin at M and count by its calendar:
    13, 14 Mar (2), 17 .. 21 (7), 24 .. 26 (10): Wed 26 Mar; at N it would be Tue 25 Mar.
    Source: ALL 42, 44, 82; a hall's calendar is the office's own.
    """
    office = transferred(beside_hall_m(date(2025, 3, 12)).on(3, 3).accepted(), 10)
    assert office.limits()[1] == end_of(3, 31)
    office.on(3, 11).approve(by=RM).decide(by=DM)
    assert delivery(office) == end_of(3, 26)


def test_s94_transferred_while_the_clock_stands_still() -> None:
    """Given item A accepted Mon 3 Mar; an expert review from Tue 11 Mar 09:00 to Tue 18 Mar 17:00; M is closed on Fri 14 Mar.
    When it is transferred on Thu 13 Mar, and the clock resumes at M.
    Then the stop is told by the calendar of the hall where it ends: 12, 13, 17, 18 Mar, four days. 31 Mar and four more:
    1, 2, 3 Apr, [4 to 6], 7 Apr: Mon 7 Apr. By N's calendar it would be five days, Tue 8 Apr.
    Two-way T41: the calendar of each hall for its own days / of the last hall for all. Choice: the last hall's, which here
    is the earlier end; data of the transfer. Source: ALL 45.
    """
    office = beside_hall_m(date(2025, 3, 14)).on(3, 3).accepted()
    office.on(3, 11, 9).when(StopClock, R1, **EXPERTS)
    transferred(office, 13).on(3, 18, 17).when(ResumeClock, RM, suspension_id="e")
    assert office.limits()[1] == end_of(4, 7)


def test_s95_a_transfer_gives_nobody_a_day_more() -> None:
    """Given item A received Mon 3 Mar at N, notice until Mon 10 Mar; hall M is closed on Fri 7 Mar.
    When it is transferred on Wed 5 Mar, not checked yet.
    Then the notice stays due on Mon 10 Mar (4 .. 7, 10): the law's five days began with the receipt, and no transfer
    inside the office lengthens them. By M's calendar it would be Tue 11 Mar (4, 5, 6, 10, 11).
    Source: ALL 32(1)(4); a limit that runs keeps its end (S93).
    """
    assert notice(transferred(beside_hall_m(date(2025, 3, 7)).on(3, 3).apply(), 5)) == end_of(3, 10)


def test_s95_nor_a_day_more_for_the_delivery() -> None:
    """Granted at N on 11 March, to be delivered until Tuesday the 25th; transferred on the 13th to M, closed on the 20th."""
    office = beside_hall_m(date(2025, 3, 20)).on(3, 3).accepted().approve().on(3, 11).decide()
    assert delivery(transferred(office, 13)) == end_of(3, 25)


def test_s104_a_typhoon_closes_the_hall() -> None:
    """Given C1 for item A, accepted Mon 3 Mar (promised Mon 17 Mar, by law Mon 31 Mar), and C2 with its notice of Tue 4 Mar
    (A5, until Tue 18 Mar). Hall N was closed on Wed 12 Mar.
    When that is entered on Thu 13 Mar. Then nothing moves by itself.
    When the operator counts both anew by an order and tells the applicants. Then 12 Mar does not count: C1 is promised
    until Tue 18 Mar (4 .. 7, 10, 11, 13, 14, 17, 18) and by law until Tue 1 Apr; C2 has time until Wed 19 Mar.
    Source: ALL 82, CC 203; the hall's order is the source of the closing.
    """
    office = HallN().on(3, 3).accepted().apply(case_id="C2").check("C2", A5=MISSING)
    office.on(3, 4).notice(case_id="C2")
    closed_after_the_fact(office.on(3, 13), 12)
    assert office.limits() == (end_of(3, 17), end_of(3, 31))
    assert office.case("C2").answer_by == end_of(3, 18)
    for case_id in ("C1", "C2"):
        office.when(RecountLimits, OPERATOR, case_id=case_id, **ORDER)
    assert office.limits() == (end_of(3, 18), end_of(4, 1))
    assert office.case("C2").answer_by == end_of(3, 19)


def test_s105_closed_on_the_day_of_a_promise() -> None:
    """Given A4 promised for Fri 14 Mar, on which hall N turned out to be closed; entered on Mon 17 Mar 08:30.
    When nobody looked at the case since. Then P1 who brings A4 on Mon 17 Mar is in time: on a day without business the
    period did not end (CC 203), and ends with the next working day; no lapse is recorded before Tue 18 Mar.
    Two-way T42: only with an order, as S104 / by itself. Choice: by itself, since it takes nothing from anybody.
    """
    office = HallN().on(3, 3).accepted(A4=date(2025, 3, 14))
    closed_after_the_fact(office.on(3, 17, 8, 30), 14)
    office.on(3, 17, 16).hand_in("A4").find_in_order("A4")
    assert not office.events(DeferralLapsed)

    nobody = HallN().on(3, 3).accepted(A4=date(2025, 3, 14))
    closed_after_the_fact(nobody.on(3, 17, 8, 30), 14).on(3, 18, 9).look()
    assert nobody.act_of(DeferralLapsed).occurred_at == midnight_after(3, 17)


def test_s106_closed_while_a_result_is_to_be_delivered() -> None:
    """Given item A granted on Tue 11 Mar, to be delivered until Tue 25 Mar (12 .. 14 = 3, 17 .. 21 = 8, 24, 25 = 10).
    When N was closed on Thu 20 Mar, and the case is counted anew on the 21st. Then until Wed 26 Mar. Source: ALL 44, 82.
    """
    office = HallN().on(3, 3).accepted().approve().on(3, 11).decide()
    assert delivery(office) == end_of(3, 25)
    closed_after_the_fact(office.on(3, 21), 20).when(RecountLimits, OPERATOR, **ORDER)
    assert delivery(office) == end_of(3, 26)


def test_s107_closed_on_a_day_on_which_the_clock_stood_still_anyway() -> None:
    """Given item A accepted Mon 3 Mar; an expert review from Tue 11 to Tue 18 Mar: 12 .. 14, 17, 18 = five days, by law until
    Tue 8 Apr (31 Mar; 1 .. 3 Apr, [4 to 6], 7, 8).
    When N was closed on Thu 13 Mar, and the case is counted anew on the 20th.
    Then nothing moves: six days were used until the stop (4 .. 7, 10, 11), fourteen follow it (19 .. 21 = 3, 24 .. 28 = 8,
    31 Mar .. 3 Apr = 12, 7, 8 Apr = 14), and the closed day is none of them. No event says that something moved.
    Source: ALL 45, 82: what does not count anyway is not given twice.
    """
    office = HallN().on(3, 3).accepted()
    office.on(3, 11, 9).when(StopClock, R1, **EXPERTS)
    office.on(3, 18, 17).when(ResumeClock, R1, suspension_id="e")
    before = office.limits()
    assert before[1] == end_of(4, 8)
    closed_after_the_fact(office.on(3, 20), 13).when(RecountLimits, OPERATOR, **ORDER)
    assert office.limits() == before
    assert not office.events(LimitsRecounted)


def test_s105_a_day_that_is_entered_afterwards_ends_no_promise_earlier() -> None:
    """A4 is promised for Sunday 16 March, so until the end of Monday the 17th; that the Sunday was worked is entered afterwards."""
    office = HallN().on(3, 3).accepted(A4=date(2025, 3, 16))
    worked = DayOverride(day=date(2025, 3, 16), sessions=HOURS, reason="调休上班", counts=True)
    office.on(3, 7).when(LoadCalendar, OPERATOR, hall_id="N", overrides=(worked,))
    office.on(3, 17, 16).look()
    assert not office.events(DeferralLapsed)
    office.on(3, 18, 9).look()
    assert office.act_of(DeferralLapsed).occurred_at == midnight_after(3, 17)
