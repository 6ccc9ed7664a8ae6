"""Materials (材料): handed in, checked, noticed once, supplemented."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec.structs import replace
from pydantic import StringConstraints

from domain.application.command import CaseCommand, calendar, in_status, known, versions
from domain.application.components import Material
from domain.application.limits.suspension import resume
from domain.application.path.approvals import TaskResubmitted, answer_by, to_its_end
from domain.application.path.defects import kind_of, same_as_noticed
from domain.application.state import Application
from domain.application.terms import Defect, Status, TaskStatus, Verdict
from domain.catalogue.item import ItemVersion
from domain.catalogue.separation import Station
from domain.city import checklist
from domain.errors import RuleBroken
from domain.hall.exclusions import exclusion
from domain.hall.hall import Duty
from domain.record import ADDED, Act, Event, Identifier, Role, Text, event
from domain.time.calendar import CalendarYearMissing
from domain.time.working_time import MICROSECOND, Limit, Unit, WorkingCalendar
from domain.time.written import Day

if TYPE_CHECKING:
    from domain.city import City

HASH = r"^[0-9a-f]{64}$"
ContentHash = Annotated[str, StringConstraints(pattern=HASH)]
"""SHA-256 of a document's bytes, in lower-case hex."""

BEFORE_REVIEW = (Status.RECEIVED, Status.SUPPLEMENTING)
BEFORE_ISSUE = (*BEFORE_REVIEW, Status.IN_REVIEW, Status.DECIDED, Status.RESULT_READY)
"""While a promised material may still come in."""


def _checked(
    state: Application, material_id: str, verdict: Verdict, reason: str | None = None, defect: Defect | None = None
) -> Application:
    before = state.material(material_id)
    found = replace(before, verdict=verdict, reason=reason, defect=defect)
    return replace(state, materials={**state.materials, material_id: found})


def _in_order(
    state: Application, act: Act, material_id: str, verdict: Verdict, reason: str | None = None
) -> Application:
    """The case once a material holds nothing back any more."""
    since = state.material(material_id).held_since
    after = _checked(state, material_id, verdict, reason)
    if since is None:
        return after
    free = {**after.materials, material_id: replace(after.materials[material_id], held_since=None)}
    return replace(after, materials=free, held=(*state.held, (since, act.occurred_at)))


def _without(state: Application, after: Application, act: Act) -> Application:
    """The case after the office does without a document: complete from then on, where it was the last that the notice asked for."""
    complete = state.status is Status.SUPPLEMENTING and state.lacking and not after.lacking
    return replace(after, supplemented=state.mark(act)) if complete else after


@event("application.material_submitted", "提交材料 material handed in")
class MaterialSubmitted(Event):
    """A document was handed in; ``supplement`` says that it answers a notice or a return."""

    material_id: str
    content_hash: str
    supplement: bool

    def evolve(self, state: Application, act: Act) -> Application:
        tasks = {
            name: replace(task, asks_for=tuple(m for m in task.asks_for if m != self.material_id))
            for name, task in state.tasks.items()
        }
        before = state.material(self.material_id)
        handed_in = Material(
            content_hash=self.content_hash,
            promised_by=before.promised_by,
            promised_under=before.promised_under,
            told=before.told,
            answer_by=before.answer_by,
            handed_in=act.occurred_at,
            held_since=before.held_since,
        )
        materials = {**state.materials, self.material_id: handed_in}
        answered = state.answered or self.material_id in (state.noticed or ())
        after = replace(state, materials=materials, tasks=tasks, answered=answered)
        if after.status is Status.SUPPLEMENTING and not after.lacking:
            return replace(after, supplemented=state.mark(act))
        return after


@event("application.material_accepted", "材料合格 material accepted")
class MaterialAccepted(Event):
    """The document is in order."""

    material_id: str

    def evolve(self, state: Application, act: Act) -> Application:
        return _in_order(state, act, self.material_id, Verdict.ACCEPTED)


