"""No state from which nothing leads on: whatever is given in whatever order, somebody can bring an open case nearer its end.

Terminating, withdrawing, transferring and correcting are always possible and do not count.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain.application.beside.assignment import DelegateTask, ReassignTask, SnoozeTask
from domain.application.beside.merging import KeepDuplicate, MergeInto
from domain.application.beside.newer_version import MoveToVersion
from domain.application.beside.questions import AskQuestion
from domain.application.beside.reopening import Reopen
from domain.application.beside.revocation import RevocationGround, Revoke
from domain.application.beside.termination import Terminate, TerminationGround
from domain.application.beside.transfer import Transfer
from domain.application.beside.withdrawal import Withdraw, WithdrawPart
from domain.application.consequences.deadlines import Tick
from domain.application.limits.extension import ExtendLimit
from domain.application.limits.suspension import ResumeClock, StopClock
from domain.application.path.acceptance import Accept, RefuseAcceptance
from domain.application.path.approvals import ApproveTask, ClaimTask, RefuseTask, ReleaseTask, ReturnTask
from domain.application.path.decision import Decide, MakeResultReady
from domain.application.path.evaluation import Evaluate
from domain.application.path.feedback import IssueResult
from domain.application.path.materials import CheckMaterial, GiveNotice, SubmitMaterial
from domain.application.state import Application
from domain.application.terms import Defect, Ground, NotAccepted, Outcome, Verdict
from domain.catalogue.publishing import ReviseItem
from domain.command import Command
from domain.errors import OfficeError
from domain.office.deciding import decide
from domain.record import CLOCK, Actor
from tests.domain.test_corrections import with_another_hall
from tests.office import (
    AT_A_WINDOW,
    CITIZEN,
    CLERK,
    HASH,
    ISSUER,
    OPERATOR,
    PAPER,
    coded,
    decider,
    head,
    item,
    material,
    received,
    reviewer,
)

MATERIALS = ("id", "lease", "plan")
TASKS = ("food:market", "food:fire", "restaurant:market", "restaurant:fire")
WHY = {"reasons": "不符合条件", "legal_basis": "行政许可法 38"}
REMEDIES = {**WHY, "remedies": "行政复议"}
Given = tuple[type[Command], Actor, dict[str, Any]]
PROMISE = {"verdict": Verdict.DEFERRED, "promised_by": date(2025, 3, 14)}
SAME = {"other": "C2", "reason": "重复登记", "other_applicant": "P1"}


def of_materials() -> Iterator[Given]:
    """What is handed in, checked, noticed and accepted."""
    for name in MATERIALS:
        yield SubmitMaterial, CITIZEN, {"material_id": name, "content_hash": HASH}
        yield CheckMaterial, CLERK, {"material_id": name, **PROMISE}
        for verdict in (Verdict.ACCEPTED, Verdict.MISSING, Verdict.DEFECTIVE, Verdict.WAIVED):
            reason = "看不清" if verdict in (Verdict.DEFECTIVE, Verdict.WAIVED) else None
            yield CheckMaterial, CLERK, {"material_id": name, "verdict": verdict, "reason": reason}
        another = {"verdict": Verdict.DEFECTIVE, "reason": "不是这份", "defect": Defect.ANOTHER_PAPER}
        yield CheckMaterial, CLERK, {"material_id": name, **another}
        yield RefuseAcceptance, CLERK, {"materials": (name,), **WHY, **PAPER}
    yield GiveNotice, CLERK, {}
    yield Accept, CLERK, {}


def of_tasks() -> Iterator[Given]:
    """What departments do with their tasks."""
    for task in TASKS:
        by, this = reviewer(task.partition(":")[2]), {"task_id": task}
        for command in (ClaimTask, ApproveTask, ReleaseTask):
            yield command, by, this
        yield RefuseTask, by, {**this, **WHY}
        for name in MATERIALS:
            yield ReturnTask, by, {**this, "materials": (name,), "reason": "补正"}
        yield DelegateTask, by, {**this, "to": "R2"}
        boss = head(by.department or "", "B1" if by.department == "market" else "B4")
        yield ReassignTask, boss, {**this, "to": "R1", "reason": "转办"}
        yield AskQuestion, by, {**this, "question_id": task, "department": "housing", "question": "?"}


def of_the_end() -> Iterator[Given]:
    """Procedures, the decision, and the result."""
    yield StopClock, reviewer("market"), {
        "suspension_id": "h", "ground": Ground.HEARING, "notice": "听证", "presided_by": "B2"
    }  # fmt: skip
    yield ResumeClock, reviewer("market"), {"suspension_id": "h"}
    for outcome in Outcome:
        yield Decide, decider("market"), {"outcome": outcome, **REMEDIES}
    yield MakeResultReady, reviewer("market"), {"content_hash": HASH}
    yield IssueResult, ISSUER, AT_A_WINDOW


def rare() -> Iterator[Given]:
    """What happens beside the path."""
    yield (
        RefuseAcceptance,
        CLERK,
        {"ground": NotAccepted.NOT_IN_POWERS, "competent_office": "应急管理局", **WHY, **PAPER},
    )
    yield MoveToVersion, head("market"), {"item_id": "food", "version": 2, "reason": "适用新规"}
    yield Transfer, CLERK, {"hall": "H2", "reason": "就近办理"}
    for items in (("food",), ("food", "restaurant")):
        yield KeepDuplicate, CLERK, {**SAME, "other_items": items}
        yield MergeInto, CLERK, {**SAME, "other_items": items}
    for name in ("food", "restaurant"):
        yield WithdrawPart, CITIZEN, {"item_id": name}
    yield Withdraw, CITIZEN, {}
    yield ExtendLimit, head("market"), {"notice": "延长"}
    yield Reopen, head("market", "B2"), {"order": "复议决定 7", "reason": "事实不清"}
    grounds = {"ground": RevocationGround.NOT_QUALIFIED, "order": "1号", **REMEDIES}
    yield Revoke, head("market"), grounds
    yield Terminate, head("market"), {"ground": TerminationGround.FORCE_MAJEURE, **WHY}
    yield Evaluate, CITIZEN, {"grade": 1}
    yield Tick, CLOCK, {}


PATH = [*of_materials(), *of_tasks(), *of_the_end()]
LEADING = [each for each in PATH if each[0] not in (ReleaseTask, DelegateTask, ReassignTask, AskQuestion, StopClock)]


class Case(RuleBasedStateMachine):
    """One case of two items, a second hall, and a newer version of one of the items that asks another department."""

    @initialize()
    def it_is_received(self) -> None:
        self.office = with_another_hall(received("food", "restaurant"))
        newer = item("fire", materials=[material("id")], version=2, effective_from=date(2025, 3, 4))
        self.office.when(ReviseItem, OPERATOR, item_id="food", item=newer, reason="新规")

    @rule(given=st.sampled_from(PATH))
    def something_of_the_path(self, given: Given) -> None:
        self._give(given)

    @rule(given=st.sampled_from(list(rare())))
    def something_beside_it(self, given: Given) -> None:
        self._give(given)

    @rule(steps=st.integers(5, 30), data=st.data())
    def it_goes_on(self, steps: int, data: st.DataObject) -> None:
        """Whatever leads on is done, so that later states are reached."""
        for _ in range(steps):
            leading = [each for each in LEADING if self._accepted(each)] if self.office.case().under_way else []
            if not leading:
                return
            self._give(data.draw(st.sampled_from(leading)))

    @rule(hours=st.integers(1, 200))
    def time_passes(self, hours: int) -> None:
        self.office.now += timedelta(hours=hours)

    @rule(task=st.sampled_from(TASKS))
    def a_task_is_put_aside(self, task: str) -> None:
        until = self.office.now + timedelta(hours=8)
        self._give((SnoozeTask, reviewer(task.partition(":")[2]), {"task_id": task, "until": until}))

    @invariant()
    def somebody_can_bring_it_on(self) -> None:
        if not hasattr(self, "office"):
            return
        self.office.when(Tick, CLOCK)  # what lapsed is recorded
        case = self.office.case()
        if case.under_way:
            assert any(self._accepted(each) for each in LEADING) or self._waits(case), case

    def _waits(self, case: Application) -> bool:
        """Whether only the end of a period that runs is waited for, at which something follows by itself or is allowed."""
        return bool(case.lacking) and case.answer_by is not None and self.office.now < case.answer_by

    def _give(self, given: Given) -> None:
        command, by, fields = self._here(given)
        with suppress(OfficeError):
            self.office.when(command, by, **fields)

    def _accepted(self, given: Given) -> bool:
        kind, by, fields = self._here(given)
        self.office.on_the_staff(by)
        fields = dict(fields)
        coded(kind, fields)
        asked = {"command_id": "x", "actor": by, "occurred_at": self.office.now}
        command = kind(**asked, case_id="C1", **fields).sealed(self.office.vault)
        try:
            decide(command, self.office.case(), self.office.city, command.occurred_at)
        except OfficeError:
            return False
        return True

    def _here(self, given: Given) -> Given:
        """The command by somebody of the hall where the case is; a task by whoever holds it."""
        kind, by, fields = given
        case = self.office.case()
        there = case.hall == "H2"
        task = case.tasks.get(fields.get("task_id", ""))
        person = (
            task.holder if task is not None and task.holder and kind not in (ClaimTask, ReassignTask) else by.person
        )
        if there and by.hall == "H1":
            window = "E1" if by.window else None
            by = Actor(person=person, role=by.role, department=by.department, hall="H2", window=window)
        elif person != by.person:
            by = Actor(person=person, role=by.role, department=by.department, hall=by.hall)
        if there and kind is IssueResult:
            fields = {**fields, "window": "E1"}
        return kind, by, fields


TestNoDeadEnd = Case.TestCase
TestNoDeadEnd.settings = settings(max_examples=5, stateful_step_count=25, deadline=None)
