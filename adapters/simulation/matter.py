"""A matter: what an applicant comes for, and what is known of it to everybody who has to do with it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from random import Random

from adapters.simulation.acting import Abandoned, Acting
from adapters.simulation.agenda import Agenda, Process
from adapters.simulation.catalogue import PACKAGES, item_version, items_of
from adapters.simulation.halls import AT_A_WINDOW, HallAtWork
from adapters.simulation.names import applicant
from adapters.simulation.people import back_office, sender
from adapters.simulation.plan import Plan
from domain.application.path.materials import SubmitMaterial
from domain.application.terms import Channel
from domain.command import Command
from domain.hall.hall import Layout
from domain.people.applicant_kind import ApplicantKind
from domain.people.favour import Favour
from domain.record import Actor, Role

TOGETHER = 0.12
"""The share of applicants who want all items of a package."""
ELDERLY = 0.08
BOOKED = 0.1
"""The share of those who come to a window that have booked the visit a day ahead, after the reform."""
CHANNELS = {Channel.ONLINE: 0.2, Channel.KIOSK: 0.06, Channel.POST: 0.04, Channel.WINDOW: AT_A_WINDOW}


@dataclass(frozen=True, slots=True)
class Wish:
    """What an applicant comes for: items of one application, as a package where the hall offers one."""

    case_id: str
    items: tuple[str, ...]
    package: str | None
    arrival: datetime


def wishes(plan: Plan, case_id: str, arrival: datetime) -> list[Wish]:
    """What somebody wants: one item, or those of a package, which are one application after the reform and several before it."""
    random = Random(case_id)
    if random.random() >= TOGETHER:
        return [Wish(case_id, (random.choice(list(items_of(plan.size))),), None, arrival)]
    name = random.choice(list(PACKAGES))
    items = PACKAGES[name][2]
    if plan.layout is Layout.AFTER:
        return [Wish(case_id, items, name, arrival)]
    later = timedelta(minutes=random.uniform(40, 80))
    return [
        Wish(f"{case_id}-{place}", (item_id,), None, arrival + later * (place - 1))
        for place, item_id in enumerate(items, start=1)
    ]


def mark_of(plan: Plan) -> str:
    """What tells the numbers of one plan from those of another."""
    return f"{plan.layout.value[0].upper()}{plan.seed}"


class Matter:
    """One application with everybody who has to do with it."""

    def __init__(self, acting: Acting, agenda: Agenda, hall: HallAtWork, plan: Plan, wish: Wish) -> None:
        self.agenda, self.hall, self._acting = agenda, hall, acting
        self.mark = mark_of(plan)
        self.case_id, self.items, self.package, self.arrival = wish.case_id, wish.items, wish.package, wish.arrival
        self.random = Random(f"{wish.case_id}/life")
        asked = {name: items_of(plan.size)[name] for name in self.items}
        self.zone: ApplicantKind = asked[self.items[0]].zone
        self.departments = {name: item.departments for name, item in asked.items()}
        number = 2 if hall.layout is Layout.AFTER else 1
        self.of_item = {
            name: [m.material_id for m in item_version(item, number).asked_for()] for name, item in asked.items()
        }
        self.materials = list(dict.fromkeys(m for own in self.of_item.values() for m in own))
        self.applicant = applicant(self.random, f"P-{self.case_id}", self.zone)
        natural = self.zone is ApplicantKind.NATURAL_PERSON
        self.favour = Favour.ELDERLY if natural and self.random.random() < ELDERLY else None
        self.channel = self.random.choices(list(CHANNELS), list(CHANNELS.values()))[0]
        self.lacking: list[str] = []
        self.deferred: list[str] = []
        self.asked_for: list[str] = []
        self.refused_parts: list[str] = []
        self.procedures: dict[tuple[str, str], tuple[Actor, str]] = {}
        self.noticed = False
        self.over = False
        by_appointment = hall.layout is Layout.AFTER and self.channel is Channel.WINDOW
        self.booked = by_appointment and self.random.random() < BOOKED

    @property
    def lead(self) -> str:
        """The department that leads."""
        return self.departments[self.items[0]][0]

    def start(self, process: Process, at: datetime | None = None) -> None:
        """Let something else about it begin."""
        self.agenda.add(at or self.agenda.now, self._guarded(process))

    def do(self, command: type[Command], actor: Actor, **fields: object) -> None:
        """Give a command about it. Raises ``Abandoned`` when it is refused."""
        about = {} if "ticket_id" in fields else {"case_id": self.case_id}
        self._acting(command, actor, **about, **fields)

    def citizen(self) -> Actor:
        """The applicant."""
        return Actor(person=self.applicant.applicant_id, role=Role.APPLICANT, hall=self.hall.hall)

    @property
    def code(self) -> str:
        """The code for the rating, as the hall that is simulated makes it: the same each time."""
        return sha256(f"{self.case_id}/code".encode()).hexdigest()[:12]

    def back_office(self) -> Actor:
        """The front desk where papers come in without a visitor."""
        return back_office(self.hall.hall, self.hall.counter(self.zone, self.lead).window(self.zone, 0))

    def sender(self) -> Actor:
        """Who sends the result off."""
        return sender(self.hall.hall, self.hall.counter(self.zone, self.lead, feedback=True).window(self.zone, 0))

    def minutes(self, mean: float, spread: float) -> float:
        """How long something takes."""
        return mean * self.random.lognormvariate(-spread * spread / 2, spread)

    def hand_in(self, material: str) -> None:
        """The applicant hands a material in."""
        content = sha256(f"{self.case_id}/{material}/{self._acting.given}".encode()).hexdigest()
        self.do(SubmitMaterial, self.citizen(), material_id=material, content_hash=content)

    def commitment(self, material: str) -> str:
        """The content hash of what the applicant signed when a material was deferred."""
        return sha256(f"{self.case_id}/{material}/commitment".encode()).hexdigest()

    def _guarded(self, process: Process) -> Process:
        try:
            yield from process
        except Abandoned:
            self.over = True
