"""A department and its staff, as they stand. Values only."""

from msgspec import Struct

from domain.evolving import Versioned
from domain.label import Label
from domain.record import Role
from domain.sealing import Sealed


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
