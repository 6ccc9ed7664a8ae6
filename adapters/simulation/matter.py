"""The life of one matter, from the applicant's arrival to the result in hand, as people in a hall live it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from random import Random

import structlog

from adapters.simulation.agenda import Agenda, Process, morning_after, open_from
from adapters.simulation.city import DEFERRABLE, ITEMS, item_version
from adapters.simulation.halls import TOUCH_MINUTES, HallAtWork
from adapters.simulation.names import applicant
from adapters.wiring import House
from domain.application.acceptance import Accept
from domain.application.approvals import ApproveTask, ClaimTask, RefuseTask, ReleaseTask, ReturnTask
from domain.application.clock import ResumeClock, StopClock
from domain.application.decision import Decide, MakeResultReady
from domain.application.evaluation import Evaluate
from domain.application.feedback import Delivery, IssueResult, Receiver
from domain.application.intake import RegisterIntake
from domain.application.materials import CheckMaterial, GiveNotice, SubmitMaterial
from domain.application.state import Channel, Ground, Outcome, Verdict
from domain.application.withdrawal import Withdraw
from domain.command import Command
from domain.errors import OfficeError
from domain.hall.hall import Layout
from domain.office import Receipt
from domain.record import Actor, Role

log = structlog.get_logger()

MISSING, DEFECTIVE = 0.03, 0.03
"""A material's chance to be missing or defective; the same before and after: fewer materials, fewer notices."""
NEVER_BACK, WITHDRAWN = 0.06, 0.04
PROMISED_DAYS = 60
RELEASED, RETURNED, PROCEDURE, REFUSED = 0.03, 0.07, 0.05, 0.02
COMMENTS = ("服务很好", "一次办好，满意", "等的时间有点长", "工作人员耐心", "跑了一趟就办完了")
LAW = "行政许可法 38"


class Abandoned(Exception):
    """A command was refused; the matter is not followed any further."""


