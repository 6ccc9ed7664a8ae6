"""Counting anew (重新计算期限): an official closure after the fact moves the limits of a running case, by order and never silently.

Entering a closed day changes the hall's calendar, and no limit that runs already: each was counted by the calendar of its time
(rule 7). This command counts a case's limits anew by the newest calendar, from the days that were given to each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace

from domain.application.command import CaseCommand, calendar, known, versions
from domain.application.components import Counted, Task
from domain.application.consequences.deadlines import ends_of_the_file
from domain.application.consequences.lapses import DECISION, STATUTORY
from domain.application.limits.both_limits import warned_later, within
from domain.application.limits.known_later import known_by_now
from domain.application.limits.suspension import later
from domain.application.path.approvals import to_its_end
from domain.application.state import Application
from domain.errors import RuleBroken
from domain.record import Act, Event, Role, Text, event
from domain.time.recounting import Counting, counted_anew
from domain.time.working_time import Unit

if TYPE_CHECKING:
    from domain.city import City
    from domain.time.working_time import WorkingCalendar

SUPPLEMENT = "supplement"


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedLimit:
    """A limit that ends at another time now (UTC): that of a task, of the ``decision`` (promised), the ``statutory`` one, of the
    ``supplement``, the ``notice``, the ``delivery`` or the ``collection``.

    ``former`` is None, and ``unit`` says what it counts, where a statutory limit is known only now.
    """

    part: str
    former: datetime | None
    due_at: datetime
    warn_at: datetime | None = None
    unit: Unit | None = None


@event("application.limits_recounted", "重新计算期限 limits counted anew", schema=2)
class LimitsRecounted(Event):
    """The limits were counted anew by the hall's calendar of this event, by an ``order``; ``notice`` is what the applicant was told.

    What is counted from the case file alone (notice, delivery, collection, evaluation) is counted by it from now on; the first three
    are named where they move. Schema 2 may say a statutory limit that was not known before.
    """

    order: str
    notice: str
    limits: tuple[MovedLimit, ...]

    def evolve(self, state: Application, act: Act) -> Application:
        new = {each.part: each for each in self.limits}
        return replace(
            state,
            recounted=act.calendar,
            kept_ends={},
            due_at=new[DECISION].due_at if DECISION in new else state.due_at,
            warn_at=(DECISION in new and new[DECISION].warn_at) or state.warn_at,
            statutory_due_at=new[STATUTORY].due_at if STATUTORY in new else state.statutory_due_at,
            statutory_warn_at=(STATUTORY in new and new[STATUTORY].warn_at) or state.statutory_warn_at,
            answer_by=new[SUPPLEMENT].due_at if SUPPLEMENT in new else state.answer_by,
            statutory_unit=(STATUTORY in new and new[STATUTORY].unit) or state.statutory_unit,
            tasks={name: _moved(task, new.get(name)) for name, task in state.tasks.items()},
            lights={part: light for part, light in state.lights.items() if part not in new},
        )


def _moved(task: Task, limit: MovedLimit | None) -> Task:
    if limit is None:
        return task
    return replace(task, due_at=limit.due_at, warn_at=limit.warn_at or task.warn_at)


class RecountLimits(CaseCommand):
    """Count the limits of a running case anew by the newest calendar of its hall, and tell the applicant."""

    roles: ClassVar = frozenset({Role.OPERATOR})

    order: Text
    notice: Text

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        if not known(case).under_way or case.imported:
            raise RuleBroken("article 82", f"case {self.case_id} is {case.status}: none of its limits run")
        moved = recounted(case, city)
        return [LimitsRecounted(order=self.order, notice=self.notice, limits=tuple(moved))] if moved else []


def recounted(case: Application, city: City) -> list[MovedLimit]:
    """The limits of a running case that end at another time by the newest calendar of its hall; none when nothing changes."""
    newest = calendar(case, city)
    moved = [*_of_decision(case, city, newest), *_of_file(case, city)]
    decision = next((each.due_at for each in moved if each.part == DECISION), case.due_at)
    if case.answer_by is not None and case.answering is not None and case.lacking and case.not_accepted is None:
        unit = max(version.limits.supplement.unit for version in versions(case, city))
        answer_by = to_its_end(versions(case, city), _anew(case, city, (case.answering,), unit), newest)
        if answer_by != case.answer_by:
            moved.append(MovedLimit(part=SUPPLEMENT, former=case.answer_by, due_at=answer_by))
    for task in case.tasks.values():
        if task.unsettled and case.decided is None:
            due_at = _anew(case, city, _counted_of(task, case), task.unit)
            due_at = due_at if decision is None else min(due_at, max(decision, task.due_at))
            if due_at != task.due_at:
                warn_at = later(task, due_at, newest).warn_at
                moved.append(MovedLimit(part=task.task_id, former=task.due_at, due_at=due_at, warn_at=warn_at))
    return moved


def _of_decision(case: Application, city: City, newest: WorkingCalendar) -> list[MovedLimit]:
    """Both limits of a decision that is not made, those of the two that move."""
    if case.decided is not None:
        return []
    lawful = case.statutory_due_at
    if lawful is not None and case.statutory_unit is not None and case.statutory_counted:
        lawful = _anew(case, city, case.statutory_counted, case.statutory_unit)
    known = known_by_now(case, city)
    promised = case.due_at
    if case.due_at is not None and case.counted:
        promised = within(_anew(case, city, case.counted, case.unit), lawful if known is None else known.due_at)
    both = (
        (DECISION, case.due_at, promised, case.warn_at),
        (STATUTORY, case.statutory_due_at, lawful, case.statutory_warn_at),
    )
    found = [] if known is None else [MovedLimit(part=STATUTORY, former=None, **known._asdict())]
    return found + [
        MovedLimit(part=part, former=former, due_at=now, warn_at=warned_later(warn_at, former, now, newest))
        for part, former, now, warn_at in both
        if former is not None and now is not None and now != former
    ]


def _anew(case: Application, city: City, counted: Sequence[Counted], unit: Unit) -> datetime:
    hall = case.hall
    assert hall is not None
    by = case.recounted or 1
    spans = [Counting(each.since, each.until, city.calendar(hall, max(each.calendar, by))) for each in counted]
    return counted_anew(spans, case.ended_stops, unit, calendar(case, city))


def _counted_of(task: Task, case: Application) -> list[Counted]:
    """How a task's limit was counted: from its opening, and where it moved with the decision's by the calendar of that."""
    opened = task.opened.calendar or 1
    spans: list[Counted] = []
    since = task.opened.at
    for each in case.counted:
        until = min(each.until, task.due_at)
        if until > since:
            spans.append(Counted(since, until, max(each.calendar, opened)))
            since = until
    if since < task.due_at or not spans:
        spans.append(Counted(since, task.due_at, max(case.counted[-1].calendar if case.counted else opened, opened)))
    return spans


def _of_file(case: Application, city: City) -> list[MovedLimit]:
    """What is counted from the case file alone (notice, delivery, collection) and ends at another time by the newest calendar."""
    assert case.hall is not None
    newest = max(city.calendar_version(case.hall), case.recounted or 1)
    former = ends_of_the_file(case, city)
    now = ends_of_the_file(replace(case, recounted=newest, kept_ends={}), city)
    return [
        MovedLimit(part=part, former=end, due_at=now[part][1])
        for part, (_, end) in former.items()
        if part in now and now[part][1] != end
    ]
