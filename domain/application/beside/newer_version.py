"""Moving a running application to a newer catalogue version: only by an explicit event, and first as a dry run (rule 2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec.structs import replace
from pydantic import Field

from domain.application.command import CaseCommand, calendar, in_status, versions
from domain.application.components import ItemRef, Task
from domain.application.parts import parts, task_id
from domain.application.path.approvals import due_tasks
from domain.application.path.closing import Closing, closed
from domain.application.path.materials import not_asked_any_more
from domain.application.state import Application
from domain.application.terms import Status, TaskStatus
from domain.catalogue.item import ItemVersion
from domain.city import checklist
from domain.errors import RuleBroken
from domain.record import Act, Event, Identifier, Role, Text, event

if TYPE_CHECKING:
    from domain.city import City


@event("application.moved_to_version", "适用新版 moved to a newer version")
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
            raise RuleBroken(
                "rule 2",
                f"case {self.case_id} is not about {self.item_id}, but about {', '.join(pinned)}; name one of its items",
            )
        if self.item_id in case.item_results:
            raise RuleBroken("rule 2", f"{self.item_id} of case {self.case_id} is decided; it stays at its version")
        former = pinned[self.item_id]
        old, new = city.item(self.item_id).at(former), city.item(self.item_id).at(self.version)
        if self.version <= former:
            raise RuleBroken("rule 2", f"case {self.case_id} has version {former} of {self.item_id}; name a newer one")
        self._in_force(case, city)
        self._check(case, city, new)
        moved = MovedToVersion(
            item_id=self.item_id, from_version=old.version, to_version=new.version, reason=self.reason
        )
        after = replace(
            case, items=tuple(ItemRef(name, v) for name, v in {**pinned, self.item_id: self.version}.items())
        )
        if case.status is not Status.IN_REVIEW:
            reason = f"{self.item_id}@{self.version}: 不再要求 not asked for any more"
            return [moved, *not_asked_any_more(case, after, city, reason)]
        approved = case.approved_tasks
        gone = self._gone(case, new)
        closing = closed(case, city, gone, self.occurred_at, Closing.NOT_ASKED_ANY_MORE)
        left = {name: task for name, task in after.tasks.items() if task not in gone}
        opened = due_tasks(
            replace(after, tasks=left),
            parts(after, city),
            approved.intersection(left),
            self.occurred_at,
            calendar(case, city),
            case.due_at,
        )
        return [moved, *closing, *opened]

    def _gone(self, case: Application, new: ItemVersion) -> list[Task]:
        """The tasks that the newer version does not know, or of another department; an approval in them counts for nothing."""
        steps = {task_id(self.item_id, step): step.department for step in new.approvals}
        return [
            task
            for task in case.tasks.values()
            if task.item_id == self.item_id
            and (task.unsettled or task.status is TaskStatus.APPROVED)
            and steps.get(task.task_id) != task.department
        ]

    def _in_force(self, case: Application, city: City) -> None:
        today = calendar(case, city).local_day(self.occurred_at)
        current = city.item(self.item_id).in_force(today).version
        if self.version != current:
            raise RuleBroken(
                "rule 2", f"version {self.version} of {self.item_id} is not in force on {today}; name {current}"
            )

    def _check(self, case: Application, city: City, new: ItemVersion) -> None:
        others = tuple(part.version for part in parts(case, city) if part.item_id != self.item_id)
        more = sorted(set(checklist((*others, new))) - set(checklist(versions(case, city))))
        if more and (case.noticed is not None or case.status is Status.IN_REVIEW):
            raise RuleBroken(
                "rule 4",
                f"version {self.version} of {self.item_id} asks for {', '.join(more)}, which the applicant of case {self.case_id} was not told in time; leave the case at its version",
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
    told += [f"{step.step} must approve as well" for step in new.approvals if step.step not in steps]
    told += [f"{name} need not approve any more" for name in steps if name not in {s.step for s in new.approvals}]
    told += [
        f"{step.step} comes after {', '.join(step.after) or 'nobody'}"
        for step in new.approvals
        if step.step in steps and step.after != steps[step.step].after
    ]
    told += _of_steps(old, new)
    if new.lead_department != old.lead_department:
        told.append(
            f"{new.lead_department} leads instead of {old.lead_department}; this case stays with its own lead department"
        )
    told += [
        f"the limit {field.name} is {getattr(new.limits, field.name)} instead of {getattr(old.limits, field.name)}"
        for field in fields(new.limits)
        if getattr(new.limits, field.name) != getattr(old.limits, field.name)
    ]
    return told or ["nothing that concerns this case"]


def _of_steps(old: ItemVersion, new: ItemVersion) -> Iterator[str]:
    """What changes in the steps that both versions have: who approves, and how long it may take."""
    steps = {step.step: step for step in old.approvals}
    for step in new.approvals:
        before = steps.get(step.step)
        if before is None:
            continue
        if step.department != before.department:
            yield f"{step.department} approves {step.step} instead of {before.department}"
        if step.limit != before.limit:
            promised = "as long as the decision"
            yield f"the limit of {step.step} is {step.limit or promised} instead of {before.limit or promised}"
