"""A tiny city with one case, made by the real commands, for trying the command line on."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, select

from adapters.bootstrap import Installation, installation
from adapters.files.calendar_file import seeded
from adapters.settings import Settings
from adapters.store.driver.database import connect, reading
from domain.application.path.acceptance import Accept
from domain.application.path.approvals import ApproveTask, ClaimTask
from domain.application.path.decision import Decide, MakeResultReady
from domain.application.path.intake import RegisterIntake
from domain.application.path.materials import CheckMaterial, GiveNotice, SubmitMaterial
from domain.application.terms import Channel, Outcome, Verdict
from domain.catalogue.item import ApprovalStep, ItemVersion, Limits, RequiredMaterial
from domain.catalogue.publishing import PublishItem
from domain.command import Command
from domain.errors import OfficeError
from domain.hall.hall import Layout, Window, WindowKind
from domain.hall.windows import OpenHall
from domain.label import Label
from domain.office.office import Receipt
from domain.people.applicant import Applicant
from domain.people.applicant_kind import ApplicantKind
from domain.people.establishing import EstablishDepartment
from domain.people.joining import RegisterFirstOperator
from domain.record import Actor, Role
from domain.time.working_time import Limit, Unit
from tests.office import hiring

MORNING = datetime(2025, 3, 3, 1, 0, tzinfo=UTC)
"""Monday, nine o'clock in Shanghai."""
NAME = "欧阳小明"
SETTING_UP = Actor(person="F1", role=Role.OPERATOR)
STAFF = (
    *(Actor(person=person, role=Role.OPERATOR) for person in ("O1", "operator")),
    *(Actor(person=person, role=Role.FRONT_DESK, hall="H1") for person in ("F1", "F2", "D1")),
    Actor(person="I1", role=Role.ISSUER, hall="H1"),
    *(Actor(person=person, role=Role.REVIEWER, department="market", hall="H1") for person in ("R1", "R2", "R9")),
    *(Actor(person=person, role=Role.HEAD, department="market", hall="H1") for person in ("B1", "B2")),
)
"""Who is on the staff."""


def days(amount: int) -> Limit:
    return Limit(amount=amount, unit=Unit.WORKING_DAYS)


class Day:
    """Commands one after the other, a minute apart."""

    def __init__(self, found: Installation) -> None:
        self._found = found
        self._minutes = count(1)

    def first_operator(self) -> None:
        """Enter F1, who sets the city up."""
        common = {"command_id": "founding", "actor": SETTING_UP, "occurred_at": MORNING}
        self._found.office.execute(RegisterFirstOperator(**common, person=SETTING_UP.person, person_name=NAME))

    def hire(self, people: Iterable[Actor]) -> None:
        """Enter people into the staff, as they act from now on."""
        number = count(1)
        common = {"actor": SETTING_UP, "occurred_at": MORNING}
        already = [SETTING_UP.person]
        for command in hiring(people, lambda: {**common, "command_id": f"hired-{next(number)}"}, already):
            self._found.office.execute(command)

    def do(self, command: type[Command], person: str = "F1", department: str | None = None, **fields: Any) -> Receipt:
        """Give a command as ``person`` of ``department``, in a role that may."""
        minute = next(self._minutes)
        return self._found.office.execute(
            command(
                command_id=f"test-{minute}",
                actor=Actor(person=person, role=max(command.roles), department=department, hall="H1", window="W1"),
                occurred_at=MORNING + timedelta(minutes=minute),
                **fields,
            )
        )


@contextmanager
def opened(database: str, folder: Path) -> Iterator[Installation]:
    with installation(Settings(database_url=database, master_key_file=folder / "master.key")) as found:
        yield found


def item(department: str) -> ItemVersion:
    return ItemVersion(
        version=1,
        effective_from=date(2025, 1, 1),
        name=Label(zh="食品经营许可", en="Food licence"),
        zone=ApplicantKind.NATURAL_PERSON,
        lead_department=department,
        materials=(RequiredMaterial(material_id="id-card", name=Label(zh="身份证", en="Identity card")),),
        approvals=(ApprovalStep(step="review", department=department),),
        limits=Limits(
            notice=days(5), decision=days(10), delivery=days(10), statutory_decision=days(20), supplement=days(5)
        ),
        legal_basis="食品安全法 35",
    )


