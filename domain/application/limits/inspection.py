"""Inspections on site (现场核查) that stop no clock: article 34 has two people look, and is none of the grounds of article 45."""

from __future__ import annotations

from msgspec.structs import replace

from domain.application.components import Suspension
from domain.application.state import Application
from domain.application.terms import Ground
from domain.record import Act, Event, event


@event("application.inspection_begun", "现场核查 inspection begun")
class InspectionBegun(Event):
    """Two people inspect on site, of which the applicant was told. The clock runs on; nothing is decided before the inspection ends."""

    suspension_id: str
    notice: str
    inspected_by: tuple[str, ...]

    def evolve(self, state: Application, act: Act) -> Application:
        begun = Suspension(
            suspension_id=self.suspension_id,
            ground=Ground.INSPECTION,
            task_id=None,
            started_at=act.occurred_at,
            stops=False,
            department=act.actor.department,
        )
        return replace(state, suspensions=(*state.suspensions, begun))


@event("application.inspection_ended", "核查结束 inspection ended")
class InspectionEnded(Event):
    """What was inspected is in the file, or the inspection was called off."""

    suspension_id: str

    def evolve(self, state: Application, act: Act) -> Application:
        suspensions = tuple(
            replace(s, ended_at=act.occurred_at) if s.suspension_id == self.suspension_id and s.ended_at is None else s
            for s in state.suspensions
        )
        return replace(state, suspensions=suspensions)
