"""What the scenarios share: hall N with its hours, items A and B, packages K1 and K2, and the people who act.

Hall N is open from 9 to 12 and from 13 to 17. Item A is a food business licence of the market department (A1 form, A2 business
licence, A3 site plan, A4 health certificate, A5 lease), item B a fire safety check (B1 form, A3 the same site plan, B3 report of
a test). Of A4, A5 and B3 each can be deferred. Notice 5 working days, supplement 10, promised decision 10, statutory 20,
extension 10 (of the law; the promise stays), delivery 10. K is A and B under the lead of market: 45 working days and 15 more;
K1 falls as a whole, K2 does not and is handed over each as it is done.

In the scenarios ALL is the Administrative Licensing Law (行政许可法), ARL the Administrative Reconsideration Law, CC the Civil Code,
SAMR the licensing procedure of market supervision, HP what halls publish of their practice; T01 to T43 are two-way readings.
``tests/domain/law_scenarios.md`` says more of all these.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any, Self

import pytest

from adapters.files.calendar_file import seeded
from domain.application.beside.reopening import Reopen
from domain.application.components import Material
from domain.application.consequences.deadlines import Tick
from domain.application.path.acceptance import Accept
from domain.application.path.approvals import ApproveTask, ClaimTask, RefuseTask
from domain.application.path.decision import Decide, MakeResultReady
from domain.application.path.feedback import IssueResult
from domain.application.path.intake import RegisterIntake
from domain.application.path.materials import CheckMaterial, GiveNotice, SubmitMaterial
from domain.application.state import Application
from domain.application.terms import Channel, Defect, Outcome, Verdict
from domain.catalogue.item import ApprovalStep, ItemVersion
from domain.catalogue.package import HandedOver, PackagePart, PackageVersion, Refusal
from domain.catalogue.packaging import PublishPackage
from domain.catalogue.publishing import PublishItem
from domain.city import checklist
from domain.command import Command
from domain.hall.hall import Layout
from domain.hall.windows import OpenHall
from domain.label import Label
from domain.people.applicant import Applicant
from domain.people.establishing import EstablishDepartment
from domain.record import CLOCK, Act, Actor, Event, Role
from domain.time.calendar import CalendarData, Session
from tests.office import AT_A_WINDOW, HASH, NAME, NATURAL, OPERATOR, WINDOWS, Office, days, item, material

HOURS = (Session(opens=time(9), closes=time(12)), Session(opens=time(13), closes=time(17)))
CALENDAR = replace(seeded(years=range(2024, 2027)), sessions=HOURS)


differs = partial(pytest.mark.xfail, strict=True)
"""Marks what the office does not do as the scenario has it; ``reason`` says what it does instead."""


def desk(person: str, hall: str = "N") -> Actor:
    return Actor(person=person, role=Role.FRONT_DESK, hall=hall, window="W1")


def back_room(person: str, department: str, role: Role = Role.REVIEWER, hall: str = "N") -> Actor:
    return Actor(person=person, role=role, department=department, hall=hall)


F1, F2 = desk("F1"), desk("F2")
I1 = Actor(person="I1", role=Role.ISSUER, hall="N", window="W3")
R1, R3 = back_room("R1", "market"), back_room("R3", "market")
R2, R4 = back_room("R2", "fire"), back_room("R4", "fire")
H1, D1, L1 = (back_room(person, "market", Role.HEAD) for person in ("H1", "D1", "L1"))
H2, D2 = (back_room(person, "fire", Role.HEAD) for person in ("H2", "D2"))
G1 = back_room("G1", "government", Role.HEAD)
"""The head of the people's government of this level."""
Z1 = back_room("Z1", "housing", Role.HEAD)
"""Z1 is the complaints officer, with a post that has nothing to do with market and fire."""
P1 = Actor(person="P1", role=Role.APPLICANT)
WHY = {"reasons": "不符合法定条件", "legal_basis": "行政许可法 第三十八条", "remedies": "六十日内申请行政复议"}
REFUSED = {"reasons": "选址不符合规定", "legal_basis": "行政许可法 第三十八条"}
ORDER = {"order": "复议〔2025〕12号", "reason": "事实不清，证据不足"}


