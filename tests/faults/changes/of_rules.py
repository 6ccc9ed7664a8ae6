"""Histories that no command could have recorded: a rule is broken, or what is recorded does not follow."""

from tests.faults.changes.change import Office, Told, change
from tests.faults.changes.hand import Row, later

REFUSED = "its command is refused on what was before it"


def _command(office: Office, row: Row) -> list[Row]:
    """All events of the command that recorded one of them."""
    return [each for each in office.log.rows if each.command_id == row.command_id]


@change
def an_approval_is_removed(office: Office) -> Told:
    decided = office.log.of("application.decided", lambda r: r.data["outcome"] == "granted")
    approved = office.log.before(decided, "application.task_approved")
    office.log.without(*_command(office, approved))
    return Told(decided, f"{REFUSED}: case")


@change
def an_acceptance_is_removed(office: Office) -> Told:
    accepted = office.log.of("application.accepted")
    claimed = office.log.after(accepted, "application.task_claimed")
    assert claimed is not None
    office.log.without(*_command(office, accepted))
    return Told(claimed, "claiming a task is possible only while it is in_review")


@change
def a_claim_is_removed(office: Office) -> Told:
    approved = office.log.of("application.task_approved")
    task = approved.data["task_id"]
    claims = [row for row in office.log.history(approved) if row.type == "application.task_claimed"]
    office.log.without(*(row for row in claims if row.data["task_id"] == task))
    return Told(approved, "is open, not claimed")


@change
def a_check_of_a_material_is_removed(office: Office) -> Told:
    accepted = office.log.of("application.accepted")
    office.log.without(office.log.before(accepted, "application.material_accepted"))
    return Told(accepted, "not accepted, waived or deferred; check these materials first [article 32]")


@change
def an_event_happens_before_the_one_in_front_of_it(office: Office) -> Told:
    approved = office.log.of("application.task_approved")
    at = later(approved.metadata["occurred_at"], days=-10)
    for row in _command(office, approved):
        row.metadata["occurred_at"] = at
    return Told(approved, "a clock never runs backwards")


@change
def a_refusal_becomes_a_grant(office: Office) -> Told:
    decided = office.log.of("application.decided", lambda r: r.data["outcome"] == "refused")
    decided.data["outcome"] = "granted"
    for part in decided.data["parts"]:
        part["granted"] = True
    return Told(decided, "cannot be granted")


@change
def a_grant_becomes_a_refusal(office: Office) -> Told:
    decided = office.log.of("application.decided", lambda r: r.data["outcome"] == "granted")
    decided.data |= {"outcome": "refused", "reasons": "不符合", "legal_basis": "第三十八条", "remedies": "复议"}
    return Told(decided, "cannot be refused: every task is approved")


@change
def a_limit_ends_later(office: Office) -> Told:
    accepted = office.log.of("application.accepted")
    accepted.data["due_at"] = later(accepted.data["due_at"], days=7)
    return Told(accepted, "says another due_at than follows from its command")


@change
def the_time_to_answer_a_notice_is_shorter(office: Office) -> Told:
    notice = office.log.of("application.notice_given")
    notice.data["answer_by"] = later(notice.data["answer_by"], days=-5)
    return Told(notice, "says another answer_by")


@change
def a_second_notice_is_put_in(office: Office) -> Told:
    notice = office.log.of("application.notice_given")
    second = office.log.copy(notice, "second notice")
    office.log.put_behind(notice, second)
    return Told(second, "has had its one-time notice")


@change
def a_light_that_turned_is_removed(office: Office) -> Told:
    turned = office.log.of("application.light_turned")
    others = [row for row in _command(office, turned) if row is not turned]
    behind = others[0] if others else None
    office.log.without(turned)
    if behind is None:
        history = office.log.history(turned)
        behind = next(row for row in history if row.metadata["occurred_at"] > turned.metadata["occurred_at"])
    return Told(behind, "application.light_turned does")


@change
def somebody_else_approves(office: Office) -> Told:
    approved = office.log.of("application.task_approved")
    other = office.log.of(
        "application.task_claimed", lambda r: r.metadata["actor"]["person"] != approved.metadata["actor"]["person"]
    )
    for row in _command(office, approved):
        row.metadata["actor"] = dict(other.metadata["actor"])
    return Told(approved, REFUSED)


@change
def who_received_decides(office: Office) -> Told:
    decided = office.log.of("application.decided")
    decided.metadata["actor"]["person"] = office.log.before(decided, "application.accepted").metadata["actor"]["person"]
    return Told(decided, REFUSED)


@change
def somebody_without_a_post_acts(office: Office) -> Told:
    claimed = office.log.of("application.task_claimed")
    claimed.metadata["actor"]["person"] = "stranger"
    return Told(claimed, "stranger is no reviewer")


@change
def an_applicant_rates_who_is_of_the_staff(office: Office) -> Told:
    rated = office.log.of("application.evaluated")
    rated.metadata["actor"] = office.log.before(rated, "application.result_issued").metadata["actor"]
    return Told(rated, "which may not give Evaluate")


@change
def another_version_of_the_catalogue_is_pinned(office: Office) -> Told:
    intake = office.log.of("application.intake_registered", lambda r: r.data["items"][0]["version"] > 1)
    intake.data["items"][0]["version"] = 1
    return Told(intake, "says another items than follows from its command")


@change
def another_calendar_is_pinned(office: Office) -> Told:
    submitted = office.log.of("application.material_submitted")
    submitted.metadata["calendar"] += 1
    return Told(submitted, "says another calendar")


@change
def a_result_is_handed_over_before_it_is_decided(office: Office) -> Told:
    ready = office.log.of("application.result_ready")
    decided = office.log.before(ready, "application.decided")
    office.log.without(ready)
    office.log.rows.insert(next(i for i, row in enumerate(office.log.rows) if row is decided), ready)
    return Told(ready, "making the result ready is possible only while it is decided")


@change
def a_task_is_of_another_department(office: Office) -> Told:
    opened = office.log.of("application.task_opened")
    opened.data["department"] = "market" if opened.data["department"] != "market" else "health"
    return Told(opened, "says another department than follows from its command")


@change
def a_post_is_taken_back_to_the_founding(office: Office) -> Told:
    claimed = office.log.of("application.task_claimed")
    person = claimed.metadata["actor"]["person"]
    office.log.without(*(row for row in office.log.rows if row.stream_id == f"staff/{person}"))
    return Told(claimed, "is not on the staff")


@change
def a_stop_of_the_clock_is_removed(office: Office) -> Told:
    resumed = office.log.of("application.clock_resumed")
    stopped = office.log.before(resumed, "application.clock_stopped")
    office.log.without(stopped)
    own = _command(office, resumed)
    return Told(own[0] if own[0].type == "application.clock_resumed" else resumed, "command")


@change
def a_call_of_a_ticket_is_removed(office: Office) -> Told:
    served = office.log.of("ticket.matter_served")
    office.log.without(*(row for row in office.log.history(served) if row.type == "ticket.called"))
    return Told(served, "serving is possible only while it is called")


@change
def somebody_gives_themselves_a_post(office: Office) -> Told:
    joined = office.log.of("staff.joined", lambda r: r.data["role"] == "reviewer")
    joined.metadata["actor"] = {"person": joined.stream_id.removeprefix("staff/"), "role": "operator"}
    return Told(joined, "is no operator")
