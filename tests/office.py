"""A small city for tests, made by the real commands without any store, and given / when / then in the office's words."""

import base64
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from msgspec.structs import replace

from adapters.files.calendar_file import seeded
from domain.application.beside.reopening import Reopen
from domain.application.limits.suspension import StopClock
from domain.application.path.acceptance import Accept
from domain.application.path.approvals import ApproveTask, ClaimTask, RefuseTask, ReturnTask
from domain.application.path.decision import Decide, MakeResultReady
from domain.application.path.evaluation import Evaluate
from domain.application.path.feedback import Delivery, IssueResult, Receiver
from domain.application.path.intake import RegisterIntake
from domain.application.path.materials import CheckMaterial, GiveNotice, SubmitMaterial
from domain.application.path.rating_code import digest_of, kept
from domain.application.state import Application
from domain.application.terms import AppealResult, Channel, Ground, Outcome, Verdict
from domain.catalogue.item import ApprovalStep, ItemVersion, Limits, RequiredMaterial
from domain.catalogue.publishing import PublishItem
from domain.city import City
from domain.command import Command
from domain.errors import OfficeError
from domain.evolving import evolve
from domain.hall.hall import Layout, Window, WindowKind
from domain.hall.windows import OpenHall
from domain.history import FOLLOWED
from domain.label import Label
from domain.office.deciding import decide
from domain.people.applicant import Applicant
from domain.people.applicant_kind import ApplicantKind
from domain.people.establishing import EstablishDepartment
from domain.people.joining import OF_STAFF, GiveRole, JoinStaff, RegisterFirstOperator
from domain.record import Actor, Event, Record, Role
from domain.sealing import ERASED, Sealed
from domain.time.working_time import Limit, Unit

START = datetime(2025, 3, 3, 1, 0, tzinfo=UTC)
"""Monday 3 March 2025, nine o'clock in Shanghai."""
LONG_AGO = datetime(2024, 6, 3, 1, 0, tzinfo=UTC)
"""Since when whoever is on the staff is."""
NAME = "欧阳小明"
HASH = "ab" * 32
NATURAL, LEGAL = ApplicantKind.NATURAL_PERSON, ApplicantKind.LEGAL_PERSON
OPERATOR = Actor(person="operator", role=Role.OPERATOR)
CLERK = Actor(person="F1", role=Role.FRONT_DESK, hall="H1", window="W1")
COLLEAGUE = Actor(person="F2", role=Role.FRONT_DESK, hall="H1", window="W1")
ISSUER = Actor(person="I1", role=Role.ISSUER, hall="H1", window="W3")
AT_A_WINDOW = {
    "delivery": Delivery.WINDOW,
    "window": "W3",
    "receiver": NAME,
    "taken_by": Receiver.APPLICANT,
    "identity_checked": True,
}
"""A result handed over as it should be."""
BY_POST = {"delivery": Delivery.POST, "tracking": "EMS 1"}
CITIZEN = Actor(person="P1", role=Role.APPLICANT)
STRANGER = Actor(person="P2", role=Role.APPLICANT)
"""An applicant, but of no case here."""


CODE = "7KQM-2XWD-9RTF"
"""The code that goes with every result here; who rates has it unless a test says otherwise."""


SUMMONED = date(2026, 12, 31)
"""For when a hearing is summoned here: long after any test."""


def coded(command: type[Command], fields: dict[str, Any]) -> None:
    """Let a command say what every such command says, where the test says nothing else: the code of a result, the day of a hearing,
    what came out of an appeal, the commitment of a promise."""
    digest = digest_of(fields.get("case_id", "C1"), CODE)
    if command is IssueResult:
        fields.setdefault("rating_code", kept(digest))
    if command is StopClock and fields.get("ground") is Ground.HEARING:
        fields.setdefault("held_on", SUMMONED)
    if command is Reopen:
        fields.setdefault("result", AppealResult.ANNULLED)
    if command is CheckMaterial and fields.get("verdict") is Verdict.DEFERRED:
        fields.setdefault("commitment", HASH)
    if command is Evaluate:
        fields.setdefault("code", digest)


