"""Random days in the office, on a real store: whatever is asked by whomever and when, the rules hold."""

import shutil
import tempfile
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from adapters.bootstrap import Installation, installation
from adapters.services.clock import tick
from adapters.settings import Settings
from adapters.store import audit
from domain.application.beside.corrections import CorrectClericalError
from domain.application.beside.withdrawal import Withdraw
from domain.application.consequences.deadlines import Tick
from domain.application.limits.extension import ExtendLimit
from domain.application.limits.suspension import ResumeClock, StopClock
from domain.application.path.acceptance import Accept, RefuseAcceptance
from domain.application.path.approvals import ApproveTask, ClaimTask, RefuseTask, ReleaseTask, ReturnTask
from domain.application.path.decision import Decide, MakeResultReady
from domain.application.path.evaluation import Evaluate
from domain.application.path.feedback import Delivery, IssueResult
from domain.application.path.intake import RegisterIntake
from domain.application.path.materials import CheckMaterial, GiveNotice, SubmitMaterial
from domain.application.state import Application
from domain.application.terms import Channel, Defect, Ground, NotAccepted, Outcome, Status, TaskStatus, Verdict
from domain.command import Command
from domain.errors import CommandReused, OfficeError
from domain.evolving import fold
from domain.office.office import Receipt
from domain.record import Actor, Role
from projections.engine.generations import live
from projections.views.all_views import VIEWS
from projections.views.open_work import OpenWork
from projections.views.work import ANSWER, APPROVE
from tests.office import (
    AT_A_WINDOW,
    BY_POST,
    CITIZEN,
    CLERK,
    HASH,
    ISSUER,
    ITEMS,
    START,
    STRANGER,
    SUMMONED,
    applicant,
    coded,
    decider,
    head,
    reviewer,
    setting_up,
)
from tests.oracle import open_tasks, rules_hold

CASES = ("C1", "C2", "C3")
NATURAL_ITEMS = tuple(name for name, version in ITEMS.items() if version.zone == "natural_person")
WHY = {"reasons": "不符合条件", "legal_basis": "行政许可法 38", "remedies": "行政复议"}
DEPARTMENTS = ("market", "fire", "housing")
PEOPLE = tuple(reviewer(department, person) for department in DEPARTMENTS for person in ("R1", "R2", "D1"))
HEADS = (head("market", "B1"), head("fire", "B4"), head("housing", "B3"))
ACTORS = (CLERK, CITIZEN, STRANGER, *PEOPLE, *HEADS, ISSUER)
MATERIALS = ("id", "lease", "plan", "old")
TASKS = ("food:market", "restaurant:market", "restaurant:fire", "building:housing", "building:fire", "homestead:fire")

