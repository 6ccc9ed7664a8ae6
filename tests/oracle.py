"""The rules once more, told from the events alone, so that no state of the office is believed."""

from collections.abc import Sequence
from itertools import groupby

from domain.application.beside.assignment import TaskDelegated, TaskReassigned
from domain.application.beside.corrections import ClericalErrorCorrected
from domain.application.beside.termination import Terminated
from domain.application.beside.withdrawal import Withdrawn
from domain.application.consequences.lapses import DeemedAccepted, DeferralLapsed, PartSentBack
from domain.application.limits.extension import LimitExtended
from domain.application.path.acceptance import AcceptanceRefused, Accepted
from domain.application.path.approvals import (
    TaskApproved,
    TaskClaimed,
    TaskOpened,
    TaskRefused,
    TaskReleased,
    TaskResubmitted,
    TaskReturned,
)
from domain.application.path.closing import TaskClosed
from domain.application.path.decision import Decided
from domain.application.path.evaluation import ANONYMOUS, Evaluated
from domain.application.path.feedback import ResultIssued
from domain.application.path.intake import IntakeRegistered
from domain.application.path.materials import MaterialFoundDefective, MaterialFoundMissing, NoticeGiven
from domain.application.terms import Outcome
from domain.city import City, checklist
from domain.record import Event, Record, Role

Holders = dict[str, str | None]


def _first(events: Sequence[Event], kind: type[Event]) -> int | None:
    return next((n for n, event in enumerate(events) if isinstance(event, kind)), None)


def rules_hold(records: Sequence[Record], city: City) -> None:
    """Assert rules 1 to 11 of one history."""
    events = [record.event for record in records]
    assert [r.originator_version for r in records] == list(range(1, len(records) + 1))
    assert sorted(r.position for r in records) == [r.position for r in records]
    in_order(events)
    asked_for_what_is_pinned(events, city)
    noticed_once(events)
    tasks_are_their_departments(records)
    granted_only_when_all_approved(events, city)
    times = [r.act.occurred_at for r in records if not effective_earlier(r)]
    assert times == sorted(times), "rule 7"
    commands = [r.act.command_id for r in records]
    assert len(set(commands)) == len([1 for _ in groupby(commands)]), "rule 8"
    extended_once(records)
    corrected_by_later_events(records)
    applicants_act_on_their_own(records)
    for record in records:
        act = record.act
        assert all((act.actor.person, act.actor.role, act.command_id)), "rule 11"
        assert act.recorded_at >= act.occurred_at, "rule 11"


def applicants_act_on_their_own(records: Sequence[Record]) -> None:
    """Who acts as an applicant is the one of the case; who rates anonymously is nobody."""
    own = {
        r.event.applicant.applicant_id for r in records if isinstance(r.event, IntakeRegistered) and r.event.applicant
    }
    acting = {r.act.actor.person for r in records if r.act.actor.role is Role.APPLICANT}
    assert acting <= own | {ANONYMOUS}, "who may"


def effective_earlier(record: Record) -> bool:
    """Whether it is part of a deemed acceptance, which is effective from the receipt on (article 32)."""
    return record.act.actor.role is Role.CLOCK and isinstance(record.event, DeemedAccepted | TaskOpened)


def in_order(events: Sequence[Event]) -> None:
    """Rule 1."""
    assert sum(isinstance(e, Accepted | DeemedAccepted) for e in events) <= 1
    accepted = Accepted if _first(events, DeemedAccepted) is None else DeemedAccepted
    concluded = Decided if _first(events, AcceptanceRefused) is None else AcceptanceRefused
    for earlier, later in ((accepted, Decided), (concluded, ResultIssued), (ResultIssued, Evaluated)):
        done, before = _first(events, later), _first(events, earlier)
        assert done is None or (before is not None and before < done), f"rule 1: {later.__name__}"
        assert sum(isinstance(e, later) for e in events) <= 1


def asked_for_what_is_pinned(events: Sequence[Event], city: City) -> None:
    """Rules 2 and 3."""
    assert sum(isinstance(e, IntakeRegistered) for e in events) == (1 if events else 0), "rule 2"
    asked = set(checklist(pinned(events, city)))
    named = {str(material) for e in events if (material := getattr(e, "material_id", None)) is not None}
    returned = {m for e in events if isinstance(e, TaskReturned) for m in e.materials}
    assert named | returned <= asked, "rule 3"


def pinned(events: Sequence[Event], city: City) -> tuple:  # type: ignore[type-arg]
    """The versions an application was taken in under."""
    return tuple(
        city.items[ref.item_id].at(ref.version) for e in events if isinstance(e, IntakeRegistered) for ref in e.items
    )


