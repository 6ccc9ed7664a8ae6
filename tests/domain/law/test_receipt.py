"""The time of receipt, set right while and after its limit runs. Scenarios S79 to S81."""

from typing import Any

import pytest

from domain.application.beside.corrections import CorrectClericalError
from domain.application.consequences.deadlines import Kind, deadlines
from domain.application.consequences.lapses import DeemedAccepted
from domain.application.terms import Correctable
from tests.domain.law.common_ground import F1, F2, H1, HallN, at, end_of


def right(text: str, confirmed_by: str = "H1") -> dict[str, Any]:
    """The correction of the receipt to another time, with its proof and who confirms it."""
    return {
        "corrects": 1,
        "correction": f"收件时间应为 {text}",
        "reason": "窗口收件回执",
        "confirmed_by": confirmed_by,
        "field": Correctable.OCCURRED_AT,
        "value": text,
    }


FRIDAY, MONDAY = "2025-03-07T16:30+08:00", "2025-03-10T10:00+08:00"


def received(day: int) -> HallN:
    """Given item A, recorded as received on a day of March, and nothing checked."""
    office = HallN()
    for known in (F1, F2, H1):
        office.on_the_staff(known)
    return office.on(3, day).apply()


def notice_until(office: HallN) -> object:
    return next(each.at for each in deadlines(office.case(), office.city) if each.kind is Kind.NOTICE)


def test_s79_corrected_to_an_earlier_day_while_the_limit_runs() -> None:
    """Given recorded as received Mon 10 Mar, really Fri 7 Mar 16:30 (counter receipt).
    When F2 corrects on Wed 12 Mar, naming the event and the proof.
    Then allowed: notice limit Fri 14 Mar instead of Mon 17 Mar; accepted limits move likewise; P1 told; the old event
    stays. If corrected on Mon 17 Mar 09:00 (no notice given): the true limit (14 Mar) has passed: deemed accepted from
    7 Mar, statutory due Mon 7 Apr.
    Two-way T32: while the recorded / while the true limit runs. Choice: the recorded one runs -> correction possible;
    its effect is the law's.
    Source: ALL 32(4).
    """
    office = received(10)
    assert notice_until(office) == end_of(3, 17)
    office.on(3, 12).when(CorrectClericalError, F2, **right(FRIDAY))
    assert notice_until(office) == end_of(3, 14)
    assert office.cases["application/C1"][0].act.occurred_at == at(3, 10)


def test_s79_the_true_limit_has_passed_already() -> None:
    """Corrected on Monday 17 March: deemed accepted from Friday the 7th, by law until Monday 7 April."""
    office = received(10)
    office.on(3, 17, 9).when(CorrectClericalError, F2, **right(FRIDAY))
    office.on(3, 17, 9, 30).look()
    assert office.act_of(DeemedAccepted).occurred_at == at(3, 7, 16, 30)
    assert office.limits()[1] == end_of(4, 7)


def test_s80_corrected_to_a_later_day() -> None:
    """Given recorded Fri 7 Mar, really Mon 10 Mar.
    When F1 alone corrects on Fri 14 Mar: refused: it lengthens the office's time: needs a second person (known, not
    the receiver) and the proof; with H1: allowed: notice limit Mon 17 Mar. After deemed acceptance recorded (from 17
    Mar on the record of the 7th): refused; it takes no acceptance away.
    """
    office = received(7)
    assert "second person" in office.on(3, 14).refused(CorrectClericalError, F1, **right(MONDAY, "F1"))
    assert "NOBODY holds no post" in office.refused(CorrectClericalError, F1, **right(MONDAY, "NOBODY"))
    office.when(CorrectClericalError, F1, **right(MONDAY))
    assert notice_until(office) == end_of(3, 17)


def test_s80_it_takes_no_acceptance_away() -> None:
    office = received(7)
    refusal = office.on(3, 17, 9).refused(CorrectClericalError, F1, **right(MONDAY))
    assert "limits of case C1 still run" in refusal


def test_s81_after_the_limit_ended() -> None:
    """When a correction of S79 is asked on Tue 3 Jun, A decided.
    Then refused as moving limits; a note of the true time may be recorded as an event after the end and shows in as-of
    answers; no figure reported moves.

    Once a case has ended, a right time counts in reports, which say so (docs/day-by-day.md): read by T40.
    """
    office = received(3).check().accept().on(3, 12).approve().decide()
    before = office.limits()
    assert "limits of case C1 still run" in office.on(6, 3).refused(CorrectClericalError, F2, **right(FRIDAY))
    words = {"corrects": 1, "correction": "实际收件时间为上午九点", "reason": "回执", "confirmed_by": "H1"}
    office.when(CorrectClericalError, F2, **words)
    assert office.limits() == before
    with pytest.raises(StopIteration):
        notice_until(office)
