"""Limits that act by themselves: until when somebody may act on a case, and what follows when nobody did.

The consequences are decided before any later command of the case, and by a tick when there is none; so the same
events follow, with the same legal times, however often and however late anybody looks.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from msgspec.structs import replace

from domain.application.command import CaseCommand, calendar, known, versions
from domain.application.limits.both_limits import begun
from domain.application.limits.lapses import (
    DECISION,
    DELIVERY,
    RECTIFICATION,
    STATUTORY,
    DeemedAccepted,
    DeferralLapsed,
    EvaluationLapsed,
    HandingOverHeld,
    LightTurned,
    PartSentBack,
    ResultUncollected,
    SupplementLapsed,
    TaskSupplementLapsed,
)
from domain.application.limits.suspension import resume
from domain.application.parts import apart, binding, parts
from domain.application.path.approvals import due_tasks
from domain.application.path.item_by_item import result_of
from domain.application.path.materials import not_asked_any_more
from domain.application.state import Application, Mark, Outcome, Status, Suspension, TaskStatus, Verdict
from domain.city import checklist
from domain.record import Event, Role
from domain.time.calendar import CalendarYearMissing
from domain.time.lapse import Lapse
from domain.time.light import Light

if TYPE_CHECKING:
    from domain.city import City
    from domain.time.working_time import Limit


class Kind(StrEnum):
    """What is to be done until then."""

    NOTICE = "notice"
    SUPPLEMENT = "supplement"
    TASK_SUPPLEMENT = "task_supplement"
    DEFERRED_MATERIAL = "deferred_material"
    COLLECTION = "collection"
    EVALUATION = "evaluation"
    YELLOW = "yellow"
    RED = "red"


class Deadline(NamedTuple):
    """The last moment (UTC) for something; ``part`` is its task, material or limit, where there are several.

    ``unsure`` says that the hall's calendar lacks a year that lies in between: then it is not before ``at``.
    """

    at: datetime
    kind: Kind
    part: str = ""
    unsure: bool = False


Counted = Callable[..., Iterator[Deadline]]
"""``counted_from`` for one case."""


class Tick(CaseCommand):
    """Look at the clock: what has lapsed before ``occurred_at`` is recorded, and nothing else."""

    roles: ClassVar = frozenset({Role.CLOCK})

    def not_before(self, state: Application) -> None:
        """A clock may be looked at late: what lapsed is effective at its own time."""

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        known(case)
        return []


def deadlines(case: Application, city: City, *, newest: bool = True) -> list[Deadline]:
    """What is to be done on a case and until when, the first first; nothing for an imported one.

    Without ``newest`` only the calendars are asked under which limits began, so that the answer follows from the
    history alone.
    """
    if case.imported or case.started is None:
        return []
    counted = partial(counted_from, case, city, newest)
    if case.ended is not None:
        return sorted(_afterwards(case, city, counted))
    found = [*_before_acceptance(case, city, counted), *_promises(case, city, newest), *_rectification(case)]
    return sorted([*found, *_results(case, city, counted), *_lights(case)])


def lapse(case: Application, city: City, until: datetime) -> Lapse | None:
    """What follows from the first deadline that passed before ``until``; None when none did."""
    passed = next((each for each in deadlines(case, city) if each.at < until and not each.unsure), None)
    return None if passed is None else _consequence(case, city, passed)


def _before_acceptance(case: Application, city: City, counted: Counted) -> Iterator[Deadline]:
    if case.status is Status.SUPPLEMENTING and case.lacking:
        if case.answer_by is not None and not case.answered:
            yield Deadline(case.answer_by, Kind.SUPPLEMENT)
    elif case.status in (Status.RECEIVED, Status.SUPPLEMENTING):
        since = case.started if case.status is Status.RECEIVED else case.supplemented
        yield from counted(since, Kind.NOTICE, "", [v.limits.notice for v in versions(case, city)], min)


def _promises(case: Application, city: City, newest: bool) -> Iterator[Deadline]:
    for task in case.tasks.values():
        if task.status is TaskStatus.RETURNED and task.answer_by is not None:
            yield Deadline(task.answer_by, Kind.TASK_SUPPLEMENT, task.task_id)
    promised = [name for name, m in case.materials.items() if m.verdict is Verdict.DEFERRED]
    asked = binding(case, city) if promised else ()
    for material_id in promised:
        promised_by = case.materials[material_id].promised_by
        if material_id not in asked or promised_by is None:
            continue
        until = promised_until(case, city, promised_by, material_id, newest=newest)
        if (
            case.reopened is None or until.at > case.reopened.at
        ):  # what ended with a former round returns nothing in this one
            yield until


def promised_until(case: Application, city: City, day: date, material_id: str, *, newest: bool) -> Deadline:
    """Until when a promise for a day binds (Civil Code, article 203); unsure where the calendar does not know the day's year.

    Without ``newest`` by the calendar of the case's last event, so that the answer follows from the history alone.
    """
    days = calendar(case, city)
    if not newest and case.hall is not None and case.clock is not None and case.clock.calendar is not None:
        days = city.calendar(case.hall, case.clock.calendar)
    try:
        return Deadline(days.end_of_period(day), Kind.DEFERRED_MATERIAL, material_id)
    except CalendarYearMissing:
        return Deadline(days.day_bounds(day)[1], Kind.DEFERRED_MATERIAL, material_id, unsure=True)


def _lights(case: Application) -> Iterator[Deadline]:
    """Limits of a review that come near or pass; while the clock stands still none does."""
    if case.status is not Status.IN_REVIEW or case.clock_stopped:
        return
    awake = max((s.ended_at for s in case.suspensions if s.ended_at is not None), default=None)

    def after_stop(at: datetime) -> datetime:
        return at if awake is None else max(at, awake)

    for task in case.tasks.values():
        if task.unsettled and task.task_id not in case.lights:
            yield Deadline(after_stop(task.warn_at), Kind.YELLOW, task.task_id)
        if task.unsettled and case.lights.get(task.task_id) is not Light.RED:
            late = max(
                task.due_at, task.opened.at
            )  # a step that opens after the limit of the decision is red from then on
            yield Deadline(after_stop(late), Kind.RED, task.task_id)
    if case.due_at is not None and DECISION not in case.lights:
        yield Deadline(after_stop(case.due_at), Kind.RED, DECISION)
    if case.statutory_due_at is not None and STATUTORY not in case.lights:
        yield Deadline(after_stop(case.statutory_due_at), Kind.RED, STATUTORY)


def _results(case: Application, city: City, counted: Counted) -> Iterator[Deadline]:
    """Until when a result is delivered, or the paper that refuses acceptance, and how long it is kept."""
    for item, result in case.item_results.items():
        part = f"{DELIVERY}:{item}"
        if result.issued is None and part not in case.lights:
            limits = [p.version.limits.delivery for p in parts(case, city) if p.item_id == item]
            yield from counted(result.decided, Kind.RED, part, limits, max)
    if case.concluded is None:
        return
    if DELIVERY not in case.lights:
        yield from counted(case.concluded, Kind.RED, DELIVERY, [v.limits.delivery for v in versions(case, city)], max)
    if case.status in (Status.RESULT_READY, Status.NOT_ACCEPTED):
        yield from counted(case.ready, Kind.COLLECTION, "", [v.limits.collection for v in versions(case, city)], max)


def _afterwards(case: Application, city: City, counted: Counted) -> Iterator[Deadline]:
    """What there is to do once a result was handed over."""
    if case.status in (Status.ISSUED, Status.NOT_ACCEPTED) and not case.evaluation_closed:
        yield from counted(case.issued, Kind.EVALUATION, "", [v.limits.evaluation for v in versions(case, city)], max)
    yield from _rectification(case)


def _rectification(case: Application) -> Iterator[Deadline]:
    """Until when a complaint is dealt with, whatever becomes of the case meanwhile."""
    mended = case.rectification
    if mended is not None and mended.due_at is not None and mended.closed is None and RECTIFICATION not in case.lights:
        yield Deadline(mended.due_at, Kind.RED, RECTIFICATION)


def counted_from(
    case: Application,
    city: City,
    newest: bool,
    start: Mark | None,
    kind: Kind,
    part: str,
    limits: Iterable[Limit | None],
    pick: Callable[[list[datetime]], datetime],
) -> Iterator[Deadline]:
    """A deadline counted from a mark, where the catalogue has limits for it.

    Counted by the calendar under which it began (rule 7), or of an order to count anew; by the newest one where that
    lacks a year.
    """
    given = [limit for limit in limits if limit is not None]
    if start is None or not given:
        return
    assert case.hall is not None
    assert start.calendar is not None
    calendars = [
        city.calendar(case.hall, max(start.calendar, case.recounted or 0)),
        *([calendar(case, city)] if newest else []),
    ]
    for days in calendars:
        try:
            yield Deadline(pick([days.due(start.at, limit) for limit in given]), kind, part)
            return
        except CalendarYearMissing as missing:
            unknown = days.day_bounds(date(missing.year, 1, 1))[0]
    yield Deadline(max(unknown, start.at), kind, part, unsure=True)


def _consequence(case: Application, city: City, passed: Deadline) -> Lapse:
    match passed.kind:
        case Kind.NOTICE:
            return _deemed(case, city, passed.at)
        case Kind.SUPPLEMENT:
            return Lapse(passed.at, [SupplementLapsed(materials=case.lacking)])
        case Kind.TASK_SUPPLEMENT:
            ending = [s for s in case.suspensions if s.ended_at is None and s.task_id == passed.part]
            lapsed = TaskSupplementLapsed(task_id=passed.part, materials=case.tasks[passed.part].asks_for)
            return Lapse(passed.at, [lapsed, *resume(case, ending, passed.at, city)])
        case Kind.DEFERRED_MATERIAL:
            return _promise_broken(case, city, passed)
        case Kind.COLLECTION:
            return Lapse(passed.at, [ResultUncollected()])
        case Kind.EVALUATION:
            return Lapse(passed.at, [EvaluationLapsed()])
        case Kind.YELLOW | Kind.RED:
            light = Light.YELLOW if passed.kind is Kind.YELLOW else Light.RED
            return Lapse(passed.at, [LightTurned(part=passed.part, light=light, limit=passed.at)])


def _promise_broken(case: Application, city: City, passed: Deadline) -> Lapse:
    """What is decided stays, and its result is held back; what is not goes back to the applicant: the items that ask for the
    material and those that come after them, or all where they stand or fall together or nothing else is left (article 38).
    """
    material, promised_by = passed.part, case.materials[passed.part].promised_by
    assert promised_by is not None
    there = parts(case, city)
    asking = {part.item_id for part in there if material in checklist((part.version,))}
    decided = {part.item_id for part in there if result_of(case, part.item_id) is not None}
    held = HandingOverHeld(material_id=material, promised_by=promised_by)
    back: dict[str, str | None] = {}
    for part in there:
        before = next((other for other in part.after if other in back), None)
        if part.item_id not in decided and (part.item_id in asking or before is not None):
            back[part.item_id] = None if part.item_id in asking else before
    if not back:
        return Lapse(passed.at, [held])
    if not decided and (len(back) == len(there) or not apart(case, city)):
        return Lapse(passed.at, [DeferralLapsed(material_id=material, promised_by=promised_by)])
    sent_back = [
        PartSentBack(item_id=item, material_id=material, promised_by=promised_by, after=before)
        for item, before in back.items()
    ]
    left = replace(case, withdrawn_parts=(*case.withdrawn_parts, *back))
    if case.status is not Status.IN_REVIEW:
        reason = f"容缺逾期 {', '.join(back)}: not asked for any more"
        return Lapse(passed.at, [*sent_back, *not_asked_any_more(case, left, city, reason)])
    ending = [s for s in case.suspensions if s.ended_at is None and _of_items(case, s, back)]
    still_held = (
        [held] if asking & {item for item in decided if case.item_outcomes[item] is not Outcome.REFUSED} else []
    )
    return Lapse(passed.at, [*sent_back, *still_held, *resume(case, ending, passed.at, city)])


def _of_items(case: Application, stop: Suspension, items: Collection[str]) -> bool:
    return stop.task_id is not None and case.tasks[stop.task_id].item_id in items


def _deemed(case: Application, city: City, lapsed_at: datetime) -> Lapse:
    """Accepted by law from the receipt, or from the day the last supplement came (article 32)."""
    since = case.supplemented if case.status is Status.SUPPLEMENTING else case.started
    assert since is not None
    limits = begun(case, city, since.at)
    opened = due_tasks(case, parts(case, city), frozenset(), since.at, calendar(case, city), limits.due_at)
    return Lapse(since.at, [DeemedAccepted(lapsed_at=lapsed_at, **limits._asdict()), *opened])
