"""Which command of an application recorded its events: by the event that says most of it."""

from collections.abc import Iterable
from datetime import date

from msgspec.structs import replace

from domain.application.beside.assignment import DelegateTask, HandOverTask, ReassignTask, SnoozeTask
from domain.application.beside.cancellation import Cancel
from domain.application.beside.changed_rows import CorrectRow, TakeOutRow
from domain.application.beside.claiming import ClaimIntake
from domain.application.beside.corrections import CorrectClericalError
from domain.application.beside.merging import KeepDuplicate, MergeInto
from domain.application.beside.newer_version import MoveToVersion
from domain.application.beside.questions import AnswerQuestion, AskQuestion
from domain.application.beside.recorded_steps import Meaning, RecordStep
from domain.application.beside.reopening import FileLateDocument, Reopen
from domain.application.beside.revocation import Revoke
from domain.application.beside.termination import Terminate
from domain.application.beside.transfer import Transfer
from domain.application.beside.withdrawal import Withdraw, WithdrawPart
from domain.application.consequences.recount import RecountLimits
from domain.application.limits.extension import ExtendLimit, RefuseExtension
from domain.application.limits.suspension import ResumeClock, StopClock
from domain.application.path import rating_code
from domain.application.path.acceptance import Accept, RefuseAcceptance
from domain.application.path.approvals import ApproveTask, ClaimTask, RefuseTask, ReleaseTask, ReturnTask
from domain.application.path.decision import Decide, MakeResultReady
from domain.application.path.evaluation import (
    CloseComplaint,
    Evaluate,
    ReplyToRating,
    ReviewRectification,
    VerifyRating,
)
from domain.application.path.feedback import IssueResult, RecordFailure
from domain.application.path.intake import RegisterIntake
from domain.application.path.materials import CheckMaterial, GiveNotice, SubmitMaterial
from domain.application.terms import Ground, Outcome, Verdict
from domain.office.recall.recalling import Recalled, Recalling, Recorded, always, by_name, made, said
from domain.time.working_time import MICROSECOND

ANY_CODE = "0" * 64
"""In place of the code of a rating, of which the records keep no more than a digest of its digest."""


def _intake(found: Recorded) -> Iterable[Recalled]:
    event = found.told_by.event
    package = event.package and event.package.package_id  # type: ignore[attr-defined]
    items = () if package else tuple(ref.item_id for ref in event.items)  # type: ignore[attr-defined]
    yield Recalled(made(RegisterIntake, found, {"items": items, "package": package}))


def _checked(verdict: Verdict) -> Recalling:
    return by_name(CheckMaterial, verdict=always(verdict))


def _rated(found: Recorded) -> Iterable[Recalled]:
    anonymous = bool(found.told_by.event.anonymous)  # type: ignore[attr-defined]
    if found.state.rating_code is None:
        yield Recalled(made(Evaluate, found, {"anonymous": anonymous}))
        return
    rated = made(Evaluate, found, {"anonymous": anonymous, "code": ANY_CODE})
    yield Recalled(rated, lambda state: replace(state, rating_code=rating_code.kept(ANY_CODE)))


def _identity_checked(found: Recorded) -> bool:
    return bool(found.told_by.event.identity_checked)  # type: ignore[attr-defined]


def _outcome(found: Recorded) -> Outcome:
    return Outcome.GRANTED if found.told_by.event.granted else Outcome.REFUSED  # type: ignore[attr-defined]


def _handed_over(found: Recorded) -> Iterable[Recalled]:
    """By the head of the department, or by whoever hands over what somebody held."""
    yield from by_name(ReassignTask)(found)
    task = found.state.tasks.get(found.told_by.event.task_id)  # type: ignore[attr-defined]
    if task is not None and task.holder is not None:
        yield from by_name(HandOverTask, holder=always(task.holder))(found)


def _items(found: Recorded) -> tuple[str, ...]:
    return tuple(sorted({ref.item_id for ref in found.state.active_items}))


def _applicant(found: Recorded) -> str | None:
    applicant = found.state.applicant
    return None if applicant is None else applicant.applicant_id


def _reopened(found: Recorded) -> Iterable[Recalled]:
    """About all parts, or about those that it takes up again."""
    event = found.told_by.event
    tasks = [found.state.tasks.get(each.task_id) for each in event.tasks]  # type: ignore[attr-defined]
    back: tuple[str, ...] = event.items  # type: ignore[attr-defined]
    about = tuple(dict.fromkeys((*back, *(task.item_id for task in tasks if task is not None))))
    for items in dict.fromkeys((None, about, back)):
        yield Recalled(made(Reopen, found, {"items": items}))


