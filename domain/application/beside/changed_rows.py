"""What a later file of a log says otherwise: a row that it has no more, or says differently. Recorded only when somebody wants it.

The event of the row stays as it is (rule 10); a further event names it, and figures are made of the row as it reads now.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec.structs import replace
from pydantic import Field

from domain.application.beside.corrections import with_time
from domain.application.command import CaseCommand, known
from domain.application.components import Correction, LogRow, Mark
from domain.application.state import Application
from domain.application.terms import Correctable
from domain.errors import RuleBroken
from domain.record import Act, Event, Role, Source, Text, event
from domain.time.written import Moment

if TYPE_CHECKING:
    from domain.city import City


@event("application.row_corrected", "行更正 row of the log corrected")
class RowCorrected(Event):
    """The log now says row ``corrects`` (an event's number) so: ``source``, and that it happened at ``at`` (UTC).

    ``calendar`` is the version of the hall's calendar that counts for it.
    """

    corrects: int
    at: datetime
    calendar: int
    source: Source
    reason: str

    def evolve(self, state: Application, act: Act) -> Application:
        at, said = self.at, self.source
        rows = tuple(
            LogRow(Mark(at, self.calendar, self.corrects), row.place, said.activity, said.department)
            if row.mark.event == self.corrects
            else row
            for row in state.rows
        )
        correction = Correction(self.corrects, Correctable.OCCURRED_AT, state.version + 1)
        corrected = replace(state, rows=rows, corrections=(*state.corrections, correction))
        return with_time(corrected, self.corrects, at)


@event("application.row_taken_out", "行删除 row taken out of the log")
class RowTakenOut(Event):
    """The log has row ``corrects`` (an event's number) no more."""

    corrects: int
    reason: str

    def evolve(self, state: Application, act: Act) -> Application:
        return replace(state, rows=tuple(row for row in state.rows if row.mark.event != self.corrects))


class RowCommand(CaseCommand):
    """Speaks of a row of a log, by the number of its event."""

    roles: ClassVar = frozenset({Role.IMPORTER})

    corrects: Annotated[int, Field(ge=1)]
    reason: Text

    def hall_of(self, state: Application) -> None:
        """No calendar counts for the moment at which a file is read; the log may be of years ago."""

    def check_row(self, case: Application) -> None:
        """Raise ``RuleBroken`` unless the event is a row of a log that stands."""
        if all(row.mark.event != self.corrects for row in known(case).rows):
            raise RuleBroken(
                "rule 10",
                f"event {self.corrects} of case {self.case_id} is not a row of a log, or was already taken out",
            )


class CorrectRow(RowCommand):
    """Record how a row of a log reads now."""

    at: Moment
    row: Source

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        self.check_row(case)
        assert case.hall is not None
        version = city.calendar_version(case.hall)
        days = city.calendar(case.hall, version)
        days.is_working_day(days.local_day(self.at))  # raises for a year that the calendar lacks, as for any row
        at = self.at.astimezone(UTC)
        return [RowCorrected(corrects=self.corrects, at=at, calendar=version, source=self.row, reason=self.reason)]


class TakeOutRow(RowCommand):
    """Record that a log has a row no more."""

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        self.check_row(case)
        return [RowTakenOut(corrects=self.corrects, reason=self.reason)]
