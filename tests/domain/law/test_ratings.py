"""Ratings (好差评): the code decides who rates, others look into what was rated badly. Scenarios S75 to S78."""

from domain.application.beside.merging import MergeInto
from domain.application.path.acceptance import RefuseAcceptance
from domain.application.path.evaluation import CloseComplaint, Evaluate, Evaluated, VerifyRating
from domain.application.path.rating_code import digest_of
from domain.application.terms import Outcome, Status
from domain.record import ANONYMOUS, Actor, Role
from tests.domain.law.common_ground import D1, I1, P1, Z1, HallN, end_of
from tests.domain.law.test_refusal_to_accept import ELSEWHERE, NOT_OURS

NOBODY = Actor(person=ANONYMOUS, role=Role.APPLICANT)
FINDING = {"founded": False, "finding": "办理符合规定，已解释"}


def handed_over(office: HallN | None = None) -> HallN:
    """Given item A handed over on Wednesday 12 March, with a code."""
    office = office or HallN()
    return office.on(3, 3).accepted().approve().on(3, 10).decide().result_ready().on(3, 12).hand_over()


def test_s75_the_code_decides_who_rates() -> None:
    """Given A handed over Wed 12 Mar 10:00, code given on the receipt to P1.
    When (a) I1 rates "anonymous, very satisfied" 10:01 without code, (b) with a made-up code, (c) P1 with the code 13
    Mar "dissatisfied", (d) the code again 14 Mar.
    Then (a), (b), (d) refused, none shuts P1 out; (c) counts, opens a rectification with its deadline (5 wd by HP: Thu
    20 Mar).
    """
    office = handed_over()
    for by, code in ((NOBODY, None), (NOBODY, digest_of("C1", "AAAA-BBBB-CCCC")), (P1, None)):
        anonymous = by is NOBODY
        refusal = office.refused(Evaluate, by, grade=5, anonymous=anonymous, code=code)
        assert "the code given at the handing over" in refusal
    office.on(3, 13).when(Evaluate, P1, grade=2)
    rectification = office.case().rectification
    assert rectification is not None
    assert rectification.due_at == end_of(3, 20)
    assert "possible only while it is issued" in office.on(3, 14).refused(Evaluate, P1, grade=5)


def test_s76_anonymous() -> None:
    """When P1 marks (c) anonymous.
    Then F1, R1, D1, I1 and their heads see the grade, not who; Z1 may call back through the system without the name
    being shown to those rated; the statistics count it. Refusing to rate costs nothing.
    """
    office = handed_over()
    office.on(3, 13).when(Evaluate, NOBODY, grade=2, anonymous=True)
    assert office.act_of(Evaluated).actor.person == ANONYMOUS
    assert office.case().grade == 2
    rectification = office.case().rectification
    assert rectification is not None
    assert rectification.anonymous


def test_s77_unfounded_closed_with_its_finding_judged_by_others() -> None:
    """Given (c) of S75.
    When D1 (who decided) verifies: refused; I1: refused; Z1 finds on 17 Mar "office was right, explanation given", P1
    informed 18 Mar.
    Then closed "unfounded" with the finding, the grade stays in the record, marked; not counted as rectified.
    Two-way T30: an unfounded grade counts in the figure / not. Choice: counted and shown apart; data.
    """
    office = handed_over()
    office.on(3, 13).when(Evaluate, P1, grade=2)
    assert "D1 decided case C1" in office.refused(VerifyRating, D1, **FINDING)
    assert "may not give VerifyRating" in office.refused(VerifyRating, I1, **FINDING)
    office.on(3, 17).when(VerifyRating, Z1, **FINDING)
    office.on(3, 18).when(CloseComplaint, Z1, reply="已向申请人说明")
    case = office.case()
    assert case.rectification is not None
    assert (case.grade, case.rectification.verified) == (2, False)
    assert case.rectification.closed is not None


def test_s78_a_refusal_and_a_refusal_to_accept_are_rated_too() -> None:
    """Given S45 or S38 (B).
    When P1 rates with the code on the paper delivered.
    Then allowed without any hand-over of a licence ("issued" = the paper delivered). A merely abandoned, merged case
    has no code. T31: visit and matter are rated each once; choice: two codes.

    Not recorded: a code for the visit beside that of the matter (T31).
    """
    refused = HallN().on(3, 3).accepted().refuse().decide(Outcome.REFUSED).result_ready().hand_over()
    refused.when(Evaluate, P1, grade=3)
    not_accepted = HallN().on(3, 3).apply()
    not_accepted.when(RefuseAcceptance, **NOT_OURS, **ELSEWHERE)
    assert "possible only while" in not_accepted.refused(Evaluate, P1, grade=3)
    not_accepted.hand_over().when(Evaluate, P1, grade=3)
    assert not_accepted.case().grade == refused.case().grade == 3


def test_s78_a_merged_case_has_no_code() -> None:
    office = HallN().on(3, 3).accepted().accepted(case_id="C2")
    same = {"other_applicant": "P1", "other_items": ("A",)}
    office.when(MergeInto, other="C2", reason="重复登记", **same)
    assert (office.case().status, office.case().rating_code) == (Status.MERGED, None)
    assert "merged" in office.refused(Evaluate, P1, grade=5)