@event("application.material_found_defective", "材料不合格 material defective", schema=3)
class MaterialFoundDefective(Event):
    """The document is there and not in order. Schema 2 says the kind of defect, of a closed list.

    Schema 3 says until when (UTC) it may come again: one that was promised, or one in whose place another paper came, of which
    the office told after the time of the notice.
    """

    material_id: str
    reason: str
    defect: Defect | None = None
    answer_by: datetime | None = None

    def evolve(self, state: Application, act: Act) -> Application:
        after = _checked(state, self.material_id, Verdict.DEFECTIVE, self.reason, self.defect)
        if self.answer_by is None:
            return after
        checked = after.materials[self.material_id]
        if checked.promised_by is None:
            return replace(after, answer_by=self.answer_by)
        told = checked.told or (self.defect or Defect.OTHER, self.reason)
        again = replace(checked, told=told, answer_by=self.answer_by)
        return replace(after, materials={**after.materials, self.material_id: again})


@event("application.material_found_missing", "材料缺失 material missing")
class MaterialFoundMissing(Event):
    """The document is not there."""

    material_id: str

    def evolve(self, state: Application, act: Act) -> Application:
        return _checked(state, self.material_id, Verdict.MISSING)


@event("application.material_waived", "材料免交 material waived")
class MaterialWaived(Event):
    """The office does without the document, for a reason."""

    material_id: str
    reason: str

    def evolve(self, state: Application, act: Act) -> Application:
        return _without(state, _in_order(state, act, self.material_id, Verdict.WAIVED, self.reason), act)


def not_asked_any_more(case: Application, after: Application, city: City, reason: str) -> list[Event]:
    """The events by which the notice asks for nothing that the case ``after`` a change has no use for: nobody could hand it in."""
    asked = checklist(versions(after, city))
    return [MaterialWaived(material_id=name, reason=reason) for name in case.lacking if name not in asked]


@event("application.material_deferred", "容缺受理 material deferred", schema=2)
class MaterialDeferred(Event):
    """The applicant promised the document by a date (容缺受理). Schema 2 has the content hash of the commitment that they signed."""

    material_id: str
    promised_by: date
    commitment: str | None = None

    def evolve(self, state: Application, act: Act) -> Application:
        since = state.material(self.material_id).held_since
        promise = Material(
            verdict=Verdict.DEFERRED, promised_by=self.promised_by, promised_under=act.calendar, held_since=since
        )
        return _without(state, replace(state, materials={**state.materials, self.material_id: promise}), act)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLine:
    """One thing the notice names."""

    material_id: str
    verdict: Verdict
    reason: str | None
    defect: Defect | None = None


@event("application.notice_given", "一次性告知 one-time notice given", schema=2)
class NoticeGiven(Event):
    """The one one-time notice (一次性告知): everything missing or defective, and until when to answer.

    Schema 2 says the kind of each defect; what is missing is so also when another paper comes.
    """

    lines: tuple[NoticeLine, ...]
    answer_by: datetime

    def evolve(self, state: Application, act: Act) -> Application:
        noticed = tuple(line.material_id for line in self.lines)
        kinds = {line.material_id: (line.defect, line.reason) for line in self.lines if line.defect is not None}
        return replace(state, status=Status.SUPPLEMENTING, noticed=noticed, noticed_for=kinds, answer_by=self.answer_by)


class MaterialCommand(CaseCommand):
    """About one material of the checklist."""

    material_id: Identifier

    def _asked_for(self, case: Application, city: City) -> None:
        asked = checklist(versions(case, city))
        if self.material_id not in asked:
            raise RuleBroken(
                "rule 3",
                f"material {self.material_id} is not asked for in case {self.case_id}; "
                f"its catalogue versions ask for {', '.join(asked) or 'nothing'}",
            )


class SubmitMaterial(MaterialCommand):
    """Hand in a document. With the last one a department asked for, its task goes on and the clock with it."""

    roles: ClassVar = frozenset({Role.FRONT_DESK, Role.APPLICANT})
    duty: ClassVar = Duty.INTAKE
    station: ClassVar = Station.RECEIVING

    content_hash: ContentHash

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        in_status(case, "handing in a material", "materials", *BEFORE_ISSUE)
        self._asked_for(case, city)
        waiting = [t for t in case.tasks.values() if t.status is TaskStatus.RETURNED]
        asked = any(self.material_id in t.asks_for for t in waiting)
        owed = case.material(self.material_id).owed
        if case.status not in BEFORE_REVIEW and not (asked or owed):
            raise RuleBroken(
                "materials",
                f"material {self.material_id} of case {self.case_id} is accepted already; it need not be handed in again",
            )
        supplement = asked or (case.noticed is not None and self.material_id in case.noticed)
        events: list[Event] = [
            MaterialSubmitted(material_id=self.material_id, content_hash=self.content_hash, supplement=supplement)
        ]
        complete = [t for t in waiting if set(t.asks_for) == {self.material_id}]
        events += [TaskResubmitted(task_id=task.task_id) for task in complete]
        ids = {task.task_id for task in complete}
        ending = case.open_stops_of(ids)
        return [*events, *resume(case, ending, self.occurred_at, city)]


