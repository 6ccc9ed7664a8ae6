"""Applicants, and the departments with their staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct
from msgspec.structs import replace
from pydantic import BaseModel, ConfigDict

from domain.applicant_kind import ApplicantKind
from domain.command import Command
from domain.errors import RuleBroken, UnknownReference
from domain.evolving import Versioned
from domain.label import Label
from domain.record import Act, Event, Identifier, Role, Text, event
from domain.sealing import Sealed, Vault

if TYPE_CHECKING:
    from domain.city import City


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedApplicant:
    """An applicant as an event holds one: a number, the kind, and everything personal sealed."""

    applicant_id: str
    kind: ApplicantKind
    name: Sealed
    identity_number: Sealed | None = None
    phone: Sealed | None = None
    address: Sealed | None = None


class Applicant(BaseModel):
    """An applicant as a person at the window writes one down."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    applicant_id: Identifier
    kind: ApplicantKind
    name: Text
    identity_number: Text | None = None
    phone: Text | None = None
    address: Text | None = None

    def sealed(self, vault: Vault) -> SealedApplicant:
        """The same applicant under a key of their own."""
        key = f"applicant/{self.applicant_id}"

        def seal(field: str, text: str | None) -> Sealed | None:
            return None if text is None else vault.seal(key, field, text)

        return SealedApplicant(
            applicant_id=self.applicant_id,
            kind=self.kind,
            name=vault.seal(key, "name", self.name),
            identity_number=seal("identity_number", self.identity_number),
            phone=seal("phone", self.phone),
            address=seal("address", self.address),
        )


class Member(Struct, frozen=True):
    """One of a department's staff; the name is sealed."""

    person: str
    name: Sealed
    role: Role


class Department(Versioned, frozen=True, kw_only=True):
    """A department and its staff by number."""

    department_id: str
    name: Label | None = None
    staff: dict[str, Member] = {}


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
