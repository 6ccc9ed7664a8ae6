"""Evaluation (好差评): the applicant rates the service; one of the two lowest grades is verified, mended, replied to, called back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec.structs import replace
from pydantic import Field

from domain.application.command import CaseCommand, calendar, in_status, known, versions
from domain.application.components import Rectification
from domain.application.path import rating_code
from domain.application.path.materials import ContentHash
from domain.application.state import Application
from domain.application.terms import Status
from domain.catalogue.separation import Station
from domain.errors import RuleBroken
from domain.record import ADDED, ANONYMOUS, Act, Event, Identifier, Role, Text, event
from domain.sealing import Sealed, Vault, sealed_only

if TYPE_CHECKING:
    from domain.city import City

BAD = 2
"""The grades up to here open a rectification."""


@event("application.evaluated", "好差评 evaluated", schema=2)
class Evaluated(Event):
    """The applicant rated the service: 5 very satisfied ... 1 very dissatisfied. Schema 2 knows anonymous ones."""

    grade: int
    tags: tuple[str, ...] = ()
    comment: Sealed | None = None
    anonymous: bool | None = None

    def evolve(self, state: Application, act: Act) -> Application:
        return replace(state, status=Status.EVALUATED, grade=self.grade)


@event("application.rectification_opened", "差评整改 rectification opened")
class RectificationOpened(Event):
    """A bad grade must be looked into, until ``due_at`` (UTC) where the catalogue has a limit for it."""

    grade: int
    due_at: datetime | None

    def evolve(self, state: Application, act: Act) -> Application:
        nobody = act.actor.person == ANONYMOUS and state.rating_code is not None
        return replace(state, rectification=Rectification(state.mark(act), self.due_at, anonymous=nobody))


@event("application.rating_verified", "差评核实 rating verified")
class RatingVerified(Event):
    """Somebody looked into a bad grade: it is ``founded``, or there was nothing to mend, and why."""

    founded: bool
    finding: str

    def evolve(self, state: Application, act: Act) -> Application:
        assert state.rectification is not None
        return replace(state, rectification=replace(state.rectification, verified=self.founded))


@event("application.complaint_closed", "投诉不成立结案 unfounded complaint closed")
class ComplaintClosed(Event):
    """A complaint that was verified as unfounded ends, with what the applicant was told. The grade stays as it was given."""

    reply: str

    def evolve(self, state: Application, act: Act) -> Application:
        assert state.rectification is not None
        return replace(state, rectification=replace(state.rectification, closed=state.mark(act)))


@event("application.rating_replied", "整改反馈 rating replied to")
class RatingReplied(Event):
    """What was mended, and what the applicant was told."""

    measures: str
    reply: str

    def evolve(self, state: Application, act: Act) -> Application:
        assert state.rectification is not None
        return replace(state, rectification=replace(state.rectification, replied_by=act.actor.person))


@event("application.rectification_reviewed", "回访 called back")
class RectificationReviewed(Event):
    """Somebody else called the applicant back: satisfied, and it ends; or not, and it must be mended again."""

    satisfied: bool
    note: str

    def evolve(self, state: Application, act: Act) -> Application:
        assert state.rectification is not None
        closed = state.mark(act) if self.satisfied else None
        replied_by = state.rectification.replied_by if self.satisfied else None
        return replace(state, rectification=replace(state.rectification, closed=closed, replied_by=replied_by))


class Evaluate(CaseCommand):
    """Rate the service after the result was issued, or the paper that refuses acceptance (rule 1), at most once, with the code that was given with it.

    ``code`` is the digest of the code as it was typed (``rating_code.digest_of``). Staff cannot touch the rating.
    """

    roles: ClassVar = frozenset({Role.APPLICANT})
    grade: Annotated[int, Field(ge=1, le=5)]
    tags: tuple[Identifier, ...] = ()
    comment: Text | Sealed | None = None
    anonymous: bool = False
    code: Annotated[ContentHash | None, ADDED] = None

    def sealed(self, vault: Vault) -> Evaluate:
        if not isinstance(self.comment, str):
            return self
        key = f"comment/{self.case_id}"
        return self.model_copy(update={"comment": vault.seal(key, "comment", self.comment)})

    def applicant_of(self, state: Application) -> str | None:
        """Nobody's where it is anonymous: who rates is not known then."""
        return None if self.anonymous or self.actor.person == ANONYMOUS else super().applicant_of(state)

    def for_anybody(self, state: Application) -> bool:
        """One that is anonymous."""
        return self.anonymous or self.actor.person == ANONYMOUS

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        refused = (Status.NOT_ACCEPTED,) if case.not_accepted is not None and case.issued is not None else ()
        in_status(case, "the evaluation", "rule 1", Status.ISSUED, *refused)
        if case.evaluation_closed:
            raise RuleBroken("evaluation", f"the time to evaluate case {self.case_id} is over")
        if self.anonymous != (self.actor.person == ANONYMOUS):
            raise RuleBroken(
                "evaluation",
                f"an anonymous rating must have the person {ANONYMOUS!r}, and no other rating may have it",
            )
        rating_code.check(case, self.code, anonymous=self.anonymous)
        rated = Evaluated(
            grade=self.grade, tags=self.tags, comment=sealed_only(self.comment), anonymous=self.anonymous or None
        )
        if self.grade > BAD or (case.rectification is not None and case.rectification.closed is None):
            return [rated]  # what is being looked into goes on
        limits = [v.limits.rectification for v in versions(case, city) if v.limits.rectification is not None]
        days = calendar(case, city)
        due_at = min((days.due(self.occurred_at, limit) for limit in limits), default=None)
        return [rated, RectificationOpened(grade=self.grade, due_at=due_at)]


