"""Corrections (更正): a clerical error is corrected by a further event that names the one it corrects (rule 10).

Where it names a field and its right value, the case goes on with that value, and reports use it and say so.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec.structs import replace
from pydantic import Field

from domain.application.command import CaseCommand, known
from domain.application.components import Correction, Mark
from domain.application.path.intake import check_window
from domain.application.state import Application
from domain.application.terms import Channel, Correctable
from domain.errors import RuleBroken
from domain.number_of import number_of
from domain.record import Act, Event, Identifier, Role, Text, event, stamp

if TYPE_CHECKING:
    from domain.city import City


@event("application.clerical_error_corrected", "更正 clerical error corrected", schema=2)
class ClericalErrorCorrected(Event):
    """Event number ``corrects`` of this case said something wrong; ``correction`` says what is right.

    Schema 2 may name the ``field`` and its right ``value`` (a time as a UTC stamp), which counts from here on.
    """

    corrects: int
    correction: str
    reason: str
    confirmed_by: str
    field: Correctable | None = None
    value: str | None = None

    def evolve(self, state: Application, act: Act) -> Application:
        if self.field is None or self.value is None:
            return state
        correction = Correction(self.corrects, self.field, state.version + 1)
        corrected = replace(state, corrections=(*state.corrections, correction))
        match self.field:
            case Correctable.WINDOW:
                return replace(corrected, window=self.value)
            case Correctable.CHANNEL:
                return replace(corrected, channel=Channel(self.value), channel_label=self.value)
            case Correctable.OCCURRED_AT:
                return with_time(corrected, self.corrects, datetime.fromisoformat(self.value))


MARKS = ("started", "accepted", "not_accepted", "decided", "ready", "issued", "ended")
"""The marks of a case beside those of its tasks."""


def with_time(case: Application, number: int, at: datetime) -> Application:
    """The case as if its event ``number`` had happened at ``at``. What was promised by that event stays as it was said."""

    def moved(mark: Mark | None) -> Mark | None:
        return replace(mark, at=at) if mark is not None and mark.event == number else mark

    tasks = {
        name: replace(task, opened=moved(task.opened), settled=moved(task.settled)) for name, task in case.tasks.items()
    }
    former = None if case.former is None else with_time(case.former, number, at)
    marks = {name: moved(getattr(case, name)) for name in (*MARKS, "reopened")}
    return replace(case, tasks=tasks, former=former, **marks)


def marks(case: Application) -> list[Mark]:
    """The moments that something of a case is measured from or to."""
    own = [getattr(case, name) for name in MARKS]
    return [
        mark for mark in (*own, *(m for t in case.tasks.values() for m in (t.opened, t.settled))) if mark is not None
    ]


class CorrectClericalError(CaseCommand):
    """Correct an earlier event of the case, with a reason and a second person. The event itself stays as it is.

    With ``field`` its right ``value`` is entered: a time (ISO 8601 with its offset), a window, or a channel. Times are
    corrected once the case has ended: until then limits run from them. That of the receipt is corrected before, too, while
    acceptance is not decided; the limit for the notice then runs from the right time.
    """

    roles: ClassVar = frozenset({Role.FRONT_DESK, Role.REVIEWER, Role.HEAD, Role.ISSUER})

    corrects: Annotated[int, Field(ge=1)]
    correction: Text
    reason: Text
    confirmed_by: Identifier
    field: Correctable | None = None
    value: Text | None = None

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        if self.corrects > known(case).version:
            raise RuleBroken(
                "rule 10",
                f"case {self.case_id} has {number_of(case.version, 'event')}; there is no number {self.corrects}",
            )
        if self.confirmed_by == self.actor.person:
            raise RuleBroken("rule 10", "a correction must be confirmed by a second person; name a colleague")
        city.colleague(self.confirmed_by, self.occurred_at, self.roles, hall=case.hall)
        if (self.field is None) != (self.value is None):
            raise RuleBroken("rule 10", "name both the field and its correct value, or neither")
        return [
            ClericalErrorCorrected(
                corrects=self.corrects,
                correction=self.correction,
                reason=self.reason,
                confirmed_by=self.confirmed_by,
                field=self.field,
                value=self._value(case, city),
            )
        ]

    def _value(self, case: Application, city: City) -> str | None:
        """The right value as the event holds it."""
        if self.field is None or self.value is None:
            return None
        if self.field is Correctable.OCCURRED_AT:
            return self._time(case, self.value)
        if case.started is None or case.started.event != self.corrects or case.hall is None or case.imported:
            raise RuleBroken(
                "rule 10",
                f"the {self.field} of case {self.case_id} was entered by its intake, not by event {self.corrects}",
            )
        if self.field is Correctable.CHANNEL:
            others = [c.value for c in Channel if c not in (Channel.WINDOW, Channel.IMPORT)]
            if case.channel is Channel.WINDOW or self.value not in others:
                raise RuleBroken(
                    "rule 10",
                    f"channel: a case without a window can only have come by {', '.join(others)}; name one of them",
                )
        else:
            if case.window is None:
                raise RuleBroken(
                    "rule 10", f"window: case {self.case_id} was not received at a window; there is none to correct"
                )
            check_window(city, case.hall, self.value)
        return self.value

    def _of_the_receipt(self, case: Application) -> bool:
        """Whether it is about the receipt of a case whose acceptance is not decided: the limit for the notice runs from it."""
        undecided = case.accepted is None and case.not_accepted is None
        return undecided and case.started is not None and case.started.event == self.corrects

    def _time(self, case: Application, text: str) -> str:
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            at = None
        if at is None or at.tzinfo is None:
            raise RuleBroken(
                "rule 10", f"value {text!r} is not a time with an offset; write it as 2025-03-03T09:30+08:00"
            )
        if case.ended is None and not self._of_the_receipt(case):
            raise RuleBroken(
                "rule 10",
                f"limits of case {self.case_id} still run; correct a time after the case has ended, or the time of receipt before acceptance is decided",
            )
        at = at.astimezone(UTC)
        said = next((mark for mark in marks(case) if mark.event == self.corrects), None)
        if said is None or said.at == at:
            raise RuleBroken(
                "rule 10",
                f"no time of case {self.case_id} is measured from event {self.corrects}, or the event has this time already; there is nothing to correct",
            )
        others = [mark for mark in marks(case) if mark.event != self.corrects]
        earlier = [mark.at for mark in others if (mark.at, mark.event) < (said.at, said.event)]
        later = [mark.at for mark in others if (mark.at, mark.event) > (said.at, said.event)]
        if not max(earlier, default=at) <= at <= min(later, default=self.occurred_at):
            raise RuleBroken(
                "rule 7",
                f"value {text}: event {self.corrects} must stay between the events before and after it; name a time between theirs",
            )
        return stamp(at)
