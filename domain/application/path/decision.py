"""The decision (决定) on the application as a whole, and the result made ready."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec.structs import replace

from domain.application.command import CaseCommand, in_status
from domain.application.components import ItemResult
from domain.application.parts import PartStatus, apart, part_statuses, parts, settled
from domain.application.path.item_by_item import check_item, decided_as_a_whole, decided_by, result_of, with_result
from domain.application.path.materials import ContentHash
from domain.application.state import Application
from domain.application.terms import Outcome, Status, TaskStatus
from domain.catalogue.separation import Station
from domain.errors import RuleBroken
from domain.record import ADDED, Act, Event, Identifier, Role, Text, event

if TYPE_CHECKING:
    from domain.city import City


@dataclass(frozen=True, slots=True, kw_only=True)
class PartDecided:
    """What was decided on one item of several.

    ``because_of`` is the item with which it falls, where its package falls as a whole: nobody decided on its own merits.
    """

    item_id: str
    granted: bool
    because_of: str | None = None


@event("application.decided", "决定 decided", schema=3)
class Decided(Event):
    """Granted or refused, with reasons, legal basis and, when refused, the remedies.

    ``outcome`` is None only where an imported log does not say. Schema 2 says it for each item where there are several,
    schema 3 which of them fell with another.
    """

    outcome: Outcome | None
    reasons: str | None = None
    legal_basis: str | None = None
    remedies: str | None = None
    parts: tuple[PartDecided, ...] = ()

    def evolve(self, state: Application, act: Act) -> Application:
        by = (*state.decided_by, act.actor.person) if act.source is None else state.decided_by
        fell_with = {p.item_id: p.because_of for p in self.parts if p.because_of is not None}
        told = replace(state, item_outcomes=self._of_items(state), fell_with=fell_with, decided_by=by)
        return decided_as_a_whole(told, self.outcome, state.mark(act))

    def _of_items(self, state: Application) -> dict[str, Outcome]:
        """What became of each item; all of them stand or fall together where nothing else is said."""
        if self.parts:
            return {
                p.item_id: Outcome.GRANTED if p.granted else Outcome.REFUSED for p in self.parts if p.because_of is None
            }
        if self.outcome is None:
            return {}
        return {ref.item_id: self.outcome for ref in state.active_items}


@event("application.item_decided", "单项决定 item decided")
class ItemDecided(Event):
    """One item of several that are handed over each as it is done is granted or refused; with the last the case is decided."""

    item_id: str
    granted: bool
    reasons: str | None = None
    legal_basis: str | None = None
    remedies: str | None = None

    def evolve(self, state: Application, act: Act) -> Application:
        outcome = Outcome.GRANTED if self.granted else Outcome.REFUSED
        told = replace(
            state,
            item_outcomes={**state.item_outcomes, self.item_id: outcome},
            decided_by=(*state.decided_by, act.actor.person),
        )
        here = state.mark(act)
        return with_result(told, self.item_id, ItemResult(decided=here), here)


@event("application.item_result_ready", "单项出件 result of an item ready")
class ItemResultReady(Event):
    """The result of one item is made out and waits to be handed over."""

    item_id: str
    content_hash: str

    def evolve(self, state: Application, act: Act) -> Application:
        here, result = state.mark(act), result_of(state, self.item_id)
        assert result is not None
        told = replace(state, made_ready_by=(*state.made_ready_by, act.actor.person))
        return with_result(told, self.item_id, replace(result, ready=here), here)


@event("application.result_ready", "出件 result ready")
class ResultReady(Event):
    """The result (licence, certificate, refusal) is made out and waits to be handed over."""

    content_hash: str

    def evolve(self, state: Application, act: Act) -> Application:
        by = (*state.made_ready_by, act.actor.person)
        return replace(state, status=Status.RESULT_READY, ready=state.mark(act), made_ready_by=by)


class Decide(CaseCommand):
    """Decide on each item (article 38): granted when all its tasks are approved, else refused (rule 6).

    In a package that stands or falls as a whole one refusal refuses all of it. ``outcome`` is what that makes of the whole.
    With ``item_id`` that item alone is decided, by its own department where there is no package, else where its package hands over each
    as it is done.
    """

    roles: ClassVar = frozenset({Role.REVIEWER, Role.HEAD})
    of_department: ClassVar = "the case"
    station: ClassVar = Station.DECIDING

    outcome: Outcome
    reasons: Text | None = None
    legal_basis: Text | None = None
    remedies: Text | None = None
    item_id: Annotated[Identifier | None, ADDED] = None

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        in_status(case, "the decision", "rule 1", Status.IN_REVIEW)
        if self.item_id is not None:
            return self._of_item(self.item_id, case, city)
        if self.actor.department != case.department:
            raise RuleBroken(
                "rule 5",
                f"only the lead department {case.department} can decide case {self.case_id}, not {self.actor.department}; ask there",
            )
        if not settled(case, city):
            waiting = [t.task_id for t in case.tasks.values() if t.unsettled]
            raise RuleBroken(
                "rule 6", f"case {self.case_id} waits for the approval of {', '.join(waiting)}; decide it afterwards"
            )
        self._no_procedure(case)
        stand = part_statuses(case, parts(case, city))
        expected = self._expected(list(stand.values()), case, city)
        if self.outcome is not expected:
            refused = [t.task_id for t in case.tasks.values() if t.status is TaskStatus.REFUSED]
            why = f"{', '.join(refused)} refused" if refused else "every task is approved"
            raise RuleBroken("rule 6", f"case {self.case_id} cannot be {self.outcome}: {why}; decide it {expected}")
        self._with_reasons(expected)
        decided = self._parts(case, city, stand, expected)
        return [
            Decided(
                outcome=self.outcome,
                reasons=self.reasons,
                legal_basis=self.legal_basis,
                remedies=self.remedies,
                parts=decided if len(stand) > 1 else (),
            )
        ]

    def _parts(
        self, case: Application, city: City, stand: dict[str, PartStatus], outcome: Outcome
    ) -> tuple[PartDecided, ...]:
        """What is decided on each item. In a package that falls as a whole the others fall with the first that is refused itself."""
        refused = [task.item_id for task in case.tasks.values() if task.status is TaskStatus.REFUSED]
        falls = outcome is Outcome.REFUSED and not apart(case, city)
        return tuple(
            PartDecided(
                item_id=name,
                granted=how is PartStatus.APPROVED and outcome is not Outcome.REFUSED,
                because_of=refused[0] if falls and name not in refused else None,
            )
            for name, how in stand.items()
        )

    def _of_item(self, item: str, case: Application, city: City) -> Sequence[Event]:
        """What is decided on one item."""
        check_item(case, city, item)
        department = decided_by(case, city, item)
        if self.actor.department != department:
            raise RuleBroken(
                "rule 5",
                f"only its department {department} can decide {item} of case {self.case_id}, not {self.actor.department}; ask there",
            )
        if item in case.item_results:
            raise RuleBroken("rule 1", f"{item} of case {self.case_id} is {case.item_outcomes[item]} already")
        how = part_statuses(case, parts(case, city))[item]
        if how is PartStatus.OPEN:
            open_tasks = [task.task_id for task in case.tasks.values() if task.item_id == item and task.unsettled]
            waiting = ", ".join(open_tasks) or "others before it"
            raise RuleBroken(
                "rule 6", f"{item} of case {self.case_id} waits for the approval of {waiting}; decide it afterwards"
            )
        self._no_procedure(case)
        expected = Outcome.GRANTED if how is PartStatus.APPROVED else Outcome.REFUSED
        if self.outcome is not expected:
            raise RuleBroken(
                "rule 6", f"{item} of case {self.case_id} cannot be {self.outcome}: it is {how}; decide it {expected}"
            )
        self._with_reasons(expected)
        return [
            ItemDecided(
                item_id=item,
                granted=how is PartStatus.APPROVED,
                reasons=self.reasons,
                legal_basis=self.legal_basis,
                remedies=self.remedies,
            )
        ]

    def _with_reasons(self, expected: Outcome) -> None:
        if expected is not Outcome.GRANTED and not (self.reasons and self.legal_basis and self.remedies):
            raise RuleBroken(
                "article 38", "a refusal must name its reasons, its legal basis and the remedies; give all three"
            )

    def _expected(self, stand: Sequence[PartStatus], case: Application, city: City) -> Outcome:
        """What follows from the departments' parts: all of them approved, or one refused; each by itself where agreed."""
        if all(how is PartStatus.APPROVED for how in stand):
            return Outcome.GRANTED
        return Outcome.PARTLY_GRANTED if apart(case, city) and PartStatus.APPROVED in stand else Outcome.REFUSED

    def _no_procedure(self, case: Application) -> None:
        """Raise ``RuleBroken`` while a hearing, an inspection or the like is under way."""
        under_way = [f"{s.suspension_id} ({s.ground})" for s in case.suspensions if s.holds_the_decision]
        if under_way:
            raise RuleBroken(
                "article 48",
                f"case {self.case_id} waits for the result of {', '.join(under_way)}; resume its clock first",
            )


class MakeResultReady(CaseCommand):
    """Put the result out for handing over; ``content_hash`` is of the document. With ``item_id`` it is that of one item alone."""

    roles: ClassVar = frozenset({Role.REVIEWER, Role.HEAD})

    content_hash: ContentHash
    item_id: Annotated[Identifier | None, ADDED] = None

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        if self.item_id is None:
            in_status(case, "making the result ready", "rule 1", Status.DECIDED)
            return [ResultReady(content_hash=self.content_hash)]
        in_status(case, "making the result of an item ready", "rule 1", Status.IN_REVIEW, Status.DECIDED)
        check_item(case, city, self.item_id)
        result = result_of(case, self.item_id)
        if result is None or result.ready is not None:
            how = "not decided yet" if result is None else "ready already"
            raise RuleBroken("rule 1", f"the result of {self.item_id} of case {self.case_id} is {how}")
        return [ItemResultReady(item_id=self.item_id, content_hash=self.content_hash)]
