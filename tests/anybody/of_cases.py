"""A builder for each command that is asked of a case: its fields, right ones and wrong ones."""

from typing import Any

from hypothesis import strategies as st

from domain.application.beside.assignment import DelegateTask, HandOverTask, ReassignTask, SnoozeTask
from domain.application.beside.cancellation import Cancel, CancellationGround
from domain.application.beside.changed_rows import CorrectRow, TakeOutRow
from domain.application.beside.claiming import ClaimIntake
from domain.application.beside.corrections import CorrectClericalError
from domain.application.beside.merging import KeepDuplicate, MergeInto
from domain.application.beside.newer_version import MoveToVersion
from domain.application.beside.questions import AnswerQuestion, AskQuestion
from domain.application.beside.recorded_steps import Meaning, RecordStep
from domain.application.beside.reopening import FileLateDocument, Reopen
from domain.application.beside.revocation import RevocationGround, Revoke
from domain.application.beside.termination import Terminate, TerminationGround
from domain.application.beside.transfer import Transfer
from domain.application.beside.withdrawal import Withdraw, WithdrawPart
from domain.application.consequences.deadlines import Tick
from domain.application.consequences.recount import RecountLimits
from domain.application.limits.extension import ExtendLimit, RefuseExtension
from domain.application.limits.suspension import ResumeClock, StopClock
from domain.application.path.acceptance import Accept, RefuseAcceptance
from domain.application.path.approvals import ApproveTask, ClaimTask, RefuseTask, ReleaseTask, ReturnTask
from domain.application.path.decision import Decide, MakeResultReady
from domain.application.path.evaluation import (
    CloseComplaint,
    Evaluate,
    ReplyToRating,
    ReviewRectification,
    VerifyRating,
)
from domain.application.path.feedback import Delivery, Failure, IssueResult, Receiver, RecordFailure
from domain.application.path.intake import RegisterIntake
from domain.application.path.materials import CheckMaterial, GiveNotice, SubmitMaterial
from domain.application.terms import AppealResult, Channel, Correctable, Defect, Ground, NotAccepted, Outcome, Verdict
from domain.command import Command
from domain.people.applicant import Applicant
from domain.record import Actor, Role
from tests.anybody.city import DEPARTMENTS, HALLS
from tests.anybody.world import (
    CASES,
    ITEMS,
    MATERIALS,
    ORDER,
    ROW,
    TEXT,
    WHY,
    Builder,
    Fields,
    World,
    given,
    maybe,
    some,
)
from tests.office import HASH, LEGAL, NAME, NATURAL, SUMMONED

NATURALS = ("P1", "P2")
RIGHT = st.sampled_from([
    {"channel": Channel.WINDOW, "hall": "H1", "window": "W1"},
    {"channel": Channel.WINDOW, "hall": "H2", "window": "E1"},
    {"channel": Channel.ONLINE, "hall": "H1"},
    {"channel": Channel.POST, "hall": "H2"},
])  # fmt: skip
WRONG = st.sampled_from([
    {"channel": Channel.WINDOW, "hall": "H1", "window": "W3"},
    {"channel": Channel.KIOSK, "hall": "H1", "window": "W1"},
    {"channel": Channel.WINDOW, "hall": "none", "window": "W1"},
])  # fmt: skip
WISHES = st.one_of(
    given(items=some(ITEMS[:4], 3).map(lambda wanted: wanted or ("restaurant",))),
    given(package=["dining", "house"], conditions=some(["seats"], 1)),
)


def _applicant(name: str) -> Applicant:
    return Applicant(applicant_id=name, kind=NATURAL if name in NATURALS else LEGAL, name=NAME)


def _intake(world: World) -> Fields:
    wish = st.one_of(WISHES, given(items=("shop",)), given(package="none"))
    who = st.sampled_from([*NATURALS, "L1"]).map(_applicant)
    return st.builds(lambda where, what, applicant: {**where, **what, "applicant": applicant}, RIGHT | WRONG, wish, who)


