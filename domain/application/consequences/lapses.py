"""What happens when nobody acts in time: the law's and the hall's consequences, as events of the case.

Each is effective at the time that the law says, however late it is recorded (``domain.application.consequences.deadlines``).
"""

from __future__ import annotations

from datetime import date, datetime

from msgspec.structs import replace

from domain.application.components import Material
from domain.application.path.item_by_item import without_item
from domain.application.state import Application
from domain.application.terms import Status, TaskStatus, Verdict
from domain.record import Act, Event, event
from domain.time.light import Light
from domain.time.working_time import Unit

DECISION, STATUTORY, DELIVERY, RECTIFICATION = "decision", "statutory", "delivery", "rectification"
"""The limits of a case that have a light, beside its tasks; ``decision`` is the promised one, ``statutory`` that of the law."""


@event("application.deemed_accepted", "视为受理 deemed accepted", schema=2)
class DeemedAccepted(Event):
    """No notice came in time, so the application counts as accepted from the day its materials were received (32).

    ``lapsed_at`` is the end of the limit for the notice; the event itself is effective at the receipt. As no notice
    named anything, nothing can be held against the applicant later (rule 4). Schema 2 as in ``Accepted``.
    """

    lapsed_at: datetime
    due_at: datetime
    unit: Unit
    warn_at: datetime | None = None
    statutory_due_at: datetime | None = None
    statutory_warn_at: datetime | None = None
    statutory_unit: Unit | None = None

    def evolve(self, state: Application, act: Act) -> Application:
        return replace(
            state,
            status=Status.IN_REVIEW,
            accepted=state.mark(act),
            due_at=self.due_at,
            warn_at=self.warn_at,
            unit=self.unit,
            statutory_due_at=self.statutory_due_at,
            statutory_warn_at=self.statutory_warn_at,
            statutory_unit=self.statutory_unit,
            noticed=state.noticed or (),
        )


@event("application.supplement_lapsed", "逾期未补正 supplement period lapsed")
class SupplementLapsed(Event):
    """What the one-time notice asked for did not come in time: the application is not accepted and ends."""

    materials: tuple[str, ...]

    def evolve(self, state: Application, act: Act) -> Application:
        return replace(state, status=Status.NOT_ACCEPTED, ended=state.mark(act))


@event("application.supplement_overdue", "逾期未补正待决定 supplement overdue, to be decided")
class SupplementOverdue(Event):
    """What the notice asked for did not come in time, and the item has no lapse without a paper: the front desk refuses by one.

    What comes before that is taken.
    """

    materials: tuple[str, ...]

    def evolve(self, state: Application, act: Act) -> Application:
        return replace(state, overdue=True)


@event("application.task_supplement_lapsed", "部门补正逾期 supplement for a task lapsed")
class TaskSupplementLapsed(Event):
    """What a department asked for did not come in time: its task goes on with what there is."""

    task_id: str
    materials: tuple[str, ...]

    def evolve(self, state: Application, act: Act) -> Application:
        before = state.tasks[self.task_id]
        status = TaskStatus.OPEN if before.holder is None else TaskStatus.CLAIMED
        task = replace(before, status=status, asks_for=(), answer_by=None)
        return replace(state, tasks={**state.tasks, self.task_id: task})


@event("application.deferral_lapsed", "容缺逾期退件 promised material overdue, sent back")
class DeferralLapsed(Event):
    """A promised material did not come by its date: the application goes back to the applicant (退件) and ends."""

    material_id: str
    promised_by: date

    def evolve(self, state: Application, act: Act) -> Application:
        missing = {**state.materials, self.material_id: Material(verdict=Verdict.MISSING)}
        return replace(state, status=Status.SENT_BACK, materials=missing, ended=state.mark(act))


@event("application.part_sent_back", "单项容缺逾期退件 part sent back, promised material overdue")
class PartSentBack(Event):
    """A promised material did not come by its date: of several items that each stand by themselves, this one goes back to the
    applicant (单项退件). It asks for the material, or comes ``after`` one that does; the others go on.
    """

    item_id: str
    material_id: str
    promised_by: date
    after: str | None = None

    def evolve(self, state: Application, act: Act) -> Application:
        missing = {**state.materials, self.material_id: Material(verdict=Verdict.MISSING)}
        left = replace(state, materials=missing, sent_back_parts=(*state.sent_back_parts, self.item_id))
        return without_item(left, self.item_id, TaskStatus.CLOSED, state.mark(act))


@event("application.handing_over_held", "容缺逾期暂缓发证 promised material overdue, handing over held back")
class HandingOverHeld(Event):
    """A promised material did not come by its date, after the grant: the grant stands, and nothing is handed over before it is in."""

    material_id: str
    promised_by: date

    def evolve(self, state: Application, act: Act) -> Application:
        since = state.material(self.material_id).held_since or act.occurred_at
        missing = Material(verdict=Verdict.MISSING, promised_by=self.promised_by, held_since=since)
        return replace(state, materials={**state.materials, self.material_id: missing})


@event("application.evaluation_lapsed", "评价期满 evaluation period over")
class EvaluationLapsed(Event):
    """The applicant did not rate the service in time; nobody does it instead."""

    def evolve(self, state: Application, act: Act) -> Application:
        return replace(state, evaluation_closed=True)


@event("application.result_uncollected", "逾期未领 result uncollected")
class ResultUncollected(Event):
    """Nobody took the result in time: it is put away and the case closed. It can still be handed over."""

    def evolve(self, state: Application, act: Act) -> Application:
        return replace(state, status=Status.UNCOLLECTED, ended=state.mark(act))


@event("application.light_turned", "红黄灯 light turned")
class LightTurned(Event):
    """A limit came near (yellow) or passed (red). ``part`` is a task, ``decision`` (what was promised), ``statutory`` (the law's),
    ``delivery`` or ``rectification``.
    """

    part: str
    light: Light
    limit: datetime

    def evolve(self, state: Application, act: Act) -> Application:
        return replace(state, lights={**state.lights, self.part: self.light})
