"""Intake (收件): the application and its applicant are received; the catalogue versions are pinned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace

from domain.application.command import CaseCommand
from domain.application.components import ItemRef, PackageRef
from domain.application.state import Application
from domain.application.terms import Channel, Status
from domain.catalogue.package import PackageVersion
from domain.catalogue.separation import Station
from domain.errors import RuleBroken, Taken
from domain.hall.hall import Duty, Layout, Window
from domain.people.applicant import Applicant, SealedApplicant
from domain.people.applicant_kind import ApplicantKind
from domain.record import Act, Event, Identifier, Role, event
from domain.sealing import IN_THE_CLEAR, NotSealed, Vault

if TYPE_CHECKING:
    from domain.city import City


@event("application.intake_registered", "收件 intake registered", schema=3)
class IntakeRegistered(Event):
    """The application is received. Schema 1 held exactly one item, schema 2 several, schema 3 also a package of them.

    ``conditions`` are what the applicant's case meets of those that decide on the parts of a package.
    """

    items: tuple[ItemRef, ...]
    channel: Channel
    department: str
    hall: str
    zone: ApplicantKind | None
    window: str | None
    layout: Layout
    applicant: SealedApplicant | None
    package: PackageRef | None = None
    conditions: tuple[str, ...] = ()

    def evolve(self, state: Application, act: Act) -> Application:
        here = state.mark(act)
        return replace(
            state,
            status=Status.RECEIVED,
            channel=self.channel,
            channel_label=(act.source and act.source.channel) or self.channel.value,
            items=self.items,
            package=self.package,
            department=(act.source and act.source.department) or self.department,
            applicant=self.applicant,
            hall=self.hall,
            zone=self.zone,
            window=self.window,
            layout=self.layout,
            started=state.started or here,
            received_by=act.actor.person if act.actor.role is Role.FRONT_DESK else None,
        )


class RegisterIntake(CaseCommand):
    """Receive an application at a window, online, by kiosk or by post.

    ``items`` are service item ids, or ``package`` names a package of them whose ``conditions`` decide on its parts; each
    is pinned at the version in force on the hall's local day (rule 2).
    """

    roles: ClassVar = frozenset({Role.FRONT_DESK, Role.APPLICANT})
    duty: ClassVar = Duty.INTAKE
    station: ClassVar = Station.RECEIVING

    items: tuple[Identifier, ...] = ()
    package: Identifier | None = None
    conditions: tuple[Identifier, ...] = ()
    channel: Channel
    hall: Identifier
    window: Identifier | None = None
    applicant: Applicant | SealedApplicant

    def sealed(self, vault: Vault) -> RegisterIntake:
        if isinstance(self.applicant, SealedApplicant):
            return self
        return self.model_copy(update={"applicant": self.applicant.sealed(vault)})

    @property
    def named_window(self) -> str | None:
        return self.window or self.actor.window

    def hall_of(self, state: Application) -> str | None:
        return self.hall

    def applicant_of(self, state: Application) -> str | None:
        return self.applicant.applicant_id

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        if case.version:
            raise Taken("rule 8", f"case {self.case_id} is already registered; use another case number")
        if not isinstance(self.applicant, SealedApplicant):
            raise NotSealed(IN_THE_CLEAR)
        if (self.package is None) == (not self.items):
            raise RuleBroken(
                "intake",
                f"case {self.case_id} must name either service items or one package; name one of the two",
            )
        hall = city.hall(self.hall)
        window = self._window(city)
        today = city.newest_calendar(self.hall).local_day(self.occurred_at)
        package = None if self.package is None else city.package(self.package).in_force(today)
        self._check_conditions(package)
        items = self.items if package is None else [part.item_id for part in package.applies(self.conditions)]
        if not items:
            raise RuleBroken(
                "intake", f"no part of package {self.package} applies; name the conditions that the case meets"
            )
        in_force = [(item_id, city.item(item_id).in_force(today)) for item_id in dict.fromkeys(items)]
        for item_id, version in in_force:
            if version.zone is not self.applicant.kind:
                raise RuleBroken(
                    "intake",
                    f"service item {item_id} is for a {version.zone}, the applicant is a {self.applicant.kind}",
                )
            if self.channel is Channel.ONLINE and version.online is False:
                raise RuleBroken(
                    "intake", f"service item {item_id} is not online; apply at a window, by kiosk or by post"
                )
        return [
            IntakeRegistered(
                items=tuple(ItemRef(item_id, version.version) for item_id, version in in_force),
                channel=self.channel,
                department=package.lead_department if package else in_force[0][1].lead_department,
                hall=self.hall,
                zone=in_force[0][1].zone,
                window=window.window_id if window else None,
                layout=hall.layout,
                applicant=self.applicant,
                package=PackageRef(self.package, package.version) if package and self.package else None,
                conditions=self.conditions,
            )
        ]

    def _check_conditions(self, package: PackageVersion | None) -> None:
        """Raise ``RuleBroken`` for a condition that the package does not know: a part would be left out by a slip."""
        known = [] if package is None else sorted({part.only_if for part in package.parts if part.only_if is not None})
        if unknown := [condition for condition in self.conditions if condition not in known]:
            whose = "its items" if package is None else f"package {self.package}"
            raise RuleBroken(
                "intake",
                f"conditions: {whose} of case {self.case_id} has no condition {unknown[0]}; known are {', '.join(known) or 'none'}",
            )

    def _window(self, city: City) -> Window | None:
        if self.channel is Channel.IMPORT:
            raise RuleBroken("intake", "the channel 'import' is for imported logs; use `onewindow import`")
        if self.channel is not Channel.WINDOW:
            if self.window is not None:
                raise RuleBroken(
                    "intake", f"window: an application by {self.channel} comes in at no window; leave it out"
                )
            return None
        if self.actor.role is Role.APPLICANT:
            raise RuleBroken(
                "intake", "channel: only the front desk registers at a window; apply online, by kiosk or by post"
            )
        if self.named_window is None:
            raise RuleBroken("intake", "window: name the window at which the application is received")
        return check_window(city, self.hall, self.named_window)


def check_window(city: City, hall: str, window_id: str) -> Window:
    """A window that receives applications. Raises ``UnknownReference``, ``RuleBroken``."""
    window = city.hall(hall).window(window_id)
    if not window.receives:
        raise RuleBroken("intake", f"window {window_id} of hall {hall} hands out results; go to an intake window")
    return window
