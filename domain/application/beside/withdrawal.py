"""Withdrawal (撤回): the applicant takes the application back before it is decided, or a part of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace

from domain.application.command import CaseCommand, calendar, in_status
from domain.application.consequences.lapses import DECISION, STATUTORY
from domain.application.limits.left_alone import own_limits
from domain.application.limits.suspension import called_off, resume
from domain.application.parts import parts
from domain.application.path.approvals import due_tasks
from domain.application.path.closing import closed_with_the_case
from domain.application.path.item_by_item import without_item
from domain.application.path.materials import not_asked_any_more
from domain.application.state import Application
from domain.application.terms import Status, TaskStatus
from domain.errors import RuleBroken
from domain.hall.hall import Duty
from domain.record import Act, Event, Identifier, Role, Text, event
from domain.time.working_time import Unit

if TYPE_CHECKING:
    from domain.city import City


@event("application.withdrawn", "撤回 withdrawn")
class Withdrawn(Event):
    """The applicant withdrew before the decision."""

    reason: str | None = None

    def evolve(self, state: Application, act: Act) -> Application:
        return replace(state, status=Status.WITHDRAWN, ended=state.mark(act))


@event("application.part_withdrawn", "部分撤回 part withdrawn", schema=2)
class PartWithdrawn(Event):
    """The applicant does without one part of a package; the others go on.

    Schema 2 has the limits (UTC) of a single item that is left, where the package says that they are its own then.
    """

    item_id: str
    reason: str | None = None
    due_at: datetime | None = None
    warn_at: datetime | None = None
    unit: Unit | None = None
    statutory_due_at: datetime | None = None
    statutory_warn_at: datetime | None = None
    statutory_unit: Unit | None = None

    def evolve(self, state: Application, act: Act) -> Application:
        if self.due_at is not None and self.unit is not None:
            state = replace(
                state,
                due_at=self.due_at,
                warn_at=self.warn_at,
                unit=self.unit,
                statutory_due_at=self.statutory_due_at,
                statutory_warn_at=self.statutory_warn_at,
                statutory_unit=self.statutory_unit,
                lights={part: light for part, light in state.lights.items() if part not in (DECISION, STATUTORY)},
            )
        return without_item(state, self.item_id, TaskStatus.WITHDRAWN, state.mark(act))


class WithdrawPart(CaseCommand):
    """Do without one part of the application; not without the last one."""

    roles: ClassVar = frozenset({Role.APPLICANT, Role.FRONT_DESK})
    duty: ClassVar = Duty.INTAKE
    item_id: Identifier
    reason: Text | None = None

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        in_status(case, "withdrawing a part", "rule 1", Status.RECEIVED, Status.SUPPLEMENTING, Status.IN_REVIEW)
        left = [part.item_id for part in parts(case, city)]
        if self.item_id not in left:
            raise RuleBroken("packages", f"case {self.case_id} has no part {self.item_id}; it has {', '.join(left)}")
        if len(left) == 1:
            raise RuleBroken("packages", f"{self.item_id} is the last part of case {self.case_id}; withdraw the case")
        if self.item_id in case.item_results:
            raise RuleBroken(
                "rule 1", f"{self.item_id} of case {self.case_id} is decided; only undecided items can be withdrawn"
            )
        after = replace(case, withdrawn_parts=(*case.withdrawn_parts, self.item_id))
        alone = own_limits(after, city, self.occurred_at)
        limits = {} if alone is None else alone._asdict()
        withdrawn = PartWithdrawn(item_id=self.item_id, reason=self.reason, **limits)
        if case.status is not Status.IN_REVIEW:
            return [withdrawn, *not_asked_any_more(case, after, city, f"撤回 {self.item_id}: not asked for any more")]
        if set(left) - {self.item_id} <= set(case.item_results):
            return [withdrawn]
        own = {task.task_id for task in case.tasks.values() if task.item_id == self.item_id}
        ending = case.open_stops_of(own)
        ending += called_off(case, (self.item_id,))
        approved = case.approved_tasks
        opened = due_tasks(after, parts(after, city), approved, self.occurred_at, calendar(case, city), case.due_at)
        running = case if alone is None else replace(case, **limits)
        return [withdrawn, *resume(running, ending, self.occurred_at, city), *opened]


class Withdraw(CaseCommand):
    """Take the application back before it is decided."""

    roles: ClassVar = frozenset({Role.APPLICANT, Role.FRONT_DESK})
    duty: ClassVar = Duty.INTAKE

    reason: Text | None = None

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        in_status(case, "withdrawal", "rule 1", Status.RECEIVED, Status.SUPPLEMENTING, Status.IN_REVIEW)
        if case.item_results:
            raise RuleBroken(
                "rule 1",
                f"{', '.join(case.item_results)} of case {self.case_id} is decided; withdraw the undecided items one by one",
            )
        return [Withdrawn(reason=self.reason), *closed_with_the_case(case)]