def _applying(where: dict[str, Any], what: dict[str, Any], who: str, law: bool) -> tuple[Actor, dict[str, Any]]:
    """An intake as it should be, and who gives it."""
    window = where.get("window")
    desk = Actor(person="desk-2" if where["hall"] == "H2" else "desk-1", role=Role.FRONT_DESK, window=window)
    if law:
        where, what, who = {"channel": Channel.WINDOW, "hall": "H1", "window": "RL"}, {"items": ("shop",)}, "L1"
        desk = Actor(person="desk-1", role=Role.FRONT_DESK, window="RL")
    actor = desk if where.get("window") else Actor(person=who, role=Role.APPLICANT)
    return actor, {**where, **what, "applicant": _applicant(who)}


APPLYING = st.builds(_applying, RIGHT, WISHES, st.sampled_from(NATURALS), st.sampled_from([False] * 5 + [True]))


def _merging(world: World) -> Fields:
    """About another case, as it is or as somebody says it is."""

    def about(other: str, as_this: bool) -> dict[str, object]:
        case = world.case if as_this else world.others.get(other)
        applicant = case and case.applicant and case.applicant.applicant_id
        return {
            "other": other,
            "reason": TEXT,
            "other_applicant": applicant,
            "other_items": tuple(ref.item_id for ref in case.items) if case else None,
        }

    return st.builds(about, st.sampled_from(CASES), st.booleans())


def _task(**more: object) -> Builder:
    return lambda world: given(task_id=world.tasks, **more)


def _of_people(world: World) -> Fields:
    return given(task_id=world.tasks, to=world.people(), reason=TEXT)


def _hand_over(world: World) -> Fields:
    return given(task_id=world.tasks, holder=world.people(), to=world.people(), reason=TEXT)


def _correct(world: World) -> Fields:
    right = st.one_of(
        given(field=Correctable.OCCURRED_AT, value=world.later(-48, 2).map(lambda at: at.isoformat())),
        given(field=Correctable.WINDOW, value=["W1", "E1", "RN", "W99"], corrects=1),
        given(field=Correctable.CHANNEL, value=["online", "post", "none"], corrects=1),
        given(field=None, value=None),
    )
    about = given(corrects=st.integers(1, 12), correction=TEXT, reason=TEXT, confirmed_by=world.people())
    return st.builds(lambda general, more: {**general, **more}, about, right)


HEARD = {"ground": Ground.HEARING, "presided_by": "fire-head", "held_on": SUMMONED}
SEEN = {"ground": Ground.INSPECTION, "inspected_by": ("market-1", "fire-1")}
STOPS = [
    HEARD,
    SEEN,
    {"ground": Ground.TEST},
    {"ground": Ground.HEARING},
    {**SEEN, "inspected_by": ("fire-1", "fire-1")},
]


def _stop(world: World) -> Fields:
    return st.builds(
        lambda number, how: {"suspension_id": number, "notice": TEXT, **how},
        st.sampled_from(["a", "b"]),
        st.sampled_from([*STOPS, *({"ground": each} for each in Ground)]),
    )


def _resume(world: World) -> Fields:
    return given(suspension_id=[*(s.suspension_id for s in world.case.suspensions if s.ended_at is None), "a"])


def _issue(world: World) -> Fields:
    window = [name for name, each in world.city.halls[world.hall].windows.items() if each.issues]
    at_window = given(
        delivery=Delivery.WINDOW, window=[*window, "W2"], receiver=NAME, taken_by=Receiver.APPLICANT,
        identity_checked=[True, True, False],
    )  # fmt: skip
    sent = given(delivery=list(Delivery), tracking=maybe("EMS 1"))
    return st.one_of(*(_of_item(world, fields) for fields in (at_window, sent)))


def _of_item(world: World, fields: Fields) -> Fields:
    """The same about everything, or about one item."""
    items = [None, None, *(ref.item_id for ref in world.case.items)]
    return st.builds(lambda given, item: {**given, "item_id": item}, fields, st.sampled_from(items))


def _versions(world: World) -> Fields:
    return given(
        item_id=[*(ref.item_id for ref in world.case.items), "none"],
        version=[len(world.city.items[ref.item_id].versions) for ref in world.case.items] + [1],
        reason=TEXT,
    )


def _evaluate(world: World) -> Fields:
    rating = {"grade": st.integers(1, 5), "anonymous": st.booleans()}
    return st.one_of(given(**rating), given(**rating), given(**rating, code=[None, HASH]))