def received(day: Day, case: str = "C1") -> None:
    """Given a department, a hall, an item, the staff and one application at its window."""
    day.first_operator()
    day.do(EstablishDepartment, department_id="market", label=Label(zh="市场监督管理局", en="Market Supervision"))
    day.do(
        OpenHall,
        hall_id="H1",
        label=Label(zh="政务大厅", en="Government hall"),
        layout=Layout.AFTER,
        windows=(Window(window_id="W1", kind=WindowKind.COMPREHENSIVE, zone=ApplicantKind.NATURAL_PERSON),),
        calendar=seeded(years=range(2024, 2027)),
    )
    day.do(PublishItem, item_id="food", item=item("market"))
    day.hire(STAFF)
    day.do(
        RegisterIntake,
        case_id=case,
        items=("food",),
        channel=Channel.WINDOW,
        hall="H1",
        window="W1",
        applicant=Applicant(applicant_id="P1", kind=ApplicantKind.NATURAL_PERSON, name=NAME, phone="13800000000"),
    )


def accepted(day: Day, case: str = "C1") -> None:
    """Given an accepted application with one task open."""
    received(day, case)
    day.do(SubmitMaterial, case_id=case, material_id="id-card", content_hash="ab" * 32)
    day.do(CheckMaterial, case_id=case, material_id="id-card", verdict=Verdict.ACCEPTED)
    day.do(Accept, case_id=case)


def noticed(day: Day, case: str = "C1") -> None:
    """Given an application whose applicant was told what is missing."""
    received(day, case)
    day.do(CheckMaterial, case_id=case, material_id="id-card", verdict=Verdict.MISSING)
    day.do(GiveNotice, case_id=case)


def ready(day: Day, case: str = "C1") -> None:
    """Given a result that waits to be handed over."""
    accepted(day, case)
    at_work = {"person": "R1", "department": "market", "case_id": case}
    day.do(ClaimTask, task_id="food:review", **at_work)
    day.do(ApproveTask, task_id="food:review", **at_work)
    day.do(Decide, outcome=Outcome.GRANTED, **{**at_work, "person": "R9"})
    day.do(MakeResultReady, content_hash="cd" * 32, **at_work)


def an_application(database: str, folder: Path) -> None:
    """An application as it comes in, not projected."""
    with opened(database, folder) as found:
        received(Day(found))


def a_city(database: str, folder: Path) -> None:
    """An accepted application, projected."""
    with opened(database, folder) as found:
        accepted(Day(found))
        found.runner().catch_up()


def claimed_by_another(database: str, folder: Path) -> OfficeError:
    """The refusal when a task that somebody holds is claimed."""
    with opened(database, folder) as found:
        day = Day(found)
        accepted(day)
        day.do(ClaimTask, person="R1", department="market", case_id="C1", task_id="food:review")
        with pytest.raises(OfficeError) as refusal:
            day.do(ClaimTask, person="R2", department="market", case_id="C1", task_id="food:review")
        day.do(ApproveTask, person="R1", department="market", case_id="C1", task_id="food:review")
        day.do(Decide, person="R9", department="market", case_id="C1", outcome=Outcome.GRANTED)
    return refusal.value


def decided_case(database: str, folder: Path) -> OfficeError:
    """The refusal when the case is decided once more."""
    with opened(database, folder) as found, pytest.raises(OfficeError) as refusal:
        found.office.execute(
            Decide(
                command_id="again",
                actor=Actor(person="R9", role=Role.REVIEWER, department="market"),
                occurred_at=MORNING + timedelta(hours=2),
                case_id="C1",
                outcome=Outcome.GRANTED,
            )
        )
    return refusal.value


def content_of(database: str) -> dict[str, list[tuple[Any, ...]]]:
    """Everything in every table but the refused attempts, which are kept apart."""
    engine = connect(database)
    with reading(engine) as connection:
        tables = MetaData()
        tables.reflect(connection)
        content = {
            name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for name, table in tables.tables.items()
            if name != "attempts"
        }
    engine.dispose()
    return content