class Matter:
    """One application with everybody who has to do with it."""

    def __init__(self, house: House, agenda: Agenda, hall: HallAtWork, case_id: str, arrival: datetime) -> None:
        self.house, self.agenda, self.hall, self.case_id = house, agenda, hall, case_id
        self.random = Random(case_id)
        self.item_id = self.random.choice(list(ITEMS))
        _, _, self.zone, self.departments, _ = ITEMS[self.item_id]
        self.version = item_version(self.item_id, 2 if hall.layout is Layout.AFTER else 1)
        self.materials = [m.material_id for m in self.version.asked_for()]
        self.applicant = applicant(self.random, f"P-{case_id}", self.zone)
        self.channel = self.random.choices(
            (Channel.WINDOW, Channel.ONLINE, Channel.KIOSK, Channel.POST), (70, 20, 6, 4)
        )[0]
        self.arrival = arrival
        self.lacking: list[str] = []
        self.deferred: list[str] = []
        self.noticed = False
        self.approved = 0
        self.over = False
        self.receipts: list[Receipt] = []

    def live(self) -> Process:
        """From the arrival on."""
        return self._guarded(self._life())

    def _guarded(self, process: Process) -> Process:
        try:
            yield from process
        except Abandoned:
            self.over = True

    def _do(self, command: type[Command], actor: Actor, **fields: object) -> None:
        number = len(self.receipts) + 1
        try:
            given = command.model_validate(
                {
                    "command_id": f"sim/{self.case_id}/{number}",
                    "correlation_id": f"sim/{self.case_id}",
                    "actor": actor,
                    "occurred_at": self.agenda.now,
                    "case_id": self.case_id,
                    **fields,
                }
            )
            self.receipts.append(self.house.office.execute(given))
        except OfficeError as refusal:
            log.warning("the simulation gave a command that was refused", case=self.case_id, refusal=str(refusal))
            self.receipts.append(Receipt(f"sim/{self.case_id}/{number}", "", 0, 0))
            raise Abandoned from refusal

    @property
    def refused(self) -> bool:
        """Whether a command of it was refused."""
        return any(receipt.position == 0 for receipt in self.receipts)

    def _ended(self) -> bool:
        """Whether somebody ended it meanwhile: refused, withdrawn, or not followed any further."""
        return self.over

    # --- at the window

    def _clerk(self, window: str) -> Actor:
        hall = self.hall.hall
        return Actor(person=f"{hall}-{window}-clerk", role=Role.FRONT_DESK, hall=hall, window=window)

    def _citizen(self) -> Actor:
        return Actor(person=self.applicant.applicant_id, role=Role.APPLICANT, hall=self.hall.hall)

    def _stations(self) -> list[tuple[str, list[str]]]:
        """Where the applicant queues, and which materials are checked there.

        Before the reform each department checks its own: a matter of two departments queues twice.
        """
        if self.hall.layout is Layout.AFTER or len(self.departments) == 1:
            return [(self.departments[0], self.materials)]
        half = (len(self.materials) + 1) // 2
        return [(self.departments[0], self.materials[:half]), (self.departments[1], self.materials[half:])]

    def _life(self) -> Process:
        yield self.arrival
        if self.channel is not Channel.WINDOW:
            yield open_from(self.hall.calendar, self.agenda.now)
        stations = self._stations()
        registered = False
        for department, materials in stations:
            if registered:
                yield self.agenda.now + timedelta(minutes=self.random.uniform(5, 15))  # to another floor
            place = self.hall.place(self.zone, department)
            window, begin, end = self.hall.intake[place].book(
                self.agenda.now, self._minutes(6 + 4 * len(materials), 0.3)
            )
            yield begin
            clerk = self._clerk(window)
            if not registered:
                at = {"window": window} if self.channel is Channel.WINDOW else {}
                fields = {"items": (self.item_id,), "hall": self.hall.hall, "applicant": self.applicant}
                self._do(RegisterIntake, clerk, channel=self.channel, **fields, **at)
                registered = True
            yield from self._check(clerk, materials, end)
        if self.lacking:
            self.noticed = True
            self._do(GiveNotice, clerk)
            yield from self._supplement(stations[-1][0])
        if not self._ended():
            self._do(Accept, clerk)
            self._to_the_back_room()

    def _minutes(self, mean: float, spread: float) -> float:
        return mean * self.random.lognormvariate(-spread * spread / 2, spread)

    def _check(self, clerk: Actor, materials: list[str], end: datetime) -> Process:
        """Materials handed in and checked one by one until the service ends."""
        for place, material in enumerate(materials):
            left = self.hall.calendar.working_us(self.agenda.now, end)
            yield self.hall.calendar.add_working_us(self.agenda.now, left // (len(materials) - place + 1))
            draw = self.random.random()
            if draw < MISSING:
                if material in DEFERRABLE:
                    self.deferred.append(material)
                    promised = self.hall.calendar.local_day(self.agenda.now) + timedelta(days=PROMISED_DAYS)
                    self._do(CheckMaterial, clerk, material_id=material, verdict=Verdict.DEFERRED, promised_by=promised)
                else:
                    self.lacking.append(material)
                    self._do(CheckMaterial, clerk, material_id=material, verdict=Verdict.MISSING)
                continue
            self._hand_in(material)
            if draw < MISSING + DEFECTIVE:
                self.lacking.append(material)
                what = {"verdict": Verdict.DEFECTIVE, "reason": "签章不清 the seal cannot be read"}
                self._do(CheckMaterial, clerk, material_id=material, **what)
            else:
                self._do(CheckMaterial, clerk, material_id=material, verdict=Verdict.ACCEPTED)
        yield max(end, self.agenda.now)

    def _hand_in(self, material: str) -> None:
        content = sha256(f"{self.case_id}/{material}/{len(self.receipts)}".encode()).hexdigest()
        self._do(SubmitMaterial, self._citizen(), material_id=material, content_hash=content)

    def _supplement(self, department: str) -> Process:
        """What was noticed comes days later, or never."""
        draw = self.random.random()
        if draw < NEVER_BACK:
            self.over = True  # the limit for it passes, and the clock ends the case
            return
        yield morning_after(self.hall.calendar, self.agenda.now, self.random.randint(1, 5))
        yield self.agenda.now + timedelta(minutes=self.random.uniform(0, 150))
        if draw < NEVER_BACK + WITHDRAWN:
            self._do(Withdraw, self._citizen(), reason="不再办理 no longer wanted")
            self.over = True
            return
        place = self.hall.place(self.zone, department)
        minutes = self._minutes(4 + 4 * len(self.lacking), 0.3)
        window, begin, end = self.hall.intake[place].book(self.agenda.now, minutes)
        yield begin
        for material in self.lacking:
            self._hand_in(material)
            self._do(CheckMaterial, self._clerk(window), material_id=material, verdict=Verdict.ACCEPTED)
        yield end

    # --- in the back room

    def _to_the_back_room(self) -> None:
        parallel = self.hall.layout is Layout.AFTER
        for department in self.departments if parallel else self.departments[:1]:
            self._add(self._review(department))

    def _add(self, process: Process, at: datetime | None = None) -> None:
        self.agenda.add(at or self.agenda.now, self._guarded(process))

    def _reviewer(self, department: str, person: str) -> Actor:
        return Actor(person=person, role=Role.REVIEWER, department=department, hall=self.hall.hall)

    def _review(self, department: str) -> Process:
        task = {"task_id": f"{self.item_id}:{department}"}
        person, begin, end = self.hall.reviewers[department].book(self.agenda.now, self._minutes(TOUCH_MINUTES, 0.5))
        yield begin
        if self._ended():
            return
        self._do(ClaimTask, self._reviewer(department, person), **task)
        if self.random.random() < RELEASED:
            yield end
            if self._ended():
                return
            self._do(ReleaseTask, self._reviewer(department, person), **task, reason="转同事办理 to a colleague")
            person, begin, end = self.hall.reviewers[department].book(
                self.agenda.now, self._minutes(TOUCH_MINUTES, 0.5)
            )
            yield begin
            if self._ended():
                return
            self._do(ClaimTask, self._reviewer(department, person), **task)
        yield end
        actor = self._reviewer(department, person)
        yield from self._interrupted(department, actor, task)
        if not self._ended():
            self._settle(department, actor, task)

    def _interrupted(self, department: str, actor: Actor, task: dict[str, str]) -> Process:
        """A return for a supplement, or a special procedure: the clock stands still meanwhile."""
        draw = self.random.random()
        material = self.materials[self.departments.index(department) % len(self.materials)]
        days = self.random.randint(1, 6)
        if draw < RETURNED and not self.noticed and material not in self.deferred and not self._ended():
            self._do(ReturnTask, actor, **task, materials=(material,), reason="内容需补正 contents to be supplemented")
            yield morning_after(self.hall.calendar, self.agenda.now, days)
            if self._ended():
                return
            self._hand_in(material)
            desk = Actor(person=f"{self.hall.hall}-back-office", role=Role.FRONT_DESK, hall=self.hall.hall)
            self._do(CheckMaterial, desk, material_id=material, verdict=Verdict.ACCEPTED)
            yield self.hall.calendar.add_working_us(self.agenda.now, 30 * 60_000_000)
        elif RETURNED <= draw < RETURNED + PROCEDURE and not self._ended():
            ground = self.random.choice((Ground.INSPECTION, Ground.EXPERT_REVIEW, Ground.HEARING))
            number = {"suspension_id": f"{ground.value}-{department}"}
            notice = f"书面告知 {ground.value}: {days} 个工作日"
            self._do(StopClock, actor, **number, ground=ground, notice=notice, expected_working_days=days)
            yield morning_after(self.hall.calendar, self.agenda.now, days)
            if self._ended():
                return
            self._do(ResumeClock, actor, **number)

    def _settle(self, department: str, actor: Actor, task: dict[str, str]) -> None:
        if self.random.random() < REFUSED:
            why = {"reasons": "不符合条件 the conditions are not met", "legal_basis": LAW}
            self._do(RefuseTask, actor, **task, **why)
            self.over = True
            self._add(self._finish(Outcome.REFUSED))
            return
        self._do(ApproveTask, actor, **task)
        self.approved += 1
        if self.approved == len(self.departments):
            self._add(self._finish(Outcome.GRANTED))
        elif self.hall.layout is Layout.BEFORE:
            # The paper file is carried to the next department the next working morning.
            carried = morning_after(self.hall.calendar, self.agenda.now)
            self._add(self._review(self.departments[self.approved]), carried)

    # --- the result

    def _finish(self, outcome: Outcome) -> Process:
        yield self.hall.calendar.add_working_us(self.agenda.now, 20 * 60_000_000)
        lead = self._reviewer(self.departments[0], f"{self.hall.hall}-{self.departments[0]}-1")
        why = {"reasons": "不符合条件 the conditions are not met", "legal_basis": LAW, "remedies": "行政复议或行政诉讼"}
        self._do(Decide, lead, outcome=outcome, **(why if outcome is Outcome.REFUSED else {}))
        if self.hall.layout is Layout.BEFORE:
            yield morning_after(self.hall.calendar, self.agenda.now)  # carried to the department's window
        else:
            yield self.hall.calendar.add_working_us(self.agenda.now, 30 * 60_000_000)
        self._do(MakeResultReady, lead, content_hash=sha256(f"{self.case_id}/result".encode()).hexdigest())
        yield from self._handed_over(outcome)
        if self.random.random() < 0.4:
            yield self.agenda.now + timedelta(hours=self.random.uniform(0.1, 30))
            grade = self.random.choices((5, 4, 3, 2, 1), (60, 27, 8, 3, 2))[0]
            comment = {"comment": self.random.choice(COMMENTS)} if self.random.random() < 0.5 else {}
            self._do(Evaluate, self._citizen(), grade=grade, **comment)

    def _handed_over(self, outcome: Outcome) -> Process:
        online = self.channel is Channel.ONLINE and self.random.random() < 0.6
        delivery = Delivery.ONLINE if online else self.random.choices((Delivery.WINDOW, Delivery.POST), (70, 30))[0]
        late = self.random.randint(8, 20) if self.random.random() < 0.05 else self.random.randint(0, 3)
        if self.deferred and outcome is Outcome.GRANTED:
            yield morning_after(self.hall.calendar, self.agenda.now)
            desk = Actor(person=f"{self.hall.hall}-back-office", role=Role.FRONT_DESK, hall=self.hall.hall)
            for material in self.deferred:
                self._hand_in(material)
                self._do(CheckMaterial, desk, material_id=material, verdict=Verdict.ACCEPTED)
        if delivery is not Delivery.WINDOW:
            yield self.hall.calendar.add_working_us(self.agenda.now, 45 * 60_000_000)
            sender = Actor(person=f"{self.hall.hall}-issuer", role=Role.ISSUER, hall=self.hall.hall)
            tracking = {"tracking": f"EMS-{self.case_id}"} if delivery is Delivery.POST else {}
            self._do(IssueResult, sender, delivery=delivery, **tracking)
            return
        if late:
            yield morning_after(self.hall.calendar, self.agenda.now, late)
        yield open_from(self.hall.calendar, self.agenda.now + timedelta(minutes=self.random.uniform(20, 160)))
        place = self.hall.place(self.zone, self.departments[0])
        window, begin, end = self.hall.feedback[place].book(self.agenda.now, self._minutes(5, 0.3))
        yield begin
        yield end
        issuer = Actor(person=f"{self.hall.hall}-{window}-issuer", role=Role.ISSUER, hall=self.hall.hall, window=window)
        taken = {"receiver": self.applicant.name, "taken_by": Receiver.APPLICANT, "identity_checked": True}
        self._do(IssueResult, issuer, delivery=delivery, window=window, **taken)


def arrivals(random: Random, amount: int) -> Iterator[timedelta]:
    """When applicants arrive on a day, as time after midnight: a peak in the morning, one after lunch."""
    for _ in range(amount):
        hour = random.gauss(10.0, 0.7) if random.random() < 0.6 else random.gauss(14.7, 0.8)
        yield timedelta(hours=min(max(hour, 9.0), 16.5))