FIELDS: dict[type[Command], st.SearchStrategy[dict[str, Any]]] = {
    SubmitMaterial: st.fixed_dictionaries({"material_id": st.sampled_from(MATERIALS), "content_hash": st.just(HASH)}),
    CheckMaterial: st.fixed_dictionaries(
        {
            "material_id": st.sampled_from(MATERIALS),
            "verdict": st.sampled_from(Verdict),
            "reason": st.sampled_from([None, "看不清"]),
            "promised_by": st.sampled_from([None, date(2025, 12, 1)]),
            "commitment": st.sampled_from([HASH, HASH, None]),
            "defect": st.sampled_from([None, None, *Defect]),
        }
    ),
    GiveNotice: st.just({}),
    Accept: st.just({}),
    RefuseAcceptance: st.fixed_dictionaries(
        {
            "materials": st.lists(st.sampled_from(MATERIALS), max_size=2),
            "reasons": st.just("x"),
            "legal_basis": st.just("y"),
            "ground": st.sampled_from([None, *NotAccepted]),
            "competent_office": st.sampled_from([None, "应急管理局"]),
            "content_hash": st.just(HASH),
            "remedies": st.just("z"),
        }
    ),
    ClaimTask: st.fixed_dictionaries({"task_id": st.sampled_from(TASKS)}),
    ReleaseTask: st.fixed_dictionaries({"task_id": st.sampled_from(TASKS)}),
    ReturnTask: st.fixed_dictionaries(
        {
            "task_id": st.sampled_from(TASKS),
            "materials": st.lists(st.sampled_from(MATERIALS), min_size=1, max_size=2),
            "reason": st.just("补正"),
        }
    ),
    ApproveTask: st.fixed_dictionaries({"task_id": st.sampled_from(TASKS)}),
    RefuseTask: st.fixed_dictionaries(
        {"task_id": st.sampled_from(TASKS), "reasons": st.just("x"), "legal_basis": st.just("y")}
    ),
    StopClock: st.fixed_dictionaries(
        {
            "suspension_id": st.sampled_from(["a", "b"]),
            "ground": st.sampled_from(Ground),
            "notice": st.just("书面告知"),
            "presided_by": st.sampled_from([None, "B1"]),
            "inspected_by": st.sampled_from([None, ("R1", "R2")]),
            "held_on": st.sampled_from([None, SUMMONED]),
        }
    ),
    ResumeClock: st.fixed_dictionaries({"suspension_id": st.sampled_from(["a", "b", "supplement-1"])}),
    Decide: st.fixed_dictionaries({"outcome": st.sampled_from(Outcome), **{k: st.just(v) for k, v in WHY.items()}}),
    MakeResultReady: st.just({"content_hash": HASH}),
    IssueResult: st.sampled_from([BY_POST, AT_A_WINDOW, {"delivery": Delivery.WINDOW}]),
    Evaluate: st.fixed_dictionaries({"grade": st.integers(1, 5)}),
    Withdraw: st.just({}),
    Tick: st.just({}),
    ExtendLimit: st.just({"notice": "延长的书面告知"}),
    CorrectClericalError: st.fixed_dictionaries(
        {
            "corrects": st.integers(1, 40),
            "correction": st.just("更正"),
            "reason": st.just("x"),
            "confirmed_by": st.just("F9"),
        }
    ),
}


