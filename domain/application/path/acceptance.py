"""Acceptance and refusal to accept (受理 / 不予受理): here the clock of the decision starts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec.structs import replace

from domain.application.command import CaseCommand, calendar, in_status, versions
from domain.application.limits.both_limits import begun
from domain.application.parts import apart, parts
from domain.application.path.approvals import due_tasks
from domain.application.path.materials import ContentHash, not_asked_any_more
from domain.application.path.part_not_accepted import PartNotAccepted
from domain.application.state import Application
from domain.application.terms import NotAccepted, Status, Verdict
from domain.catalogue.separation import Station
from domain.city import checklist
from domain.errors import NotAllowed, RuleBroken
from domain.hall.hall import Duty
from domain.record import ADDED, Act, Event, Identifier, Role, Text, event
from domain.time.working_time import Unit

if TYPE_CHECKING:
    from domain.city import City

WAITS_FOR_ACCEPTANCE = (Status.RECEIVED, Status.SUPPLEMENTING)


@event("application.accepted", "受理 accepted", schema=2)
class Accepted(Event):
    """The application is accepted; a decision is promised by ``due_at`` (UTC), counted in ``unit``.

    Schema 2 says by when the law wants it (None where it names no limit), and when the lights of both limits turn yellow.
    """

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
        )


@event("application.acceptance_refused", "不予受理 acceptance refused", schema=3)
class AcceptanceRefused(Event):
    """The application is not accepted: what was noticed did not come, or the matter is not for this office.

    Schema 2 says the ground, of a closed list. Schema 3 has the paper about it (不予受理决定书): ``content_hash`` is of its
    document, and the case ends when it is handed over; before, the refusal ended it. ``competent_office`` is where to apply instead.
    """

    materials: tuple[str, ...]
    reasons: str
    legal_basis: str
    ground: NotAccepted | None = None
    competent_office: str | None = None
    remedies: str | None = None
    content_hash: str | None = None

    def evolve(self, state: Application, act: Act) -> Application:
        here = state.mark(act)
        if self.content_hash is None:
            return replace(state, status=Status.NOT_ACCEPTED, ended=here)
        by = act.actor.person
        return replace(state, status=Status.NOT_ACCEPTED, not_accepted=here, not_accepted_by=by, ready=here)


def by_somebody_else(case: Application, person: str) -> None:
    """Raise ``NotAllowed`` where somebody decides on the acceptance anew who refused it before the appeal."""
    former = case.former
    if case.accept_by is not None and former is not None and former.not_accepted_by == person:
        raise NotAllowed(
            "appeal",
            f"{person} refused to accept case {case.case_id} before the appeal; a colleague must decide on it now",
        )


class Accept(CaseCommand):
    """Accept the application once every material is accepted, waived or deferred."""

    roles: ClassVar = frozenset({Role.FRONT_DESK})
    duty: ClassVar = Duty.INTAKE
    station: ClassVar = Station.RECEIVING

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        in_status(case, "acceptance", "rule 1", *WAITS_FOR_ACCEPTANCE)
        by_somebody_else(case, self.actor.person)
        pinned = versions(case, city)
        settled = (Verdict.ACCEPTED, Verdict.WAIVED, Verdict.DEFERRED)
        lacking = [m for m in checklist(pinned) if case.material(m).verdict not in settled]
        if lacking:
            raise RuleBroken(
                "article 32",
                f"case {self.case_id} cannot be accepted yet: {', '.join(lacking)} not accepted, waived or deferred; check these materials first",
            )
        days = calendar(case, city)
        limits = begun(case, city, self.occurred_at)
        opened = due_tasks(case, parts(case, city), frozenset(), self.occurred_at, days, limits.due_at)
        return [Accepted(**limits._asdict()), *opened]


class RefuseAcceptance(CaseCommand):
    """Refuse to accept, by a paper that is handed over as a result is. What the one-time notice did not name is no reason (rule 4).

    ``content_hash`` is of the paper, ``competent_office`` where to apply instead of an office that has not the powers. With ``item_id``
    that item alone is not accepted, where each is decided by itself; the others go on.
    """

    roles: ClassVar = frozenset({Role.FRONT_DESK})
    duty: ClassVar = Duty.INTAKE
    station: ClassVar = Station.RECEIVING

    materials: tuple[Identifier, ...] = ()
    reasons: Text
    legal_basis: Text
    ground: Annotated[NotAccepted | None, ADDED] = None
    competent_office: Annotated[Text | None, ADDED] = None
    remedies: Annotated[Text | None, ADDED] = None
    content_hash: Annotated[ContentHash | None, ADDED] = None
    item_id: Annotated[Identifier | None, ADDED] = None

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        in_status(case, "refusing acceptance", "rule 1", *WAITS_FOR_ACCEPTANCE)
        by_somebody_else(case, self.actor.person)
        for material in self.materials:
            if case.noticed is None or material not in case.noticed:
                raise RuleBroken(
                    "rule 4",
                    f"material {material} was not named by the one-time notice of case {self.case_id}; give notice first",
                )
        ground = self._ground()
        if ground is NotAccepted.INCOMPLETE:
            self._still_lacking(case)
        self._paper(ground)
        if self.item_id is not None:
            return self._of_item(self.item_id, ground, case, city)
        return [
            AcceptanceRefused(
                materials=self.materials,
                reasons=self.reasons,
                legal_basis=self.legal_basis,
                ground=ground,
                competent_office=self.competent_office,
                remedies=self.remedies,
                content_hash=self.content_hash,
            )
        ]

    def _of_item(self, item: str, ground: NotAccepted, case: Application, city: City) -> Sequence[Event]:
        """What follows where one item is not accepted. Raises ``RuleBroken`` where it cannot be apart from the others."""
        left = {part.item_id: part.version for part in parts(case, city)}
        if item not in left or len(left) == 1 or not apart(case, city):
            raise RuleBroken(
                "article 32",
                f"item_id: case {self.case_id} has {', '.join(left)}; one item can be refused alone only where items are decided separately and another one is left, so leave it out to refuse the whole case",
            )
        if strange := set(self.materials).difference(checklist((left[item],))):
            raise RuleBroken(
                "article 32", f"materials: {item} does not ask for {', '.join(sorted(strange))}; leave it out"
            )
        assert self.remedies is not None
        assert self.content_hash is not None
        refused = PartNotAccepted(
            item_id=item,
            ground=ground,
            materials=self.materials,
            reasons=self.reasons,
            legal_basis=self.legal_basis,
            remedies=self.remedies,
            content_hash=self.content_hash,
            competent_office=self.competent_office,
        )
        after = replace(case, withdrawn_parts=(*case.withdrawn_parts, item))
        return [refused, *not_asked_any_more(case, after, city, f"不予受理 {item}: not asked for any more")]

    def _paper(self, ground: NotAccepted) -> None:
        """Raise ``RuleBroken`` unless there is a paper that says what it has to."""
        if (ground is NotAccepted.NOT_IN_POWERS) is not (self.competent_office is not None):
            raise RuleBroken(
                "article 32",
                f"competent_office: case {self.case_id} is refused as {ground}; name another office if the ground is {NotAccepted.NOT_IN_POWERS}, and only then",
            )
        if self.content_hash is None or self.remedies is None:
            raise RuleBroken(
                "article 32",
                f"content_hash, remedies: acceptance of case {self.case_id} is refused by a written decision with date, seal and remedies; name its document and the remedies",
            )

    def _ground(self) -> NotAccepted:
        """The ground, which follows from the materials where it is not said."""
        ground = NotAccepted.INCOMPLETE if self.ground is None and self.materials else self.ground
        if ground is None or (ground is NotAccepted.INCOMPLETE) is not bool(self.materials):
            raise RuleBroken(
                "article 32",
                f"ground: acceptance of case {self.case_id} can be refused as {NotAccepted.NOT_REQUIRED}, {NotAccepted.NOT_IN_POWERS} or {NotAccepted.INCOMPLETE}; name materials with the last ground, and only with it",
            )
        return ground

    def _still_lacking(self, case: Application) -> None:
        """Raise ``RuleBroken`` unless the time that the notice gave is over, and all of this is still not in order."""
        there = [m for m in self.materials if m not in case.lacking]
        if there:
            raise RuleBroken(
                "article 32",
                f"case {self.case_id}: {', '.join(there)} was handed in and not found defective; check it, or leave it out",
            )
        if case.answer_by is not None and self.occurred_at < case.answer_by:
            raise RuleBroken(
                "article 32",
                f"case {self.case_id}: the applicant may supplement until {case.answer_by.isoformat()}; do not refuse it as incomplete before then",
            )
