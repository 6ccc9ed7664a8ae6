"""After the end: documents that come late and change no decision, and an appeal that reopens the case (复议)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec.structs import replace

from domain.application.command import CaseCommand, calendar, known, versions
from domain.application.components import ItemResult
from domain.application.consequences.lapses import RECTIFICATION
from domain.application.limits.both_limits import begun
from domain.application.limits.inspection import InspectionEnded
from domain.application.limits.suspension import ClockResumed, TaskDue
from domain.application.parts import apart, parts
from domain.application.path.approvals import due_tasks
from domain.application.path.item_by_item import result_of
from domain.application.path.materials import ContentHash
from domain.application.state import Application
from domain.application.terms import AppealResult, Status, TaskStatus
from domain.errors import RuleBroken
from domain.record import ADDED, Act, Event, Identifier, Role, Text, event
from domain.time.working_time import Unit
from domain.time.written import Day

if TYPE_CHECKING:
    from domain.city import City


@event("application.late_document_filed", "补充归档 late document filed")
class LateDocumentFiled(Event):
    """A document came after the end. It is in the file, and changes nothing."""

    content_hash: str
    what: str

    def evolve(self, state: Application, act: Act) -> Application:
        return state


@event("application.reopened", "复议重办 reopened", schema=3)
class Reopened(Event):
    """An appeal was allowed: what was decided does not stand, departments look at it again, and a new limit runs.

    ``tasks`` are those that open again; those of a withdrawn part do not, and those of one that was sent back only where the appeal names it. What was decided on items of which none opens again
    stands. An application that was not accepted is accepted from here on, by the order. What the applicant said of the service stays: the
    grade, and the rectification that it opened. Schema 2 says by when the law wants the new decision, schema 3
    what came out of the appeal, and which ``items`` come back that were sent back or not accepted.
    """

    order: str
    reason: str
    due_at: datetime
    unit: Unit
    tasks: tuple[TaskDue, ...]
    warn_at: datetime | None = None
    statutory_due_at: datetime | None = None
    statutory_warn_at: datetime | None = None
    statutory_unit: Unit | None = None
    result: AppealResult | None = None
    items: tuple[str, ...] = ()

    def evolve(self, state: Application, act: Act) -> Application:
        times = {each.task_id: each for each in self.tasks}
        tasks = {
            name: replace(
                task,
                status=TaskStatus.OPEN,
                holder=None,
                snoozed_until=None,
                asks_for=(),
                answer_by=None,
                settled=None,
                opened=state.mark(act),
                due_at=times[name].due_at,
                warn_at=times[name].warn_at,
            )
            if name in times
            else task
            for name, task in state.tasks.items()
        }
        again = {state.tasks[name].item_id for name in times}
        back = again.union(self.items)
        return replace(
            state,
            status=Status.IN_REVIEW,
            reopened=state.mark(act),
            former=state,
            accepted=state.accepted or state.mark(act),
            noticed=state.noticed if state.accepted else state.noticed or (),
            outcome=None,
            parts_not_accepted={i: paper for i, paper in state.parts_not_accepted.items() if i not in self.items},
            item_outcomes={item: outcome for item, outcome in state.item_outcomes.items() if item not in again},
            item_results=_standing(state, again),
            not_accepted=None,
            not_accepted_by=None,
            accept_by=None,
            decided=None,
            ready=None,
            issued=None,
            ended=None,
            evaluation_closed=False,
            extended=False,
            held=(),
            fell_with={},
            lights={part: light for part, light in state.lights.items() if part == RECTIFICATION},
            due_at=self.due_at,
            warn_at=self.warn_at,
            unit=self.unit,
            statutory_due_at=self.statutory_due_at,
            statutory_warn_at=self.statutory_warn_at,
            statutory_unit=self.statutory_unit,
            tasks=tasks,
            withdrawn_parts=tuple(item for item in state.withdrawn_parts if item not in back),
            sent_back_parts=tuple(item for item in state.sent_back_parts if item not in back),
        )


@event("application.acceptance_reopened", "复议后重新受理审查 acceptance reopened")
class AcceptanceReopened(Event):
    """An appeal against a refusal to accept, or a lapse, was allowed: the office decides on the acceptance anew, by a moment (UTC).

    It is received, and not accepted; what was handed in and checked stays.
    """

    order: str
    reason: str
    result: AppealResult
    accept_by: datetime

    def evolve(self, state: Application, act: Act) -> Application:
        return replace(
            state,
            status=Status.RECEIVED,
            reopened=state.mark(act),
            former=state,
            accept_by=self.accept_by,
            answer_by=None,
            answered=False,
            overdue=False,
            supplemented=None,
            not_accepted=None,
            not_accepted_by=None,
            ready=None,
            issued=None,
            ended=None,
            evaluation_closed=False,
            lights={part: light for part, light in state.lights.items() if part == RECTIFICATION},
        )


def _standing(state: Application, again: Collection[str]) -> dict[str, ItemResult]:
    """How far those items are that were handed over by themselves and do not open again; their codes have rated what was.

    One that never had a task was refused with another, and follows it again.
    """
    if not state.item_results:
        return {}
    had_tasks = {task.item_id for task in state.tasks.values()}.difference(again, state.withdrawn_parts)
    stand = [ref.item_id for ref in state.items if ref.item_id in had_tasks]
    return {item: replace(result, rating_code=None) for item in stand if (result := result_of(state, item)) is not None}


class FileLateDocument(CaseCommand):
    """Put a document that came after the end into the file."""

    roles: ClassVar = frozenset({Role.FRONT_DESK, Role.REVIEWER, Role.HEAD, Role.APPLICANT})
    content_hash: ContentHash
    what: Text

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        if known(case).ended is None:
            raise RuleBroken(
                "materials",
                f"case {self.case_id} is {case.status} and has not ended; hand the document in as a material",
            )
        return [LateDocumentFiled(content_hash=self.content_hash, what=self.what)]


def _running(case: Application, again: Collection[str]) -> list[Event]:
    """The events by which the clock runs for the new limit: it stood for a procedure that the end cut short, or for a supplement
    to a task that opens again and asks for nothing now."""
    return [
        (ClockResumed if stop.stops else InspectionEnded)(suspension_id=stop.suspension_id)
        for stop in case.suspensions
        if stop.ended_at is None and (stop.task_id is None or stop.task_id in again)
    ]


REOPENED = (Status.NOT_ACCEPTED, Status.SENT_BACK, Status.TERMINATED)
"""How an application ends without a decision that can be appealed against: a refusal to accept, a lapse, a termination."""


class Reopen(CaseCommand):
    """Take up a case again after an appeal that was won, by the order (文号) of who decided it.

    It may be about a decision, a refusal to accept, a lapse or a termination; ``items`` are the parts that it concerns, all of
    them where none is named. ``result`` is what came out of it. An order about what was never accepted declares the acceptance, or has the
    office decide on it by a day (``accept_by``); where nobody does, it is accepted from the order on. Nobody who served in the case or
    decided it reopens it: they would judge their own work.
    """

    roles: ClassVar = frozenset({Role.HEAD})
    of_department: ClassVar = "the case"
    order: Text
    reason: Text
    items: Annotated[tuple[Identifier, ...] | None, ADDED] = None
    result: Annotated[AppealResult | None, ADDED] = None
    accept_by: Annotated[Day | None, ADDED] = None

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        if known(case).concluded is None and case.status not in REOPENED:
            raise RuleBroken("appeal", f"case {self.case_id} is {case.status}; there is no decision to appeal against")
        if self.actor.department != case.department:
            raise RuleBroken(
                "rule 5",
                f"only the lead department {case.department} can reopen case {self.case_id}, not {self.actor.department}; ask its head",
            )
        self._by_somebody_else(case)
        self._by_an_order()
        result = self._won()
        if self.accept_by is not None:
            return self._before_acceptance(case, city, self.accept_by, result)
        back = tuple(
            item for item in self.items or () if item in case.sent_back_parts or item in case.parts_not_accepted
        )
        whole = replace(case, withdrawn_parts=tuple(item for item in case.withdrawn_parts if item not in back))
        limits = begun(whole, city, self.occurred_at)
        again = self._again(whole, city, limits.due_at)
        had_tasks = {task.item_id for task in case.tasks.values()}
        if case.accepted is not None and not again and had_tasks.issuperset(back):
            raise RuleBroken(
                "appeal",
                f"items: no task of {', '.join(self.items or ())} of case {self.case_id} can be reopened, because it fell with an earlier item; name that item",
            )
        reopened = Reopened(
            order=self.order, reason=self.reason, tasks=again, result=result, items=back, **limits._asdict()
        )
        events: list[Event] = [reopened, *_running(case, {each.task_id for each in again})]
        days, of = calendar(case, city), parts(whole, city)
        opened = due_tasks(whole, of, frozenset(), self.occurred_at, days, limits.due_at)
        return [*events, *(each for each in opened if case.accepted is None or each.item_id in back)]

    def _won(self) -> AppealResult:
        """What came out of the appeal. Raises ``RuleBroken`` where nobody says it, or where nothing is taken up again by it."""
        if self.result is None or not self.result.reopens:
            how = "nobody says" if self.result is None else f"{self.result}"
            reopening = ", ".join(each for each in AppealResult if each.reopens)
            raise RuleBroken(
                "appeal",
                f"result: the appeal about case {self.case_id} ended as {how}; a case is reopened only after {reopening}, otherwise file the decision with `onewindow case file-document`",
            )
        return self.result

    def _before_acceptance(
        self, case: Application, city: City, day: date, result: AppealResult
    ) -> Sequence[AcceptanceReopened]:
        """What an order makes of a case that was never accepted, where it has the office decide on that by a day."""
        days = calendar(case, city)
        if case.accepted is not None or self.items or day <= days.local_day(self.occurred_at):
            raise RuleBroken(
                "appeal",
                f"accept_by: name a later day, and only where the whole case {self.case_id} was not accepted and the appeal orders a new decision on that; leave it out where the appeal itself declares the acceptance",
            )
        until = days.end_of_period(day)
        return [AcceptanceReopened(order=self.order, reason=self.reason, result=result, accept_by=until)]

    def _again(self, case: Application, city: City, due_at: datetime) -> tuple[TaskDue, ...]:
        """The tasks of the parts that the appeal concerns, due with the new limit. Raises ``RuleBroken`` for another part.

        Where a package falls as a whole, what a refusal elsewhere closed was never looked at: it opens again with that refusal.
        """
        pinned, days = versions(case, city), calendar(case, city)
        there = [ref.item_id for ref in case.active_items]
        if strange := [item for item in self.items or () if item not in there]:
            raise RuleBroken(
                "appeal", f"items: case {self.case_id} has no part {strange[0]}; it has {', '.join(there)}"
            )
        about = self.items or there
        fell_with_it = not apart(case, city) and any(
            task.status is TaskStatus.REFUSED and task.item_id in about for task in case.tasks.values()
        )
        warning = min(version.limits.warning for version in pinned)
        warn_at = days.add_working_us(self.occurred_at, days.working_us(self.occurred_at, due_at) * warning // 100)
        return tuple(
            TaskDue(task_id=task.task_id, due_at=due_at, warn_at=warn_at)
            for task in case.tasks.values()
            if task.status is not TaskStatus.WITHDRAWN
            and (task.item_id in about or (fell_with_it and task.status is TaskStatus.CLOSED))
        )

    def _by_somebody_else(self, case: Application) -> None:
        if self.actor.person in case.served_by.union(case.decided_by):
            raise RuleBroken(
                "appeal",
                f"{self.actor.person} served in case {self.case_id} or decided it; another head must reopen it",
            )

    def _by_an_order(self) -> None:
        """Raise ``RuleBroken`` for an order without a number: "none" and the like name no document."""
        if not any(character.isdigit() for character in self.order):
            raise RuleBroken(
                "appeal",
                f"order {self.order!r} has no number; write the number of the decision on the appeal, as 复议〔2025〕12号",
            )