PAPER = {"content_hash": HASH, "remedies": "六十日内申请行政复议"}
"""What a refusal to accept has beside its ground and reasons."""


class GlassBox:
    """A vault that anybody can look through; only for tests that need no secrecy. A key in ``lost`` is gone."""

    def __init__(self) -> None:
        self.lost: set[str] = set()

    def seal(self, key: str, field: str, text: str) -> Sealed:
        """The text in base64."""
        return Sealed(key=key, box=base64.urlsafe_b64encode(f"{field}:{text}".encode()).decode())

    def open(self, field: str, sealed: Sealed) -> str:
        """The text again."""
        if sealed.key in self.lost:
            return ERASED
        return base64.urlsafe_b64decode(sealed.box).decode().removeprefix(f"{field}:")


def days(amount: int) -> Limit:
    """Working days."""
    return Limit(amount=amount, unit=Unit.WORKING_DAYS)


def material(name: str, *, deferrable: bool = False, abolished: str | None = None) -> RequiredMaterial:
    """A material with a name in both languages."""
    return RequiredMaterial(
        material_id=name, name=Label(zh=f"材料{name}", en=name), deferrable=deferrable, abolished=abolished
    )


def item(
    *steps: ApprovalStep | str,
    materials: Iterable[RequiredMaterial] = (),
    zone: ApplicantKind = NATURAL,
    version: int = 1,
    effective_from: date = date(2025, 1, 1),
    decision: Limit | None = None,
    statutory: Limit | None = None,
    extension: Limit | None = None,
    by_law: Limit | None = None,
    online: bool | None = None,
    afterwards: Limit | None = None,
    supplement_law: str | None = "地方行政许可程序规定 第二十条",
    notice: int = 5,
    delivery: int = 10,
    supplement: int = 5,
    warning: int = 75,
) -> ItemVersion:
    """A service item's version; a step given by its department alone opens at once. A supplement stops its clock by a law."""
    approvals = tuple(s if isinstance(s, ApprovalStep) else ApprovalStep(step=s, department=s) for s in steps)
    return ItemVersion(
        version=version,
        effective_from=effective_from,
        name=Label(zh="事项", en="item"),
        zone=zone,
        lead_department=approvals[0].department if approvals else "market",
        materials=tuple(materials),
        approvals=approvals,
        limits=Limits(
            notice=days(notice),
            decision=decision or days(10),
            delivery=days(delivery),
            statutory_decision=statutory or days(20),
            supplement=days(supplement),
            warning=warning,
            extension=extension,
            statutory_extension=by_law,
            evaluation=afterwards,
            rectification=afterwards,
            collection=afterwards,
        ),
        legal_basis="行政许可法",
        online=online,
        supplement_law=supplement_law,
    )


ITEMS = {
    "food": item("market", materials=[material("id"), material("lease")]),
    "restaurant": item(
        "market",
        "fire",
        materials=[material("id"), material("plan", deferrable=True), material("old", abolished="2025-1")],
        decision=days(9),
        statutory=days(18),
        notice=4,
        delivery=8,
        supplement=4,
        warning=60,
    ),
    "building": item(
        "housing",
        ApprovalStep(step="fire", department="fire", after=("housing",), limit=days(3)),
        materials=[material("id"), material("plan")],
        decision=days(12),
        statutory=days(22),
        notice=3,
        delivery=9,
        supplement=6,
        warning=80,
    ),
    "park": item(
        "market",
        materials=[material("id")],
        afterwards=days(10),
        decision=days(6),
        statutory=days(16),
        notice=2,
        delivery=7,
        supplement=3,
        warning=50,
    ),
    "homestead": item(
        "housing",
        "fire",
        materials=[material("id")],
        extension=days(5),
        decision=days(11),
        statutory=days(21),
        notice=4,
        delivery=6,
        supplement=7,
        warning=70,
    ),
    "shop": item("market", materials=[material("lease")], zone=LEGAL, decision=days(8), statutory=days(19), warning=90),
}
WINDOWS = (
    Window(window_id="W1", kind=WindowKind.COMPREHENSIVE, zone=NATURAL),
    Window(window_id="W2", kind=WindowKind.COMPREHENSIVE_INTAKE, zone=NATURAL),
    Window(window_id="W3", kind=WindowKind.COMPREHENSIVE_FEEDBACK, zone=NATURAL),
    Window(window_id="L1", kind=WindowKind.COMPREHENSIVE, zone=LEGAL),
    Window(window_id="M1", kind=WindowKind.DEPARTMENT, zone=NATURAL, department="market"),
)
DEPARTMENTS = ("market", "fire", "housing")