def _last_day(found: Recorded) -> date:
    days = found.city.newest_calendar(found.state.hall)
    return days.local_day(found.told_by.event.accept_by - MICROSECOND)  # type: ignore[attr-defined]


def _row(found: Recorded) -> Iterable[Recalled]:
    """A row of a log, with the meaning that its event has."""
    event, state = found.told_by.event, found.state
    meaning = Meaning(event.type_name) if event.type_name in set(Meaning) else None
    items = getattr(event, "items", ()) or state.items
    others = {
        "meaning": meaning,
        "item": items[0].item_id if items else "none",
        "hall": getattr(event, "hall", None) or state.hall or found.told_by.act.actor.hall,
    }
    yield Recalled(made(RecordStep, found, others))


def of_row(recalling: Recalling) -> Recalling:
    """The same, unless the event is a row of a log."""
    return lambda found: (_row if found.told_by.act.source is not None else recalling)(found)


MERGED = {"other": said("case_id"), "other_applicant": _applicant, "other_items": _items}

OF_CASES: dict[str, Recalling] = {
    "application.intake_registered": of_row(_intake),
    "application.step_recorded": _row,
    "application.material_submitted": by_name(SubmitMaterial),
    "application.material_accepted": _checked(Verdict.ACCEPTED),
    "application.material_found_defective": _checked(Verdict.DEFECTIVE),
    "application.material_found_missing": _checked(Verdict.MISSING),
    "application.material_deferred": _checked(Verdict.DEFERRED),
    "application.notice_given": by_name(GiveNotice),
    "application.accepted": by_name(Accept),
    "application.acceptance_refused": by_name(RefuseAcceptance),
    "application.part_not_accepted": by_name(RefuseAcceptance),
    "application.task_claimed": by_name(ClaimTask),
    "application.task_approved": by_name(ApproveTask),
    "application.task_refused": by_name(RefuseTask),
    "application.task_returned": by_name(ReturnTask),
    "application.task_delegated": by_name(DelegateTask),
    "application.task_reassigned": _handed_over,
    "application.task_snoozed": by_name(SnoozeTask),
    "application.question_asked": by_name(AskQuestion),
    "application.question_answered": by_name(AnswerQuestion),
    "application.decided": of_row(by_name(Decide)),
    "application.item_decided": by_name(Decide, outcome=_outcome),
    "application.result_ready": by_name(MakeResultReady),
    "application.item_result_ready": by_name(MakeResultReady),
    "application.result_issued": of_row(by_name(IssueResult, identity_checked=_identity_checked)),
    "application.item_issued": by_name(IssueResult, identity_checked=_identity_checked),
    "application.handing_over_failed": by_name(RecordFailure),
    "application.evaluated": _rated,
    "application.rating_verified": by_name(VerifyRating),
    "application.complaint_closed": by_name(CloseComplaint),
    "application.rating_replied": by_name(ReplyToRating),
    "application.rectification_reviewed": by_name(ReviewRectification),
    "application.limit_extended": by_name(ExtendLimit),
    "application.extension_refused": by_name(RefuseExtension),
    "application.limits_recounted": by_name(RecountLimits),
    "application.intake_claimed": by_name(ClaimIntake),
    "application.clerical_error_corrected": by_name(CorrectClericalError),
    "application.row_corrected": by_name(CorrectRow, row=said("source")),
    "application.row_taken_out": by_name(TakeOutRow),
    "application.merged_into": by_name(MergeInto, **MERGED),
    "application.duplicate_found": by_name(KeepDuplicate, **MERGED),
    "application.moved_to_version": by_name(MoveToVersion, version=said("to_version")),
    "application.transferred": by_name(Transfer),
    "application.withdrawn": of_row(by_name(Withdraw)),
    "application.part_withdrawn": by_name(WithdrawPart),
    "application.terminated": by_name(Terminate),
    "application.revoked": by_name(Revoke),
    "application.licence_cancelled": by_name(Cancel),
    "application.reopened": _reopened,
    "application.acceptance_reopened": by_name(Reopen, accept_by=_last_day),
    "application.late_document_filed": by_name(FileLateDocument),
    "application.material_waived": _checked(Verdict.WAIVED),
    "application.task_released": by_name(ReleaseTask),
    "application.clock_stopped": of_row(by_name(StopClock)),
    "application.inspection_begun": by_name(StopClock, ground=always(Ground.INSPECTION)),
    "application.clock_resumed": of_row(by_name(ResumeClock)),
    "application.inspection_ended": by_name(ResumeClock),
}
"""By the stored name of an event; the first that a command recorded says which command it was.

Those that may also follow from another command stand at the end.
"""
