"""Limits that act by themselves: until when somebody may act on a case, and what follows when nobody did.

The consequences are decided before any later command of the case, and by a tick when there is none; so the same
events follow, with the same legal times, however often and however late anybody looks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from msgspec.structs import replace

from domain.application.command import CaseCommand, calendar, known, versions
from domain.application.components import Mark
from domain.application.consequences.broken_promises import broken
from domain.application.consequences.lapses import (
    DECISION,
    DELIVERY,
    RECTIFICATION,
    STATUTORY,
    DeemedAccepted,
    EvaluationLapsed,
    LightTurned,
    ResultUncollected,
    SupplementLapsed,
    SupplementOverdue,
    TaskSupplementLapsed,
)
from domain.application.limits.both_limits import begun
from domain.application.limits.suspension import resume
from domain.application.parts import binding, parts
from domain.application.path.approvals import due_tasks
from domain.application.state import Application
from domain.application.terms import Status, TaskStatus, Verdict
from domain.record import Event, Role
from domain.time.calendar import CalendarYearMissing
from domain.time.lapse import Lapse
from domain.time.light import Light
from domain.time.working_time import MICROSECOND, union

if TYPE_CHECKING:
    from domain.catalogue.item import ItemVersion
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
    papers = _papers(case, city, counted)
    if case.ended is not None:
        return sorted([*papers, *_afterwards(case, city, counted)])
    found = [*papers, *_before_acceptance(case, city, counted), *_promises(case, city, newest), *_rectification(case)]
    return sorted([*found, *_results(case, city, counted), *_lights(case)])


def lapse(case: Application, city: City, until: datetime) -> Lapse | None:
    """What follows from the first deadline that passed before ``until``; None when none did."""
    passed = next((each for each in deadlines(case, city) if each.at < until and not each.unsure), None)
    return None if passed is None else _consequence(case, city, passed)


def _before_acceptance(case: Application, city: City, counted: Counted) -> Iterator[Deadline]:
    if case.status is Status.SUPPLEMENTING and case.lacking:
        if case.answer_by is not None and not case.answered and not case.overdue:
            yield Deadline(case.answer_by, Kind.SUPPLEMENT)
    elif case.status is Status.RECEIVED and case.accept_by is not None:
        yield Deadline(case.accept_by, Kind.NOTICE)
    elif case.status in (Status.RECEIVED, Status.SUPPLEMENTING):
        since = case.started if case.status is Status.RECEIVED else case.supplemented
        yield from counted(since, Kind.NOTICE, "", [v.limits.notice for v in versions(case, city)], min)


def _promises(case: Application, city: City, newest: bool) -> Iterator[Deadline]:
    for task in case.tasks.values():
        if task.status is TaskStatus.RETURNED and task.answer_by is not None:
            yield Deadline(task.answer_by, Kind.TASK_SUPPLEMENT, task.task_id)
    told = [name for name, m in case.materials.items() if m.verdict is Verdict.DEFECTIVE and m.answer_by is not None]
    promised = [name for name, m in case.materials.items() if m.verdict is Verdict.DEFERRED]
    asked = binding(case, city) if promised or told else ()
    for material_id in [*promised, *told]:
        if material_id not in asked or case.materials[material_id].promised_by is None:
            continue
        until = promised_until(case, city, material_id, newest=newest)
        if (
            case.reopened is None or until.at > case.reopened.at
        ):  # what ended with a former round returns nothing in this one
            yield until


def promised_until(case: Application, city: City, material_id: str, *, newest: bool) -> Deadline:
    """Until when a promise binds (Civil Code, article 203), or until when what came and was defective may come again.

    By the newest calendar: on a day on which the hall turned out to be closed no period ends. Never earlier than by the calendar of the
    promise: no day that is entered afterwards takes from the applicant what they were told. Unsure where the calendar does not know the
    day's year. Without ``newest`` by the calendar of the case's last event, so that the answer follows from the history alone.
    """
    material = case.materials[material_id]
    if material.answer_by is not None:
        return Deadline(material.answer_by, Kind.DEFERRED_MATERIAL, material_id)
    day = material.promised_by
    assert day is not None
    days = calendar(case, city)
    if not newest and case.hall is not None and case.clock is not None and case.clock.calendar is not None:
        days = city.calendar(case.hall, case.clock.calendar)
    try:
        until = days.end_of_period(day)
    except CalendarYearMissing:
        return Deadline(days.day_bounds(day)[1], Kind.DEFERRED_MATERIAL, material_id, unsure=True)
    if case.hall is not None and material.promised_under is not None:
        with suppress(CalendarYearMissing):
            until = max(until, city.calendar(case.hall, material.promised_under).end_of_period(day))
    return Deadline(until, Kind.DEFERRED_MATERIAL, material_id)


def _lights(case: Application) -> Iterator[Deadline]:
    """Limits of a review that come near or pass; while the clock stands still none does."""
    if case.status is not Status.IN_REVIEW or case.clock_stopped:
        return
    awake = max((s.ended_at for s in case.suspensions if s.stops and s.ended_at is not None), default=None)

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
            pinned = [p.version for p in parts(case, city) if p.item_id == item]
            yield from delivered_by(case, city, result.decided, part, pinned, counted)
    if case.concluded is None:
        return
    if DELIVERY not in case.lights:
        yield from delivered_by(case, city, case.concluded, DELIVERY, versions(case, city), counted)
    if case.status in (Status.RESULT_READY, Status.NOT_ACCEPTED):
        yield from counted(case.ready, Kind.COLLECTION, "", [v.limits.collection for v in versions(case, city)], max)


def _papers(case: Application, city: City, counted: Counted) -> Iterator[Deadline]:
    """Until when the paper about each item that was not accepted is delivered, whatever becomes of the others."""
    for item, paper in case.parts_not_accepted.items():
        part = f"{DELIVERY}:{item}"
        if paper.issued is None and part not in case.lights:
            version = next(city.item(ref.item_id).at(ref.version) for ref in case.items if ref.item_id == item)
            yield from counted(paper.decided, Kind.RED, part, [version.limits.delivery], max)


def delivered_by(
    case: Application, city: City, start: Mark, part: str, pinned: Sequence[ItemVersion], counted: Counted
) -> Iterator[Deadline]:
    """Until when a result is delivered (article 44).

    Where an item says so (``delivery_waits``), this stands still from when a promised paper was late until it is in order.
    """
    ends = counted(start, Kind.RED, part, [version.limits.delivery for version in pinned], max)
    if all(version.delivery_waits is None for version in pinned):
        yield from ends
        return
    asked = binding(case, city)
    if any(m.held_since is not None and name in asked for name, m in case.materials.items()):
        return
    assert case.hall is not None
    unit = max(version.limits.delivery.unit for version in pinned)
    for end in ends:
        days, until = city.calendar(case.hall, max(start.calendar or 1, case.recounted or 0)), end.at
        with suppress(CalendarYearMissing):
            for since, again in union(case.held):  # a promise is over at 24:00, the first moment of the next day
                until = days.shifted(until, since - MICROSECOND, again, unit)
        yield end._replace(at=until)


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
    lacks a year. One that ran when the case was transferred keeps its end.
    """
    given = [limit for limit in limits if limit is not None]
    if start is None or not given:
        return
    if (kept := case.kept_ends.get(f"{start.event}:{part or kind.value}")) is not None:
        yield Deadline(kept, kind, part)
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