class CheckMaterial(MaterialCommand):
    """Give the verdict on a material: ``reason`` with defective and waived, ``promised_by`` and the applicant's ``commitment`` with deferred.

    ``defect`` is the kind of what is defective; where nobody says it, it is another than the list knows.
    """

    roles: ClassVar = frozenset({Role.FRONT_DESK})
    duty: ClassVar = Duty.INTAKE
    station: ClassVar = Station.RECEIVING

    verdict: Verdict
    reason: Text | None = None
    promised_by: Day | None = None
    defect: Annotated[Defect | None, ADDED] = None
    commitment: Annotated[ContentHash | None, ADDED] = None

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        in_status(case, "checking a material", "materials", *BEFORE_ISSUE)
        if self.defect is not None and self.verdict is not Verdict.DEFECTIVE:
            raise RuleBroken(
                "materials", f"defect: name it only for a material that is defective; this one is {self.verdict}"
            )
        self._asked_for(case, city)
        material = case.material(self.material_id)
        submitted = material.content_hash is not None
        still = (Verdict.DEFECTIVE, Verdict.DEFERRED) if material.owed else ()
        if case.status not in BEFORE_REVIEW and self.verdict not in (Verdict.ACCEPTED, Verdict.WAIVED, *still):
            raise RuleBroken("rule 4", f"case {self.case_id} is accepted; return the task for a supplement instead")
        match self.verdict:
            case Verdict.ACCEPTED:
                self._need(submitted, f"material {self.material_id} was not handed in, so it cannot be accepted")
                return [MaterialAccepted(material_id=self.material_id)]
            case Verdict.DEFECTIVE:
                self._need(submitted, f"material {self.material_id} was not handed in; it is missing, not defective")
                self._not_against(case)
                if self.reason is None:
                    raise RuleBroken("materials", "a defective material needs a reason that the applicant can act on")
                same_as_noticed(case, self.material_id, self.defect or Defect.OTHER, self.reason)
                return [
                    MaterialFoundDefective(
                        material_id=self.material_id,
                        reason=self.reason,
                        defect=self.defect or Defect.OTHER,
                        answer_by=self._again_until(case, city, material),
                    )
                ]
            case Verdict.MISSING:
                self._need(
                    not submitted, f"material {self.material_id} was handed in; accept it or say what is defective"
                )
                self._not_against(case)
                return [MaterialFoundMissing(material_id=self.material_id)]
            case Verdict.WAIVED:
                if self.reason is None:
                    raise RuleBroken("materials", "a waived material needs a reason")
                return [MaterialWaived(material_id=self.material_id, reason=self.reason)]
            case Verdict.DEFERRED:
                return [self._defer(case, city)]

    def _again_until(self, case: Application, city: City, material: Material) -> datetime | None:
        """Until when (UTC) it may come again; None where nothing else follows than what the notice said."""
        days, pinned = calendar(case, city), versions(case, city)
        if material.owed and case.status not in BEFORE_REVIEW:
            return _promised_again(material, pinned, self.occurred_at, days)
        if self.defect is not Defect.ANOTHER_PAPER or material.promised_by is not None:
            return None
        late = _told_late(case, material, self.occurred_at, days)
        return late and to_its_end(pinned, late, days)

    def _need(self, holds: bool, sentence: str) -> None:
        if not holds:
            raise RuleBroken("materials", f"case {self.case_id}: {sentence}")

    def _not_against(self, case: Application) -> None:
        if case.material(self.material_id).promised_by is not None:
            return  # what was promised is owed by the promise, whatever the notice named
        if case.noticed is not None and self.material_id not in case.noticed:
            raise RuleBroken(
                "rule 4",
                f"the one-time notice of case {self.case_id} did not name {self.material_id}, "
                "so it cannot be held against the applicant",
            )

    def _defer(self, case: Application, city: City) -> Event:
        material = checklist(versions(case, city))[self.material_id]
        if not material.deferrable:
            raise RuleBroken(
                "deferred acceptance",
                f"material {self.material_id} is not deferrable in this version; have it handed in",
            )
        if self.commitment is None:
            raise RuleBroken(
                "deferred acceptance",
                f"commitment: material {self.material_id} can be deferred only on a commitment that the applicant signed; name its document",
            )
        self._not_excluded(case, city)
        days = calendar(case, city)
        if self.promised_by is None or self.promised_by <= days.local_day(self.occurred_at):
            raise RuleBroken("deferred acceptance", "a deferred material needs a promised date after today; name one")
        furthest = days.local_day(furthest_promise(versions(case, city), self.occurred_at, days) - MICROSECOND)
        if self.promised_by > furthest:
            raise RuleBroken(
                "deferred acceptance",
                f"material {self.material_id} can be promised by {furthest} at the latest, not by {self.promised_by}",
            )
        return MaterialDeferred(material_id=self.material_id, promised_by=self.promised_by, commitment=self.commitment)

    def _not_excluded(self, case: Application, city: City) -> None:
        whose = self.applicant_of(case)
        found = None if whose is None else exclusion(city, whose, self.occurred_at)
        if found is not None:
            hall, excluded = found
            raise RuleBroken(
                "deferred acceptance",
                f"hall {hall.hall_id} defers nothing for the applicant of case {self.case_id}, who broke a promise in case "
                f"{excluded.case_id}; have material {self.material_id} handed in",
            )


