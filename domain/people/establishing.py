"""Departments take part in the halls, and people join their staff."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace

from domain.command import Command
from domain.errors import RuleBroken, UnknownReference
from domain.label import Label
from domain.people.department import Department, Member
from domain.record import Act, Event, Identifier, Role, Text, event
from domain.sealing import Sealed, Vault

if TYPE_CHECKING:
    from domain.city import City


@event("department.established")
class DepartmentEstablished(Event):
    """A department takes part in the halls."""

    name: Label

    def evolve(self, state: Department, act: Act) -> Department:
        return replace(state, name=self.name)


@event("department.staff_joined")
class StaffJoined(Event):
    """Somebody works for the department."""

    person: str
    name: Sealed
    role: Role

    def evolve(self, state: Department, act: Act) -> Department:
        member = Member(self.person, self.name, self.role)
        return replace(state, staff={**state.staff, self.person: member})


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
            raise RuleBroken("department", f"department {self.department_id} is already established; use another id")
        return [DepartmentEstablished(name=self.label)]


class JoinStaff(DepartmentCommand):
    """Enter somebody into the department's staff."""

    person: Identifier
    person_name: Text | Sealed
    role: Role

    def sealed(self, vault: Vault) -> JoinStaff:
        if isinstance(self.person_name, Sealed):
            return self
        return self.model_copy(update={"person_name": vault.seal(f"staff/{self.person}", "name", self.person_name)})

    def decide(self, state: Department, city: City) -> Sequence[Event]:
        if state.name is None:
            raise UnknownReference(f"department {self.department_id} is not known; establish it first")
        if self.person in state.staff:
            raise RuleBroken("department", f"{self.person} is already on the staff of {self.department_id}")
        assert isinstance(self.person_name, Sealed)
        return [StaffJoined(person=self.person, name=self.person_name, role=self.role)]
