"""A grant undone, a licence cancelled, a running case ended. Articles 8, 69 and 70. Scenarios S82 to S85."""

from datetime import date
from typing import Any

import pytest

from domain.application.beside.cancellation import Cancel, CancellationGround
from domain.application.beside.revocation import RevocationGround, Revoke, Revoked
from domain.application.beside.termination import Terminate, TerminationGround
from domain.application.beside.withdrawal import Withdraw
from domain.application.consequences.lapses import DeferralLapsed
from domain.application.path.approvals import ClaimTask
from domain.application.path.evaluation import Evaluate
from domain.application.terms import Outcome, Status
from domain.catalogue.sourced_limit import SourcedLimit
from tests.domain.law.common_ground import F1, H1, H2, P1, R1, HallN, version_of_a
from tests.domain.law.test_deferred import BY_14_MARCH
from tests.domain.law.test_ratings import handed_over
from tests.office import HASH, days

REVOKED: dict[str, Any] = {
    "ground": RevocationGround.OBTAINED_BY_FRAUD,
    "reasons": "营业执照系伪造",
    "legal_basis": "行政许可法 第六十九条第二款",
    "order": "市监撤〔2025〕3号",
    "remedies": "六十日内申请行政复议",
}
ENDED = {"reasons": "见证明材料", "legal_basis": "地方行政许可程序规定 第二十二条"}


def test_s82_revocation_after_the_grant() -> None:
    """Given A handed over 12 Mar.
    When L1 reports 5 May that A2 was forged; H1 tells P1 in writing Tue 6 May fact, reason, basis, right to be heard
    (5 wd: Tue 13 May) and to a hearing; revokes Wed 14 May, ground 69(2).
    Then allowed only with: ground from 69(1)(1)-(5) or 69(2), the telling before, the authority that granted or its
    superior. State granted -> revoked; paper 撤销决定书; then 注销 (70(4)). Without ground, by R1, or before 13 May without
    P1's statement: refused. Not done where the public interest would suffer gravely (69(3)); damages under 69(1)
    recorded. Limit (SAMR 45): 60 d from discovery.
    Two-way T33: ALL names no procedure / due process as SAMR. Choice: hearing of the holder needed; data.
    Source: ALL 69; SAMR 43-46.
    """
    office = handed_over().on(5, 14)
    assert "may not give Revoke" in office.refused(Revoke, R1, **REVOKED)
    assert "only the lead department market can revoke a grant of case C1, not fire" in office.refused(
        Revoke, H2, **REVOKED
    )
    with pytest.raises(ValueError, match="ground"):
        office.when(Revoke, H1, **REVOKED | {"ground": "clerical_error"})
    office.when(Revoke, H1, **REVOKED)
    assert (office.case().status, office.case().outcome) == (Status.REVOKED, Outcome.GRANTED)


def test_s82_the_holder_is_heard_before() -> None:
    """Told on Tuesday 6 May, P1 has five working days until the 13th; nothing is revoked on the day of the telling (T33).

    The Licensing Law names no procedure, so that the holder is heard is data of the item, from the rule of its department (SAMR 43).
    """
    heard = SourcedLimit(limit=days(5), source="市场监督管理行政许可程序暂行规定 第四十三条")
    office = handed_over(HallN(a=version_of_a(revocation_hearing=heard)))
    told = REVOKED | {"told_on": date(2025, 5, 6)}
    assert "told in writing and heard" in office.on(5, 6).refused(Revoke, H1, **REVOKED)
    for day in (6, 13):
        assert "may be heard until" in office.on(5, day).refused(Revoke, H1, **told)
    said = {"statement": "cd" * 32}
    assert office.on(5, 8).when(Revoke, H1, **told, **said) == [Revoked(**told, **said)]
    handed_over(HallN(a=version_of_a(revocation_hearing=heard))).on(5, 14).when(Revoke, H1, **told)