def _promised_again(material: Material, pinned: Iterable[ItemVersion], at: datetime, days: WorkingCalendar) -> datetime:
    """Until when a promised material that came and is defective may come again: what came in time saves the promise once.

    Whoever is told has as long as for a supplement, and never less than the promise gave. Where the same is told once more, that
    time stays, and the promise is broken with it.
    """
    if material.told is not None and material.answer_by is not None:
        return max(material.answer_by, at)
    until = answer_by(pinned, at, days)
    if material.promised_by is None:
        return until
    with suppress(CalendarYearMissing):
        until = max(until, days.end_of_period(material.promised_by))
    return until


def _told_late(case: Application, material: Material, at: datetime, days: WorkingCalendar) -> datetime | None:
    """Until when the paper that was named may come where another one came in time and the office tells of it after that time.

    As many working days as were left when it came, and one at least: the office's own delay costs the applicant nothing.
    """
    came, until = material.handed_in, case.answer_by
    if until is None or came is None or not came <= until < at:
        return None
    left = days.working_days_after(days.local_day(came), days.local_day(until - MICROSECOND))
    return days.due(at, Limit(amount=max(1, left), unit=Unit.WORKING_DAYS))


def furthest_promise(pinned: Iterable[ItemVersion], at: datetime, days: WorkingCalendar) -> datetime:
    """Until when (UTC) a material may be promised at a moment: the shortest of what the items say.

    An item that says nothing allows as long as the law gives for its decision: what comes later would hold it back.
    """
    return min(days.due(at, version.limits.deferral or version.limits.statutory_decision) for version in pinned)


class GiveNotice(CaseCommand):
    """Give the one-time notice of everything found missing or defective."""

    roles: ClassVar = frozenset({Role.FRONT_DESK})
    duty: ClassVar = Duty.INTAKE
    station: ClassVar = Station.RECEIVING

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        if known(case).noticed:
            raise RuleBroken("rule 4", f"case {self.case_id} has had its one-time notice; a second one is not allowed")
        in_status(case, "the one-time notice", "rule 4", Status.RECEIVED)
        asked = checklist(versions(case, city))
        unchecked = [m for m in asked if case.material(m).verdict is None]
        if unchecked:
            raise RuleBroken(
                "rule 4",
                f"case {self.case_id}: check every material before the one-time notice; unchecked: {', '.join(unchecked)}",
            )
        lines = tuple(
            NoticeLine(material_id=m, verdict=found.verdict, reason=found.reason, defect=kind_of(found))
            for m, found in case.materials.items()
            if m in asked and found.verdict in (Verdict.DEFECTIVE, Verdict.MISSING)
        )
        if not lines:
            raise RuleBroken("rule 4", f"case {self.case_id}: nothing is missing or defective; accept the application")
        until = answer_by(versions(case, city), self.occurred_at, calendar(case, city))
        return [NoticeGiven(lines=lines, answer_by=until)]
