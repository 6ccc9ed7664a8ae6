"""Supplements (补正): until when a period runs, when it lapses, and when acceptance may be refused for what is incomplete."""

from datetime import date, timedelta
from typing import Any

import pytest
from msgspec import structs

from domain.application.beside.corrections import CorrectClericalError
from domain.application.consequences.deadlines import Tick, deadlines
from domain.application.consequences.lapses import SupplementLapsed, TaskSupplementLapsed
from domain.application.path.acceptance import Accept, AcceptanceRefused, RefuseAcceptance
from domain.application.path.approvals import ApproveTask, ClaimTask, ReturnTask
from domain.application.path.materials import CheckMaterial, GiveNotice, NoticeGiven, NoticeLine, SubmitMaterial
from domain.application.terms import Correctable, Defect, NotAccepted, Status, TaskStatus, Verdict
from domain.catalogue.publishing import PublishItem
from domain.record import CLOCK
from tests.domain.test_deadlines import at, local
from tests.office import CITIZEN, HASH, OPERATOR, PAPER, Office, accepted, item, material, noticed, received, reviewer

MARKET = reviewer("market")
WHY = {"reasons": "补正期满仍不齐全", "legal_basis": "行政许可法 32"}
HANDED_IN = local(date(2025, 3, 7), 16)
LATER = local(date(2025, 3, 12), 9)
"""Two working days after the period of the notice of 3 March has ended with Monday 10 March."""
ANOTHER = Defect.ANOTHER_PAPER


def handed_in() -> Office:
    """Given a supplement that came in time and was looked at after the end of the period."""
    office = noticed("food", id=Verdict.MISSING)
    office.now = HANDED_IN
    office.when(SubmitMaterial, CITIZEN, material_id="id", content_hash=HASH)
    office.now = LATER
    office.when(CheckMaterial, material_id="id", verdict=Verdict.DEFECTIVE, reason="不是这份租约", defect=ANOTHER)
    return office


def test_a_supplement_handed_in_in_time_and_defective_later_is_not_thrown_out_backdated() -> None:
    office = handed_in()
    assert office.when(Tick, CLOCK) == []
    assert office.case().status is Status.SUPPLEMENTING


def test_what_is_still_not_in_order_after_the_period_is_decided_by_the_front_desk() -> None:
    """It came with one working day left, and as much there is after the telling: until Thursday 13 March."""
    office = handed_in()
    office.now = local(date(2025, 3, 14), 9)
    office.when(RefuseAcceptance, materials=("id",), **WHY, **PAPER)
    assert office.case().status is Status.NOT_ACCEPTED
    office = handed_in()
    office.when(SubmitMaterial, CITIZEN, material_id="id", content_hash=HASH)
    office.when(CheckMaterial, material_id="id", verdict=Verdict.ACCEPTED)
    office.when(Accept)


def test_a_period_lapses_if_nothing_was_handed_in() -> None:
    office = noticed("food", id=Verdict.MISSING)
    assert at(office, LATER) == [SupplementLapsed(materials=("id",))]


def test_acceptance_is_not_refused_a_minute_after_the_notice() -> None:
    office = noticed("food", id=Verdict.MISSING)
    assert "do not refuse it as incomplete before then" in office.refused(
        RefuseAcceptance, materials=("id",), **WHY, **PAPER
    )
    office.now = local(date(2025, 3, 10), 17)
    assert "may supplement until" in office.refused(RefuseAcceptance, materials=("id",), **WHY, **PAPER)


def test_acceptance_is_never_refused_for_a_material_that_was_accepted() -> None:
    office = noticed("food", id=Verdict.MISSING, lease=Verdict.MISSING)
    office.when(SubmitMaterial, CITIZEN, material_id="id", content_hash=HASH)
    office.when(CheckMaterial, material_id="id", verdict=Verdict.ACCEPTED)
    office.now = LATER
    refusal = office.refused(RefuseAcceptance, materials=("id", "lease"), **WHY, **PAPER)
    assert "id was handed in and not found defective" in refusal
    office.when(RefuseAcceptance, materials=("lease",), **WHY, **PAPER)


