"""Clerical errors: a further event says what is right, the case goes on with it, and reports use it and say so (rule 10)."""

from datetime import timedelta
from typing import Any

import pytest

from domain.application.beside.corrections import Correctable, CorrectClericalError
from domain.application.path.intake import RegisterIntake
from domain.application.terms import Channel
from domain.history import APPLICATIONS
from projections.views.processing_time import ProcessingTime
from tests.office import CLERK, Office, accepted, applicant, issued, received

WHY: dict[str, Any] = {"corrects": 1, "correction": "见值", "reason": "录入错误", "confirmed_by": "F2"}
COLUMNS = [column.name for column in ProcessingTime.table.columns]


def rows(office: Office) -> dict[str, dict[str, Any]]:
    """The rows of processing time, by stage."""
    found = ProcessingTime().of_case(office.case(), office.city)
    return {str(row[1]): dict(zip(COLUMNS, row, strict=True)) for row in found}


def number_of(office: Office, type_name: str) -> int:
    """The number of the event of a type."""
    return next(r.originator_version for r in office.cases[APPLICATIONS + "C1"] if r.event.type_name == type_name)


def test_rule_10_a_corrected_window_counts_and_the_report_says_so() -> None:
    office = issued("food")
    before = list(office.cases[APPLICATIONS + "C1"])
    office.when(CorrectClericalError, CLERK, **WHY, field=Correctable.WINDOW, value="W2")
    assert office.cases[APPLICATIONS + "C1"][:-1] == before
    assert {row["window"] for row in rows(office).values()} == {"W2"}
    assert {row["corrected_by"] for row in rows(office).values()} == {len(before) + 1}
    assert "has no window W9" in office.refused(CorrectClericalError, **WHY, field=Correctable.WINDOW, value="W9")
    assert "hands out results" in office.refused(CorrectClericalError, **WHY, field=Correctable.WINDOW, value="W3")


def test_a_corrected_time_changes_the_figures_measured_from_it_and_no_others() -> None:
    office = issued("food")
    was = rows(office)
    number = number_of(office, "application.decided")
    assert office.case().decided is not None
    earlier = office.case().decided.at - timedelta(seconds=30)  # type: ignore[union-attr]
    why = {**WHY, "corrects": number}
    office.when(CorrectClericalError, CLERK, **why, field=Correctable.OCCURRED_AT, value=earlier.isoformat())
    now = rows(office)
    half = 30_000_000
    assert now["decision"]["working_us"] == was["decision"]["working_us"] - half
    assert now["delivery"]["working_us"] == was["delivery"]["working_us"] + half
    assert now["decision"]["corrected_by"] == now["delivery"]["corrected_by"] == office.case().version
    for stage in ("intake", "approval", "total"):
        assert now[stage] == was[stage]


def test_a_corrected_receipt_marks_only_what_is_measured_from_it() -> None:
    office = issued("food")
    earlier = office.case().started.at - timedelta(minutes=5)  # type: ignore[union-attr]
    office.when(CorrectClericalError, CLERK, **WHY, field=Correctable.OCCURRED_AT, value=earlier.isoformat())
    marked = {stage for stage, row in rows(office).items() if row["corrected_by"] is not None}
    assert marked == {"intake", "total"}


def test_a_decision_never_comes_to_lie_before_what_it_was_made_of() -> None:
    office = issued("food")
    (task,) = office.case().tasks.values()
    assert task.settled is not None
    why = {**WHY, "corrects": number_of(office, "application.decided")}
    too_early = (task.settled.at - timedelta(seconds=1)).isoformat()
    assert "must stay between" in office.refused(
        CorrectClericalError, **why, field=Correctable.OCCURRED_AT, value=too_early
    )


@pytest.mark.parametrize(
    ("value", "refusal"),
    [
        ("yesterday", "is not a time with an offset"),
        ("2025-03-03T09:30", "is not a time with an offset"),
        ("2024-03-03T09:30+08:00", "must stay between the events before and after it"),
        ("2035-03-03T09:30+08:00", "must stay between the events before and after it"),
    ],
)
def test_a_time_that_cannot_be_is_refused(value: str, refusal: str) -> None:
    office = issued("food")
    why = {**WHY, "corrects": number_of(office, "application.accepted")}
    assert refusal in office.refused(CorrectClericalError, **why, field=Correctable.OCCURRED_AT, value=value)


def test_a_time_is_corrected_once_no_limit_runs_from_it() -> None:
    office = accepted("food")
    value = office.now.isoformat()
    assert "limits of case C1 still run" in office.refused(
        CorrectClericalError, **WHY, field=Correctable.OCCURRED_AT, value=value
    )
    office = issued("food")
    submitted = {**WHY, "corrects": number_of(office, "application.material_submitted")}
    assert "no time of case C1 is measured from event 2" in office.refused(
        CorrectClericalError, **submitted, field=Correctable.OCCURRED_AT, value=value
    )


def test_a_channel_is_corrected_among_those_without_a_window() -> None:
    office = Office()
    office.when(RegisterIntake, items=("food",), channel=Channel.POST, hall="H1", applicant=applicant())
    office.when(CorrectClericalError, **WHY, field=Correctable.CHANNEL, value="kiosk")
    assert (office.case().channel, office.case().channel_label) == (Channel.KIOSK, "kiosk")
    for value in ("window", "import", "pigeon"):
        assert "can only have come by online, kiosk, post" in office.refused(
            CorrectClericalError, **WHY, field=Correctable.CHANNEL, value=value
        )
    assert "was not received at a window" in office.refused(
        CorrectClericalError, **WHY, field=Correctable.WINDOW, value="W1"
    )
    assert "can only have come by online, kiosk, post" in received("food").refused(
        CorrectClericalError, **WHY, field=Correctable.CHANNEL, value="post"
    )


def test_a_field_and_its_value_come_together_and_belong_to_their_event() -> None:
    office = issued("food")
    assert "or neither" in office.refused(CorrectClericalError, **WHY, field=Correctable.WINDOW)
    assert "was entered by its intake, not by event 2" in office.refused(
        CorrectClericalError, **{**WHY, "corrects": 2}, field=Correctable.WINDOW, value="W2"
    )
