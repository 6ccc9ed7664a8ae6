"""Supplements (补正): until when a period runs, when it lapses, and when acceptance may be refused for what is incomplete."""

from datetime import date

import pytest

from domain.application.limits.deadlines import Tick
from domain.application.limits.lapses import SupplementLapsed
from domain.application.path.acceptance import Accept, AcceptanceRefused, NotAccepted, RefuseAcceptance
from domain.application.path.materials import CheckMaterial, SubmitMaterial
from domain.application.state import Status, Verdict
from domain.record import CLOCK
from tests.domain.test_deadlines import at, local
from tests.office import CITIZEN, HASH, Office, noticed, received

WHY = {"reasons": "补正期满仍不齐全", "legal_basis": "行政许可法 32"}
HANDED_IN = local(date(2025, 3, 7), 16)
LATER = local(date(2025, 3, 12), 9)
"""Two working days after the period of the notice of 3 March has ended with Monday 10 March."""


def handed_in() -> Office:
    """Given a supplement that came in time and was looked at after the end of the period."""
    office = noticed("food", id=Verdict.MISSING)
    office.now = HANDED_IN
    office.when(SubmitMaterial, CITIZEN, material_id="id", content_hash=HASH)
    office.now = LATER
    office.when(CheckMaterial, material_id="id", verdict=Verdict.DEFECTIVE, reason="出租人签名不符")
    return office


def test_a_supplement_handed_in_in_time_and_defective_later_is_not_thrown_out_backdated() -> None:
    office = handed_in()
    assert office.when(Tick, CLOCK) == []
    assert office.case().status is Status.SUPPLEMENTING


def test_what_is_still_not_in_order_after_the_period_is_decided_by_the_front_desk() -> None:
    office = handed_in()
    office.when(RefuseAcceptance, materials=("id",), **WHY)
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
    assert "what is incomplete is not refused before" in office.refused(RefuseAcceptance, materials=("id",), **WHY)
    office.now = local(date(2025, 3, 10), 17)
    assert "has time to supplement until" in office.refused(RefuseAcceptance, materials=("id",), **WHY)


def test_acceptance_is_never_refused_for_a_material_that_was_accepted() -> None:
    office = noticed("food", id=Verdict.MISSING, lease=Verdict.MISSING)
    office.when(SubmitMaterial, CITIZEN, material_id="id", content_hash=HASH)
    office.when(CheckMaterial, material_id="id", verdict=Verdict.ACCEPTED)
    office.now = LATER
    refusal = office.refused(RefuseAcceptance, materials=("id", "lease"), **WHY)
    assert "id was handed in and not found wanting" in refusal
    office.when(RefuseAcceptance, materials=("lease",), **WHY)


@pytest.mark.parametrize("ground", [NotAccepted.NOT_REQUIRED, NotAccepted.NOT_IN_POWERS])
def test_acceptance_is_refused_at_once_on_a_ground_of_the_closed_list(ground: NotAccepted) -> None:
    office = received("food")
    assert "ground: acceptance of case C1 is refused as" in office.refused(RefuseAcceptance, **WHY)
    assert "ground: " in office.refused(RefuseAcceptance, ground=NotAccepted.INCOMPLETE, **WHY)
    (refusal,) = office.when(RefuseAcceptance, ground=ground, **WHY)
    assert isinstance(refusal, AcceptanceRefused)
    assert refusal.ground is ground