@pytest.mark.parametrize("ground", [NotAccepted.NOT_REQUIRED, NotAccepted.NOT_IN_POWERS])
def test_acceptance_is_refused_at_once_on_a_ground_of_the_closed_list(ground: NotAccepted) -> None:
    office = received("food")
    assert "ground: acceptance of case C1 can be refused as" in office.refused(RefuseAcceptance, **WHY)
    assert "ground: " in office.refused(RefuseAcceptance, ground=NotAccepted.INCOMPLETE, **WHY)
    where = {"competent_office": "应急管理局"} if ground is NotAccepted.NOT_IN_POWERS else {}
    (refusal,) = office.when(RefuseAcceptance, ground=ground, **WHY, **PAPER, **where)
    assert isinstance(refusal, AcceptanceRefused)
    assert refusal.ground is ground


def test_a_wrong_time_of_receipt_is_corrected_while_its_limit_runs() -> None:
    office = received("food")
    limit = deadlines(office.case(), office.city)[0].at
    office.now += timedelta(days=2)
    right = local(date(2025, 2, 28), 15)
    wrong = {"corrects": 1, "correction": "收件时间", "reason": "录入错误", "confirmed_by": "F2"}
    office.when(CorrectClericalError, **wrong, field=Correctable.OCCURRED_AT, value=right.isoformat())
    case = office.case()
    assert case.started is not None
    assert case.started.at == right
    assert deadlines(case, office.city)[0].at == limit - timedelta(days=3)  # the Friday before: a working day less
    late = accepted("food", office=office, case_id="C2")
    refusal = late.refused(
        CorrectClericalError, case_id="C2", **wrong, field=Correctable.OCCURRED_AT, value=right.isoformat()
    )
    assert "still run" in refusal


def without_a_law() -> Office:
    """Given a task of an item that names no law under which a supplement stops the clock."""
    office = Office()
    plain = item("market", materials=[material("id"), material("lease")], supplement_law=None)
    office.when(PublishItem, OPERATOR, item_id="plain", item=plain)
    accepted("plain", office=office)
    office.when(ClaimTask, MARKET, task_id="plain:market")
    return office


def test_a_supplement_after_acceptance_stops_no_clock() -> None:
    """Article 45 does not know it as a ground."""
    office = without_a_law()
    due_at = office.case().due_at
    assert len(office.when(ReturnTask, MARKET, task_id="plain:market", materials=("id",), reason="补正")) == 1
    assert (office.case().clock_stopped, office.case().tasks["plain:market"].status) == (False, TaskStatus.RETURNED)
    office.now += timedelta(days=2)
    office.when(SubmitMaterial, CITIZEN, material_id="id", content_hash=HASH)
    assert (office.case().due_at, office.case().tasks["plain:market"].status) == (due_at, TaskStatus.CLAIMED)


def test_a_supplement_stops_the_clock_where_the_item_names_the_law_for_it() -> None:
    office = accepted("food")
    office.when(ClaimTask, MARKET, task_id="food:market")
    office.when(ReturnTask, MARKET, task_id="food:market", materials=("id",), reason="补正")
    assert office.case().clock_stopped


@pytest.mark.parametrize("law", [True, False])
def test_rule_4_the_same_paper_is_returned_once_also_where_no_notice_was_given(law: bool) -> None:
    office = accepted("food") if law else without_a_law()
    task = "food:market" if law else "plain:market"
    if law:
        office.when(ClaimTask, MARKET, task_id=task)
    office.when(ReturnTask, MARKET, task_id=task, materials=("id",), reason="未签名")
    office.when(SubmitMaterial, CITIZEN, material_id="id", content_hash=HASH)
    due_at = office.case().due_at
    refusal = office.refused(ReturnTask, MARKET, task_id=task, materials=("id",), reason="日期有误")
    assert "was returned once already" in refusal
    assert office.case().due_at == due_at
    office.when(ReturnTask, MARKET, task_id=task, materials=("lease",), reason="另一份")


