"""Corrections (更正): a clerical error is corrected by a further event that names the one it corrects (rule 10)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from domain.application.command import CaseCommand, known
from domain.application.state import Application
from domain.errors import RuleBroken
from domain.record import Act, Event, Identifier, Role, Text, event

if TYPE_CHECKING:
    from domain.city import City


@event("application.clerical_error_corrected")
class ClericalErrorCorrected(Event):
    """Event number ``corrects`` of this case said something wrong; ``correction`` says what is right."""

    corrects: int
    correction: str
    reason: str
    confirmed_by: str

    def evolve(self, state: Application, act: Act) -> Application:
        return state


class CorrectClericalError(CaseCommand):
    """Correct an earlier event of the case, with a reason and a second person. The event itself stays as it is."""

    roles: ClassVar = frozenset({Role.FRONT_DESK, Role.REVIEWER, Role.HEAD, Role.ISSUER})

    corrects: Annotated[int, Field(ge=1)]
    correction: Text
    reason: Text
    confirmed_by: Identifier

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        if self.corrects > known(case).version:
            raise RuleBroken(
                "rule 10", f"case {self.case_id} has {case.version} events; there is no number {self.corrects}"
            )
        if self.confirmed_by == self.actor.person:
            raise RuleBroken("rule 10", "a correction is confirmed by a second person")
        return [
            ClericalErrorCorrected(
                corrects=self.corrects,
                correction=self.correction,
                reason=self.reason,
                confirmed_by=self.confirmed_by,
            )
        ]
