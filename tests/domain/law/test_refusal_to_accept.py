"""Refusal to accept (不予受理): its closed list of grounds, its time, its paper. Article 32. Scenarios S45 to S54."""

from typing import Any

import pytest

from domain.application.beside.termination import Terminate, TerminationGround
from domain.application.beside.withdrawal import Withdraw
from domain.application.path.acceptance import AcceptanceRefused, RefuseAcceptance
from domain.application.path.feedback import Delivery, Failure, IssueResult, RecordFailure
from domain.application.terms import NotAccepted, Outcome, Status, TaskStatus, Verdict
from domain.catalogue.item import ItemVersion
from projections.views.open_work import OpenWork
from tests.domain.law.common_ground import H1, I1, P1, HallN, end_of, version_of_a
from tests.domain.law.test_supplements import INCOMPLETE, MISSING, noticed
from tests.office import AT_A_WINDOW, BY_POST, PAPER

NOT_OURS: dict[str, Any] = {
    "ground": NotAccepted.NOT_IN_POWERS,
    "reasons": "危险化学品许可不属本机关职权",
    "legal_basis": "行政许可法 第三十二条第一款第二项",
    **PAPER,
}
ELSEWHERE = {"competent_office": "应急管理局"}


def not_ours() -> HallN:
    """Given a refusal on Monday 3 March, as not within the powers."""
    office = HallN().on(3, 3).apply()
    office.on(3, 3, 10, 10).when(RefuseAcceptance, **NOT_OURS, **ELSEWHERE)
    return office


def partly_supplemented(a: ItemVersion | None = None) -> HallN:
    """Given the notice of Tuesday 4 March about A4 and A5, of which A5 came on the 5th; the time is over on the 18th."""
    return noticed(a, A4=MISSING, A5=MISSING).on(3, 5).hand_in("A5").find_in_order("A5")


def test_s45_not_within_the_powers_at_once_with_the_right_office_named() -> None:
    """Given P1 asks for a dangerous chemicals permit at the market window Mon 3 Mar 10:00.
    When F1 refuses to accept 10:10, ground "not within the powers".
    Then allowed without any notice before; the paper names the competent office (emergency management), reasons,
    remedies; delivered 10:15 with a rating code. Without naming the office: refused as incomplete. The state: not
    accepted (closed by a decision), nothing runs but the appeal time: 60 days from delivery -> Fri 2 May is a holiday
    -> Tue 6 May.
    Source: ALL 32(2).

    Not recorded: the time for an appeal.
    """
    office = HallN().on(3, 3).apply()
    assert "competent_office" in office.refused(RefuseAcceptance, **NOT_OURS)
    office = not_ours()
    assert (office.case().status, office.limits()) == (Status.NOT_ACCEPTED, (None, None))
    office.on(3, 3, 10, 15).hand_over()
    assert (office.case().under_way, office.case().rating_code is not None) == (False, True)


def test_s46_incomplete_after_the_notices_time_paper_and_delivery() -> None:
    """Given notice delivered Tue 4 Mar, period to Tue 18 Mar, item says "refusal after lapse".
    When F1 refuses to accept Wed 19 Mar 09:05, nothing handed in.
    Then allowed: 不予受理决定书, number, date 19 Mar, special seal, naming just what the notice named and is still lacking;
    in "to be delivered" until a 送达回证 exists (handed over, post, electronic with consent). P1: appeal, or a new
    application (even the same day).
    """
    office = noticed(version_of_a(lapse_by_paper="本市行政许可程序规定 第十五条"), A5=MISSING)
    assert "may supplement until" in office.on(3, 18, 16).refused(RefuseAcceptance, materials=("A5",), **INCOMPLETE)
    office.on(3, 19, 9, 5).when(RefuseAcceptance, materials=("A5",), **INCOMPLETE)
    assert office.case().under_way
    office.hand_over()


def test_s46_where_something_came_the_refusal_has_its_paper_and_waits_to_be_delivered() -> None:
    """Of A4 and A5 just A5 came; the refusal of 19 March names A4, and is open until it is handed over."""
    office = partly_supplemented()
    office.on(3, 19, 9, 5).when(RefuseAcceptance, materials=("A4",), **INCOMPLETE)
    (refused,) = office.events(AcceptanceRefused)
    assert isinstance(refused, AcceptanceRefused)
    assert (refused.materials, refused.content_hash) == (("A4",), PAPER["content_hash"])
    assert office.case().under_way
    office.hand_over().apply(case_id="C2")
    assert not office.case().under_way