def test_a_task_that_waits_in_vain_goes_on_where_the_clock_never_stopped() -> None:
    office = without_a_law()
    office.when(ReturnTask, MARKET, task_id="plain:market", materials=("id",), reason="补正")
    assert TaskSupplementLapsed(task_id="plain:market", materials=("id",)) in at(office, LATER)
    office.when(ApproveTask, MARKET, task_id="plain:market")


def named(**found: Any) -> Office:
    """Given a notice of one material, found wanting so, and a copy of it that was handed in again."""
    office = received("food")
    for name in ("id", "lease"):
        office.when(SubmitMaterial, CITIZEN, material_id=name, content_hash=HASH)
    office.when(CheckMaterial, material_id="lease", verdict=Verdict.ACCEPTED)
    office.when(CheckMaterial, material_id="id", verdict=Verdict.DEFECTIVE, **found)
    office.when(GiveNotice)
    office.when(SubmitMaterial, CITIZEN, material_id="id", content_hash=HASH)
    return office


def wrong(**found: Any) -> dict[str, Any]:
    return {"material_id": "id", "verdict": Verdict.DEFECTIVE, **found}


def test_rule_4_a_paper_named_for_one_defect_is_not_refused_for_another() -> None:
    office = named(reason="未签名", defect=Defect.NOT_SIGNED)
    refusal = office.refused(CheckMaterial, **wrong(reason="系复印件", defect=Defect.COPY))
    assert "named id as not_signed (未签名), not as copy" in refusal
    assert "[rule 4]" in refusal
    assert "not as other" in office.refused(CheckMaterial, **wrong(reason="系复印件"))
    office.when(CheckMaterial, **wrong(reason="仍未签名", defect=Defect.NOT_SIGNED))
    office.when(SubmitMaterial, CITIZEN, material_id="id", content_hash=HASH)
    office.when(CheckMaterial, material_id="id", verdict=Verdict.ACCEPTED)
    office.when(Accept)


def test_rule_4_what_was_missing_and_came_is_wanting_only_if_it_is_another_paper() -> None:
    office = noticed("food", id=Verdict.MISSING)
    office.when(SubmitMaterial, CITIZEN, material_id="id", content_hash=HASH)
    assert "not as not_signed" in office.refused(CheckMaterial, **wrong(reason="未签名", defect=Defect.NOT_SIGNED))
    office.when(CheckMaterial, **wrong(reason="交来燃气合同", defect=ANOTHER))


def test_rule_4_a_defect_that_no_list_knows_is_the_same_in_the_same_words() -> None:
    office = named(reason="纸张残破")
    assert "rule 4" in office.refused(CheckMaterial, **wrong(reason="字迹潦草"))
    office.when(CheckMaterial, **wrong(reason="纸张残破"))


def test_rule_4_a_notice_of_before_that_named_no_kind_is_held_by_its_materials() -> None:
    office = named(reason="未签名", defect=Defect.NOT_SIGNED)
    records = office.cases["application/C1"]
    (at,) = (n for n, record in enumerate(records) if isinstance(record.event, NoticeGiven))
    notice = records[at].event
    assert isinstance(notice, NoticeGiven)
    lines = tuple(
        NoticeLine(material_id=line.material_id, verdict=line.verdict, reason=line.reason) for line in notice.lines
    )
    records[at] = structs.replace(records[at], event=NoticeGiven(lines=lines, answer_by=notice.answer_by))
    office.when(CheckMaterial, **wrong(reason="系复印件", defect=Defect.COPY))


def test_only_what_is_defective_has_a_kind_of_defect() -> None:
    office = received("food")
    missing = {"material_id": "id", "verdict": Verdict.MISSING, "defect": Defect.COPY}
    assert "defect: name it only for a material that is defective" in office.refused(CheckMaterial, **missing)
