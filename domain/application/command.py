"""What the commands of an application have in common: its history, and the words for a wrong moment."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import AfterValidator

from domain.application.components import ItemRef, Task
from domain.application.state import Application
from domain.application.terms import Status, TaskStatus
from domain.catalogue.item import ItemVersion
from domain.catalogue.separation import Station
from domain.command import Command
from domain.errors import RuleBroken, UnknownReference
from domain.record import Identifier, Naming
from domain.time.working_time import WorkingCalendar

if TYPE_CHECKING:
    from domain.city import City


def _no_ticket(number: str) -> str:
    """A case number that no ticket has, in views that know both."""
    if number.startswith("ticket/"):
        raise ValueError("a case number cannot begin with ticket/, which is for tickets; use another number")
    return number


CaseNumber = Annotated[Identifier, AfterValidator(_no_ticket)]
"""Names an application."""
LoggedNumber = Annotated[Naming, AfterValidator(_no_ticket)]
"""Names an application as a log from elsewhere does."""


class CaseCommand(Command):
    """Asked of one application."""

    station: ClassVar[Station | None] = None
    """Which part of the case one takes by it (``domain.application.separation``)."""

    case_id: CaseNumber

    def takes_part(self) -> tuple[str, ...]:
        """Who takes that part: the actor, and whoever is named to."""
        return (self.actor.person,)

    @property
    def stream_id(self) -> str:
        return f"application/{self.case_id}"

    def new(self) -> Application:
        return Application(case_id=self.case_id)

    def hall_of(self, state: Application) -> str | None:
        return state.hall

    def place_of(self, state: Application) -> str | None:
        return state.hall or self.hall_of(state)

    def zone_of(self, state: Application) -> str | None:
        return state.zone

    def applicant_of(self, state: Application) -> str | None:
        return None if state.applicant is None else state.applicant.applicant_id

    def not_before(self, state: Application) -> datetime | None:
        return None if state.clock is None else state.clock.at


def known(case: Application) -> Application:
    """The case, if it was ever registered. Raises ``UnknownReference``."""
    if case.version == 0:
        raise UnknownReference(f"case {case.case_id} is not known; check the number or register its intake")
    return case


def in_status(case: Application, action: str, rule: str, *allowed: Status) -> Application:
    """The case, if it stands where ``action`` is possible. Raises ``RuleBroken`` naming both."""
    if known(case).status not in allowed:
        expected = " or ".join(allowed)
        raise RuleBroken(
            rule, f"case {case.case_id} is {case.status}: {action} is possible only while it is {expected}"
        )
    return case


def task_of(case: Application, task_id: str) -> Task:
    """A task of the case. Raises ``UnknownReference``."""
    task = known(case).tasks.get(task_id)
    if task is None:
        there = ", ".join(sorted(case.tasks)) or "none open yet"
        raise UnknownReference(f"case {case.case_id} has no approval task {task_id}; it has {there}")
    return task


def own_task(case: Application, task_id: str, command: Command, *allowed: TaskStatus) -> Task:
    """A task of the actor's own department in one of the given states (rule 5)."""
    task = task_of(case, task_id)
    department = command.actor.department
    if task.department != department:
        raise RuleBroken(
            "rule 5",
            f"task {task_id} of case {case.case_id} belongs to department {task.department}, not to {department}; "
            "only its own department may act on it",
        )
    if task.status not in allowed:
        held = f" by {task.holder}" if task.status is TaskStatus.CLAIMED else ""
        expected = " or ".join(allowed)
        raise RuleBroken("rule 5", f"task {task_id} of case {case.case_id} is {task.status}{held}, not {expected}")
    return task


def held_task(case: Application, task_id: str, command: Command, *allowed: TaskStatus) -> Task:
    """A task that the actor holds (rule 5), in one of the given states."""
    task = own_task(case, task_id, command, *allowed)
    if task.holder != command.actor.person:
        raise RuleBroken(
            "rule 5",
            f"task {task_id} of case {case.case_id} is held by {task.holder}, not by {command.actor.person}; "
            "have it released, or have a head hand it over with `onewindow task reassign`",
        )
    return task


def versions(case: Application, city: City) -> tuple[ItemVersion, ...]:
    """The pinned versions of the case's items that are not withdrawn (rule 2)."""
    active = (ref for ref in case.active_items)
    return city.pinned(tuple((ref.item_id, ref.version) for ref in active))


def pin(city: City, item_id: str, version: ItemVersion) -> ItemRef:
    """The reference an application keeps of an item's version."""
    return ItemRef(city.item(item_id).item_id, version.version)


def calendar(case: Application, city: City) -> WorkingCalendar:
    """The newest calendar of the case's hall."""
    assert case.hall is not None
    return city.newest_calendar(case.hall)
