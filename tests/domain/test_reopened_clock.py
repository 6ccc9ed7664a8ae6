"""A clock that stood when a case ended runs again when it is reopened, whatever it stood for."""

from datetime import timedelta

from msgspec.structs import replace

from domain.application.beside.reopening import Reopen
from domain.application.beside.termination import Terminate, TerminationGround
from domain.application.consequences.deadlines import Tick
from domain.application.limits.suspension import ResumeClock, StopClock
from domain.application.terms import Ground, TaskStatus
from domain.record import CLOCK
from domain.time.light import Light
from tests.office import Office, accepted, head, returned, reviewer


def terminated(office: Office) -> None:
    """The case ends without a decision."""
    why = {"reasons": "不可抗力", "legal_basis": "行政许可法 70"}
    office.when(Terminate, head("market"), ground=TerminationGround.FORCE_MAJEURE, **why)


def reopened(office: Office) -> None:
    """An appeal about that is won."""
    office.when(Reopen, head("market", "B2"), order="复议〔2025〕12号", reason="事实不清")


def test_the_clock_runs_again_when_a_case_that_ended_while_it_stood_is_reopened() -> None:
    """Terminated while the applicant was asked for a supplement: reopened, its clock stood still for good, and no limit passed."""
    office = returned("food")
    terminated(office)
    assert office.case().clock_stopped
    reopened(office)
    case = office.case()
    assert not case.clock_stopped
    assert case.former is not None
    assert case.former.clock_stopped
    office.now += timedelta(days=40)
    office.when(Tick, CLOCK)
    assert office.case().lights["food:market"] is Light.RED


def test_a_hearing_that_the_end_cut_short_holds_back_no_decision_after_the_reopening() -> None:
    office = accepted("food")
    hearing = {"suspension_id": "h", "ground": Ground.HEARING, "notice": "听证", "presided_by": "B2"}
    office.when(StopClock, reviewer("market"), **hearing)
    terminated(office)
    reopened(office)
    assert not [each for each in office.case().suspensions if each.holds_the_decision]


def test_a_clock_that_stands_for_a_supplement_that_nobody_is_asked_for_is_started_by_hand() -> None:
    """As in histories that were reopened before the reopening started it itself."""
    office = returned("food")
    (stop,) = office.case().suspensions
    asked = office.refused(ResumeClock, reviewer("market"), suspension_id=stop.suspension_id)
    assert "when the applicant hands in" in asked
    ((name, task),) = office.case().tasks.items()
    open_again = replace(office.case(), tasks={name: replace(task, status=TaskStatus.OPEN)})
    assert ResumeClock(
        command_id="x", actor=reviewer("market"), occurred_at=office.now, case_id="C1", suspension_id=stop.suspension_id
    ).decide(open_again, office.city)
