"""Times of recording that are out of order."""

from dataclasses import replace

from tests.faults.changes.change import Office, Told, change
from tests.faults.changes.hand import later


@change
def an_event_is_recorded_before_the_one_in_front_of_it(office: Office) -> Told:
    row = office.log.of("application.task_approved")
    row.recorded_at = row.moved(days=-2)
    return Told(row, "before the event at position")


@change
def an_event_is_recorded_after_those_behind_it(office: Office) -> Told:
    row = office.log.of("application.accepted")
    row.recorded_at = row.moved(days=300)
    behind = office.log.history(row)
    return Told(behind[behind.index(row) + 1], "before the event before it in its history")


@change
def a_case_is_put_in_with_a_time_of_before(office: Office) -> Told:
    intake = office.log.of("application.intake_registered")
    at = later(str(intake.metadata["occurred_at"]), days=-30)
    forged = office.log.copy(intake, "forged", stream_id="application/forged", recorded_at=later(at, minutes=1))
    forged.metadata["occurred_at"] = at
    office.log.put_behind(office.log.rows[-40], forged)
    return Told(forged, "before the event at position")


@change
def an_event_happens_after_it_was_recorded(office: Office) -> Told:
    row = office.log.of("application.evaluated")
    row.metadata = replace(row).metadata | {"occurred_at": row.moved(days=1)}
    return Told(row, "after it was recorded")
