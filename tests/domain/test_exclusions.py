"""Deferred acceptance for those who broke such a promise before: a hall may exclude them, and every hall heeds it."""

from datetime import timedelta
from typing import Any

from domain.application.consequences.deadlines import Tick
from domain.application.consequences.lapses import DeferralLapsed
from domain.application.path.materials import CheckMaterial
from domain.application.terms import Verdict
from domain.hall.exclusions import ExcludeApplicant, ReadmitApplicant
from domain.hall.windows import OpenHall
from domain.record import CLOCK, Actor, Role
from tests.office import OPERATOR, START, Office, accepted, received

PLAN: dict[str, Any] = {"material_id": "plan", "verdict": Verdict.DEFERRED}
WHY = {"reason": "承诺的材料逾期未补"}


def broken() -> Office:
    """Given an applicant who did not bring what they promised, and who applies again, with a promise."""
    office = accepted("restaurant", plan=Verdict.DEFERRED)
    office.now += timedelta(days=30)
    assert any(isinstance(event, DeferralLapsed) for event in office.when(Tick, CLOCK))
    received("restaurant", office=office, case_id="C2")
    return office


def excluded(**until: Any) -> Office:
    """Given that they are excluded from such promises."""
    office = broken()
    office.when(ExcludeApplicant, OPERATOR, hall_id="H1", applicant_id="P1", lapse=9, case_id="C1", **WHY, **until)
    return office


def promise(office: Office) -> dict[str, Any]:
    return {"case_id": "C2", **PLAN, "promised_by": (office.now + timedelta(days=10)).date()}


def test_who_broke_a_promise_may_promise_again_unless_a_hall_excludes_them() -> None:
    office = broken()
    office.when(CheckMaterial, **promise(office))
    refusal = excluded().refused(CheckMaterial, **promise(office))
    assert "hall H1 defers nothing for the applicant of case C2, who broke a promise in case C1" in refusal
    assert "have material plan handed in [deferred acceptance]" in refusal


def test_who_is_excluded_may_do_all_else() -> None:
    office = excluded()
    office.when(CheckMaterial, case_id="C2", material_id="plan", verdict=Verdict.MISSING)


def test_an_exclusion_ends_with_its_time_or_before() -> None:
    office = broken()
    until = office.now + timedelta(hours=1)
    office = excluded(until=until)
    office.now = until - timedelta(minutes=2)
    assert "defers nothing" in office.refused(CheckMaterial, **promise(office))
    office.when(CheckMaterial, **promise(office))  # at the very moment
    office = excluded()
    office.when(ReadmitApplicant, OPERATOR, hall_id="H1", applicant_id="P1", reason="已履行承诺")
    office.when(CheckMaterial, **promise(office))


def test_another_hall_heeds_it_and_another_applicant_is_not_touched() -> None:
    office = excluded()
    hall = office.city.hall("H1")
    given = {"label": hall.name, "layout": hall.layout, "windows": (), "calendar": hall.calendars[-1]}
    office.when(OpenHall, OPERATOR, hall_id="H0", **given)
    elsewhere = {"hall_id": "H0", "applicant_id": "P2", "case_id": "C9", "lapse": 9, **WHY}
    office.when(ExcludeApplicant, OPERATOR, **elsewhere)
    assert "hall H1 defers nothing" in office.refused(CheckMaterial, **promise(office))
    office.when(ReadmitApplicant, OPERATOR, hall_id="H1", applicant_id="P1", reason="已履行承诺")
    office.when(CheckMaterial, **promise(office))
    assert [each.applicant_id for each in office.city.hall("H0").exclusions] == ["P2"]


def test_what_cannot_be_excluded_is_refused() -> None:
    office = excluded()
    this: dict[str, Any] = {"hall_id": "H1", "applicant_id": "P1", "case_id": "C1", "lapse": 9, **WHY}
    assert "hall H1 excludes P1 already" in office.refused(ExcludeApplicant, OPERATOR, **this)
    other = {**this, "applicant_id": "P2", "until": START}
    assert "lies in the past; name a later time" in office.refused(ExcludeApplicant, OPERATOR, **other)
    assert "does not exclude P2 now" in office.refused(
        ReadmitApplicant, OPERATOR, hall_id="H1", applicant_id="P2", reason="x"
    )
    desk = Actor(person="F1", role=Role.FRONT_DESK)
    assert "missing right: operator" in office.refused(ExcludeApplicant, desk, **this)