def setting_up() -> list[Command]:
    """The commands that make the city."""
    numbers = count(1)

    def common() -> dict[str, Any]:
        return {"command_id": f"setup-{next(numbers)}", "actor": OPERATOR, "occurred_at": START - timedelta(days=60)}

    hired = count(1)

    def hiring_them() -> dict[str, Any]:
        return {"command_id": f"staff-{next(hired)}", "actor": OPERATOR, "occurred_at": LONG_AGO}

    return [
        RegisterFirstOperator(**hiring_them(), person=OPERATOR.person, person_name=NAME),
        *(EstablishDepartment(**common(), department_id=d, label=Label(zh=f"{d}局", en=d)) for d in DEPARTMENTS),
        OpenHall(
            **common(),
            hall_id="H1",
            label=Label(zh="政务大厅", en="Government hall"),
            layout=Layout.AFTER,
            windows=WINDOWS,
            calendar=seeded(years=range(2024, 2027)),
        ),
        *(PublishItem(**common(), item_id=name, item=version) for name, version in ITEMS.items()),
        *hiring(STAFF, hiring_them),
    ]


def hiring(
    people: Iterable[Actor], common: Callable[[], dict[str, Any]], already: Iterable[str] = ()
) -> Iterator[Command]:
    """The commands that enter people into the staff with the posts as which they act, one or several each."""
    known = set(already)
    for who in people:
        joined = joining(who, **common())
        yield GiveRole(**joined.model_dump(exclude={"person_name"})) if who.person in known else joined
        known.add(who.person)


def joining(who: Actor, **common: Any) -> JoinStaff:
    """The command that enters somebody into the staff with the post as which they act."""
    post = {"role": who.role, "department": who.department, "hall": who.hall}
    return JoinStaff(**common, person=who.person, person_name=NAME, **post)


def applicant(name: str = NAME, kind: ApplicantKind = NATURAL) -> Applicant:
    """An applicant with a name in Chinese."""
    return Applicant(applicant_id="P1", kind=kind, name=name, identity_number="42010019900101001X", phone="13800000000")


def reviewer(department: str, person: str = "R1") -> Actor:
    """Somebody of a department."""
    return Actor(person=person, role=Role.REVIEWER, department=department, hall="H1")


def decider(department: str, person: str = "D1") -> Actor:
    """Somebody else of the department, who decides what others reviewed."""
    return reviewer(department, person)


def head(department: str, person: str = "B1") -> Actor:
    """A head of a department."""
    return Actor(person=person, role=Role.HEAD, department=department, hall="H1")


STAFF = (
    CLERK,
    COLLEAGUE,
    ISSUER,
    Actor(person="D1", role=Role.FRONT_DESK, hall="H1"),
    Actor(person="O1", role=Role.OPERATOR),
    *(reviewer(department, person) for department in DEPARTMENTS for person in ("R1", "R2", "D1")),
    *(head("market", person) for person in ("B1", "B2")),
    head("housing", "B3"),
    head("fire", "B4"),
    reviewer("market", "M1"),
)
"""Who is on the staff from the beginning; whoever else acts in a test joins when they first do."""


