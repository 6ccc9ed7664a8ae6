"""What somebody in whose list a case stands can do about it: for each line of a list the commands that lead it on, and by whom."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

from domain.application.beside.assignment import DelegateTask, ReassignTask
from domain.application.beside.questions import AnswerQuestion
from domain.application.limits.suspension import ResumeClock
from domain.application.path.acceptance import Accept, RefuseAcceptance
from domain.application.path.approvals import ApproveTask, ClaimTask, RefuseTask, ReturnTask
from domain.application.path.decision import Decide, MakeResultReady
from domain.application.path.evaluation import CloseComplaint, ReplyToRating, ReviewRectification, VerifyRating
from domain.application.path.feedback import IssueResult
from domain.application.path.materials import CheckMaterial, GiveNotice, SubmitMaterial
from domain.application.state import Application
from domain.application.terms import Defect, NotAccepted, Outcome, Verdict
from domain.command import Command
from domain.errors import OfficeError
from domain.hall.hall import Hall
from domain.office.deciding import decide
from domain.record import Actor, Role
from domain.sealing import Vault
from projections.lists.list_page import Listed
from projections.views.work import WaitsFor
from tests.anybody.agreement import Place
from tests.anybody.world import TEXT, WHY, World
from tests.office import AT_A_WINDOW, HASH, PAPER, coded

NOTHING = OfficeError("nothing would follow")


class Way(NamedTuple):
    """A command that somebody may give about a case."""

    kind: type[Command]
    actor: Actor
    fields: dict[str, Any]

    def granted(self, world: World, vault: Vault) -> bool:
        """Whether the office would do it now. Nothing is recorded."""
        return self.refusal(world, vault) is None

    def refusal(self, world: World, vault: Vault) -> OfficeError | None:
        """Why the office would not do it now, or that nothing would follow; None where it would."""
        common = {"command_id": "try", "actor": self.actor, "occurred_at": world.now, "case_id": world.case.case_id}
        fields = {**common, **self.fields}
        coded(self.kind, fields)
        command = self.kind(**fields).sealed(vault)
        try:
            return None if decide(command, world.case, world.city, world.now)[0] else NOTHING
        except OfficeError as refusal:
            return refusal


Act = tuple[type[Command], dict[str, Any]]
REMEDIES = {**WHY, "remedies": "行政复议"}


def ways(line: Listed, places: Iterable[Place], world: World) -> Iterator[Way]:
    """What whoever has the line in one of their lists may try, the likeliest first."""
    for kind, fields in _acts(line, world.case):
        for actor in _actors(line, places, world, kind.roles):
            yield Way(kind, actor, _at(fields, actor, kind))


def _at(fields: dict[str, Any], actor: Actor, kind: type[Command]) -> dict[str, Any]:
    return {**fields, "window": actor.window} if kind is IssueResult else fields


def _acts(line: Listed, case: Application) -> Iterator[Act]:
    asked = (line.asks_for or "").split(", ")
    item = {} if line.item is None else {"item_id": line.item}
    match WaitsFor(line.waits_for):
        case WaitsFor.CHECK:
            unchecked = [m for m in (*asked, *case.materials, "id", "lease", "plan", "map") if m]
            for name in dict.fromkeys(unchecked):
                if case.materials.get(name) is None or case.materials[name].verdict is None:
                    yield from _checks(name)
        case WaitsFor.NOTICE:
            yield GiveNotice, {}
        case WaitsFor.ACCEPT:
            yield Accept, {}
            yield RefuseAcceptance, {"ground": NotAccepted.NOT_IN_POWERS, "competent_office": TEXT, **WHY, **PAPER}
            yield RefuseAcceptance, {"materials": case.lacking, **WHY, **PAPER}
        case WaitsFor.SUPPLEMENT | WaitsFor.PROMISED:
            for name in asked:
                yield SubmitMaterial, {"material_id": name, "content_hash": HASH}
        case WaitsFor.APPROVE:
            yield from _of_task(line)
        case WaitsFor.ANSWER:
            yield AnswerQuestion, {"question_id": line.work.partition("?")[2], "answer": TEXT}
        case WaitsFor.DECIDE:
            for outcome in Outcome:
                yield Decide, {"outcome": outcome, **REMEDIES, **item}
            for each in case.suspensions:
                yield ResumeClock, {"suspension_id": each.suspension_id}
        case WaitsFor.RESULT:
            yield MakeResultReady, {"content_hash": HASH, **item}
        case WaitsFor.HAND_OVER:
            yield IssueResult, {**AT_A_WINDOW, **item}
        case WaitsFor.RATING:
            yield VerifyRating, {"founded": True, "finding": TEXT}
            yield VerifyRating, {"founded": False, "finding": TEXT}
            yield CloseComplaint, {"reply": TEXT}
            yield ReplyToRating, {"measures": TEXT, "reply": TEXT}
            yield ReviewRectification, {"satisfied": False, "note": TEXT}
            yield ReviewRectification, {"satisfied": True, "note": TEXT}
        case WaitsFor.UPCOMING | WaitsFor.NEXT_STEP:
            return


def _checks(name: str) -> Iterator[Act]:
    about = {"material_id": name}
    yield CheckMaterial, {**about, "verdict": Verdict.ACCEPTED}
    yield CheckMaterial, {**about, "verdict": Verdict.MISSING}
    yield CheckMaterial, {**about, "verdict": Verdict.DEFECTIVE, "reason": TEXT}
    yield CheckMaterial, {**about, "verdict": Verdict.DEFECTIVE, "reason": TEXT, "defect": Defect.ANOTHER_PAPER}
    yield CheckMaterial, {**about, "verdict": Verdict.DEFERRED, "promised_by": date(2025, 3, 20)}
    yield CheckMaterial, {**about, "verdict": Verdict.WAIVED, "reason": TEXT}


def _of_task(line: Listed) -> Iterator[Act]:
    this = {"task_id": line.work}
    yield ClaimTask, this
    yield ApproveTask, this
    yield RefuseTask, {**this, **WHY}
    for name in ("id", "plan"):
        yield ReturnTask, {**this, "materials": (name,), "reason": TEXT}
    for name in ("{}-1", "{}-2", "{}-head", "reserve-{}", "reserve-{}-head"):
        to = name.format(line.department)
        yield ReassignTask, {**this, "to": to, "reason": TEXT}
        yield DelegateTask, {**this, "to": to}


def _actors(line: Listed, places: Iterable[Place], world: World, roles: frozenset[Role]) -> Iterator[Actor]:
    hall = world.city.halls[str(line.hall)]
    for place in places:
        if place.department is not None:
            backs = roles & {Role.REVIEWER, Role.HEAD}
            yield from _holding(world, backs, place.department, hall.hall_id, [None])
        elif line.side == "applicant":
            if world.case.applicant is not None:
                yield Actor(person=world.case.applicant.applicant_id, role=Role.APPLICANT)
        else:
            seats = roles & {Role.FRONT_DESK, Role.ISSUER}
            windows = list(_windows(place, hall, world.case.zone, issues=line.side == "feedback"))
            yield from _holding(world, seats, None, hall.hall_id, windows)


def _windows(place: Place, hall: Hall, zone: str | None, *, issues: bool) -> Iterator[str]:
    """The window itself, then those beside it that serve the same zone: at one whose rota has somebody else now nobody else acts."""
    if place.window is not None:
        yield place.window
    for name, window in hall.windows.items():
        if window.zone == zone and (window.issues if issues else window.receives):
            yield name


def _holding(
    world: World, roles: frozenset[Role], department: str | None, hall: str, windows: list[Any]
) -> Iterator[Actor]:
    for person, post in world.staff_of(hall):
        if post.role in roles and post.department == department:
            for window in windows:
                yield Actor(person=person, role=post.role, department=department, hall=hall, window=window)