@pytest.mark.parametrize(("day", "hour", "minute"), [(5, 10, 31), (18, 16, 59)])
def test_s47_a_minute_after_the_notice(day: int, hour: int, minute: int) -> None:
    """Given received Tue 4 Mar 10:00.
    When F1 gives the notice 10:30 and refuses to accept 10:31; again Tue 18 Mar 16:59 and 17:30.
    Then all refused: the period runs until the end of 18 Mar (online 24:00). Wed 19 Mar 00:00 or later: allowed if the
    named defects stand. If P1 says on 5 Mar "I shall bring nothing": withdrawal by P1, not refusal.
    """
    office = partly_supplemented()
    refusal = office.on(3, day, hour, minute).refused(RefuseAcceptance, materials=("A4",), **INCOMPLETE)
    assert "may supplement until" in refusal
    office.on(3, 19, 9).when(RefuseAcceptance, materials=("A4",), **INCOMPLETE)


def test_s47_who_will_bring_nothing_withdraws() -> None:
    office = noticed(A5=MISSING)
    office.on(3, 5).when(Withdraw, P1, reason="不再补正")
    assert office.case().status is Status.WITHDRAWN


def test_s47_not_before_the_day_is_over() -> None:
    """At 17:30 of the last day something may still come online, where the item says so (T01, S32)."""
    office = partly_supplemented(version_of_a(online_until_midnight="本市政务服务条例 第三十条"))
    refusal = office.on(3, 18, 17, 30).refused(RefuseAcceptance, materials=("A4",), **INCOMPLETE)
    assert "may supplement until" in refusal


def test_s48_never_for_an_accepted_material() -> None:
    """Given notice named A5 only; A3 accepted 3 Mar.
    When F1 refuses to accept 19 Mar because of A3 ("scale wrong").
    Then refused. With grounds A5 (still lacking) + A3: refused as a whole until A3 is struck from it. If A5 came in
    time: must be accepted (32(5)).
    """
    office = partly_supplemented().on(3, 19, 9)
    for materials in (("A3",), ("A4", "A3")):
        assert "material A3 was not named" in office.refused(RefuseAcceptance, materials=materials, **INCOMPLETE)
    assert "A5 was handed in" in office.refused(RefuseAcceptance, materials=("A5",), **INCOMPLETE)
    office = noticed(A5=MISSING).on(3, 18).hand_in("A5").find_in_order("A5").on(3, 19, 9)
    assert "A5 was handed in" in office.refused(RefuseAcceptance, materials=("A5",), **INCOMPLETE)
    office.accept()


def test_s49_not_required() -> None:
    """Given P1 asks for A for selling pre-packed goods only (a filing suffices).
    When F1 says so Mon 3 Mar 10:10.
    Then ground "no licence required", at once, written proof with seal and date (32 last par.), hint to the filing;
    rating code; can be appealed.
    Two-way T19: (1) is a mere telling, (2) a decision. Choice: the same paper for both, titled by the ground.
    Source: ALL 32(1).
    """
    office = HallN().on(3, 3).apply()
    not_required = {"ground": NotAccepted.NOT_REQUIRED, "reasons": "仅销售预包装食品，备案即可", **PAPER}
    office.when(RefuseAcceptance, legal_basis="行政许可法 第三十二条第一款第一项", **not_required)
    assert office.case().under_way
    office.hand_over()


@pytest.mark.parametrize("ground", ["no_parking_space", "quota_used", "after_the_holiday"])
def test_s50_a_ground_outside_the_list(ground: str) -> None:
    """When F1 refuses to accept 3 Mar "no parking space / quota used / come after the holiday".
    Then refused; a quota is a matter of the decision (57); F1 must accept or give a notice by Mon 10 Mar.
    """
    with pytest.raises(ValueError, match="ground"):
        HallN().on(3, 3).apply().when(RefuseAcceptance, **NOT_OURS | {"ground": ground})


def test_s50_without_a_notice_nothing_is_incomplete() -> None:
    office = HallN().on(3, 3).apply().check(A5=MISSING)
    assert "give notice first" in office.refused(RefuseAcceptance, materials=("A5",), **INCOMPLETE)


def test_s51_after_a_deemed_acceptance_there_is_no_refusal_to_accept() -> None:
    """Given S26 (deemed accepted 3 Mar).
    When F1 refuses to accept Wed 12 Mar on any ground.
    Then refused: only a decision (38), withdrawal or termination end it.
    """
    office = HallN().on(3, 3).apply().check(A5=MISSING).on(3, 12)
    for fields in (NOT_OURS | ELSEWHERE, {"materials": ("A5",), **INCOMPLETE}):
        assert "is in_review" in office.refused(RefuseAcceptance, **fields)