class Office:
    """The city and its cases in memory: what is given, what a command makes of it, what it is then.

    Whoever acts joins the staff with the post that they act as, so that a test need not tell of it; not where it is ``strict``.
    """

    strict = False

    def __init__(self) -> None:
        self.city = City()
        self.vault = GlassBox()
        self.cases: dict[str, list[Record]] = {}
        self.now = START
        self._position = count(1)
        self._number = count(1)
        for command in setting_up():
            self.give(command)

    def give(self, command: Command) -> list[Event]:
        """Decide a command and keep what follows. Raises the refusal."""
        command = command.sealed(self.vault)
        history = self.cases.setdefault(command.stream_id, [])
        state = command.new()
        for record in history:
            state = evolve(state, record)
        if not command.stream_id.startswith(FOLLOWED):
            state = self._known(command) or state
        command = command.timed(state, self.now)
        made, _ = decide(command, state, self.city, command.occurred_at)
        for record in made:
            history.append(replace(record, position=next(self._position)))
            if not command.stream_id.startswith(FOLLOWED):
                self.city.learn(history[-1])
        return [record.event for record in made]

    def when(self, command: type[Command], by: Actor = CLERK, minutes: float = 1, **fields: Any) -> list[Event]:
        """A command a minute later (or as many as said), on case C1 unless another is named."""
        self.now += timedelta(minutes=minutes)
        if "case_id" in command.model_fields:
            fields.setdefault("case_id", "C1")
        coded(command, fields)
        number = next(self._number)
        if not self.strict:
            self.on_the_staff(by)
        return self.give(command(**{"command_id": f"c{number}", "actor": by, "occurred_at": self.now, **fields}))

    def on_the_staff(self, actor: Actor) -> None:
        """Let somebody hold the post as which they act, from long ago; nothing changes where they do."""
        posts = self.city.staff[actor.person].posts if actor.person in self.city.staff else ()
        if actor.role not in OF_STAFF or any(
            post.role is actor.role and actor.department in (None, post.department) and actor.hall in (None, post.hall)
            for post in posts
        ):
            return
        long_ago = {"command_id": f"post-{next(self._number)}", "actor": OPERATOR, "occurred_at": LONG_AGO}
        joined = joining(actor, **long_ago)
        self.settle_in(GiveRole(**joined.model_dump(exclude={"person_name"})) if posts else joined)

    def settle_in(self, command: Command) -> None:
        """Give what makes the city and not the test."""
        self.give(command)

    def refused(self, command: type[Command], by: Actor = CLERK, **fields: Any) -> str:
        """The refusal of a command, which must come and must change nothing."""
        if not self.strict:
            self.on_the_staff(by)
        before = {name: list(records) for name, records in self.cases.items()}
        try:
            events = self.when(command, by, **fields)
        except OfficeError as refusal:
            self.cases.setdefault("application/C1", [])
            assert {name: r for name, r in self.cases.items() if r} == {name: r for name, r in before.items() if r}
            return str(refusal)
        raise AssertionError(f"it was not refused, and made {events}")

    def case(self, case_id: str = "C1", version: int | None = None) -> Application:
        """The case as it stands, or after so many events."""
        state = Application(case_id=case_id)
        for record in self.cases[f"application/{case_id}"][:version]:
            state = evolve(state, record)
        return state

    def _known(self, command: Command) -> Any:
        kind, _, name = command.stream_id.partition("/")
        owned: dict[str, dict[str, Any]] = {
            "hall": self.city.halls,
            "department": self.city.departments,
            "item": self.city.items,
            "package": self.city.packages,
            "staff": {},
        }
        return owned[kind].get(name)


class Listening(Office):
    """An office that keeps what it was asked, apart from what made its city."""

    def __init__(self) -> None:
        self.asked: list[Command] = []
        super().__init__()
        self.setting_up = self.asked
        self.asked = []

    def give(self, command: Command) -> list[Event]:
        self.asked.append(command)
        return super().give(command)

    def settle_in(self, command: Command) -> None:
        super().give(command)
        (self.setting_up if hasattr(self, "setting_up") else self.asked).append(command)


