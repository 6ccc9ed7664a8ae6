"""The rules once more, told from the events alone, so that no state of the office is believed."""

from collections.abc import Sequence
from itertools import groupby

from domain.application.acceptance import Accepted
from domain.application.approvals import (
    TaskApproved,
    TaskClaimed,
    TaskOpened,
    TaskRefused,
    TaskReleased,
    TaskResubmitted,
    TaskReturned,
)
from domain.application.decision import Decided
from domain.application.feedback import Evaluated, ResultIssued, Withdrawn
from domain.application.intake import IntakeRegistered
from domain.application.materials import MaterialFoundDefective, MaterialFoundMissing, NoticeGiven
from domain.application.state import Outcome
from domain.city import City, checklist
from domain.record import Event, Record

Holders = dict[str, str | None]


def _first(events: Sequence[Event], kind: type[Event]) -> int | None:
    return next((n for n, event in enumerate(events) if isinstance(event, kind)), None)


def rules_hold(records: Sequence[Record], city: City) -> None:
    """Assert rules 1 to 8 and 11 of one history."""
    events = [record.event for record in records]
    assert [r.originator_version for r in records] == list(range(1, len(records) + 1))
    assert sorted(r.position for r in records) == [r.position for r in records]
    in_order(events)
    asked_for_what_is_pinned(events, city)
    noticed_once(events)
    tasks_are_their_departments(records)
    granted_only_when_all_approved(events, city)
    times = [r.act.occurred_at for r in records]
    assert times == sorted(times), "rule 7"
    commands = [r.act.command_id for r in records]
    assert len(set(commands)) == len([1 for _ in groupby(commands)]), "rule 8"
    for record in records:
        act = record.act
        assert all((act.actor.person, act.actor.role, act.command_id)), "rule 11"
        assert act.recorded_at >= act.occurred_at, "rule 11"


def in_order(events: Sequence[Event]) -> None:
    """Rule 1."""
    for earlier, later in ((Accepted, Decided), (Decided, ResultIssued), (ResultIssued, Evaluated)):
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
    notices = [n for n, e in enumerate(events) if isinstance(e, NoticeGiven)]
    assert len(notices) <= 1, "rule 4"
    for at in notices:
        notice = events[at]
        assert isinstance(notice, NoticeGiven)
        named = {line.material_id for line in notice.lines}
        for event in events[at + 1 :]:
            if isinstance(event, MaterialFoundDefective | MaterialFoundMissing):
                assert event.material_id in named, "rule 4"
            if isinstance(event, TaskReturned):
                assert set(event.materials) <= named, "rule 4"


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
            case TaskApproved() | TaskRefused():
                del tasks[event.task_id]
            case Decided() | Withdrawn():
                return {}
    return tasks
