"""What a case waits for: each piece of work, whose it is, and since when.

A case under way waits for something at every version of its history. How the view ``open_work`` keeps it is in its module.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import NamedTuple
from weakref import WeakKeyDictionary

from msgspec import Struct

from domain.application.command import versions
from domain.application.components import Mark, Rectification, Task
from domain.application.consequences.deadlines import Kind, counted_from, delivered_by, promised_until
from domain.application.consequences.lapses import DELIVERY
from domain.application.limits.both_limits import item_due
from domain.application.parts import PartStatus, binding, held_back, part_statuses, parts, settled, task_id
from domain.application.path.item_by_item import at_once, by_item, decided_by, result_of
from domain.application.state import Application
from domain.application.terms import Status, TaskStatus, Verdict
from domain.city import City
from domain.time.working_time import Limit


class WaitsFor(StrEnum):
    """What a case waits for: the closed list."""

    CHECK = "check"
    NOTICE = "notice"
    ACCEPT = "accept"
    SUPPLEMENT = "supplement"
    PROMISED = "promised"
    APPROVE = "approve"
    UPCOMING = "upcoming"
    ANSWER = "answer"
    DECIDE = "decide"
    RESULT = "result"
    HAND_OVER = "hand_over"
    RATING = "rating"
    NEXT_STEP = "next_step"


class Side(StrEnum):
    """In whose list it stands.

    A department's queue, or what waits for another department first; the front desk of a window, or without a window of its
    hall: what it has in hand, and what a department asks; who hands out results in a hall; or the applicant.
    """

    DEPARTMENT = "department"
    UPCOMING = "upcoming"
    DESK = "desk"
    ASKED = "asked"
    FEEDBACK = "feedback"
    APPLICANT = "applicant"


CHECKS, PROMISE, HAND_OVERS, NEXT = "check", "promise:", "hand-over", "next"
"""How work is named that is no task, where it is not named as what the case waits for; ``promise:`` is of a material."""
CHECK, NOTICE, ACCEPT, SUPPLEMENT, PROMISED, APPROVE, UPCOMING, ANSWER, DECIDE, RESULT, HAND_OVER, RATING, NEXT_STEP = (
    each.value for each in WaitsFor
)
DEPARTMENT, LATER, DESK, ASKED, FEEDBACK, APPLICANT = (each.value for each in Side)
"""Plain text: a fold makes a row an event, and asking an enumeration for its value takes as long as the row."""
WANTING = (Verdict.MISSING, Verdict.DEFECTIVE)


class Work(Struct, frozen=True, kw_only=True, gc=False):
    """One thing that a case waits for, before it is a row."""

    name: str
    waits_for: str
    side: str
    since: datetime
    department: str | None = None
    item: str | None = None
    task_status: str | None = None
    holder: str | None = None
    asks_for: str | None = None
    warn_at: datetime | None = None
    due_at: datetime | None = None
    snoozed_until: datetime | None = None


def work_of(case: Application, city: City) -> list[Work]:
    """What a case waits for, and what is still to be done beside it: papers to hand over, a bad grade to answer."""
    work = [*(_under_way(case, city) if case.ended is None else []), *_papers(case)]
    mended = case.rectification
    if mended is not None and mended.closed is None:
        work.append(_rating(case, mended))
    return work


class Pinned(NamedTuple):
    """What the pinned versions of a case's parts ask for: materials, and approvals as task, item and department; and what they
    give for the notice (article 32)."""

    materials: tuple[str, ...]
    steps: tuple[tuple[str, str, str], ...]
    notice: tuple[Limit, ...]


_PINNED: WeakKeyDictionary[City, dict[object, Pinned]] = WeakKeyDictionary()
"""Published versions never change, so what they ask for is worked out once a city."""


def _pinned(case: Application, city: City) -> Pinned:
    known = _PINNED.setdefault(city, {})
    key = (case.items, case.withdrawn_parts)
    if (found := known.get(key)) is None:
        of = parts(case, city)
        materials = dict.fromkeys(m.material_id for part in of for m in part.version.asked_for())
        steps = tuple(
            (task_id(part.item_id, s), part.item_id, s.department) for part in of for s in part.version.approvals
        )
        found = known[key] = Pinned(tuple(materials), steps, tuple(part.version.limits.notice for part in of))
    return found


def _under_way(case: Application, city: City) -> list[Work]:
    """What a case that has not ended waits for: never nothing."""
    match case.status:
        case Status.RECEIVED | Status.SUPPLEMENTING:
            work = list(_before_acceptance(case, city))
        case Status.IN_REVIEW:
            work = [*_reviewed(case, city), *_unchecked(case, city)]
        case Status.DECIDED | Status.RESULT_READY:
            work = [*_result(case, city), *_unchecked(case, city)]
        case Status.NOT_ACCEPTED:
            work = [*_result(case, city)]
        case _:
            work = []
    if case.not_accepted is None:
        work += _promises(case, city)
    return work or [_next(case)]


def _papers(case: Application) -> Iterator[Work]:
    """The papers about items that were not accepted: each is handed over, whatever becomes of the others."""
    for item, paper in case.parts_not_accepted.items():
        if paper.issued is None:
            yield Work(
                name=f"{HAND_OVERS}:{item}",
                waits_for=HAND_OVER,
                side=FEEDBACK,
                department=case.department,
                item=item,
                since=paper.decided.at,
            )


def _before_acceptance(case: Application, city: City) -> Iterator[Work]:
    """The front desk checks, gives the notice and accepts; the applicant brings what the notice named."""
    assert case.started is not None
    since = (case.supplemented or case.reopened or case.started).at
    lacking = case.lacking if case.status is Status.SUPPLEMENTING else ()
    if lacking:
        yield _of_applicant(f"{APPLICANT}:{NOTICE}", case.started.at, lacking, case.answer_by)
    pinned = _pinned(case, city)
    begins = case.started if case.status is Status.RECEIVED else case.supplemented
    due_at = None if lacking or begins is None else _until(case, city, begins, Kind.NOTICE, "", pinned.notice, min)
    if case.status is Status.RECEIVED and case.accept_by is not None:
        due_at = case.accept_by
    verdicts = [case.material(m).verdict for m in pinned.materials]
    if None in verdicts:
        yield Work(name=CHECKS, waits_for=CHECK, side=DESK, since=since, due_at=due_at)
    elif case.noticed is None and any(verdict in WANTING for verdict in verdicts):
        yield Work(name=NOTICE, waits_for=NOTICE, side=DESK, since=since, due_at=due_at)
    elif (
        not lacking or case.answered or case.overdue
    ):  # what came is still not in order: the front desk refuses or goes on
        yield Work(name=ACCEPT, waits_for=ACCEPT, side=DESK, since=since, due_at=due_at)


def _until(
    case: Application,
    city: City,
    start: Mark,
    kind: Kind,
    part: str,
    limits: Iterable[Limit],
    pick: Callable[[list[datetime]], datetime],
) -> datetime | None:
    """Until when something is to be done that the case file alone says; None while the calendar does not know that year."""
    found = next(counted_from(case, city, False, start, kind, part, limits, pick), None)
    return None if found is None or found.unsure else found.at


def _delivery(case: Application, city: City) -> datetime | None:
    """Until when what was concluded is delivered (article 44)."""
    if case.concluded is None:
        return None
    counted = partial(counted_from, case, city, False)
    end = next(delivered_by(case, city, case.concluded, DELIVERY, versions(case, city), counted), None)
    return None if end is None or end.unsure else end.at


def _delivery_of(case: Application, city: City, item: str, decided: Mark) -> datetime | None:
    """Until when the result of an item that is handed over by itself is delivered."""
    pinned = [part.version for part in parts(case, city) if part.item_id == item]
    counted = partial(counted_from, case, city, False)
    end = next(delivered_by(case, city, decided, f"{DELIVERY}:{item}", pinned, counted), None)
    return None if end is None or end.unsure else end.at


def _reviewed(case: Application, city: City) -> Iterator[Work]:
    """Departments approve and answer, the front desk answers, the applicant supplements; then the lead department decides."""
    assert case.accepted is not None
    refused = unsettled = False
    for task in case.tasks.values():
        if task.unsettled:
            unsettled = True
            yield from _task(task)
        elif task.status is TaskStatus.REFUSED:
            refused = True
    yield from _questions(case)
    over = (refused or not unsettled) and settled(case, city)
    if by_item(case, city) and not (over and at_once(case, city)):
        yield from _items(case, case.accepted, city)
        yield from _upcoming(case, case.accepted, city, refused=refused)
    elif over:
        yield _decision(case, case.accepted)
    else:
        yield from _upcoming(case, case.accepted, city, refused=refused)


def _task(task: Task) -> Iterator[Work]:
    yield Work(
        name=task.task_id,
        waits_for=APPROVE,
        side=DEPARTMENT,
        department=task.department,
        item=task.item_id,
        task_status=task.status.value,
        holder=task.holder,
        asks_for=", ".join(task.asks_for) or None,
        since=task.opened.at,
        warn_at=task.warn_at,
        due_at=task.due_at,
        snoozed_until=task.snoozed_until,
    )
    if task.status is TaskStatus.RETURNED:
        yield _of_applicant(
            f"{APPLICANT}:{task.task_id}", task.opened.at, task.asks_for, task.answer_by, task.department
        )


def _questions(case: Application) -> Iterator[Work]:
    """Answers that somebody who holds a task waits for. They are due with the task."""
    for question in case.questions.values():
        task = case.tasks[question.task_id]
        if question.answered is None and task.unsettled:
            yield Work(
                name=f"{question.task_id}?{question.question_id}",
                waits_for=ANSWER,
                side=ASKED if question.department is None else DEPARTMENT,
                department=question.department,
                item=task.item_id,
                asks_for=question.text,
                since=question.asked.at,
                warn_at=task.warn_at,
                due_at=task.due_at,
            )


def _upcoming(case: Application, accepted: Mark, city: City, *, refused: bool) -> Iterator[Work]:
    """Steps that wait for other departments; none of a part that is refused. They are due with the decision until their own limit begins."""
    coming = [step for step in _pinned(case, city).steps if step[0] not in case.tasks]
    closed = part_statuses(case, parts(case, city)) if refused and coming else {}
    for name, item, department in coming:
        if closed.get(item) is not PartStatus.REFUSED:
            yield Work(
                name=name,
                waits_for=UPCOMING,
                side=LATER,
                department=department,
                item=item,
                since=accepted.at,
                warn_at=case.warn_at,
                due_at=case.due_at,
            )


def _decision(case: Application, accepted: Mark) -> Work:
    """Every department has said what it has to say, or one refusal settles it: the lead department decides."""
    last = max((task.settled.at for task in case.tasks.values() if task.settled is not None), default=accepted.at)
    return Work(
        name=DECIDE,
        waits_for=DECIDE,
        side=DEPARTMENT,
        department=case.department,
        since=last,
        warn_at=case.warn_at,
        due_at=case.due_at,
    )


def _result(case: Application, city: City) -> Iterator[Work]:
    """What follows a decision: its department makes the result ready, the hall hands it over, as the paper of a refusal to accept.

    While a promised material is owed nothing is handed over: it waits for that, not for the hall.
    """
    if case.accepted is not None and by_item(case, city) and not at_once(case, city):
        yield from _items(case, case.accepted, city)
    elif case.status is Status.DECIDED:
        since = _latest(case, case.decided)
        yield Work(
            name=RESULT,
            waits_for=RESULT,
            side=DEPARTMENT,
            department=case.department,
            since=since,
            due_at=_delivery(case, city),
        )
    elif not held_back(case, city):
        since = _latest(case, case.ready)
        yield Work(
            name=HAND_OVERS,
            waits_for=HAND_OVER,
            side=FEEDBACK,
            department=case.department,
            since=since,
            due_at=_delivery(case, city),
        )


def _items(case: Application, accepted: Mark, city: City) -> Iterator[Work]:
    """What each item waits for that is handed over as it is done: to be decided, made ready, handed over."""
    for item, how in part_statuses(case, parts(case, city)).items():
        result = result_of(case, item)
        work = partial(Work, department=decided_by(case, city, item), item=item)
        if result is None and how is not PartStatus.OPEN:
            own = [task.settled.at for task in case.tasks.values() if task.item_id == item and task.settled is not None]
            since, name = max(own, default=accepted.at), f"{DECIDE}:{item}"
            due_at = item_due(case, city, item)
            warn_at = case.warn_at if due_at is None or case.warn_at is None else min(case.warn_at, due_at)
            limited = partial(work, warn_at=warn_at, due_at=due_at)
            yield limited(name=name, waits_for=DECIDE, side=DEPARTMENT, since=since)
        elif result is not None and result.ready is None:
            due_at = _delivery_of(case, city, item, result.decided)
            yield work(
                name=f"{RESULT}:{item}", waits_for=RESULT, side=DEPARTMENT, since=result.decided.at, due_at=due_at
            )
        elif (
            result is not None
            and result.ready is not None
            and result.issued is None
            and not held_back(case, city, item)
        ):
            due_at = _delivery_of(case, city, item, result.decided)
            yield work(
                name=f"{HAND_OVERS}:{item}", waits_for=HAND_OVER, side=FEEDBACK, since=result.ready.at, due_at=due_at
            )


def _unchecked(case: Application, city: City) -> Iterator[Work]:
    """Materials that came after the acceptance: nothing is issued before the front desk has checked them."""
    names = [m for m, found in case.materials.items() if found.verdict is None and found.content_hash is not None]
    asked = _pinned(case, city).materials if names else ()
    if names := [name for name in names if name in asked]:
        since = _latest(case, case.decided, case.accepted)
        due_at = _delivery(case, city)
        yield Work(name=CHECKS, waits_for=CHECK, side=DESK, asks_for=", ".join(names), since=since, due_at=due_at)


def _promises(case: Application, city: City) -> Iterator[Work]:
    """Materials that the applicant promised (容缺受理) and has not brought, or not in order, as long as they are asked for."""
    promised = [(name, found) for name, found in case.materials.items() if found.promised_by is not None]
    owed = [name for name, material in promised if material.owed and material.verdict is not None]
    asked = binding(case, city) if owed else ()
    for name in owed:
        material = case.materials[name]
        noticed = case.accepted is None and material.verdict is not Verdict.DEFERRED
        if name in asked and material.promised_by is not None and not noticed:
            since = _latest(case, case.accepted)
            until = promised_until(case, city, name, newest=False).at
            yield _of_applicant(PROMISE + name, since, (name,), until, waits_for=PROMISED)


def _latest(case: Application, *marks: Mark | None) -> datetime:
    """The first of these marks that there is, else the receipt."""
    mark = next((mark for mark in marks if mark is not None), case.started)
    assert mark is not None
    return mark.at


def _of_applicant(
    name: str,
    since: datetime,
    materials: Iterable[str],
    due_at: datetime | None,
    department: str | None = None,
    waits_for: str = SUPPLEMENT,
) -> Work:
    return Work(
        name=name,
        waits_for=waits_for,
        side=APPLICANT,
        department=department,
        asks_for=", ".join(materials) or None,
        since=since,
        due_at=due_at,
    )


def _next(case: Application) -> Work:
    """Whatever else a case under way waits for: its front desk leads it on."""
    since = _latest(case, case.decided, case.accepted)
    return Work(name=NEXT, waits_for=NEXT_STEP, side=DESK, since=since)


def _rating(case: Application, mended: Rectification) -> Work:
    """A bad grade (差评) that is not closed: a head verifies it, replies, or calls the applicant back."""
    step = "verify" if mended.verified is None else "reply" if mended.replied_by is None else "review"
    return Work(
        name=f"{RATING}-{step}",
        waits_for=RATING,
        side=DEPARTMENT,
        department=case.department,
        asks_for=step,
        since=mended.opened.at,
        due_at=mended.due_at,
    )
