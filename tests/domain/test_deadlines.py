"""Limits that act by themselves: what the law says follows, when, and that it does not matter who looks when."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.application.consequences.deadlines import Kind, Tick, deadlines
from domain.application.consequences.lapses import (
    DeemedAccepted,
    DeferralLapsed,
    LightTurned,
    SupplementLapsed,
    TaskSupplementLapsed,
)
from domain.application.limits.suspension import ClockResumed, ResumeClock, StopClock
from domain.application.path.acceptance import Accept
from domain.application.path.approvals import ApproveTask, ClaimTask, ReturnTask, TaskOpened
from domain.application.path.closing import Closing, TaskClosed
from domain.application.path.materials import CheckMaterial, GiveNotice, SubmitMaterial
from domain.application.terms import Ground, Status, TaskStatus, Verdict
from domain.record import CLOCK, Event, Role
from domain.time.light import Light
from tests.office import (
    CITIZEN,
    HASH,
    START,
    Office,
    accepted,
    checked,
    decided,
    noticed,
    received,
    returned,
    reviewer,
)

MARKET = reviewer("market")


def local(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment in Shanghai, as UTC."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def at(office: Office, moment: datetime) -> list[Event]:
    """What a look at the clock makes of the case."""
    office.now = moment - timedelta(minutes=1)
    return office.when(Tick, CLOCK)


def test_without_a_notice_within_five_working_days_an_application_counts_as_accepted_from_its_receipt() -> None:
    office = received("food")  # Monday 3 March; the fifth working day after it is Monday the 10th
    assert at(office, local(date(2025, 3, 10), 17, 30)) == []
    deemed, opened = at(office, local(date(2025, 3, 10), 17, 31))
    assert isinstance(deemed, DeemedAccepted)
    assert isinstance(opened, TaskOpened)
    assert deemed.lapsed_at == local(date(2025, 3, 10), 17, 30)
    case, record = office.case(), office.cases["application/C1"][-1]
    assert case.status is Status.IN_REVIEW
    assert case.accepted
    assert case.started
    assert case.accepted.at == case.started.at == record.act.occurred_at
    assert case.due_at == local(date(2025, 3, 17), 17, 30)  # ten working days of the receipt
    assert (record.act.actor.role, record.act.actor.hall) == (Role.CLOCK, "H1")


def test_a_notice_on_the_fifth_working_day_is_in_time_and_one_on_the_sixth_is_not() -> None:
    office = checked(received("food"), lease=Verdict.MISSING)
    office.now = local(date(2025, 3, 10), 17)
    office.when(GiveNotice)
    assert office.case().status is Status.SUPPLEMENTING

    office = checked(received("food"), lease=Verdict.MISSING)
    office.now = local(date(2025, 3, 11), 9)
    assert "is in_review: the one-time notice is possible only while it is received" in office.refused(GiveNotice)


def test_after_a_deemed_acceptance_nothing_can_be_held_against_the_applicant() -> None:
    office = received("food")
    at(office, local(date(2025, 3, 11), 9))
    office.when(ClaimTask, MARKET, task_id="food:market")
    refusal = office.refused(ReturnTask, MARKET, task_id="food:market", materials=("id",), reason="补")
    assert "did not name id" in refusal


def test_a_supplement_that_does_not_come_ends_the_application() -> None:
    office = noticed("food", lease=Verdict.MISSING)
    (deadline,) = deadlines(office.case(), office.city)
    assert (deadline.kind, deadline.at) == (Kind.SUPPLEMENT, local(date(2025, 3, 10), 17, 30))
    (lapsed,) = at(office, local(date(2025, 3, 20), 9))
    assert lapsed == SupplementLapsed(materials=("lease",))
    assert office.case().status is Status.NOT_ACCEPTED
    assert office.cases["application/C1"][-1].act.occurred_at == deadline.at
    assert "is not_accepted" in office.refused(SubmitMaterial, CITIZEN, material_id="lease", content_hash=HASH)


def test_a_supplement_that_came_in_time_waits_for_the_office_and_counts_as_accepted_when_it_is_silent() -> None:
    office = noticed("food", lease=Verdict.MISSING)
    office.now = local(date(2025, 3, 7), 10)
    office.when(SubmitMaterial, CITIZEN, material_id="lease", content_hash=HASH)
    assert at(office, local(date(2025, 3, 14), 17)) == []
    deemed, _ = at(office, local(date(2025, 3, 14), 18))
    assert isinstance(deemed, DeemedAccepted)
    case = office.case()
    assert case.accepted
    assert case.supplemented
    assert case.accepted.at == case.supplemented.at
    assert office.case().noticed == ("lease",)


def test_a_task_that_waits_in_vain_for_a_supplement_goes_on_and_its_clock_with_it() -> None:
    office = returned("food")
    until = office.case().tasks["food:market"].answer_by
    assert until == local(date(2025, 3, 10), 17, 30)
    lapsed, resumed = at(office, local(date(2025, 3, 12), 9))[:2]
    assert lapsed == TaskSupplementLapsed(task_id="food:market", materials=("id",))
    assert isinstance(resumed, ClockResumed)
    task = office.case().tasks["food:market"]
    assert (task.status, task.holder, task.asks_for) == (TaskStatus.CLAIMED, "R1", ())
    assert office.case().suspensions[0].ended_at == until
    office.when(ApproveTask, MARKET, task_id="food:market")


def test_a_promised_material_that_does_not_come_sends_the_application_back() -> None:
    office = accepted("restaurant", plan=Verdict.DEFERRED)
    assert at(office, local(date(2025, 3, 20), 23, 59)) != []  # only lights so far
    assert office.case().under_way
    *_, lapsed, market, fire = at(office, local(date(2025, 3, 21), 0, 1))
    assert [isinstance(each, TaskClosed) and each.reason for each in (market, fire)] == [Closing.CASE_ENDED] * 2
    assert lapsed == DeferralLapsed(material_id="plan", promised_by=date(2025, 3, 20))
    assert office.case().status is Status.SENT_BACK
    assert not office.case().under_way


def test_a_promised_material_that_came_in_time_sends_nothing_back() -> None:
    office = accepted("restaurant", plan=Verdict.DEFERRED)
    office.when(SubmitMaterial, CITIZEN, material_id="plan", content_hash=HASH)
    office.when(CheckMaterial, material_id="plan", verdict=Verdict.ACCEPTED)
    at(office, local(date(2025, 3, 28), 9))
    assert office.case().under_way


def test_lights_turn_once_each_and_stand_still_with_the_clock() -> None:
    office = accepted("food")
    task = office.case().tasks["food:market"]
    (yellow,) = at(office, task.warn_at + timedelta(minutes=2))
    assert yellow == LightTurned(part="food:market", light=Light.YELLOW, limit=task.warn_at)
    office.when(StopClock, MARKET, suspension_id="h1", ground=Ground.HEARING, presided_by="B2", notice="听证")
    assert at(office, task.due_at + timedelta(days=30)) == []
    office.when(ResumeClock, MARKET, suspension_id="h1")
    moved = office.case().tasks["food:market"].due_at
    assert moved > task.due_at + timedelta(days=30)
    reds = at(office, moved + timedelta(days=1))
    assert reds == [LightTurned(part=part, light=Light.RED, limit=moved) for part in ("decision", "food:market")]
    by_law = office.case().statutory_due_at
    assert by_law is not None
    assert at(office, by_law + timedelta(days=1)) == [LightTurned(part="statutory", light=Light.RED, limit=by_law)]
    assert at(office, by_law + timedelta(days=60)) == []


def test_a_result_that_is_not_delivered_in_time_turns_red() -> None:
    office = decided("food")
    (red,) = at(office, local(date(2025, 3, 18), 9))  # ten working days of the decision on 3 March
    assert red == LightTurned(part="delivery", light=Light.RED, limit=local(date(2025, 3, 17), 17, 30))


def test_a_command_first_records_what_lapsed_before_it() -> None:
    office = checked(received("food"))
    office.now = local(date(2025, 3, 11), 9)
    assert "is in_review" in office.refused(Accept)
    assert office.case().status is Status.RECEIVED  # a refused command records nothing, the clock does
    made = office.when(ClaimTask, MARKET, task_id="food:market")
    assert [type(event).__name__ for event in made] == ["DeemedAccepted", "TaskOpened", "TaskClaimed"]
    effective = [record.act.occurred_at for record in office.cases["application/C1"][-3:]]
    assert effective == [START + timedelta(minutes=1), START + timedelta(minutes=1), office.now]


def test_a_tick_is_of_a_case_that_is_known() -> None:
    assert "is not known" in Office().refused(Tick, CLOCK)


@pytest.mark.parametrize("late", [timedelta(minutes=1), timedelta(days=200)])
def test_a_tick_may_be_late(late: timedelta) -> None:
    office = received("food")
    at(office, local(date(2025, 3, 10), 17, 30) + late)
    case = office.case()
    assert case.accepted
    assert case.started
    assert case.accepted.at == case.started.at
