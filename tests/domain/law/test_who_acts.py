"""Who acts in a case, and at which window. Scenarios S86 to S88."""

from datetime import timedelta

import pytest

from domain.application.beside.assignment import DelegateTask
from domain.application.beside.corrections import CorrectClericalError
from domain.application.path.approvals import ApproveTask, ClaimTask
from domain.application.path.decision import Decide
from domain.application.path.feedback import IssueResult
from domain.application.path.intake import IntakeRegistered, RegisterIntake
from domain.application.terms import Channel, Outcome
from domain.catalogue.separation import Separation, Together
from domain.hall.hall import Duty
from domain.hall.staffing import AssignStaff
from domain.people.applicant import Applicant
from domain.people.joining import LeaveStaff
from domain.record import Actor, Role
from tests.domain.law.common_ground import D1, F1, F2, R1, R3, HallN, back_room, desk, version_of_a
from tests.office import AT_A_WINDOW, NAME, NATURAL, OPERATOR

F1_REVIEWS = back_room("F1", "market")
R1_ISSUES = Actor(person="R1", role=Role.ISSUER, hall="N", window="W3")
R1_DECIDES = back_room("R1", "market", Role.HEAD)
TASK = {"task_id": "A:review"}


def test_s86_three_persons() -> None:
    """Given F1 received A.
    When (a) F1, who also has the reviewer's role, claims the task, (b) R1 delegates it to F1, (c) R1 approves and is
    D1's deputy and decides, (d) R1 hands over.
    Then all refused naming the separation, also after delegation; with the item's separation "receiver-reviewer" off:
    (a), (b) allowed, the others not.
    """
    office = HallN().on(3, 3).accepted()
    assert "F1 received case C1" in office.refused(ClaimTask, F1_REVIEWS, **TASK)
    office.when(ClaimTask, R1, **TASK)
    assert "F1 received case C1" in office.refused(DelegateTask, R1, to="F1", **TASK)
    office.when(ApproveTask, R1, **TASK)
    assert "R1 reviewed case C1" in office.refused(Decide, R1_DECIDES, outcome=Outcome.GRANTED)
    office.decide().result_ready()
    assert "R1 reviewed case C1" in office.refused(IssueResult, R1_ISSUES, **AT_A_WINDOW)


@pytest.mark.parametrize("delegated", [True, False])
def test_s86_where_the_item_does_without_one_separation_the_others_stay(*, delegated: bool) -> None:
    """A small hall in which who receives may review."""
    together = (Together(separation=Separation.RECEIVING_REVIEWING, source="某县政务服务规程 第八条"),)
    office = HallN(a=version_of_a(together=together)).on(3, 3).accepted()
    office.on_the_staff(F1_REVIEWS)
    if delegated:
        office.when(ClaimTask, R1, **TASK)
        office.when(DelegateTask, R1, to="F1", **TASK)
    else:
        office.when(ClaimTask, F1_REVIEWS, **TASK)
    office.when(ApproveTask, F1_REVIEWS, **TASK)
    f1_decides = back_room("F1", "market", Role.HEAD)
    assert "separation" in office.refused(Decide, f1_decides, outcome=Outcome.GRANTED)
    office.decide(by=D1)


def test_s87_ones_own_application_and_unknown_people() -> None:
    """When P1, who is reviewer R3, applies for A 3 Mar and R3 claims it; F1 whose identity is the applicant's agent takes
    it in; "NOBODY" confirms as the second person.
    Then refused, recorded among attempts; the case may go to R1.

    Not recorded: who is the agent of an applicant. Attempts are tested with the store (tests/adapters).
    """
    office = HallN().on(3, 3)
    office.on_the_staff(R3)
    office.apply(person="R3").check().accept()
    assert "another person must serve them" in office.refused(ClaimTask, R3, **TASK)
    nobody = {"corrects": 1, "correction": "x", "reason": "y", "confirmed_by": "NOBODY"}
    assert "NOBODY holds no post" in office.refused(CorrectClericalError, F1, **nobody)
    office.when(ClaimTask, R1, **TASK)


def intake(**fields: object) -> dict[str, object]:
    who = Applicant(
        applicant_id="P1", kind=NATURAL, name=NAME, identity_number="42010019900101001X", phone="13800000000"
    )
    return {"applicant": who, "items": ("A",), "channel": Channel.WINDOW, "hall": "N", "window": "W2"} | fields


def on_the_rota() -> HallN:
    """Given F1 on the rota of window W2 alone, F2 on that of W1, this week."""
    office = HallN().on(3, 3, 9)
    for who, window in ((F1, "W2"), (F2, "W1")):
        office.on_the_staff(who)
        shift = {"since": office.now, "until": office.now + timedelta(days=5), "duties": (Duty.INTAKE,)}
        office.when(AssignStaff, OPERATOR, hall_id="N", person=who.person, window_id=window, **shift)
    office.strict = True
    return office


def test_s88_leaving_something_out() -> None:
    """Given F1 on the rota at window 3 only.
    When F1 receives (a) with window 5, (b) without a window, (c) without a hall.
    Then (a) refused; (b) window 3 is found and written; with two posts F1 must say which; (c) the post's hall, never
    all halls. A former employee (left Fri 28 Feb) on 3 Mar: refused; what he held was handed over at leaving.
    """
    office = on_the_rota()
    f1 = Actor(person="F1", role=Role.FRONT_DESK)
    refusal = office.refused(RegisterIntake, desk("F1"), **intake(window="W1"))
    assert "F1 is not on its rota" in refusal
    office.when(RegisterIntake, f1, **intake())
    (received,) = office.events(IntakeRegistered)
    assert isinstance(received, IntakeRegistered)
    assert (received.hall, received.window) == ("N", "W2")
    place = office.act_of(IntakeRegistered).actor
    assert (place.hall, place.window) == ("N", "W2")


def test_s88_who_has_left() -> None:
    """A reviewer who left on Friday 28 February claims nothing on Monday 3 March."""
    office = HallN().on(2, 28)
    office.on_the_staff(R3)
    office.when(LeaveStaff, OPERATOR, person="R3", reason="退休")
    office.on(3, 3).accepted()
    office.strict = True
    assert "R3 is no reviewer" in office.refused(ClaimTask, R3, **TASK)