def _part(world: World) -> Fields:
    return given(item_id=[*(ref.item_id for ref in world.case.items), "none"])


OF_CASES: dict[type[Command], Builder] = {
    Accept: lambda world: given(),
    AnswerQuestion: lambda world: given(question_id=[*world.case.questions, "none"], answer=TEXT),
    ApproveTask: _task(),
    AskQuestion: _task(question_id=["q1", "q2", "q3"], department=maybe(*DEPARTMENTS, "none"), question=TEXT),
    Cancel: lambda world: given(ground=list(CancellationGround), **WHY, order=ORDER["order"], content_hash=HASH),
    CheckMaterial: lambda world: given(
        material_id=list(MATERIALS),
        verdict=list(Verdict),
        reason=maybe(TEXT),
        promised_by=st.one_of(st.none(), world.day()),
        defect=maybe(Defect.COPY, Defect.ANOTHER_PAPER),
    ),
    ClaimIntake: lambda world: given(),
    ClaimTask: _task(),
    CloseComplaint: lambda world: given(reply=TEXT),
    CorrectClericalError: _correct,
    CorrectRow: lambda world: given(corrects=st.integers(1, 4), reason=TEXT, at=world.later(-48, 2), row=ROW),
    Decide: lambda world: _of_item(world, given(outcome=list(Outcome), **WHY, remedies=maybe(TEXT, TEXT, TEXT))),
    DelegateTask: _of_people,
    Evaluate: _evaluate,
    ExtendLimit: lambda world: given(notice=TEXT),
    FileLateDocument: lambda world: given(content_hash=HASH, what=TEXT),
    GiveNotice: lambda world: given(),
    HandOverTask: _hand_over,
    IssueResult: _issue,
    KeepDuplicate: _merging,
    MakeResultReady: lambda world: _of_item(world, given(content_hash=HASH)),
    MergeInto: _merging,
    MoveToVersion: _versions,
    ReassignTask: _of_people,
    RecordFailure: lambda world: _of_item(world, given(delivery=list(Delivery), failure=list(Failure))),
    RecordStep: lambda world: given(hall=[*HALLS, "none"], item=list(ITEMS), meaning=maybe(*Meaning), source=ROW),
    RecountLimits: lambda world: given(order="2025-7", notice=TEXT),
    RefuseAcceptance: lambda world: given(
        **WHY,
        materials=st.one_of(st.just(()), some(MATERIALS)),
        ground=maybe(*NotAccepted),
        competent_office=maybe("应急管理局"),
        item_id=maybe(*(ref.item_id for ref in world.case.items)),
        content_hash=maybe(HASH),
        remedies=maybe(TEXT),
    ),
    RefuseExtension: lambda world: given(asked_by=world.people(), reason=TEXT),
    RefuseTask: _task(**WHY),
    RegisterIntake: _intake,
    ReleaseTask: _task(),
    Reopen: lambda world: given(
        order=["复议 7", "none"],
        reason=TEXT,
        items=st.one_of(st.none(), some([ref.item_id for ref in world.case.items] or ["none"])),
        result=maybe(*AppealResult, *[AppealResult.ANNULLED] * 6),
        accept_by=st.one_of(st.none(), st.none(), world.day()),
    ),
    ReplyToRating: lambda world: given(measures=TEXT, reply=TEXT),
    ResumeClock: _resume,
    ReturnTask: _task(materials=some(MATERIALS), reason=TEXT),
    ReviewRectification: lambda world: given(satisfied=st.booleans(), note=TEXT),
    Revoke: lambda world: given(ground=list(RevocationGround), **WHY, order=ORDER["order"], remedies=TEXT),
    SnoozeTask: lambda world: given(task_id=world.tasks, until=world.later()),
    StopClock: _stop,
    SubmitMaterial: lambda world: given(material_id=list(MATERIALS), content_hash=HASH),
    TakeOutRow: lambda world: given(corrects=st.integers(1, 4), reason=TEXT),
    Terminate: lambda world: given(ground=list(TerminationGround), **WHY),
    Tick: lambda world: given(),
    Transfer: lambda world: given(hall=[*HALLS, "none"], reason=TEXT),
    VerifyRating: lambda world: given(founded=st.booleans(), finding=TEXT),
    Withdraw: lambda world: given(),
    WithdrawPart: _part,
}