class RectificationCommand(CaseCommand):
    """About a bad grade, by somebody whose service it is not about."""

    roles: ClassVar = frozenset({Role.HEAD})
    station: ClassVar = Station.VERIFYING

    def _open(self, case: Application) -> Rectification:
        found = known(case).rectification
        if found is None:
            raise RuleBroken("evaluation", f"case {self.case_id} has no bad rating to handle")
        if found.closed is not None:
            raise RuleBroken("evaluation", f"the rectification of case {self.case_id} is closed")
        if self.actor.person in case.served_by:
            raise RuleBroken(
                "evaluation",
                f"{self.actor.person} served in case {self.case_id}; a person whom the rating is about cannot handle it, ask a colleague",
            )
        return found


class VerifyRating(RectificationCommand):
    """Say whether a bad grade is founded. One that is not is closed with a reply, or called back all the same."""

    founded: bool
    finding: Text

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        if self._open(case).verified is not None:
            raise RuleBroken("evaluation", f"the rating of case {self.case_id} was verified already; reply to it")
        return [RatingVerified(founded=self.founded, finding=self.finding)]


class CloseComplaint(RectificationCommand):
    """Close a complaint that was verified as unfounded, with what the applicant was told."""

    reply: Text

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        found = self._open(case)
        if found.verified is not False:
            how = "not verified yet" if found.verified is None else "founded; reply to it"
            raise RuleBroken(
                "evaluation",
                f"the rating of case {self.case_id} is {how}; only an unfounded complaint is closed in this way",
            )
        return [ComplaintClosed(reply=self.reply)]


class ReplyToRating(RectificationCommand):
    """Say what was mended, and what the applicant was told."""

    measures: Text
    reply: Text

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        found = self._open(case)
        if found.verified is None:
            raise RuleBroken("evaluation", f"verify the rating of case {self.case_id} first")
        if found.replied_by is not None:
            raise RuleBroken("evaluation", f"the rating of case {self.case_id} was replied to; it waits to be reviewed")
        return [RatingReplied(measures=self.measures, reply=self.reply)]


class ReviewRectification(RectificationCommand):
    """Call the applicant back: by another person than the one who replied."""

    satisfied: bool
    note: Text

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        found = self._open(case)
        if found.replied_by is None:
            raise RuleBroken("evaluation", f"nobody has replied to the rating of case {self.case_id} yet")
        if found.replied_by == self.actor.person:
            raise RuleBroken("evaluation", f"{self.actor.person} replied to the rating; another person must review it")
        return [RectificationReviewed(satisfied=self.satisfied, note=self.note)]