class OfficeMachine(RuleBasedStateMachine):
    """An office on a real database, its cases and its queues."""

    def __init__(self, make: Callable[[], str], drop: Callable[[str], None]) -> None:
        super().__init__()
        self._drop = drop
        self.url = make()
        self._folder = tempfile.TemporaryDirectory()
        self._context = installation(
            Settings(database_url=self.url, master_key_file=Path(self._folder.name) / "master.key"), lambda: self.now
        )
        self.installation: Installation = self._context.__enter__()
        self.now = START
        self.given: list[tuple[Command, Receipt]] = []
        self.states: dict[tuple[str, int], Application] = {}
        self.number = 0

    def teardown(self) -> None:
        self._context.__exit__(None, None, None)
        self._drop(self.url)
        self._folder.cleanup()

    @initialize()
    def the_city_is_entered(self) -> None:
        for command in setting_up():
            self.installation.office.execute(command)

    def _give(self, command: type[Command], actor: Actor, **fields: Any) -> None:
        self.number += 1
        self.now += timedelta(minutes=1)
        coded(command, fields)
        office = self.installation.office
        given = command(**{"command_id": f"c{self.number}", "actor": actor, "occurred_at": self.now, **fields})
        before = self.installation.log.head()
        try:
            receipt = office.execute(given)
        except OfficeError:
            assert self.installation.log.head() == before, "a refused command changed something"
            return
        assert receipt.position == self.installation.log.head()
        self.given.append((given, receipt))
        state = office.case(fields["case_id"])
        self.states[state.case_id, state.version] = state

    @rule(case=st.sampled_from(CASES), items=st.lists(st.sampled_from(NATURAL_ITEMS), min_size=1, max_size=2))
    def somebody_applies(self, case: str, items: list[str]) -> None:
        fields = {"items": tuple(items), "channel": Channel.WINDOW, "hall": "H1", "window": "W1"}
        self._give(RegisterIntake, CLERK, case_id=case, applicant=applicant(), **fields)

    @rule(case=st.sampled_from(CASES), actor=st.sampled_from(ACTORS), data=st.data())
    def somebody_does_something(self, case: str, actor: Actor, data: st.DataObject) -> None:
        command = data.draw(st.sampled_from(list(FIELDS)), "command")
        self._give(command, actor, case_id=case, **data.draw(FIELDS[command], "fields"))

    @rule(case=st.sampled_from(CASES), times=st.integers(1, 6), oddly=st.integers(0, 9))
    def the_case_goes_its_way(self, case: str, times: int, oddly: int) -> None:
        for _ in range(times):
            step = self._next_step(case, oddly)
            if step is not None:
                command, actor, fields = step
                self._give(command, actor, case_id=case, **fields)

    def _next_step(self, case: str, oddly: int) -> tuple[type[Command], Actor, dict[str, Any]] | None:
        """What comes next for a case, with a turn for the worse now and then."""
        try:
            state = self.installation.office.case(case)
        except OfficeError:
            return None
        match state.status:
            case Status.RECEIVED | Status.SUPPLEMENTING:
                return self._at_the_window(state, oddly)
            case Status.IN_REVIEW:
                return self._in_the_back_room(state, oddly)
            case Status.DECIDED:
                return MakeResultReady, reviewer(str(state.department)), {"content_hash": HASH}
            case Status.RESULT_READY:
                return self._deferred(state) or (IssueResult, ISSUER, AT_A_WINDOW)
            case Status.ISSUED:
                return Evaluate, CITIZEN, {"grade": 1 + oddly % 5}
            case Status.NOT_ACCEPTED:
                rated = {"grade": 1 + oddly % 5}
                return (IssueResult, ISSUER, AT_A_WINDOW) if state.under_way else (Evaluate, CITIZEN, rated)
            case _:
                return None

    def _at_the_window(self, state: Application, oddly: int) -> tuple[type[Command], Actor, dict[str, Any]]:
        asked = [
            m.material_id
            for ref in state.items
            for m in self.installation.office.city().item(ref.item_id).at(ref.version).asked_for()
        ]
        for name in asked:
            found = state.materials.get(name)
            bad = found is not None and found.verdict in (Verdict.MISSING, Verdict.DEFECTIVE)
            if found is None and oddly == 1:
                return CheckMaterial, CLERK, {"material_id": name, "verdict": Verdict.MISSING}
            if found is None and oddly == 2:
                promise = {"verdict": Verdict.DEFERRED, "promised_by": date(2025, 12, 1), "commitment": HASH}
                return CheckMaterial, CLERK, {"material_id": name, **promise}
            if found is None or (bad and state.noticed is not None):
                return SubmitMaterial, CITIZEN, {"material_id": name, "content_hash": HASH}
            if found.verdict is None:
                return CheckMaterial, CLERK, {"material_id": name, "verdict": Verdict.ACCEPTED}
        if any(m.verdict in (Verdict.MISSING, Verdict.DEFECTIVE) for m in state.materials.values()):
            return GiveNotice, CLERK, {}
        return Accept, CLERK, {}

    def _in_the_back_room(self, state: Application, oddly: int) -> tuple[type[Command], Actor, dict[str, Any]]:
        for task in state.tasks.values():
            actor = reviewer(task.department, task.holder or "R1")
            this = {"task_id": task.task_id}
            if task.status is TaskStatus.OPEN:
                return ClaimTask, actor, this
            if task.status is TaskStatus.RETURNED:
                return SubmitMaterial, CITIZEN, {"material_id": task.asks_for[0], "content_hash": HASH}
            if task.status is TaskStatus.CLAIMED and oddly == 3:
                return ReturnTask, actor, {**this, "materials": (next(iter(state.materials), "id"),), "reason": "补正"}
            if task.status is TaskStatus.CLAIMED and oddly == 4:
                return RefuseTask, actor, {**this, "reasons": "x", "legal_basis": "y"}
            if task.status is TaskStatus.CLAIMED:
                return ApproveTask, actor, this
        under_way = [s.suspension_id for s in state.suspensions if s.holds_the_decision]
        if under_way:
            return ResumeClock, reviewer(str(state.department)), {"suspension_id": under_way[0]}
        refused = {t.item_id for t in state.tasks.values() if t.status is TaskStatus.REFUSED}
        granted = {ref.item_id for ref in state.items} - refused
        outcome = Outcome.PARTLY_GRANTED if refused and granted else Outcome.REFUSED if refused else Outcome.GRANTED
        return Decide, decider(str(state.department)), {"outcome": outcome, **WHY}

    def _deferred(self, state: Application) -> tuple[type[Command], Actor, dict[str, Any]] | None:
        for name, found in state.materials.items():
            if found.verdict is Verdict.DEFERRED:
                return SubmitMaterial, CITIZEN, {"material_id": name, "content_hash": HASH}
            if found.verdict is None:
                return CheckMaterial, CLERK, {"material_id": name, "verdict": Verdict.ACCEPTED}
        return None

    @rule(hours=st.integers(1, 100))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def the_clock_is_looked_at(self) -> None:
        tick(self.installation)

    @precondition(lambda self: self.given)
    @rule(data=st.data())
    def a_command_comes_again(self, data: st.DataObject) -> None:
        """Rule 8: the same id twice is one effect and answers the same; with another content it is an error."""
        command, receipt = data.draw(st.sampled_from(self.given), "command")
        head = self.installation.log.head()
        again = self.installation.office.execute(command)
        assert (again.position, again.version, again.repeated) == (receipt.position, receipt.version, True)
        other = command.model_copy(update={"actor": Actor(person="somebody", role=Role.OPERATOR)})
        with pytest.raises(CommandReused):
            self.installation.office.execute(other)
        assert self.installation.log.head() == head

    @rule()
    def the_views_catch_up(self) -> None:
        self.installation.runner().catch_up()
        with self.installation.reading() as connection:
            found = audit.check(connection, VIEWS, lambda done, total: None)
            assert found.findings == []
            rows = {
                (row.case_id, row.work): (row.department, row.holder)
                for row in connection.execute(select(live(connection, OpenWork)))
                if row.waits_for in (APPROVE, ANSWER) and row.task_status is not None
            }
        assert rows == {
            (case, task): where for case in CASES for task, where in open_tasks(self._records(case)).items()
        }

    def _records(self, case: str) -> list[Any]:
        try:
            return self.installation.office.history(case)
        except OfficeError:
            return []

    @invariant()
    def the_rules_hold(self) -> None:
        city = self.installation.office.city()
        for case in CASES:
            records = self._records(case)
            rules_hold(records, city)
            for version in range(1, len(records) + 1):
                remembered = self.states.get((case, version))
                if remembered is not None:
                    assert fold(Application(case_id=case), records[:version]) == remembered

    @invariant()
    def positions_have_no_holes(self) -> None:
        positions = [record.position for record in self.installation.log.read(0, self.installation.log.head(), 10_000)]
        assert positions == list(range(1, self.installation.log.head() + 1))


@pytest.mark.no_cover
@pytest.mark.timeout(600)
def test_the_rules_hold_whatever_happens(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    if database_kind == "sqlite":
        template = request.getfixturevalue("migrated_file")

        def make() -> str:
            file = tmp_path / f"{uuid.uuid4().hex}.db"
            shutil.copy(template, file)
            return f"sqlite:///{file}"

        def drop(url: str) -> None:
            Path(url.removeprefix("sqlite:///")).unlink()
    else:
        name, server = request.getfixturevalue("migrated_template"), request.getfixturevalue("postgres_server")

        def make() -> str:
            return str(server.create_database(f"m{uuid.uuid4().hex}", name))

        def drop(url: str) -> None:
            server.drop_database(url.rpartition("/")[2])

    run_state_machine_as_test(
        lambda: OfficeMachine(make, drop),
        settings=settings(
            max_examples=40 if database_kind == "sqlite" else 15,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
