"""Claiming (认领): a front desk takes a case of its hall's list into its own hands.

In that list stands what came online, by kiosk, by post or from another hall, and what a window held that closed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace

from domain.application.command import CaseCommand, known
from domain.application.path.intake import check_window
from domain.application.state import Application
from domain.catalogue.separation import Station
from domain.errors import RuleBroken
from domain.hall.hall import Duty
from domain.record import Act, Event, Role, event

if TYPE_CHECKING:
    from domain.city import City


@event("application.intake_claimed", "认领 taken in hand by a front desk")
class IntakeClaimed(Event):
    """A front desk took the case into its hands, at a window of a hall. From here on it is who receives the application.

    Whoever received it before stays among those who acted at a front desk (``Application.at_the_desk``).
    """

    hall: str
    window: str

    def evolve(self, state: Application, act: Act) -> Application:
        return replace(state, window=self.window, received_by=act.actor.person)


class ClaimIntake(CaseCommand):
    """Take a case of the hall's list into one's hands, at the window where one sits."""

    roles: ClassVar = frozenset({Role.FRONT_DESK})
    duty: ClassVar = Duty.INTAKE
    station: ClassVar = Station.RECEIVING

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        if not known(case).under_way or case.imported or case.hall is None:
            raise RuleBroken("intake", f"case {self.case_id} is {case.status}; there is nothing to claim")
        window = self._window(case, case.hall, city)
        keeper = city.hall(case.hall).keeper(case.window, case.zone)
        if keeper is not None:
            raise RuleBroken(
                "intake",
                f"case {self.case_id} is handled by window {keeper.window_id} of hall {case.hall}; claim a case from the hall's list, see `onewindow intake`",
            )
        return [IntakeClaimed(hall=case.hall, window=window)]

    def _window(self, case: Application, hall: str, city: City) -> str:
        seat = self.actor
        if seat.window is None or seat.hall != hall:
            raise RuleBroken("rule 11", f"case {self.case_id} is at hall {hall}; name your window in that hall")
        window = check_window(city, hall, seat.window)
        if case.zone is not None and window.zone != case.zone:
            raise RuleBroken(
                "intake",
                f"window {window.window_id} serves the zone {window.zone}, but case {self.case_id} is of {case.zone}; claim it at a window of that zone",
            )
        return window.window_id
