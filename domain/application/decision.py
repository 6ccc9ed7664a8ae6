"""The decision (决定) on the application as a whole, and the result made ready."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from domain.application.approvals import settled
from domain.application.command import CaseCommand, in_status, versions
from domain.application.materials import ContentHash
from domain.application.state import Application, Outcome, Status, TaskStatus
from domain.errors import RuleBroken
from domain.record import Act, Event, Text, event

if TYPE_CHECKING:
    from domain.city import City


@event("application.decided")
class Decided(Event):
    """Granted or refused, with reasons, legal basis and, when refused, the remedies.

    ``outcome`` is None only where an imported log does not say.
    """

    outcome: Outcome | None
    reasons: str | None = None
    legal_basis: str | None = None
    remedies: str | None = None

    def evolve(self, state: Application, act: Act) -> Application:
        here = state.mark(act)
        suspensions = tuple(
            s if s.ended_at is not None else replace(s, ended_at=act.occurred_at) for s in state.suspensions
        )
        return replace(
            state,
            status=Status.DECIDED,
            outcome=self.outcome,
            decided=here,
            suspensions=suspensions,
            stopped_since=None,
        )


@event("application.result_ready")
class ResultReady(Event):
    """The result (licence, certificate, refusal) is made out and waits to be handed over."""

    content_hash: str

    def evolve(self, state: Application, act: Act) -> Application:
        return replace(state, status=Status.RESULT_READY, ready=state.mark(act))


class Decide(CaseCommand):
    """Decide: granted only when every task is approved, refused when one is (rule 6)."""

    outcome: Outcome
    reasons: Text | None = None
    legal_basis: Text | None = None
    remedies: Text | None = None

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        in_status(case, "the decision", "rule 1", Status.IN_REVIEW)
        if self.actor.department != case.department:
            raise RuleBroken(
                "rule 5",
                f"case {self.case_id} is decided by its lead department {case.department}, not by {self.actor.department}",
            )
        refused = [t.task_id for t in case.tasks.values() if t.status is TaskStatus.REFUSED]
        if not settled(case, versions(case, city)):
            waiting = [t.task_id for t in case.tasks.values() if t.settled is None]
            raise RuleBroken("rule 6", f"case {self.case_id} waits for approval of {', '.join(waiting)}")
        if self.outcome is Outcome.GRANTED and refused:
            raise RuleBroken("rule 6", f"case {self.case_id} cannot be granted: {', '.join(refused)} refused")
        if self.outcome is Outcome.REFUSED:
            if not refused:
                raise RuleBroken("rule 6", f"case {self.case_id} cannot be refused: every task is approved")
            if not (self.reasons and self.legal_basis and self.remedies):
                raise RuleBroken("article 38", "a refusal names its reasons, its legal basis and the remedies")
        return [
            Decided(outcome=self.outcome, reasons=self.reasons, legal_basis=self.legal_basis, remedies=self.remedies)
        ]


class MakeResultReady(CaseCommand):
    """Put the result out for handing over; ``content_hash`` is of the document."""

    content_hash: ContentHash

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        in_status(case, "making the result ready", "rule 1", Status.DECIDED)
        return [ResultReady(content_hash=self.content_hash)]
