"""How people joined a department in older records; today they join the staff (``domain.people.joining``)."""

from __future__ import annotations

from msgspec.structs import replace

from domain.people.department import Department, Member
from domain.people.staff import Post
from domain.record import Act, Event, Role, event
from domain.sealing import Sealed


@event("department.staff_joined", "人员加入 staff joined")
class StaffJoined(Event):
    """Somebody works for the department. Only older records have it; today people join by ``staff.joined``."""

    person: str
    name: Sealed
    role: Role

    def evolve(self, state: Department, act: Act) -> Department:
        member = Member(self.person, self.name, self.role)
        return replace(state, staff={**state.staff, self.person: member})

    def post(self, department: str, act: Act) -> Post:
        """The post that it counts as: in all halls, since none was named then."""
        return Post(self.role, department, None, act.occurred_at)