def noticed_once(events: Sequence[Event]) -> None:
    """Rule 4."""
    assert sum(isinstance(e, NoticeGiven) for e in events) <= 1, "rule 4"
    named: set[str] | None = None
    for event in events:
        match event:
            case NoticeGiven():
                named = {line.material_id for line in event.lines}
            case DeemedAccepted():
                named = named or set()  # nobody named anything in time
            case MaterialFoundDefective() | MaterialFoundMissing():
                assert named is None or event.material_id in named, "rule 4"
            case TaskReturned():
                assert named is None or set(event.materials) <= named, "rule 4"


def tasks_are_their_departments(records: Sequence[Record]) -> None:
    """Rule 5: only the own department, one holder at a time, settled by who holds it."""
    departments: dict[str, str] = {}
    holders: Holders = {}
    for record in records:
        event, actor = record.event, record.act.actor
        match event:
            case TaskOpened():
                departments[event.task_id], holders[event.task_id] = event.department, None
            case TaskClaimed():
                assert actor.department == departments[event.task_id], "rule 5"
                assert holders[event.task_id] is None, "rule 5"
                holders[event.task_id] = actor.person
            case TaskDelegated():
                assert actor.person == holders[event.task_id], "rule 5"
                holders[event.task_id] = event.to
            case TaskReassigned():
                assert (actor.department, actor.role) == (departments[event.task_id], Role.HEAD), "rule 5"
                holders[event.task_id] = event.to
            case TaskReleased() | TaskReturned() | TaskApproved() | TaskRefused():
                assert (actor.department, actor.person) == (departments[event.task_id], holders[event.task_id]), (
                    "rule 5"
                )
                if isinstance(event, TaskReleased):
                    holders[event.task_id] = None
            case TaskResubmitted():
                assert holders[event.task_id] is not None


def granted_only_when_all_approved(events: Sequence[Event], city: City) -> None:
    """Rule 6."""
    for at, event in enumerate(events):
        if not isinstance(event, Decided):
            continue
        approved = {e.task_id for e in events[:at] if isinstance(e, TaskApproved)}
        refused = {e.task_id for e in events[:at] if isinstance(e, TaskRefused)}
        intake = events[0]
        assert isinstance(intake, IntakeRegistered)
        every = {
            f"{ref.item_id}:{step.step}"
            for ref, version in zip(intake.items, pinned(events, city), strict=True)
            for step in version.approvals
        }
        if event.outcome is Outcome.GRANTED:
            assert approved == every, "rule 6"
            assert not refused, "rule 6"
        else:
            assert refused, "rule 6"


def extended_once(records: Sequence[Record]) -> None:
    """Rule 9."""
    extensions = [n for n, record in enumerate(records) if isinstance(record.event, LimitExtended)]
    assert len(extensions) <= 1, "rule 9"
    for at in extensions:
        actor, due_at = records[at].act.actor, None
        assert actor.role is Role.HEAD, "rule 9"
        for record in records[:at]:
            if not isinstance(record.event, TaskOpened):
                due_at = getattr(record.event, "due_at", None) or due_at
        assert due_at is not None, "rule 9"
        assert records[at].act.occurred_at <= due_at, "rule 9"


def corrected_by_later_events(records: Sequence[Record]) -> None:
    """Rule 10: what is corrected stands before its correction, and stays."""
    for record in records:
        if isinstance(record.event, ClericalErrorCorrected):
            assert 1 <= record.event.corrects < record.originator_version, "rule 10"
            assert record.event.confirmed_by != record.act.actor.person, "rule 10"


def open_tasks(records: Sequence[Record]) -> dict[str, tuple[str, str | None]]:
    """The tasks that stand in queues: their department and holder."""
    tasks: dict[str, tuple[str, str | None]] = {}
    for record in records:
        event = record.event
        match event:
            case TaskOpened():
                tasks[event.task_id] = (event.department, None)
            case TaskClaimed():
                tasks[event.task_id] = (tasks[event.task_id][0], record.act.actor.person)
            case TaskReleased():
                tasks[event.task_id] = (tasks[event.task_id][0], None)
            case TaskDelegated() | TaskReassigned():
                tasks[event.task_id] = (tasks[event.task_id][0], event.to)
            case TaskApproved() | TaskRefused() | TaskClosed():
                del tasks[event.task_id]
            case PartSentBack():
                tasks = {name: task for name, task in tasks.items() if not name.startswith(f"{event.item_id}:")}
            case Decided() | Withdrawn() | DeferralLapsed() | Terminated():
                return {}
    return tasks
