"""Feedback (窗口反馈): the result handed over; then the evaluation (好差评). Or the applicant withdraws."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

from msgspec.structs import replace
from pydantic import Field

from domain.application.command import CaseCommand, in_status
from domain.application.state import Application, Outcome, Status, Verdict
from domain.errors import RuleBroken, UnknownReference
from domain.record import Act, Event, Identifier, Role, Text, event
from domain.sealing import Sealed, Vault

if TYPE_CHECKING:
    from domain.city import City


class Delivery(StrEnum):
    """How a result reaches its applicant."""

    WINDOW = "window"
    POST = "post"
    ONLINE = "online"


@event("application.result_issued")
class ResultIssued(Event):
    """The result is in the applicant's hands; the case ends here.

    ``delivery`` is None only where an imported log does not say.
    """

    delivery: Delivery | None
    window: str | None = None
    receiver: Sealed | None = None

    def evolve(self, state: Application, act: Act) -> Application:
        here = state.mark(act)
        return replace(state, status=Status.ISSUED, issued=here, ended=here)


@event("application.evaluated")
class Evaluated(Event):
    """The applicant rated the service: 5 very satisfied ... 1 very dissatisfied."""

    grade: int
    tags: tuple[str, ...] = ()
    comment: Sealed | None = None

    def evolve(self, state: Application, act: Act) -> Application:
        return replace(state, status=Status.EVALUATED, grade=self.grade)


@event("application.withdrawn")
class Withdrawn(Event):
    """The applicant withdrew before the decision."""

    reason: str | None = None

    def evolve(self, state: Application, act: Act) -> Application:
        return replace(state, status=Status.WITHDRAWN, ended=state.mark(act))


class IssueResult(CaseCommand):
    """Hand the result over. Nothing is issued while a deferred material is missing."""

    delivery: Delivery
    window: Identifier | None = None
    receiver: Text | Sealed | None = None

    def sealed(self, vault: Vault) -> IssueResult:
        if not isinstance(self.receiver, str):
            return self
        key = f"receiver/{self.case_id}"
        return self.model_copy(update={"receiver": vault.seal(key, "receiver", self.receiver)})

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        in_status(case, "issuing the result", "rule 1", Status.RESULT_READY)
        missing = [m for m, found in case.materials.items() if found.verdict in (Verdict.DEFERRED, None)]
        if missing and case.outcome is Outcome.GRANTED:
            raise RuleBroken(
                "deferred acceptance",
                f"case {self.case_id}: {', '.join(missing)} not handed in and accepted yet; nothing is issued before",
            )
        self._check_window(case, city)
        assert not isinstance(self.receiver, str)
        return [ResultIssued(delivery=self.delivery, window=self.window, receiver=self.receiver)]

    def _check_window(self, case: Application, city: City) -> None:
        if (self.delivery is Delivery.WINDOW) != (self.window is not None):
            raise RuleBroken("feedback", "a window is named exactly when the result is handed over at one")
        if self.window is None or case.hall is None:
            return
        window = city.hall(case.hall).windows.get(self.window)
        if window is None:
            raise UnknownReference(f"hall {case.hall} has no window {self.window}")
        if not window.issues:
            raise RuleBroken("feedback", f"window {self.window} of hall {case.hall} does not hand out results")


class Evaluate(CaseCommand):
    """Rate the service after the result was issued (rule 1); staff cannot touch the rating."""

    grade: Annotated[int, Field(ge=1, le=5)]
    tags: tuple[Identifier, ...] = ()
    comment: Text | Sealed | None = None

    def sealed(self, vault: Vault) -> Evaluate:
        if not isinstance(self.comment, str):
            return self
        key = f"comment/{self.case_id}"
        return self.model_copy(update={"comment": vault.seal(key, "comment", self.comment)})

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        in_status(case, "the evaluation", "rule 1", Status.ISSUED)
        if self.actor.role is not Role.APPLICANT:
            raise RuleBroken("evaluation", f"only the applicant evaluates, not a {self.actor.role}")
        assert not isinstance(self.comment, str)
        return [Evaluated(grade=self.grade, tags=self.tags, comment=self.comment)]


class Withdraw(CaseCommand):
    """Take the application back before it is decided."""

    reason: Text | None = None

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        in_status(case, "withdrawal", "rule 1", Status.RECEIVED, Status.SUPPLEMENTING, Status.IN_REVIEW)
        return [Withdrawn(reason=self.reason)]