def received(*items: str, office: Office | None = None, case_id: str = "C1") -> Office:
    """Given an application for these items, received at window W1."""
    office = office or Office()
    fields = {"items": items or ("food",), "channel": Channel.WINDOW, "hall": "H1", "window": "W1"}
    office.when(RegisterIntake, case_id=case_id, applicant=applicant(), **fields)
    return office


def checked(office: Office, case_id: str = "C1", **verdicts: Verdict) -> Office:
    """Given every material of the case handed in and accepted, but for those with another verdict."""
    asked = [m for ref in office.case(case_id).items for m in office.city.item(ref.item_id).at(ref.version).asked_for()]
    for name in dict.fromkeys(m.material_id for m in asked):
        verdict = verdicts.get(name, Verdict.ACCEPTED)
        if verdict not in (Verdict.MISSING, Verdict.DEFERRED):
            office.when(SubmitMaterial, CITIZEN, case_id=case_id, material_id=name, content_hash=HASH)
        reason = "看不清 not legible" if verdict in (Verdict.DEFECTIVE, Verdict.WAIVED) else None
        promised = date(2025, 3, 20) if verdict is Verdict.DEFERRED else None
        office.when(
            CheckMaterial, case_id=case_id, material_id=name, verdict=verdict, reason=reason, promised_by=promised
        )
    return office


def accepted(*items: str, office: Office | None = None, case_id: str = "C1", **verdicts: Verdict) -> Office:
    """Given an accepted application."""
    office = checked(received(*items, office=office, case_id=case_id), case_id, **verdicts)
    office.when(Accept, case_id=case_id)
    return office


def noticed(*items: str, **verdicts: Verdict) -> Office:
    """Given an application whose applicant had the one-time notice."""
    office = checked(received(*items), **verdicts)
    office.when(GiveNotice)
    return office


def approved(*items: str, case_id: str = "C1", office: Office | None = None) -> Office:
    """Given an application that every department has approved."""
    office = accepted(*items, office=office, case_id=case_id)
    while open_tasks := [t for t in office.case(case_id).tasks.values() if t.settled is None]:
        for task in open_tasks:
            by = reviewer(task.department)
            office.when(ClaimTask, by, case_id=case_id, task_id=task.task_id)
            office.when(ApproveTask, by, case_id=case_id, task_id=task.task_id)
    return office


def decided(*items: str, case_id: str = "C1", office: Office | None = None) -> Office:
    """Given a granted application."""
    office = approved(*items, case_id=case_id, office=office)
    office.when(Decide, decider(str(office.case(case_id).department)), case_id=case_id, outcome=Outcome.GRANTED)
    return office


def ready(*items: str, office: Office | None = None) -> Office:
    """Given a result that waits to be handed over."""
    office = decided(*items, office=office)
    office.when(MakeResultReady, reviewer(str(office.case().department)), content_hash=HASH)
    return office


def issued(*items: str, office: Office | None = None) -> Office:
    """Given a result handed over at a window."""
    office = ready(*items, office=office)
    office.when(IssueResult, ISSUER, **AT_A_WINDOW)
    return office


def returned(*items: str, materials: tuple[str, ...] = ("id",)) -> Office:
    """Given a task returned to the applicant for a supplement."""
    office = accepted(*items)
    task = next(iter(office.case().tasks.values()))
    by = reviewer(task.department)
    office.when(ClaimTask, by, task_id=task.task_id)
    office.when(ReturnTask, by, task_id=task.task_id, materials=materials, reason="补正 supplement")
    return office


def refused_by(department: str, *items: str) -> Office:
    """Given an application that one department refused."""
    office = accepted(*items)
    task = next(t for t in office.case().tasks.values() if t.department == department)
    office.when(ClaimTask, reviewer(department), task_id=task.task_id)
    why = {"reasons": "不符合条件", "legal_basis": "行政许可法 38"}
    office.when(RefuseTask, reviewer(department), task_id=task.task_id, **why)
    return office