def test_s52_lack_of_powers_found_after_the_notice() -> None:
    """Given notice Tue 4 Mar.
    When F1 sees on Thu 6 Mar that market has no power.
    Two-way T20: "at once" bars it later / an office without power can never grant (69(1)(2) ultra vires). Choice:
    allowed before acceptance, recorded as late with who and why; the paper names the office; after acceptance:
    transfer to the competent office of the same government (26) or 终止办理.
    """
    office = noticed(A5=MISSING)
    office.on(3, 6).when(RefuseAcceptance, **NOT_OURS, **ELSEWHERE)
    assert office.case().status is Status.NOT_ACCEPTED
    office = HallN().on(3, 3).accepted()
    assert "is in_review" in office.on(3, 6).refused(RefuseAcceptance, **NOT_OURS, **ELSEWHERE)
    why = {"reasons": "不属本机关职权", "legal_basis": "行政许可法 第六十九条第一款第二项"}
    office.when(Terminate, H1, ground=TerminationGround.OTHER_LAW, **why)


def test_s53_not_delivered() -> None:
    """Given S46 but the letter comes back Mon 24 Mar.
    Then the case stands open in F1's hall list "to be delivered"; the appeal time has not begun. Delivered Mon 31 Mar
    without the remedies: the 60 days run from when P1 learns of them, at most one year (ARL 20(3)): end of Tue 31 Mar
    2026. A supplement of the paper by a further event repairs it from its delivery on.
    Source: ARL 20.

    Not recorded: the time for an appeal. A paper without remedies is not taken.
    """
    office = partly_supplemented()
    office.on(3, 19, 9).when(RefuseAcceptance, materials=("A4",), **INCOMPLETE)
    office.on(3, 24).when(RecordFailure, I1, delivery=Delivery.POST, failure=Failure.SENT_BACK)
    assert office.case().under_way
    office.on(3, 31).when(IssueResult, I1, **BY_POST)
    assert not office.case().under_way
    without = INCOMPLETE | {"remedies": None, "materials": ("A4",)}
    assert "remedies" in partly_supplemented().on(3, 19, 9).refused(RefuseAcceptance, **without)


def test_s54_one_item_of_two() -> None:
    """Given A + X, X not within the powers.
    When F1 refuses to accept X and accepts A on 3 Mar.
    Then allowed: two papers (受理通知书 A, 不予受理决定书 X); A's clock runs to 31 Mar; the application shows both.

    X is item B here.
    """
    office = HallN().on(3, 3).apply("A", "B").check(B3=Verdict.MISSING)
    office.when(RefuseAcceptance, **NOT_OURS, **ELSEWHERE, item_id="B")
    office.accept()
    assert list(office.case().tasks) == ["A:review"]
    assert office.limits()[1] == end_of(3, 31)
    office.approve().decide().result_ready().hand_over()
    assert office.case().status is Status.ISSUED
    (line,) = open_work(office)
    assert (line["waits_for"], line["item"]) == ("hand_over", "B")
    office.on(3, 17, 16).look()
    assert "delivery:B" not in office.case().lights
    office.on(3, 18, 9).look()
    assert "delivery:B" in office.case().lights
    office.when(IssueResult, I1, **AT_A_WINDOW, item_id="B")
    assert not open_work(office)
    assert "is handed over already" in office.refused(IssueResult, I1, **AT_A_WINDOW, item_id="B")


def test_s54_a_package_that_falls_as_a_whole_is_accepted_or_not_as_a_whole() -> None:
    office = HallN().on(3, 3).apply(package="K1")
    refusal = office.refused(RefuseAcceptance, **NOT_OURS, **ELSEWHERE, item_id="B")
    assert "leave it out to refuse the whole case" in refusal


def test_s54_what_was_not_accepted_comes_back_by_an_appeal() -> None:
    """B was not accepted on 3 March; the order of Monday 9 June annuls that, when A is granted and handed over."""
    office = HallN().on(3, 3).apply("A", "B").check(B3=Verdict.MISSING)
    office.when(RefuseAcceptance, **NOT_OURS, **ELSEWHERE, item_id="B")
    office.accept().approve().decide().result_ready().hand_over()
    office.on(6, 9).reopen(items=("B",))
    case = office.case()
    assert (case.item_outcomes, case.tasks["B:review"].status) == ({"A": Outcome.GRANTED}, TaskStatus.OPEN)
    assert (case.parts_not_accepted, case.withdrawn_parts) == ({}, ())
    assert office.limits()[1] == end_of(7, 7)


def open_work(office: HallN) -> list[dict[str, object]]:
    """What case C1 waits for, as the lists have it."""
    names = OpenWork.table.columns.keys()
    return [dict(zip(names, row, strict=True)) for row in OpenWork().of_case(office.case(), office.city)]
