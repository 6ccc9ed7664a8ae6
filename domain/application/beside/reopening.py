"""After the end: documents that come late and change no decision, and an appeal that reopens the case (复议)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec.structs import replace

from domain.application.command import CaseCommand, calendar, known, versions
from domain.application.limits.both_limits import begun
from domain.application.limits.lapses import RECTIFICATION
from domain.application.limits.suspension import ClockResumed, TaskDue
from domain.application.parts import apart, parts
from domain.application.path.approvals import due_tasks
from domain.application.path.item_by_item import result_of
from domain.application.path.materials import ContentHash
from domain.application.state import Application, ItemResult, Status, TaskStatus
from domain.errors import RuleBroken
from domain.record import ADDED, Act, Event, Identifier, Role, Text, event
from domain.time.working_time import Unit

if TYPE_CHECKING:
    from domain.city import City


@event("application.late_document_filed")
class LateDocumentFiled(Event):
    """A document came after the end. It is in the file, and changes nothing."""

    content_hash: str
    what: str

    def evolve(self, state: Application, act: Act) -> Application:
        return state


@event("application.reopened", schema=2)
class Reopened(Event):
    """An appeal was allowed: what was decided does not stand, departments look at it again, and a new limit runs.

    ``tasks`` are those that open again; those of a withdrawn part do not, and those of one that was sent back only where the appeal names it. What was decided on items of which none opens again
    stands. An application that was not accepted is accepted from here on, by the order. What the applicant said of the service stays: the
    grade, and the rectification that it opened. Schema 2 says by when the law wants the new decision.
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
        return replace(
            state,
            status=Status.IN_REVIEW,
            reopened=state.mark(act),
            former=state,
            accepted=state.accepted or state.mark(act),
            noticed=state.noticed if state.accepted else state.noticed or (),
            outcome=None,
            item_outcomes={item: outcome for item, outcome in state.item_outcomes.items() if item not in again},
            item_results=_standing(state, again),
            not_accepted=None,
            decided=None,
            ready=None,
            issued=None,
            ended=None,
            evaluation_closed=False,
            extended=False,
            lights={part: light for part, light in state.lights.items() if part == RECTIFICATION},
            due_at=self.due_at,
            warn_at=self.warn_at,
            unit=self.unit,
            statutory_due_at=self.statutory_due_at,
            statutory_warn_at=self.statutory_warn_at,
            statutory_unit=self.statutory_unit,
            tasks=tasks,
            withdrawn_parts=tuple(item for item in state.withdrawn_parts if item not in again),
            sent_back_parts=tuple(item for item in state.sent_back_parts if item not in again),
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
            raise RuleBroken("materials", f"case {self.case_id} is {case.status}; hand the document in as a material")
        return [LateDocumentFiled(content_hash=self.content_hash, what=self.what)]


def _running(case: Application, again: Collection[str]) -> list[Event]:
    """The events by which the clock runs for the new limit: it stood for a procedure that the end cut short, or for a supplement
    to a task that opens again and asks for nothing now."""
    return [
        ClockResumed(suspension_id=stop.suspension_id)
        for stop in case.suspensions
        if stop.ended_at is None and (stop.task_id is None or stop.task_id in again)
    ]


REOPENED = (Status.NOT_ACCEPTED, Status.SENT_BACK, Status.TERMINATED)
"""How an application ends without a decision that can be appealed against: a refusal to accept, a lapse, a termination."""


class Reopen(CaseCommand):
    """Take up a case again after an appeal that was won, by the order (文号) of who decided it.

    It may be about a decision, a refusal to accept, a lapse or a termination; ``items`` are the parts that it concerns, all of
    them where none is named. Nobody who served in the case or decided it reopens it: they would judge their own work.
    """

    roles: ClassVar = frozenset({Role.HEAD})
    of_department: ClassVar = "the case"
    order: Text
    reason: Text
    items: Annotated[tuple[Identifier, ...] | None, ADDED] = None

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        if known(case).concluded is None and case.status not in REOPENED:
            raise RuleBroken("appeal", f"case {self.case_id} is {case.status}; there is no decision to appeal against")
        if self.actor.department != case.department:
            raise RuleBroken(
                "rule 5",
                f"case {self.case_id} is reopened by its lead department {case.department}, not by {self.actor.department}",
            )
        self._by_somebody_else(case)
        self._by_an_order()
        limits = begun(case, city, self.occurred_at)
        again = self._again(case, city, limits.due_at)
        if case.accepted is not None and not again:
            raise RuleBroken(
                "appeal",
                f"items: no task of {', '.join(self.items or ())} of case {self.case_id} opens again; it was refused with what it "
                "comes after, so name that",
            )
        reopened = Reopened(order=self.order, reason=self.reason, tasks=again, **limits._asdict())
        events: list[Event] = [reopened, *_running(case, {each.task_id for each in again})]
        if case.accepted is not None:
            return events
        days = calendar(case, city)
        return [*events, *due_tasks(case, parts(case, city), frozenset(), self.occurred_at, days, limits.due_at)]

    def _again(self, case: Application, city: City, due_at: datetime) -> tuple[TaskDue, ...]:
        """The tasks of the parts that the appeal concerns, due with the new limit. Raises ``RuleBroken`` for another part.

        Where a package falls as a whole, what a refusal elsewhere closed was never looked at: it opens again with that refusal.
        """
        pinned, days = versions(case, city), calendar(case, city)
        there = [ref.item_id for ref in case.items if ref.item_id not in case.withdrawn_parts]
        named = [*there, *case.sent_back_parts]
        if strange := [item for item in self.items or () if item not in named]:
            raise RuleBroken(
                "appeal", f"items: case {self.case_id} has no part {strange[0]}; it has {', '.join(named)}"
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
                "appeal", f"{self.actor.person} served in case {self.case_id} or decided it; another head reopens it"
            )

    def _by_an_order(self) -> None:
        """Raise ``RuleBroken`` for an order without a number: "none" and the like name no document."""
        if not any(character.isdigit() for character in self.order):
            raise RuleBroken(
                "appeal", f"order {self.order!r} has no number; name the decision on the appeal, as 复议〔2025〕12号"
            )
