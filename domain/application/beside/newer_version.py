"""Moving a running application to a newer catalogue version: only by an explicit event, and first as a dry run (rule 2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec.structs import replace
from pydantic import Field

from domain.application.command import CaseCommand, calendar, in_status, versions
from domain.application.parts import parts, task_id
from domain.application.path.approvals import due_tasks
from domain.application.state import Application, ItemRef, Status, TaskStatus
from domain.catalogue.item import ItemVersion
from domain.city import checklist
from domain.errors import RuleBroken
from domain.record import Act, Event, Identifier, Role, Text, event

if TYPE_CHECKING:
    from domain.city import City


@event("application.moved_to_version")
class MovedToVersion(Event):
    """An item of the application is asked and promised as in a newer version from here on. Its due time stays."""

    item_id: str
    from_version: int
    to_version: int
    reason: str

    def evolve(self, state: Application, act: Act) -> Application:
        items = tuple(
            ItemRef(ref.item_id, self.to_version) if ref.item_id == self.item_id else ref for ref in state.items
        )
        return replace(state, items=items)


class MoveToVersion(CaseCommand):
    """Move an item of a running application to a newer version. Nothing may be asked that was not asked before (rule 4)."""

    roles: ClassVar = frozenset({Role.HEAD, Role.OPERATOR})
    item_id: Identifier
    version: Annotated[int, Field(ge=1)]
    reason: Text

    def decide(self, case: Application, city: City) -> Sequence[Event]:
        in_status(case, "moving to a newer version", "rule 2", Status.RECEIVED, Status.SUPPLEMENTING, Status.IN_REVIEW)
        pinned = {ref.item_id: ref.version for ref in case.items}
        if self.item_id not in pinned:
            raise RuleBroken("rule 2", f"case {self.case_id} is not about {self.item_id}, but {', '.join(pinned)}")
        former = pinned[self.item_id]
        old, new = city.item(self.item_id).at(former), city.item(self.item_id).at(self.version)
        if self.version <= former:
            raise RuleBroken("rule 2", f"case {self.case_id} has version {former} of {self.item_id}; name a newer one")
        self._check(case, city, new)
        moved = MovedToVersion(
            item_id=self.item_id, from_version=old.version, to_version=new.version, reason=self.reason
        )
        if case.status is not Status.IN_REVIEW:
            return [moved]
        approved = frozenset(t.task_id for t in case.tasks.values() if t.status is TaskStatus.APPROVED)
        after = replace(
            case, items=tuple(ItemRef(name, v) for name, v in {**pinned, self.item_id: self.version}.items())
        )
        opened = due_tasks(after, parts(after, city), approved, self.occurred_at, calendar(case, city), case.due_at)
        return [moved, *opened]

    def _check(self, case: Application, city: City, new: ItemVersion) -> None:
        others = tuple(part.version for part in parts(case, city) if part.item_id != self.item_id)
        more = sorted(set(checklist((*others, new))) - set(checklist(versions(case, city))))
        if more and (case.noticed is not None or case.status is Status.IN_REVIEW):
            raise RuleBroken(
                "rule 4",
                f"version {self.version} of {self.item_id} asks for {', '.join(more)}, which case {self.case_id} was "
                "not told in time",
            )
        steps = {task_id(self.item_id, step) for step in new.approvals}
        gone = [
            t.task_id
            for t in case.tasks.values()
            if t.item_id == self.item_id and t.unsettled and t.task_id not in steps
        ]
        if gone:
            raise RuleBroken(
                "rule 2", f"version {self.version} of {self.item_id} has no {', '.join(gone)}; settle it first"
            )


def what_changes(case: Application, city: City, item_id: str, version: int) -> list[str]:
    """What a move would change for a case, a sentence each."""
    old = next(city.item(item_id).at(ref.version) for ref in case.items if ref.item_id == item_id)
    new = city.item(item_id).at(version)
    before, after = checklist((old,)), checklist((new,))
    told = [f"{name} is not asked for any more" for name in before if name not in after]
    told += [f"{name} is asked for as well" for name in after if name not in before]
    told += [
        f"{name} may be deferred"
        for name in after
        if name in before and after[name].deferrable > before[name].deferrable
    ]
    steps = {step.step: step for step in old.approvals}
    told += [f"{step.step} approves as well" for step in new.approvals if step.step not in steps]
    told += [f"{name} does not approve any more" for name in steps if name not in {s.step for s in new.approvals}]
    told += [
        f"{step.step} comes after {', '.join(step.after) or 'nobody'}"
        for step in new.approvals
        if step.step in steps and step.after != steps[step.step].after
    ]
    return told or ["nothing that this case would notice"]
