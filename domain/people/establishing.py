"""Departments take part in the halls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace

from domain.command import Command
from domain.errors import Taken
from domain.label import Label
from domain.people.department import Department
from domain.record import Act, Event, Identifier, Role, event

if TYPE_CHECKING:
    from domain.city import City


@event("department.established", "设立部门 department established")
class DepartmentEstablished(Event):
    """A department takes part in the halls."""

    name: Label

    def evolve(self, state: Department, act: Act) -> Department:
        return replace(state, name=self.name)


class DepartmentCommand(Command):
    """Asked of one department."""

    roles: ClassVar = frozenset({Role.OPERATOR})

    department_id: Identifier

    @property
    def stream_id(self) -> str:
        return f"department/{self.department_id}"

    def new(self) -> Department:
        return Department(department_id=self.department_id)


class EstablishDepartment(DepartmentCommand):
    """Let a department take part."""

    roles: ClassVar = frozenset({Role.OPERATOR, Role.IMPORTER})
    label: Label

    def decide(self, state: Department, city: City) -> Sequence[Event]:
        if state.name is not None:
            raise Taken("department", f"department {self.department_id} is already established; use another id")
        return [DepartmentEstablished(name=self.label)]
