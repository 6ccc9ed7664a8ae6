"""The life of one matter at the front desk, from the applicant's arrival to its acceptance, as people in a hall live it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from random import Random

from adapters.simulation.acting import Abandoned, Acting
from adapters.simulation.agenda import Agenda, Process, morning_after, open_from
from adapters.simulation.back_room import to_the_back_room
from adapters.simulation.catalogue import DEFERRABLE, PACKAGES, item_version, items_of
from adapters.simulation.halls import AT_A_WINDOW, HallAtWork, intake_minutes
from adapters.simulation.names import applicant
from adapters.simulation.plan import Plan
from adapters.simulation.visit import Visit, book, papers, visit
from domain.application.acceptance import Accept
from domain.application.intake import RegisterIntake
from domain.application.materials import CheckMaterial, GiveNotice, SubmitMaterial
from domain.application.state import Channel, Verdict
from domain.application.withdrawal import Withdraw
from domain.command import Command
from domain.hall.hall import Layout
from domain.people import ApplicantKind
from domain.record import Actor, Role
from domain.ticket.ticket import Favour, Purpose

MISSING, DEFECTIVE = 0.03, 0.03
"""A material's chance to be missing or defective; the same before and after: fewer materials, fewer notices."""
NEVER_BACK, WITHDRAWN = 0.06, 0.04
PROMISED_DAYS = 90
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
        self.noticed = False
        self.over = False
        by_appointment = hall.layout is Layout.AFTER and self.channel is Channel.WINDOW
        self.booked = by_appointment and self.random.random() < BOOKED

    @property
    def lead(self) -> str:
        """The department that leads."""
        return self.departments[self.items[0]][0]

    def live(self) -> Process:
        """From the arrival on."""
        return self._guarded(self._life())

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

    def back_office(self) -> Actor:
        """The front desk without a window: where papers come in."""
        return Actor(person=f"{self.hall.hall}-back-office", role=Role.FRONT_DESK, hall=self.hall.hall)

    def minutes(self, mean: float, spread: float) -> float:
        """How long something takes."""
        return mean * self.random.lognormvariate(-spread * spread / 2, spread)

    def hand_in(self, material: str) -> None:
        """The applicant hands a material in."""
        content = sha256(f"{self.case_id}/{material}/{self._acting.given}".encode()).hexdigest()
        self.do(SubmitMaterial, self.citizen(), material_id=material, content_hash=content)

    def _guarded(self, process: Process) -> Process:
        try:
            yield from process
        except Abandoned:
            self.over = True

    def _stations(self) -> list[tuple[str, list[str]]]:
        """Where the applicant queues, and which materials are checked there.

        Before the reform each department checks its own: a matter of two departments queues twice.
        """
        departments = self.departments[self.items[0]]
        if self.hall.layout is Layout.AFTER or len(departments) == 1:
            return [(departments[0], self.materials)]
        half = (len(self.materials) + 1) // 2
        return [(departments[0], self.materials[:half]), (departments[1], self.materials[half:])]

    def _life(self) -> Process:
        if self.booked:
            yield self.arrival - timedelta(days=1)
            book(self, self.lead, self.arrival)
        yield self.arrival
        stations = self._stations()
        for place, (department, materials) in enumerate(stations):
            minutes = self.minutes(intake_minutes(len(materials)), 0.3)
            if self.channel is not Channel.WINDOW:
                yield open_from(self.hall.calendar, self.agenda.now)
                served = yield from papers(self, department, minutes)
            else:
                if place:
                    yield self.agenda.now + timedelta(minutes=self.random.uniform(5, 15))  # to another floor
                served = yield from visit(self, department, Purpose.APPLY, minutes)
            clerk = served.actor(Role.FRONT_DESK)
            if not place:
                self._register(clerk, served)
            yield from self._check(clerk, materials, served.end)
            if place == len(stations) - 1 and self.lacking:
                self.noticed = True
                self.do(GiveNotice, clerk)
            elif place == len(stations) - 1:
                self.do(Accept, clerk)
            served.done()
        if self.lacking:
            yield from self._supplement(stations[-1][0])
        if not self.over:
            to_the_back_room(self)

    def _register(self, clerk: Actor, served: Visit) -> None:
        at = {"window": served.window} if self.channel is Channel.WINDOW else {}
        what = {"package": self.package} if self.package else {"items": self.items}
        fields = {"hall": self.hall.hall, "applicant": self.applicant, "channel": self.channel}
        self.do(RegisterIntake, clerk, **fields, **what, **at)

    def _check(self, clerk: Actor, materials: list[str], end: datetime) -> Process:
        """Materials handed in and checked one by one until the service ends."""
        for place, material in enumerate(materials):
            left = max(end - self.agenda.now, timedelta())
            yield self.agenda.now + left / (len(materials) - place + 1)
            draw = self.random.random()
            if draw < MISSING:
                if material in DEFERRABLE:
                    self.deferred.append(material)
                    promised = self.hall.calendar.local_day(self.agenda.now) + timedelta(days=PROMISED_DAYS)
                    self.do(CheckMaterial, clerk, material_id=material, verdict=Verdict.DEFERRED, promised_by=promised)
                else:
                    self.lacking.append(material)
                    self.do(CheckMaterial, clerk, material_id=material, verdict=Verdict.MISSING)
                continue
            self.hand_in(material)
            if draw < MISSING + DEFECTIVE:
                self.lacking.append(material)
                what = {"verdict": Verdict.DEFECTIVE, "reason": "签章不清 the seal cannot be read"}
                self.do(CheckMaterial, clerk, material_id=material, **what)
            else:
                self.do(CheckMaterial, clerk, material_id=material, verdict=Verdict.ACCEPTED)
        yield max(end, self.agenda.now)

    def _supplement(self, department: str) -> Process:
        """What was noticed comes days later, or never."""
        draw = self.random.random()
        if draw < NEVER_BACK:
            self.over = True  # the limit for it passes, and the clock ends the case
            return
        yield morning_after(self.hall.calendar, self.agenda.now, self.random.randint(1, 5))
        yield self.agenda.now + timedelta(minutes=self.random.uniform(0, 150))
        if draw < NEVER_BACK + WITHDRAWN:
            self.do(Withdraw, self.citizen(), reason="不再办理 no longer wanted")
            self.over = True
            return
        minutes = self.minutes(4 + 4 * len(self.lacking), 0.3)
        served = yield from visit(self, department, Purpose.SUPPLEMENT, minutes)
        clerk = served.actor(Role.FRONT_DESK)
        for material in self.lacking:
            self.hand_in(material)
            self.do(CheckMaterial, clerk, material_id=material, verdict=Verdict.ACCEPTED)
        yield served.end
        self.do(Accept, clerk)
        served.done()


def arrivals(random: Random, amount: int) -> Iterator[timedelta]:
    """When applicants arrive on a day, as time after midnight: a peak in the morning, one after lunch."""
    for _ in range(amount):
        hour = random.gauss(10.0, 0.7) if random.random() < 0.6 else random.gauss(14.7, 0.8)
        yield timedelta(hours=min(max(hour, 9.0), 16.5))