def ends_of_the_file(case: Application, city: City) -> dict[str, tuple[Mark, datetime]]:
    """What is counted from the case file alone: notice, delivery, collection, each with its beginning and its end (UTC).

    Without those whose year the calendar lacks.
    """
    notice = case.started if case.status is Status.RECEIVED else case.supplemented
    starts = {Kind.NOTICE.value: notice, DELIVERY: case.concluded, Kind.COLLECTION.value: case.ready}
    starts |= {
        f"{DELIVERY}:{item}": result.decided for item, result in (case.item_results | case.parts_not_accepted).items()
    }
    dark = replace(case, lights={})  # a delivery that is late has an end as well
    return {
        name: (start, each.at)
        for each in deadlines(dark, city)
        if (start := starts.get(name := each.part or each.kind.value)) is not None and not each.unsure
    }


def _consequence(case: Application, city: City, passed: Deadline) -> Lapse:
    match passed.kind:
        case Kind.NOTICE:
            return _deemed(case, city, passed.at)
        case Kind.SUPPLEMENT:
            by_paper = any(version.lapse_by_paper is not None for version in versions(case, city))
            return Lapse(passed.at, [(SupplementOverdue if by_paper else SupplementLapsed)(materials=case.lacking)])
        case Kind.TASK_SUPPLEMENT:
            ending = case.open_stops_of((passed.part,))
            lapsed = TaskSupplementLapsed(task_id=passed.part, materials=case.tasks[passed.part].asks_for)
            return Lapse(passed.at, [lapsed, *resume(case, ending, passed.at, city)])
        case Kind.DEFERRED_MATERIAL:
            return Lapse(passed.at, broken(case, city, passed.part, passed.at))
        case Kind.COLLECTION:
            return Lapse(passed.at, [ResultUncollected()])
        case Kind.EVALUATION:
            return Lapse(passed.at, [EvaluationLapsed()])
        case Kind.YELLOW | Kind.RED:
            light = Light.YELLOW if passed.kind is Kind.YELLOW else Light.RED
            return Lapse(passed.at, [LightTurned(part=passed.part, light=light, limit=passed.at)])


def _deemed(case: Application, city: City, lapsed_at: datetime) -> Lapse:
    """Accepted by law from the receipt, or from the day the last supplement came (article 32), or from the order that had it accepted."""
    received = case.started if case.accept_by is None else case.reopened
    since = case.supplemented if case.status is Status.SUPPLEMENTING else received
    assert since is not None
    limits = begun(case, city, since.at)
    opened = due_tasks(case, parts(case, city), frozenset(), since.at, calendar(case, city), limits.due_at)
    return Lapse(since.at, [DeemedAccepted(lapsed_at=lapsed_at, **limits._asdict()), *opened])
