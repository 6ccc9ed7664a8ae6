"""Who broke the promise of a deferred acceptance (容缺受理) before may be excluded from it: by a hall, heeded by all of them.

A promise is broken in one case and matters in others, which know nothing of it. So whoever is excluded stands in the hall's
history, which every command is decided by anyway, with the event that broke the promise.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

from msgspec.structs import replace
from pydantic import Field

from domain.errors import AlreadyDone, RuleBroken
from domain.hall.command import HallCommand
from domain.hall.hall import Exclusion, Hall
from domain.record import Act, Event, Identifier, Text, event
from domain.time.written import Moment

if TYPE_CHECKING:
    from domain.city import City


@event("hall.applicant_excluded", "不予容缺 applicant excluded from deferring")
class ApplicantExcluded(Event):
    """Nothing is deferred for an applicant until a moment (UTC), or for good: event ``lapse`` of ``case_id`` says why."""

    applicant_id: str
    case_id: str
    lapse: int
    until: datetime | None
    reason: str

    def evolve(self, state: Hall, act: Act) -> Hall:
        exclusion = Exclusion(self.applicant_id, self.case_id, act.occurred_at, self.until)
        return replace(state, exclusions=(*state.exclusions, exclusion))


@event("hall.applicant_readmitted", "恢复容缺 applicant readmitted to deferring")
class ApplicantReadmitted(Event):
    """An exclusion ends before its time."""

    applicant_id: str
    reason: str

    def evolve(self, state: Hall, act: Act) -> Hall:
        return replace(
            state,
            exclusions=tuple(
                replace(each, until=act.occurred_at) if each.holds_for(self.applicant_id, act.occurred_at) else each
                for each in state.exclusions
            ),
        )


def exclusion(city: City, applicant_id: str, moment: datetime) -> tuple[Hall, Exclusion] | None:
    """What excludes an applicant from deferred acceptance at a moment, and the hall that said so."""
    every = ((hall, each) for hall in city.halls.values() for each in hall.exclusions)
    return next(((hall, each) for hall, each in every if each.holds_for(applicant_id, moment)), None)


class ExcludeApplicant(HallCommand):
    """Exclude an applicant; event number ``lapse`` of the case is the promise that was not kept."""

    applicant_id: Identifier
    case_id: Identifier
    lapse: Annotated[int, Field(ge=1)]
    until: Moment | None = None
    reason: Text

    def decide(self, state: Hall, city: City) -> Sequence[Event]:
        if any(each.holds_for(self.applicant_id, self.occurred_at) for each in self.opened(state).exclusions):
            raise AlreadyDone("deferred acceptance", f"hall {self.hall_id} excludes {self.applicant_id} already")
        if self.until is not None and self.until <= self.occurred_at:
            raise RuleBroken(
                "deferred acceptance", f"until {self.until.isoformat()} lies in the past; name a later time"
            )
        return [
            ApplicantExcluded(
                applicant_id=self.applicant_id,
                case_id=self.case_id,
                lapse=self.lapse,
                until=self.until and self.until.astimezone(UTC),
                reason=self.reason,
            )
        ]


class ReadmitApplicant(HallCommand):
    """End an exclusion now."""

    applicant_id: Identifier
    reason: Text

    def decide(self, state: Hall, city: City) -> Sequence[Event]:
        if not any(each.holds_for(self.applicant_id, self.occurred_at) for each in self.opened(state).exclusions):
            raise RuleBroken("deferred acceptance", f"hall {self.hall_id} does not exclude {self.applicant_id} now")
        return [ApplicantReadmitted(applicant_id=self.applicant_id, reason=self.reason)]
