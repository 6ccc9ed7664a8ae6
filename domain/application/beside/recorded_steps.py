"""What a log from elsewhere says happened. It is taken as it is: nobody decides anew what was done years ago."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace

from domain.application.beside.withdrawal import Withdrawn
from domain.application.command import CaseCommand, LoggedNumber
from domain.application.components import ItemRef
from domain.application.limits.suspension import ClockResumed, ClockStopped
from domain.application.path.decision import Decided
from domain.application.path.feedback import ResultIssued
from domain.application.path.intake import IntakeRegistered
from domain.application.state import Application
from domain.application.terms import Channel, Ground, Status
from domain.errors import RuleBroken
from domain.record import Act, Event, Identifier, Role, Source, event

if TYPE_CHECKING:
    from domain.city import City


class Meaning(StrEnum):
    """The domain events that a log's activity may stand for."""

    INTAKE = IntakeRegistered.type_name
    CLOCK_STOPPED = ClockStopped.type_name
    CLOCK_RESUMED = ClockResumed.type_name
    DECIDED = Decided.type_name
    ISSUED = ResultIssued.type_name
    WITHDRAWN = Withdrawn.type_name


@event("application.step_recorded", "步骤 step recorded")
class StepRecorded(Event):
    """A step of the case that has no meaning in the domain; its source says everything the log said."""

    activity: str

    def evolve(self, state: Application, act: Act) -> Application:
        source = act.source
        return replace(
            state,
            status=Status.IMPORTED if state.status is Status.NEW else state.status,
            channel=state.channel or Channel.IMPORT,
            channel_label=state.channel_label or (source and source.channel),
            department=state.department or (source and source.department),
            hall=state.hall or act.actor.hall,
            started=state.started or state.mark(act),
        )


class RecordStep(CaseCommand):
    """Record one row of a log, with the meaning the mapping gives its activity.

    Where the meaning does not fit the case as it stands (a second intake, a clock that stands already), the row
    is kept as a plain step: a real log does not know our rules, and nothing of it is lost.
    """

    roles: ClassVar = frozenset({Role.IMPORTER})

    case_id: LoggedNumber
    hall: Identifier
    item: Identifier
    meaning: Meaning | None = None
    source: Source

    def hall_of(self, state: Application) -> str | None:
        """That of the case: its rows count by one calendar, whatever hall a later one names."""
        return state.hall or self.hall

    def not_before(self, state: Application) -> None:
        """A log's times may run backwards; its order stands, and the case's clock does not follow them back."""

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        if case.version and not case.imported:
            raise RuleBroken(
                "import",
                f"case {self.case_id} was received in this system, and as an imported case it would leave every list; map the cases of the log to other numbers",
            )
        return [self._meant(case, city) or StepRecorded(activity=self.source.activity)]

    def _meant(self, case: Application, city: City) -> Event | None:
        under_way = case.started is not None and case.ended is None
        running = list(case.open_stops)
        match self.meaning:
            case Meaning.INTAKE if not case.items:
                item = city.item(self.item)
                return IntakeRegistered(
                    items=(ItemRef(item.item_id, len(item.versions)),),
                    channel=Channel.IMPORT,
                    department=self.source.department or item.versions[-1].lead_department,
                    hall=self.hall,
                    zone=None,
                    window=None,
                    layout=city.hall(self.hall).layout,
                    applicant=None,
                )
            case Meaning.CLOCK_STOPPED if under_way and not running:
                return ClockStopped(
                    suspension_id=f"step-{self.source.ordinal}", ground=Ground.SUPPLEMENT, notice=self.source.activity
                )
            case Meaning.CLOCK_RESUMED if running:
                return ClockResumed(suspension_id=running[0].suspension_id)
            case Meaning.DECIDED if under_way and case.decided is None:
                return Decided(outcome=None)
            case Meaning.ISSUED if case.decided is not None and case.issued is None:
                return ResultIssued(delivery=None)
            case Meaning.WITHDRAWN if under_way and case.decided is None:
                return Withdrawn()
            case _:
                return None