def at(month: int, day: int, hour: int = 10, minute: int = 0, year: int = 2025) -> datetime:
    """A moment by the hall's clock, as UTC."""
    return datetime(year, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def end_of(month: int, day: int, year: int = 2025) -> datetime:
    """When the business of a day ends."""
    return at(month, day, 17, year=year)


def midnight_after(month: int, day: int) -> datetime:
    """The end of a day, at 24:00."""
    return at(month, day, 0) + timedelta(days=1)


def version_of_a(**changes: Any) -> ItemVersion:
    """Item A as it is published, with something else in it."""
    market = ApprovalStep(step="review", department="market")
    papers = [material(name, deferrable=name in ("A4", "A5")) for name in ("A1", "A2", "A3", "A4", "A5")]
    return with_limits(item(market, materials=papers, supplement_law=None), **changes)


def version_of_b(**changes: Any) -> ItemVersion:
    """Item B as it is published, with something else in it."""
    fire = ApprovalStep(step="review", department="fire")
    papers = [material("B1"), material("A3"), material("B3", deferrable=True)]
    return with_limits(item(fire, materials=papers, supplement_law=None), **changes)


def with_limits(version: ItemVersion, /, **changes: Any) -> ItemVersion:
    """A version with the limits of the common ground, and whatever else is said of limits or version."""
    known = set(version.limits.__slots__)
    common = {
        "supplement": days(10),
        "statutory_extension": days(10),
        "rectification": days(5),
    }
    limits = replace(version.limits, **common | {name: value for name, value in changes.items() if name in known})
    return replace(version, limits=limits, **{name: value for name, value in changes.items() if name not in known})


def kind_of(reason: str) -> Defect | None:
    """Of what kind a defect is that is told in these words."""
    kinds = {"签名": Defect.NOT_SIGNED, "复印件": Defect.COPY, "非租赁合同": Defect.ANOTHER_PAPER}
    return next((kind for words, kind in kinds.items() if words in reason), None)


def package(refusal: Refusal) -> PackageVersion:
    """Package K: A and B, to open a restaurant."""
    return PackageVersion(
        version=1,
        effective_from=date(2025, 1, 1),
        name=Label(zh="开餐馆一件事", en="Opening a restaurant"),
        zone=NATURAL,
        lead_department="market",
        parts=(PackagePart(item_id="A"), PackagePart(item_id="B")),
        limit=days(45),
        refusal=refusal,
        handed_over=HandedOver.EACH if refusal is Refusal.EACH_BY_ITSELF else None,
        extension=days(15),
        statutory=days(45),
        statutory_extension=days(15),
        extended_by="government",
    )


class HallN(Office):
    """The office of the scenarios, in which time is said by the hall's clock."""

    def __init__(
        self, *, a: ItemVersion | None = None, b: ItemVersion | None = None, k1: PackageVersion | None = None
    ) -> None:
        super().__init__()
        self.now = at(1, 6)
        self.open_hall("N", CALENDAR)
        self.when(PublishItem, OPERATOR, item_id="A", item=a or version_of_a())
        self.when(PublishItem, OPERATOR, item_id="B", item=b or version_of_b())
        government = Label(zh="市人民政府", en="The people's government of the city")
        self.when(EstablishDepartment, OPERATOR, department_id="government", label=government)
        for name, refusal in (("K1", Refusal.ALL_OR_NOTHING), ("K2", Refusal.EACH_BY_ITSELF)):
            version = k1 if k1 is not None and name == "K1" else package(refusal)
            self.when(PublishPackage, OPERATOR, package_id=name, package=version)

    def open_hall(self, hall: str, calendar: CalendarData) -> None:
        """Given one more hall with its calendar."""
        label = Label(zh=f"{hall}大厅", en=f"Hall {hall}")
        laid_out = {"label": label, "layout": Layout.AFTER, "windows": WINDOWS, "calendar": calendar}
        self.when(OpenHall, OPERATOR, hall_id=hall, **laid_out)

    def when(self, command: type[Command], by: Actor = F1, minutes: float = 1, **fields: Any) -> list[Event]:
        """A command of somebody of this hall, who is F1 where nobody else is named."""
        return super().when(command, by, minutes, **fields)

    def refused(self, command: type[Command], by: Actor = F1, **fields: Any) -> str:
        """The refusal of such a command."""
        return super().refused(command, by, **fields)

    def on(self, month: int, day: int, hour: int = 10, minute: int = 0, year: int = 2025) -> Self:
        """When it is that moment in the hall: the next command is given then, further ones a minute later each."""
        self.now = at(month, day, hour, minute, year) - timedelta(minutes=1)
        return self

    def look(self, case_id: str = "C1") -> list[Event]:
        """What the clock makes of a case."""
        return self.when(Tick, CLOCK, case_id=case_id)

    def apply(
        self, *items: str, package: str | None = None, by: Actor = F1, case_id: str = "C1", **fields: Any
    ) -> Self:
        """When somebody applies at a window of the hall, who is P1 where nothing else is said."""
        person = fields.pop("person", "P1")
        who = Applicant(
            applicant_id=person, kind=NATURAL, name=NAME, identity_number="42010019900101001X", phone="13800000000"
        )
        asked = {"package": package} if package else {"items": items or ("A",)}
        place = {"channel": Channel.WINDOW, "hall": "N", "window": "W1"} | fields
        self.when(RegisterIntake, by, case_id=case_id, applicant=who, **asked, **place)
        return self

    def check(self, case_id: str = "C1", by: Actor = F1, **found: Verdict | date | str) -> Self:
        """When every paper is checked and in order, but for those that are missing, defective (a reason) or promised for a day."""
        for name in self.asked_for(case_id):
            match found.get(name, Verdict.ACCEPTED):
                case date() as day:
                    self.defer(name, day, case_id=case_id, by=by)
                case Verdict.MISSING:
                    self.when(CheckMaterial, by, case_id=case_id, material_id=name, verdict=Verdict.MISSING)
                case Verdict.ACCEPTED:
                    self.hand_in(name, case_id=case_id).find_in_order(name, case_id=case_id, by=by)
                case reason:
                    self.hand_in(name, case_id=case_id).find_wrong(name, str(reason), case_id=case_id, by=by)
        return self

    def asked_for(self, case_id: str = "C1") -> Iterable[str]:
        """What the pinned versions of a case ask for."""
        pinned = tuple((ref.item_id, ref.version) for ref in self.case(case_id).items)
        return checklist(self.city.pinned(pinned))

    def hand_in(self, *papers: str, case_id: str = "C1") -> Self:
        """When the applicant hands papers in."""
        for name in papers:
            self.when(SubmitMaterial, self.applicant(case_id), case_id=case_id, material_id=name, content_hash=HASH)
        return self

    def applicant(self, case_id: str = "C1") -> Actor:
        """Whose case it is."""
        who = self.case(case_id).applicant
        assert who is not None
        return Actor(person=who.applicant_id, role=Role.APPLICANT)

    def find_in_order(self, name: str, by: Actor = F1, case_id: str = "C1") -> Self:
        self.when(CheckMaterial, by, case_id=case_id, material_id=name, verdict=Verdict.ACCEPTED)
        return self

    def find_wrong(self, name: str, reason: str, by: Actor = F1, case_id: str = "C1") -> Self:
        found = {"verdict": Verdict.DEFECTIVE, "reason": reason, "defect": kind_of(reason)}
        self.when(CheckMaterial, by, case_id=case_id, material_id=name, **found)
        return self

    def defer(self, name: str, day: date, by: Actor = F1, case_id: str = "C1") -> Self:
        promise = {"verdict": Verdict.DEFERRED, "promised_by": day}
        self.when(CheckMaterial, by, case_id=case_id, material_id=name, **promise)
        return self

    def waive(self, name: str, reason: str, by: Actor = F1) -> Self:
        self.when(CheckMaterial, by, material_id=name, verdict=Verdict.WAIVED, reason=reason)
        return self

    def notice(self, by: Actor = F1, case_id: str = "C1") -> Self:
        self.when(GiveNotice, by, case_id=case_id)
        return self

    def accept(self, by: Actor = F1, case_id: str = "C1") -> Self:
        self.when(Accept, by, case_id=case_id)
        return self

    def accepted(self, *items: str, **found: Any) -> Self:
        """When somebody applies, with every paper in order but for some, and is accepted at once."""
        told = {name: found.pop(name) for name in ("package", "case_id", "by") if name in found}
        case_id = {name: told[name] for name in ("case_id",) if name in told}
        return self.apply(*items, **told).check(**case_id, **found).accept(**case_id)

    def approve(self, task: str = "A:review", by: Actor = R1, case_id: str = "C1") -> Self:
        """When somebody takes a task and approves it."""
        self.when(ClaimTask, by, task_id=task, case_id=case_id)
        self.when(ApproveTask, by, task_id=task, case_id=case_id)
        return self

    def refuse(self, task: str = "A:review", by: Actor = R1) -> Self:
        """When somebody takes a task and refuses it."""
        self.when(ClaimTask, by, task_id=task)
        self.when(RefuseTask, by, task_id=task, **REFUSED)
        return self

    def decide(self, outcome: Outcome = Outcome.GRANTED, by: Actor = D1, case_id: str = "C1") -> Self:
        why = {} if outcome is Outcome.GRANTED else WHY
        self.when(Decide, by, outcome=outcome, case_id=case_id, **why)
        return self

    def result_ready(self, by: Actor = R1, case_id: str = "C1") -> Self:
        self.when(MakeResultReady, by, content_hash=HASH, case_id=case_id)
        return self

    def hand_over(self, case_id: str = "C1") -> Self:
        self.when(IssueResult, I1, case_id=case_id, **AT_A_WINDOW)
        return self

    def held_over(self) -> str:
        """Why nothing is handed over."""
        return self.refused(IssueResult, I1, **AT_A_WINDOW)

    def reopen(self, by: Actor = L1, **fields: Any) -> Self:
        self.when(Reopen, by, **ORDER | fields)
        return self

    def paper(self, name: str, case_id: str = "C1") -> Material:
        """How one paper of a case stands."""
        return self.case(case_id).materials[name]

    def limits(self, case_id: str = "C1") -> tuple[datetime | None, datetime | None]:
        """When the promised and the statutory limit of the decision end."""
        case: Application = self.case(case_id)
        return case.due_at, case.statutory_due_at

    def act_of(self, kind: type[Event], case_id: str = "C1") -> Act:
        """How the last event of a kind was recorded."""
        return [r.act for r in self.cases[f"application/{case_id}"] if isinstance(r.event, kind)][-1]

    def events(self, kind: type[Event], case_id: str = "C1") -> list[Event]:
        """All events of a kind in a case."""
        return [r.event for r in self.cases[f"application/{case_id}"] if isinstance(r.event, kind)]
