"""Transfer (移交): an application goes on at another hall."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace

from domain.application.command import CaseCommand, known
from domain.application.components import Mark
from domain.application.consequences.deadlines import ends_of_the_file
from domain.application.consequences.lapses import DELIVERY
from domain.application.path.approvals import laid_down
from domain.application.state import Application
from domain.errors import AlreadyDone, RuleBroken
from domain.record import Act, Event, Identifier, Role, Text, event

if TYPE_CHECKING:
    from domain.city import City


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptEnd:
    """A limit that is counted from the case file alone and ran already: its name, the event of its beginning, and its end (UTC)."""

    part: str
    since: int
    until: datetime


@event("application.transferred", "移交 transferred to another hall", schema=2)
class Transferred(Event):
    """Another hall goes on with it. Due times stay as they were promised; all its time counts by the new hall's calendar.

    Schema 2 says when those limits end that ran and are counted from the case file alone (notice, delivery, collection): nobody
    gets a day more by a transfer.
    """

    hall: str
    reason: str
    ends: tuple[KeptEnd, ...] = ()

    def evolve(self, state: Application, act: Act) -> Application:
        def here(mark: Mark) -> Mark:
            return replace(mark, calendar=act.calendar)

        tasks = {
            name: replace(task, opened=here(task.opened), settled=task.settled and here(task.settled))
            for name, task in state.tasks.items()
        }
        return replace(
            state,
            hall=self.hall,
            window=None,
            tasks=tasks,
            started=state.started and here(state.started),
            supplemented=state.supplemented and here(state.supplemented),
            accepted=state.accepted and here(state.accepted),
            not_accepted=state.not_accepted and here(state.not_accepted),
            decided=state.decided and here(state.decided),
            ready=state.ready and here(state.ready),
            parts_not_accepted={
                item: replace(paper, decided=here(paper.decided), ready=paper.ready and here(paper.ready))
                for item, paper in state.parts_not_accepted.items()
            },
            item_results={
                item: replace(result, decided=here(result.decided), ready=result.ready and here(result.ready))
                for item, result in state.item_results.items()
            },
            counted=tuple(replace(span, calendar=act.calendar or span.calendar) for span in state.counted),
            answering=state.answering and replace(state.answering, calendar=act.calendar or state.answering.calendar),
            recounted=None,
            materials={
                name: replace(m, promised_under=act.calendar) if m.promised_under is not None else m
                for name, m in state.materials.items()
            },
            held=() if any(each.part.startswith(DELIVERY) for each in self.ends) else state.held,
            kept_ends={f"{each.since}:{each.part}": each.until for each in self.ends},
        )


class Transfer(CaseCommand):
    """Hand an application over to another hall, while it is under way. Whoever of this one holds a task of it holds it no more."""

    roles: ClassVar = frozenset({Role.FRONT_DESK, Role.HEAD})
    hall: Identifier
    reason: Text

    def hall_of(self, state: Application) -> str | None:
        return self.hall

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        if not known(case).under_way:
            raise RuleBroken("transfer", f"case {self.case_id} is {case.status}; it is not under way")
        city.hall(self.hall)
        if self.hall == case.hall:
            raise AlreadyDone("transfer", f"case {self.case_id} is at hall {self.hall} already")
        held = [t for t in case.tasks.values() if t.holder is not None and t.unsettled]
        ends = tuple(
            KeptEnd(part=part, since=start.event, until=until)
            for part, (start, until) in ends_of_the_file(case, city).items()
        )
        return [*laid_down(held, self.reason), Transferred(hall=self.hall, reason=self.reason, ends=ends)]