@pytest.mark.parametrize("ground", [RevocationGround.LAW_CHANGED, RevocationGround.CIRCUMSTANCES_CHANGED])
def test_s83_withdrawn_since_the_law_or_the_facts_changed(ground: RevocationGround) -> None:
    """When the rule on which A rests is repealed 1 Jun, H1 withdraws 16 Jun.
    Then ground from two (law changed or abolished; facts changed greatly) and public interest; compensation recorded;
    works for the future; not for errors (that is 69). Another ground: refused.
    Source: ALL 8(2).

    Not recorded: the compensation.
    """
    office = handed_over().on(6, 16)
    office.when(Revoke, H1, **REVOKED | {"ground": ground, "legal_basis": "行政许可法 第八条第二款"})
    assert office.case().status is Status.REVOKED


def test_s84_cancellation() -> None:
    """When P1 (a company) is dissolved Mon 16 Jun.
    Then cancellation from the closed list 70(1)-(6), paper; changes no decision, takes no rating away.
    Source: ALL 70.
    """
    dissolved = ENDED | {
        "ground": CancellationGround.ORGANISATION_ENDED,
        "order": "市监注〔2025〕9号",
        "content_hash": HASH,
    }
    office = handed_over()
    office.on(3, 13).when(Evaluate, P1, grade=5)
    assert "only the lead department market can cancel a licence of case C1, not fire" in office.on(6, 16).refused(
        Cancel, H2, **dissolved
    )
    with pytest.raises(ValueError, match="ground"):
        office.when(Cancel, H1, **dissolved | {"ground": "moved_away"})
    before = office.case()
    office.when(Cancel, H1, **dissolved)
    after = office.case()
    assert (after.status, after.outcome, after.grade) == (before.status, before.outcome, 5)
    assert "is cancelled already" in office.refused(Cancel, H1, **dissolved)
    assert "no licence was handed over" in HallN().on(3, 3).accepted().refused(Cancel, H1, **dissolved)


def test_s85_the_applicant_withdraws() -> None:
    """Given A accepted 3 Mar, undecided.
    When (a) P1 withdraws in writing Mon 10 Mar, (b) P1 dies (proof 10 Mar), (c) the premises burn down 10 Mar so that
    the matter has no object, (d) F1 ends it "applicant does not answer the phone".
    Then (a)-(c) allowed with ground and paper, tasks close with the reason, promises moot, no breach, not counted as
    completed; (d) refused. After a decision: (a) refused, it is then a waiver (70(6) where the law says so) or
    nothing. By whom: the deciding department, not the front desk, except (a).
    Source: tourism rule 22.

    S13 offers P1 a withdrawal after the grant, which this scenario refuses (a): a licence is given up by article
    70(6), not by taking the application back. The office does as here.
    """
    office = HallN().on(3, 3).accepted(A4=BY_14_MARCH)
    office.on(3, 10).when(Withdraw, P1, reason="不办了")
    office.on(3, 17, 9).look()
    assert (office.case().status, office.case().result) == (Status.WITHDRAWN, "withdrawn")
    assert not office.events(DeferralLapsed)
    decided = HallN().on(3, 3).accepted().approve().decide()
    assert "withdrawal is possible only while" in decided.refused(Withdraw, P1, reason="不办了")


@pytest.mark.parametrize("ground", [TerminationGround.APPLICANT_DIED, TerminationGround.FORCE_MAJEURE])
def test_s85_a_case_that_cannot_go_on_is_ended_by_its_department(ground: TerminationGround) -> None:
    """The applicant died, or the premises burnt down: by H1, not by the front desk, and on no other ground."""
    office = HallN().on(3, 3).accepted(A4=BY_14_MARCH).on(3, 10)
    assert "may not give Terminate" in office.refused(Terminate, F1, ground=ground, **ENDED)
    with pytest.raises(ValueError, match="ground"):
        office.when(Terminate, H1, ground="does_not_answer_the_phone", **ENDED)
    office.when(Terminate, H1, ground=ground, **ENDED)
    assert (office.case().status, office.case().result) == (Status.TERMINATED, "terminated")
    office.on(3, 17, 9).look()
    assert not office.events(DeferralLapsed)


def test_s85_the_tasks_close_with_the_reason() -> None:
    office = HallN().on(3, 3).accepted()
    office.when(ClaimTask, R1, task_id="A:review")
    office.on(3, 10).when(Withdraw, P1, reason="不办了")
    assert not office.case().tasks["A:review"].unsettled
