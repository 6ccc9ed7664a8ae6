"""Intake (收件): the application and its applicant are received; the catalogue versions are pinned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from domain.application.command import CaseCommand
from domain.application.state import Application, Channel, ItemRef, Status
from domain.errors import RuleBroken, UnknownReference
from domain.hall import Layout, Window
from domain.people import Applicant, ApplicantKind, SealedApplicant
from domain.record import Act, Event, Identifier, event
from domain.sealing import Vault

if TYPE_CHECKING:
    from domain.city import City


@event("application.intake_registered", schema=2)
class IntakeRegistered(Event):
    """The application is received. Schema 2 holds several items; schema 1 held exactly one."""

    items: tuple[ItemRef, ...]
    channel: Channel
    department: str
    hall: str
    zone: ApplicantKind | None
    window: str | None
    layout: Layout
    applicant: SealedApplicant | None

    def evolve(self, state: Application, act: Act) -> Application:
        here = state.mark(act)
        return replace(
            state,
            status=Status.RECEIVED,
            channel=self.channel,
            channel_label=(act.source and act.source.channel) or self.channel.value,
            items=self.items,
            department=(act.source and act.source.department) or self.department,
            applicant=self.applicant,
            hall=self.hall,
            zone=self.zone,
            window=self.window,
            layout=self.layout,
            started=state.started or here,
        )


class RegisterIntake(CaseCommand):
    """Receive an application at a window, online, by kiosk or by post.

    ``items`` are service item ids; each is pinned at the version in force on the hall's local day (rule 2).
    """

    items: tuple[Identifier, ...]
    channel: Channel
    hall: Identifier
    window: Identifier | None = None
    applicant: Applicant | SealedApplicant

    def sealed(self, vault: Vault) -> RegisterIntake:
        if isinstance(self.applicant, SealedApplicant):
            return self
        return self.model_copy(update={"applicant": self.applicant.sealed(vault)})

    def hall_of(self, state: Application) -> str | None:
        return self.hall

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        if case.version:
            raise RuleBroken("rule 8", f"case {self.case_id} is already registered; use another case number")
        assert isinstance(self.applicant, SealedApplicant)
        if not self.items:
            raise RuleBroken("intake", f"case {self.case_id} names no service item; name at least one")
        hall = city.hall(self.hall)
        window = self._window(city)
        today = city.calendar(self.hall, city.calendar_version(self.hall)).local_day(self.occurred_at)
        in_force = [(item_id, city.item(item_id).in_force(today)) for item_id in dict.fromkeys(self.items)]
        for item_id, version in in_force:
            if version.zone is not self.applicant.kind:
                raise RuleBroken(
                    "intake",
                    f"service item {item_id} is for a {version.zone}, the applicant is a {self.applicant.kind}",
                )
        return [
            IntakeRegistered(
                items=tuple(ItemRef(item_id, version.version) for item_id, version in in_force),
                channel=self.channel,
                department=in_force[0][1].lead_department,
                hall=self.hall,
                zone=in_force[0][1].zone,
                window=window.window_id if window else None,
                layout=hall.layout,
                applicant=self.applicant,
            )
        ]

    def _window(self, city: City) -> Window | None:
        if (self.window is None) == (self.channel is Channel.WINDOW):
            raise RuleBroken("intake", "a window is named exactly when the channel is 'window'")
        if self.channel is Channel.IMPORT:
            raise RuleBroken("intake", "the channel 'import' is for imported logs; use `onewindow import`")
        if self.window is None:
            return None
        window = city.hall(self.hall).windows.get(self.window)
        if window is None:
            raise UnknownReference(f"hall {self.hall} has no window {self.window}")
        if not window.receives:
            raise RuleBroken(
                "intake", f"window {self.window} of hall {self.hall} hands out results; go to an intake window"
            )
        return window
